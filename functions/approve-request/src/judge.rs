//! Judging a decision: on the request, on where its computer is now, and on what the organization says of decisions.

use countersign_authority::approval_settings_at;
use countersign_http::{Code, EarlierDecision, Problem};
use countersign_journal::Journal;
use countersign_model::{
    Action, Actor, ApprovalSettings, Aspect, Decision, Denial, FaultKind, FileFlag, NotAccepted, Outcome,
    Permit, Request, TransitionError, Whereabouts, decide,
};
use futures::future::try_join3;

use crate::defaults;
use crate::open::whereabouts;
use crate::seen::{Seen, request_changed};
use crate::wire::Draft;

/// What a decision on a request is judged on beside the request: read right before.
pub struct Ground {
    /// Where the computer that asked is now.
    pub at: Whereabouts,
    /// What the organization says of decisions.
    pub settings: ApprovalSettings,
    /// The decision, with what the settings say where the draft is silent.
    pub decision: Decision,
    /// The flag that says that the file is malicious, if the decision is to approve it.
    pub flag: Option<FileFlag>,
}

impl Ground {
    /// Reads the computer with its group, the organization's settings, and the flags of the file.
    pub async fn of(
        journal: &Journal,
        actor: &Actor,
        request: &Request,
        draft: &Draft,
    ) -> Result<Self, Problem> {
        let settings = approval_settings_at(journal, &request.organization_id, &request.ancestors);
        let flag = async {
            match draft.outcome() {
                Outcome::Approved => journal.flag_on(request).await,
                Outcome::Denied | Outcome::Ignored => Ok(None),
            }
        };
        let (at, settings, flag) = try_join3(whereabouts(journal, request), settings, flag).await?;
        let at = at.place;
        let scope = defaults::scope(actor, request, &at, &settings, draft.condition);
        let decision = draft.decision(&settings, scope)?;
        Ok(Self { at, settings, decision, flag })
    }
}

/// The request as a decision leaves it, with the permit for that; or why the decision is refused.
pub fn judge(
    actor: &Actor,
    request: &Request,
    draft: &Draft,
    ground: &Ground,
) -> Result<(Request, Permit), NotDecided> {
    let Ground { at, settings, decision, flag } = ground;
    let permit = permit(actor, request, decision)?;
    let new = match &draft.replaces {
        Some(replaced) => request.decide_anew(decision.clone(), replaced, at)?,
        None => request.decide(decision.clone(), at)?,
    };
    settings.accepts(decision)?;
    // If it is flagged at this moment, the processing of the decision revokes the approval.
    if let Some(flag) = flag {
        return Err(NotDecided::Flagged(Box::new(flag.clone())));
    }
    unchanged(draft.seen.as_ref(), request, at)?;
    Ok((new, permit))
}

/// Requires that nothing that matters has changed since the administrator saw the request.
fn unchanged(seen: Option<&Seen>, request: &Request, at: &Whereabouts) -> Result<(), NotDecided> {
    let Some(seen) = seen else { return Ok(()) };
    let changed = seen.changed(&Seen::of(request, at));
    if changed.is_empty() { Ok(()) } else { Err(NotDecided::Changed(changed)) }
}

/// Whether the actor may make this decision.
fn permit(actor: &Actor, request: &Request, decision: &Decision) -> Result<Permit, Denial> {
    let action = match decision.outcome {
        Outcome::Approved => Action::approve(request.kind()),
        Outcome::Denied => Action::RequestsDeny,
        Outcome::Ignored => Action::RequestsIgnore,
    };
    decide(actor, action, &request.resource().scope(decision.scope))
}

/// Why a request is not decided.
pub enum NotDecided {
    /// The administrator may not make this decision.
    Denied(Denial),
    /// The request is not pending.
    Standing(TransitionError),
    /// The organization asks something else of decisions.
    NotAccepted(NotAccepted),
    /// These have changed since the administrator saw the request.
    Changed(Vec<Aspect>),
    /// The file is flagged as malicious.
    Flagged(Box<FileFlag>),
}

impl From<NotAccepted> for NotDecided {
    fn from(error: NotAccepted) -> Self {
        Self::NotAccepted(error)
    }
}

impl From<Denial> for NotDecided {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<TransitionError> for NotDecided {
    fn from(error: TransitionError) -> Self {
        Self::Standing(error)
    }
}

impl From<NotDecided> for Problem {
    fn from(error: NotDecided) -> Self {
        match error {
            NotDecided::Denied(denial) => denial.into(),
            NotDecided::Standing(error) => conflict(error),
            NotDecided::NotAccepted(error) => not_accepted(error),
            NotDecided::Changed(aspects) => request_changed(aspects),
            NotDecided::Flagged(flag) => Problem::new(Code::FileFlagged, flag.refusal()),
        }
    }
}

/// The answer when the organization asks something else of decisions.
fn not_accepted(error: NotAccepted) -> Problem {
    let detail = error.to_string();
    match error {
        NotAccepted::MessageRequired => {
            Problem::invalid_field("/message", FaultKind::Required.saying(detail))
        }
        NotAccepted::PublisherNotAllowed | NotAccepted::PublisherTooWide { .. } => {
            Problem::new(Code::ConditionNotAllowed, detail)
        }
    }
}

/// The answer when the request's status does not allow the change.
pub fn conflict(error: TransitionError) -> Problem {
    let detail = error.to_string();
    match error {
        TransitionError::AlreadyDecided { decision } => {
            Problem::new(Code::AlreadyDecided, detail).with_decision(EarlierDecision::from(&*decision))
        }
        TransitionError::NotPending { .. } => Problem::new(Code::NotPending, detail),
        TransitionError::NotApproved { .. } => Problem::new(Code::NotApproved, detail),
        TransitionError::AttachmentNotExpected => Problem::new(Code::AttachmentNotExpected, detail),
        TransitionError::ComputerRemoved => Problem::new(Code::ComputerRemoved, detail),
        TransitionError::ComputerUnconfirmed => Problem::new(Code::ComputerUnconfirmed, detail),
        TransitionError::ComputerCloned => Problem::new(Code::ComputerUnreachable, detail),
        TransitionError::GroupDeleted => Problem::new(Code::GroupDeleted, detail),
        TransitionError::NoPublisher(_) => Problem::invalid_field("/condition", detail),
    }
}
