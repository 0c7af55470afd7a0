//! Branding: what is set, what is inherited, logos and their bytes.

use std::time::Duration;

use countersign_http::testing::{TestRequest, TestResponse};
use countersign_kv::memory::{Like, Memory};
use countersign_model::Permission;
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n...";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0...";

impl Story {
    async fn send(&self, call: TestRequest) -> TestResponse {
        call.bearer(&self.boss.token).send().await
    }

    async fn upload(&self, bytes: &'static [u8]) -> TestResponse {
        self.send(self.app.put(&self.at("/logo")).body("image/png", bytes)).await
    }

    async fn brand(&self, body: Value) -> TestResponse {
        self.send(self.app.put(&self.at("/branding")).json(body)).await
    }

    /// The keys of logos in the store.
    fn logos(&self) -> usize {
        self.world.memory.dump().keys().filter(|key| key.contains("/g/")).count()
    }

    async fn sweep(&self) {
        self.world.advance(Duration::from_secs(4 * 60 * 60));
        for _ in 0..40 {
            self.world.journal.sweep(100).await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_an_organization_does_not_set_is_as_above() {
    let story = Story::new();
    let root = format!("/v1/organizations/{}/branding", story.world.root.id);
    let above = json!({ "display_name": "Holding", "colour": "#0A7B3C", "reply_to": null });
    assert_eq!(story.send(story.app.put(&root).json(above)).await.status, 200);
    let shown = story.send(story.app.get(&story.at("/branding"))).await.json();
    assert_eq!((&shown["display_name"], &shown["colour"]), (&Value::Null, &Value::Null));
    assert_eq!(shown["effective"]["display_name"], "Holding");
    assert_eq!(shown["effective"]["colour"], "#0a7b3c", "in lower case");
    let set = story
        .brand(json!({ "display_name": " Company  Security ", "colour": null, "reply_to": "desk@company.example" }))
        .await;
    assert_eq!(set.status, 200, "{}", set.text());
    let effective = json!({ "display_name": "Company Security", "colour": "#0a7b3c", "reply_to": "desk@company.example",
        "language": "en", "logo": null });
    assert_eq!(set.json()["effective"], effective);
    let german = json!({ "display_name": null, "colour": null, "reply_to": null, "language": "de" });
    assert_eq!(story.send(story.app.put(&root).json(german)).await.json()["language"], "de");
    let shown = story.send(story.app.get(&story.at("/branding"))).await.json();
    assert_eq!((&shown["language"], &shown["effective"]["language"]), (&Value::Null, &json!("de")));
    let unknown = json!({ "display_name": null, "colour": null, "reply_to": null, "language": "tlh" });
    assert_eq!(story.brand(unknown).await.pointers(), ["/language"]);
    let stale = story.app.put(&story.at("/branding")).if_match(1);
    let nothing = json!({ "display_name": null, "colour": null, "reply_to": null });
    assert_eq!(story.send(stale.json(nothing)).await.status, 412);
}

#[tokio::test]
async fn without_any_branding_the_organizations_name_is_shown() {
    let story = Story::new();
    let shown = story.send(story.app.get(&story.at("/branding"))).await.json();
    assert_eq!(shown["effective"]["display_name"], json!(story.company.name));
    assert_eq!(story.send(story.app.get(&story.at("/logo"))).await.status, 404);
}

#[tokio::test]
async fn a_logo_is_kept_by_what_its_bytes_are_and_inherited() {
    let story = Story::new();
    let set = story.upload(JPEG).await;
    assert_eq!(set.status, 200, "{}", set.text());
    assert_eq!(
        set.json()["logo"],
        json!({ "format": "image/jpeg", "size": JPEG.len() }),
        "whatever was said"
    );
    let below = story.world.organization(&story.company, "Branch");
    let shown = story.send(story.app.get(&format!("/v1/organizations/{}/logo", below.id))).await;
    assert_eq!((shown.status, shown.header("content-type"), &shown.body[..]), (200, "image/jpeg", JPEG));
    assert_eq!(shown.header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    let kept =
        story.brand(json!({ "display_name": "Company", "colour": null, "reply_to": null })).await.json();
    assert_eq!(kept["logo"]["format"], "image/jpeg", "the logo stays");
    assert_eq!(story.send(story.app.delete(&story.at("/logo"))).await.status, 204);
    assert_eq!(story.send(story.app.get(&story.at("/logo"))).await.status, 404);
}

#[tokio::test]
async fn bytes_of_logos_that_nobody_shows_are_removed() {
    let story = Story::new();
    story.upload(PNG).await;
    story.sweep().await;
    assert_eq!(story.logos(), 1, "it is shown");
    story.upload(JPEG).await;
    assert_eq!(story.logos(), 2, "somebody may be reading it");
    story.sweep().await;
    assert_eq!(story.logos(), 1);
    assert_eq!(&story.send(story.app.get(&story.at("/logo"))).await.body[..], JPEG);
    assert_eq!(story.send(story.app.delete(&story.at("/logo"))).await.status, 204);
    story.sweep().await;
    assert_eq!(story.logos(), 0);
}

#[tokio::test]
async fn an_upload_that_died_at_any_write_is_a_logo_or_leaves_nothing() {
    for like in [Like::Ideal, Like::Sqlite, Like::Redis] {
        let mut made = [0, 0];
        for nth in 1..=8 {
            let story = Story::over(Memory::new(like));
            story.upload(PNG).await;
            story.world.memory.stop_before_write(nth);
            story.upload(JPEG).await;
            story.world.memory.resume();
            let shown = story.send(story.app.get(&story.at("/logo"))).await;
            made[usize::from(&shown.body[..] == JPEG)] += 1;
            assert!(shown.status == 200 && [PNG, JPEG].contains(&&shown.body[..]), "{like:?} {nth}");
            story.sweep().await;
            assert_eq!(story.logos(), 1, "{like:?} {nth}");
            assert_eq!(
                story.send(story.app.get(&story.at("/logo"))).await.body,
                shown.body,
                "{like:?} {nth}"
            );
        }
        assert!(made.iter().all(|count| *count > 0), "{like:?}: {made:?}");
    }
}

#[tokio::test]
async fn what_is_no_branding_is_refused_at_its_place() {
    let story = Story::new();
    let reader = story.world.administrator(&story.company, [Permission::ViewOrganizations]);
    let nobody = story.world.administrator(&story.company, []);
    story.world.settle().await;
    let before = story.world.memory.dump();
    let of = |field: &str, value: &str| {
        let mut body = json!({ "display_name": null, "colour": null, "reply_to": null });
        body[field] = json!(value);
        body
    };
    for (field, value) in [
        ("display_name", ""),
        ("display_name", "a\u{0}b"),
        ("colour", "red"),
        ("colour", "#12345"),
        ("colour", "#12345g"),
        ("colour", "#123456;x"),
        ("reply_to", "desk"),
        ("reply_to", "a@b.example\r\nBcc: c@d.example"),
    ] {
        let refused = story.brand(of(field, value)).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![format!("/{field}")]), "{value:?}");
    }
    static LARGE: [u8; 32 * 1024 + 1] = [0; 32 * 1024 + 1];
    for (bytes, status) in [(&b"<svg/>"[..], 422), (b"", 422), (&LARGE, 413)] {
        assert_eq!(story.upload(bytes).await.status, status);
    }
    let html = story.app.put(&story.at("/logo")).body("text/html", PNG);
    assert_eq!(story.send(html).await.status, 415);
    for (who, read) in [(&reader, 200), (&nobody, 403)] {
        let get = story.app.get(&story.at("/branding")).bearer(&who.token).send().await;
        assert_eq!(get.status, read);
        let put = story.app.put(&story.at("/branding")).bearer(&who.token).json(of("colour", "#123456"));
        assert_eq!(put.send().await.status, 403);
        let put = story.app.put(&story.at("/logo")).bearer(&who.token).body("image/png", PNG);
        assert_eq!(put.send().await.status, 403);
        assert_eq!(story.app.delete(&story.at("/logo")).bearer(&who.token).send().await.status, 403);
    }
    assert!(story.world.memory.dump() == before, "nothing changed");
}
