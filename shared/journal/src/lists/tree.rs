//! Ordered sets of keys of any size: copy-on-write B+ trees of bounded nodes.
//!
//! # Structure
//!
//! A leaf holds keys in order; an inner node holds its children, each as (block id, lowest key, number of keys, fill). Leaves are
//! at level 0 and all at the same depth. A node holds at most 500 keys or 250 children and at most 32 KiB encoded. The
//! [`TreeRoot`] is part of the projection: its size does not depend on the number of keys. It also names the two newest
//! leaves, so that the newest page needs no inner node, and the children of a small root node, so that a reader need
//! not read it.
//!
//! # Writing
//!
//! A node never changes once it is written. [`TreeRoot::apply`] reads the nodes on the paths of a batch of changes, level by
//! level, changes them in memory, and writes the changed ones bottom up under fresh ids. The caller commits the new root by
//! swapping its record, and deletes the replaced nodes later. A batch that is not committed leaves the old tree intact.
//!
//! - *Splitting*: an overfull node is divided evenly. At the upper end of the set full nodes are split off instead, because ids
//!   mostly arrive in order.
//! - *Merging*: two neighbours below the same parent are merged when together they fill at most two fifths of a node. This holds
//!   for all neighbours after every batch, so two neighbouring leaves hold more than 200 keys of up to 62 bytes.
//! - *Height*: a root with a single child is replaced by that child.
//!
//! # Reading
//!
//! [`TreeRoot::read`] returns a page of a key range in either order. It reads one level per round, and skips the root node if
//! the root names its children: two rounds for two million keys added in order. If a page begins inside an inner node, the
//! next one is read with it, so a page that crosses their border takes no additional round. A page that the two newest
//! leaves satisfy takes one round. A page that continues another takes one round too, for up to two million keys and while its
//! leaves are unchanged: the cursor names the nodes above them ([`Near`]), which are read together with the root.
//!
//! # Damage
//!
//! A node can be missing because a newer root replaced it while a reader held the old root: the reader begins again with the
//! newer root. If the root has not changed, the node is lost. Lost and unreadable nodes never fail an operation. A
//! reader leaves out their contents; a writer treats them as empty, replaces them and corrects the counts. Both report
//! a [`TreeFault`]. Nodes below an inner node that was lost are not found again; their blocks remain in the store.

mod balance;
mod edit;
mod loaded;
mod node;
mod read;
#[cfg(test)]
mod tests;
mod write;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use countersign_store::StoreError;
pub(crate) use node::{Child, Node};
pub(crate) use read::{KeyRange, Missing, Near, Order, ReadOptions, TreePage};

/// The root of a tree as it stands in its owner's record; the default is the empty set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TreeRoot {
    /// The block id of the root node; none for the empty set.
    node: Option<String>,
    /// The level of the root node: 0 when it is a leaf.
    height: u32,
    /// How many keys there are.
    count: u64,
    /// The newest two leaves, oldest first; fewer when there are fewer leaves.
    newest: Vec<Child>,
    /// The children of the root node, when it is an inner node and they are few.
    top: Vec<Child>,
}

/// A node that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeFault {
    /// The node's block id.
    pub(crate) block: String,
    /// Whether there is no such block; otherwise its bytes are not those of the node.
    pub(crate) missing: bool,
    /// How many keys it and the nodes below it held.
    pub(crate) keys: u64,
}

/// Reads nodes by their block ids.
#[async_trait]
pub(crate) trait ReadNodes: Send + Sync {
    /// The bytes of a node; none when there is no such block.
    async fn read(&self, block: &str) -> Result<Option<Vec<u8>>, StoreError>;
}

/// Takes what a batch of changes writes.
pub(crate) trait WriteNodes: Send {
    /// Has a node written as JSON under a fresh block id of at most 32 characters, and returns the id.
    fn write(&mut self, node: &Node) -> Result<String, StoreError>;
    /// A block that the new root does not reach. It can be deleted once the new root is committed and readers of the old one
    /// have had time to finish.
    fn replaced(&mut self, block: String);
}

impl TreeRoot {
    /// How many keys there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The root node as if it stood in a parent.
    fn child(&self) -> Option<Child> {
        let id = self.node.clone()?;
        Some(Child { id, first: String::new(), count: self.count, fill: 0 })
    }

    /// The highest nodes that a reader has to read, in the order of their keys, and their level.
    fn highest(&self) -> (Vec<Child>, u32) {
        match self.top.is_empty() {
            true => (self.child().into_iter().collect(), self.height),
            false => (self.top.clone(), self.height.saturating_sub(1)),
        }
    }
}
