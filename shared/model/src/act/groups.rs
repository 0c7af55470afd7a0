//! Acts about computer groups and their enrollment keys.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::footprint::{AgentNews, Footprint, Happening};
use super::name::ActName;
use crate::action::Action;
use crate::audit::AuditKind;
use crate::ids::{EnrollmentKeyId, GroupId};
use crate::list::{List, ListEntry};
use crate::organization::{AgentSettings, EnrollmentKey, Group};
use crate::permit::Basis;

/// A name, before or after a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NameDetail {
    /// The name of the group.
    pub name: String,
}

/// A computer group was created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupCreated {
    /// The computer group that it is about.
    pub group_id: GroupId,
    /// The state after.
    pub after: NameDetail,
}

impl GroupCreated {
    /// The act of creating it.
    #[must_use]
    pub fn of(new: &Group) -> Self {
        Self { group_id: new.id.clone(), after: NameDetail { name: new.name.clone() } }
    }
}

impl Happening for GroupCreated {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::GroupCreated,
            audit: AuditKind::System,
            concerns: vec![self.group_id.to_string()],
            lists: vec![ListEntry::new(List::Groups, &self.group_id)],
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ComputerGroupsCreate)
    }
}

/// A computer group was renamed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupEdited {
    /// The computer group that it is about.
    pub group_id: GroupId,
    /// The state before.
    pub before: NameDetail,
    /// The state after.
    pub after: NameDetail,
}

impl GroupEdited {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Group, new: &Group) -> Self {
        Self {
            group_id: new.id.clone(),
            before: NameDetail { name: old.name.clone() },
            after: NameDetail { name: new.name.clone() },
        }
    }
}

impl Happening for GroupEdited {
    fn footprint(&self) -> Footprint {
        Footprint::recorded(ActName::GroupEdited, AuditKind::System, &[&self.group_id])
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ComputerGroupsRename)
    }
}

/// Which agent a group's computers are to have was set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupAgentSet {
    /// The computer group that it is about.
    pub group_id: GroupId,
    /// The name of the group.
    pub group: String,
    /// The state before.
    pub before: AgentSettings,
    /// The state after.
    pub after: AgentSettings,
}

impl GroupAgentSet {
    /// The act, from the states before and after.
    #[must_use]
    pub fn of(old: &Group, new: &Group) -> Self {
        let (before, after) = (old.agent.clone(), new.agent.clone());
        Self { group_id: new.id.clone(), group: new.name.clone(), before, after }
    }
}

impl Happening for GroupAgentSet {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::GroupAgentSet,
            audit: AuditKind::System,
            concerns: vec![self.group_id.to_string()],
            lists: Vec::new(),
            notice: None,
            agents: AgentNews::NOW,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        // A right is to one action, so it changes one of the two.
        if basis.is_right(Action::ComputerGroupsSetVersion) {
            self.before.update_channel == self.after.update_channel
        } else {
            basis.is_right(Action::ComputerGroupsSetUpdateChannel)
                && self.before.version == self.after.version
        }
    }
}

/// The audit's details of a group that is deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupDetail {
    /// The name of the group.
    pub name: String,
    /// How many enrollment keys were deleted with it, without revoked ones.
    pub enrollment_keys: usize,
}

/// A computer group and its enrollment keys were deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupDeleted {
    /// The computer group that it is about.
    pub group_id: GroupId,
    /// The state before.
    pub before: GroupDetail,
}

impl GroupDeleted {
    /// The act of deleting it.
    #[must_use]
    pub fn of(old: &Group) -> Self {
        let before = GroupDetail { name: old.name.clone(), enrollment_keys: old.unrevoked_keys().count() };
        Self { group_id: old.id.clone(), before }
    }
}

impl Happening for GroupDeleted {
    fn footprint(&self) -> Footprint {
        Footprint {
            name: ActName::GroupDeleted,
            audit: AuditKind::System,
            concerns: vec![self.group_id.to_string()],
            lists: vec![ListEntry::new(List::Groups, &self.group_id)],
            notice: None,
            agents: AgentNews::NONE,
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ComputerGroupsDelete)
    }
}

/// The audit's details of a group's enrollment keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeysDetail {
    /// When each key that is not revoked was created, the oldest first: at most 20. A further one replaces the
    /// oldest.
    pub enrollment_keys_made_at: Vec<Timestamp>,
}

impl From<&Group> for KeysDetail {
    fn from(group: &Group) -> Self {
        Self { enrollment_keys_made_at: group.unrevoked_keys().map(|key| key.created_at).collect() }
    }
}

/// The audit's details of one enrollment key: never the key itself, nor its hash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrollmentKeyDetail {
    /// The id of the key.
    pub enrollment_key_id: EnrollmentKeyId,
    /// Its name; null if it has none.
    pub name: Option<String>,
    /// When it stops enrolling computers; null if it never does.
    pub expires_at: Option<Timestamp>,
    /// How many computers it can enroll; null if there is no limit.
    pub max_uses: Option<u32>,
}

impl From<&EnrollmentKey> for EnrollmentKeyDetail {
    fn from(key: &EnrollmentKey) -> Self {
        let (name, expires_at, max_uses) = (key.name.clone(), key.expires_at, key.max_uses);
        Self { enrollment_key_id: key.id(), name, expires_at, max_uses }
    }
}

/// What a change of a group's keys is about: the group, and the key.
fn concerns(group: &GroupId, key: Option<&EnrollmentKeyDetail>) -> Vec<String> {
    let key = key.map(|key| key.enrollment_key_id.to_string());
    [group.to_string()].into_iter().chain(key).collect()
}

/// A key for enrolling computers into a group was created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrollmentKeyCreated {
    /// The computer group that it is about.
    pub group_id: GroupId,
    /// The name of the group.
    pub group: String,
    /// The key that was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<EnrollmentKeyDetail>,
    /// The keys of the group before.
    pub before: KeysDetail,
    /// The keys of the group after.
    pub after: KeysDetail,
}

impl EnrollmentKeyCreated {
    /// The act, from the group's keys before and after.
    #[must_use]
    pub fn of(old: &Group, new: &Group, key: &EnrollmentKey) -> Self {
        let (group_id, group, key) = (new.id.clone(), new.name.clone(), Some(key.into()));
        Self { group_id, group, key, before: old.into(), after: new.into() }
    }
}

impl Happening for EnrollmentKeyCreated {
    fn footprint(&self) -> Footprint {
        Footprint {
            concerns: concerns(&self.group_id, self.key.as_ref()),
            ..Footprint::recorded(ActName::EnrollmentKeyCreated, AuditKind::System, &[])
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ComputersEnroll)
    }
}

/// An enrollment key of a group was revoked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrollmentKeyDeleted {
    /// The computer group that it is about.
    pub group_id: GroupId,
    /// The name of the group.
    pub group: String,
    /// The key that was deleted or revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<EnrollmentKeyDetail>,
    /// The keys of the group before.
    pub before: KeysDetail,
    /// The keys of the group after.
    pub after: KeysDetail,
}

impl EnrollmentKeyDeleted {
    /// The act, from the group's keys before and after.
    #[must_use]
    pub fn of(old: &Group, new: &Group, key: &EnrollmentKey) -> Self {
        let (group_id, group, key) = (new.id.clone(), new.name.clone(), Some(key.into()));
        Self { group_id, group, key, before: old.into(), after: new.into() }
    }
}

impl Happening for EnrollmentKeyDeleted {
    fn footprint(&self) -> Footprint {
        Footprint {
            concerns: concerns(&self.group_id, self.key.as_ref()),
            ..Footprint::recorded(ActName::EnrollmentKeyDeleted, AuditKind::System, &[])
        }
    }

    fn permitted_by(&self, basis: &Basis) -> bool {
        basis.is_right(Action::ComputersEnroll)
    }
}
