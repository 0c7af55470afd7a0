//! The operations of `submit-request` over the in-memory store: their answers, their costs, and crashes.

mod attachment;
mod crashes;
mod key_limits;
mod limits;
mod odd;
mod policies;
mod reason;
mod requesters;
mod status;
mod story;
mod subjects;
mod submit;
