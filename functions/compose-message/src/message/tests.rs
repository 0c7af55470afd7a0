//! Every message, in every medium.

mod html;
mod inert;
mod languages;
mod samples;
