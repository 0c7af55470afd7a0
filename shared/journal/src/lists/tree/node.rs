//! Nodes as they are stored, and their bounds.

use serde::{Deserialize, Serialize};

/// The most keys of a leaf.
const MOST_KEYS: u64 = 500;
/// The most children of an inner node.
const MOST_CHILDREN: u64 = 250;
/// The most bytes of an encoded node.
pub(super) const MOST_BYTES: u64 = 32 * 1024;
/// The most bytes of a key as JSON, without its quotes. At this length a node still holds about thirty.
pub(crate) const MOST_KEY_BYTES: u64 = 1024;
/// The longest block id.
pub(super) const MOST_ID_BYTES: u64 = 32;
/// What surrounds the items of a node: `{"children":[]}`.
const FRAME: u64 = 16;
/// The quotes and the comma of a key.
const KEY_FRAME: u64 = 3;
/// What a child takes besides its lowest key: brackets, commas, the id in quotes and two numbers of up to 20 digits.
const CHILD_FRAME: u64 = 6 + (MOST_ID_BYTES + 2) + 2 * 20;

/// The size of a full node. Each item of a node has a size: its share of the node, by number or by bytes, whichever is more.
/// Sizes add up, so one number tells whether a node holds too much, by either bound.
pub(super) const FULL: u64 = 1_000_000;
/// Neighbours of at most this size together are merged.
pub(super) const THIN: u64 = FULL / 5 * 2;
/// The largest size of one item.
pub(super) const LARGEST: u64 = child_size(MOST_KEY_BYTES);

/// A node as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Node {
    /// A leaf: keys in order.
    Keys(Vec<String>),
    /// An inner node: children in the order of their keys.
    Children(Vec<Child>),
}

/// A stored node as its parent names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "ChildFields", into = "ChildFields")]
pub(crate) struct Child {
    /// Its block id.
    pub(super) id: String,
    /// Its lowest key.
    pub(super) first: String,
    /// How many keys it and the nodes below it hold.
    pub(super) count: u64,
    /// The sizes of its items together.
    pub(super) fill: u64,
}

/// A child is stored without the names of its fields.
type ChildFields = (String, String, u64, u64);

impl From<ChildFields> for Child {
    fn from((id, first, count, fill): ChildFields) -> Self {
        Self { id, first, count, fill }
    }
}

impl From<Child> for ChildFields {
    fn from(child: Child) -> Self {
        (child.id, child.first, child.count, child.fill)
    }
}

/// The size of a key in a leaf, by its bytes as JSON.
pub(super) const fn key_size(json_bytes: u64) -> u64 {
    size(json_bytes + KEY_FRAME, MOST_KEYS)
}

/// The size of a child in an inner node, by the bytes of its lowest key as JSON.
pub(super) const fn child_size(json_bytes: u64) -> u64 {
    size(json_bytes + KEY_FRAME + CHILD_FRAME, MOST_CHILDREN)
}

const fn size(bytes: u64, most: u64) -> u64 {
    let (by_number, by_bytes) = (FULL.div_ceil(most), (bytes * FULL).div_ceil(MOST_BYTES - FRAME));
    if by_number > by_bytes { by_number } else { by_bytes }
}

/// The most bytes that a text takes as JSON, without its quotes.
pub(super) fn json_bytes(text: &str) -> u64 {
    let bytes = text.bytes().map(|byte| match byte {
        b'"' | b'\\' => 2,
        0..=0x1f => 6, // `\u0001`
        _ => 1,
    });
    bytes.sum()
}
