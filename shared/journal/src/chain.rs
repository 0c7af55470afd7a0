//! The sealed chain of an organization's journal: one row for every number its processor settled, in that order, each
//! sealed over the one before it. `docs/design.md` §11 says what it proves.

mod audits;
mod fault;
pub(crate) mod head;
mod read;
mod verify;

use countersign_model::audit::AuditKind;
use countersign_model::ids::OrganizationId;

use crate::Journal;
use crate::chain::head::Chain;
use crate::lists::log::{Blocks, Row};
use crate::projection::Projection;
use countersign_store::StoreError;
use countersign_store::keys;

pub use fault::{Fault, Flaw};
pub use verify::{Noted, NotedRow, Verified};

/// The most rows in one block of a chain: few, because each turn rewrites the newest block.
const BLOCK: usize = 128;
/// The prefix of a digest that stands in for a seal while there is no key.
const UNSEALED: &str = "unsealed.";

/// Makes and checks seals (keyed digests), which cannot be made without the key.
pub trait Sealer: Send + Sync {
    /// Seals a message: the key's id, a full stop, and the seal in hexadecimal. No key has the id `unsealed`.
    fn seal(&self, message: &[u8]) -> String;

    /// Compares a seal with a message in constant time.
    fn check(&self, message: &[u8], seal: &str) -> SealCheck;
}

/// The result of checking a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealCheck {
    /// The seal is that of this message.
    Good,
    /// The seal is that of another message, or is malformed.
    Wrong,
    /// The seal's key is not available.
    UnknownKey,
}

/// How far a chain goes: what an operator notes outside the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// The organization that the chain belongs to.
    pub organization_id: OrganizationId,
    /// The number of rows.
    pub count: u64,
    /// The seal of the newest row, which covers all rows before it.
    pub head: String,
}

/// The outcome of a number of the journal, as its row of the chain states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChainRow {
    pub(crate) number: u64,
    pub(crate) kind: RowKind,
    /// The digest of the entry's stored bytes; empty if there is no entry.
    pub(crate) digest: String,
}

impl ChainRow {
    /// The row of a number that came to nothing.
    pub(crate) fn hole(number: u64) -> Self {
        Self { number, kind: RowKind::Hole, digest: String::new() }
    }
}

/// The kind of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowKind {
    /// An event that counts and is in the system audit.
    System,
    /// An event that counts and is in the unified audit.
    Unified,
    /// An event that counts and is in both audits.
    Both,
    /// A number that was settled without an event that counts.
    Hole,
    /// A number that could not be settled; the processor continued without it.
    SetAside,
    /// The head that the processor found was not the sealed one.
    Break,
}

/// A stored row: its kind, the SHA-256 of the entry's stored bytes if there is an entry, and its seal.
struct ChainLink {
    kind: RowKind,
    digest: String,
    seal: String,
}

impl RowKind {
    const ALL: [Self; 6] = [Self::System, Self::Unified, Self::Both, Self::Hole, Self::SetAside, Self::Break];

    fn text(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Unified => "unified",
            Self::Both => "both",
            Self::Hole => "hole",
            Self::SetAside => "set-aside",
            Self::Break => "break",
        }
    }
}

impl From<AuditKind> for RowKind {
    fn from(audit: AuditKind) -> Self {
        match audit {
            AuditKind::System => Self::System,
            AuditKind::Unified => Self::Unified,
            AuditKind::Both => Self::Both,
        }
    }
}

impl ChainLink {
    fn text(&self) -> String {
        format!("{}.{}.{}", self.kind.text(), self.digest, self.seal)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (kind, digest, seal) = (parts.next()?, parts.next()?, parts.next()?);
        let kind = RowKind::ALL.into_iter().find(|each| each.text() == kind)?;
        Some(Self { kind, digest: digest.to_owned(), seal: seal.to_owned() })
    }

    fn message(&self, organization: &OrganizationId, number: u64, before: &str) -> Vec<u8> {
        let number = number.to_be_bytes();
        let (kind, digest) = (self.kind.text().as_bytes(), self.digest.as_bytes());
        let label = b"countersign audit row 1";
        message(&[label, organization.as_str().as_bytes(), kind, &number, digest, before.as_bytes()])
    }
}

/// Each part is preceded by its length, so that different lists of parts never make the same message.
fn message(parts: &[&[u8]]) -> Vec<u8> {
    parts
        .iter()
        .flat_map(|part| (part.len() as u64).to_be_bytes().into_iter().chain(part.iter().copied()))
        .collect()
}

/// Makes seals under a key, or plain digests while there is none. Digests reveal accidents, and the first seal above
/// them protects them too.
#[derive(Clone, Copy)]
struct Seals<'a>(Option<&'a dyn Sealer>);

impl Seals<'_> {
    fn seal(self, message: &[u8]) -> String {
        match self.0 {
            Some(sealer) => sealer.seal(message),
            None => format!("{UNSEALED}{}", keys::sha256(message)),
        }
    }

    fn check(self, message: &[u8], seal: &str) -> SealCheck {
        match (seal.strip_prefix(UNSEALED), self.0) {
            (Some(digest), _) if digest == keys::sha256(message) => SealCheck::Good,
            (Some(_), _) => SealCheck::Wrong,
            (None, Some(sealer)) => sealer.check(message, seal),
            (None, None) => SealCheck::UnknownKey,
        }
    }
}

fn is_unsealed(seal: &str) -> bool {
    seal.starts_with(UNSEALED)
}

impl Projection {
    /// The message of the head's seal. An attacker who cuts off rows, or sets the horizon back to have entries sealed
    /// again, cannot seal the result.
    fn head_message(&self) -> Vec<u8> {
        let (count, horizon) = (self.chain.log.count.to_be_bytes(), self.horizon.to_be_bytes());
        let open: Vec<u8> = self.gaps.iter().flat_map(|gap| gap.number.to_be_bytes()).collect();
        let organization = self.organization_id.as_str().as_bytes();
        let label = b"countersign audit head 1";
        let trimmed = self.chain.trimmed.to_be_bytes();
        let mut parts = vec![&label[..], organization, &count, self.chain.last.as_bytes(), &horizon, &open];
        if self.chain.trimmed > 0 {
            parts.push(&trimmed);
        }
        message(&parts)
    }

    fn is_new(&self) -> bool {
        self.chain == Chain::default() && self.horizon == 0 && self.gaps.is_empty()
    }

    fn check_head(&self, seals: Seals<'_>) -> SealCheck {
        match self.chain.seal.is_empty() {
            true if self.is_new() => SealCheck::Good,
            true => SealCheck::Wrong,
            false => seals.check(&self.head_message(), &self.chain.seal),
        }
    }

    /// Whether the chain may be continued from this head. If not, a break is written to the chain for good: otherwise
    /// the next head would be valid again and hide the damage.
    pub(crate) fn chain_holds(&self, sealer: Option<&dyn Sealer>) -> bool {
        match self.check_head(Seals(sealer)) {
            // Anybody can compute the digest that stands in for a seal.
            SealCheck::Good => sealer.is_none() || !self.head_lost_its_seal(),
            SealCheck::Wrong => false,
            // Without a key the seal cannot be judged, and the rows that follow are visibly unsealed.
            SealCheck::UnknownKey => sealer.is_none(),
        }
    }

    /// Whether the head is unsealed although its newest row is sealed.
    fn head_lost_its_seal(&self) -> bool {
        is_unsealed(&self.chain.seal) && !self.chain.last.is_empty() && !is_unsealed(&self.chain.last)
    }

    /// How many settled numbers have no row. Each number has exactly one row, and each break has one more.
    fn without_row(&self) -> u64 {
        self.horizon.saturating_sub(self.chain.log.count.saturating_add(self.gaps.len() as u64))
    }

    /// Seals the head, after everything else of a turn is in the projection.
    pub(crate) fn seal_head(&mut self, sealer: Option<&dyn Sealer>) {
        self.chain.seal = Seals(sealer).seal(&self.head_message());
    }

    /// How far the chain goes.
    #[must_use]
    pub fn chain_head(&self) -> ChainHead {
        ChainHead {
            organization_id: self.organization_id.clone(),
            count: self.chain.log.count,
            head: self.chain.last.clone(),
        }
    }
}

impl Journal {
    /// Adds the settled numbers to the chain. `holds`: the existing head was found valid.
    pub(crate) async fn extend_chain(
        &self,
        projection: &mut Projection,
        holds: bool,
        settled: Vec<ChainRow>,
        sealer: Option<&dyn Sealer>,
        blocks: &mut Blocks,
    ) -> Result<(), StoreError> {
        let seals = Seals(sealer);
        let mut rows = Vec::new();
        let mut add = |number, kind, digest| {
            let mut link = ChainLink { kind, digest, seal: String::new() };
            link.seal =
                seals.seal(&link.message(&projection.organization_id, number, &projection.chain.last));
            rows.push(Row(number, link.text()));
            projection.chain.last = link.seal;
        };
        if !holds {
            add(0, RowKind::Break, String::new());
        }
        for ChainRow { number, kind, digest } in settled {
            add(number, kind, digest);
        }
        if !rows.is_empty() {
            projection.chain.log = self.extend_log(&projection.chain.log, rows, BLOCK, blocks).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_different_parts_differ() {
        assert_ne!(message(&[b"ab", b"c"]), message(&[b"a", b"bc"]));
        assert_ne!(message(&[b"ab"]), message(&[b"ab", b""]));
    }

    #[test]
    fn a_row_is_read_as_it_was_written() {
        for kind in RowKind::ALL {
            let link = ChainLink { kind, digest: "d".to_owned(), seal: "key.seal".to_owned() };
            let read = ChainLink::read(&link.text()).unwrap();
            assert_eq!((read.kind, read.digest, read.seal), (kind, link.digest, link.seal));
        }
        for bad in ["", "both", "both.d", "other.d.s"] {
            assert!(ChainLink::read(bad).is_none(), "{bad}");
        }
    }
}
