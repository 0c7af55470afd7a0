//! A certificate authority of the test's own, which `openssl` runs, and signatures that `osslsigncode` makes with it.

use std::path::{Path, PathBuf};
use std::process::Command;

use countersign_agent::TrustStore;
use tempfile::TempDir;

use crate::executable::executable;

const EXTENSIONS: &str = "
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[code]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = codeSigning
[lifetime]
extendedKeyUsage = codeSigning, 1.3.6.1.4.1.311.10.3.13
[server]
extendedKeyUsage = serverAuth
[tls]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost
[time]
extendedKeyUsage = critical, timeStamping
";

/// Whether the programs are there. Without them a test says so and does nothing, unless all tests are required.
pub fn installed() -> bool {
    let missing = |program: &&str| Command::new(program).arg("--version").output().is_err();
    let missing: Vec<_> = ["openssl", "osslsigncode"].into_iter().filter(missing).collect();
    if missing.is_empty() {
        return true;
    }
    let line = format!("not run: install {}", missing.join(" "));
    assert!(std::env::var_os("COUNTERSIGN_REQUIRE_ALL").is_none_or(|value| value != "1"), "{line}");
    println!("{line}");
    false
}

/// A folder with certificates `NAME.pem`, their keys `NAME.key`, and files.
pub struct Authority(TempDir);

impl Authority {
    /// An authority named `root` with a publisher `code`. Both are valid for ten days.
    pub fn new() -> Self {
        let authority = Self(tempfile::tempdir().unwrap());
        std::fs::write(authority.path("extensions"), EXTENSIONS).unwrap();
        std::fs::write(authority.path("unsigned"), executable()).unwrap();
        authority.certify("root", "authority", None, "rsa:2048");
        authority.certify("code", "code", Some("root"), "rsa:2048");
        authority
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub fn trust(&self, name: &str) -> TrustStore {
        TrustStore::pem_file(&self.path(&format!("{name}.pem"))).unwrap()
    }

    /// A certificate with these extensions, from an issuer or from itself.
    pub fn certify(&self, name: &str, extensions: &str, issuer: Option<&str>, key: &str) {
        let subject = format!("/O=Example Software, Ltd/CN={name}");
        let (key_file, certificate) = (format!("{name}.key"), format!("{name}.pem"));
        let mut arguments = vec!["req", "-x509", "-config", "extensions", "-extensions", extensions];
        arguments.extend(["-newkey", key, "-nodes", "-days", "10", "-subj", &subject]);
        if key == "ec" {
            arguments.extend(["-pkeyopt", "ec_paramgen_curve:P-256"]);
        }
        arguments.extend(["-keyout", &key_file, "-out", &certificate]);
        let issuers = issuer.map(|issuer| (format!("{issuer}.pem"), format!("{issuer}.key")));
        if let Some((certificate, key)) = &issuers {
            arguments.extend(["-CA", certificate, "-CAkey", key]);
        }
        self.run("openssl", &arguments);
    }

    /// Signs `file` into `signed` as `name`, with further arguments.
    pub fn sign(&self, name: &str, file: &str, signed: &str, more: &[&str]) {
        // `osslsigncode` overwrites nothing.
        let _ = std::fs::remove_file(self.path(signed));
        let (key, certificate) = (format!("{name}.key"), format!("{name}.pem"));
        let arguments = ["sign", "-key", &key, "-certs", &certificate, "-in", file, "-out", signed];
        let digest: &[&str] = if more.contains(&"-h") { &[] } else { &["-h", "sha256"] };
        self.run("osslsigncode", &[&arguments, digest, more].concat());
    }

    /// The SHA-256 of a certificate, by `openssl`.
    pub fn thumbprint(&self, name: &str) -> String {
        let certificate = format!("{name}.pem");
        let said = self.run("openssl", &["x509", "-in", &certificate, "-noout", "-fingerprint", "-sha256"]);
        said.rsplit('=').next().unwrap().trim().replace(':', "").to_lowercase()
    }

    /// What a program prints.
    pub fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = in_folder(self.0.path(), program).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {arguments:?}: {said}{complained}");
        said
    }
}

fn in_folder(folder: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}
