//! The operations over the in-memory store.
mod audit;
mod check_ins;
mod crashes;
mod list;
mod maintenance;
mod meanwhile;
mod operations;
mod override_code;
mod twins;
