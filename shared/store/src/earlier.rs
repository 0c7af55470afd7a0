//! The newest requests that have something in common: the same file, publisher, user or computer. The processor keeps them in
//! the batch of its turn, so they cost no write of their own. A processor that stalls for longer than its lease may
//! write an older list over a newer one; they only help people to decide, so that may lack a request.

use countersign_model::{EarlierRequests, Likeness, OrganizationId, Request, RequestId};
use futures::future::try_join_all;

use crate::record::{decode, encode};
use crate::{Store, StoreError, keys};

impl Store {
    /// Up to `most` requests that were made before this one, for each thing that they have in common with it, newest first.
    /// Several users share the room. One round of reads: one for the file, the publisher and the computer, and one for each
    /// of a few users.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn earlier_requests(
        &self,
        request: &Request,
        most: usize,
    ) -> Result<Vec<(Likeness, Vec<RequestId>)>, StoreError> {
        let likenesses = request.likenesses();
        let users = likenesses.iter().filter(|(likeness, _)| *likeness == Likeness::User).count();
        let each = likenesses.into_iter().map(|(likeness, text)| async move {
            let most = if likeness == Likeness::User { most / users.max(1) } else { most };
            let earlier = self.earlier_at(&earlier_key(&request.organization_id, likeness, &text)).await?;
            Ok::<_, StoreError>((likeness, earlier.before(&request.id, most)))
        });
        try_join_all(each).await
    }

    /// The requests under a key. What cannot be read counts as empty.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn earlier_at(&self, key: &str) -> Result<EarlierRequests, StoreError> {
        Ok(self.kv.get(key).await?.and_then(|bytes| decode(key, &bytes).ok()).unwrap_or_default())
    }

    /// Removes the lists of which a request is the newest, when it is removed itself: older ones went before, or go soon.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn forget_earlier(&self, request: &Request) -> Result<(), StoreError> {
        for (likeness, text) in request.likenesses() {
            let key = earlier_key(&request.organization_id, likeness, &text);
            if self.earlier_at(&key).await?.newest() == Some(&request.id) {
                self.kv.delete(&key).await?;
            }
        }
        Ok(())
    }
}

/// The key of what has this in common.
pub fn earlier_key(organization: &OrganizationId, likeness: Likeness, text: &str) -> String {
    keys::earlier(organization, &keys::digest(&[likeness.id(), text]))
}

/// The entry of a list, for a batch.
///
/// # Errors
/// None: a list has a bound.
pub fn earlier_entry(key: String, earlier: &EarlierRequests) -> Result<(String, Vec<u8>), StoreError> {
    let value = encode(&key, earlier)?;
    Ok((key, value))
}
