//! What a request is about: who published a file, how much of a subject is kept, and records of earlier versions.

use std::collections::BTreeSet;

use countersign_model::{Access, Device, Elevation, File, Publisher, Reported, Signer, Subject, Thumbprint};
use jiff::Timestamp;
use serde_json::json;

use crate::lives::file;

/// The character that takes the most bytes.
pub const WIDE: &str = "\u{1f3e2}";

const ISSUER: &str = "CN=Code Signing CA,O=Authority";

fn wide(most: usize) -> Option<Reported> {
    Some(Reported::new(&WIDE.repeat(10_000), most))
}

fn thumbprint(digit: char) -> Option<Thumbprint> {
    Some(digit.to_string().repeat(64).parse().unwrap())
}

pub fn signer() -> Signer {
    Signer {
        subject: Some("CN=Tools,O=Tools Inc.".into()),
        issuer: Some(ISSUER.into()),
        issuer_thumbprint: thumbprint('c'),
        verified: true,
        ..Signer::default()
    }
}

pub fn signed(signers: impl IntoIterator<Item = Signer>) -> File {
    File { signers: signers.into_iter().collect(), ..file('a') }
}

fn largest_signer() -> Signer {
    let moment: Timestamp = "2026-01-01T00:00:00.123456789Z".parse().unwrap();
    Signer {
        subject: wide(Reported::SIGNER_MAX),
        issuer: wide(Reported::SIGNER_MAX),
        thumbprint: thumbprint('a'),
        issuer_thumbprint: thumbprint('b'),
        valid_from: Some(moment),
        valid_until: Some(moment),
        verified: false,
        team_id: wide(Reported::WORD_MAX),
        signing_id: wide(Reported::WORD_MAX),
    }
}

/// A file with the longest texts, before it is made to fit.
fn too_large() -> File {
    File {
        path: wide(Reported::PATH_MAX),
        certificate: wide(Reported::CERTIFICATE_MAX),
        size: Some(u64::MAX),
        calling_process: wide(Reported::PROCESS_MAX),
        calling_process_sha256: Some("d".repeat(64).parse().unwrap()),
        authenticode_sha256: Some("e".repeat(64).parse().unwrap()),
        signers: vec![largest_signer(); File::SIGNERS_MAX],
        publisher: wide(Reported::PROPERTY_MAX),
        product: wide(Reported::PROPERTY_MAX),
        version: wide(Reported::WORD_MAX),
        command_line: wide(Reported::COMMAND_LINE_MAX),
        origin: wide(Reported::ORIGIN_MAX),
        elevation: Some(Elevation {
            account: wide(Reported::WORD_MAX),
            seconds: Some(Elevation::SECONDS_MAX),
        }),
        ..file('a')
    }
}

/// A file with the longest texts that are kept.
pub fn largest_file() -> Subject {
    let mut subject = Subject::Elevation(too_large());
    subject.fit();
    subject
}

fn size(subject: &Subject) -> usize {
    serde_json::to_vec(subject).unwrap().len()
}

#[test]
fn the_publisher_is_the_first_signer_that_was_verified_and_is_known_in_full() {
    let tools = signed([signer()]).verified_publisher().unwrap();
    assert_eq!(tools.name().as_str(), "CN=Tools,O=Tools Inc.");
    let long = Some(Reported::new(&"x".repeat(9000), Reported::SIGNER_MAX));
    let none = [
        (Signer { verified: false, ..signer() }, "the agent did not verify it"),
        (Signer { subject: None, ..signer() }, "it has no name"),
        (Signer { subject: Some(" ".into()), ..signer() }, "its name is blank"),
        (Signer { issuer: None, ..signer() }, "nobody is known to vouch for the name"),
        (Signer { subject: long.clone(), ..signer() }, "two long names may be cut to the same"),
        (Signer { issuer: long, ..signer() }, "so may two issuers"),
        (Signer { subject: Some(ISSUER.into()), ..signer() }, "it only vouches for itself"),
        (Signer { team_id: Some("".into()), ..signer() }, "a team without an id"),
    ];
    for (other, why) in none {
        assert_eq!(signed([other.clone()]).verified_publisher(), None, "{why}");
        assert_eq!(
            signed([other, signer()]).verified_publisher(),
            Some(tools.clone()),
            "{why}: the next one is"
        );
    }
    let unsigned = File { certificate: Some("CN=Tools,O=Tools Inc.".into()), ..file('a') };
    assert_eq!(unsigned.verified_publisher(), None, "the old form does not say that it was verified");
    assert_eq!(File { publisher: Some("Tools Inc.".into()), ..file('a') }.verified_publisher(), None);
}

#[test]
fn a_publisher_is_one_name_from_one_authority_and_outlives_a_certificate() {
    let tools = Publisher::of(&signer()).unwrap();
    let renewed = Signer {
        thumbprint: thumbprint('9'),
        valid_until: Some("2030-01-01T00:00:00Z".parse().unwrap()),
        signing_id: Some("com.tools".into()),
        ..signer()
    };
    assert!(signed([renewed]).is_by(&tools), "its next certificate");
    assert!(signed([Signer::default(), signer()]).is_by(&tools), "any of several signatures");
    let others = [
        (Signer { subject: Some("CN=Tools".into()), ..signer() }, "a shorter name"),
        (Signer { issuer: Some("CN=Other CA".into()), ..signer() }, "another authority"),
        (Signer { issuer_thumbprint: thumbprint('d'), ..signer() }, "an authority of the same name"),
        (Signer { issuer_thumbprint: None, ..signer() }, "an authority of which only the name is known"),
        (Signer { verified: false, ..signer() }, "a signature that is not verified"),
        (Signer { team_id: Some("T1".into()), ..signer() }, "a team of Apple's"),
    ];
    for (other, what) in others {
        assert!(!signed([other]).is_by(&tools), "{what}");
    }
    let team = |id: &str, subject: &str| Signer {
        team_id: Some(id.into()),
        subject: Some(subject.into()),
        ..signer()
    };
    let apple = Publisher::of(&team("T1", "Developer ID Application: Tools (T1)")).unwrap();
    assert!(
        signed([team("T1", "Apple Distribution: Tools (T1)")]).is_by(&apple),
        "of a team, its id is enough"
    );
    assert!(!signed([team("T2", "Developer ID Application: Tools (T1)")]).is_by(&apple));
}

#[test]
fn different_publishers_have_different_keys() {
    let of = |subject: &str, issuer: &str| {
        Publisher::of(&Signer { subject: Some(subject.into()), issuer: Some(issuer.into()), ..signer() })
            .unwrap()
    };
    let team = |id: &str| Publisher::Team { team_id: id.into() };
    let publishers =
        [of("a", "b"), of("a\nb", "c"), of("a", "b\nc"), of("b", "a"), team("a"), team("certificate\na")];
    let keys: BTreeSet<_> = publishers.iter().map(Publisher::key).collect();
    assert_eq!(keys.len(), publishers.len(), "{keys:?}");
    for publisher in publishers {
        let json = serde_json::to_string(&publisher).unwrap();
        assert_eq!(serde_json::from_str::<Publisher>(&json).unwrap(), publisher, "{json}");
    }
}

#[test]
fn a_thumbprint_is_taken_as_tools_write_it() {
    let sha1 = "b1bc968bd4f49d622aa89a81f2150152a41d829c";
    let colons = "B1:BC:96:8B:D4:F4:9D:62:2A:A8:9A:81:F2:15:01:52:A4:1D:82:9C";
    let from_a_dialog = format!("\u{200e}{}", colons.to_lowercase().replace(':', " "));
    for text in [sha1, &sha1.to_uppercase(), colons, &from_a_dialog] {
        assert_eq!(text.parse::<Thumbprint>().unwrap().as_str(), sha1, "{text}");
    }
    let wrong =
        [&sha1[1..], "", &"a".repeat(63), &"a".repeat(65), &"g".repeat(40), "sha1:b1bc", &"é".repeat(20)];
    for wrong in wrong {
        assert!(wrong.parse::<Thumbprint>().is_err(), "{wrong}");
    }
}

#[test]
fn a_subject_with_the_longest_texts_is_cut_until_it_fits_the_least_important_first() {
    let mut whole = Subject::Elevation(too_large());
    assert!(size(&whole) > Subject::MAX && whole.is_cut());
    let cut = whole.fit();
    assert!(size(&whole) <= Subject::MAX, "{}", size(&whole));
    assert!(size(&whole) > Subject::MAX - 4096, "no more is cut than needed: {}", size(&whole));
    let kept = whole.file().unwrap();
    let before = too_large();
    assert_eq!((&kept.path, &kept.elevation), (&before.path, &before.elevation), "what says most is kept");
    assert!(
        cut.contains(&"/command_line".to_owned()) && cut.contains(&"/signers/7/subject".to_owned()),
        "{cut:?}"
    );
    assert!(cut.iter().all(|pointer| pointer != "/path" && pointer != "/account"), "{cut:?}");
    assert_eq!(whole.fit(), Vec::<String>::new(), "once is enough");

    let common = signed(vec![signer(); 6]);
    let long = File {
        command_line: wide(Reported::COMMAND_LINE_MAX),
        path: wide(Reported::PATH_MAX),
        ..common.clone()
    };
    let mut long = Subject::Application(long);
    assert_eq!(long.fit(), ["/command_line"], "who signed it is kept as long as anything else can be cut");
    assert_eq!(long.file().unwrap().signers, common.signers);
    let mut common = Subject::Application(common);
    assert!(common.fit().is_empty() && !common.is_cut());
}

#[test]
fn a_device_with_the_longest_texts_is_cut_but_its_identifier_is_not() {
    let mut device = Subject::Storage(Device {
        name: wide(Reported::DEVICE_NAME_MAX),
        path: wide(Reported::PATH_MAX),
        calling_process: wide(Reported::PROCESS_MAX),
        class: wide(Reported::WORD_MAX),
        vendor: wide(Reported::PROPERTY_MAX),
        product: wide(Reported::PROPERTY_MAX),
        encrypted: Some(false),
        calling_process_sha256: Some("d".repeat(64).parse().unwrap()),
        ..Device::new(Reported::new(&"\"".repeat(1024), Reported::DEVICE_ID_MAX), Access::Execute)
    });
    let key = device.key();
    assert_eq!(device.fit(), ["/calling_process"]);
    assert!(size(&device) <= Subject::MAX, "{}", size(&device));
    assert_eq!(device.key(), key);
}

#[test]
fn subjects_of_earlier_versions_are_read() {
    let file = json!({ "path": "/opt/tool", "sha256": "a".repeat(64), "certificate": "CN=Tools", "size": 5,
        "calling_process": "/bin/sh" });
    let subject: Subject = serde_json::from_value(json!({ "application": file })).unwrap();
    let read = subject.file().unwrap();
    assert_eq!((read.signed_by().map(Reported::as_str), read.signers.len()), (Some("CN=Tools"), 0));
    assert_eq!(serde_json::to_value(&subject).unwrap(), json!({ "application": file }), "nothing is added");
    let device =
        json!({ "id": "SN-1", "name": null, "access": "write", "path": null, "calling_process": null });
    let subject: Subject = serde_json::from_value(json!({ "storage": device })).unwrap();
    assert_eq!(subject, Subject::Storage(Device::new("SN-1".into(), Access::Write)));
    assert_eq!(serde_json::to_value(&subject).unwrap(), json!({ "storage": device }));
}

#[test]
fn a_file_is_signed_by_its_first_signer_that_has_a_name() {
    let unread = Signer::default();
    assert_eq!(signed([unread, signer()]).signed_by(), signer().subject.as_ref());
    assert_eq!(file('a').signed_by(), None);
}
