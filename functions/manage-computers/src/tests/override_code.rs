//! Override codes: read with the right to it, on record, and another one each day.

use std::time::Duration;

use countersign_authority::OverrideKey;
use countersign_authority::secrets::SecretKeys;
use countersign_http::testing::{Person, TestResponse};
use countersign_model::{Act, Computer, Permission, Permit, lists};
use http::Method;
use serde_json::json;

countersign_http::story!(Office, crate::router);

const SECRET: &str = "key-of-the-tests";

impl Story {
    /// A computer whose agent has a key.
    async fn with_key() -> (Self, OverrideKey, Person) {
        let story = Self::new();
        story.world.settings.set("secret_key", SECRET);
        let (keys, random) = (SecretKeys::parse(SECRET), story.world.journal.random());
        let (key, id) = (OverrideKey::new(random), &story.device.record.id);
        let sealed = key.seal(&keys, id, random).unwrap();
        let with_key = |old: &Computer| Ok::<_, ()>(old.with_override_key(sealed.clone()));
        story.world.journal.update(id, with_key).await.unwrap();
        let viewer = story.world.administrator(&story.company, [Permission::ViewOverrideCodes]);
        (story, key, viewer)
    }

    fn path(&self) -> String {
        format!("/v1/organizations/{}/computers/{}/override-code", self.company.id, self.device.record.id)
    }

    async fn read(&self, who: &Person) -> TestResponse {
        self.app.get(&self.path()).bearer(&who.token).send().await
    }

    /// The codes that were read, by whom, newest first.
    async fn readings(&self) -> Vec<(String, String)> {
        let permit = Permit::scene(&self.company.id);
        let page = self.world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 50).await.unwrap();
        let mut found = Vec::new();
        for row in page.items {
            let event = self.world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
            if let Act::OverrideCodeRead(read) = &event.act {
                found.push((format!("{:?}", event.who), read.valid_until.to_string()));
                assert_eq!(event.footprint().concerns, [self.device.record.id.to_string()]);
            }
        }
        found
    }
}

#[tokio::test]
async fn a_code_is_that_of_the_computers_key_and_of_the_day_and_each_reading_is_on_record() {
    let (story, key, viewer) = Story::with_key().await;
    let read = story.read(&viewer).await;
    assert_eq!((read.status, read.header("cache-control")), (200, "no-store"), "{}", read.text());
    let code = key.code_at(story.world.now()).unwrap();
    let expected =
        json!({ "code": code.code, "valid_from": code.valid_from, "valid_until": code.valid_until });
    assert_eq!(read.json(), expected);
    assert_eq!(story.read(&viewer).await.json(), expected, "the same all day");
    story.world.advance(Duration::from_secs(24 * 60 * 60));
    let viewer = Person { token: story.world.session(&viewer.record), ..viewer };
    let tomorrow = story.read(&viewer).await.json();
    assert_ne!(tomorrow["code"], expected["code"]);
    assert_eq!(tomorrow["valid_from"], expected["valid_until"]);
    let readings = story.readings().await;
    assert_eq!(readings.len(), 3);
    assert!(readings.iter().all(|(who, _)| who.contains(viewer.record.id.as_str())), "{readings:?}");
    assert!(!format!("{readings:?}").contains(&code.code), "never the code itself");
}

#[tokio::test]
async fn the_headers_alone_are_no_reading() {
    let (story, _, viewer) = Story::with_key().await;
    let head = story.app.call(Method::HEAD, &story.path()).bearer(&viewer.token).send().await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert!(story.readings().await.is_empty());
}

#[tokio::test]
async fn a_reading_that_is_not_on_record_shows_no_code() {
    let (story, _, viewer) = Story::with_key().await;
    for nth in 1..=2 {
        story.world.memory.stop_before_write(nth);
        let died = story.read(&viewer).await;
        assert!(story.world.memory.resume());
        assert_eq!(died.status, 503, "{nth}");
        assert!(!died.text().contains("\"code\":\"0") && died.json()["valid_from"].is_null());
    }
    assert!(story.readings().await.is_empty());
}

#[tokio::test]
async fn without_a_readable_key_there_is_no_code() {
    let (story, _, viewer) = Story::with_key().await;
    let other = story.world.computer(&story.group);
    let path = format!("/v1/organizations/{}/computers/{}/override-code", story.company.id, other.record.id);
    let none = story.app.get(&path).bearer(&viewer.token).send().await;
    assert_eq!((none.status, none.code().as_str()), (409, "no-override-key"));
    for gone in ["", "another key"] {
        story.world.settings.set("secret_key", gone);
        let refused = story.read(&viewer).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "not-configured"), "{gone}");
    }
    assert!(story.readings().await.is_empty());
    story.world.settings.set("secret_key", &format!("new,{SECRET}"));
    assert_eq!(story.read(&viewer).await.status, 200, "an earlier key still opens");
}
