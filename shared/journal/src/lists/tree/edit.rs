//! Applying a batch of changes.

use countersign_kv::under_way::try_all;
use std::collections::{BTreeMap, BTreeSet};

use crate::lists::tree::loaded::{Item, KeyChange, LoadedNode};
use crate::lists::tree::node::{MOST_KEY_BYTES, json_bytes};
use crate::lists::tree::{ReadNodes, TreeFault, TreeRoot, WriteNodes};
use countersign_store::StoreError;

/// What a batch of changes led to.
#[derive(Debug)]
pub(crate) struct Applied {
    /// The new root, to be committed by the caller.
    pub(crate) root: TreeRoot,
    /// Nodes that were taken to be empty. To be logged once the new root is committed: a writer with an outdated root finds
    /// nodes missing as well.
    pub(crate) faults: Vec<TreeFault>,
    /// Keys that are too long for any node ([`MOST_KEY_BYTES`] as JSON) and were not added.
    pub(crate) refused: Vec<String>,
}

/// A tree while changes are applied.
pub(super) struct TreeEdit<'a> {
    nodes: &'a dyn ReadNodes,
    /// A node above the root that is never written. Its one item is the root, or several while the root is split.
    pub(super) top: LoadedNode,
    /// The level of the nodes below the top.
    pub(super) height: u32,
    pub(super) replaced: Vec<String>,
    faults: Vec<TreeFault>,
}

impl TreeRoot {
    /// Adds and removes keys: `true` for a key that is to be in the set. A key may already be in the wanted state.
    ///
    /// ```text
    /// let applied = root.apply(changes, &reader, &mut writer).await?;
    /// projection.sets.insert(list, applied.root);
    /// ```
    ///
    /// # Errors
    /// Only those of reading and writing. In that case, nothing may be committed.
    pub(crate) async fn apply(
        &self,
        changes: BTreeMap<String, bool>,
        nodes: &dyn ReadNodes,
        out: &mut dyn WriteNodes,
    ) -> Result<Applied, StoreError> {
        let fits = |change: &KeyChange| json_bytes(&change.0) <= MOST_KEY_BYTES;
        let (changes, overlong): (Vec<KeyChange>, Vec<_>) = changes.into_iter().partition(fits);
        let refused = overlong.into_iter().filter(|(_, member)| *member).map(|(key, _)| key).collect();
        if changes.is_empty() {
            return Ok(Applied { root: self.clone(), faults: Vec::new(), refused });
        }
        let mut edit = TreeEdit::new(self, nodes);
        edit.load_paths(&changes).await?;
        edit.top.change(edit.height + 1, &changes);
        edit.shrink().await?;
        let newest = changes.iter().rev().find(|(_, member)| *member).map(|(key, _)| key.as_str());
        let appended = newest.is_some() && edit.top.newest_key() == newest;
        edit.grow(appended);
        let faults = std::mem::take(&mut edit.faults);
        Ok(Applied { root: edit.write(out)?, faults, refused })
    }
}

impl<'a> TreeEdit<'a> {
    fn new(root: &TreeRoot, nodes: &'a dyn ReadNodes) -> Self {
        let items = root.child().map(Item::Stored).into_iter().collect();
        Self {
            nodes,
            top: LoadedNode { stored: None, items, changed: false },
            height: root.height,
            replaced: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Reads the nodes on the paths to the changes, and those on the path to the newest leaves: one round per level.
    async fn load_paths(&mut self, changes: &[KeyChange]) -> Result<(), StoreError> {
        loop {
            let mut wanted = BTreeSet::new();
            self.top.want_paths(changes, &mut wanted);
            self.top.want_newest(self.height + 1, &mut 0, &mut wanted);
            if !self.load(wanted).await? {
                return Ok(());
            }
        }
    }

    /// Drops empty nodes, merges small neighbours and lowers the height, reading neighbours as needed.
    async fn shrink(&mut self) -> Result<(), StoreError> {
        loop {
            let mut wanted = BTreeSet::new();
            self.top.drop_empty(&mut self.replaced);
            self.top.merge_below(&mut self.replaced, &mut wanted);
            self.lower();
            self.top.want_newest(self.height + 1, &mut 0, &mut wanted);
            if !self.load(wanted).await? {
                return Ok(());
            }
        }
    }

    /// Replaces a root with a single child by that child. A child that has not been read is looked at in the next round: it is on
    /// the path to the newest leaves.
    fn lower(&mut self) {
        while self.height > 0
            && let [Item::Loaded(root)] = self.top.items.as_mut_slice()
            && root.items.len() == 1
        {
            self.replaced.extend(root.stored.take().map(|child| child.id));
            self.top.items = std::mem::take(&mut root.items);
            self.height -= 1;
        }
    }

    /// Splits overfull nodes. When the root is split, a new root is put above.
    fn grow(&mut self, appended: bool) {
        loop {
            self.top.split_below(appended);
            if self.top.items.len() <= 1 {
                return;
            }
            let root = LoadedNode::fresh(std::mem::take(&mut self.top.items));
            self.top.items.push(Item::Loaded(root));
            self.height += 1;
        }
    }

    /// Reads nodes, all at once. Whether there were any to read.
    async fn load(&mut self, wanted: BTreeSet<String>) -> Result<bool, StoreError> {
        let nodes = self.nodes;
        let bytes = try_all(wanted.iter().map(|block| nodes.read(block))).await?;
        let mut read = BTreeMap::new();
        read.extend(wanted.into_iter().zip(bytes));
        let any = !read.is_empty();
        self.top.take_in(self.height + 1, None, &mut read, &mut self.faults);
        Ok(any)
    }
}
