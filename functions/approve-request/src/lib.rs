//! `approve-request`: the Approval Center. Requests are listed, opened and decided, one, several or all matching ones
//! at a time; approvals are revoked.

mod bulk;
mod decide;
mod defaults;
mod judge;
mod matching;
mod open;
mod preview;
mod reach;
mod revoke;
mod seen;
#[cfg(test)]
mod tests;
mod wire;

countersign_http::operations![
    open::open_request,
    decide::decide_request,
    bulk::decide_requests,
    matching::decide_matching_requests,
    revoke::revoke_request,
];
