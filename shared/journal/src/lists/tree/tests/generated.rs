//! Trees of any size whose nodes are made up when they are read.

use super::*;

/// The tree that requests lead to when they are added in order.
pub(super) struct Generated {
    size: usize,
}

impl Generated {
    pub(super) fn new(size: usize) -> Self {
        Self { size }
    }

    /// A set with this tree.
    pub(super) fn set(self) -> Set {
        let height = (0..).find(|level| span(*level) >= self.size).unwrap();
        let leaves = self.size.div_ceil(span(0));
        let root = TreeRoot {
            node: Some(id(height, 0)),
            height,
            count: self.size as u64,
            newest: (leaves.saturating_sub(2)..leaves).map(|place| self.child(0, place)).collect(),
            top: match height.checked_sub(1).map(|below| (below, self.size.div_ceil(span(below)))) {
                Some((below, children @ ..=16)) => {
                    (0..children).map(|place| self.child(below, place)).collect()
                }
                Some(_) | None => Vec::new(),
            },
        };
        Set { root, blocks: Blocks { generated: Some(self), ..Blocks::default() }, next: 0 }
    }

    pub(super) fn block(&self, id: &str) -> Option<Vec<u8>> {
        let (level, place) = id.strip_prefix("generated")?.split_once('.')?;
        let (level, place): (u32, usize) = (level.parse().ok()?, place.parse().ok()?);
        let node = match level.checked_sub(1) {
            None => {
                let keys = place * span(0)..self.size.min((place + 1) * span(0));
                Node::Keys(keys.map(request).collect())
            }
            Some(below) => {
                let children = place * 250..self.size.div_ceil(span(below)).min((place + 1) * 250);
                Node::Children(children.map(|place| self.child(below, place)).collect())
            }
        };
        Some(serde_json::to_vec(&node).unwrap())
    }

    fn child(&self, level: u32, place: usize) -> Child {
        let first = place * span(level);
        let count = span(level).min(self.size - first);
        let fill = match level.checked_sub(1) {
            None => 2_000 * count,
            Some(below) => 4_000 * count.div_ceil(span(below)),
        };
        Child { id: id(level, place), first: request(first), count: count as u64, fill: fill as u64 }
    }
}

fn id(level: u32, place: usize) -> String {
    format!("generated{level}.{place:015}")
}

/// How many keys a full node and those below it hold.
fn span(level: u32) -> usize {
    500 * 250_usize.pow(level)
}
