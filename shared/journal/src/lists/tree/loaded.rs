//! Nodes in memory while a batch of changes is applied.

use std::collections::{BTreeMap, BTreeSet};

use crate::lists::tree::TreeFault;
use crate::lists::tree::node::{Child, FULL, LARGEST, MOST_ID_BYTES, Node, child_size, json_bytes, key_size};

/// A key, and whether it is to be in the set.
pub(super) type KeyChange = (String, bool);

/// A node in memory. A node at level 0 holds keys; a node above holds nodes of the level below.
#[derive(Debug, Default)]
pub(super) struct LoadedNode {
    /// How its parent named it when it was read; none for a new node.
    pub(super) stored: Option<Child>,
    pub(super) items: Vec<Item>,
    /// Whether its own items differ from what is stored. Nodes below may have changed besides.
    pub(super) changed: bool,
}

/// What a node consists of.
#[derive(Debug)]
pub(super) enum Item {
    /// A key of a leaf, and its size, which is asked for often: [`Item::key`].
    Key(String, u64),
    /// A child that has not been read.
    Stored(Child),
    /// A child in memory.
    Loaded(LoadedNode),
}

impl Item {
    /// A key of a leaf.
    pub(super) fn key(key: String) -> Self {
        let size = key_size(json_bytes(&key));
        Self::Key(key, size)
    }

    /// The lowest key.
    pub(super) fn first(&self) -> &str {
        match self {
            Self::Key(key, _) => key,
            Self::Stored(child) => &child.first,
            Self::Loaded(node) => node.first(),
        }
    }

    /// How many keys it holds.
    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Key(..) => 1,
            Self::Stored(child) => child.count,
            Self::Loaded(node) => node.count(),
        }
    }

    /// How much of its node it takes, in parts of [`FULL`].
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Key(_, size) => *size,
            Self::Stored(_) | Self::Loaded(_) => child_size(json_bytes(self.first())),
        }
    }

    /// How full the child is. A key counts as full, so that it is never merged.
    pub(super) fn fill(&self) -> u64 {
        match self {
            Self::Key(..) => FULL,
            Self::Stored(child) => child.fill,
            Self::Loaded(node) => node.fill(),
        }
    }
}

impl LoadedNode {
    /// A node that is to be written with these items.
    pub(super) fn fresh(items: Vec<Item>) -> Self {
        Self { stored: None, items, changed: true }
    }

    /// A node as it was read. It is empty when it is damaged, missing or holds keys that belong elsewhere.
    fn open(
        child: Child,
        level: u32,
        upper: Option<&str>,
        bytes: Option<Vec<u8>>,
        faults: &mut Vec<TreeFault>,
    ) -> Self {
        let missing = bytes.is_none();
        let items = bytes.and_then(|bytes| decode(&bytes, &child, level, upper));
        if items.is_none() {
            faults.push(TreeFault { block: child.id.clone(), missing, keys: child.count });
        }
        Self { stored: Some(child), changed: items.is_none(), items: items.unwrap_or_default() }
    }

    /// The lowest key; of an emptied node, the lowest it had.
    fn first(&self) -> &str {
        let own = self.items.first().map(Item::first);
        own.or(self.stored.as_ref().map(|child| child.first.as_str())).unwrap_or_default()
    }

    pub(super) fn count(&self) -> u64 {
        self.items.iter().fold(0, |sum, item| sum.saturating_add(item.count()))
    }

    pub(super) fn fill(&self) -> u64 {
        self.items.iter().map(Item::size).sum()
    }

    /// Whether it must be written again.
    pub(super) fn is_dirty(&self) -> bool {
        self.changed || self.items.iter().any(|item| matches!(item, Item::Loaded(node) if node.is_dirty()))
    }

    /// The newest key, as far as the nodes at that end are in memory.
    pub(super) fn newest_key(&self) -> Option<&str> {
        match self.items.last()? {
            Item::Key(key, _) => Some(key),
            Item::Stored(_) => None,
            Item::Loaded(node) => node.newest_key(),
        }
    }

    /// Notes the children to be read next on the paths to the changes.
    pub(super) fn want_paths(&self, changes: &[KeyChange], wanted: &mut BTreeSet<String>) {
        for (item, changes) in self.items.iter().zip(self.parts(changes)).filter(|(_, part)| !part.is_empty())
        {
            match item {
                Item::Key(..) => return,
                Item::Stored(child) => drop(wanted.insert(child.id.clone())),
                Item::Loaded(node) => node.want_paths(changes, wanted),
            }
        }
    }

    /// Notes the inner nodes to be read next until the two newest leaves are known. `found` counts the leaves known.
    pub(super) fn want_newest(&self, level: u32, found: &mut usize, wanted: &mut BTreeSet<String>) {
        if level == 0 {
            *found += 1;
            return;
        }
        for item in self.items.iter().rev() {
            match item {
                Item::Stored(_) if level == 1 => *found += 1,
                Item::Stored(child) => {
                    wanted.insert(child.id.clone());
                    *found = 2; // looked for again when it has been read
                }
                Item::Loaded(node) => node.want_newest(level - 1, found, wanted),
                Item::Key(..) => {}
            }
            if *found >= 2 {
                return;
            }
        }
    }

    /// Takes in children that have been read. Keys at or above `upper` belong to the next node.
    pub(super) fn take_in(
        &mut self,
        level: u32,
        mut upper: Option<String>,
        read: &mut BTreeMap<String, Option<Vec<u8>>>,
        faults: &mut Vec<TreeFault>,
    ) {
        let Some(below) = level.checked_sub(1) else { return };
        for item in self.items.iter_mut().rev() {
            let first = item.first().to_owned();
            match item {
                Item::Stored(child) => {
                    if let Some(bytes) = read.remove(&child.id) {
                        let node = LoadedNode::open(child.clone(), below, upper.as_deref(), bytes, faults);
                        *item = Item::Loaded(node);
                    }
                }
                Item::Loaded(node) => node.take_in(below, upper, read, faults),
                Item::Key(..) => {}
            }
            upper = Some(first);
        }
    }

    /// Changes the keys. All nodes on the paths are in memory.
    pub(super) fn change(&mut self, level: u32, changes: &[KeyChange]) {
        let Some(below) = level.checked_sub(1) else { return self.change_keys(changes) };
        if self.items.is_empty() && changes.iter().any(|(_, member)| *member) {
            self.items.push(Item::Loaded(Self::fresh(Vec::new())));
        }
        let parts = self.parts(changes);
        for (item, changes) in self.items.iter_mut().zip(parts).filter(|(_, part)| !part.is_empty()) {
            if let Item::Loaded(node) = item {
                node.change(below, changes);
            }
        }
    }

    fn change_keys(&mut self, changes: &[KeyChange]) {
        for (key, member) in changes {
            let place = match self.items.last() {
                Some(newest) if newest.first() < key.as_str() => Err(self.items.len()),
                _ => self.items.binary_search_by(|item| item.first().cmp(key)),
            };
            match (place, member) {
                (Err(place), true) => self.items.insert(place, Item::key(key.clone())),
                (Ok(place), false) => drop(self.items.remove(place)),
                (Ok(_), true) | (Err(_), false) => continue,
            }
            self.changed = true;
        }
    }

    /// Changes, in the order of their keys, by the child they belong to.
    fn parts<'c>(&self, mut changes: &'c [KeyChange]) -> Vec<&'c [KeyChange]> {
        let mut nexts = self.items.iter().skip(1).map(Item::first);
        let mut part = || {
            let here = match nexts.next() {
                Some(next) => changes.partition_point(|(key, _)| key.as_str() < next),
                None => changes.len(),
            };
            let (here, rest) = changes.split_at(here);
            changes = rest;
            here
        };
        self.items.iter().map(|_| part()).collect()
    }
}

/// The items of a node named by its parent, at a level, with keys below `upper`. `None` if the bytes are not such a
/// node. The number of keys is not compared: the ones that are there count.
pub(super) fn decode(bytes: &[u8], child: &Child, level: u32, upper: Option<&str>) -> Option<Vec<Item>> {
    let items: Vec<Item> = match (serde_json::from_slice(bytes).ok()?, level) {
        (Node::Keys(keys), 0) => keys.into_iter().map(Item::key).collect(),
        (Node::Children(children), 1..) => children.into_iter().map(Item::Stored).collect(),
        (Node::Keys(_), 1..) | (Node::Children(_), 0) => return None,
    };
    let from = items.first()?.first() >= child.first.as_str();
    let below = upper.is_none_or(|upper| items.last().is_some_and(|last| last.first() < upper));
    let ordered = items.windows(2).all(|pair| matches!(pair, [low, high] if low.first() < high.first()));
    // Nothing larger was ever written, and nodes could not be kept within their bounds with it.
    let bounded = items.iter().all(|item| match item {
        Item::Stored(child) => json_bytes(&child.id) <= MOST_ID_BYTES && item.size() <= LARGEST,
        Item::Key(..) | Item::Loaded(_) => item.size() <= LARGEST,
    });
    (from && below && ordered && bounded).then_some(items)
}
