//! `authorize`: whether an administrator may do something somewhere, and why; who may; and who may give a
//! permission. For Countersign's own actions and for those of other products in the catalogue.

mod ability;
mod ask;
#[cfg(test)]
mod tests;
mod who;
mod wire;

countersign_http::operations![ask::authorize, who::who_may];
