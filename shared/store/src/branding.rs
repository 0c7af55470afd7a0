//! How organizations show themselves: what they inherit, and the bytes of logos.

use countersign_model::{Branding, Logo, Organization, OrganizationId};
use jiff::{SignedDuration, Timestamp};

use crate::expiry::Expiring;
use crate::{Store, StoreError, keys};

/// After this time nobody goes on with an upload, or reads a logo that was replaced meanwhile.
const OVER: SignedDuration = SignedDuration::from_hours(2);

impl Store {
    /// The branding of an organization, with what it does not set as at the nearest organization above that does. One read for
    /// each organization above, in one round.
    ///
    /// # Errors
    /// When the backend fails, or a record is unreadable.
    pub async fn branding(&self, organization: &Organization) -> Result<Branding, StoreError> {
        let above = self.load_many::<Organization>(&organization.ancestors).await?;
        // The root comes first.
        let inherited = above.into_iter().flatten();
        let inherited = inherited
            .fold(Branding::default(), |above, organization| organization.value.branding.over(&above));
        Ok(organization.branding.over(&inherited))
    }

    /// Notes that bytes of logos may be removed later, unless the organization then has that logo. It comes before a new logo is
    /// written and before one is replaced, so bytes that nobody shows never stay.
    ///
    /// # Errors
    /// If the backend fails; then nothing must be changed.
    pub async fn expect_logos(
        &self,
        organization: &OrganizationId,
        ids: impl IntoIterator<Item = &str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let at = now.checked_add(OVER).unwrap_or(now);
        for id in ids {
            let (organization_id, id) = (organization.clone(), id.to_owned());
            self.expire_after(at, &Expiring::Logo { organization_id, id }).await?;
        }
        Ok(())
    }

    /// The bytes of a logo; `None` if it was replaced meanwhile.
    ///
    /// # Errors
    /// When the backend fails.
    pub async fn logo(&self, logo: &Logo) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.kv.get(&keys::logo(&logo.id)).await?)
    }

    /// Removes the bytes of a logo, unless the organization has it.
    pub(crate) async fn discard_logo(
        &self,
        organization: &OrganizationId,
        id: &str,
    ) -> Result<(), StoreError> {
        let found = self.load::<Organization>(organization).await?;
        let shown = found.and_then(|found| found.value.branding.logo);
        if shown.is_some_and(|logo| logo.id == id) {
            return Ok(());
        }
        Ok(self.kv.delete(&keys::logo(id)).await?)
    }
}
