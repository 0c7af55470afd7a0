//! An organization together with those above it: what it does not set itself, it takes over from the nearest one that does.

use countersign_model::Organization;

use crate::{Store, StoreError};

impl Store {
    /// An organization that has been read and those above it, the nearest first. One round, at most as many reads as there are
    /// organizations above.
    ///
    /// # Errors
    /// When the backend fails, or one of them cannot be read.
    pub async fn with_those_above(&self, own: &Organization) -> Result<Vec<Organization>, StoreError> {
        let above = self.load_many::<Organization>(&own.ancestors).await?;
        let above = above.into_iter().rev().flatten().map(|found| found.value);
        Ok(std::iter::once(own.clone()).chain(above).collect())
    }
}
