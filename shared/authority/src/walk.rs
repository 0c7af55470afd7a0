//! A walk through an organization, those above it and those below it, for lists that each organization has of its own: so many at a
//! time, each page where the one before stopped.

use std::collections::VecDeque;

use countersign_journal::Journal;
use countersign_model::{Organization, OrganizationId, Permit, lists};
use countersign_store::StoreError;
use serde::{Deserialize, Serialize};

/// How many organizations one page visits.
pub const VISITED: usize = 20;

/// Which organizations are visited, beside the one where the walk begins.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around {
    /// Those above, the nearest first.
    pub above: bool,
    /// Those below, the newest first, after those above.
    pub below: bool,
}

/// Where a page begins.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    /// The organization that the page begins with; `None` if it begins with the next one below.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    current: Option<OrganizationId>,
    /// Where it goes on in the list of that organization.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    inside: Option<String>,
    /// Where it goes on in the list of the organizations below.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    below: Option<String>,
}

/// A page of a walk.
///
/// ```text
/// let mut walk = Walk::begin(journal, &permit, &organization, around, cursor);
/// while let Some((visited, inside)) = walk.next().await? {
///     let stopped = look_at(&visited, inside).await?;
///     let is_over = stopped.is_some() || room == 0;
///     walk.stops(stopped);
///     if is_over { break; }
/// }
/// let next = walk.cursor();
/// ```
pub struct Walk<'a> {
    journal: &'a Journal,
    permit: &'a Permit,
    own: &'a Organization,
    around: Around,
    place: Place,
    /// Organizations below that were read.
    read: VecDeque<Organization>,
    /// Whether these are the last ones; `None` before any were read.
    are_last: Option<bool>,
    room: usize,
    is_over: bool,
}

impl<'a> Walk<'a> {
    /// A page from where the one before stopped. The permit is for the organization where the walk begins, and allows listing
    /// those below. A cursor that no walk returned begins anew.
    #[must_use]
    pub fn begin(
        journal: &'a Journal,
        permit: &'a Permit,
        own: &'a Organization,
        around: Around,
        cursor: Option<&str>,
    ) -> Self {
        let begins = Place { current: Some(own.id.clone()), ..Place::default() };
        let place = cursor.and_then(|cursor| serde_json::from_str(cursor).ok()).unwrap_or(begins);
        let (read, are_last, room, is_over) = (VecDeque::new(), None, VISITED, false);
        Self { journal, permit, own, around, place, read, are_last, room, is_over }
    }

    /// The next organization, and where its list goes on. `None` when the page has visited enough, or the walk is over. Say how far the
    /// page came there with [`Walk::stops`].
    ///
    /// # Errors
    /// When the backend fails, or an organization cannot be read.
    pub async fn next(&mut self) -> Result<Option<(Organization, Option<String>)>, StoreError> {
        while self.room > 0 && !self.is_over {
            self.room -= 1;
            if let Some(current) = &self.place.current {
                let found = match *current == self.own.id {
                    true => Some(self.own.clone()),
                    false => self.journal.load::<Organization>(current).await?.map(|found| found.value),
                };
                if let Some(found) = found.filter(|found| !found.deleted) {
                    return Ok(Some((found, self.place.inside.clone())));
                }
                self.stops(None);
            } else if let Some(found) = self.next_below().await? {
                self.place.current = Some(found.id.clone());
                if !found.deleted {
                    return Ok(Some((found, None)));
                }
                self.stops(None);
            }
        }
        Ok(None)
    }

    /// Where the list of the organization goes on that was visited last; `None` at its end.
    pub fn stops(&mut self, inside: Option<String>) {
        self.place.inside = inside;
        if self.place.inside.is_some() {
            return;
        }
        let Some(current) = self.place.current.take() else { return };
        let above = || self.own.ancestors.iter().rev();
        let is_own = current == self.own.id;
        let after = match above().position(|id| *id == current) {
            Some(depth) => above().nth(depth + 1),
            None if is_own => above().next(),
            None => {
                self.place.below = Some(current.to_string());
                None
            }
        };
        self.place.current = after.filter(|_| self.around.above).cloned();
        let is_near = self.place.current.is_some();
        let none_left = self.read.is_empty() && self.are_last == Some(true);
        self.is_over = !is_near && (!self.around.below || none_left);
    }

    /// Where the next page begins; `None` when the walk is over.
    #[must_use]
    pub fn cursor(&self) -> Option<String> {
        if self.is_over { None } else { serde_json::to_string(&self.place).ok() }
    }

    /// The next organization below. Reads as many as there is room for.
    async fn next_below(&mut self) -> Result<Option<Organization>, StoreError> {
        if self.read.is_empty() {
            let after = self.place.below.as_deref();
            let page = self
                .journal
                .page::<Organization>(self.permit, lists::ORGANIZATIONS, after, self.room + 1)
                .await?;
            self.are_last = Some(page.next.is_none());
            self.read = page.items.into_iter().map(|found| found.value).collect();
            if self.read.is_empty() {
                self.is_over = page.next.is_none();
                self.place.below = page.next;
            }
        }
        Ok(self.read.pop_front())
    }
}
