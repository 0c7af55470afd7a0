//! Pages of records: a list's ids, and what stands behind them.

use countersign_model::ids::OrganizationId;

use crate::{Entity, List, Store, StoreError, Stored};

/// A page of records, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records<T> {
    /// The records that are there; one that is gone, or never came to be, is left out.
    pub items: Vec<Stored<T>>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
}

impl Store {
    /// A page of a list with its records: [`Store::list`] and one more round of reads.
    pub async fn page<T: Entity>(
        &self,
        organization: &OrganizationId,
        list: List,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Records<T>, StoreError> {
        let listing = self.list(organization, list, cursor, limit).await?;
        let ids: Vec<&str> = listing.items.iter().map(|row| row.id.as_str()).collect();
        let records = self.load_many::<T>(&ids).await?;
        Ok(Records { items: records.into_iter().flatten().collect(), next: listing.next })
    }

    /// All records of a list, a page at a time. For lists that are small by nature, such as an organization's policies.
    pub async fn whole_list<T: Entity>(
        &self,
        organization: &OrganizationId,
        list: List,
    ) -> Result<Vec<Stored<T>>, StoreError> {
        let mut all = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = self.page::<T>(organization, list, cursor.as_deref(), PAGE).await?;
            all.extend(page.items);
            match page.next {
                Some(next) => cursor = Some(next),
                None => return Ok(all),
            }
        }
    }
}

/// Records read at once when all are wanted.
const PAGE: usize = 200;
