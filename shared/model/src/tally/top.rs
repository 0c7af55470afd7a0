//! What there was most of in a month: the files and publishers asked for, and who decided. A bounded sketch (space-saving, by
//! Metwally, Agrawal and El Abbadi): what makes up more than a fiftieth of all is certainly in it.

use serde::{Deserialize, Serialize};

use super::{Tallied, Tally};

/// How many are counted at a time.
const COUNTED: usize = 50;

/// Something with how often it occurred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(String, String, u64, u64)", into = "(String, String, u64, u64)")]
pub struct TopEntry {
    /// What identifies it.
    pub key: String,
    /// What people call it, as it was last; empty if the key is what they call it.
    pub name: String,
    /// How often it occurred at most.
    pub count: u64,
    /// How much too high that may be.
    pub excess: u64,
}

impl From<(String, String, u64, u64)> for TopEntry {
    fn from((key, name, count, excess): (String, String, u64, u64)) -> Self {
        Self { key, name, count, excess }
    }
}

impl From<TopEntry> for (String, String, u64, u64) {
    fn from(TopEntry { key, name, count, excess }: TopEntry) -> Self {
        (key, name, count, excess)
    }
}

/// What occurred most.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Top(Vec<TopEntry>);

impl Top {
    /// It occurred once more.
    pub fn count(&mut self, key: &str, name: &str) {
        if let Some(entry) = self.0.iter_mut().find(|entry| entry.key == key) {
            entry.count += 1;
            name.clone_into(&mut entry.name);
            return;
        }
        let new = |excess: u64| TopEntry {
            key: key.to_owned(),
            name: name.to_owned(),
            count: excess.saturating_add(1),
            excess,
        };
        if self.0.len() < COUNTED {
            self.0.push(new(0));
        } else if let Some(least) = self.0.iter_mut().min_by_key(|entry| entry.count) {
            *least = new(least.count);
        }
    }

    /// Adds what another month counted.
    pub fn add(&mut self, other: Self) {
        for entry in other.0 {
            match self.0.iter_mut().find(|known| known.key == entry.key) {
                Some(known) => {
                    known.count = known.count.saturating_add(entry.count);
                    known.excess = known.excess.saturating_add(entry.excess);
                    known.name = entry.name;
                }
                None => self.0.push(entry),
            }
        }
    }

    /// The most frequent ones, at most so many.
    #[must_use]
    pub fn first(&self, most: usize) -> Vec<TopEntry> {
        let mut all = self.0.clone();
        all.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.key.cmp(&b.key)));
        all.truncate(most);
        all
    }
}

/// What there was most of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tops {
    /// The files asked for, by SHA-256.
    pub files: Top,
    /// Who signed the files asked for.
    pub publishers: Top,
    /// The administrators who decided.
    pub deciders: Top,
}

impl Tops {
    /// Counts an event.
    pub fn take(&mut self, event: &Tallied) {
        match &event.what {
            Tally::Made { file, name, publisher } => {
                if let Some(file) = file {
                    self.files.count(file, name);
                }
                if let Some(publisher) = publisher {
                    self.publishers.count(publisher, "");
                }
            }
            Tally::Decided { by: Some((id, name)), .. } => self.deciders.count(id.as_str(), name),
            Tally::Decided { by: None, .. } | Tally::Expired | Tally::Cancelled | Tally::Revoked => {}
        }
    }

    /// Adds what another month counted.
    pub fn add(&mut self, other: Self) {
        self.files.add(other.files);
        self.publishers.add(other.publishers);
        self.deciders.add(other.deciders);
    }
}
