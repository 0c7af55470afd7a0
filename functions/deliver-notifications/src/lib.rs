//! `deliver-notifications`: the scheduler's walk over all organizations. It does the work that a crash or a missed wake left
//! undone, and what time alone brings: requests expire, what is old is removed, and messages are sent again.

mod deliver;
mod expiry;
mod store_check;
mod walk;
mod wire;

mod api {
    use crate::deliver;

    countersign_http::operations![deliver::deliver_notifications];
}

pub use api::{openapi, router};

#[cfg(test)]
mod tests;
