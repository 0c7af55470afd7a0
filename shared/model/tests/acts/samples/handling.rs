//! Acts about how administrators handle a request among themselves.

use countersign_model::act::*;
use countersign_model::{Act, Assignee, Cleared, DecisionScope, FileFlag, Note, Stopped};

use super::{administrator, approved, company, file, id, later, now, request};

/// A flag at the company for the file of the request.
pub fn flag() -> FileFlag {
    FileFlag {
        id: id!(FlagId, 1),
        organization_id: company().id,
        sha256: file().sha256,
        file_name: "tool".to_owned(),
        request_id: request().id,
        administrator_id: administrator().id,
        administrator_name: "Kim".to_owned(),
        at: now(),
        note: Some("a trojan".to_owned()),
        spread: None,
        previous: None,
        cleared: None,
    }
}

pub fn denied_by_flag() -> RequestDecided {
    match flag().stop(&request(), id!(DecisionId, 1), now()) {
        Some((new, Stopped::Denied(decision))) => RequestDecided::of(&request(), &new, &decision),
        other => panic!("{other:?}"),
    }
}

pub fn revoked_by_flag() -> RequestRevoked {
    let old = approved(DecisionScope::Group);
    RequestRevoked::of(&old, &flag().stop(&old, id!(DecisionId, 1), now()).unwrap().0)
}

pub fn handling() -> Vec<(&'static str, Act)> {
    let request = request();
    let assignee =
        Assignee { administrator_id: administrator().id, administrator_name: "Kim".to_owned(), since: now() };
    let taken = request.assign(Some(assignee), now()).unwrap().unwrap();
    let released = taken.assign(None, now()).unwrap().unwrap();
    let note = Note {
        id: id!(NoteId, 1),
        organization_id: company().id,
        request_id: request.id.clone(),
        administrator_id: administrator().id,
        administrator_name: "Kim".to_owned(),
        at: now(),
        text: "Asked the vendor.".to_owned(),
        removed: None,
        earlier: Vec::new(),
    };
    let asked = DecisionAsked {
        request_id: request.id.clone(),
        kind: request.kind(),
        asked_by: Some("Kim".to_owned()),
        scope: DecisionScope::Group,
        message: Some("Please have a look.".to_owned()),
        asked: vec![id!(AdministratorId, 2)],
        asked_in_all: None,
    };
    let by = (administrator().id, "Kim".to_owned());
    let cleared = Cleared { administrator_id: by.0, administrator_name: by.1, at: later() };
    let opened = RequestOpened { request_id: request.id.clone(), kind: request.kind() };
    let spread = flag().spread_to(0, id!(OrganizationId, 3), 20).unwrap();
    vec![
        ("request.opened", opened.into()),
        ("request.assigned", RequestAssigned::of(&request, &taken).into()),
        ("request.assigned: released", RequestAssigned::of(&taken, &released).into()),
        ("request.note-added", NoteAdded::of(&request, &note).into()),
        ("request.note-removed", NoteRemoved::of(&request, &note).into()),
        ("request.decision-asked", asked.into()),
        ("request.file-flag-set", FileFlagSet::from(&flag()).into()),
        ("request.file-flag-set: cleared", FileFlagSet::from(&flag().clear(cleared).unwrap()).into()),
        ("request.file-flag-spread", FileFlagSpread::from(&spread).into()),
    ]
}
