//! Pages of records: a list's ids together with their records.

use countersign_model::ids::OrganizationId;
use countersign_model::permit::Permit;
use futures::future::try_join;

use crate::Journal;
use crate::lists::page::require_readable;
use crate::lists::part::Part;
use countersign_model::{List, ReadableList};
use countersign_store::{Entity, StoreError, Stored, record};

/// A page of records, in the order asked for: of [`Stored`] ones, or of what their reader makes of their bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records<R> {
    /// The existing records; a missing one, or one that never came to be, is left out.
    pub items: Vec<R>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

/// Makes what its reader wants of the key and the stored bytes of a record: [`record::open`] makes the record itself.
pub type Open<R> = dyn Fn(&str, Vec<u8>) -> Result<R, StoreError> + Send + Sync;

/// A page that was read concurrently with the rights that decide whether its reader may see it. Only the permit opens
/// it.
#[must_use]
pub struct Withheld<R> {
    organization: OrganizationId,
    list: List,
    page: Result<Records<R>, StoreError>,
}

impl<R> Withheld<R> {
    /// The page.
    ///
    /// # Errors
    /// [`StoreError::NotPermitted`] if the permit is for another organization or does not allow reading the list;
    /// otherwise the error that occurred while the page was read.
    pub fn open(self, permit: &Permit) -> Result<Records<R>, StoreError> {
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
    ) -> Result<Records<Stored<T>>, StoreError> {
        self.part(permit, list, &Part::newest(cursor, limit)).await
    }

    /// The same for any part of a list, in either order.
    pub async fn part<T: Entity>(
        &self,
        permit: &Permit,
        list: ReadableList,
        part: &Part<'_>,
    ) -> Result<Records<Stored<T>>, StoreError> {
        self.opened_part(permit, list, part, &|key, bytes| record::open(key, &bytes)).await
    }

    /// The same, with what `open` makes of each record.
    pub async fn opened_part<R: Send>(
        &self,
        permit: &Permit,
        list: ReadableList,
        part: &Part<'_>,
        open: &Open<R>,
    ) -> Result<Records<R>, StoreError> {
        require_readable(permit, list.list)?;
        self.read_page(permit.organization(), list, part, open).await
    }

    /// The page as [`Journal::part`] reads it, for a caller whose rights are read at the same time: waiting for the
    /// rights first would cost one more round.
    pub async fn withheld_page<R: Send>(
        &self,
        organization: &OrganizationId,
        list: ReadableList,
        part: &Part<'_>,
        open: &Open<R>,
    ) -> Withheld<R> {
        let page = self.read_page(organization, list, part, open).await;
        Withheld { organization: organization.clone(), list: list.list, page }
    }

    async fn read_page<R: Send>(
        &self,
        organization: &OrganizationId,
        list: ReadableList,
        part: &Part<'_>,
        open: &Open<R>,
    ) -> Result<Records<R>, StoreError> {
        let draft = self.draft_page(organization, list, part).await?;
        let rows = &draft.listing.items;
        let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let uncounted = self.uncounted_of(organization, &draft);
        let mut records = Vec::with_capacity(ids.len());
        let mut take = |key: &str, bytes: Option<Vec<u8>>| {
            records.push(bytes.map(|bytes| open(key, bytes)).transpose()?);
            Ok(())
        };
        let ((), uncounted) = try_join(self.read_each_record(&ids, &mut take), uncounted).await?;
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
