//! Administrators leave notes for each other at a request.
use countersign_http::testing::{Memory, Person};
use countersign_model::{ActName, Notes, Permission, Permit, Request, lists};
use serde_json::{Value, json};

use super::{Story, path};

impl Story {
    async fn texts(&self, who: &Person, request: &Request) -> Vec<String> {
        let (mut texts, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.get(who, request, &format!("notes{cursor}")).send().await;
            assert_eq!(page.status, 200, "{}", page.text());
            let page = page.json();
            let text = |note: &Value| note["text"].as_str().unwrap_or("removed").to_owned();
            texts.extend(page["items"].as_array().unwrap().iter().map(text));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("?cursor={next}"),
                None => return texts,
            }
        }
    }
}

#[tokio::test]
async fn notes_are_read_newest_first_by_pages_and_there_is_a_limit() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForGroup]);
    let request = story.request().await;
    assert_eq!(story.texts(&ann, &request).await, Vec::<String>::new());
    for number in 0..Notes::MAX {
        let body = json!({ "text": format!("note {number}") });
        let added = story.post(&ann, &request, "notes", &body).send().await;
        assert_eq!(added.status, 201, "{}", added.text());
        assert_eq!(added.json()["administrator"]["id"], ann.record.id.as_str());
    }
    let full = story.post(&ann, &request, "notes", &json!({ "text": "one more" })).send().await;
    assert_eq!((full.status, full.code().as_str()), (409, "too-many-notes"));
    let expected: Vec<_> = (0..Notes::MAX).rev().map(|number| format!("note {number}")).collect();
    assert_eq!(story.texts(&ann, &request).await, expected);
}

#[tokio::test]
async fn a_note_is_for_who_may_open_the_request_and_has_a_text() {
    let story = Story::new();
    let (ann, other) = (story.person([Permission::ApproveForGroup]), story.person([Permission::ViewReports]));
    let request = story.request().await;
    let body = json!({ "text": "Asked the vendor." });
    for call in [story.post(&other, &request, "notes", &body), story.get(&other, &request, "notes")] {
        let refused = call.send().await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"));
    }
    assert_eq!(story.app.post(&path(&request, "notes")).json(&body).send().await.status, 401);
    for text in ["", "  ", &"x".repeat(2001)] {
        let refused = story.post(&ann, &request, "notes", &json!({ "text": text })).send().await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/text".to_owned()]), "{text}");
    }
    assert_eq!(story.stored(&request).await, request);
}

#[tokio::test]
async fn a_repeated_call_leaves_one_note_and_is_answered_with_it() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForGroup]);
    let request = story.request().await;
    let body = json!({ "text": "Asked the vendor." });
    let once = || story.post(&ann, &request, "notes", &body).idempotency_key("once").send();
    let first = once().await;
    story.post(&story.boss, &request, "notes", &json!({ "text": "Good." })).send().await;
    let again = once().await;
    assert_eq!((first.status, again.status, again.json()), (201, 201, first.json()));
    assert_eq!(story.texts(&ann, &request).await, ["Good.", "Asked the vendor."]);
}

#[tokio::test]
async fn whatever_write_it_dies_at_the_note_is_there_once_after_a_retry() {
    for nth in 1..10 {
        let story = Story::over(Memory::like_sqlite());
        let ann = story.person([Permission::ApproveForGroup]);
        let request = story.request().await;
        let body = json!({ "text": "Asked the vendor." });
        let once = || story.post(&ann, &request, "notes", &body).idempotency_key("once").send();
        story.world.memory.stop_before_write(nth);
        once().await;
        story.world.memory.resume();
        assert_eq!(once().await.status, 201, "{nth}");
        assert_eq!(story.texts(&ann, &request).await, ["Asked the vendor."], "{nth}");
    }
}

#[tokio::test]
async fn a_note_is_removed_by_who_wrote_it_or_who_may_flag_files_on_record() {
    let story = Story::new();
    let ann = story.person([Permission::ApproveForGroup]);
    let ben = story.person([Permission::ApproveForGroup]);
    let all = story.person([Permission::ApproveForEntireOrganization]);
    let (request, other) = (story.request().await, story.request().await);
    let mut ids = Vec::new();
    for text in ["first", "second", "third"] {
        let added = story.post(&ann, &request, "notes", &json!({ "text": text })).send().await;
        ids.push(added.json()["id"].as_str().unwrap().to_owned());
    }
    let remove =
        |who: &Person, request: &Request, id: &str| story.delete(who, request, &format!("notes/{id}")).send();
    let refused = remove(&ben, &request, &ids[0]).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"), "{}", refused.text());
    assert_eq!(remove(&ann, &other, &ids[0]).await.status, 404, "it is at another request");
    assert_eq!(remove(&ann, &request, "nte_01ARZ3NDEKTSV4RRFFQ69G5FAV").await.status, 404);
    assert_eq!(story.texts(&ann, &request).await, ["third", "second", "first"], "nothing has changed");
    for _ in 0..2 {
        assert_eq!(remove(&ann, &request, &ids[0]).await.status, 204);
        assert_eq!(remove(&all, &request, &ids[1]).await.status, 204);
    }
    assert_eq!(story.texts(&ann, &request).await, ["third", "removed", "removed"]);
    let page = story.get(&ben, &request, "notes").send().await.json();
    let (by_all, by_ann) = (&page["items"][1], &page["items"][2]);
    assert_eq!(by_all["administrator"]["id"], ann.record.id.as_str(), "who left it");
    assert_eq!(by_all["removed"]["administrator"]["id"], all.record.id.as_str());
    assert_eq!(by_ann["removed"]["administrator"]["id"], ann.record.id.as_str());
    assert_eq!((&by_ann["text"], &page["items"][0]["removed"]), (&json!(null), &json!(null)));

    let permit = Permit::scene(&story.company.id);
    let mut removals = Vec::new();
    for row in story.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 50).await.unwrap().items {
        let event = story.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
        if event.act.name() == ActName::NoteRemoved {
            removals.push(event.detail()["note_id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(removals, [ids[1].clone(), ids[0].clone()], "each once");
}

#[tokio::test]
async fn whatever_write_removing_a_note_dies_at_a_repeated_call_removes_it() {
    for nth in 1..8 {
        let story = Story::over(Memory::like_sqlite());
        let ann = story.person([Permission::ApproveForGroup]);
        let request = story.request().await;
        let added = story.post(&ann, &request, "notes", &json!({ "text": "Oops." })).send().await;
        let path = format!("notes/{}", added.json()["id"].as_str().unwrap());
        story.world.memory.stop_before_write(nth);
        story.delete(&ann, &request, &path).send().await;
        story.world.memory.resume();
        assert_eq!(story.delete(&ann, &request, &path).send().await.status, 204, "{nth}");
        assert_eq!(story.texts(&ann, &request).await, ["removed"], "{nth}");
    }
}
