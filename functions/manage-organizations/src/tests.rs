//! The operations over the in-memory store.
mod approval_settings;
mod audit;
mod bounds;
mod enrollment_keys;
mod login_settings;
mod meanwhile;
mod names;
mod operations;
mod requests;
