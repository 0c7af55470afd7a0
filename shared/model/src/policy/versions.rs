//! The versions of an organization's policies: every deployment makes one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::difference::DeploymentSummary;
use super::tag::Tag;
use crate::ids::{AdministratorId, GroupId, OrganizationId, TagId};

/// The version of an organization's policies that is live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Increases with every deployment; 0 before the first.
    pub version: u64,
    /// When it was deployed.
    pub deployed_at: Option<Timestamp>,
    /// Identifies the live set of [`DeployedPolicies`](super::DeployedPolicies) records, so that a deployment that died half
    /// way shows nothing. That of a deployment under an idempotency key begins with the digests of the key and of what was sent.
    pub generation: String,
    /// The versions that are kept, with their generations: the oldest first, the live one last.
    // INVARIANT: at most VERSIONS_MAX.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<(u64, String)>,
    /// The organization's tags. They are here because every organization has this record.
    // INVARIANT: at most Tag::MAX.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Deployment {
    /// How many versions are kept. An older one is removed within hours.
    pub const VERSIONS_MAX: usize = 100;

    /// The state before the first deployment.
    #[must_use]
    pub fn none(organization_id: OrganizationId) -> Self {
        let (generation, versions, tags) = (String::new(), Vec::new(), Vec::new());
        Self { organization_id, version: 0, deployed_at: None, generation, versions, tags }
    }

    /// The deployment after this one.
    #[must_use]
    pub fn next(&self, generation: String, now: Timestamp) -> Self {
        let version = self.version + 1;
        let mut versions = self.kept();
        versions.push((version, generation.clone()));
        let surplus = versions.len().saturating_sub(Self::VERSIONS_MAX);
        versions.drain(..surplus);
        let (organization_id, tags) = (self.organization_id.clone(), self.tags.clone());
        Self { organization_id, version, deployed_at: Some(now), generation, versions, tags }
    }

    /// The versions that are kept. A deployment of an earlier version of this program names none but itself.
    fn kept(&self) -> Vec<(u64, String)> {
        match self.versions.is_empty() && self.version > 0 {
            true => vec![(self.version, self.generation.clone())],
            false => self.versions.clone(),
        }
    }

    /// The kept versions with their generations, the newest first.
    #[must_use]
    pub fn newest_first(&self) -> Vec<(u64, String)> {
        let mut kept = self.kept();
        kept.reverse();
        kept
    }

    /// The generation of a version that is kept.
    #[must_use]
    pub fn generation_of(&self, version: u64) -> Option<String> {
        self.kept().into_iter().find(|(kept, _)| *kept == version).map(|(_, generation)| generation)
    }

    /// A tag of the organization.
    #[must_use]
    pub fn tag(&self, id: &TagId) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.id == *id)
    }

    /// The same with a tag that is new or changed.
    #[must_use]
    pub fn with_tag(&self, tag: Tag) -> Self {
        let mut new = self.without_tag(&tag.id);
        new.tags.push(tag);
        new.tags.sort_by(|a, b| a.id.cmp(&b.id));
        new
    }

    /// The same without a tag.
    #[must_use]
    pub fn without_tag(&self, id: &TagId) -> Self {
        let mut new = self.clone();
        new.tags.retain(|tag| tag.id != *id);
        new
    }

    /// Whether the records of a generation are still needed.
    #[must_use]
    pub fn keeps(&self, generation: &str) -> bool {
        self.generation == generation || self.versions.iter().any(|(_, kept)| kept == generation)
    }

    /// The generations that are not kept any more once there is one more version.
    #[must_use]
    pub fn outgrown(&self) -> Vec<String> {
        let kept = self.kept();
        let surplus = (kept.len() + 1).saturating_sub(Self::VERSIONS_MAX);
        kept.into_iter().take(surplus).map(|(_, generation)| generation).collect()
    }
}

/// What is remembered of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentVersion {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Its [`Deployment::generation`], by which it is stored.
    pub generation: String,
    /// Its number.
    pub version: u64,
    /// When it was deployed.
    pub deployed_at: Timestamp,
    /// The administrator who deployed it.
    pub deployed_by: AdministratorId,
    /// Their name at that time.
    pub deployed_by_name: String,
    /// The organization that they belonged to. Who may not know of it is not shown who deployed.
    pub deployed_from: OrganizationId,
    /// The earlier version whose policies it deployed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restores: Option<u64>,
    /// The groups of the organization at that time. Each has its policies in a record.
    // INVARIANT: at most Organization::GROUPS_MAX.
    pub groups: Vec<GroupId>,
    /// What it changed.
    pub summary: DeploymentSummary,
}
