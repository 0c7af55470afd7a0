//! Acts about how administrators handle a request among themselves: opened, taken or handed over, a note, a request to
//! decide, a file flagged as malicious.

use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::flag::FileFlag;
use crate::ids::{AdministratorId, FlagId, NoteId, OrganizationId, RequestId};
use crate::kinds::{DecisionScope, RequestKind};
use crate::list::{FLAGGED_FILES, List, ListEntry};
use crate::notice::Notice;
use crate::permit::Basis;
use crate::request::Request;
use crate::request::handling::{Assignee, Note};
use crate::sight::{Named, Sees};
use crate::text::Sha256;

/// An administrator who has a request, by the name of the time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssigneeDetail {
    /// The id of the administrator; absent if they belong to an organization that you may not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator_id: Option<AdministratorId>,
    /// Their name at the time; absent if they belong to an organization that you may not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator_name: Option<String>,
    /// True if they belong to an organization that you may not see.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub managing_organization: bool,
}

impl From<&Assignee> for AssigneeDetail {
    fn from(assignee: &Assignee) -> Self {
        Self {
            administrator_id: Some(assignee.administrator_id.clone()),
            administrator_name: Some(assignee.administrator_name.clone()),
            managing_organization: false,
        }
    }
}

impl AssigneeDetail {
    fn hide(&mut self, sees: Sees<'_>) {
        if self.administrator_id.take_if(|id| !sees(Named::Administrator(id))).is_some() {
            (self.administrator_name, self.managing_organization) = (None, true);
        }
    }
}

/// An administrator opened a request. It is on record once in an hour for each administrator and request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestOpened {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The kind of the request.
    pub kind: RequestKind,
}

impl Happening for RequestOpened {
    fn footprint(&self) -> Footprint {
        silent(ActName::RequestOpened, vec![self.request_id.to_string()])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right_for(Action::RequestsOpen, self.kind)
    }
}

/// A request was taken, handed over or released.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestAssigned {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The kind of the request.
    pub kind: RequestKind,
    /// Who had it before; null if nobody had.
    pub before: Option<AssigneeDetail>,
    /// Who has it now; null if it was released.
    pub after: Option<AssigneeDetail>,
}

impl RequestAssigned {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Request, new: &Request) -> Self {
        Self {
            request_id: new.id.clone(),
            kind: new.kind(),
            before: old.assignee.as_ref().map(Into::into),
            after: new.assignee.as_ref().map(Into::into),
        }
    }

    pub(super) fn hide_people(&mut self, sees: Sees<'_>) {
        for assignee in self.before.iter_mut().chain(&mut self.after) {
            assignee.hide(sees);
        }
    }
}

impl Happening for RequestAssigned {
    fn footprint(&self) -> Footprint {
        let people = self.before.iter().chain(&self.after);
        let people = people.filter_map(|each| each.administrator_id.as_ref()).map(ToString::to_string);
        let concerns = std::iter::once(self.request_id.to_string()).chain(people).collect();
        silent(ActName::RequestAssigned, concerns)
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right_for(Action::RequestsOpen, self.kind)
    }
}

/// An administrator left a note at a request. The text is with the request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteAdded {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The kind of the request.
    pub kind: RequestKind,
    /// The id of the note.
    pub note_id: NoteId,
}

impl NoteAdded {
    /// The act, for this note at this request.
    #[must_use]
    pub fn of(request: &Request, note: &Note) -> Self {
        Self { request_id: request.id.clone(), kind: request.kind(), note_id: note.id.clone() }
    }
}

impl Happening for NoteAdded {
    fn footprint(&self) -> Footprint {
        silent(ActName::NoteAdded, vec![self.request_id.to_string(), self.note_id.to_string()])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right_for(Action::RequestsOpen, self.kind)
    }
}

/// An administrator removed a note at a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoteRemoved {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The kind of the request.
    pub kind: RequestKind,
    /// The id of the note.
    pub note_id: NoteId,
    /// The administrator who had left it; absent if they belong to an organization that you may not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_by: Option<AdministratorId>,
}

impl NoteRemoved {
    /// The act, for this note at this request.
    #[must_use]
    pub fn of(request: &Request, note: &Note) -> Self {
        Self {
            request_id: request.id.clone(),
            kind: request.kind(),
            note_id: note.id.clone(),
            left_by: Some(note.administrator_id.clone()),
        }
    }

    pub(super) fn hide_people(&mut self, sees: Sees<'_>) {
        let _ = self.left_by.take_if(|id| !sees(Named::Administrator(id)));
    }
}

impl Happening for NoteRemoved {
    fn footprint(&self) -> Footprint {
        silent(ActName::NoteRemoved, vec![self.request_id.to_string(), self.note_id.to_string()])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right_for(Action::RequestsOpen, self.kind)
    }
}

/// An administrator asked those who can decide a request to do so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionAsked {
    /// The request that it is about.
    pub request_id: RequestId,
    /// The kind of the request.
    pub kind: RequestKind,
    /// The name of the administrator who asked; absent if they belong to an organization that you may not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<String>,
    /// The scope for which they ask to approve it.
    pub scope: DecisionScope,
    /// What they wrote; null if nothing.
    pub message: Option<String>,
    /// The administrators who were asked, without those who belong to organizations that you may not see.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub asked: Vec<AdministratorId>,
    /// How many were asked, if some of them are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_in_all: Option<usize>,
}

impl DecisionAsked {
    pub(super) fn hide_people(&mut self, sees: Sees<'_>) {
        let _ = self.asked_by.take_if(|_| !sees(Named::Actor));
        let all = self.asked.len();
        self.asked.retain(|id| sees(Named::Administrator(id)));
        if self.asked.len() < all {
            self.asked_in_all.get_or_insert(all);
        }
    }
}

impl Happening for DecisionAsked {
    fn footprint(&self) -> Footprint {
        let notice = self.asked_by.clone().map(|asked_by| Notice::DecisionAsked {
            request_id: self.request_id.clone(),
            asked_by,
            message: self.message.clone(),
        });
        Footprint { notice, ..silent(ActName::DecisionAsked, vec![self.request_id.to_string()]) }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right_for(Action::RequestsOpen, self.kind)
    }
}

/// A file was flagged as malicious, or its flag was cleared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileFlagSet {
    /// The organization where the flag counts, as it does at those below; absent if you may not see that organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// The request at which the file was flagged; absent if you may not see its organization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
    /// True if the flag is one of an organization that you may not see.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub managing_organization: bool,
    /// The id of the flag.
    pub flag_id: FlagId,
    /// The SHA-256 of the file.
    pub sha256: Sha256,
    /// The name of the file in that request.
    pub file_name: String,
    /// Whether it is flagged now; false when the flag was cleared.
    pub flagged: bool,
    /// Why, as the administrator wrote; null if they wrote nothing.
    pub note: Option<String>,
}

impl From<&FileFlag> for FileFlagSet {
    fn from(flag: &FileFlag) -> Self {
        Self {
            organization_id: Some(flag.organization_id.clone()),
            request_id: Some(flag.request_id.clone()),
            managing_organization: false,
            flag_id: flag.id.clone(),
            sha256: flag.sha256.clone(),
            file_name: flag.file_name.clone(),
            flagged: flag.is_in_force(),
            note: flag.note.clone(),
        }
    }
}

impl FileFlagSet {
    pub(super) fn hide_place(&mut self, sees: Sees<'_>) {
        if self.organization_id.take_if(|id| !sees(Named::Organization(id))).is_some() {
            (self.request_id, self.managing_organization) = (None, true);
        }
    }
}

impl Happening for FileFlagSet {
    fn footprint(&self) -> Footprint {
        let request_id = self.request_id.clone().filter(|_| self.flagged);
        let notice =
            request_id.map(|request_id| Notice::FileFlagged { request_id, flag_id: self.flag_id.clone() });
        let concerns = std::iter::once(self.flag_id.to_string());
        let concerns = concerns.chain(self.request_id.iter().map(ToString::to_string)).collect();
        let lists = vec![ListEntry::within(List::SharedApprovals, FLAGGED_FILES, &self.flag_id)];
        Footprint { notice, lists, ..silent(ActName::FileFlagSet, concerns) }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        self.organization_id.as_ref().is_some_and(|id| basis.is_right_at(Action::RequestsFlag, id))
    }
}

/// A flag was carried to some of the organizations below, and there are more. Each such event continues after the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileFlagSpread {
    /// The id of the flag.
    pub flag_id: FlagId,
    /// The SHA-256 of the file.
    pub sha256: Sha256,
    /// To how many organizations it has been carried until now.
    pub organizations: u32,
}

impl From<&FileFlag> for FileFlagSpread {
    fn from(flag: &FileFlag) -> Self {
        let organizations = flag.spread.as_ref().map_or(0, |spread| spread.organizations);
        Self { flag_id: flag.id.clone(), sha256: flag.sha256.clone(), organizations }
    }
}

impl Happening for FileFlagSpread {
    fn footprint(&self) -> Footprint {
        let concerns = vec![self.flag_id.to_string()];
        silent(ActName::FileFlagSpread, concerns)
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        *basis == Basis::Processor
    }
}

/// What only the audits show.
fn silent(name: ActName, concerns: Vec<String>) -> Footprint {
    Footprint {
        name,
        audit: AuditKind::Both,
        concerns,
        lists: Vec::new(),
        notice: None,
        agents: AgentNews::NONE,
    }
}
