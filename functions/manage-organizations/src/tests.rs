//! The operations over the in-memory store.
mod agents;
mod approval_settings;
mod audit;
mod bounds;
mod branding;
mod crashes;
mod enrollment_keys;
mod login_settings;
mod meanwhile;
mod names;
mod operations;
mod requests;
mod unsent;
