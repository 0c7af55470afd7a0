//! `authorize`: whether an administrator may do something somewhere, and why; and who may. For Countersign's own
//! actions and for those of other products in the catalogue.

mod ask;
#[cfg(test)]
mod tests;
mod who;
mod wire;

countersign_http::operations![ask::authorize, who::who_may];
