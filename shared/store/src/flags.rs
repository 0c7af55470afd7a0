//! Finding the flags of a file. They are found by their slots, so that a file without a flag costs one round of reads. A list
//! of requests reads no slots at all where no file was ever flagged: marks say where one was.

use std::collections::{BTreeMap, BTreeSet};

use countersign_kv::under_way::try_all;
use countersign_model::{FileFlag, FlagId, OrganizationId, Request, Sha256};
use futures::future::try_join_all;

use crate::{Slot, Store, StoreError, WithEnds, keys};

/// The marks that come with a flag of this organization: a file was flagged there, and in the deployment. They are never removed.
#[must_use]
pub fn flag_marks(organization: &OrganizationId) -> [(String, Vec<u8>); 2] {
    [keys::flagged_somewhere(), keys::flagged_at(organization)].map(|key| (key, b"true".to_vec()))
}

/// The organizations whose flags stop a request: its own, then those above, the nearest first.
fn places(request: &Request) -> impl Iterator<Item = &OrganizationId> {
    std::iter::once(&request.organization_id).chain(request.ancestors.iter().rev())
}

impl Store {
    /// The flag in force that stops requests like this one: of its own organization, or else of the nearest one above. Reads
    /// a slot of each in one round, at most 16, and of the few that were ever taken the flag.
    ///
    /// # Errors
    /// When the backend fails, or a flag cannot be read.
    pub async fn flag_on(&self, request: &Request) -> Result<Option<FileFlag>, StoreError> {
        let Some(file) = request.subject.file() else { return Ok(None) };
        let flags = try_join_all(places(request).map(|at| self.flag_at(at, &file.sha256))).await?;
        Ok(flags.into_iter().flatten().next())
    }

    /// The flags in force that stop any of these requests; [`FileFlag::stops`] says which ones. Reads the mark of each of their
    /// organizations and of each one above in one round. Where a file was ever flagged, it reads the slots of the requests'
    /// files in the next round, and of the few that were ever taken the flags.
    ///
    /// # Errors
    /// When the backend fails, or a flag cannot be read.
    pub async fn flags_on(&self, requests: &[&Request]) -> Result<Vec<FileFlag>, StoreError> {
        let mut files: BTreeMap<&OrganizationId, BTreeSet<&Sha256>> = BTreeMap::new();
        for request in requests {
            let Some(file) = request.subject.file() else { continue };
            for at in places(request) {
                files.entry(at).or_default().insert(&file.sha256);
            }
        }
        let marks = try_all(files.keys().map(|at| self.has_mark(keys::flagged_at(at)))).await?;
        let marked = files.iter().zip(marks).filter_map(|(files, is_marked)| is_marked.then_some(files));
        let asked = marked.flat_map(|(at, files)| files.iter().map(move |sha256| self.flag_at(at, sha256)));
        let flags = try_all(asked).await?;
        Ok(flags.into_iter().flatten().collect())
    }

    /// Whether any file was ever flagged in the deployment: if not, [`Store::flags_on`] finds nothing. One read.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn any_was_flagged(&self) -> Result<bool, StoreError> {
        self.has_mark(keys::flagged_somewhere()).await
    }

    async fn has_mark(&self, key: String) -> Result<bool, StoreError> {
        Ok(self.kv.get(&key).await?.is_some())
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
