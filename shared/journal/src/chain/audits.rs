//! Compares the audits with the chain. The rows of an audit are written together with those of the chain, in the same
//! order.

use crate::Journal;
use crate::chain::fault::{Fault, Flaw};
use crate::chain::read::{Mark, Stretch};
use crate::chain::{ChainLink, RowKind};
use crate::lists::log::Row;
use crate::projection::Projection;
use countersign_model::List;
use countersign_store::StoreError;

/// The lists that a chain is compared with.
const AUDITS: [List; 2] = [List::SystemAudit, List::UnifiedAudit];

/// A range of each audit's rows.
pub(super) struct Audits(Vec<(List, Stretch)>);

impl Journal {
    /// The rows of each audit that may belong to a page of the chain.
    pub(super) async fn audits_beside_chain(
        &self,
        projection: &Projection,
        marks: &[Mark],
        rows: usize,
        blocks: usize,
    ) -> Result<Audits, StoreError> {
        let mut audits = Vec::new();
        for (at, list) in AUDITS.into_iter().enumerate() {
            let head = projection.logs.get(&list).cloned().unwrap_or_default();
            let wanted = Mark::wanted(marks.get(at), &head, rows, blocks);
            audits.push((list, self.stretch_of_chain(&head, &wanted).await?));
        }
        Ok(Audits(audits))
    }
}

impl Audits {
    /// The number of audits.
    pub(super) const COUNT: usize = AUDITS.len();

    /// Whether everything that was looked for was found.
    pub(super) fn are_whole(&self) -> bool {
        self.0.iter().all(|(_, stretch)| stretch.flaws.is_empty())
    }

    /// Whether an audit has its first row further down than was searched.
    pub(super) fn are_further(&self) -> bool {
        self.0.iter().any(|(_, stretch)| stretch.further)
    }

    /// Where the search for the same rows starts again.
    pub(super) fn starts(&self) -> Vec<Mark> {
        self.0.iter().map(|(_, stretch)| stretch.start()).collect()
    }

    /// Compares the audits with rows of the chain, the last of which may be the very first. Returns where the next page
    /// begins.
    pub(super) fn compare(&self, chain: &[(u64, Row)], is_last: bool, flaws: &mut Vec<Flaw>) -> Vec<Mark> {
        self.0.iter().map(|(list, stretch)| compare(*list, stretch, chain, is_last, flaws)).collect()
    }
}

fn compare(
    list: List,
    stretch: &Stretch,
    chain: &[(u64, Row)],
    is_last: bool,
    flaws: &mut Vec<Flaw>,
) -> Mark {
    let audit = if list == List::SystemAudit { "system audit" } else { "unified audit" };
    if !stretch.flaws.is_empty() {
        flaws.push(Fault::AuditBroken { audit }.alone());
    }
    let expected: Vec<u64> =
        chain.iter().filter(|(_, row)| stands_in(row, list)).map(|(_, row)| row.0).collect();
    let shown: Vec<u64> = stretch.rows.iter().map(|(_, row)| row.0).collect();
    let taken = in_step(audit, &expected, &shown, is_last, flaws);
    // The offset below the rows taken; at the end there is none.
    let next = stretch.rows.get(taken).or(stretch.rows.last());
    let place = next.map_or(0, |(place, _)| if taken < shown.len() { place + 1 } else { *place });
    Mark { place, block: stretch.block.clone() }
}

/// Compares both row by row. Where they differ, the explanation that makes them agree sooner is assumed: rows were
/// inserted, or the expected one is missing. Returns how many of the shown rows belong to the expected ones.
fn in_step(
    audit: &'static str,
    expected: &[u64],
    shown: &[u64],
    is_last: bool,
    flaws: &mut Vec<Flaw>,
) -> usize {
    let mut rest = shown;
    let mut left = expected;
    while let Some((number, after)) = left.split_first() {
        let in_front = rest.iter().position(|each| each == number);
        let gone = rest.first().and_then(|next| left.iter().position(|each| each == next));
        match in_front {
            Some(rows) if gone.is_none_or(|gone| rows <= gone) => {
                let (added, from) = rest.split_at(rows);
                flaws.extend(added.iter().map(|each| Fault::Shown { audit }.of(*each)));
                rest = from.split_first().map_or(&[][..], |(_, below)| below);
            }
            _ => flaws.push(Fault::Hidden { audit }.of(*number)),
        }
        left = after;
    }
    if is_last {
        flaws.extend(rest.iter().map(|each| Fault::Shown { audit }.of(*each)));
        rest = &[];
    }
    shown.len() - rest.len()
}

fn stands_in(row: &Row, list: List) -> bool {
    let own = if list == List::SystemAudit { RowKind::System } else { RowKind::Unified };
    ChainLink::read(&row.1).is_some_and(|link| link.kind == own || link.kind == RowKind::Both)
}
