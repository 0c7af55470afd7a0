//! `triage-request`: what administrators do about a request beside deciding it: take it, leave notes, find out who can decide
//! it and ask them, and flag its file as malicious.

mod ask;
mod assignee;
mod deciders;
mod flag;
mod notes;
mod request;
mod wire;

countersign_http::operations![
    assignee::assign_request,
    assignee::release_request,
    flag::flag_file,
    flag::show_flag,
    flag::clear_flag,
    notes::list_notes,
    notes::add_note,
    deciders::list_deciders,
    ask::ask_to_decide,
];

#[cfg(test)]
mod tests;
