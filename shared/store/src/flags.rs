//! Finding the flags of a file. They are found by their slots, so that a file without a flag costs one round of reads.

use countersign_model::{FileFlag, FlagId, OrganizationId, Request, Sha256};
use futures::future::try_join_all;

use crate::{Slot, Store, StoreError, WithEnds};

impl Store {
    /// The flag in force that stops requests like this one: of its own organization, or else of the nearest one above. Reads
    /// a slot of each in one round, at most 16, and of the few that were ever taken the flag.
    ///
    /// # Errors
    /// When the backend fails, or a flag cannot be read.
    pub async fn flag_on(&self, request: &Request) -> Result<Option<FileFlag>, StoreError> {
        let Some(file) = request.subject.file() else { return Ok(None) };
        let places = std::iter::once(&request.organization_id).chain(request.ancestors.iter().rev());
        let flags = try_join_all(places.map(|at| self.flag_at(at, &file.sha256))).await?;
        Ok(flags.into_iter().flatten().next())
    }

    /// The flag in force of a file at an organization.
    ///
    /// # Errors
    /// When the backend fails, or the flag cannot be read.
    pub async fn flag_at(
        &self,
        organization: &OrganizationId,
        sha256: &Sha256,
    ) -> Result<Option<FileFlag>, StoreError> {
        let Some(claim) = self.holder(&Slot::file_flag(organization, sha256)).await? else { return Ok(None) };
        let Ok(id) = claim.holder.parse::<FlagId>() else { return Ok(None) };
        let flag = self.load::<FileFlag>(&id).await?;
        Ok(flag.map(|flag| flag.value).filter(FileFlag::is_in_force))
    }

    /// The newest flags of a file at an organization, in force or cleared, newest first: at most so many. A file that was never flagged
    /// costs one read, and each flag one round of two.
    ///
    /// # Errors
    /// When the backend fails, or a flag cannot be read.
    pub async fn flags_at(
        &self,
        organization: &OrganizationId,
        sha256: &Sha256,
        most: usize,
    ) -> Result<Vec<WithEnds<FileFlag>>, StoreError> {
        let claim = self.holder(&Slot::file_flag(organization, sha256)).await?;
        let mut next = claim.and_then(|claim| claim.holder.parse::<FlagId>().ok());
        let mut found = Vec::new();
        while let Some(id) = next.take()
            && found.len() < most
        {
            let Some(flag) = self.with_ends::<FileFlag>(&id).await? else { break };
            next.clone_from(&flag.value.previous);
            found.push(flag);
        }
        Ok(found)
    }
}
