//! The operations of `submit-request` over the store in memory: what they answer, what they cost, and what survives a crash.

mod attachment;
mod crashes;
mod status;
mod story;
mod submit;
