//! `submit-request`: a computer asks for permission, sends the copy of the file, hears what was decided, or withdraws.

mod attachment;
mod save;
mod status;
mod subject;
mod submit;
#[cfg(test)]
mod tests;
mod wire;

countersign_http::operations![
    submit::submit_request,
    attachment::attach_file,
    status::show_request,
    status::cancel_request,
];
