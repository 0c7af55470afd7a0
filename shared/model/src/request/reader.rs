//! What the reader of a list of requests may see of each.

use super::Request;
use crate::action::Action;
use crate::decide::decide;
use crate::rights::{Actor, Resource};

/// What a reader may see of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MayRead {
    /// Whether it is in their lists.
    pub list: bool,
    /// Whether they may open it.
    pub open: bool,
}

/// Says for each request of a list what its reader may see. Neighbours are mostly of one organization and kind, and are decided
/// alike.
#[derive(Debug)]
pub struct RequestReader<'a> {
    actor: &'a Actor,
    last: Option<(Resource, MayRead)>,
}

impl<'a> RequestReader<'a> {
    /// For a reader with these rights.
    #[must_use]
    pub fn new(actor: &'a Actor) -> Self {
        Self { actor, last: None }
    }

    /// What the reader may see of a request. Of an organization below that the right to list does not reach, nothing.
    pub fn may_read(&mut self, request: &Request) -> MayRead {
        let alike = |(about, _): &(Resource, MayRead)| {
            about.organization == request.organization_id && about.kind == Some(request.kind())
        };
        let last = self.last.take().filter(alike);
        let (_, may) = self.last.insert(last.unwrap_or_else(|| {
            let about = request.resource();
            let may = |action| decide(self.actor, action, &about).is_ok();
            let may = MayRead { list: may(Action::RequestsList), open: may(Action::RequestsOpen) };
            (about, may)
        }));
        *may
    }
}
