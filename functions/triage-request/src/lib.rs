//! `triage-request`: what administrators do about a request beside deciding it: take it, leave notes, find out who can decide
//! it and ask them, flag its file as malicious, list what is flagged, see its time line and how the like was decided before.

mod asides;
mod ask;
mod assignee;
mod covering;
mod decider;
mod deciders;
mod earlier;
mod flag;
mod flags;
mod notes;
mod reach;
mod recalled;
mod request;
mod timeline;
mod wire;

countersign_http::operations![
    assignee::assign_request,
    assignee::release_request,
    flag::flag_file,
    flag::show_flag,
    flag::clear_flag,
    flags::list_flags,
    notes::list_notes,
    notes::add_note,
    notes::remove_note,
    deciders::list_deciders,
    ask::ask_to_decide,
    earlier::list_earlier,
    timeline::show_timeline,
];

#[cfg(test)]
mod tests;
