//! Which part of a list a page shows, and in which order.

use std::borrow::Cow;

use crate::lists::cursor::SetCursor;
use crate::lists::tree::{KeyRange, Order};

/// Which part of a list a page shows. The default is the newest 50.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Where the page begins: the `next` of the page before, of the same part.
    pub cursor: Option<&'a str>,
    /// The most items.
    pub limit: usize,
    /// Whether the oldest come first. A log then shows what is processed.
    pub oldest_first: bool,
    /// The lowest id that belongs to it. Logs are ordered by the time at which they got an id, so there it only says where a
    /// page oldest first begins: at about this id, possibly before it.
    pub from: Option<&'a str>,
    /// The lowest id above it. Of a log it only says where a page newest first begins: at about this id, possibly above it.
    pub below: Option<&'a str>,
}

impl Default for Part<'_> {
    fn default() -> Self {
        Self { cursor: None, limit: 50, oldest_first: false, from: None, below: None }
    }
}

impl<'a> Part<'a> {
    /// The next page of a list, newest first.
    pub fn newest(cursor: Option<&'a str>, limit: usize) -> Self {
        Self { cursor, limit, ..Self::default() }
    }

    /// Whether an id is beyond its end, so that what follows it in a list need not be read.
    #[must_use]
    pub fn is_past(&self, id: &str) -> bool {
        match self.oldest_first {
            true => self.below.is_some_and(|below| id >= below),
            false => self.from.is_some_and(|from| id < from),
        }
    }

    /// The order of the keys of a set.
    pub(crate) fn order(&self) -> Order {
        if self.oldest_first { Order::OldestFirst } else { Order::NewestFirst }
    }

    /// The keys of a set that are left for the page.
    pub(crate) fn range(&self, begin: Option<&SetCursor>) -> KeyRange {
        let from = self.from.unwrap_or_default().to_owned();
        let whole = KeyRange { from, below: self.below.map(str::to_owned) };
        match begin {
            None => whole,
            Some(begin) if self.oldest_first => whole.after(&begin.key),
            Some(begin) => {
                let below = [Some(Cow::from(&begin.key)), self.below.map(Cow::from)];
                let below = below.into_iter().flatten().min().map(Cow::into_owned);
                KeyRange { below, ..whole }
            }
        }
    }
}
