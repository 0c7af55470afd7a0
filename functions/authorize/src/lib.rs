//! `authorize`: may somebody do something somewhere, and why; who can; for Countersign's own actions and for every other
//! product's in the catalogue.

mod ask;
#[cfg(test)]
mod tests;
mod who;
mod wire;

countersign_http::operations![ask::authorize, who::who_may];
