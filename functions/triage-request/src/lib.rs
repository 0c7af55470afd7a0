//! `triage-request`: what administrators do about a request beside deciding it: take it, leave notes, find out who can decide
//! it and ask them, and flag its file as malicious.

mod assignee;
mod flag;
mod request;
mod wire;

countersign_http::operations![
    assignee::assign_request,
    assignee::release_request,
    flag::flag_file,
    flag::show_flag,
    flag::clear_flag,
];

#[cfg(test)]
mod tests;
