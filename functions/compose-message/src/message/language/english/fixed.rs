//! English: the labels and phrases that are the same in every message.

use super::super::{Label, Phrase};

const ACCOUNT_RECOVERED: &str = "An administrator who could no longer sign in was given a link for a new password on the machine that runs Countersign.";
const UNCONFIRMED: &str = "Take care: another computer has this host name, and no administrator has confirmed the one that asks. \
     It may not be the computer that you know by this name.";
const CLONED: &str = "Take care: clones of this computer use its token, which is refused since. An approval for it alone would reach \
     nobody: each of them has to enroll anew and ask again.";
const PASSWORD_NOT_YOU: &str =
    "If it was not you, ask for a link on the sign-in page at once and choose another password.";

pub fn label(label: Label) -> &'static str {
    match label {
        Label::Access => "Access",
        Label::Account => "Account",
        Label::Address => "Address",
        Label::AlsoAskedBy => "Also asked by",
        Label::AlsoSignedBy => "Also signed by",
        Label::Asked => "Asked",
        Label::CalledBy => "Called by",
        Label::CameFrom => "Came from",
        Label::Certificate => "Certificate",
        Label::Changed => "Changed",
        Label::ChangedBy => "Changed by",
        Label::CommandLine => "Command line",
        Label::Company => "Company",
        Label::Computer => "Computer",
        Label::Covers => "Covers",
        Label::Decided => "Decided",
        Label::Decision => "Decision",
        Label::Device => "Device",
        Label::DeviceClass => "Device class",
        Label::DeviceName => "Device name",
        Label::Encrypted => "Encrypted",
        Label::Ended => "Ended",
        Label::Expires => "Expires",
        Label::Flagged => "Flagged",
        Label::FlaggedBy => "Flagged by",
        Label::For => "For",
        Label::Handled => "Handled",
        Label::Kind => "Kind",
        Label::LastsThen => "Then it lasts",
        Label::LinkWorksUntil => "The link works until",
        Label::NotListed => "Not listed",
        Label::OtherComputers => "Other computers",
        Label::OthersWaiting => "Other computers that wait for this",
        Label::Path => "Path",
        Label::Policy => "Policy",
        Label::Product => "Product",
        Label::Publisher => "Publisher, as the file says",
        Label::Request => "Request",
        Label::RunAs => "Run as",
        Label::Sha256 => "SHA-256",
        Label::SignedBy => "Signed by",
        Label::Size => "Size",
        Label::Subject => "Subject",
        Label::UnknownPolicy => "Unknown policy",
        Label::Until => "Until",
        Label::UsedBy => "Used by",
        Label::UseFirstBy => "Use it first by",
        Label::User => "User",
        Label::Vendor => "Vendor",
        Label::Version => "Version",
        Label::When => "When",
    }
}

pub fn phrase(phrase: Phrase) -> &'static str {
    match phrase {
        Phrase::AcceptInvitation => "Accept the invitation and choose a password",
        Phrase::AdministratorWrites => "The administrator writes",
        Phrase::AnotherHasItsName => "Another computer has this name.",
        Phrase::Approved => "approved",
        Phrase::ChooseNewPassword => "Choose a new password",
        Phrase::ChooseNewPasswordSubject => "Choose a new password for Countersign",
        Phrase::Cloned => CLONED,
        Phrase::ClonedMark => "cloned",
        Phrase::ClonedShortly => "Clones use its token.",
        Phrase::CoversPublisher => "every file of the same publisher",
        Phrase::DecidesNothing => {
            "Opening the link decides nothing; it asks you to sign in when you are not."
        }
        Phrase::Denied => "denied",
        Phrase::EmptyCertificate => "with an empty subject",
        Phrase::Escalated => {
            "You get this message because your organization tells you of requests that wait for too long."
        }
        Phrase::ExpiresSoon => {
            "Nobody has decided this request yet. It expires soon; after that, it has to be asked for again."
        }
        Phrase::InvitationOnce => "The link works once. If you did not expect it, do nothing.",
        Phrase::MayDecide => "You get this message because you may decide this request.",
        Phrase::MayOpen => "You get this message because you may open requests for this file.",
        Phrase::No => "no",
        Phrase::NewSignIn => {
            "Somebody signed in with your password, from an address from which you have not signed in recently."
        }
        Phrase::NewSignInSubject => "New sign-in to your account",
        Phrase::NobodyDecided => {
            "Nobody decided this request in time. If it is still needed, it has to be asked for again."
        }
        Phrase::NobodyTook => "Nobody has taken or decided this request in time.",
        Phrase::NoCertificate => "none",
        Phrase::NotKnown => "not known",
        Phrase::NotVerified => "NOT verified by the agent",
        Phrase::NotYou => "If it was not you, choose a new password at once and end the other sessions.",
        Phrase::OpenAndDecide => "Open the request and decide",
        Phrase::OpenConsole => "Open Countersign",
        Phrase::OpenForFile => "Open a request for the file",
        Phrase::OpenRequest => "Open the request",
        Phrase::OpenRequests => "Open the list of requests",
        Phrase::PasswordChanged => "Your password was changed. Your other sessions have ended.",
        Phrase::PasswordChangedSubject => "Your password was changed",
        Phrase::PasswordNotYou => PASSWORD_NOT_YOU,
        Phrase::Reason => "Reason",
        Phrase::Reasons => "Reasons",
        Phrase::ResetOnce => {
            "The link works once. Your old password works until then. If you did not expect this, do nothing."
        }
        Phrase::Revoked => "revoked",
        Phrase::AccountRecovered => ACCOUNT_RECOVERED,
        Phrase::AccountRecoveredSubject => "An account was recovered on the machine",
        Phrase::AskTheOperator => "If you did not expect this, ask whoever runs the machine at once.",
        Phrase::RightsChanged => "What you may do in Countersign was changed.",
        Phrase::RightsChangedSubject => "Your permissions were changed",
        Phrase::StillUndecided => "Nobody has decided this request in time. You may decide it.",
        Phrase::TheyWrite => "They write",
        Phrase::Unconfirmed => UNCONFIRMED,
        Phrase::UnconfirmedMark => "unconfirmed",
        Phrase::UnknownSigner => "an unknown signer",
        Phrase::Verified => "verified by the agent",
        Phrase::WereTold => "You get this message because you were told of this request.",
        Phrase::Yes => "yes",
        Phrase::YourAccount => "You get this message because the account is yours.",
        Phrase::YourAddress => "You get this message because your address was given with the request.",
    }
}
