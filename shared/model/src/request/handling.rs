//! How administrators handle a request among themselves: who has taken it, and the notes that they leave for each other.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Request;
use crate::ids::{AdministratorId, NoteId, OrganizationId, RequestId};
use crate::transition::TransitionError;

/// How many earlier notes a note names, and how many of the newest ones a request names.
pub const NOTES_NAMED: usize = 20;

/// The administrator who has taken a request. It is no lock: whoever has the right still decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Their name at the time.
    pub administrator_name: String,
    /// Since when they have it.
    pub since: Timestamp,
}

/// A note that administrators leave for each other at a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// The organization of the request.
    pub organization_id: OrganizationId,
    /// The request.
    pub request_id: RequestId,
    /// Who wrote it.
    pub administrator_id: AdministratorId,
    /// Their name at the time.
    pub administrator_name: String,
    /// When it was written.
    pub at: Timestamp,
    /// The text, at most [`NOTE_MAX`](crate::text::NOTE_MAX) characters; empty once it was removed.
    pub text: String,
    /// Set when it was removed. The note stays, because it leads to those before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed: Option<Removed>,
    /// The notes before it, newest first. The last of them leads to those before.
    // INVARIANT: at most NOTES_NAMED, and as many as there are.
    pub earlier: Vec<NoteId>,
}

/// Who removed a note, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The administrator.
    pub administrator_id: AdministratorId,
    /// Their name at the time.
    pub administrator_name: String,
    /// When.
    pub at: Timestamp,
}

impl Note {
    /// The note without its text. `None` if it was removed before.
    #[must_use]
    pub fn remove(&self, removed: Removed) -> Option<Self> {
        self.removed.is_none().then(|| Self { text: String::new(), removed: Some(removed), ..self.clone() })
    }
}

/// The notes at a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    /// How many there are.
    // INVARIANT: at most Notes::MAX.
    pub count: u16,
    /// The newest ones, newest first.
    // INVARIANT: at most NOTES_NAMED, and as many as there are.
    pub newest: Vec<NoteId>,
}

impl Notes {
    /// The most notes at a request.
    pub const MAX: u16 = 200;

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// A request has as many notes as it can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a request can have at most {} notes", Notes::MAX)]
pub struct TooManyNotes;

impl Request {
    /// Somebody takes the request or is handed it, or it is released. `None` if nothing changes: who has it already keeps it
    /// since then.
    ///
    /// # Errors
    /// It is no longer pending, so there is nothing to take. It can be released all the same.
    pub fn assign(
        &self,
        assignee: Option<Assignee>,
        now: Timestamp,
    ) -> Result<Option<Self>, TransitionError> {
        if assignee.is_some() {
            self.must_be_pending(now)?;
        }
        let who = |assignee: &Option<Assignee>| assignee.as_ref().map(|a| a.administrator_id.clone());
        let changes = who(&self.assignee) != who(&assignee);
        Ok(changes.then(|| Self { assignee, ..self.clone() }))
    }

    /// The request with one more note, and the note as it is kept: it names those before it.
    ///
    /// # Errors
    /// There are as many as there can be.
    pub fn note(&self, note: Note) -> Result<(Self, Note), TooManyNotes> {
        if self.notes.count >= Notes::MAX {
            return Err(TooManyNotes);
        }
        let note = Note { earlier: self.notes.newest.clone(), ..note };
        let newest = std::iter::once(&note.id).chain(&self.notes.newest).take(NOTES_NAMED).cloned();
        let notes = Notes { count: self.notes.count.saturating_add(1), newest: newest.collect() };
        Ok((Self { notes, ..self.clone() }, note))
    }
}
