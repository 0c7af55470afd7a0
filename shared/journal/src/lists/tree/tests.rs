//! A tree over in-memory blocks, and the properties that must hold after every batch.

mod bounds;
mod damage;
mod generated;
mod model;
mod scale;
mod thinning;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures::executor::block_on;

use crate::lists::tree::edit::Applied;
use crate::lists::tree::node::{FULL, MOST_BYTES, THIN, child_size, json_bytes, key_size};
use crate::lists::tree::tests::generated::Generated;
use crate::lists::tree::{
    Child, KeyRange, Missing, Near, Node, Order, ReadNodes, ReadOptions, TreeFault, TreePage, TreeRoot,
    WriteNodes,
};
use countersign_store::StoreError;

/// Blocks in memory that count how they are read.
#[derive(Default)]
struct Blocks {
    blocks: BTreeMap<String, Vec<u8>>,
    /// Where a block is not among those, it may be of this tree.
    generated: Option<Generated>,
    reads: AtomicUsize,
    rounds: AtomicUsize,
    under_way: AtomicUsize,
}

#[async_trait]
impl ReadNodes for Blocks {
    async fn read(&self, block: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        // Reads that do not wait for each other all begin before the first of them ends.
        if self.under_way.fetch_add(1, Ordering::Relaxed) == 0 {
            self.rounds.fetch_add(1, Ordering::Relaxed);
        }
        let mut waited = false;
        std::future::poll_fn(|context| {
            if waited {
                return std::task::Poll::Ready(());
            }
            waited = true;
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        let generated = || self.generated.as_ref().and_then(|tree| tree.block(block));
        Ok(self.blocks.get(block).cloned().or_else(generated))
    }
}

impl Blocks {
    /// What an operation reads: nodes and rounds.
    fn cost<T>(&self, work: impl FnOnce() -> T) -> (T, usize, usize) {
        let before = (self.reads.load(Ordering::Relaxed), self.rounds.load(Ordering::Relaxed));
        let done = work();
        let reads = self.reads.load(Ordering::Relaxed) - before.0;
        (done, reads, self.rounds.load(Ordering::Relaxed) - before.1)
    }
}

/// What a batch writes, until it is committed.
#[derive(Default)]
struct Written {
    next: usize,
    blocks: BTreeMap<String, Vec<u8>>,
    replaced: BTreeSet<String>,
}

impl WriteNodes for Written {
    fn write(&mut self, node: &Node) -> Result<String, StoreError> {
        self.next += 1;
        let id = format!("01J{:023}", self.next);
        self.blocks.insert(id.clone(), serde_json::to_vec(node).unwrap());
        Ok(id)
    }

    fn replaced(&mut self, block: String) {
        assert!(self.replaced.insert(block), "replaced once");
    }
}

/// A set with its blocks.
#[derive(Default)]
struct Set {
    root: TreeRoot,
    blocks: Blocks,
    next: usize,
}

impl Set {
    /// A set with these keys, added in batches.
    fn of(keys: impl IntoIterator<Item = String>, batch: usize) -> Self {
        let mut set = Self::default();
        let mut keys = keys.into_iter().peekable();
        while keys.peek().is_some() {
            set.apply(keys.by_ref().take(batch).map(|key| (key, true)));
        }
        set
    }

    /// Applies changes and commits them: what was replaced is deleted.
    fn apply(&mut self, changes: impl IntoIterator<Item = (String, bool)>) -> Applied {
        let (applied, written) = self.try_apply(changes);
        self.next = written.next;
        self.root = applied.root.clone();
        let written_ids: BTreeSet<_> = written.blocks.keys().cloned().collect();
        assert!(written.replaced.is_disjoint(&written_ids), "nothing is written only to be replaced");
        self.blocks.blocks.extend(written.blocks);
        for block in &written.replaced {
            self.blocks.blocks.remove(block);
        }
        applied
    }

    fn try_apply(&self, changes: impl IntoIterator<Item = (String, bool)>) -> (Applied, Written) {
        let mut written = Written { next: self.next, ..Written::default() };
        let changes = changes.into_iter().collect();
        let applied = block_on(self.root.apply(changes, &self.blocks, &mut written)).unwrap();
        (applied, written)
    }

    fn page(&self, range: &KeyRange, order: Order, limit: usize) -> TreePage {
        let options = ReadOptions { order, limit, missing: Missing::IsLeftOut };
        block_on(self.root.read(&self.blocks, range, options)).unwrap().unwrap()
    }

    /// All keys of a range, page by page.
    fn pages(&self, range: &KeyRange, order: Order, limit: usize) -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        let mut rest = range.clone();
        loop {
            let page = self.page(&rest, order, limit);
            keys.extend(page.keys);
            let Some(last) = keys.last().filter(|_| page.more) else { return keys };
            rest = match order {
                Order::NewestFirst => KeyRange { below: Some(last.clone()), ..rest },
                Order::OldestFirst => rest.after(last),
            };
        }
    }

    fn node(&self, block: &str) -> Node {
        serde_json::from_slice(&block_on(self.blocks.read(block)).unwrap().unwrap()).unwrap()
    }

    fn children(&self, block: &str) -> Vec<Child> {
        match self.node(block) {
            Node::Keys(_) => Vec::new(),
            Node::Children(children) => children,
        }
    }

    /// Checks everything that must hold of the tree. Returns its keys and the blocks it reaches.
    fn check(&self) -> (Vec<String>, BTreeSet<String>) {
        let mut walk = Walk::default();
        if let Some(root) = self.root.child() {
            walk.node(self, &root, self.root.height, None, true);
        }
        assert_eq!(self.root.count, walk.keys.len() as u64);
        let newest = walk.leaves.len().saturating_sub(2);
        assert_eq!(self.root.newest, walk.leaves[newest..], "the root names the newest leaves");
        assert_eq!(self.root.node.is_none(), walk.keys.is_empty());
        (walk.keys, walk.reached)
    }

    /// Checks that the tree is whole, has these keys, and that all other blocks have been replaced.
    fn check_whole(&self, keys: &BTreeSet<String>) {
        let (found, reached) = self.check();
        assert!(found.iter().eq(keys), "the keys of the tree");
        assert!(reached.iter().eq(self.blocks.blocks.keys()), "every block is reached or replaced");
    }
}

/// A walk over all nodes of a tree.
#[derive(Default)]
struct Walk {
    keys: Vec<String>,
    leaves: Vec<Child>,
    reached: BTreeSet<String>,
}

impl Walk {
    fn node(&mut self, set: &Set, child: &Child, level: u32, upper: Option<&str>, root: bool) {
        assert!(self.reached.insert(child.id.clone()), "a node has one parent");
        assert!(set.blocks.blocks[&child.id].len() as u64 <= MOST_BYTES, "bounded by bytes");
        let before = self.keys.len();
        let (first, fill) = match set.node(&child.id) {
            Node::Keys(keys) => {
                assert_eq!(level, 0, "all leaves are at the same depth");
                assert!(keys.len() <= 500, "bounded by number");
                let fill = keys.iter().map(|key| key_size(json_bytes(key))).sum::<u64>();
                let first = keys[0].clone();
                let count = keys.len() as u64;
                self.keys.extend(keys);
                self.leaves.push(Child { id: child.id.clone(), first: first.clone(), count, fill });
                (first, fill)
            }
            Node::Children(children) => {
                assert!(level > 0 && children.len() <= 250, "bounded by number");
                assert!(children.len() > 1 || !root, "the tree is not higher than it needs to be");
                for pair in children.windows(2) {
                    assert!(pair[0].fill + pair[1].fill > THIN, "small neighbours are merged");
                }
                let uppers = children.iter().skip(1).map(|next| Some(next.first.as_str())).chain([upper]);
                for (child, upper) in children.iter().zip(uppers) {
                    self.node(set, child, level - 1, upper, false);
                }
                let sizes = children.iter().map(|child| child_size(json_bytes(&child.first)));
                (children[0].first.clone(), sizes.sum())
            }
        };
        let keys = &self.keys[before..];
        assert!(keys.is_sorted_by(|low, high| low < high));
        assert!(upper.is_none_or(|upper| keys.last().unwrap().as_str() < upper));
        assert_eq!(child.count, keys.len() as u64);
        assert!(fill <= FULL);
        if !root {
            assert_eq!((&child.first, child.fill), (&first, fill));
        }
    }
}

/// The id of the `n`th request.
fn request(n: usize) -> String {
    format!("req_01J{n:023}")
}

/// A key so long as JSON that a node holds about thirty: trees of a few thousand keys are four levels high.
fn long(n: usize) -> String {
    format!("{n:06}{}", "\u{1}".repeat(168))
}
