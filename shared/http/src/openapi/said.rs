//! Which code an answer has that a handler describes in words: for its example.
use http::StatusCode;

use crate::problem::Code;

/// What descriptions say, each with the code that is meant. The first that fits counts.
const SAID: &[(&str, Code)] = &[
    ("about the upload", Code::InvalidUploadField),
    ("not what the provider sends", Code::MalformedRequest),
    ("enrollment key", Code::EnrollmentKeyNotValid),
    ("as many keys", Code::TooManyEnrollmentKeys),
    ("device code is unknown", Code::DeviceCodeNotValid),
    ("invitation is used up", Code::InvitationNotValid),
    ("link is used up", Code::PasswordResetNotValid),
    ("email address or the password", Code::WrongCredentials),
    ("code is missing or wrong", Code::TotpMissing),
    ("code is wrong", Code::TotpWrong),
    ("denied the code", Code::DeviceLoginDenied),
    ("not allow signing in", Code::AddressNotAllowed),
    ("an API token", Code::SessionRequired),
    ("began with a device code", Code::SessionRequired),
    ("`setup_token` is wrong", Code::SetupTokenWrong),
    ("password is wrong", Code::WrongPassword),
    ("retry under this `Idempotency-Key`", Code::EnrollmentAnswered),
    ("not in force for this computer", Code::GrantNotUsable),
    ("grant is not in force", Code::NotApproved),
    ("begin where the upload is", Code::MismatchingUploadOffset),
    ("wait for a copy", Code::AttachmentNotExpected),
    ("could be renewed", Code::NotRenewable),
    ("You can approve", Code::CanDecide),
    ("changed since it was seen", Code::RequestChanged),
    ("no longer pending", Code::NotPending),
    ("has this email address", Code::EmailTaken),
    ("role of the organization has this name", Code::RoleNameTaken),
    ("has this name", Code::NameTaken),
    ("Super Admin", Code::LastSuperAdmin),
    ("already accepted", Code::NotInvited),
    ("account is not active", Code::WrongState),
    ("codes are set up already", Code::TotpExists),
    ("began to set up", Code::TotpNotBegun),
    ("require one-time codes, or none", Code::TotpCompulsory),
    ("codes are set up", Code::TotpNotSetUp),
    ("API tokens already", Code::TooManyApiTokens),
    ("has decided yet", Code::DeviceLoginPending),
    ("approved or denied before", Code::DeviceLoginDecided),
    ("a password reset or an invitation", Code::PasswordResetNotResent),
    ("is not empty", Code::OrganizationNotEmpty),
    ("confirmed already", Code::ComputerConfirmed),
    ("key for override codes", Code::NoOverrideKey),
    ("policies of a group are too large", Code::PoliciesTooLarge),
    ("still in the group", Code::GroupNotEmpty),
    ("lock you out", Code::WouldLockYouOut),
    ("policy is not live", Code::PolicyNotLive),
    ("name the tag", Code::TagInUse),
    ("not about a file", Code::NoFile),
    ("200 notes", Code::TooManyNotes),
    ("request is not approved", Code::NotApproved),
    ("as many rules", Code::TooManyRules),
    ("ten subscriptions", Code::TooManyPushSubscriptions),
    ("subscribed no browser", Code::NoPushSubscription),
    ("deployment is set up", Code::AlreadySetUp),
    ("no `secret_key`", Code::NotConfigured),
    ("code has expired", Code::DeviceLoginExpired),
    ("too old to tell", Code::VersionTooOld),
    ("no bytes in that range", Code::RangeNotSatisfiable),
    ("asked about this request", Code::TooManyAsks),
    ("store cannot be read", Code::StoreUnavailable),
];

/// The code that a description means; `None` if it fits none of this status.
pub(super) fn said(status: StatusCode, description: &str) -> Option<Code> {
    // A description is written over several lines.
    let words = description.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = |(part, code): &&(&str, Code)| code.status() == status && words.contains(part);
    SAID.iter().find(fits).map(|(_, code)| *code)
}

/// The code that is most usual for a status, or its only one. What a conflict is about only a handler can say.
pub(super) fn usual(status: StatusCode) -> Option<Code> {
    match status {
        StatusCode::BAD_REQUEST => Some(Code::MalformedRequest),
        StatusCode::UNAUTHORIZED => Some(Code::NotIdentified),
        StatusCode::FORBIDDEN => Some(Code::NotPermitted),
        StatusCode::NOT_FOUND => Some(Code::NotFound),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Code::BodyTooLarge),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Code::UnsupportedMediaType),
        StatusCode::UNPROCESSABLE_ENTITY => Some(Code::InvalidBody),
        StatusCode::TOO_MANY_REQUESTS => Some(Code::TooManyRequests),
        StatusCode::SERVICE_UNAVAILABLE => Some(Code::StoreBusy),
        _ => {
            let mut of_status = Code::ALL.iter().filter(|code| code.status() == status);
            of_status.next().filter(|_| of_status.next().is_none()).copied()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_one_of_the_status_and_the_first_that_fits() {
        let twice = "A role of the organization\nhas this name, or its roles are too large.";
        assert_eq!(said(StatusCode::CONFLICT, twice), Some(Code::RoleNameTaken));
        assert_eq!(said(StatusCode::GONE, twice), None);
        assert_eq!(said(StatusCode::CONFLICT, "Something new."), None);
    }

    #[test]
    fn no_row_is_hidden_by_one_before_it() {
        for (nth, (part, code)) in SAID.iter().enumerate() {
            let earlier = SAID.iter().take(nth).filter(|(_, other)| other.status() == code.status());
            let hides = |(other, _): &&(&str, Code)| part.contains(other);
            assert!(earlier.clone().find(hides).is_none(), "{part}");
        }
    }
}
