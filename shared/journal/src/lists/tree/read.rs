//! Reading pages of keys: one level of the tree per round.

use countersign_kv::under_way::try_all;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::lists::tree::loaded::{Item, decode};
use crate::lists::tree::node::Child;
use crate::lists::tree::{ReadNodes, TreeFault, TreeRoot};
use countersign_store::StoreError;

/// A range of keys; the default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KeyRange {
    /// The lowest key that belongs to it.
    pub(crate) from: String,
    /// The lowest key above it; none when it has no upper end.
    pub(crate) below: Option<String>,
}

/// The order of the keys of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// From the highest key down.
    NewestFirst,
    /// From the lowest key up.
    OldestFirst,
}

/// What a reader does about a missing node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// Stops: the root may be outdated. The caller reads the root again.
    Stops,
    /// Leaves out its keys and reports it. For a root that was read again and had not changed.
    IsLeftOut,
}

/// How a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReadOptions {
    pub(crate) order: Order,
    /// The most keys of the page, at least one. All leaves of a page are read at once.
    pub(crate) limit: usize,
    pub(crate) missing: Missing,
}

/// Nodes right above the leaves of a page, newest first, as an earlier reader of the tree found them. Which leaves they name is a
/// guess: those are read together with the highest node, and used where it leads to the same ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Near {
    nodes: Vec<(String, Vec<u8>)>,
}

impl Near {
    /// These nodes, each with its bytes.
    pub(crate) fn new(nodes: impl Iterator<Item = (String, Vec<u8>)>) -> Self {
        Self { nodes: nodes.collect() }
    }

    /// The leaves that a page will presumably need.
    fn leaves(&self, range: &KeyRange, order: Order, limit: usize) -> BTreeSet<String> {
        let range = Arc::new(range.clone());
        let opened = self.nodes.iter().filter_map(|(id, bytes)| {
            let child = Child { id: id.clone(), first: String::new(), count: 0, fill: 0 };
            Unread { child, level: 1, upper: None, range: range.clone() }.open(Some(bytes), order)
        });
        let parts: Vec<PagePart> = opened.flatten().collect();
        let wanted = parts.iter().take(needed(&parts, limit));
        wanted.filter_map(PagePart::node).map(|node| node.child.id.clone()).collect()
    }
}

/// A page of keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TreePage {
    /// The keys, in the order asked for.
    pub(crate) keys: Vec<String>,
    /// Whether the range has further keys.
    pub(crate) more: bool,
    /// Nodes whose keys are left out.
    pub(crate) faults: Vec<TreeFault>,
}

impl KeyRange {
    /// All keys below one, for tests.
    #[cfg(test)]
    pub(crate) fn below(key: &str) -> Self {
        Self { from: String::new(), below: Some(key.to_owned()) }
    }

    /// All keys that begin with a text.
    pub(crate) fn prefix(prefix: &str) -> Self {
        // The next text of the same length or shorter: the last character that has a successor is replaced by it.
        let mut below = prefix.to_owned();
        while let Some(last) = below.pop() {
            if let Some(next) = (last..=char::MAX).nth(1) {
                below.push(next);
                return Self { from: prefix.to_owned(), below: Some(below) };
            }
        }
        Self { from: prefix.to_owned(), below: None }
    }

    /// The part of it after a key: where a page in [`Order::OldestFirst`] goes on.
    pub(crate) fn after(self, key: &str) -> Self {
        Self { from: self.from.max(format!("{key}\0")), ..self }
    }

    /// Whether a key belongs to it.
    pub(crate) fn contains(&self, key: &str) -> bool {
        key >= self.from.as_str() && self.ends_above(key)
    }

    fn ends_above(&self, key: &str) -> bool {
        self.below.as_deref().is_none_or(|below| key < below)
    }
}

impl TreeRoot {
    /// The keys of a range, in pages. `None`: a node is missing, and the caller asked to read the root again in that
    /// case.
    ///
    /// ```text
    /// let options = ReadOptions { order: Order::NewestFirst, limit: 50, missing: Missing::Stops };
    /// let page = root.read(&reader, &KeyRange::below(&cursor), options).await?;
    /// ```
    pub(crate) async fn read(
        &self,
        nodes: &dyn ReadNodes,
        range: &KeyRange,
        options: ReadOptions,
    ) -> Result<Option<TreePage>, StoreError> {
        self.read_near(nodes, range, options, Near::default()).await
    }

    /// The same where nodes near the page are known: one round less.
    pub(crate) async fn read_near(
        &self,
        nodes: &dyn ReadNodes,
        range: &KeyRange,
        options: ReadOptions,
        near: Near,
    ) -> Result<Option<TreePage>, StoreError> {
        let limit = options.limit.max(1);
        let mut faults = Vec::new();
        let mut parts = self.beginning(range, options.order);
        let mut guessed = near.leaves(range, options.order, limit);
        let mut known = BTreeMap::new();
        known.extend(near.nodes);
        loop {
            // What is behind this is not needed as long as this is as large as it seems.
            let rest = parts.split_off(needed(&parts, limit));
            if parts.iter().all(|part| part.node().is_none()) {
                return Ok(Some(TreePage::new(parts, limit, faults)));
            }
            let wanted = parts.iter().filter_map(PagePart::node).map(|node| node.child.id.clone());
            let mut unread = std::mem::take(&mut guessed);
            unread.extend(wanted.filter(|id| !known.contains_key(id)));
            let read = try_all(unread.iter().map(|id| nodes.read(id))).await?;
            known.extend(unread.into_iter().zip(read).filter_map(|(id, bytes)| Some((id, bytes?))));
            let mut next = Vec::new();
            for part in parts {
                let node = match part {
                    PagePart::Keys(_) => {
                        next.push(part);
                        continue;
                    }
                    PagePart::Node(node) => node,
                };
                let bytes = known.remove(&node.child.id);
                if bytes.is_none() && options.missing == Missing::Stops {
                    return Ok(None);
                }
                match node.open(bytes.as_deref(), options.order) {
                    Some(parts) => next.extend(parts),
                    None => faults.push(TreeFault {
                        missing: bytes.is_none(),
                        keys: node.child.count,
                        block: node.child.id,
                    }),
                }
            }
            parts = next.into_iter().chain(rest).collect();
        }
    }

    /// The nodes right above the leaves where a page below a key begins, as far as the root leads to them: one if it is the root
    /// node, or two neighbours if those are its children. Their ids make the next page's [`Near`].
    pub(crate) fn near(&self, key: &str) -> Vec<String> {
        match (self.height, self.top.as_slice()) {
            (1, []) => self.node.iter().cloned().collect(),
            (2, top) => {
                let below = top.iter().rev().filter(|child| child.first.as_str() < key);
                below.take(2).map(|child| child.id.clone()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a key is in the set, for tests; `None` as for [`TreeRoot::read`]. A key that a lost node held is not.
    #[cfg(test)]
    pub(crate) async fn contains(
        &self,
        nodes: &dyn ReadNodes,
        key: &str,
        missing: Missing,
    ) -> Result<Option<bool>, StoreError> {
        let range = KeyRange { from: key.to_owned(), below: Some(format!("{key}\0")) };
        let options = ReadOptions { order: Order::OldestFirst, limit: 1, missing };
        Ok(self.read(nodes, &range, options).await?.map(|page| !page.keys.is_empty()))
    }

    /// The nodes to begin with: the newest two leaves and then the rest of the tree, or all of it from the top.
    fn beginning(&self, range: &KeyRange, order: Order) -> Vec<PagePart> {
        let mut range = Arc::new(range.clone());
        let mut nodes = Vec::new();
        if order == Order::NewestFirst {
            let whole = range.clone();
            let mut upper = None;
            for leaf in self.newest.iter().rev() {
                let (child, range) = (leaf.clone(), whole.clone());
                nodes.push(Unread { child, level: 0, upper: upper.replace(leaf.first.clone()), range });
            }
            let below = [upper, whole.below.clone()].into_iter().flatten().min();
            range = Arc::new(KeyRange { from: whole.from.clone(), below });
        }
        // Without inner nodes the newest leaf is the whole tree.
        if nodes.is_empty() || self.height > 0 {
            let (children, level) = self.highest();
            let mut upper = None;
            let unread = children.into_iter().rev().map(|child| {
                let upper = upper.replace(child.first.clone());
                Unread { child, level, upper, range: range.clone() }
            });
            let mut unread: Vec<_> = unread.collect();
            if order == Order::OldestFirst {
                unread.reverse();
            }
            nodes.extend(unread);
        }
        nodes.into_iter().filter(Unread::meets_range).map(PagePart::Node).collect()
    }
}

/// A part of the range, in the order asked for.
enum PagePart {
    Keys(Vec<String>),
    Node(Unread),
}

/// A node that has not been read.
struct Unread {
    child: Child,
    level: u32,
    /// The lowest key of the node after it, as far as that is known.
    upper: Option<String>,
    /// Which of its keys are wanted.
    range: Arc<KeyRange>,
}

impl PagePart {
    fn node(&self) -> Option<&Unread> {
        match self {
            Self::Node(node) => Some(node),
            Self::Keys(_) => None,
        }
    }

    /// How many keys of the range it presumably has.
    fn expected(&self) -> usize {
        match self {
            Self::Keys(keys) => keys.len(),
            Self::Node(node) if node.is_within_range() => {
                usize::try_from(node.child.count).unwrap_or(usize::MAX)
            }
            // A node that is partly in the range may have almost no keys in it.
            Self::Node(_) => 0,
        }
    }
}

impl Unread {
    /// Whether it may have keys of the range.
    fn meets_range(&self) -> bool {
        let reaches_it = self.upper.as_ref().is_none_or(|upper| *upper > self.range.from);
        self.range.ends_above(&self.child.first) && reaches_it
    }

    /// Whether all its keys are in the range.
    fn is_within_range(&self) -> bool {
        let ends_below = match (&self.range.below, &self.upper) {
            (None, _) => true,
            (Some(below), Some(upper)) => upper <= below,
            (Some(_), None) => false,
        };
        self.range.contains(&self.child.first) && ends_below
    }

    /// Its contents within the range; `None` if it is missing or unreadable.
    fn open(&self, bytes: Option<&[u8]>, order: Order) -> Option<Vec<PagePart>> {
        let items = decode(bytes?, &self.child, self.level, self.upper.as_deref())?;
        let mut keys = Vec::new();
        let mut nodes = Vec::new();
        // From the highest down: each child ends where the one after it begins.
        let mut upper = self.upper.clone();
        for item in items.into_iter().rev() {
            match item {
                Item::Key(key, _) => keys.extend(Some(key).filter(|key| self.range.contains(key))),
                Item::Stored(child) => {
                    let upper = upper.replace(child.first.clone());
                    let level = self.level.saturating_sub(1);
                    let node = Self { child, level, upper, range: self.range.clone() };
                    nodes.extend(Some(node).filter(Self::meets_range));
                }
                Item::Loaded(_) => {}
            }
        }
        if order == Order::OldestFirst {
            keys.reverse();
            nodes.reverse();
        }
        Some(if self.level == 0 {
            vec![PagePart::Keys(keys)]
        } else {
            nodes.into_iter().map(PagePart::Node).collect()
        })
    }
}

/// How many parts, from the first, are needed to fill a page and to tell whether there is more.
fn needed(parts: &[PagePart], limit: usize) -> usize {
    let mut expected = 0_usize;
    let enough = |part: &PagePart| {
        expected = expected.saturating_add(part.expected());
        expected > limit
    };
    parts.iter().position(enough).map_or(parts.len(), |last| last + 1)
}

impl TreePage {
    fn new(parts: Vec<PagePart>, limit: usize, faults: Vec<TreeFault>) -> Self {
        let keys = parts.into_iter().flat_map(|part| match part {
            PagePart::Keys(keys) => keys,
            PagePart::Node(_) => Vec::new(),
        });
        let mut keys: Vec<String> = keys.collect();
        let more = keys.len() > limit;
        keys.truncate(limit);
        Self { keys, more, faults }
    }
}
