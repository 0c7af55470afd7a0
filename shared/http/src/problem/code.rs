//! The codes of all problems, each with its HTTP status.
use http::StatusCode;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! codes {
    ($( $(#[$meta:meta])* $variant:ident = $status:ident, $id:literal; )+) => {
        /// What a program can tell problems apart by: stable, in kebab-case. Each has one HTTP status.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $( $(#[$meta])* #[doc = concat!("`", $id, "`")] $variant, )+
        }

        impl Code {
            /// All codes, by status.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];

            /// The code as it is sent.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $id, )+ }
            }

            /// The HTTP status of problems with this code.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $( Self::$variant => StatusCode::$status, )+ }
            }
        }
    };
}

codes! {
    AppendTooShort = BAD_REQUEST, "append-too-short";
    BodyCutShort = BAD_REQUEST, "body-cut-short";
    InconsistentUploadLength = BAD_REQUEST, "inconsistent-upload-length";
    InvalidIdempotencyKey = BAD_REQUEST, "invalid-idempotency-key";
    InvalidIfMatch = BAD_REQUEST, "invalid-if-match";
    InvalidUploadField = BAD_REQUEST, "invalid-upload-field";
    MalformedJson = BAD_REQUEST, "malformed-json";
    MalformedQuery = BAD_REQUEST, "malformed-query";
    MalformedRequest = BAD_REQUEST, "malformed-request";
    /// Answered by the embedded host alone.
    UnclearHost = BAD_REQUEST, "unclear-host";
    ComputerCloned = UNAUTHORIZED, "computer-cloned";
    DeviceCodeNotValid = UNAUTHORIZED, "device-code-not-valid";
    EnrollmentKeyNotValid = UNAUTHORIZED, "enrollment-key-not-valid";
    InvitationNotValid = UNAUTHORIZED, "invitation-not-valid";
    NotIdentified = UNAUTHORIZED, "not-identified";
    PasswordResetNotValid = UNAUTHORIZED, "password-reset-not-valid";
    TotpMissing = UNAUTHORIZED, "totp-missing";
    TotpWrong = UNAUTHORIZED, "totp-wrong";
    WrongCredentials = UNAUTHORIZED, "wrong-credentials";
    AddressNotAllowed = FORBIDDEN, "address-not-allowed";
    DeviceLoginDenied = FORBIDDEN, "device-login-denied";
    ForeignOrigin = FORBIDDEN, "foreign-origin";
    NotForOneself = FORBIDDEN, "not-for-oneself";
    NotPermitted = FORBIDDEN, "not-permitted";
    SessionRequired = FORBIDDEN, "session-required";
    SetupTokenWrong = FORBIDDEN, "setup-token-wrong";
    TotpRequired = FORBIDDEN, "totp-required";
    WrongPassword = FORBIDDEN, "wrong-password";
    AttachmentNotAvailable = NOT_FOUND, "attachment-not-available";
    NotFound = NOT_FOUND, "not-found";
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method-not-allowed";
    BodyTooSlow = REQUEST_TIMEOUT, "body-too-slow";
    AlreadyDecided = CONFLICT, "already-decided";
    AlreadySetUp = CONFLICT, "already-set-up";
    AttachmentNotExpected = CONFLICT, "attachment-not-expected";
    CanDecide = CONFLICT, "can-decide";
    ComputerConfirmed = CONFLICT, "computer-confirmed";
    ComputerRemoved = CONFLICT, "computer-removed";
    ComputerUnconfirmed = CONFLICT, "computer-unconfirmed";
    ComputerUnreachable = CONFLICT, "computer-unreachable";
    ConditionNotAllowed = CONFLICT, "condition-not-allowed";
    DeviceLoginDecided = CONFLICT, "device-login-decided";
    DeviceLoginPending = CONFLICT, "device-login-pending";
    EmailTaken = CONFLICT, "email-taken";
    EnrollmentAnswered = CONFLICT, "enrollment-answered";
    FileFlagged = CONFLICT, "file-flagged";
    GrantNotUsable = CONFLICT, "grant-not-usable";
    GroupDeleted = CONFLICT, "group-deleted";
    GroupNotEmpty = CONFLICT, "group-not-empty";
    InvitationNotResent = CONFLICT, "invitation-not-resent";
    LastSuperAdmin = CONFLICT, "last-super-admin";
    MismatchingUploadOffset = CONFLICT, "mismatching-upload-offset";
    NameTaken = CONFLICT, "name-taken";
    NoOverrideKey = CONFLICT, "no-override-key";
    NoFile = CONFLICT, "no-file";
    NoPushSubscription = CONFLICT, "no-push-subscription";
    NobodyToAsk = CONFLICT, "nobody-to-ask";
    NotApproved = CONFLICT, "not-approved";
    NotConfigured = CONFLICT, "not-configured";
    NotInvited = CONFLICT, "not-invited";
    NotPending = CONFLICT, "not-pending";
    NotRenewable = CONFLICT, "not-renewable";
    OrganizationBusy = CONFLICT, "organization-busy";
    OrganizationHasMessages = CONFLICT, "organization-has-messages";
    OrganizationNotEmpty = CONFLICT, "organization-not-empty";
    PasswordResetNotResent = CONFLICT, "password-reset-not-resent";
    PoliciesTooLarge = CONFLICT, "policies-too-large";
    PolicyNotLive = CONFLICT, "policy-not-live";
    RequestChanged = CONFLICT, "request-changed";
    RoleFull = CONFLICT, "role-full";
    RoleNameTaken = CONFLICT, "role-name-taken";
    RolesFull = CONFLICT, "roles-full";
    RootOrganization = CONFLICT, "root-organization";
    SettledAlong = CONFLICT, "settled-along";
    TagInUse = CONFLICT, "tag-in-use";
    TagMissing = CONFLICT, "tag-missing";
    TooManyApiTokens = CONFLICT, "too-many-api-tokens";
    TooManyEnrollmentKeys = CONFLICT, "too-many-enrollment-keys";
    TooManyGroups = CONFLICT, "too-many-groups";
    TooManyIntegrations = CONFLICT, "too-many-integrations";
    TooManyNotes = CONFLICT, "too-many-notes";
    TooManyPushSubscriptions = CONFLICT, "too-many-push-subscriptions";
    TooManyRules = CONFLICT, "too-many-rules";
    TotpCompulsory = CONFLICT, "totp-compulsory";
    TotpExists = CONFLICT, "totp-exists";
    TotpNotBegun = CONFLICT, "totp-not-begun";
    TotpNotSetUp = CONFLICT, "totp-not-set-up";
    UploadComplete = CONFLICT, "upload-complete";
    UploadReplaced = CONFLICT, "upload-replaced";
    WouldLockYouOut = CONFLICT, "would-lock-you-out";
    WrongState = CONFLICT, "wrong-state";
    DeviceLoginExpired = GONE, "device-login-expired";
    VersionTooOld = GONE, "version-too-old";
    RevisionChanged = PRECONDITION_FAILED, "revision-changed";
    BodyTooLarge = PAYLOAD_TOO_LARGE, "body-too-large";
    UnsupportedContentEncoding = UNSUPPORTED_MEDIA_TYPE, "unsupported-content-encoding";
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type";
    RangeNotSatisfiable = RANGE_NOT_SATISFIABLE, "range-not-satisfiable";
    AttachmentMismatch = UNPROCESSABLE_ENTITY, "attachment-mismatch";
    IdempotencyKeyReused = UNPROCESSABLE_ENTITY, "idempotency-key-reused";
    InvalidBody = UNPROCESSABLE_ENTITY, "invalid-body";
    InvalidQuery = UNPROCESSABLE_ENTITY, "invalid-query";
    AttachmentSpaceUsedUp = TOO_MANY_REQUESTS, "attachment-space-used-up";
    TooManyAttachmentBytes = TOO_MANY_REQUESTS, "too-many-attachment-bytes";
    TooManyChanges = TOO_MANY_REQUESTS, "too-many-changes";
    TooManyEnrollments = TOO_MANY_REQUESTS, "too-many-enrollments";
    TooManyAsks = TOO_MANY_REQUESTS, "too-many-asks";
    TooManyNewRequests = TOO_MANY_REQUESTS, "too-many-new-requests";
    TooManyOpenRequests = TOO_MANY_REQUESTS, "too-many-open-requests";
    TooManyRequests = TOO_MANY_REQUESTS, "too-many-requests";
    Internal = INTERNAL_SERVER_ERROR, "internal";
    Busy = SERVICE_UNAVAILABLE, "busy";
    /// Answered by the embedded host alone.
    Overloaded = SERVICE_UNAVAILABLE, "overloaded";
    ProcessingLags = SERVICE_UNAVAILABLE, "processing-lags";
    SettingsUnavailable = SERVICE_UNAVAILABLE, "settings-unavailable";
    StoreBusy = SERVICE_UNAVAILABLE, "store-busy";
    StoreTooNew = SERVICE_UNAVAILABLE, "store-too-new";
    StoreUnavailable = SERVICE_UNAVAILABLE, "store-unavailable";
    /// Answered by the embedded host alone.
    TimedOut = GATEWAY_TIMEOUT, "timed-out";
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let all = Self::ALL.iter().map(|code| code.as_str());
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(
                "A stable code by which programs tell problems apart. Each has one HTTP status.",
            ))
            .enum_values(Some(all))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> std::borrow::Cow<'static, str> {
        "ProblemCode".into()
    }
}
