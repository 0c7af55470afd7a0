//! What this crate relies on in a key-value backend, as a suite that runs on any of them, real ones included.
