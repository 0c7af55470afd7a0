//! Verifying a chain, one page at a time: each row against its seal, the row before it and its entry; the head against
//! its own seal; and, if an earlier state of the chain was noted, against that.

use countersign_kv::under_way::try_all;
use std::collections::BTreeMap;

use countersign_model::ids::OrganizationId;
use countersign_model::{List, Permit};

use crate::Journal;
use crate::chain::audits::Audits;
use crate::chain::fault::{Fault, Flaw};
use crate::chain::read::{Mark, Stretch, Wanted};
use crate::chain::{ChainLink, RowKind, SealCheck, Sealer, Seals, is_unsealed};
use crate::lists::log::Row;
use crate::lists::page::require_readable;
use crate::projection::Projection;
use countersign_store::{StoreError, keys};

/// How often a reader starts again because blocks were replaced while it read.
const TRIES: usize = 4;
/// The most blocks to search for the beginning of a page, and the most for the page itself; usually one and two are
/// enough. If more were added since the previous page, the cursor continues where the search stopped.
const PAGE_BLOCKS: usize = 32;
/// The most blocks to search for a noted row, so that recent rows are found at once.
const NOTED_BLOCKS: usize = 50;

/// A noted state of a chain: [`crate::ChainHead`] at an earlier moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// How many rows it had. INVARIANT: at least 1.
    pub count: u64,
    /// The seal of the newest of these rows.
    pub head: String,
}

/// The result for a noted row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotedRow {
    /// It is in its place.
    Matches,
    /// Another row is there, or none.
    Differs,
    /// Its place is on a later page.
    FurtherDown,
}

/// The result of verifying a page of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Rows of the page with a valid seal.
    pub sealed: u64,
    /// Rows of the page that were written without a key.
    pub unsealed: u64,
    /// Rows of the page whose number has no event that counts.
    pub holes: u64,
    /// Rows of the page whose entry was removed because it was older than the organization keeps them.
    pub trimmed: u64,
    /// All problems found.
    pub flaws: Vec<Flaw>,
    /// How many rows the chain has, according to its head.
    pub count: u64,
    /// The seal of the newest row, according to the head; empty before the first row.
    pub head: String,
    /// Every number up to this one is in the chain or still waited for.
    pub horizon: u64,
    /// The result for the noted row.
    pub noted: Option<NotedRow>,
    /// The row, from 1, at which sealing began, if it is on the page: the first row, or one above unsealed rows.
    pub sealed_from: Option<u64>,
    /// Where the next page begins; `None` at the end. A page may be empty although this is set.
    pub next: Option<String>,
}

/// Where a page begins, in the chain and in the audits.
struct ChainCursor {
    chain: Mark,
    audits: Vec<Mark>,
}

impl ChainCursor {
    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let marks = parts.chunks(2).map(|pair| match pair {
            [place, block] => Mark::read(place, block),
            _ => None,
        });
        let mut marks = marks.collect::<Option<Vec<_>>>()?.into_iter();
        let cursor = Self { chain: marks.next()?, audits: marks.collect() };
        (cursor.audits.len() == Audits::COUNT).then_some(cursor)
    }

    fn text(&self) -> String {
        let all: Vec<_> = [&self.chain].into_iter().chain(&self.audits).map(Mark::text).collect();
        all.join(".")
    }
}

impl Journal {
    /// Verifies a page of the chain of the permit's organization, newest rows first; without a cursor, also its head. A
    /// cursor that this function never returned starts at the top.
    ///
    /// `docs/design.md` §11 says what this proves, and what only a noted count and head prove.
    pub async fn verify_chain(
        &self,
        permit: &Permit,
        sealer: Option<&dyn Sealer>,
        noted: Option<&Noted>,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Verified, StoreError> {
        require_readable(permit, List::SystemAudit)?;
        let organization = permit.organization();
        let seals = Seals(sealer);
        let cursor = cursor.and_then(ChainCursor::read);
        let limit = limit.max(1);
        let (projection, stretch, audits) = self.top_of_chain(organization, cursor.as_ref(), limit).await?;
        let mut page = VerifiedPage::new(&projection);
        if cursor.is_none() {
            page.check_head(&projection, seals, stretch.rows.first().map(|(_, row)| row));
            self.check_counter(&projection, &mut page).await?;
        }
        page.verified.flaws.extend(stretch.flaws.iter().cloned());
        let last = stretch.rows.len() <= limit && !stretch.cut;
        let searching = stretch.further || audits.are_further();
        let checked = match stretch.rows.len() {
            _ if searching => 0,
            rows if last => rows,
            rows => limit.min(rows.saturating_sub(1)),
        };
        let entries = stretch.rows.iter().take(checked).map(|(_, row)| async move {
            let bytes = self.kv().get(&keys::entry(organization, row.0)).await?;
            Ok::<_, StoreError>(bytes.map(|bytes| keys::sha256(&bytes)))
        });
        let entries = try_all(entries).await?;
        for (at, entry) in entries.iter().enumerate() {
            let before = stretch.rows.get(at + 1).map(|(_, row)| row);
            if let Some(row) = stretch.rows.get(at) {
                page.check_row(organization, seals, row, before, entry.as_deref());
            }
        }
        page.tell_unknown_keys();
        let below = cursor.as_ref().map_or(u64::MAX, |cursor| cursor.chain.place);
        // A row above this page was reported on its own page.
        if let Some(noted) = noted.filter(|noted| noted.count <= below) {
            let seen = self.noted_row(&projection, noted, &stretch, cursor.is_none()).await?;
            page.compare(noted, seen);
        }
        if searching {
            page.verified.next = Some(ChainCursor { chain: stretch.start(), audits: audits.starts() }.text());
            return Ok(page.verified);
        }
        let beyond = stretch.rows.get(checked).filter(|_| checked == limit);
        let rows = stretch.rows.get(..checked).unwrap_or_default();
        // Where the chain is lost, the audits are not compared any further: all their rows would be reported.
        let marks = audits.compare(rows, beyond.is_none() && !stretch.cut, &mut page.verified.flaws);
        page.verified.next = beyond.map(|(place, _)| {
            let chain = Mark { place: place + 1, block: stretch.block.clone() };
            ChainCursor { chain, audits: marks }.text()
        });
        Ok(page.verified)
    }

    /// The rows of a page and one more, with a projection that names their blocks.
    async fn top_of_chain(
        &self,
        organization: &OrganizationId,
        cursor: Option<&ChainCursor>,
        limit: usize,
    ) -> Result<(Projection, Stretch, Audits), StoreError> {
        let mut projection = self.projection(organization).await?.value;
        for _ in 0..TRIES {
            let head = projection.chain.log.clone();
            let wanted = Mark::wanted(cursor.map(|cursor| &cursor.chain), &head, limit + 1, PAGE_BLOCKS);
            let stretch = self.stretch_of_chain(&head, &wanted).await?;
            let marks = cursor.map_or(&[][..], |cursor| &cursor.audits);
            let audits = self.audits_beside_chain(&projection, marks, limit + 1, PAGE_BLOCKS).await?;
            if stretch.flaws.is_empty() && audits.are_whole() {
                return Ok((projection, stretch, audits));
            }
            // A missing block may have been replaced meanwhile; if the projection still names it, it is lost.
            let now = self.projection(organization).await?.value;
            if now.logs == projection.logs && now.chain.log == head {
                return Ok((projection, stretch, audits));
            }
            projection = now;
        }
        Err(StoreError::Busy)
    }

    async fn check_counter(
        &self,
        projection: &Projection,
        page: &mut VerifiedPage,
    ) -> Result<(), StoreError> {
        let (last, horizon) = (self.last_number(&projection.organization_id).await?, projection.horizon);
        if last < horizon {
            page.verified.flaws.push(Fault::CounterBack { last, horizon }.alone());
        }
        Ok(())
    }

    /// The row that is now at the noted row's place; `None` if that is out of this page's reach.
    async fn noted_row(
        &self,
        projection: &Projection,
        noted: &Noted,
        stretch: &Stretch,
        first: bool,
    ) -> Result<Option<Row>, StoreError> {
        let place = noted.count.saturating_sub(1);
        if let Some((_, row)) = stretch.rows.iter().find(|(each, _)| *each == place) {
            return Ok(Some(row.clone()));
        }
        if !first || noted.count > projection.chain.log.count {
            return Ok(None);
        }
        let wanted = Wanted { below: noted.count, rows: 1, blocks: NOTED_BLOCKS, hint: None };
        let found = self.stretch_of_chain(&projection.chain.log, &wanted).await?;
        Ok(found.rows.into_iter().find(|(each, _)| *each == place).map(|(_, row)| row))
    }
}

/// A page that is being checked.
struct VerifiedPage {
    verified: Verified,
    /// The number of rows by missing key.
    unknown: BTreeMap<String, usize>,
    /// The last number whose entry may be gone, as the head says it under its seal.
    trimmed: u64,
}

impl VerifiedPage {
    fn new(projection: &Projection) -> Self {
        let verified = Verified {
            sealed: 0,
            unsealed: 0,
            holes: 0,
            trimmed: 0,
            flaws: Vec::new(),
            count: projection.chain.log.count,
            head: projection.chain.last.clone(),
            horizon: projection.horizon,
            noted: None,
            sealed_from: None,
            next: None,
        };
        Self { verified, unknown: BTreeMap::new(), trimmed: projection.chain.trimmed }
    }

    fn check_head(&mut self, projection: &Projection, seals: Seals<'_>, newest: Option<&Row>) {
        let flaws = &mut self.verified.flaws;
        match projection.check_head(seals) {
            SealCheck::Good => {}
            SealCheck::Wrong => flaws.push(Fault::HeadWrong.alone()),
            SealCheck::UnknownKey => {
                flaws.push(Fault::HeadKey { key: key_of(&projection.chain.seal) }.alone())
            }
        }
        if projection.head_lost_its_seal() {
            flaws.push(Fault::HeadUnsealed.alone());
        }
        let numbers = projection.without_row();
        if numbers > 0 {
            flaws.push(Fault::WithoutRow { numbers }.alone());
        }
        if seal_of(newest) != projection.chain.last {
            flaws.push(Fault::CutOff.alone());
        }
    }

    fn check_row(
        &mut self,
        organization: &OrganizationId,
        seals: Seals<'_>,
        (place, Row(number, text)): &(u64, Row),
        before: Option<&Row>,
        entry: Option<&str>,
    ) {
        let before = seal_of(before);
        let Some(link) = ChainLink::read(text) else {
            return self.verified.flaws.push(Fault::RowUnreadable.of(*number));
        };
        match seals.check(&link.message(organization, *number, &before), &link.seal) {
            SealCheck::Wrong => self.verified.flaws.push(Fault::RowWrong.of(*number)),
            SealCheck::UnknownKey => *self.unknown.entry(key_of(&link.seal)).or_default() += 1,
            SealCheck::Good if is_unsealed(&link.seal) => {
                self.verified.unsealed += 1;
                if !before.is_empty() && !is_unsealed(&before) {
                    self.verified.flaws.push(Fault::SealingStopped.of(*number));
                }
            }
            SealCheck::Good => {
                self.verified.sealed += 1;
                if *place == 0 || is_unsealed(&before) {
                    self.verified.sealed_from = Some(place.saturating_add(1));
                }
            }
        }
        match link.kind {
            RowKind::Hole => self.verified.holes += 1,
            RowKind::SetAside => self.verified.flaws.push(Fault::SetAside.of(*number)),
            RowKind::Break => self.verified.flaws.push(Fault::Broken.alone()),
            RowKind::System | RowKind::Unified | RowKind::Both => match entry {
                Some(digest) if digest == link.digest => {}
                Some(_) => self.verified.flaws.push(Fault::EntryAltered.of(*number)),
                None if *number <= self.trimmed => self.verified.trimmed += 1,
                None => self.verified.flaws.push(Fault::EntryMissing.of(*number)),
            },
        }
    }

    fn tell_unknown_keys(&mut self) {
        let unknown = std::mem::take(&mut self.unknown).into_iter();
        self.verified.flaws.extend(unknown.map(|(key, rows)| Fault::UnknownKey { key, rows }.alone()));
    }

    fn compare(&mut self, noted: &Noted, seen: Option<Row>) {
        let count = self.verified.count;
        let (state, fault) = match seen {
            Some(row) if seal_of(Some(&row)) == noted.head => (NotedRow::Matches, None),
            Some(_) => (NotedRow::Differs, Some(Fault::NotedDiffers { noted: noted.count })),
            None if noted.count > count => {
                (NotedRow::Differs, Some(Fault::NotedShort { noted: noted.count, count }))
            }
            None => (NotedRow::FurtherDown, None),
        };
        self.verified.noted = Some(state);
        self.verified.flaws.extend(fault.map(Fault::alone));
    }
}

/// The seal of a row; empty if there is no row.
fn seal_of(row: Option<&Row>) -> String {
    row.and_then(|row| ChainLink::read(&row.1)).map(|link| link.seal).unwrap_or_default()
}

fn key_of(seal: &str) -> String {
    seal.split_once('.').map_or("", |(key, _)| key).to_owned()
}
