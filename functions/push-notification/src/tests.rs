//! Subscriptions, and messages to them, over the in-memory store with captured outbound requests.
mod health;

use aes_gcm::aead::{Aead, KeyInit};
use aes_gcm::{Aes128Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_http::OutboundError;
use countersign_http::testing::{Person, Scene, TestRequest};
use countersign_model::{ActName, Permission};
use countersign_store::keys::sha256;
use hkdf::Hkdf;
use http::{Request, Response};
use p256::{PublicKey, SecretKey, ecdh};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::encrypt::point;

const PATH: &str = "/v1/session/push-subscriptions";
const MOZILLA: &str = "https://updates.push.services.mozilla.com/wpush/v2/secret-path";
const APPLE: &str = "https://web.push.apple.com/secret-path";
/// Of the browser in RFC 8291, appendix A.
const PRIVATE: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
const PUBLIC: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn scene() -> (Scene, Person) {
    let scene = Scene::of(crate::router);
    scene.world.settings.set("secret_key", "the-secret-key-of-these-tests");
    scene.world.settings.set("public_url", "https://approvals.example");
    let person = scene.somebody(&scene.child, &[Permission::ViewApprovals]);
    (scene, person)
}

fn browser(name: &str, endpoint: &str) -> Value {
    json!({ "name": name, "endpoint": endpoint, "keys": { "p256dh": PUBLIC, "auth": AUTH } })
}

fn subscribe(scene: &Scene, who: &Person, body: &Value) -> TestRequest {
    scene.app.post(PATH).bearer(&who.token).json(body)
}

async fn listed(scene: &Scene, who: &Person) -> Value {
    let list = scene.app.get(PATH).bearer(&who.token).send().await;
    assert_eq!(list.status, 200, "{}", list.text());
    assert!(!list.text().contains("secret-path") && !list.text().contains(AUTH), "{}", list.text());
    list.json()
}

async fn names(scene: &Scene, who: &Person) -> Vec<String> {
    let list = listed(scene, who).await;
    list["items"].as_array().unwrap().iter().map(|each| each["name"].as_str().unwrap().to_owned()).collect()
}

async fn push(scene: &Scene, who: &Person) -> Value {
    push_with(scene, who, json!({})).await
}

async fn push_with(scene: &Scene, who: &Person, more: Value) -> Value {
    let mut body = json!({ "administrator_id": who.record.id, "title": "ann on pc-1 asks", "body": "run tool",
        "url": "https://approvals.example/requests/req_1", "tag": "req_1" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let pushed = scene.app.post("/push").json(&body).send().await;
    assert_eq!(pushed.status, 200, "{}", pushed.text());
    pushed.json()
}

fn status(status: u16) -> Result<Response<bytes::Bytes>, OutboundError> {
    let mut response = Response::default();
    *response.status_mut() = status.try_into().unwrap();
    Ok(response)
}

/// What the browser reads, as RFC 8291 says it must.
fn decrypted(body: &[u8]) -> Vec<u8> {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let (salt, rest) = body.split_at(16);
    assert_eq!(rest[..5], [0, 0, 16, 0, 65]);
    let (theirs, sealed) = rest[5..].split_at(65);
    let own = SecretKey::from_slice(&decode(PRIVATE)).unwrap();
    let sender = PublicKey::from_sec1_bytes(theirs).unwrap();
    let shared = ecdh::diffie_hellman(own.to_nonzero_scalar(), sender.as_affine());
    let expand = |salt: &[u8], secret: &[u8], info: &[u8], length: usize| {
        let mut bytes = vec![0; length];
        Hkdf::<Sha256>::new(Some(salt), secret).expand(info, &mut bytes).unwrap();
        bytes
    };
    let info = [b"WebPush: info\0".as_slice(), &point(&own.public_key()), theirs].concat();
    let secret = expand(&decode(AUTH), shared.raw_secret_bytes(), &info, 32);
    let key = expand(salt, &secret, b"Content-Encoding: aes128gcm\0", 16);
    let nonce: [u8; 12] = expand(salt, &secret, b"Content-Encoding: nonce\0", 12).try_into().unwrap();
    let mut plain = Aes128Gcm::new_from_slice(&key).unwrap().decrypt(&Nonce::from(nonce), sealed).unwrap();
    assert_eq!(plain.pop(), Some(2));
    plain
}

#[tokio::test]
async fn a_browser_is_subscribed_listed_and_unsubscribed_by_its_owner_on_record() {
    let (scene, who) = scene();
    let made = subscribe(&scene, &who, &browser("Phone", MOZILLA)).send().await;
    assert_eq!(made.status, 201, "{}", made.text());
    let view = made.json();
    assert_eq!(
        (&view["name"], &view["host"]),
        (&json!("Phone"), &json!("updates.push.services.mozilla.com"))
    );
    assert!(!made.text().contains("secret-path"), "{}", made.text());
    assert_eq!(
        view["endpoint_sha256"],
        json!(sha256(MOZILLA.as_bytes())),
        "by which the browser knows itself"
    );
    assert_eq!(subscribe(&scene, &who, &browser("Laptop", APPLE)).send().await.status, 201);
    assert_eq!(names(&scene, &who).await, ["Laptop", "Phone"]);
    let digests = |list: &Value| [0, 1].map(|place| list["items"][place]["endpoint_sha256"].clone());
    let known = [APPLE, MOZILLA].map(|endpoint| json!(sha256(endpoint.as_bytes())));
    assert_eq!(digests(&listed(&scene, &who).await), known);
    scene.world.settings.set("secret_key", "another key");
    assert_eq!(digests(&listed(&scene, &who).await), [json!(null), json!(null)]);
    scene.world.settings.set("secret_key", "the-secret-key-of-these-tests");
    let key = listed(&scene, &who).await["public_key"].as_str().unwrap().to_owned();
    assert_eq!(URL_SAFE_NO_PAD.decode(key).unwrap().len(), 65);

    let other = scene.somebody(&scene.child, &[Permission::SuperAdmin]);
    let one = format!("{PATH}/{}", view["id"].as_str().unwrap());
    assert_eq!(scene.app.delete(&one).bearer(&other.token).send().await.status, 404, "somebody else's");
    assert_eq!(names(&scene, &other).await, Vec::<String>::new());
    assert_eq!(scene.app.delete(&one).bearer(&who.token).send().await.status, 204);
    assert_eq!(scene.app.delete(&one).bearer(&who.token).send().await.status, 404);
    assert_eq!(names(&scene, &who).await, ["Laptop"]);
    let audit = scene.audit(&scene.child).await;
    let acts = audit.iter().filter(|event| event.act.name() == ActName::PushSubscriptionChanged);
    let acts: Vec<_> =
        acts.map(|event| event.detail()).map(|d| (d["name"].clone(), d["removed"].clone())).collect();
    let expected =
        [(json!("Phone"), json!(true)), (json!("Laptop"), json!(false)), (json!("Phone"), json!(false))];
    assert_eq!(acts, expected);
}

#[tokio::test]
async fn a_message_is_encrypted_for_each_browser_and_signed() {
    let (scene, who) = scene();
    subscribe(&scene, &who, &browser("Phone", MOZILLA)).send().await;
    subscribe(&scene, &who, &browser("Laptop", APPLE)).send().await;
    let key = listed(&scene, &who).await["public_key"].as_str().unwrap().to_owned();
    scene.world.outbound.answer(|_: &Request<_>| status(201));
    let pushed = push(&scene, &who).await;
    let answer = "updates.push.services.mozilla.com 201, web.push.apple.com 201";
    assert_eq!(pushed, json!({ "accepted": true, "later": false, "answer": answer }));
    let sent = scene.world.outbound.take_external();
    let mut urls: Vec<_> = sent.iter().map(|sent| sent.request.uri().to_string()).collect();
    urls.sort();
    assert_eq!(urls, [MOZILLA, APPLE]);
    let mut salts = Vec::new();
    for sent in &sent {
        let headers = sent.request.headers();
        assert_eq!(
            (&headers["content-encoding"], &headers["ttl"]),
            (&"aes128gcm".parse().unwrap(), &"86400".parse().unwrap())
        );
        let authorization = headers["authorization"].to_str().unwrap();
        assert!(
            authorization.starts_with("vapid t=") && authorization.ends_with(&format!(", k={key}")),
            "{authorization}"
        );
        let text: Value = serde_json::from_slice(&decrypted(sent.request.body())).unwrap();
        let expected = json!({ "title": "ann on pc-1 asks", "body": "run tool",
            "url": "https://approvals.example/requests/req_1", "tag": "req_1" });
        assert_eq!(text, expected);
        salts.push(sent.request.body()[..16].to_vec());
    }
    assert_ne!(salts[0], salts[1], "fresh for each");
}

#[tokio::test]
async fn a_subscription_that_is_over_is_removed_and_no_other() {
    for over in [404, 410] {
        let (scene, who) = scene();
        subscribe(&scene, &who, &browser("Phone", MOZILLA)).send().await;
        subscribe(&scene, &who, &browser("Laptop", APPLE)).send().await;
        scene.world.outbound.answer(move |request: &Request<_>| match request.uri().host() {
            Some("web.push.apple.com") => status(201),
            _ => status(over),
        });
        assert_eq!(push(&scene, &who).await["accepted"], true);
        assert_eq!(names(&scene, &who).await, ["Laptop"], "{over}");
    }
}

#[tokio::test]
async fn a_message_that_no_browser_got_is_tried_again_only_if_that_may_help() {
    let cases = [(429, true), (503, true), (400, false), (403, false), (413, false), (410, false)];
    for (answer, later) in cases {
        let (scene, who) = scene();
        subscribe(&scene, &who, &browser("Phone", MOZILLA)).send().await;
        scene.world.outbound.answer(move |_: &Request<_>| status(answer));
        let pushed = push(&scene, &who).await;
        assert_eq!((&pushed["accepted"], &pushed["later"]), (&json!(false), &json!(later)), "{answer}");
        assert_eq!(names(&scene, &who).await.len(), usize::from(answer != 410), "{answer}");
    }
    let (scene, who) = scene();
    let pushed = push(&scene, &who).await;
    assert_eq!(pushed, json!({ "accepted": false, "later": false, "answer": "no browser is subscribed" }));
}

#[tokio::test]
async fn how_long_a_push_service_asks_to_wait_is_passed_on_and_so_is_that_a_key_is_the_reason() {
    let (scene, who) = scene();
    subscribe(&scene, &who, &browser("Phone", MOZILLA)).send().await;
    scene.world.outbound.answer(|_: &Request<_>| {
        let mut busy = status(429)?;
        busy.headers_mut().insert("retry-after", "90".parse().unwrap());
        Ok(busy)
    });
    let busy = push(&scene, &who).await;
    assert_eq!((&busy["later"], &busy["retry_after"]), (&json!(true), &json!("90")), "{busy}");
    scene.world.settings.set("secret_key", "another-key-that-opens-nothing-of-before");
    let gone = push(&scene, &who).await;
    assert_eq!((&gone["later"], &gone["account"]), (&json!(false), &json!(true)), "{gone}");
}

#[tokio::test]
async fn what_is_no_subscription_is_refused() {
    let (scene, who) = scene();
    let endpoints = [
        "",
        "nonsense",
        "http://updates.push.services.mozilla.com/x",
        "https://evil.example/x",
        "https://evil.example/.push.apple.com",
        "https://updates.push.services.mozilla.com.evil.example/x",
        "https://updates.push.services.mozilla.com:8443/x",
        "https://user@updates.push.services.mozilla.com/x",
        "https://process-events.spin.internal/process",
        "https://push.apple.com.evil.example/x",
    ];
    for endpoint in endpoints {
        let refused = subscribe(&scene, &who, &browser("a", endpoint)).send().await;
        assert_eq!((refused.status, refused.pointers()), (422, vec!["/endpoint".to_owned()]), "{endpoint}");
    }
    let long = format!("{MOZILLA}{}", "x".repeat(1_000));
    let padded = |key: &str| format!("{key}{}", "=".repeat(20));
    let off_the_curve = URL_SAFE_NO_PAD.encode([4; 65]);
    let cases = [
        (browser("a", &long), "/endpoint"),
        (browser(" ", MOZILLA), "/name"),
        (
            json!({ "name": "a", "endpoint": MOZILLA, "keys": { "p256dh": "x", "auth": AUTH } }),
            "/keys/p256dh",
        ),
        (
            json!({ "name": "a", "endpoint": MOZILLA, "keys": { "p256dh": off_the_curve, "auth": AUTH } }),
            "/keys/p256dh",
        ),
        (
            json!({ "name": "a", "endpoint": MOZILLA, "keys": { "p256dh": PUBLIC, "auth": "AAAA" } }),
            "/keys/auth",
        ),
        (
            json!({ "name": "a", "endpoint": MOZILLA, "keys": { "p256dh": PUBLIC, "auth": padded(AUTH) } }),
            "/keys/auth",
        ),
        (
            json!({ "name": "a", "endpoint": MOZILLA, "keys": { "p256dh": padded(PUBLIC), "auth": AUTH } }),
            "/keys/p256dh",
        ),
    ];
    for (body, pointer) in cases {
        let refused = subscribe(&scene, &who, &body).send().await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{body}");
    }
    assert_eq!(names(&scene, &who).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_administrator_has_ten_browsers_at_most() {
    let (scene, who) = scene();
    for number in 0..10 {
        let body = browser(&number.to_string(), MOZILLA);
        assert_eq!(subscribe(&scene, &who, &body).send().await.status, 201);
    }
    let refused = subscribe(&scene, &who, &browser("eleventh", MOZILLA)).send().await;
    assert_eq!((refused.status, refused.code()), (409, "too-many-push-subscriptions".to_owned()));
}

#[tokio::test]
async fn only_a_person_with_a_session_subscribes() {
    let (scene, who) = scene();
    let token = scene.api_token(&who, &[Permission::ViewApprovals]).await;
    for (method, path) in
        [("GET", PATH), ("POST", PATH), ("DELETE", &format!("{PATH}/psh_01ARZ3NDEKTSV4RRFFQ69G5FAV"))]
    {
        let call = || match method {
            "GET" => scene.app.get(path),
            "POST" => scene.app.post(path).json(browser("Phone", MOZILLA)),
            _ => scene.app.delete(path),
        };
        assert_eq!(call().send().await.status, 401, "{method}");
        let refused = call().bearer(&token).send().await;
        assert_eq!((refused.status, refused.code()), (403, "session-required".to_owned()), "{method}");
    }
}

#[tokio::test]
async fn without_a_key_nothing_is_subscribed_and_with_another_one_nothing_is_pushed() {
    let (scene, who) = scene();
    subscribe(&scene, &who, &browser("Phone", MOZILLA)).send().await;
    scene.world.outbound.answer(|_: &Request<_>| status(201));
    scene.world.settings.set("secret_key", "new the-secret-key-of-these-tests");
    assert_eq!(push(&scene, &who).await["accepted"], true, "the old one is still there");
    scene.world.settings.set("secret_key", "new");
    let pushed = push(&scene, &who).await;
    assert!(pushed["answer"].as_str().unwrap().contains("`secret_key`"), "{pushed}");
    scene.world.settings.set("secret_key", "");
    assert_eq!(listed(&scene, &who).await["public_key"], json!(null));
    let refused = subscribe(&scene, &who, &browser("Phone", MOZILLA)).send().await;
    assert_eq!((refused.status, refused.code()), (409, "not-configured".to_owned()));
}
