//! Whether a pending request has what a user of its computer says.

use countersign_model::{NewRequester, Request};

use crate::warnings::Warnings;

/// Warns of what a request, which the user joined or amended, does not have of that.
pub fn compare(request: &Request, says: &NewRequester, warnings: &mut Warnings) {
    let Some(kept) = request.requester(&says.username) else {
        let message = "is one of more users than the request has room for: the user is only counted, and is not told of the \
                       decision; name, address and reason were left out";
        warnings.add("/requester/username", message);
        return;
    };
    if let Some(reason) = says.reason.as_ref().filter(|reason| kept.reason.as_ref() != Some(*reason)) {
        let beginning = kept.reason.as_ref().and_then(|kept| kept.strip_suffix('…'));
        let message = if beginning.is_some_and(|beginning| reason.starts_with(beginning)) {
            "is too long together with the others' reasons; the rest was left out"
        } else {
            "was left out: the request has no room for it, or the user says something new too often"
        };
        warnings.once("/reason", message);
    }
    if says.email.is_some() && kept.email != says.email {
        let message =
            "was left out: the request has no room for it, or the user says something new too often";
        warnings.once("/requester/email", message);
    }
}
