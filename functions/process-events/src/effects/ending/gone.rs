//! What is gone by an event, and what ends with that, or at another time.

use countersign_journal::{Change, Journal};
use countersign_model::act::{
    ApprovalDetail, GrantEdited, RequestDecided, RequestEnded, RequestExpired, RequestRevoked,
};
use countersign_model::list::WHOLE_ORGANIZATION;
use countersign_model::{
    Act, ComputerId, DecisionId, EndReason, FileFlag, FlagId, List, NewAct, Origin, Permit, ProcessorOnly,
    Request, RequestId, Sha256, Stopped, Who,
};
use countersign_store::StoreError;
use jiff::Timestamp;
use ulid::Ulid;

use countersign_journal::readable::load_one_readable;

/// What is gone: the partition of a set that has what ends with it, and the reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gone {
    pub list: List,
    pub partition: String,
    because: Because,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Because {
    Gone(EndReason),
    /// The approval of this request was revoked.
    Revoked(RequestId),
    /// Its file was flagged as malicious.
    Flagged(FlagId),
    /// The approval of this request ends at another time.
    Edited(RequestId),
}

impl Gone {
    /// What a flag stops: if the event is a stop in the midst of others, with the request that was stopped last.
    pub fn by_flag(act: &Act) -> Vec<(Self, Option<&RequestId>)> {
        if let Act::FileFlagSet(set) = act {
            let all = if set.flagged { Self::stopped_by(&set.flag_id, &set.sha256) } else { Vec::new() };
            return all.into_iter().map(|gone| (gone, None)).collect();
        }
        if let Act::RequestDecided(decided) = act {
            let gone = |flag| Self::of_subject(List::MatchingRequests, &decided.subject, flag);
            return decided.flag_id.iter().map(|flag| (gone(flag), Some(&decided.request_id))).collect();
        }
        let Act::RequestRevoked(revoked) = act else { return Vec::new() };
        let gone = |flag| Self::of_subject(List::SharedApprovals, &revoked.subject, flag);
        revoked.flag_id.iter().map(|flag| (gone(flag), Some(&revoked.request_id))).collect()
    }

    /// What a flag of this file stops at an organization.
    pub fn stopped_by(flag: &FlagId, sha256: &Sha256) -> Vec<Self> {
        let both = |subject: String| {
            [List::MatchingRequests, List::SharedApprovals].map(|list| Self::of_subject(list, &subject, flag))
        };
        FileFlag::subjects_of(sha256).into_iter().flat_map(both).collect()
    }

    fn of_subject(list: List, subject: &str, flag: &FlagId) -> Self {
        Self { list, partition: subject.to_owned(), because: Because::Flagged(flag.clone()) }
    }

    /// What is gone by an event. If the event is an end in the midst of others: what was gone before, and the request that
    /// ended last.
    pub fn by(act: &Act) -> Option<(Self, Option<&RequestId>)> {
        if let Act::ComputerDeleted(deleted) = act {
            return Some((Self::computer(&deleted.computer_id), None));
        }
        if let Act::GroupDeleted(deleted) = act {
            return Some((Self::shared(deleted.group_id.as_str(), EndReason::GroupDeleted), None));
        }
        if let Act::OrganizationDeleted(_) = act {
            return Some((Self::shared(WHOLE_ORGANIZATION, EndReason::OrganizationDeleted), None));
        }
        if let Act::RequestRevoked(revoked) = act {
            return Some(match &revoked.settled_by {
                None => (Self::approval(&revoked.request_id), None),
                Some(decided) => (Self::approval(decided), Some(&revoked.request_id)),
            });
        }
        if let Act::GrantEdited(edited) = act {
            return Some(match &edited.settled_by {
                None => (Self::edited(&edited.request_id), None),
                Some(decided) => (Self::edited(decided), Some(&edited.request_id)),
            });
        }
        if let Act::RequestEnded(ended) = act {
            let gone = Self::with(ended.because, &ended.computer_id, ended.approval.as_ref())?;
            return Some((gone, Some(&ended.request_id)));
        }
        let Act::RequestExpired(expired) = act else { return None };
        let gone = Self::with(expired.because?, &expired.computer_id, expired.approval.as_ref())?;
        Some((gone, Some(&expired.request_id)))
    }

    fn computer(id: &ComputerId) -> Self {
        let because = Because::Gone(EndReason::ComputerRemoved);
        Self { list: List::ComputerRequests, partition: id.to_string(), because }
    }

    fn shared(partition: &str, because: EndReason) -> Self {
        let because = Because::Gone(because);
        Self { list: List::SharedApprovals, partition: partition.to_owned(), because }
    }

    fn approval(decided: &RequestId) -> Self {
        let because = Because::Revoked(decided.clone());
        Self { list: List::SharedApprovals, partition: decided.to_string(), because }
    }

    fn edited(decided: &RequestId) -> Self {
        Self { because: Because::Edited(decided.clone()), ..Self::approval(decided) }
    }

    /// What was gone when a request ended.
    fn with(because: EndReason, computer: &ComputerId, approval: Option<&ApprovalDetail>) -> Option<Self> {
        Some(match because {
            EndReason::ComputerRemoved => Self::computer(computer),
            EndReason::GroupDeleted => Self::shared(approval?.group_id.as_ref()?.as_str(), because),
            EndReason::OrganizationDeleted => Self::shared(WHOLE_ORGANIZATION, because),
        })
    }

    /// Why requests end with it; `None` if the revoked request cannot be read.
    pub async fn cause(&self, journal: &Journal) -> Result<Option<Cause>, StoreError> {
        Ok(match &self.because {
            Because::Gone(because) => Some(Cause::Gone(*because)),
            Because::Revoked(decided) => Cause::revocation_of(journal, decided).await?,
            Because::Flagged(flag) => {
                let found = load_one_readable::<FileFlag>(journal, flag.as_str()).await?;
                found.filter(FileFlag::is_in_force).map(|flag| Cause::Flagged(Box::new(flag)))
            }
            Because::Edited(decided) => Cause::edit_of(journal, decided).await?,
        })
    }
}

/// Why a request ends.
pub enum Cause {
    /// What it is for is gone.
    Gone(EndReason),
    /// The approval that it was settled along with was revoked: that of this request.
    Revoked(Box<Request>),
    /// Its file was flagged as malicious.
    Flagged(Box<FileFlag>),
    /// The approval that it was settled along with ends at another time: that of this request.
    Edited(Box<Request>),
}

impl Cause {
    /// The revocation of a request's approval; `None` if it was not revoked.
    pub async fn revocation_of(journal: &Journal, decided: &RequestId) -> Result<Option<Self>, StoreError> {
        let found = load_one_readable::<Request>(journal, decided.as_str()).await?;
        let is_revoked =
            |request: &Request| request.decision.as_ref().is_some_and(|decision| decision.revoked.is_some());
        Ok(found.filter(is_revoked).map(|decided| Self::Revoked(Box::new(decided))))
    }

    /// Whether it is a flag.
    pub const fn is_flag(&self) -> bool {
        matches!(self, Self::Flagged(_))
    }

    /// The other end of a request's approval; `None` if it has the end that it was given.
    pub async fn edit_of(journal: &Journal, decided: &RequestId) -> Result<Option<Self>, StoreError> {
        let found = load_one_readable::<Request>(journal, decided.as_str()).await?;
        let is_edited =
            |request: &Request| request.decision.as_ref().is_some_and(|decision| decision.changed.is_some());
        Ok(found.filter(is_edited).map(|decided| Self::Edited(Box::new(decided))))
    }

    /// The ended request with its event; `decision` is the id of a denial. `None` if it does not end for this reason, or is
    /// over already.
    pub fn end(&self, old: &Request, decision: Ulid, now: Timestamp) -> Option<(Request, Change)> {
        let permit = Permit::processor(&old.organization_id, ProcessorOnly);
        let change =
            |who: Who, act: NewAct| Change::new(&permit, &Origin { who, address: None, at: now }, act);
        match self {
            Self::Gone(because) => {
                let (new, act) = gone(old, *because, now)?;
                let change = change(Who::System, act);
                Some((new, change))
            }
            Self::Flagged(flag) => {
                let (new, stopped) = flag.stop(old, DecisionId::from_ulid(decision), now)?;
                let (id, name) = (flag.administrator_id.clone(), flag.administrator_name.clone());
                let act: NewAct = match stopped {
                    Stopped::Denied(decision) => RequestDecided::of(old, &new, &decision).into(),
                    Stopped::Revoked => RequestRevoked::of(old, &new).into(),
                };
                Some((new, change(Who::Administrator { id, name, via: None }, act)))
            }
            Self::Edited(decided) => {
                let new = old.ending_along(decided, now)?;
                let by = new.decision.as_ref()?.changed.as_ref()?;
                let (id, name) = (by.administrator_id.clone(), by.administrator_name.clone());
                let act = GrantEdited::of(old, &new).into();
                let change = change(Who::Administrator { id, name, via: None }, act);
                Some((new, change))
            }
            Self::Revoked(decided) => {
                let new = old.revoked_along(decided)?;
                let by = new.decision.as_ref()?.revoked.as_ref()?;
                let (id, name) = (by.administrator_id.clone(), by.administrator_name.clone());
                let change =
                    change(Who::Administrator { id, name, via: None }, RequestRevoked::of(old, &new).into());
                Some((new, change))
            }
        }
    }
}

/// The end with what a request is for. An approval that has expired by itself gets the event of that, so that it leaves the
/// set; a request that nobody decided in time gets it from the sweep.
fn gone(old: &Request, because: EndReason, now: Timestamp) -> Option<(Request, NewAct)> {
    if let Some(new) = old.end(because, now) {
        let act = RequestEnded::of(old, &new, because).into();
        return Some((new, act));
    }
    let new = old.expire(now).filter(|expired| expired.decision.is_some())?;
    let act = RequestExpired::before_it_ended(&new, because).into();
    Some((new, act))
}
