//! What a request itself tells of its past: for the time before its events were noted with it.

use countersign_model::act::{
    RequestDecided, RequestEnded, RequestRevoked, RequestSettled, RequestSubmitted,
};
use countersign_model::{Act, AdministratorId, Outcome, Request, RequestStatus, Who};
use jiff::Timestamp;

/// Something that happened to a request, without its event.
pub struct Recalled {
    pub at: Timestamp,
    pub who: Who,
    pub act: Act,
}

impl Recalled {
    /// Everything that the request tells, oldest first.
    pub fn all(request: &Request) -> Vec<Self> {
        let who = Who::Computer { id: request.computer_id.clone() };
        let submitted = Self { at: request.created_at, who, act: RequestSubmitted::of(request).into() };
        let mut all = vec![submitted];
        all.extend(decided(request));
        all.extend(revoked(request));
        all.extend(request.ended.as_ref().map(|ended| {
            let act = RequestEnded::of(&before_the_end(request), request, ended.because).into();
            Self { at: ended.at, who: Who::System, act }
        }));
        all.sort_by_key(|each| each.at);
        all
    }
}

fn decided(request: &Request) -> Option<Recalled> {
    let decision = request.decision.as_ref()?;
    let status = match decision.outcome {
        Outcome::Approved => RequestStatus::Approved,
        Outcome::Denied => RequestStatus::Denied,
        Outcome::Ignored => RequestStatus::Ignored,
    };
    let before = Request { status: RequestStatus::Pending, decision: None, ..request.clone() };
    let after = Request { status, ..request.clone() };
    let act = match &decision.settled_by {
        Some(settled_by) => RequestSettled::of(&after, decision, settled_by).into(),
        None => RequestDecided::of(&before, &after, decision).into(),
    };
    let who = person(&decision.administrator_id, &decision.administrator_name);
    Some(Recalled { at: decision.at, who, act })
}

fn revoked(request: &Request) -> Option<Recalled> {
    let by = request.decision.as_ref()?.revoked.as_ref()?;
    let before = Request { status: RequestStatus::Approved, ..request.clone() };
    let act = RequestRevoked::of(&before, request).into();
    Some(Recalled { at: by.at, who: person(&by.administrator_id, &by.administrator_name), act })
}

fn before_the_end(request: &Request) -> Request {
    let status = if request.decision.is_some() { RequestStatus::Approved } else { RequestStatus::Pending };
    Request { status, ended: None, ..request.clone() }
}

/// An administrator, by the name of the time.
pub fn person(id: &AdministratorId, name: &str) -> Who {
    Who::Administrator { id: id.clone(), name: name.to_owned(), via: None }
}
