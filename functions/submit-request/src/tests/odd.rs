//! Odd details never stop a request: they are kept exactly, cut, or left out, and the answer says so.

use countersign_http::testing::TestResponse;
use countersign_model::{Attachment, Reported};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::tests::story::*;

/// The most bytes of the record of a new request: half of what a record may have, so that decisions have room.
const RECORD_MAX: usize = 32 * 1024;

impl Story {
    /// Sends a body in which text stands for a placeholder: a JSON string as no serializer writes it.
    async fn submit_raw(&self, body: Value, placeholder: &str, raw: &str) -> TestResponse {
        let body = body.to_string().replace(placeholder, raw);
        let call = self.app.post("/agent/v1/requests").bearer(&self.device.token);
        call.body("application/json", body).send().await
    }

    /// The size of a stored request.
    async fn size(&self, id: &str) -> usize {
        serde_json::to_vec(&self.record(id).await).unwrap().len()
    }
}

fn warned(made: &TestResponse) -> Vec<String> {
    let warnings = made.json()["warnings"].as_array().unwrap().clone();
    warnings.iter().map(|warning| warning["pointer"].as_str().unwrap().to_owned()).collect()
}

fn long_path() -> String {
    format!(r"C:\Users\{}\setup.exe", "ü".repeat(32_700))
}

#[tokio::test]
async fn what_is_right_has_no_warnings() {
    let story = Story::new();
    for body in [program(), stick()] {
        let made = story.submit(body).await;
        assert_eq!((made.status, &made.json()["warnings"]), (201, &json!([])));
    }
}

#[tokio::test]
async fn what_only_informs_is_taken_as_it_is() {
    let cases = [
        ("/subject/path", json!("C:\\a\nb\u{0}.exe"), r"C:\a\u{a}b\u{0}.exe", "control characters"),
        ("/subject/path", json!(" C:\\a b "), r" C:\a b ", "spaces at the ends"),
        ("/subject/path", json!("C:\\Caf\u{fffd}.exe"), "C:\\Caf\u{fffd}.exe", "what an agent replaced"),
        ("/subject/path", json!(r"C:\u{41}"), r"C:\u{5c}u{41}", "what looks like an escape"),
        ("/subject/calling_process", json!("\u{202e}exe.a"), r"\u{202e}exe.a", "an override of direction"),
        ("/subject/certificate", json!("CN=a\r\nb\u{0}"), r"CN=a\u{d}\u{a}b\u{0}", "lines and NUL"),
        ("/subject/certificate", json!("c".repeat(4000)), &"c".repeat(4000), "a long list of names"),
        ("/subject/certificate", json!(""), "", "a certificate without a subject"),
    ];
    for (pointer, value, kept, why) in cases {
        let story = Story::new();
        let made = story.submit(with(program(), pointer, value.clone())).await;
        assert_eq!((made.status, warned(&made)), (201, vec![]), "{why}: {}", made.text());
        let file = story.record(&id_of(&made)).await.subject.file().unwrap().clone();
        let text = match pointer {
            "/subject/path" => file.path,
            "/subject/certificate" => file.certificate,
            _ => file.calling_process,
        };
        let text = text.unwrap();
        assert_eq!((text.as_str(), text.as_sent()), (kept, value.as_str().unwrap().to_owned()), "{why}");
    }
}

#[tokio::test]
async fn lone_surrogates_are_kept_and_seen() {
    let story = Story::new();
    let body = with(program(), "/subject/path", json!("PATH"));
    let made = story.submit_raw(body, "PATH", r"C:\\Caf\udce9\ud83d\ude00\ud800").await;
    assert_eq!((made.status, warned(&made)), (201, vec![]), "{}", made.text());
    let path = story.record(&id_of(&made)).await.subject.path().unwrap().to_string();
    assert_eq!(path, "C:\\Caf\\u{dce9}\u{1f600}\\u{d800}");
    let body = with(stick(), "/subject/device/id", json!("SERIAL"));
    let one = story.submit_raw(body.clone(), "SERIAL", r"SN\ud800").await;
    let again = story.submit_raw(body.clone(), "SERIAL", r"SN\ud800").await;
    let other = story.submit_raw(body, "SERIAL", r"SN\ud801").await;
    assert_eq!((one.status, again.status, other.status), (201, 200, 201), "compared exactly");
    assert_eq!(id_of(&one), id_of(&again));
    let who = with(program(), "/requester/username", json!("NAME"));
    let joined = story.submit_raw(who, "NAME", r"a\ud800").await;
    assert_eq!((joined.status, warned(&joined)), (200, vec![]), "another user: {}", joined.text());
    let names: Vec<_> =
        story.record(&id_of(&made)).await.requesters.iter().map(|each| each.username.clone()).collect();
    assert_eq!(names[1], r"a\u{d800}");
    let reason = with(program_of(b"other"), "/reason", json!("REASON"));
    let made = story.submit_raw(reason, "REASON", r"  It\ud800s\u0007\n urgent ").await;
    assert_eq!(
        story.record(&id_of(&made)).await.requesters[0].reason.clone().unwrap(),
        "It\\u{d800}s\\u{7}\n urgent"
    );
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_are_kept_and_seen() {
    let story = Story::new();
    let send = async |body: Value| {
        // In Windows-1252.
        let (before, after) =
            body.to_string().split_once("CAFE").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let bytes = [before.as_bytes(), b"Caf\xe9", after.as_bytes()].concat();
        story
            .app
            .post("/agent/v1/requests")
            .bearer(&story.device.token)
            .body("application/json", bytes)
            .send()
            .await
    };
    let body = with(program(), "/subject/path", json!("C:\\CAFE\\a.exe"));
    let made = send(body).await;
    assert_eq!((made.status, warned(&made)), (201, vec![]), "{}", made.text());
    let path = story.record(&id_of(&made)).await.subject.path().unwrap().to_string();
    assert_eq!(path, r"C:\Caf\u{dce9}\a.exe");
    let joined = send(with(program(), "/requester/username", json!("CAFE"))).await;
    assert_eq!((joined.status, warned(&joined)), (200, vec![]), "{}", joined.text());
    assert_eq!(story.record(&id_of(&made)).await.requesters[1].username, r"Caf\u{dce9}");
    let refused = send(with(program(), "/kind", json!("CAFE"))).await;
    assert_eq!(refused.status, 400, "{}", refused.text());
}

#[tokio::test]
async fn a_user_name_is_never_refused_for_an_odd_character_and_its_user_can_withdraw() {
    let long = format!("CORP\\{}", "ü".repeat(400));
    let cases = [
        ("ann\u{7}", r"ann\u{7}", vec![], "a control character"),
        ("ann\nbob\u{0}", r"ann\u{a}bob\u{0}", vec![], "a line and NUL"),
        (r"ann\u{7}", r"ann\u{5c}u{7}", vec![], "what looks like an escape is another name"),
        ("\u{1}", r"\u{1}", vec![], "nothing else"),
        ("  CORP\\ann ", r"CORP\ann", vec![], "spaces at the ends"),
        ("\u{645}\u{6cc}\u{200c}\u{62e}", "\u{645}\u{6cc}\u{200c}\u{62e}", vec![], "joiners belong to names"),
        (&long, "", vec!["/requester/username"], "too long"),
    ];
    let story = Story::new();
    for (sent, kept, warnings, why) in cases {
        let made = story.submit(with(program(), "/requester/username", json!(sent))).await;
        assert_eq!(made.status, 201, "{why}: {}", made.text());
        assert_eq!(warned(&made), warnings, "{why}");
        let name = story.record(&id_of(&made)).await.requesters[0].username.clone();
        assert!(name == kept || kept.is_empty() && name.chars().count() <= 256, "{why}: {name}");
        let path = format!("/agent/v1/requests/{}/cancellation", id_of(&made));
        let call = story.app.post(&path).bearer(&story.device.token).json(json!({ "username": sent }));
        let withdrawn = call.send().await;
        assert_eq!((withdrawn.status, &withdrawn.json()["status"]), (200, &json!("cancelled")), "{why}");
    }
    for (sent, why) in [(json!(""), "empty"), (json!(" \n"), "blank"), (json!(7), "no text")] {
        let refused = story.submit(with(program(), "/requester/username", sent)).await;
        assert_eq!(
            (refused.status, refused.pointers()),
            (422, vec!["/requester/username".to_owned()]),
            "{why}"
        );
    }
}

#[tokio::test]
async fn a_path_of_the_length_that_windows_allows_is_cut_in_the_middle() {
    let story = Story::new();
    let body = with(program(), "/subject/path", json!(long_path()));
    let made = story.submit(with(body, "/subject/calling_process", json!(long_path()))).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(warned(&made), ["/subject/path", "/subject/calling_process"]);
    let subject = story.record(&id_of(&made)).await.subject;
    let path = subject.path().unwrap();
    assert!(path.is_cut() && path.size() <= Reported::PATH_MAX, "{path}");
    assert!(path.as_str().starts_with(r"C:\Users\ü") && path.as_str().ends_with(r"ü\setup.exe"), "{path}");
    assert_eq!(subject.name(), "setup.exe");
    // As escapes, these are the longest bodies.
    let escaped = r"\ud800".repeat(32_767);
    let body = with(program_of(b"b"), "/subject/path", json!("LONG"));
    let body = with(body, "/subject/calling_process", json!("LONG"));
    assert_eq!(story.submit_raw(body, "LONG", &escaped).await.status, 201);
}

#[tokio::test]
async fn what_is_not_understood_is_left_out_with_a_warning() {
    let cases = [
        ("/subject/path", json!("")),
        ("/subject/path", json!(["C:\\a.exe"])),
        ("/subject/certificate", json!({ "subject": "CN=a" })),
        ("/subject/calling_process", json!(7)),
        ("/subject/size", json!(-1)),
        ("/subject/size", json!(1_u64 << 53)),
        ("/subject/size", json!(1.5)),
        ("/subject/size", json!("17 KB")),
        ("/subject/device", json!(true)),
        ("/subject/access", json!("read")),
        ("/subject/entropy", json!(7.9)),
        ("/requester/email", json!("carol")),
        ("/requester/email", json!("carol@company.example, dave@company.example")),
        ("/requester/email", json!("")),
        ("/requester/email", json!(1)),
        ("/requester/domain", json!("COMPANY")),
        ("/reason", json!(7)),
        ("/reason", json!("x".repeat(2001))),
        ("/attach", json!("yes")),
        ("/policy_id", json!("pol_x")),
        ("/policy_id", json!(7)),
        ("/computer_id", json!("cmp_x")),
        ("/a~1b~0c", json!({ "d": [1] })),
    ];
    for (pointer, value) in cases {
        let story = Story::new();
        let mut body = program();
        match pointer.strip_prefix("/a~1") {
            Some(_) => body["a/b~c"] = value.clone(),
            None => body = with(body, pointer, value.clone()),
        }
        let made = story.submit(body).await;
        assert_eq!((made.status, warned(&made)), (201, vec![pointer.to_owned()]), "{value}: {}", made.text());
        let message = made.json()["warnings"][0]["message"].as_str().unwrap().to_owned();
        let said = ["left out", "no copy", "noted"].iter().any(|end| message.contains(end));
        assert!(said && !message.contains("struct"), "{message}");
    }
}

#[tokio::test]
async fn what_was_left_out_is_not_in_the_record() {
    let story = Story::new();
    let mut body = without(program(), "/subject/path");
    for (pointer, value) in
        [("/subject/size", json!(-1)), ("/requester/email", json!("carol")), ("/attach", json!(0))]
    {
        body = with(body, pointer, value);
    }
    let made = story.submit(body).await;
    let request = story.record(&id_of(&made)).await;
    let file = request.subject.file().unwrap();
    assert_eq!(
        (&file.path, file.size, request.requesters[0].email.clone(), request.attachment),
        (&None, None, None, Attachment::NotWanted)
    );
    assert_eq!(request.subject.name(), format!("SHA-256 {}…", &file.sha256.as_str()[..12]));
}

#[tokio::test]
async fn an_email_address_with_a_dot_at_the_end_is_one() {
    let story = Story::new();
    let made = story.submit(with(program(), "/requester/email", json!(" carol@company.example. "))).await;
    assert_eq!((made.status, warned(&made)), (201, vec![]));
    let email = story.record(&id_of(&made)).await.requesters[0].email.clone().unwrap();
    assert_eq!(email.as_str(), "carol@company.example");
}

#[tokio::test]
async fn devices_are_compared_exactly_and_their_details_may_be_odd() {
    let story = Story::new();
    let of = |serial: &str| with(stick(), "/subject/device/id", json!(serial));
    let ids =
        [story.asked(of("SN\u{1}1")).await, story.asked(of("SN\u{2}1")).await, story.asked(of("SN1")).await];
    assert!(ids[0] != ids[1] && ids[1] != ids[2]);
    assert_eq!(story.submit(of("SN\u{1}1")).await.status, 200);
    let odd = [
        ("/subject/device/name", json!("")),
        ("/subject/device/path", json!("/elsewhere")),
        ("/subject/device/colour", json!("red")),
        ("/subject/sha256", json!("ab".repeat(32))),
        ("/subject/size", json!(7)),
        ("/subject/path", json!(7)),
    ];
    for (number, (pointer, value)) in odd.into_iter().enumerate() {
        let made = story.submit(with(of(&format!("SN-{number}")), pointer, value)).await;
        assert_eq!((made.status, warned(&made)), (201, vec![pointer.to_owned()]), "{}", made.text());
    }
}

#[tokio::test]
async fn a_thousand_unknown_details_are_not_a_thousand_warnings() {
    let story = Story::new();
    let mut body = program();
    for number in 0..1000 {
        body["subject"][format!("{number} {}", "x".repeat(300))] = json!(null);
    }
    let made = story.submit(body).await;
    assert_eq!((made.status, warned(&made).len()), (201, 20));
    assert!(made.text().len() < 10_000);
}

/// JSON strings of every kind, also such as no serializer writes.
fn json_string() -> impl Strategy<Value = String> {
    let unit = prop_oneof![
        any::<u16>().prop_map(|unit| format!("\\u{unit:04x}")),
        (0xd800_u16..=0xdfff).prop_map(|unit| format!("\\u{unit:04X}")),
        (0_u16..0x20).prop_map(|unit| format!("\\u{unit:04x}")),
        any::<char>().prop_map(|c| {
            let text = serde_json::to_string(&c.to_string()).unwrap();
            text[1..text.len() - 1].to_owned()
        }),
        prop::sample::select(vec![r"\\", "/", r"\\u{", "}", r#"\""#, r"\n", "@", ".", "…"])
            .prop_map(str::to_owned),
    ];
    (prop::collection::vec(unit, 0..20), prop_oneof![8 => Just(1_usize), 2 => Just(300)])
        .prop_map(|(units, times)| units.concat().repeat(times))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_string_in_what_informs_stops_a_request(texts in prop::collection::vec(json_string(), 8)) {
        let bodies = [
            (program(), ["/subject/path", "/subject/certificate", "/subject/calling_process", "/subject/size",
                "/requester/email", "/reason", "/policy_id", "/attach"]),
            (stick(), ["/subject/path", "/subject/device/path", "/subject/device/name", "/subject/calling_process",
                "/requester/email", "/reason", "/policy_id", "/subject/certificate"]),
        ];
        for (mut body, pointers) in bodies {
            for (number, pointer) in pointers.iter().enumerate() {
                body = with(body, pointer, json!(format!("@{number}@")));
            }
            let mut text = body.to_string();
            for (number, raw) in texts.iter().enumerate() {
                text = text.replace(&format!("@{number}@"), raw);
            }
            let story = Story::new();
            let size = futures::executor::block_on(async {
                let call = story.app.post("/agent/v1/requests").bearer(&story.device.token);
                let made = call.body("application/json", text).send().await;
                assert_eq!(made.status, 201, "{}", made.text());
                story.size(&id_of(&made)).await
            });
            prop_assert!(size <= RECORD_MAX, "{size}");
        }
    }

    #[test]
    fn every_serial_number_that_is_not_blank_names_a_device(units in prop::collection::vec(any::<u16>(), 0..200)) {
        let serial: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
        let story = Story::new();
        futures::executor::block_on(async {
            let body = with(stick(), "/subject/device/id", json!("@S"));
            let made = story.submit_raw(body.clone(), "@", &serial).await;
            let again = story.submit_raw(body, "@", &serial).await;
            assert_eq!((made.status, again.status), (201, 200), "{serial}: {}", made.text());
        });
    }
}
