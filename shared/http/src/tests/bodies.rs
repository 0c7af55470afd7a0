//! Refused bodies, with their status and pointers.
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::body::Body;
use countersign_journal::Journal;
use countersign_kv::Clock;
use countersign_kv::memory::{TestClock, TestRandom};
use countersign_store::Store;
use futures::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::probe::{router, world};
use crate::testing::{TestApp, World};
use crate::{BODY_LIMIT, Code, Services, parse};

/// A clock on which waiting ends when the time has come, and does not move it.
struct Ticking(Arc<TestClock>);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn sleep<'a, 'b>(&'a self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        let until = self.now() + duration;
        Box::pin(poll_fn(move |_| if self.now() >= until { Poll::Ready(()) } else { Poll::Pending }))
    }
}

impl Ticking {
    fn app(world: &World) -> TestApp {
        let store = Store::new(
            world.memory.clone(),
            Arc::new(Self(world.clock.clone())),
            Arc::new(TestRandom::new(9)),
        );
        TestApp::new(router(Services { journal: Journal::new(store), ..world.services() }))
    }
}

/// A body of which one part arrives in each second.
fn trickle(clock: &Arc<TestClock>, mut parts: impl Iterator<Item = String> + Send + 'static) -> Body {
    let (clock, mut is_there) = (clock.clone(), true);
    Body::from_stream(stream::poll_fn(move |context| {
        is_there = !is_there;
        if !is_there {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let part = parts.next();
        if part.is_some() {
            clock.advance(Duration::from_secs(1));
        }
        Poll::Ready(part.map(Ok::<_, std::io::Error>))
    }))
}

#[tokio::test]
async fn a_body_that_is_not_acceptable_says_where() {
    let (_world, app) = world();
    let cases = [
        (r#"{"name":1}"#, "/name", "a name is text"),
        (r#"{}"#, "", "a name is needed"),
        (r#"{"name":"a","surname":"b"}"#, "/surname", "unknown fields are refused"),
        (r#"{"name":"a","lines":[{"count":1},{"count":256}]}"#, "/lines/1/count", "out of range"),
        (r#"{"name":"a","lines":[{"count":1,"a/b~c":1}]}"#, "/lines/0/a~1b~0c", "pointers are escaped"),
        (r#"{"name":"a","name":"b"}"#, "", "a field said twice has no meaning"),
        (r#"{"name":"a","organization_id":"org_nonsense"}"#, "/organization_id", "not an id"),
        (r#"{"name":"a","at":"yesterday"}"#, "/at", "not a time"),
        (r#"{"name":"a","at":7}"#, "/at", "not a time"),
        (r#"{"name":"a","colour":"blue"}"#, "/colour", "not one of the colours"),
        (r#"[]"#, "", "not an object"),
        (r#""text""#, "", "not an object"),
    ];
    for (body, pointer, why) in cases {
        let answer = app.post("/v1/orders").body("application/json", body).send().await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (422, "invalid-body"),
            "{why}: {}",
            answer.text()
        );
        assert_eq!(answer.pointers(), [pointer], "{why}: {}", answer.text());
        for word in ["struct", "Order", "u8", " line ", "invalid type", "expected", "failed to"] {
            assert!(!answer.text().contains(word), "the words of a library: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn what_is_not_json_is_malformed() {
    let (_world, app) = world();
    let cases: [(&[u8], &str); 6] = [
        (b"", "nothing"),
        (b"{\"name\":", "cut short"),
        (b"{\"name\":\"a\"} x", "something behind it"),
        (b"\xff\xfe", "not UTF-8"),
        (b"{\"name\":\"\xc3\x28\"}", "not UTF-8 inside text"),
        (b"name=a", "a form"),
    ];
    for (body, why) in cases {
        let answer = app.post("/v1/orders").body("application/json", body.to_vec()).send().await;
        assert_eq!((answer.status, answer.code().as_str()), (400, "malformed-json"), "{why}");
    }
}

#[test]
fn nesting_has_an_end() {
    let problem = parse::<serde_json::Value>("[".repeat(50_000).as_bytes()).unwrap_err();
    assert_eq!((problem.status().as_u16(), problem.code()), (400, Code::MalformedJson));
}

#[tokio::test]
async fn only_json_in_utf8_is_taken() {
    let (_world, app) = world();
    let body = json!({ "name": "a" }).to_string();
    for good in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""]
    {
        assert_eq!(app.post("/v1/orders").body(good, body.clone()).send().await.status, 200, "{good}");
    }
    for bad in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1"] {
        let answer = app.post("/v1/orders").body(bad, body.clone()).send().await;
        assert_eq!((answer.status, answer.code().as_str()), (415, "unsupported-media-type"), "{bad}");
    }
    assert_eq!(app.post("/v1/orders").send().await.status, 415, "no content type at all");
}

#[tokio::test]
async fn a_compressed_body_is_refused_with_what_to_send_instead() {
    let (_world, app) = world();
    let post = || app.post("/v1/orders").body("application/json", r#"{"name":"a"}"#);
    for plain in ["", "identity", "Identity", "identity, identity"] {
        assert_eq!(post().header("content-encoding", plain).send().await.status, 200, "{plain}");
    }
    for encoded in ["gzip", "br", "zstd", "deflate", "GZIP", "identity, gzip", "gzip, identity", "utf-8"] {
        let answer = post().header("content-encoding", encoded).send().await;
        let told = (answer.status, answer.code(), answer.header("accept-encoding").to_owned());
        let expected = (415, "unsupported-content-encoding".to_owned(), "identity".to_owned());
        assert_eq!(told, expected, "{encoded}: {}", answer.text());
    }
    let twice = post().header("content-encoding", "identity").header("content-encoding", "gzip");
    assert_eq!(twice.send().await.status, 415, "two lines are one list");
    let bytes = b"\x1f\x8b\x08\x00\x00\x00\x00\x00".to_vec();
    let packed = app.post("/v1/orders").header("content-encoding", "gzip").body("text/plain", bytes);
    assert_eq!(packed.send().await.code(), "unsupported-content-encoding", "the first thing to correct");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_announced_or_not() {
    let (_world, app) = world();
    let name = "a".repeat(BODY_LIMIT - r#"{"name":""}"#.len());
    let fits = json!({ "name": name }).to_string();
    assert_eq!(fits.len(), BODY_LIMIT);
    let answer = app.post("/v1/orders").body("application/json", fits.clone()).send().await;
    assert_eq!(answer.status, 200, "exactly the limit");

    let announced = app.post("/v1/orders").header("content-length", "65537").body("application/json", "{}");
    let streamed = Body::from_stream(stream::iter([fits, " ".to_owned()].map(Ok::<_, std::io::Error>)));
    let unannounced = app.post("/v1/orders").body("application/json", streamed);
    for request in [announced, unannounced] {
        let answer = request.send().await;
        assert_eq!((answer.status, answer.code().as_str()), (413, "body-too-large"));
    }
}

#[tokio::test]
async fn a_body_of_the_announced_length_is_not_asked_for_its_end() {
    let (_world, app) = world();
    let text = r#"{"name":"a"}"#;
    let parts =
        stream::iter([Ok::<_, std::io::Error>(text)]).chain(stream::once(async { panic!("it was asked") }));
    let whole = app.post("/v1/orders").header("content-length", &text.len().to_string());
    assert_eq!(whole.body("application/json", Body::from_stream(parts)).send().await.status, 200);

    let short = app.post("/v1/orders").header("content-length", "13").body("application/json", text);
    let answer = short.send().await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "body-cut-short"), "{}", answer.text());
}

#[tokio::test]
async fn a_body_has_ten_seconds_in_all_however_steadily_it_arrives() {
    let (world, _) = world();
    let app = Ticking::app(&world);
    let text = r#"{"name":"abcdefghi"}"#;
    let pieces = |length: usize| {
        let text: Vec<char> = text.chars().collect();
        text.chunks(length).map(|piece| piece.iter().collect()).collect::<Vec<String>>().into_iter()
    };
    for announced in [true, false] {
        let send = async |body: Body| {
            let call = app.post("/v1/orders").body("application/json", body);
            let call = if announced { call.header("content-length", &text.len().to_string()) } else { call };
            let began = world.now();
            (call.send().await, world.now().duration_since(began))
        };
        let (steady, took) = send(trickle(&world.clock, pieces(1))).await;
        assert_eq!((steady.status, steady.code().as_str()), (408, "body-too-slow"), "a byte in each second");
        assert_eq!(took, SignedDuration::from_secs(10));
        let (in_time, took) = send(trickle(&world.clock, pieces(3))).await;
        assert_eq!(in_time.status, 200, "{}", in_time.text());
        assert_eq!(took, SignedDuration::from_secs(7));
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    let (_world, app) = world();
    let parts = [Ok("{"), Err(std::io::Error::other("connection lost"))];
    let answer =
        app.post("/v1/orders").body("application/json", Body::from_stream(stream::iter(parts))).send().await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "body-cut-short"));
}

#[tokio::test]
async fn who_is_not_identified_is_told_so_before_the_body_is_read() {
    let (_world, app) = world();
    let unread =
        Body::from_stream(stream::poll_fn(|_| -> std::task::Poll<Option<Result<&str, std::io::Error>>> {
            panic!("the body was read")
        }));
    let answer = app.post("/v1/orders/mine").body("application/json", unread).send().await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "not-identified"));
}

#[test]
fn an_array_is_no_object_even_if_every_field_may_be_left_out() {
    #[derive(Debug, serde::Deserialize)]
    #[serde(default, deny_unknown_fields)]
    #[derive(Default)]
    struct Settings {
        days: Option<u32>,
    }
    assert_eq!(crate::body::parse::<Settings>(b"{}").unwrap().days, None);
    for body in ["[]", "[3]", "[null, null]"] {
        let problem = crate::body::parse::<Settings>(body.as_bytes()).unwrap_err();
        assert_eq!(problem.code(), crate::problem::Code::InvalidBody, "{body}");
        let optional = crate::body::parse::<Option<crate::body::Object<Settings>>>(body.as_bytes());
        assert!(optional.is_err(), "{body} is not left out");
    }
}
