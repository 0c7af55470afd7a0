//! The notes that administrators leave for each other at a request.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use countersign_http::{
    AsAdministrator, AsReader, Code, IdempotencyKey, JsonBody, Page, PathId, Problem, QueryOf, Services,
};
use countersign_journal::Change;
use countersign_model::act::{NoteAdded, NoteRemoved};
use countersign_model::{Action, Denial, Note, NoteId, Removed, Request, RequestId, TooManyNotes, decide};
use countersign_store::UpdateError;
use http::StatusCode;

use crate::request::{asked_about, may_open, note_id, terms};
use crate::wire::notes::{NewNote, NoteView, NotesQuery};

/// Lists the notes at a request, newest first.
#[utoipa::path(get, path = "/v1/requests/{request_id}/notes", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path), NotesQuery), responses((status = 200, body = Page<NoteView>)))]
pub async fn list_notes(
    State(services): State<Services>,
    AsReader { administrator, paging, .. }: AsReader,
    PathId(id): PathId<RequestId>,
    QueryOf(query): QueryOf<NotesQuery>,
) -> Result<Page<NoteView>, Problem> {
    let journal = &services.journal;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    may_open(&actor, &request.value).map(drop)?;
    let last = paging.open(query.cursor.as_ref())?.and_then(|last| last.parse::<NoteId>().ok());
    let ids = match last {
        None => request.value.notes.newest,
        Some(last) => {
            let note = journal.load::<Note>(&last).await?;
            let note = note.filter(|note| note.value.request_id == id);
            note.map(|note| note.value.earlier).unwrap_or_default()
        }
    };
    let notes: Vec<_> = journal.load_many::<Note>(&ids).await?.into_iter().flatten().collect();
    let next = notes.last().filter(|note| !note.value.earlier.is_empty());
    let next = next.map(|note| note.value.id.to_string());
    paging.page(notes.into_iter().map(|note| NoteView::from(note.value)).collect(), next)
}

/// Leaves a note at a request, which only administrators who may open it can read.
#[utoipa::path(post, path = "/v1/requests/{request_id}/notes", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path), IdempotencyKey), request_body = NewNote,
    responses((status = 201, body = NoteView), (status = 409, description = "The request has 200 notes, which is as many as it can have.")))]
pub async fn add_note(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId(id): PathId<RequestId>,
    key: IdempotencyKey,
    body: JsonBody<NewNote>,
) -> Result<Response, Problem> {
    let journal = &services.journal;
    let text = body.value.checked()?;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    may_open(&actor, &request.value).map(drop)?;
    let terms = terms(&caller, &key, "note", &id, body.bytes());
    let note = Note {
        id: note_id(journal, &request.value, &terms, caller.now),
        organization_id: request.value.organization_id.clone(),
        request_id: id.clone(),
        administrator_id: administrator.value.id.clone(),
        administrator_name: administrator.value.name.clone(),
        at: caller.now,
        text,
        removed: None,
        earlier: Vec::new(),
    };
    let origin = caller.origin();
    let saved = journal.save_update(&id, terms, |old: &Request| {
        let permit = may_open(&actor, old)?;
        let (new, note) = old.note(note.clone())?;
        let change = Change::new(&permit, &origin, NoteAdded::of(&new, &note)).create(&note);
        Ok::<_, NotNoted>((new, change))
    });
    match saved.await {
        Ok(_) => {}
        Err(UpdateError::Refused(NotNoted::Denied(denial))) => return Err(denial.into()),
        Err(UpdateError::Refused(NotNoted::TooMany(error))) => {
            return Err(Problem::new(Code::TooManyNotes, error.to_string()));
        }
        Err(UpdateError::Store(error)) => return Err(error.into()),
    }
    let note = journal.load::<Note>(&note.id).await?.ok_or_else(Problem::not_found)?;
    Ok((StatusCode::CREATED, Json(NoteView::from(note.value))).into_response())
}

/// Removes the text of a note.
///
/// Who wrote it may, and whoever may flag files at the organization. The list still shows who left it, and who removed it.
#[utoipa::path(delete, path = "/v1/requests/{request_id}/notes/{note_id}", tag = "requests", security(("administrator" = [])),
    params(("request_id" = inline(RequestId), Path), ("note_id" = inline(NoteId), Path)),
    responses((status = 204, description = "The note has no text any more.")))]
pub async fn remove_note(
    State(services): State<Services>,
    AsAdministrator { caller, administrator, .. }: AsAdministrator,
    PathId((id, note_id)): PathId<(RequestId, NoteId)>,
) -> Result<StatusCode, Problem> {
    let journal = &services.journal;
    let (actor, request) = asked_about(journal, &administrator, &id).await?;
    let permit = may_open(&actor, &request.value)?;
    let note = journal.load::<Note>(&note_id).await?;
    let note = note.filter(|note| note.value.request_id == id).ok_or_else(Problem::not_found)?.value;
    if note.administrator_id != administrator.value.id {
        decide(&actor, Action::RequestsFlag, &request.value.resource()).map(drop)?;
    }
    let removed = Removed {
        administrator_id: administrator.value.id.clone(),
        administrator_name: administrator.value.name.clone(),
        at: caller.now,
    };
    let origin = caller.origin();
    let saved = journal.save_update(&note_id, None, |old: &Note| {
        let new = old.remove(removed.clone()).ok_or(RemovedBefore)?;
        let change = Change::new(&permit, &origin, NoteRemoved::of(&request.value, &new));
        Ok::<_, RemovedBefore>((new, change))
    });
    match saved.await {
        Ok(_) | Err(UpdateError::Refused(RemovedBefore)) => Ok(StatusCode::NO_CONTENT),
        Err(UpdateError::Store(error)) => Err(error.into()),
    }
}

/// The note was removed before.
struct RemovedBefore;

/// Why a note is not left.
enum NotNoted {
    /// The caller may not open the request.
    Denied(Denial),
    /// There are as many as there can be.
    TooMany(TooManyNotes),
}

impl From<Denial> for NotNoted {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<TooManyNotes> for NotNoted {
    fn from(error: TooManyNotes) -> Self {
        Self::TooMany(error)
    }
}
