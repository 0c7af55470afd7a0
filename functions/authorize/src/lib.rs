//! `authorize`: may somebody do something somewhere, and why; for Countersign's own actions and for every other product's
//! in the catalogue.

mod ask;
mod wire;

countersign_http::operations![ask::authorize];
