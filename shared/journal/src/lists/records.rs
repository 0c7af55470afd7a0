//! Pages of records: a list's ids together with their records.

use countersign_model::ids::OrganizationId;
use countersign_model::permit::Permit;
use futures::future::try_join;

use crate::Journal;
use crate::lists::page::require_readable;
use crate::lists::part::Part;
use countersign_model::{List, ReadableList};
use countersign_store::{Entity, StoreError, Stored};

/// A page of records, in the order asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records<T> {
    /// The existing records; a missing one, or one that never came to be, is left out.
    pub items: Vec<Stored<T>>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

/// A page that was read concurrently with the rights that decide whether its reader may see it. Only the permit opens
/// it.
#[must_use]
pub struct Withheld<T> {
    organization: OrganizationId,
    list: List,
    page: Result<Records<T>, StoreError>,
}

impl<T> Withheld<T> {
    /// The page.
    ///
    /// # Errors
    /// [`StoreError::NotPermitted`] if the permit is for another organization or does not allow reading the list;
    /// otherwise the error that occurred while the page was read.
    pub fn open(self, permit: &Permit) -> Result<Records<T>, StoreError> {
        require_readable(permit, self.list)?;
        if *permit.organization() != self.organization {
            return Err(StoreError::NotPermitted { what: self.list.name() });
        }
        self.page
    }
}

impl Journal {
    /// A page of a list with its records. It takes as many rounds of reads as [`Journal::list`], because fresh records
    /// are read before it is known that they count.
    pub async fn page<T: Entity>(
        &self,
        permit: &Permit,
        list: ReadableList,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Records<T>, StoreError> {
        require_readable(permit, list.list)?;
        self.read_page(permit.organization(), list, &Part::newest(cursor, limit)).await
    }

    /// The same for any part of a list, in either order.
    pub async fn part<T: Entity>(
        &self,
        permit: &Permit,
        list: ReadableList,
        part: &Part<'_>,
    ) -> Result<Records<T>, StoreError> {
        require_readable(permit, list.list)?;
        self.read_page(permit.organization(), list, part).await
    }

    /// The page as [`Journal::page`] reads it, for a caller whose rights are read at the same time: waiting for the
    /// rights first would cost one more round.
    pub async fn withheld_page<T: Entity>(
        &self,
        organization: &OrganizationId,
        list: ReadableList,
        part: &Part<'_>,
    ) -> Withheld<T> {
        let page = self.read_page(organization, list, part).await;
        Withheld { organization: organization.clone(), list: list.list, page }
    }

    async fn read_page<T: Entity>(
        &self,
        organization: &OrganizationId,
        list: ReadableList,
        part: &Part<'_>,
    ) -> Result<Records<T>, StoreError> {
        let draft = self.draft_page(organization, list, part).await?;
        let rows = &draft.listing.items;
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let uncounted = self.uncounted_of(organization, &draft);
        let (records, uncounted) = try_join(self.load_by_record_ids::<T>(&ids), uncounted).await?;
        let is_there = draft.judge(uncounted);
        let items = records.into_iter().zip(rows).filter(|(_, row)| is_there(row));
        let items = items.filter_map(|(record, _)| record).collect();
        Ok(Records { items, next: draft.listing.next.clone() })
    }

    /// All records of a list, read page by page. Only for lists that are always small, such as an organization's
    /// policies.
    pub async fn all<T: Entity>(
        &self,
        permit: &Permit,
        list: ReadableList,
    ) -> Result<Vec<Stored<T>>, StoreError> {
        let mut all = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = self.page::<T>(permit, list, cursor.as_deref(), PAGE).await?;
            all.extend(page.items);
            match page.next {
                Some(next) => cursor = Some(next),
                None => return Ok(all),
            }
        }
    }
}

/// How many records are read at once when all are wanted.
const PAGE: usize = 200;
