//! Every message, in every medium.

mod inert;
mod samples;
