//! Cursors: where the next page begins, and which blocks will be needed there, so that they are read in the first round.

/// Where a page of a log begins: rows before a place, or with a lower number (what was in the tail when the page before was
/// read has got a place since).
pub(crate) struct LogCursor {
    pub(crate) place: u64,
    pub(crate) number: u64,
    /// The block that holds the place.
    pub(crate) block: String,
}

impl LogCursor {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let (place, number) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let block = parts.next()?.to_owned();
        is_block(&block).then_some(Self { place, number, block })
    }

    pub(crate) fn text(&self) -> String {
        format!("{}.{}.{}", self.place, self.number, self.block)
    }
}

/// Where a page of a set begins: at the keys below one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SetCursor {
    pub(crate) key: String,
    /// The nodes above the leaves there, as far as a reader would have to wait for them. They may have been replaced since.
    pub(crate) near: Vec<String>,
}

impl SetCursor {
    /// The most nodes of a cursor.
    const MOST: usize = 2;

    pub(crate) fn read(text: &str) -> Self {
        let mut parts = text.split('.');
        let key = parts.next().unwrap_or_default().to_owned();
        let near = parts.filter(|block| is_block(block)).take(Self::MOST).map(str::to_owned).collect();
        Self { key, near }
    }

    pub(crate) fn text(&self) -> String {
        let near = self.near.iter().map(String::as_str);
        let parts: Vec<&str> = [self.key.as_str()].into_iter().chain(near).collect();
        parts.join(".")
    }
}

fn is_block(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
