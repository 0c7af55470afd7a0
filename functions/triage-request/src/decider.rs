//! Somebody who can decide a request, for the answers and for those who ask them.

use countersign_authority::ways_to;
use countersign_model::{Administrator, DecisionScope, NoticeKind, Request};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Somebody who can decide a request in some way.
pub struct Decider {
    pub administrator: Administrator,
    /// Up to which scope they can approve it; `None` if they can only deny or ignore it.
    pub approves: Option<DecisionScope>,
    /// Whether they can deny it.
    pub denies: bool,
}

/// Why an administrator who can decide a request is not told of each new one like it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NotTold {
    /// They belong neither to the organization of the request nor to one above it.
    Elsewhere,
    /// They have not chosen to be told of requests.
    NotWanted,
    /// They have chosen no channel for it.
    NoChannel,
    /// They are away. Their delegate is told, if they have one.
    Away,
    /// They are told only while nobody else who hears of it is on.
    OnlyWhenNobodyElse,
}

impl Decider {
    /// Why they are not told of each new request like this one, as things are now; `None` if they are.
    pub fn not_told(&self, request: &Request, now: Timestamp) -> Option<NotTold> {
        let who = &self.administrator;
        let home = &who.organization_id;
        let reasons = [
            (*home != request.organization_id && !request.ancestors.contains(home), NotTold::Elsewhere),
            (!who.notify_on_request, NotTold::NotWanted),
            (ways_to(who, NoticeKind::NewRequest).is_empty(), NotTold::NoChannel),
            (who.notifications.away_at(now).is_some(), NotTold::Away),
            (who.notifications.only_when_nobody_else, NotTold::OnlyWhenNobodyElse),
        ];
        reasons.into_iter().find_map(|(holds, reason)| holds.then_some(reason))
    }
}
