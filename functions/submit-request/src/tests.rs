//! The operations of `submit-request` over the in-memory store: their answers, their costs, and crashes.

mod amend;
mod attachment;
mod changes;
mod crashes;
mod heard;
mod key_limits;
mod limits;
mod odd;
mod policies;
mod reason;
mod renew;
mod requesters;
mod resume;
mod status;
mod story;
mod subjects;
mod submit;
mod upload_limits;
