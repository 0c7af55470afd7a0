//! The fields of answers: the bound and an example of each text, and the bound of each list. `Schema.field` is about the field of one
//! schema, `field` about all others of that name.
use countersign_model::computer::check_ins::AGENT_VERSION_MAX;
use countersign_model::policy::{Match, Notify, PolicyContent, Tag};
use countersign_model::{
    AgentSettings, ApprovalSettings, Channel, DeviceLogin, Integration, LoginSettings, Permission, Reported,
    RequestKind, Subject, text,
};

use crate::cursor::CURSOR_MAX;
use crate::loose::LOOSE_BODY_LIMIT;
use crate::page::LARGEST_PAGE;

/// What a text looks like.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// Text of at most so many characters, such as this.
    Text(usize, &'static str),
    /// One of a few words that programs know, such as this.
    Word(&'static str),
    /// An id, such as this.
    Id(&'static str),
    /// Text of this pattern and at most so many characters, such as this.
    Like(&'static str, usize, &'static str),
}
use Form::{Id, Like, Text, Word};

impl Form {
    pub(super) const fn longest(self) -> usize {
        match self {
            Text(most, _) | Like(_, most, _) => most,
            Word(_) | Id(_) => 64,
        }
    }

    pub(super) const fn pattern(self) -> Option<&'static str> {
        match self {
            Text(..) => None,
            Word(_) => Some("^[a-z][a-z0-9_-]*$"),
            Id(_) => Some("^[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}$"),
            Like(pattern, ..) => Some(pattern),
        }
    }

    pub(super) const fn example(self) -> &'static str {
        match self {
            Text(_, example) | Word(example) | Id(example) | Like(_, _, example) => example,
        }
    }
}

/// The longest sentence that the product writes, names in it included.
const SENTENCE: usize = 2000;
/// A sentence of an obstacle: of the first of their codes, which stands in the same examples.
const FLAGGED: &str = "the file was flagged as malicious by Kim Winter at 2026-01-31T12:00:00Z; nobody can approve it until the flag is cleared";
/// The longest answer of somebody else's server that is kept.
const ANSWER: usize = 500;
/// The longest address: an email address, a phone number, or that of an integration.
const ADDRESS: usize = text::EMAIL_MAX + 64;
/// The longest text with which subjects are compared.
const SUBJECT: usize = Subject::MAX;
/// Everything that one record may hold.
const RECORD: usize = 64 * 1024;
const TOKEN: &str = "^cs[a-z]_[0-9A-HJKMNP-TV-Z]{26}_[A-Za-z0-9_-]{43}$";
const DIGEST: &str = "^[0-9a-f]{64}$";
/// A seal of the audit: the mark of its key, and the seal.
const SEAL: &str = "^([0-9a-f]{8}[.][0-9a-f]{64})?$";
const HEAD: &str = "9c66e25d.9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const BASE32: &str = "^[A-Z2-7]+=*$";

pub(super) const TEXTS: &[(&str, Form)] = &[
    // What things are called.
    ("name", Text(text::NAME_MAX, "Kim Winter")),
    ("AgentGroup.name", Text(text::NAME_MAX, "Workstations")),
    ("AgentPolicy.name", Text(text::NAME_MAX, "Standard rules")),
    ("ApiToken.name", Text(text::NAME_MAX, "Weekly report")),
    ("ApiTokenDetail.name", Text(text::NAME_MAX, "Weekly report")),
    ("BehindView.name", Text(text::NAME_MAX, "Reception")),
    ("ComputerDetail.name", Text(text::NAME_MAX, "Reception")),
    ("ComputerName.name", Text(text::NAME_MAX, "Reception")),
    ("ComputerView.name", Text(text::NAME_MAX, "Reception")),
    ("DeployedGroup.name", Text(text::NAME_MAX, "Workstations")),
    ("DeployedPolicyView.name", Text(text::NAME_MAX, "Standard rules")),
    ("DeviceDetail.name", Text(Reported::DEVICE_NAME_MAX, "Backup stick")),
    ("DeviceView.name", Text(Reported::DEVICE_NAME_MAX, "Backup stick")),
    ("EarlierRequest.name", Text(Reported::NAME_MAX, "setup.exe")),
    ("EditedOrganizationDetail.name", Text(text::NAME_MAX, "Company A")),
    ("EnrollmentKeyDetail.name", Text(text::NAME_MAX, "Rollout in March")),
    ("EnrollmentKeySummary.name", Text(text::NAME_MAX, "Rollout in March")),
    ("EnrollmentKeyView.name", Text(text::NAME_MAX, "Rollout in March")),
    ("Grant.name", Text(Reported::NAME_MAX, "setup.exe")),
    ("GrantedComputer.name", Text(text::NAME_MAX, "Reception")),
    ("GroundRole.name", Text(text::NAME_MAX, "Help desk")),
    ("GroupDetail.name", Text(text::NAME_MAX, "Workstations")),
    ("GroupDifference.name", Text(text::NAME_MAX, "Workstations")),
    ("GroupName.name", Text(text::NAME_MAX, "Workstations")),
    ("GroupView.name", Text(text::NAME_MAX, "Workstations")),
    ("HeldFrom.name", Text(text::NAME_MAX, "Help desk")),
    ("NameDetail.name", Text(text::NAME_MAX, "Workstations")),
    ("OrganizationDetail.name", Text(text::NAME_MAX, "Company A")),
    ("OrganizationName.name", Text(text::NAME_MAX, "Company A")),
    ("OrganizationView.name", Text(text::NAME_MAX, "Company A")),
    ("PolicyDetail.name", Text(text::NAME_MAX, "Standard rules")),
    ("PolicyDifference.name", Text(text::NAME_MAX, "Standard rules")),
    ("PolicyFields.name", Text(text::NAME_MAX, "Standard rules")),
    ("PolicyMoved.name", Text(text::NAME_MAX, "Standard rules")),
    ("PolicyName.name", Text(text::NAME_MAX, "Standard rules")),
    ("PolicyView.name", Text(text::NAME_MAX, "Standard rules")),
    ("PushSubscriptionChanged.name", Text(text::NAME_MAX, "Phone")),
    ("ReportedFile.name", Text(Reported::NAME_MAX, "setup.exe")),
    ("ReportedPublisher.name", Text(Reported::NAME_MAX, "CN=Example Software")),
    ("RevokedApiTokenDetail.name", Text(text::NAME_MAX, "Weekly report")),
    ("RoleDetail.name", Text(text::NAME_MAX, "Help desk")),
    ("RoleRef.name", Text(text::NAME_MAX, "Help desk")),
    ("RoleView.name", Text(text::NAME_MAX, "Help desk")),
    ("Rule.name", Text(text::NAME_MAX, "Signed tools")),
    ("RuleDetail.name", Text(text::NAME_MAX, "Signed tools")),
    ("RuleName.name", Text(text::NAME_MAX, "Signed tools")),
    ("SubjectName.name", Text(Reported::NAME_MAX, "setup.exe")),
    ("SubjectView.name", Text(Reported::NAME_MAX, "setup.exe")),
    ("TagDetail.name", Text(Tag::NAME_MAX, "Update servers")),
    ("TagView.name", Text(Tag::NAME_MAX, "Update servers")),
    ("UnseenComputer.name", Text(text::NAME_MAX, "Reception")),
    ("WouldDecide.name", Text(Reported::NAME_MAX, "setup.exe")),
    ("administrator_name", Text(text::NAME_MAX, "Kim Winter")),
    ("asked_by", Text(text::NAME_MAX, "Kim Winter")),
    ("computer_name", Text(text::NAME_MAX, "Reception")),
    ("display_name", Text(text::NAME_MAX, "Company A")),
    ("file_name", Text(Reported::NAME_MAX, "setup.exe")),
    ("group", Text(text::NAME_MAX, "Workstations")),
    ("in_place_of", Text(text::NAME_MAX, "Kim Winter")),
    ("names", Text(text::NAME_MAX, "Kim Winter")),
    ("role_name", Text(text::NAME_MAX, "Help desk")),
    ("title", Text(text::NAME_MAX, "Approve for a single computer")),
    ("Problem.title", Text(64, "Not Found")),
    ("category", Text(text::NAME_MAX, "Approvals")),
    // Computers and what they report.
    ("account", Text(Reported::WORD_MAX, "Administrator")),
    ("agent_version", Text(AGENT_VERSION_MAX, "1.4.0")),
    ("certificate", Text(Reported::CERTIFICATE_MAX, "CN=Example Software")),
    ("hostname", Text(text::HOSTNAME_MAX, "pc-7")),
    ("issuer", Text(Reported::CERTIFICATE_MAX, "CN=Example Issuer")),
    ("issuer_thumbprint", Text(Reported::WORD_MAX, "0563b8630d62d75abbc8ab1e4bdfb5a899b24d43")),
    ("os", Text(text::OS_MAX, "Windows 11 24H2")),
    ("path", Text(Reported::PATH_MAX, r"C:\Users\ann\Downloads\setup.exe")),
    ("sha256", Like(DIGEST, 64, SHA256)),
    ("backup_sha256", Like(DIGEST, 64, SHA256)),
    ("team_id", Text(Reported::WORD_MAX, "A1B2C3D4E5")),
    ("unknown_policy", Text(Reported::UNKNOWN_MAX, "standard")),
    ("username", Text(text::USERNAME_MAX, "ann")),
    (
        "subject",
        Text(SUBJECT, "application:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    ),
    ("AgentPublisher.subject", Text(Reported::CERTIFICATE_MAX, "CN=Example Software")),
    ("DeviceDetail.id", Text(Reported::DEVICE_ID_MAX, "4C530001230715109395")),
    ("DeviceView.id", Text(Reported::DEVICE_ID_MAX, "4C530001230715109395")),
    ("update_channel", Text(AgentSettings::TEXT_MAX, "preview")),
    ("AgentSettings.version", Text(AgentSettings::TEXT_MAX, "2.4.1")),
    // What people write.
    ("description", Text(text::DESCRIPTION_MAX, "Answers requests from the sales offices")),
    ("DeviceLogin.description", Text(DeviceLogin::DESCRIPTION_MAX, "countersign on pc-7")),
    ("DeviceLoginDecided.description", Text(DeviceLogin::DESCRIPTION_MAX, "countersign on pc-7")),
    ("message", Text(text::MESSAGE_MAX, "You may use it until Friday.")),
    ("note", Text(text::NOTE_MAX, "Checked with the vendor.")),
    ("reason", Text(text::REASON_MAX + 1, "I need it for the quarterly report")),
    ("previous_reason", Text(text::REASON_MAX + 1, "I need it")),
    ("RequestNote.text", Text(text::NOTE_MAX, "Asked the vendor.")),
    ("RequestsExported.assignee", Text(30, "adm_01ARZ3NDEKTSV4RRFFQ69G5FAV")),
    ("RequestsExported.text", Text(254, "setup")),
    ("AuditExported.text", Text(254, "setup")),
    ("AuditExported.acts", Text(4096, "request.decided,request.revoked")),
    ("AuditExported.actor", Text(30, "adm_01ARZ3NDEKTSV4RRFFQ69G5FAV")),
    ("colour", Like("^#[0-9A-Fa-f]{6}$", 7, "#0a7b3c")),
    ("values", Text(Match::VALUE_MAX, r"C:\Program Files\Example\**")),
    // What the product says.
    ("InputError.message", Text(SENTENCE, "is required")),
    ("InputError.pointer", Text(LOOSE_BODY_LIMIT * 2, "/subject/sha256")),
    ("SubmissionWarning.message", Text(SENTENCE, "it was left out")),
    ("SubmissionWarning.pointer", Text(LOOSE_BODY_LIMIT * 2, "/requester/email")),
    ("Warning.message", Text(SENTENCE, "nobody else may manage administrators")),
    ("PermissionReason.reason", Text(SENTENCE, "from role `Help desk`, assigned at `Company B`")),
    ("detail", Text(SENTENCE, "there is nothing here that you may see")),
    ("meaning", Text(SENTENCE, "Approve requests for the computer that asked.")),
    ("missing", Text(SENTENCE, "`email_api_key` is not set")),
    ("obstacle", Text(SENTENCE, FLAGGED)),
    ("warnings", Text(SENTENCE, "`maxmemory-policy` is `allkeys-lru`: set it to `noeviction`")),
    ("what", Text(SENTENCE, "the seal of the entry is not the one that was written")),
    ("rest", Text(RECORD, "{}")),
    ("head", Like(SEAL, 73, HEAD)),
    ("chain_head", Like(SEAL, 73, HEAD)),
    // Words that programs know.
    ("action", Word("approve")),
    ("Warning.code", Word("last-administrator")),
    ("condition", Word("file")),
    ("format", Word("csv")),
    ("audit", Word("system")),
    ("kind", Word("application")),
    ("mode", Word("secured")),
    ("outcome", Word("approved")),
    ("reach", Word("organization-and-below")),
    ("scope", Word("computer")),
    ("state", Word("verified")),
    ("status", Word("pending")),
    ("RequestsExported.status", Text(256, "pending")),
    ("why", Word("invalid-credentials")),
    // Ids.
    ("grant_id", Id("grt_01ARZ3NDEKTSV4RRFFQ69G5FAV")),
    ("organization_id", Id("org_01ARZ3NDEKTSV4RRFFQ69G5FAV")),
    ("HeldFrom.id", Id("rol_01ARZ3NDEKTSV4RRFFQ69G5FAV")),
    ("Person.id", Id("adm_01ARZ3NDEKTSV4RRFFQ69G5FAV")),
    ("Logo.id", Text(64, "01ARZ3NDEKTSV4RRFFQ69G5FAV")),
    ("about", Text(128, "req_01ARZ3NDEKTSV4RRFFQ69G5FAV")),
    // As they were named, whatever they were.
    ("BulkResult.request_id", Text(64, "req_01ARZ3NDEKTSV4RRFFQ69G5FAV")),
    ("MaintenanceResult.computer_id", Text(64, "cmp_01ARZ3NDEKTSV4RRFFQ69G5FAV")),
    // Addresses, and what stands there.
    ("address", Text(ADDRESS, "kim@company.example")),
    ("AuditEntry.address", Text(64, "192.0.2.10")),
    ("DeviceLogin.address", Text(64, "192.0.2.10")),
    ("DeviceLogin.your_address", Text(64, "192.0.2.10")),
    ("DeviceLoginDecided.address", Text(64, "192.0.2.10")),
    ("PastCheckIn.address", Text(64, "192.0.2.10")),
    ("Session.address", Text(64, "192.0.2.10")),
    ("after", Text(ADDRESS, "slack:Security desk")),
    ("before", Text(ADDRESS, "slack:Security desk")),
    ("email", Text(text::EMAIL_MAX, "kim@company.example")),
    ("host", Text(text::HOSTNAME_MAX, "updates.push.services.mozilla.com")),
    ("reply_to", Text(text::EMAIL_MAX, "desk@company.example")),
    ("user_agent", Text(text::NAME_MAX, "Mozilla/5.0")),
    ("BounceView.reason", Text(ANSWER, "550 5.1.1 no such user")),
    ("answer", Text(ANSWER, "200: ok")),
    ("last_answer", Text(ANSWER, "202: queued")),
    ("last_failure", Text(ANSWER, "401: bad token")),
    ("provider", Text(RECORD, "postmark")),
    // Credentials, and what is opaque.
    (
        "ApiTokenMade.token",
        Like(TOKEN, 80, "csp_01ARZ3NDEKTSV4RRFFQ69G5FAV_gTnR3q0hVb8mX5yKc2dWf7sJz1pLu4oEi9aBxQvYtNM"),
    ),
    (
        "Enrolled.token",
        Like(TOKEN, 80, "csc_01ARZ3NDEKTSV4RRFFQ69G5FAV_gTnR3q0hVb8mX5yKc2dWf7sJz1pLu4oEi9aBxQvYtNM"),
    ),
    (
        "StartedDeviceLogin.device_code",
        Like(TOKEN, 80, "csd_01ARZ3NDEKTSV4RRFFQ69G5FAV_gTnR3q0hVb8mX5yKc2dWf7sJz1pLu4oEi9aBxQvYtNM"),
    ),
    ("user_code", Like("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", 9, "WDJB-MJHT")),
    ("verification_url", Text(2048, "https://countersign.company.example/device")),
    ("verification_url_complete", Text(2048, "https://countersign.company.example/device#WDJB-MJHT")),
    ("token", Like(TOKEN, 80, "csa_01ARZ3NDEKTSV4RRFFQ69G5FAV_gTnR3q0hVb8mX5yKc2dWf7sJz1pLu4oEi9aBxQvYtNM")),
    ("key", Like(TOKEN, 80, "cse_01ARZ3NDEKTSV4RRFFQ69G5FAV_gTnR3q0hVb8mX5yKc2dWf7sJz1pLu4oEi9aBxQvYtNM")),
    ("code", Like("^[0-9]{8}$", 8, "46119246")),
    ("next_cursor", Text(CURSOR_MAX, "AbCd")),
    ("otpauth_uri", Text(2048, "otpauth://totp/Company%20A?secret=JBSWY3DPEHPK3PXP")),
    ("override_key", Like(BASE32, 64, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")),
    ("public_key", Like("^[A-Za-z0-9_-]+$", 128, "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcx")),
    ("qr_svg", Text(RECORD, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")),
    ("recovery_codes", Text(64, "k7pm-3xqa-9rtd-2wbn")),
    ("secret", Text(256, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")),
    ("NewTotp.secret", Like(BASE32, 64, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")),
    ("seen_revision", Text(256, "0c2f6f0d9b1a-5f3d8f1c2b4e-91ab22c0de77-0")),
    ("version", Text(8 * 1024, "AbCd")),
];

pub(super) const LISTS: &[(&str, usize)] = &[
    ("items", LARGEST_PAGE),
    ("addresses", Notify::ADDRESSES_MAX),
    ("answers", 100),
    ("channels", Channel::ALL.len()),
    ("enrollment_keys_made_at", 20),
    ("entries", PolicyContent::ENTRIES_MAX),
    ("kinds", RequestKind::ALL.len()),
    ("integrations", Integration::MAX),
    ("recovery_codes", 10),
    ("results", 50),
    ("sessions", 21),
    ("signers", 8),
    ("templates", ApprovalSettings::TEMPLATES_MAX),
    ("values", Tag::VALUES_MAX),
    ("DeletedAccountDetail.assignments", 100),
    ("HoldingsDetail.assignments", 100),
    ("LoginSettings.allowed_ranges", LoginSettings::RANGES_MAX),
    ("LoginSettingsDetail.allowed_ranges", LoginSettings::RANGES_MAX),
    ("EffectiveLoginSettings.allowed_ranges", LoginSettings::RANGES_MAX),
    ("AdministratorView.permissions", Permission::ALL.len()),
    ("ApiToken.permissions", Permission::ALL.len()),
    ("ApiTokenDetail.permissions", Permission::ALL.len()),
    ("DeletedAccountDetail.permissions", Permission::ALL.len()),
    ("Difference.permissions", Permission::ALL.len()),
    ("EffectivePermissions.permissions", Permission::ALL.len()),
    ("HoldingsDetail.permissions", Permission::ALL.len()),
    ("InvitedDetail.permissions", Permission::ALL.len()),
    ("RevokedApiTokenDetail.permissions", Permission::ALL.len()),
    ("RoleDetail.permissions", Permission::ALL.len()),
    ("RoleView.permissions", Permission::ALL.len()),
    ("ChannelsByKind.asked_to_decide", Channel::ALL.len()),
    ("ChannelsByKind.flagged", Channel::ALL.len()),
    ("ChannelsByKind.handled", Channel::ALL.len()),
    ("ChannelsByKind.joined", Channel::ALL.len()),
    ("ChannelsByKind.new_request", Channel::ALL.len()),
    ("PolicyComparison.groups", 50),
    ("RolloutView.computers", 50),
    ("Submitted.warnings", 51),
    ("WhoAmI.places", 100),
];
