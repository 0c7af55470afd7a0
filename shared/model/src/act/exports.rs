//! Acts about what was taken out as a whole.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::footprint::{Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::{Audit, AuditFilter, AuditKind};
use crate::filter::RequestFilter;
use crate::ids::{AdministratorId, ComputerId, GroupId, OrganizationId};
use crate::kinds::RequestKind;
use crate::permit::Basis;
use crate::sight::{Named, Sees};

/// An administrator exported the requests of an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestsExported {
    /// The organization whose requests were exported.
    pub organization_id: OrganizationId,
    /// Whether those of the organizations below were exported, too.
    pub below: bool,
    /// The format: `csv` or `jsonl`.
    pub format: String,
    /// Whether the call went on with an export that an earlier one had begun; absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub continued: bool,
    /// The statuses to which it was narrowed; absent if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The kind of request to which it was narrowed; absent if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<RequestKind>,
    /// The computer group to which it was narrowed; absent if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// The computer to which it was narrowed; absent if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computer_id: Option<ComputerId>,
    /// The administrator who had taken the requests to which it was narrowed, by their id, or `none`; absent if it was not, or
    /// if they belong to an organization that you may not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// Only requests made before this moment were exported; absent if it was not narrowed so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_before: Option<Timestamp>,
    /// Only requests made at this moment or later were exported; absent if it was not narrowed so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_after: Option<Timestamp>,
    /// The text that was sought; absent if none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl RequestsExported {
    /// The act, for the requests of an organization that a filter finds.
    #[must_use]
    pub fn of(
        organization: &OrganizationId,
        filter: &RequestFilter,
        text: Option<&str>,
        format: &str,
    ) -> Self {
        Self {
            organization_id: organization.clone(),
            below: filter.only.is_none(),
            format: format.to_owned(),
            continued: false,
            status: filter.statuses.clone().map(String::from),
            kind: filter.kind,
            group_id: filter.group.clone(),
            computer_id: filter.computer.clone(),
            assignee: filter.assignee.as_ref().map(ToString::to_string),
            created_before: filter.before,
            created_after: filter.after,
            text: text.map(str::to_owned),
        }
    }

    /// The same, for a call that went on with an earlier one.
    #[must_use]
    pub fn continued(self, continued: bool) -> Self {
        Self { continued, ..self }
    }

    pub(super) fn hide_people(&mut self, sees: Sees<'_>) {
        let _ = self.assignee.take_if(|id| !sees_text(id, sees));
    }
}

impl Happening for RequestsExported {
    fn footprint(&self) -> Footprint {
        let assignee = self.assignee.as_ref().filter(|each| each.parse::<AdministratorId>().is_ok());
        let narrowed = [
            self.group_id.as_ref().map(ToString::to_string),
            self.computer_id.as_ref().map(ToString::to_string),
            assignee.cloned(),
        ];
        Footprint {
            concerns: [self.organization_id.to_string()]
                .into_iter()
                .chain(narrowed.into_iter().flatten())
                .collect(),
            ..Footprint::recorded(ActName::RequestsExported, AuditKind::System, &[])
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::RequestsList)
    }
}

/// An administrator exported an audit of an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditExported {
    /// The organization whose audit was exported, with those below it.
    pub organization_id: OrganizationId,
    /// Which audit: `system` or `unified`.
    pub audit: Audit,
    /// The format: `csv` or `jsonl`.
    pub format: String,
    /// Whether the call went on with an export that an earlier one had begun; absent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub continued: bool,
    /// The acts to which it was narrowed; absent if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acts: Option<String>,
    /// The actor to whom it was narrowed; absent if it was not, or if they belong to an organization that you may not see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The id to which it was narrowed; absent if it was not, or if it is that of an organization that you may not see, or of
    /// somebody who belongs to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Only entries of before this moment were exported; absent if it was not narrowed so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
    /// Only entries of this moment or later were exported; absent if it was not narrowed so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Timestamp>,
    /// The text that was sought; absent if none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl AuditExported {
    /// The act, for the entries of an organization's audit that a filter finds; `text` is as the caller wrote it.
    #[must_use]
    pub fn of(
        organization: &OrganizationId,
        audit: Audit,
        filter: &AuditFilter,
        text: Option<&str>,
        format: &str,
    ) -> Self {
        Self {
            organization_id: organization.clone(),
            audit,
            format: format.to_owned(),
            continued: false,
            acts: filter.acts.as_ref().map(ToString::to_string),
            actor: filter.actor.as_ref().map(ToString::to_string),
            about: filter.about.clone(),
            before: filter.before,
            after: filter.after,
            text: text.map(str::to_owned),
        }
    }

    /// The same, for a call that went on with an earlier one.
    #[must_use]
    pub fn continued(self, continued: bool) -> Self {
        Self { continued, ..self }
    }

    pub(super) fn hide_others(&mut self, sees: Sees<'_>) {
        for narrowed in [&mut self.actor, &mut self.about] {
            let _ = narrowed.take_if(|id| !sees_text(id, sees));
        }
    }
}

/// Whether a reader may see a text that may be the id of an administrator or organization.
fn sees_text(text: &str, sees: Sees<'_>) -> bool {
    if let Ok(id) = text.parse() {
        return sees(Named::Administrator(&id));
    }
    text.parse().map_or(true, |id| sees(Named::Organization(&id)))
}

impl Happening for AuditExported {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::AuditExported, AuditKind::System, &[&self.organization_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right_at(self.audit.action(), &self.organization_id)
    }
}
