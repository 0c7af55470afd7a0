//! Under which group a request is listed.

use super::{Request, RequestStatus};
use crate::ids::GroupId;

impl Request {
    /// The group under which it is listed: where its computer is while it is pending, and where it was when it was decided or ended.
    #[must_use]
    pub fn listed_group(&self) -> &GroupId {
        let decided = self.decision.as_ref().and_then(|decision| decision.group_id.as_ref());
        decided.or(self.moved_to.as_ref()).unwrap_or(&self.group_id)
    }

    /// Its computer is in a group now. `None` if it is listed so, or is no longer pending.
    #[must_use]
    pub fn listed_under(&self, group: &GroupId) -> Option<Self> {
        let is_pending = self.status == RequestStatus::Pending;
        let moved_to = Some(group.clone()).filter(|group| *group != self.group_id);
        (is_pending && self.moved_to != moved_to).then(|| Self { moved_to, ..self.clone() })
    }
}
