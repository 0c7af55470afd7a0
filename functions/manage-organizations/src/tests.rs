//! The operations over a store in memory.
mod audit;
mod bounds;
mod login_settings;
mod meanwhile;
mod operations;
