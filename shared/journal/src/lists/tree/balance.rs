//! Keeps nodes within their bounds: empty ones go, small neighbours are merged, overfull ones are split.

use std::collections::BTreeSet;

use crate::lists::tree::loaded::{Item, LoadedNode};
use crate::lists::tree::node::{FULL, LARGEST, THIN};

impl LoadedNode {
    /// Drops nodes below that became empty. Their blocks go to `replaced`.
    pub(super) fn drop_empty(&mut self, replaced: &mut Vec<String>) {
        let before = self.items.len();
        self.items.retain_mut(|item| {
            let Item::Loaded(node) = item else { return true };
            node.drop_empty(replaced);
            if node.items.is_empty() {
                replaced.extend(node.stored.take().map(|child| child.id));
            }
            !node.items.is_empty()
        });
        self.changed |= self.items.len() < before;
    }

    /// Merges small neighbours below every node that is written anew, and notes the children to be read for that first.
    pub(super) fn merge_below(&mut self, replaced: &mut Vec<String>, wanted: &mut BTreeSet<String>) {
        if !self.is_dirty() || matches!(self.items.first(), Some(Item::Key(..))) {
            return;
        }
        let mut place = 0;
        while let Some([left, right]) = self.items.get(place..place + 2) {
            if left.fill().saturating_add(right.fill()) > THIN {
                place += 1;
                continue;
            }
            let unread: Vec<_> = [left, right].into_iter().filter_map(unread).collect();
            if !unread.is_empty() {
                wanted.extend(unread);
                place += 1;
                continue;
            }
            let right = self.items.remove(place + 1);
            self.changed = true;
            if let (Some(Item::Loaded(left)), Item::Loaded(right)) = (self.items.get_mut(place), right) {
                left.items.extend(right.items);
                left.changed = true;
                replaced.extend(right.stored.map(|child| child.id));
            }
        }
        // Merged nodes have new neighbours below, so the levels are looked at from the top.
        for item in &mut self.items {
            if let Item::Loaded(node) = item {
                node.merge_below(replaced, wanted);
            }
        }
    }

    /// Splits overfull nodes below, the lowest level first. `at_end`: this node is the newest of its level, and keys were
    /// appended.
    pub(super) fn split_below(&mut self, at_end: bool) {
        if !self.is_dirty() {
            return;
        }
        let before = self.items.len();
        for (place, item) in std::mem::take(&mut self.items).into_iter().enumerate() {
            match item {
                Item::Loaded(mut node) => {
                    let at_end = at_end && place + 1 == before;
                    node.split_below(at_end);
                    self.items.extend(node.pieces(at_end).into_iter().map(Item::Loaded));
                }
                Item::Key(..) | Item::Stored(_) => self.items.push(item),
            }
        }
        self.changed |= self.items.len() > before;
    }

    /// The node in pieces that are not overfull.
    fn pieces(mut self, at_end: bool) -> Vec<Self> {
        let mut rest = self.fill();
        if rest <= FULL {
            return vec![self];
        }
        // Even pieces miss their goal by at most one item; all of them are larger than what is merged.
        let mut pieces_left = rest.div_ceil(FULL - LARGEST);
        let mut pieces = Vec::new();
        let mut piece = Vec::new();
        let mut filled = 0;
        for item in std::mem::take(&mut self.items) {
            let size = item.size();
            let complete = if at_end { filled + size > FULL } else { filled >= rest / pieces_left };
            if complete && !piece.is_empty() {
                pieces.push(Self::fresh(std::mem::take(&mut piece)));
                pieces_left = pieces_left.saturating_sub(1).max(1);
                rest -= filled;
                filled = 0;
            }
            piece.push(item);
            filled += size;
        }
        pieces.push(Self::fresh(piece));
        if let Some(first) = pieces.first_mut() {
            first.stored = self.stored;
        }
        pieces
    }
}

fn unread(item: &Item) -> Option<String> {
    match item {
        Item::Stored(child) => Some(child.id.clone()),
        Item::Key(..) | Item::Loaded(_) => None,
    }
}
