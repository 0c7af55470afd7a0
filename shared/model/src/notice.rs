//! Notices: that somebody must hear of something. Processing expands them into deliveries, with rights checked then.

use serde::{Deserialize, Serialize};

use crate::ids::{AdministratorId, NotificationId, RequestId};
use crate::named::named;

named! {
    /// What is told, without about whom.
    pub enum NoticeName("notice") {
        RequestSubmitted = "request-submitted",
        RequestDecided = "request-decided",
        RequestRevoked = "request-revoked",
        Invitation = "invitation",
        PasswordReset = "password-reset",
        Again = "again",
    }
}

/// Who must hear of what.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Whoever could open the request and wants to hear of it, and the addresses of the policy.
    RequestSubmitted {
        /// The request.
        request_id: RequestId,
    },
    /// The requester, of the decision.
    RequestDecided {
        /// The request.
        request_id: RequestId,
    },
    /// The requester, that an approval was taken back.
    RequestRevoked {
        /// The request.
        request_id: RequestId,
    },
    /// An invited administrator, with a link minted when it is sent.
    Invitation {
        /// Who.
        administrator_id: AdministratorId,
    },
    /// An administrator, with a link minted when it is sent.
    PasswordReset {
        /// Who.
        administrator_id: AdministratorId,
    },
    /// Whoever a delivery was for, once more: somebody asked for it to be sent again.
    Again {
        /// The delivery.
        notification_id: NotificationId,
    },
}

impl Notice {
    /// What is told.
    #[must_use]
    pub const fn name(&self) -> NoticeName {
        match self {
            Self::RequestSubmitted { .. } => NoticeName::RequestSubmitted,
            Self::RequestDecided { .. } => NoticeName::RequestDecided,
            Self::RequestRevoked { .. } => NoticeName::RequestRevoked,
            Self::Invitation { .. } => NoticeName::Invitation,
            Self::PasswordReset { .. } => NoticeName::PasswordReset,
            Self::Again { .. } => NoticeName::Again,
        }
    }

    /// The request it is about.
    #[must_use]
    pub const fn request_id(&self) -> Option<&RequestId> {
        match self {
            Self::RequestSubmitted { request_id }
            | Self::RequestDecided { request_id }
            | Self::RequestRevoked { request_id } => Some(request_id),
            Self::Invitation { .. } | Self::PasswordReset { .. } | Self::Again { .. } => None,
        }
    }

    /// The administrator whom it is about.
    #[must_use]
    pub const fn administrator_id(&self) -> Option<&AdministratorId> {
        match self {
            Self::Invitation { administrator_id } | Self::PasswordReset { administrator_id } => {
                Some(administrator_id)
            }
            Self::RequestSubmitted { .. }
            | Self::RequestDecided { .. }
            | Self::RequestRevoked { .. }
            | Self::Again { .. } => None,
        }
    }
}
