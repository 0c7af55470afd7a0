//! Why somebody is told.

use super::Delivery;
use crate::named::named;
use crate::notice::Notice;

named! {
    /// As what its recipient is told.
    pub enum ToldAs("reason for a message") {
        /// Whoever asked for permission.
        Requester = "requester",
        /// An administrator with *notify on request*.
        Subscriber = "subscriber",
        /// An address of the policy's notify list.
        NotifyList = "notify-list",
        /// An address that the organization names for requests that nobody takes.
        EscalationList = "escalation-list",
        /// An administrator who may decide it.
        MayDecide = "may-decide",
        /// The administrator to whom it was handed over.
        HandedOver = "handed-over",
        /// The owner of the account that it is about.
        Oneself = "oneself",
        /// A Super Admin of the root organization.
        SuperAdmin = "super-admin",
        /// An administrator in the place of one who is away.
        StandsIn = "stands-in",
    }
}

impl Delivery {
    /// As what its recipient is told.
    #[must_use]
    pub fn told_as(&self) -> ToldAs {
        if self.in_place_of.is_some() {
            return ToldAs::StandsIn;
        }
        if self.to_requester {
            return ToldAs::Requester;
        }
        match self.notice {
            Notice::RequestDecided { .. }
            | Notice::RequestRevoked { .. }
            | Notice::ApprovalEdited { .. }
            | Notice::RequestEnded { .. }
            | Notice::RequestExpired { .. } => ToldAs::Requester,
            Notice::RequestUntaken { .. } => ToldAs::EscalationList,
            Notice::RequestUndecided { .. } | Notice::DecisionAsked { .. } => ToldAs::MayDecide,
            Notice::RequestHandedOver { .. } => ToldAs::HandedOver,
            Notice::Invitation { .. }
            | Notice::PasswordReset { .. }
            | Notice::SignedInElsewhere { .. }
            | Notice::PasswordChanged { .. }
            | Notice::RightsChanged { .. } => ToldAs::Oneself,
            Notice::AccountRecovered { .. } => ToldAs::SuperAdmin,
            Notice::RequestSubmitted { .. }
            | Notice::RequestJoined { .. }
            | Notice::RequestHandled { .. }
            | Notice::RequestTaken { .. }
            | Notice::RequestExpiring { .. }
            | Notice::FileFlagged { .. }
            | Notice::Again { .. }
            | Notice::Digest => match self.recipient_organization_id {
                Some(_) => ToldAs::Subscriber,
                None => ToldAs::NotifyList,
            },
        }
    }
}
