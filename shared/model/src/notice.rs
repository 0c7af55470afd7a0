//! Notices: something that must be reported to people. Processing expands a notice into deliveries and checks rights
//! then.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;

use crate::ids::{AdministratorId, FlagId, NotificationId, RequestId};
use crate::named::named;

mod read;

named! {
    /// The kind of a notice, without the people and things that it is about.
    pub enum NoticeName("notice") {
        RequestSubmitted = "request-submitted",
        RequestDecided = "request-decided",
        RequestRevoked = "request-revoked",
        ApprovalEdited = "approval-edited",
        RequestEnded = "request-ended",
        RequestExpired = "request-expired",
        RequestJoined = "request-joined",
        RequestHandled = "request-handled",
        RequestTaken = "request-taken",
        RequestHandedOver = "request-handed-over",
        RequestExpiring = "request-expiring",
        RequestUntaken = "request-untaken",
        RequestUndecided = "request-undecided",
        DecisionAsked = "decision-asked",
        FileFlagged = "file-flagged",
        Invitation = "invitation",
        PasswordReset = "password-reset",
        SignedInElsewhere = "signed-in-elsewhere",
        PasswordChanged = "password-changed",
        RightsChanged = "rights-changed",
        AccountRecovered = "account-recovered",
        Again = "again",
        Digest = "digest",
    }
}

/// What must be reported to whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// To every subscriber who may open the request, and to the addresses of the policy.
    RequestSubmitted {
        /// The request.
        request_id: RequestId,
    },
    /// To everybody who waits for it: the decision.
    RequestDecided {
        /// The request.
        request_id: RequestId,
    },
    /// To everybody who waited for it: the revocation of the approval.
    RequestRevoked {
        /// The request.
        request_id: RequestId,
    },
    /// To everybody who waited for it: the approval ends at another time.
    ApprovalEdited {
        /// The request.
        request_id: RequestId,
    },
    /// To everybody who waited for it: the request or its approval ended with the computer or group that it was for.
    RequestEnded {
        /// The request.
        request_id: RequestId,
    },
    /// To everybody who waits for it: nobody decided the request in time.
    RequestExpired {
        /// The request.
        request_id: RequestId,
    },
    /// To those who were told of a pending request: others ask for the same.
    RequestJoined {
        /// The request.
        request_id: RequestId,
        /// How many computers wait, its own among them.
        computers: u32,
    },
    /// To the administrators who were told of a request: who decided it, or that nobody did in time.
    RequestHandled {
        /// The request.
        request_id: RequestId,
    },
    /// To the administrators who were told of a pending request: somebody has taken it.
    RequestTaken {
        /// The request.
        request_id: RequestId,
    },
    /// To the administrator to whom a colleague hands a pending request over.
    RequestHandedOver {
        /// The request.
        request_id: RequestId,
        /// The administrator who has it now.
        to: AdministratorId,
        /// The name of the colleague.
        by: String,
    },
    /// To those who were told of a pending request, and to who has taken it: it is about to expire.
    RequestExpiring {
        /// The request.
        request_id: RequestId,
    },
    /// To the addresses that the organization names for that: nobody has taken a request.
    RequestUntaken {
        /// The request.
        request_id: RequestId,
    },
    /// To administrators of an organization above: nobody has decided a request.
    RequestUndecided {
        /// The request.
        request_id: RequestId,
    },
    /// To those who can decide the request: a colleague, who may not, asks them to.
    DecisionAsked {
        /// The request.
        request_id: RequestId,
        /// The name of the administrator who asks.
        asked_by: String,
        /// What they wrote.
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// To every subscriber who may open the request, and to who has taken it: its file was flagged as malicious.
    FileFlagged {
        /// A request for the file that the recipient may open.
        request_id: RequestId,
        /// The flag.
        flag_id: FlagId,
    },
    /// To an invited administrator, with a link generated when it is sent.
    Invitation {
        /// The administrator.
        administrator_id: AdministratorId,
    },
    /// To an administrator, with a link generated when it is sent.
    PasswordReset {
        /// The administrator.
        administrator_id: AdministratorId,
    },
    /// To an administrator: somebody signed in as them from an address from which they have not signed in recently.
    SignedInElsewhere {
        /// The administrator.
        administrator_id: AdministratorId,
        /// The address.
        address: Option<IpAddr>,
        /// When it happened.
        at: Timestamp,
    },
    /// To an administrator: they, or somebody with their password, changed it.
    PasswordChanged {
        /// The administrator.
        administrator_id: AdministratorId,
        /// The address from which it was changed.
        address: Option<IpAddr>,
        /// When it happened.
        at: Timestamp,
    },
    /// To an administrator: somebody else changed their permissions or roles, or a role that they hold.
    RightsChanged {
        /// The administrator.
        administrator_id: AdministratorId,
        /// The name of who changed them.
        by: Option<String>,
        /// When it happened.
        at: Timestamp,
    },
    /// To the Super Admins of the root: whoever runs the deployment gave an administrator a link for a new password.
    AccountRecovered {
        /// The administrator.
        administrator_id: AdministratorId,
        /// Their name.
        whose: String,
        /// When it happened.
        at: Timestamp,
    },
    /// To the recipient of a delivery, again, because an administrator asked for it.
    Again {
        /// The delivery.
        notification_id: NotificationId,
    },
    /// To the recipient of more messages than go one by one: what the record of the digest lists. Its id is that of the
    /// delivery.
    Digest,
}

impl Notice {
    /// The kind of the notice.
    #[must_use]
    pub const fn name(&self) -> NoticeName {
        match self {
            Self::RequestSubmitted { .. } => NoticeName::RequestSubmitted,
            Self::RequestDecided { .. } => NoticeName::RequestDecided,
            Self::RequestRevoked { .. } => NoticeName::RequestRevoked,
            Self::ApprovalEdited { .. } => NoticeName::ApprovalEdited,
            Self::RequestEnded { .. } => NoticeName::RequestEnded,
            Self::RequestExpired { .. } => NoticeName::RequestExpired,
            Self::RequestJoined { .. } => NoticeName::RequestJoined,
            Self::RequestHandled { .. } => NoticeName::RequestHandled,
            Self::RequestTaken { .. } => NoticeName::RequestTaken,
            Self::RequestHandedOver { .. } => NoticeName::RequestHandedOver,
            Self::RequestExpiring { .. } => NoticeName::RequestExpiring,
            Self::RequestUntaken { .. } => NoticeName::RequestUntaken,
            Self::RequestUndecided { .. } => NoticeName::RequestUndecided,
            Self::DecisionAsked { .. } => NoticeName::DecisionAsked,
            Self::FileFlagged { .. } => NoticeName::FileFlagged,
            Self::Invitation { .. } => NoticeName::Invitation,
            Self::PasswordReset { .. } => NoticeName::PasswordReset,
            Self::SignedInElsewhere { .. } => NoticeName::SignedInElsewhere,
            Self::PasswordChanged { .. } => NoticeName::PasswordChanged,
            Self::RightsChanged { .. } => NoticeName::RightsChanged,
            Self::AccountRecovered { .. } => NoticeName::AccountRecovered,
            Self::Again { .. } => NoticeName::Again,
            Self::Digest => NoticeName::Digest,
        }
    }

    /// The request that it is about.
    #[must_use]
    pub const fn request_id(&self) -> Option<&RequestId> {
        match self {
            Self::RequestSubmitted { request_id }
            | Self::RequestDecided { request_id }
            | Self::RequestRevoked { request_id }
            | Self::ApprovalEdited { request_id }
            | Self::RequestEnded { request_id }
            | Self::RequestExpired { request_id }
            | Self::RequestJoined { request_id, .. }
            | Self::RequestHandled { request_id }
            | Self::RequestTaken { request_id }
            | Self::RequestHandedOver { request_id, .. }
            | Self::RequestExpiring { request_id }
            | Self::RequestUntaken { request_id }
            | Self::RequestUndecided { request_id }
            | Self::DecisionAsked { request_id, .. }
            | Self::FileFlagged { request_id, .. } => Some(request_id),
            Self::Invitation { .. }
            | Self::PasswordReset { .. }
            | Self::SignedInElsewhere { .. }
            | Self::PasswordChanged { .. }
            | Self::RightsChanged { .. }
            | Self::AccountRecovered { .. }
            | Self::Again { .. }
            | Self::Digest => None,
        }
    }

    /// The administrator that it is about.
    #[must_use]
    pub const fn administrator_id(&self) -> Option<&AdministratorId> {
        match self {
            Self::Invitation { administrator_id }
            | Self::PasswordReset { administrator_id }
            | Self::SignedInElsewhere { administrator_id, .. }
            | Self::PasswordChanged { administrator_id, .. }
            | Self::RightsChanged { administrator_id, .. }
            | Self::AccountRecovered { administrator_id, .. } => Some(administrator_id),
            Self::RequestSubmitted { .. }
            | Self::RequestDecided { .. }
            | Self::RequestRevoked { .. }
            | Self::ApprovalEdited { .. }
            | Self::RequestEnded { .. }
            | Self::RequestExpired { .. }
            | Self::RequestJoined { .. }
            | Self::RequestHandled { .. }
            | Self::RequestTaken { .. }
            | Self::RequestHandedOver { .. }
            | Self::RequestExpiring { .. }
            | Self::RequestUntaken { .. }
            | Self::RequestUndecided { .. }
            | Self::DecisionAsked { .. }
            | Self::FileFlagged { .. }
            | Self::Again { .. }
            | Self::Digest => None,
        }
    }
}
