//! What happened beside a request, for its time line: to the flags of its file, which are records of the organization of the request
//! and of those above, and to the notes at it.

use std::cmp::Reverse;

use countersign_journal::Journal;
use countersign_journal::readable::{load_readable, unless_damaged};
use countersign_model::act::{FileFlagSet, NoteRemoved};
use countersign_model::{FileFlag, Note, NoteId, Request};
use countersign_store::{EventRef, StoreError, WithEnds};
use futures::future::{try_join, try_join_all};
use jiff::Timestamp;

use crate::recalled::{Recalled, person};

/// How many flags of one organization are looked at, the newest.
const OF_ONE: usize = 5;
/// How many flags a time line tells of, the newest of all.
const MOST: usize = 10;

/// A file was flagged, its flag was cleared, or a note was removed.
pub struct Aside {
    /// The event of a flag. Earlier versions did not note that of a new one.
    pub event: Option<EventRef>,
    /// What the flag or the note itself tells.
    pub recalled: Recalled,
}

impl Aside {
    /// Those of a request, oldest first.
    pub async fn all_of(journal: &Journal, request: &Request) -> Result<Vec<Self>, StoreError> {
        let flags = Self::of_flags(journal, request);
        let (mut all, removals) = try_join(flags, Self::of_notes(journal, request)).await?;
        all.extend(removals);
        all.sort_by_key(|each| each.recalled.at);
        Ok(all)
    }

    /// The removals of those notes that the request names: the newest twenty.
    async fn of_notes(journal: &Journal, request: &Request) -> Result<Vec<Self>, StoreError> {
        let ids: Vec<&str> = request.notes.newest.iter().map(NoteId::as_str).collect();
        let notes = load_readable::<Note>(journal, &ids).await?;
        let removal = |note: &Note| {
            let removed = note.removed.as_ref()?;
            let who = person(&removed.administrator_id, &removed.administrator_name);
            let act = NoteRemoved::of(request, note).into();
            Some(Self { event: None, recalled: Recalled { at: removed.at, who, act } })
        };
        Ok(notes.iter().filter_map(removal).collect())
    }

    /// Of flags that counted at some time since the request was submitted.
    async fn of_flags(journal: &Journal, request: &Request) -> Result<Vec<Self>, StoreError> {
        let Some(file) = request.subject.file() else { return Ok(Vec::new()) };
        let places = std::iter::once(&request.organization_id).chain(&request.ancestors);
        let each = places.map(|at| async move {
            let found = journal.flags_at(at, &file.sha256, OF_ONE).await;
            unless_damaged("the flags of a file cannot be read", at.as_str(), found)
        });
        let mut flags: Vec<_> = try_join_all(each).await?.into_iter().flatten().flatten().collect();
        let counted =
            |flag: &FileFlag| flag.cleared.as_ref().is_none_or(|cleared| cleared.at >= request.created_at);
        flags.retain(|flag| counted(&flag.value));
        flags.sort_by_key(|flag| Reverse(flag.value.at));
        flags.truncate(MOST);
        Ok(flags.into_iter().flat_map(Self::both_of).collect())
    }

    /// Whether it belongs to the page of what happened after one moment, and until another one if there is a next page.
    pub fn is_between(&self, after: Timestamp, until: Option<Timestamp>) -> bool {
        let at = self.recalled.at;
        at > after && until.is_none_or(|until| at <= until)
    }

    fn both_of(noted: WithEnds<FileFlag>) -> impl Iterator<Item = Self> {
        let WithEnds { value: flag, first, last } = noted;
        let cleared = flag.cleared.as_ref().map(|cleared| {
            let who = person(&cleared.administrator_id, &cleared.administrator_name);
            let act = FileFlagSet::from(&flag).into();
            Self { event: last, recalled: Recalled { at: cleared.at, who, act } }
        });
        let who = person(&flag.administrator_id, &flag.administrator_name);
        let set = FileFlag { cleared: None, ..flag };
        let act = FileFlagSet::from(&set).into();
        let set = Self { event: first, recalled: Recalled { at: set.at, who, act } };
        std::iter::once(set).chain(cleared)
    }
}
