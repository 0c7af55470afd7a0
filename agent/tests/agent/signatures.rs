//! Signatures of real executables, made by `osslsigncode`: each kind that does not hold is told apart.

use countersign_agent::{Authenticode, Executable, Signature, SignatureState, TrustStore};
use jiff::{SignedDuration, Timestamp};

use crate::authority::{Authority, installed};
use crate::executable::executable;

#[allow(clippy::disallowed_methods, reason = "the certificates of the test begin now")]
fn now() -> Timestamp {
    // A minute later, because `openssl` makes certificates that begin this second.
    Timestamp::now() + SignedDuration::from_mins(1)
}

fn days(days: i64) -> Timestamp {
    now() + SignedDuration::from_hours(24 * days)
}

fn signatures(file: &[u8], trust: &TrustStore, at: Timestamp) -> Vec<Signature> {
    Authenticode::read(file, trust, at).unwrap().signatures
}

/// The state of the only signature.
fn state(file: &[u8], trust: &TrustStore, at: Timestamp) -> SignatureState {
    let signatures = signatures(file, trust, at);
    assert_eq!(signatures.len(), 1);
    assert_eq!(signatures[0].signer.verified, signatures[0].state == SignatureState::Verified);
    signatures[0].state
}

#[test]
fn what_an_unsigned_executable_says_of_itself_is_read() {
    let found = Executable::read(&executable(), &TrustStore::default(), now());
    assert_eq!(found.publisher.as_deref(), Some("Example Software Ltd"));
    assert_eq!((found.product, found.version.as_deref()), (None, Some("7.1.0")));
    assert_eq!(found.signatures, []);
    assert_eq!(found.authenticode_sha256.unwrap().len(), 64);
}

#[test]
fn other_files_are_no_executables() {
    for bytes in [b"".as_slice(), b"MZ", b"#!/bin/sh\n", b"\x7fELF\x02\x01\x01", &[0; 4096]] {
        assert_eq!(Authenticode::read(bytes, &TrustStore::default(), now()), None);
    }
}

#[test]
fn a_good_signature_is_verified_and_names_its_signer() {
    if !installed() {
        return;
    }
    let authority = Authority::new();
    authority.sign("code", "unsigned", "signed", &[]);
    let file = authority.read("signed");
    let [signature] = signatures(&file, &authority.trust("root"), now()).try_into().unwrap();
    assert_eq!((signature.state, signature.signed_at), (SignatureState::Verified, None));
    let signer = signature.signer;
    assert_eq!(signer.subject.as_deref(), Some("CN=code,O=Example Software\\, Ltd"), "as RFC 4514 writes it");
    assert_eq!(signer.issuer.as_deref(), Some("CN=root,O=Example Software\\, Ltd"));
    assert_eq!(signer.thumbprint, Some(authority.thumbprint("code")));
    assert_eq!(signer.issuer_thumbprint, Some(authority.thumbprint("root")));
    assert_eq!(
        signer.valid_until.unwrap().duration_since(signer.valid_from.unwrap()),
        SignedDuration::from_hours(240)
    );

    // The digest is the one that `osslsigncode` calculates, and signing does not change it.
    let said = authority.run("osslsigncode", &["verify", "-in", "signed", "-CAfile", "root.pem"]);
    let found = Authenticode::read(&file, &TrustStore::default(), now()).unwrap().sha256.unwrap();
    assert!(said.to_lowercase().contains(&found), "{said}");
    assert_eq!(Authenticode::read(&executable(), &TrustStore::default(), now()).unwrap().sha256, Some(found));
}

#[test]
fn signatures_with_other_keys_and_digests_and_over_another_authority_are_verified() {
    if !installed() {
        return;
    }
    let authority = Authority::new();
    authority.certify("between", "authority", Some("root"), "ec");
    authority.certify("curve", "code", Some("between"), "ec");
    authority.sign("curve", "unsigned", "signed", &["-ac", "between.pem", "-h", "sha384"]);
    let [signature] =
        signatures(&authority.read("signed"), &authority.trust("root"), now()).try_into().unwrap();
    assert_eq!(signature.state, SignatureState::Verified);
    assert_eq!(signature.signer.issuer_thumbprint, Some(authority.thumbprint("between")));

    authority.sign("curve", "unsigned", "alone", &[]);
    let alone = authority.read("alone");
    assert_eq!(
        state(&alone, &authority.trust("root"), now()),
        SignatureState::Untrusted,
        "a link is missing"
    );
}

#[test]
fn a_changed_file_has_a_broken_signature() {
    if !installed() {
        return;
    }
    let authority = Authority::new();
    authority.sign("code", "unsigned", "signed", &[]);
    let (file, trust) = (authority.read("signed"), authority.trust("root"));
    let mut code = file.clone();
    code[0x400] ^= 1;
    assert_eq!(state(&code, &trust, now()), SignatureState::Broken);

    // The last bytes are the signature itself.
    let mut signature = file.clone();
    let end = signature.iter().rposition(|byte| *byte != 0).unwrap();
    signature[end] ^= 1;
    assert_eq!(state(&signature, &trust, now()), SignatureState::Broken);

    // A good signature of another file: the table of certificates, and where the header says that it is.
    let mut other = executable();
    other[0x400] ^= 1;
    let table = &file[executable().len()..];
    let directory = 0x40 + 24 + 112 + 4 * 8;
    other[directory..directory + 8].copy_from_slice(&file[directory..directory + 8]);
    other.extend(table);
    assert_eq!(state(&other, &trust, now()), SignatureState::Broken);
}

#[test]
fn who_is_not_trusted_or_issued_itself_is_told_apart() {
    if !installed() {
        return;
    }
    let authority = Authority::new();
    authority.sign("code", "unsigned", "signed", &[]);
    let signed = authority.read("signed");
    assert_eq!(state(&signed, &TrustStore::default(), now()), SignatureState::Untrusted);
    assert_eq!(
        state(&signed, &Authority::new().trust("root"), now()),
        SignatureState::Untrusted,
        "same name"
    );

    authority.certify("alone", "code", None, "ec");
    authority.sign("alone", "unsigned", "self-signed", &[]);
    let signed = authority.read("self-signed");
    assert_eq!(state(&signed, &authority.trust("root"), now()), SignatureState::SelfSigned);
    assert_eq!(
        state(&signed, &authority.trust("alone"), now()),
        SignatureState::Verified,
        "it is trusted itself"
    );
}

#[test]
fn a_certificate_that_is_not_for_code_does_not_count() {
    if !installed() {
        return;
    }
    let authority = Authority::new();
    for (name, extensions) in [("server", "server"), ("time", "time")] {
        authority.certify(name, extensions, Some("root"), "ec");
        authority.sign(name, "unsigned", "signed", &[]);
        assert_eq!(
            state(&authority.read("signed"), &authority.trust("root"), now()),
            SignatureState::NotForCode,
            "{name}"
        );
    }
}

#[test]
fn an_expired_certificate_counts_only_with_a_timestamp_from_before() {
    if !installed() {
        return;
    }
    let authority = Authority::new();
    let trust = authority.trust("root");
    authority.certify("time", "time", Some("root"), "ec");
    authority.certify("strange", "time", None, "ec");
    authority.certify("lifetime", "lifetime", Some("root"), "ec");
    let stamped = |signer: &str, stamper: &str, at: Timestamp| {
        let (certificate, key) = (format!("{stamper}.pem"), format!("{stamper}.key"));
        let at = at.as_second().to_string();
        let more = ["-TSA-certs", &certificate, "-TSA-key", &key, "-TSA-time", &at];
        authority.sign(signer, "unsigned", "signed", &more);
        authority.read("signed")
    };
    authority.sign("code", "unsigned", "plain", &[]);
    let plain = authority.read("plain");
    assert_eq!(state(&plain, &trust, days(9)), SignatureState::Verified);
    assert_eq!(state(&plain, &trust, days(11)), SignatureState::Expired);
    assert_eq!(state(&plain, &trust, days(-1)), SignatureState::NotYetValid);
    assert_eq!(
        state(&plain, &TrustStore::default(), days(11)),
        SignatureState::Untrusted,
        "not merely expired"
    );

    let day = days(1);
    let timely = stamped("code", "time", day);
    let [signature] = signatures(&timely, &trust, days(3650)).try_into().unwrap();
    assert_eq!(signature.state, SignatureState::Verified);
    assert_eq!(signature.signed_at.map(Timestamp::as_second), Some(day.as_second()));

    for (signer, stamper, at) in
        [("code", "strange", days(1)), ("code", "time", days(11)), ("lifetime", "time", days(1))]
    {
        let file = stamped(signer, stamper, at);
        assert_eq!(state(&file, &trust, days(11)), SignatureState::Expired, "{signer}, {stamper}");
    }
}

#[test]
fn a_signature_with_sha_1_is_too_weak_and_a_nested_one_counts_by_itself() {
    if !installed() {
        return;
    }
    let authority = Authority::new();
    authority.sign("code", "unsigned", "weak", &["-h", "sha1"]);
    assert_eq!(state(&authority.read("weak"), &authority.trust("root"), now()), SignatureState::Unsupported);
    authority.sign("code", "weak", "both", &["-nest"]);
    let both = signatures(&authority.read("both"), &authority.trust("root"), now());
    let states: Vec<_> = both.iter().map(|signature| signature.state).collect();
    assert_eq!(states, [SignatureState::Unsupported, SignatureState::Verified]);
}

#[test]
fn a_file_with_bytes_that_no_signature_need_cover_is_not_verified() {
    if !installed() {
        return;
    }
    let authority = Authority::new();
    authority.sign("code", "unsigned", "signed", &[]);
    let mut file = authority.read("signed");
    file.extend(b"more code after the signatures");
    let found = signatures(&file, &authority.trust("root"), now());
    assert!(found.iter().all(|signature| signature.state == SignatureState::Unreadable), "{found:?}");

    // A gap between the headers and the first section, which a digest of the sections would leave out.
    let mut gap = executable();
    let first_section = 0x40 + 24 + 240;
    gap.splice(0x400..0x400, [0; 0x200]);
    for section in [first_section, first_section + 40] {
        let place = u32::from_le_bytes(gap[section + 20..section + 24].try_into().unwrap()) + 0x200;
        gap[section + 20..section + 24].copy_from_slice(&place.to_le_bytes());
    }
    std::fs::write(authority.path("gap"), gap).unwrap();
    authority.sign("code", "gap", "signed", &[]);
    assert_eq!(state(&authority.read("signed"), &authority.trust("root"), now()), SignatureState::Unreadable);
}

#[test]
fn no_damage_makes_it_fail_or_verify() {
    if !installed() {
        return;
    }
    let authority = Authority::new();
    authority.sign("code", "unsigned", "signed", &[]);
    let (file, trust, at) = (authority.read("signed"), authority.trust("root"), now());
    for length in (0..file.len()).step_by(7) {
        let found = Executable::read(&file[..length], &trust, at);
        assert!(found.signatures.iter().all(|signature| !signature.signer.verified), "{length} bytes");
    }
    // The checksum is the one thing that may change, and what fills the end.
    let checksum = 0x40 + 24 + 64;
    let end = file.iter().rposition(|byte| *byte != 0).unwrap();
    for place in (0..end).filter(|place| !(checksum..checksum + 4).contains(place)) {
        let mut damaged = file.clone();
        damaged[place] ^= 0x10;
        let found = Executable::read(&damaged, &trust, at);
        if let Some(signature) = found.signatures.iter().find(|signature| signature.signer.verified) {
            assert_eq!(found.authenticode_sha256, Executable::read(&file, &trust, at).authenticode_sha256);
            assert_eq!(signature.signer.thumbprint, Some(authority.thumbprint("code")), "at {place}");
        }
    }
}
