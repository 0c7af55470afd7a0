//! What an agent tells about a file or device is kept; what is odd in it never stops the request.

use countersign_http::testing::TestResponse;
use countersign_model::{Device, Elevation, File, Publisher, Subject};
use serde_json::{Value, json};

use crate::tests::story::*;

const SHA256: &str = "3b8b6d0ad1d1b1b6cd1c6c1ae9a0a4f4f7c2f2b6f5b2b1a0b9c8d7e6f5a4b3c2";

fn warned(made: &TestResponse) -> Vec<String> {
    let warnings = made.json()["warnings"].as_array().unwrap().clone();
    warnings.iter().map(|warning| warning["pointer"].as_str().unwrap().to_owned()).collect()
}

fn tools() -> Value {
    json!({
        "subject": "CN=Tools,O=Tools Inc.", "issuer": "CN=Code Signing CA", "thumbprint": "AB:".repeat(19) + "AB",
        "issuer_thumbprint": SHA256, "valid_from": "2025-01-01T00:00:00Z", "valid_until": "9999-12-31T23:59:59Z",
        "verified": true, "team_id": "T1", "signing_id": "com.tools.tool",
    })
}

/// An elevation request with all that can be said about a file.
fn whole() -> Value {
    let mut body = with(program(), "/kind", json!("elevation"));
    body["subject"] = json!({
        "path": "C:\\tool.exe", "sha256": SHA256, "authenticode_sha256": SHA256.to_uppercase(), "size": 11,
        "signers": [tools(), { "subject": "CN=Other" }], "publisher": "Tools Inc.", "product": "Tool", "version": "1.2",
        "calling_process": { "path": "C:\\Windows\\explorer.exe", "sha256": SHA256 },
        "command_line": "tool.exe /install", "origin": "https://tools.example/tool.exe",
        "account": "Administrator", "duration_seconds": 3600,
    });
    body
}

async fn file(story: &Story, made: &TestResponse) -> File {
    story.record(&id_of(made)).await.subject.file().unwrap().clone()
}

async fn device(story: &Story, made: &TestResponse) -> Device {
    story.record(&id_of(made)).await.subject.device().unwrap().clone()
}

#[tokio::test]
async fn all_that_an_agent_finds_out_about_a_file_is_kept() {
    let story = Story::new();
    let made = story.submit(whole()).await;
    assert_eq!((made.status, warned(&made)), (201, vec![]), "{}", made.text());
    let file = file(&story, &made).await;
    let text = |text: &Option<countersign_model::Reported>| text.as_ref().unwrap().to_string();
    assert_eq!(file.authenticode_sha256.as_ref().unwrap().as_str(), SHA256, "in lower case");
    assert_eq!(file.calling_process_sha256.as_ref().unwrap().as_str(), SHA256);
    assert_eq!(text(&file.calling_process), r"C:\Windows\explorer.exe");
    assert_eq!(
        [&file.publisher, &file.product, &file.version, &file.command_line, &file.origin].map(text),
        ["Tools Inc.", "Tool", "1.2", "tool.exe /install", "https://tools.example/tool.exe"]
    );
    let elevation = Elevation { account: Some("Administrator".into()), seconds: Some(3600) };
    assert_eq!((file.elevation.clone(), &file.certificate), (Some(elevation), &None));
    let signer = &file.signers[0];
    assert_eq!(signer.thumbprint.as_ref().unwrap().as_str(), "ab".repeat(20), "as openssl writes it");
    assert_eq!(
        signer.valid_until.unwrap().to_string(),
        "9999-12-30T22:00:00Z",
        "for certificates without an end"
    );
    assert_eq!(text(&signer.signing_id), "com.tools.tool");
    assert!(signer.verified && !file.signers[1].verified, "what is not said to be verified is not");
    assert_eq!(file.verified_publisher(), Some(Publisher::Team { team_id: "T1".into() }));
}

#[tokio::test]
async fn all_that_an_agent_finds_out_about_a_device_is_kept() {
    let story = Story::new();
    let mut body = stick();
    body["subject"]["calling_process"] = json!({ "path": "/bin/cp", "sha256": SHA256 });
    body["subject"]["device"] = json!({
        "serial": "SN-1", "class": "usb-disk", "vendor": "Example", "product": "Stick 3000", "encrypted": false,
    });
    let made = story.submit(body).await;
    assert_eq!((made.status, warned(&made)), (201, vec![]), "{}", made.text());
    let expected = Device {
        path: Some("/media/stick/a.txt".into()),
        calling_process: Some("/bin/cp".into()),
        calling_process_sha256: Some(SHA256.parse().unwrap()),
        class: Some("usb-disk".into()),
        vendor: Some("Example".into()),
        product: Some("Stick 3000".into()),
        encrypted: Some(false),
        ..Device::new("SN-1".into(), countersign_model::Access::Write)
    };
    assert_eq!(device(&story, &made).await, expected);
    let again = story.submit(stick()).await;
    assert_eq!((again.status, id_of(&again)), (200, id_of(&made)), "the earlier name means the same device");
}

#[tokio::test]
async fn a_serial_number_that_contradicts_itself_or_is_not_exact_is_refused() {
    let story = Story::new();
    let cases = [
        (json!({ "serial": "SN-1", "id": "SN-2" }), "/subject/device/serial"),
        (json!({ "serial": " " }), "/subject/device/serial"),
        (json!({ "serial": "s".repeat(3000) }), "/subject/device/serial"),
        (json!({ "serial": 7 }), "/subject/device/serial"),
        (json!({ "name": "Stick" }), "/subject/device/id"),
    ];
    for (device, pointer) in cases {
        let answer = story.submit(with(stick(), "/subject/device", device.clone())).await;
        assert_eq!((answer.status, answer.pointers()), (422, vec![pointer.to_owned()]), "{device}");
    }
    let same = with(stick(), "/subject/device", json!({ "serial": "SN-1", "id": "SN-1" }));
    assert_eq!(story.submit(same).await.status, 201);
}

#[tokio::test]
async fn what_is_malformed_about_a_file_is_dropped_with_a_warning() {
    let cases = [
        ("/subject/signers/0/thumbprint", json!("ab")),
        ("/subject/signers/0/thumbprint", json!(7)),
        ("/subject/signers/0/issuer_thumbprint", json!("x".repeat(40))),
        ("/subject/signers/0/valid_from", json!("yesterday")),
        ("/subject/signers/0/valid_until", json!("2026-13-01T00:00:00Z")),
        ("/subject/signers/0/valid_until", json!(1_700_000_000)),
        ("/subject/signers/0/verified", json!("yes")),
        ("/subject/signers/0/subject", json!(["CN=a"])),
        ("/subject/signers/0/serial_number", json!("01")),
        ("/subject/signers/0/team_id", json!("")),
        ("/subject/signers/1", json!("CN=a")),
        ("/subject/signers", json!("CN=a")),
        ("/subject/signers", json!(vec![json!({}); 9])),
        ("/subject/authenticode_sha256", json!("ab".repeat(20))),
        ("/subject/calling_process", json!(7)),
        ("/subject/calling_process/sha256", json!("ab")),
        ("/subject/calling_process/path", json!("")),
        ("/subject/calling_process/pid", json!(7)),
        ("/subject/certificate", json!("CN=Somebody else")),
        ("/subject/publisher", json!({})),
        ("/subject/command_line", json!(["tool.exe"])),
        ("/subject/origin", json!("")),
        ("/subject/account", json!(500)),
        ("/subject/duration_seconds", json!(0)),
        ("/subject/duration_seconds", json!(-1)),
        ("/subject/duration_seconds", json!(31_622_401)),
        ("/subject/duration_seconds", json!("1 h")),
    ];
    for (pointer, value) in cases {
        let story = Story::new();
        let mut body = whole();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let place = body.pointer_mut(parent).unwrap();
        if let Some(items) = place.as_array_mut() {
            items[name.parse::<usize>().unwrap()] = value.clone();
        } else {
            place[name] = value.clone();
        }
        let made = story.submit(body).await;
        assert_eq!((made.status, warned(&made)), (201, vec![pointer.to_owned()]), "{value}: {}", made.text());
        let file = file(&story, &made).await;
        assert!(
            file.signers.len() <= File::SIGNERS_MAX && file.path.is_some(),
            "{pointer}: the rest is kept"
        );
    }
}

#[tokio::test]
async fn a_signer_that_is_not_clearly_verified_is_not_a_publisher() {
    for verified in [json!(null), json!("true"), json!(1), json!(false)] {
        let story = Story::new();
        let signer = with(tools(), "/verified", verified.clone());
        let made = story.submit(with(whole(), "/subject/signers", json!([signer]))).await;
        let file = file(&story, &made).await;
        assert_eq!((made.status, file.verified_publisher()), (201, None), "{verified}");
    }
}

#[tokio::test]
async fn the_form_of_earlier_agents_means_the_same_as_before() {
    let story = Story::new();
    let made = story.submit(program()).await;
    assert_eq!((made.status, warned(&made)), (201, vec![]));
    let old = file(&story, &made).await;
    assert_eq!(old.signed_by().unwrap().as_str(), "CN=Tools Inc.");
    assert_eq!(old.calling_process.unwrap().as_str(), "/bin/sh");
    let both = with(program_of(b"other"), "/subject/signers", json!([{ "subject": "CN=Tools Inc." }]));
    let made = story.submit(both).await;
    assert_eq!((made.status, warned(&made)), (201, vec![]), "an agent may send both");
    assert_eq!(file(&story, &made).await.certificate, None);
}

#[tokio::test]
async fn what_belongs_to_another_kind_is_left_out() {
    let story = Story::new();
    let made = story.submit(with(whole(), "/kind", json!("application"))).await;
    assert_eq!(
        (made.status, warned(&made)),
        (201, vec!["/subject/account".into(), "/subject/duration_seconds".into()])
    );
    assert_eq!(file(&story, &made).await.elevation, None);
    let mut body = stick();
    for (member, value) in whole()["subject"].as_object().unwrap() {
        body["subject"].as_object_mut().unwrap().entry(member).or_insert(value.clone());
    }
    let made = story.submit(body).await;
    assert_eq!((made.status, warned(&made).len()), (201, 11), "{:?}", warned(&made));
}

#[tokio::test]
async fn a_subject_that_is_too_long_all_together_is_cut_and_says_where() {
    let story = Story::new();
    let mut body = whole();
    let long = "ü".repeat(40_000);
    for member in ["path", "command_line", "origin", "publisher", "product"] {
        body["subject"][member] = json!(format!("{member} {long}"));
    }
    let signer = json!({ "subject": format!("CN={long}"), "issuer": "CN=CA", "verified": true });
    body["subject"]["signers"] = json!(vec![signer; 8]);
    // A body has at most 512 KiB; this one is larger.
    assert_eq!(story.submit(body.clone()).await.status, 413);
    let shorter = body.to_string().replace(&long, &"ü".repeat(9000));
    let made = story.submit(serde_json::from_str(&shorter).unwrap()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let warned = warned(&made);
    for pointer in ["/subject/path", "/subject/command_line", "/subject/signers/7/subject"] {
        assert_eq!(warned.iter().filter(|each| *each == pointer).count(), 1, "{pointer} in {warned:?}");
    }
    let request = story.record(&id_of(&made)).await;
    assert!(serde_json::to_vec(&request.subject).unwrap().len() <= Subject::MAX);
    assert!(serde_json::to_vec(&request).unwrap().len() <= 32 * 1024);
}

#[tokio::test]
async fn a_user_who_asks_for_other_rights_than_the_pending_request_is_told_so() {
    let story = Story::new();
    let id = story.asked(whole()).await;
    let same = story.submit(whole()).await;
    assert_eq!((same.status, warned(&same)), (200, vec![]));
    let silent = without(without(whole(), "/subject/account"), "/subject/duration_seconds");
    assert_eq!(
        warned(&story.submit(silent).await),
        Vec::<String>::new(),
        "what is not said contradicts nothing"
    );
    let other = story.submit(with(whole(), "/subject/account", json!("root"))).await;
    assert_eq!(
        (other.status, id_of(&other), warned(&other)),
        (200, id.clone(), vec!["/subject/account".to_owned()])
    );
    let account = story.record(&id).await.subject.file().unwrap().elevation.clone().unwrap().account.unwrap();
    assert_eq!(account.as_str(), "Administrator");
}
