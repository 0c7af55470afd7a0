//! The copy of the file as an opened request shows it.

use countersign_model::{File, Request, Subject};
use countersign_store::keys;

use crate::tests::story::{Story, path};

const BYTES: &[u8] = b"#!/bin/sh\necho a real program\n";

#[tokio::test]
async fn a_copy_that_is_not_kept_any_more_shows_as_removed() {
    let story = Story::new();
    let file = File::new(keys::sha256(BYTES).parse().unwrap());
    let request = story.request_of(&story.computer, Subject::Application(file)).await;
    let sha256 = request.subject.file().unwrap().sha256.as_str();
    let mut upload = story.world.journal.upload(&request.organization_id, sha256, 1 << 20);
    upload.push(BYTES).await.unwrap();
    let manifest = upload.finish().await.unwrap();
    story.world.journal.kv().set_many(vec![manifest.entry()]).await.unwrap();
    let verified = |old: &Request| old.attach(BYTES.len() as u64);
    story.world.journal.update(&request.id, verified).await.unwrap();
    let state =
        async || story.get(&story.boss, &path(&request, "")).await.json()["attachment"]["state"].clone();
    assert_eq!(state().await, "verified");
    story.world.journal.remove_attachment(&manifest).await.unwrap();
    assert_eq!(state().await, "removed");
}
