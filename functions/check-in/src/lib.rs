//! check-in.
