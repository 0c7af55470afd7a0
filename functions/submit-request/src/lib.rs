//! `submit-request`: a computer asks for permission, sends the copy of the file, reads the decision, and amends, withdraws
//! or renews the request.

mod amend;
mod attachment;
mod changes;
mod kept;
mod limits;
mod policy;
mod quota;
mod reason;
mod renew;
mod room;
mod save;
mod status;
mod subject;
mod submit;
mod submitting;
#[cfg(test)]
mod tests;
mod warnings;
mod wire;

countersign_http::operations![
    submit::submit_request,
    attachment::attach_file,
    attachment::resume::append_to_file,
    attachment::resume::show_upload,
    status::show_request,
    status::cancel_request,
    amend::amend_request,
    renew::renew_request,
];
