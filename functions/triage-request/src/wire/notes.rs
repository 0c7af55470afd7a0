//! Request and response types of notes.

use countersign_http::{AdministratorName, Cursor, Problem, field};
use countersign_model::{FaultKind, Note, NoteId, Removed, openapi, text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which page. A page has up to 20 notes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NotesQuery {
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
}

/// A note to leave.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    /// The text, 1 to 2000 characters.
    #[schema(value_type = openapi::NoteText)]
    text: String,
}

impl NewNote {
    /// The text, if it is one.
    pub fn checked(&self) -> Result<String, Problem> {
        let text = field("/text", text::note(&self.text))?;
        text.ok_or_else(|| Problem::invalid_field("/text", FaultKind::Empty))
    }
}

/// A note at a request.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestNote)]
pub struct NoteView {
    /// The id of the note.
    id: NoteId,
    /// Who wrote it.
    administrator: AdministratorName,
    /// When it was written.
    at: Timestamp,
    /// The text; null once it was removed.
    text: Option<String>,
    /// Who removed the text, and when; null if nobody did.
    removed: Option<RemovedView>,
}

/// Who removed the text of a note, and when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NoteRemoval)]
pub struct RemovedView {
    /// The administrator who removed it.
    administrator: AdministratorName,
    /// When it was removed.
    at: Timestamp,
}

impl From<Removed> for RemovedView {
    fn from(removed: Removed) -> Self {
        let administrator =
            AdministratorName { id: removed.administrator_id, name: removed.administrator_name };
        Self { administrator, at: removed.at }
    }
}

impl From<Note> for NoteView {
    fn from(note: Note) -> Self {
        let administrator = AdministratorName { id: note.administrator_id, name: note.administrator_name };
        let text = note.removed.is_none().then_some(note.text);
        Self { id: note.id, administrator, at: note.at, text, removed: note.removed.map(Into::into) }
    }
}
