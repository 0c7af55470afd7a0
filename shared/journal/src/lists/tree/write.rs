//! Writing the changed nodes, children before their parents.

use crate::lists::tree::edit::TreeEdit;
use crate::lists::tree::loaded::{Item, LoadedNode};
use crate::lists::tree::node::{Child, Node, json_bytes};
use crate::lists::tree::{TreeRoot, WriteNodes};
use countersign_store::StoreError;

/// The most children of the root node that the root names.
const TOP: usize = 16;
/// The most bytes of their lowest keys together.
const TOP_KEY_BYTES: u64 = 512;

/// Where nodes are written, and what was collected on the way.
struct Output<'a> {
    nodes: &'a mut dyn WriteNodes,
    replaced: Vec<String>,
    /// The last two leaves so far.
    newest: Vec<Child>,
    /// The children of the last node at or above level 1 that was visited; in the end, those of the root.
    children: Vec<Child>,
}

impl TreeEdit<'_> {
    /// Has the changed nodes written. Returns the new root.
    pub(super) fn write(self, nodes: &mut dyn WriteNodes) -> Result<TreeRoot, StoreError> {
        let Self { top, height, replaced, .. } = self;
        let mut output = Output { nodes, replaced, newest: Vec::new(), children: Vec::new() };
        let mut new = TreeRoot::default();
        for item in top.items {
            let root = match item {
                Item::Loaded(root) => root.write(height, &mut output)?,
                // Only a leaf is left unread here: the one leaf that remains of a larger tree.
                Item::Stored(root) => {
                    output.note_leaf(&root);
                    root
                }
                Item::Key(..) => continue,
            };
            new = TreeRoot { node: Some(root.id), height, count: root.count, ..TreeRoot::default() };
        }
        new.newest = output.newest;
        new.top = output.children;
        if height == 0 || !are_few(&new.top) {
            new.top.clear();
        }
        output.replaced.into_iter().for_each(|block| output.nodes.replaced(block));
        Ok(new)
    }
}

/// Whether the root may name these as its children. The root's size matters for every read of the projection.
fn are_few(children: &[Child]) -> bool {
    let bytes: u64 = children.iter().map(|child| json_bytes(&child.first)).sum();
    children.len() <= TOP && bytes <= TOP_KEY_BYTES
}

impl LoadedNode {
    /// Has the node and its descendants written if they changed. Returns the child as its parent names it.
    fn write(self, level: u32, output: &mut Output<'_>) -> Result<Child, StoreError> {
        let dirty = self.is_dirty();
        let (count, fill) = (self.count(), self.fill());
        let first = self.items.first().map(Item::first).unwrap_or_default().to_owned();
        let (mut keys, mut children) = (Vec::new(), Vec::new());
        for item in self.items {
            match item {
                Item::Key(key, _) => keys.push(key),
                Item::Stored(child) => {
                    // The newest two leaves are below nodes in memory, and come after all that are not.
                    if level == 1 {
                        output.note_leaf(&child);
                    }
                    children.push(child);
                }
                Item::Loaded(node) => children.push(node.write(level.saturating_sub(1), output)?),
            }
        }
        if level > 0 {
            output.children.clone_from(&children);
        }
        let child = match self.stored {
            Some(stored) if !dirty => Child { first, count, fill, ..stored },
            stored => {
                output.replaced.extend(stored.map(|child| child.id));
                let node = if level == 0 { Node::Keys(keys) } else { Node::Children(children) };
                Child { id: output.nodes.write(&node)?, first, count, fill }
            }
        };
        if level == 0 {
            output.note_leaf(&child);
        }
        Ok(child)
    }
}

impl Output<'_> {
    fn note_leaf(&mut self, leaf: &Child) {
        if self.newest.len() > 1 {
            self.newest.remove(0);
        }
        self.newest.push(leaf.clone());
    }
}
