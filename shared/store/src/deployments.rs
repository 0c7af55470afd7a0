//! Removing values of tags, and the records of deployments: of attempts that came to nothing, and of versions that are not kept any more.

use countersign_kv::under_way::try_all;
use countersign_model::{DeployedPolicies, Deployment, DeploymentVersion, OrganizationId, TagValues};
use jiff::{SignedDuration, Timestamp};

use crate::expiry::Expiring;
use crate::keys;
use crate::record::{Entity, key_of};
use crate::{DeployedPoliciesId, Store, StoreError};

/// After this time nobody goes on with an attempt to deploy, or reads a version that was given up meanwhile.
const OVER: SignedDuration = SignedDuration::from_hours(2);

impl Store {
    /// Notes that a deployment is tried under this generation, and which versions are given up if it succeeds. It comes before
    /// the attempt: whatever becomes of it, records that no version names are removed hours later.
    ///
    /// # Errors
    /// If the backend fails; then nothing must be deployed.
    pub async fn expect_deployment(
        &self,
        live: &Deployment,
        generation: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let at = now.checked_add(OVER).unwrap_or(now);
        let mut generations = live.outgrown();
        generations.push(generation.to_owned());
        for generation in generations {
            let organization_id = live.organization_id.clone();
            self.expire_after(at, &Expiring::Deployment { organization_id, generation }).await?;
        }
        Ok(())
    }

    /// Notes that values of tags may be removed later, unless a tag then has them. It comes before new values are written and
    /// before some are replaced.
    ///
    /// # Errors
    /// If the backend fails; then nothing must be changed.
    pub async fn expect_tag_values(
        &self,
        organization: &OrganizationId,
        ids: &[&str],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let at = now.checked_add(OVER).unwrap_or(now);
        for id in ids {
            let (organization_id, id) = (organization.clone(), (*id).to_owned());
            self.expire_after(at, &Expiring::TagValues { organization_id, id }).await?;
        }
        Ok(())
    }

    /// Removes values of a tag, unless the tag has them.
    pub(crate) async fn discard_tag_values(
        &self,
        organization: &OrganizationId,
        id: &str,
    ) -> Result<(), StoreError> {
        let live = self.load::<Deployment>(organization).await?;
        if live.is_some_and(|live| live.value.tags.iter().any(|tag| tag.values_id == id)) {
            return Ok(());
        }
        Ok(self.kv.delete(&keys::record(&TagValues::record_id(&id.to_owned()))).await?)
    }

    /// Removes the records of a deployment, unless the organization keeps it.
    pub(crate) async fn discard_deployment(
        &self,
        organization: &OrganizationId,
        generation: &str,
    ) -> Result<(), StoreError> {
        let live = self.load::<Deployment>(organization).await?;
        if live.is_some_and(|live| live.value.keeps(generation)) {
            return Ok(());
        }
        let id = generation.to_owned();
        let Some(version) = self.load::<DeploymentVersion>(&id).await? else { return Ok(()) };
        let groups = version.value.groups.iter();
        let keys =
            groups.map(|group| key_of::<DeployedPolicies>(&DeployedPoliciesId::new(generation, group)));
        let keys: Vec<String> = keys.collect();
        try_all(keys.iter().map(|key| self.kv.delete(key))).await?;
        // Last, because it names the others.
        Ok(self.kv.delete(&keys::record(&DeploymentVersion::record_id(&id))).await?)
    }
}
