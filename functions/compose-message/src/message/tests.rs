//! Every message, in every medium.

mod inert;
mod languages;
mod samples;
