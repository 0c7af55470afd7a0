//! `submit-request`: a computer asks for permission, sends the copy of the file, reads the decision, or withdraws the
//! request.

mod attachment;
mod limits;
mod policy;
mod quota;
mod reason;
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
    status::show_request,
    status::cancel_request,
];
