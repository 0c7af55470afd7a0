//! Whether the files of the listener's certificate can be used, for this name and for long enough.

use std::os::unix::fs::PermissionsExt as _;

use anyhow::{Context, anyhow};
use http::Uri;
use jiff::{SignedDuration, Timestamp};
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;
use x509::Certificate;
use x509::der::Decode as _;

use super::finding::Finding;
use crate::server::tls::TlsFiles;

/// Those that renew certificates do so earlier than this before their end, and earlier than in their last quarter.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);
const CHECK: &str = "certificate";

/// What is known of a certificate that can be used.
#[derive(Debug, Clone)]
struct Facts {
    not_before: Timestamp,
    not_after: Timestamp,
    /// Whether it is for the name of the public address; `None` if that has none.
    is_for_name: Option<bool>,
    /// Whether it comes with another one, or needs none.
    has_chain: bool,
    /// The permissions of the key's file.
    key_mode: u32,
}

/// Looks at the files, as the host does when it starts.
pub(super) fn examine(files: &TlsFiles, public_url: &str, now: Timestamp) -> Vec<Finding> {
    match look(files, public_url) {
        Ok(facts) => findings(files, &facts, public_url, now),
        Err(error) => {
            let advice =
                "give the two files of one certificate with --tls-cert and --tls-key, readable for this user";
            vec![Finding::fault(CHECK, format!("{error:#}"), advice)]
        }
    }
}

fn look(files: &TlsFiles, public_url: &str) -> anyhow::Result<Facts> {
    let pair = files.read()?;
    let first = pair.end_entity_cert().context("there is no certificate")?;
    let certificate =
        Certificate::from_der(first).map_err(|error| anyhow!("the certificate cannot be read: {error}"))?;
    let fields = certificate.tbs_certificate();
    // The last moment of the year 9999 means that there is no end (RFC 5280), and is later than any here.
    let moment = |time: x509::time::Time| {
        let since = SignedDuration::try_from(time.to_unix_duration()).unwrap_or(SignedDuration::MAX);
        Timestamp::UNIX_EPOCH.checked_add(since).unwrap_or(Timestamp::MAX)
    };
    Ok(Facts {
        not_before: moment(fields.validity().not_before),
        not_after: moment(fields.validity().not_after),
        is_for_name: is_for_name(first, public_url),
        has_chain: pair.cert.len() > 1 || fields.issuer() == fields.subject(),
        key_mode: std::fs::metadata(&files.key)?.permissions().mode(),
    })
}

fn is_for_name(certificate: &CertificateDer<'_>, public_url: &str) -> Option<bool> {
    let url: Uri = public_url.parse().ok()?;
    let host = url.host()?.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(host).ok()?;
    let parsed = ParsedCertificate::try_from(certificate).ok()?;
    Some(verify_server_name(&parsed, &name).is_ok())
}

fn findings(files: &TlsFiles, facts: &Facts, public_url: &str, now: Timestamp) -> Vec<Finding> {
    let mut all = vec![dates(facts, now)];
    if facts.is_for_name == Some(false) {
        let found = format!("{} is not for the name in {public_url}", files.certificate.display());
        all.push(Finding::fault(
            CHECK,
            found,
            "get one for this name, or set `public_url` to a name that it is for",
        ));
    }
    if !facts.has_chain {
        let found = format!("{} has only the certificate itself", files.certificate.display());
        let advice = "put those that lead to the root behind it: browsers may find them, agents do not";
        all.push(Finding::warning(CHECK, found, advice));
    }
    if facts.key_mode & 0o007 != 0 {
        let key = files.key.display();
        let found = format!("everybody on this machine may use {key} (mode {:o})", facts.key_mode & 0o777);
        all.push(Finding::fault(CHECK, found, format!("chmod 640 {key}, for the group of the host")));
    }
    all
}

fn dates(facts: &Facts, now: Timestamp) -> Finding {
    const RENEW: &str = "renew it; the host takes new files without a restart";
    let left = facts.not_after.duration_since(now);
    let soon = SOON.min(facts.not_after.duration_since(facts.not_before) / 4);
    let (first, last) = (facts.not_before, facts.not_after);
    if now < first {
        return Finding::fault(CHECK, format!("it is not valid before {first}"), "see this machine's clock");
    }
    let found = format!("valid until {last} ({} days)", left.as_hours() / 24);
    if left.is_negative() {
        Finding::fault(CHECK, format!("it has not been valid since {last}"), RENEW)
    } else if left < soon {
        Finding::warning(CHECK, found, RENEW)
    } else {
        Finding::ok(CHECK, found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State::{self, Fault, Ok, Warning};
    use super::*;

    fn facts() -> Facts {
        Facts {
            not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2026-04-01T00:00:00Z".parse().unwrap(),
            is_for_name: Some(true),
            has_chain: true,
            key_mode: 0o100_640,
        }
    }

    #[test]
    fn an_end_that_is_near_is_told_of() {
        let cases: &[(&str, &str, State)] = &[
            ("2025-12-31T23:59:59Z", "2026-04-01T00:00:00Z", Fault),
            ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", Ok),
            ("2026-03-20T00:00:00Z", "2026-04-01T00:00:00Z", Warning),
            ("2026-04-01T00:00:01Z", "2026-04-01T00:00:00Z", Fault),
            // One for six days.
            ("2026-01-03T00:00:00Z", "2026-01-07T00:00:00Z", Ok),
            ("2026-01-06T00:00:00Z", "2026-01-07T00:00:00Z", Warning),
        ];
        for (now, not_after, state) in cases {
            let facts = Facts { not_after: not_after.parse().unwrap(), ..facts() };
            assert_eq!(dates(&facts, now.parse().unwrap()).state, *state, "{now}");
        }
    }

    #[test]
    fn each_defect_is_found() {
        let files = TlsFiles { certificate: "c.pem".into(), key: "k.pem".into() };
        let cases = [
            (facts(), vec![Ok]),
            (Facts { is_for_name: None, ..facts() }, vec![Ok]),
            (Facts { is_for_name: Some(false), ..facts() }, vec![Ok, Fault]),
            (Facts { has_chain: false, ..facts() }, vec![Ok, Warning]),
            (Facts { key_mode: 0o100_644, ..facts() }, vec![Ok, Fault]),
        ];
        for (facts, expected) in cases {
            let found =
                findings(&files, &facts, "https://x.example", "2026-02-01T00:00:00Z".parse().unwrap());
            assert_eq!(found.iter().map(|found| found.state).collect::<Vec<_>>(), expected, "{facts:?}");
        }
    }

    #[test]
    fn a_real_certificate_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let files = TlsFiles { certificate: folder.path().join("c.pem"), key: folder.path().join("k.pem") };
        let made = rcgen::generate_simple_self_signed(["countersign.example".to_owned()]).unwrap();
        std::fs::write(&files.certificate, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        let named = |url| look(&files, url).unwrap().is_for_name;
        assert_eq!(named("https://countersign.example:8443"), Some(true));
        assert_eq!(named("https://other.example"), Some(false));
        assert_eq!(named("https://127.0.0.1:3000"), Some(false));
        assert!(look(&files, "").unwrap().has_chain, "it signed itself");
        std::fs::write(&files.key, "").unwrap();
        let found = examine(&files, "", Timestamp::UNIX_EPOCH);
        assert_eq!(found.iter().map(|found| found.state).collect::<Vec<_>>(), [Fault]);
    }
}
