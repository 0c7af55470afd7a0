//! The Authenticode signatures of a Windows executable: who made them, and whether they hold.
//!
//! A signature is `verified` when it is of these very bytes, was made with the key of its certificate, and that
//! certificate leads to one that this computer trusts, is for signing code, and was valid when the file was signed. Only
//! a verified timestamp proves that time; without one it is the present. Revocation is not checked.

mod chain;
mod encoding;
mod image;
mod message;
mod timestamp;
mod trust;

use der::Decode;
use der::asn1::ObjectIdentifier;
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::time::Time;

use crate::Signer;
use crate::file::hex;
use chain::Purpose;
use image::Image;
use message::Message;

pub use trust::TrustStore;

/// The most signatures of a file that are read.
const SIGNATURES_MAX: usize = 8;
/// The content of an Authenticode signature: the digest of the file.
const INDIRECT_DATA: ObjectIdentifier = authenticode::SPC_INDIRECT_DATA_OBJID;
/// A further signature of the same file, usually with a newer digest.
const NESTED: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.2.4.1");

/// Whether a signature holds, and if not, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureState {
    /// It holds.
    Verified,
    /// The file has changed since it was signed, or the signature was not made with the key of its certificate.
    Broken,
    /// The certificate has expired, and no timestamp proves that the file was signed before.
    Expired,
    /// The certificate is not valid yet.
    NotYetValid,
    /// The certificate issued itself, and this computer does not trust it.
    SelfSigned,
    /// The certificate does not lead to one that this computer trusts.
    Untrusted,
    /// The certificate, or one that it leads to, is not for signing code.
    NotForCode,
    /// It was made in a way that is too weak, such as with SHA-1, or that is not known.
    Unsupported,
    /// It cannot be read, or the file is laid out so that programs may disagree about what was signed.
    Unreadable,
}

impl SignatureState {
    /// Its name, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Broken => "broken",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::SelfSigned => "self-signed",
            Self::Untrusted => "untrusted",
            Self::NotForCode => "not-for-code",
            Self::Unsupported => "unsupported",
            Self::Unreadable => "unreadable",
        }
    }
}

impl Serialize for SignatureState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A signature of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// Who made it, as it is reported to the server.
    pub signer: Signer,
    /// Whether it holds.
    pub state: SignatureState,
    /// When it was made, if a verified timestamp proves that.
    pub signed_at: Option<Timestamp>,
}

/// What Authenticode says of an executable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authenticode {
    /// The SHA-256 of the file without its signatures: 64 lower-case hexadecimal digits. `None` if the file is damaged.
    pub sha256: Option<String>,
    /// Its signatures, the outermost first; none if it is not signed.
    pub signatures: Vec<Signature>,
}

impl Authenticode {
    /// Reads the signatures of an executable and verifies them; `None` if these bytes are not a Windows executable.
    #[must_use]
    pub fn read(bytes: &[u8], trust: &TrustStore, now: Timestamp) -> Option<Self> {
        let image = Image::read(bytes)?;
        let judge = Judge { image: &image, trust, now };
        let mut signatures = Vec::new();
        for message in &image.messages {
            judge.judge(message, &mut signatures);
        }
        if image.has_unreadable_messages {
            signatures.push(unreadable());
        }
        signatures.truncate(SIGNATURES_MAX);
        Some(Self { sha256: image.sha256().as_deref().map(hex), signatures })
    }
}

/// What signatures are judged by.
struct Judge<'a> {
    image: &'a Image<'a>,
    trust: &'a TrustStore,
    now: Timestamp,
}

impl Judge<'_> {
    /// Judges a signature and those nested in it.
    fn judge(&self, message: &[u8], found: &mut Vec<Signature>) {
        let outer = Message::read(message);
        found.push(outer.as_ref().map_or_else(unreadable, |message| self.signature(message)));
        let nested = outer.map(|message| message.unsigned(NESTED)).unwrap_or_default();
        for message in nested.into_iter().take(SIGNATURES_MAX) {
            let message = Message::read(&message);
            found.push(message.as_ref().map_or_else(unreadable, |message| self.signature(message)));
        }
    }

    fn signature(&self, message: &Message) -> Signature {
        let Some((certificate, encoded)) = message.signed_with() else { return unreadable() };
        let mut signer = described(&certificate, &encoded);
        let signed_at = timestamp::verified(message, self.trust, self.now)
            .filter(|_| !chain::is_for_its_lifetime(&certificate));
        let state = match self.state(message, &certificate, &encoded, signed_at) {
            Ok(issuer) => {
                signer.verified = true;
                signer.issuer_thumbprint = issuer.map(|issuer| hex(&Sha256::digest(&issuer)));
                SignatureState::Verified
            }
            Err(state) => state,
        };
        Signature { signer, state, signed_at }
    }

    /// The certificate that issued the signing certificate, or why the signature does not hold. Whether the bytes are
    /// those that were signed comes first: nothing else counts if not.
    fn state(
        &self,
        message: &Message,
        certificate: &Certificate,
        encoded: &CertificateDer<'_>,
        signed_at: Option<Timestamp>,
    ) -> Result<Option<CertificateDer<'static>>, SignatureState> {
        if !self.image.is_regular {
            return Err(SignatureState::Unreadable);
        }
        let content = message.content(INDIRECT_DATA).ok_or(SignatureState::Unreadable)?;
        let (algorithm, digest) = image::announced(content)?;
        if self.image.digest(algorithm).as_deref() != Some(digest.as_slice()) {
            return Err(SignatureState::Broken);
        }
        message.check(encoded)?;
        let at = signed_at.unwrap_or(self.now);
        let chain = chain::Chain { certificate, encoded, others: message.certificates(), trust: self.trust };
        chain.verified(Purpose::Code, at)
    }
}

fn described(certificate: &Certificate, encoded: &CertificateDer<'_>) -> Signer {
    let content = &certificate.tbs_certificate;
    Signer {
        subject: Some(content.subject.to_string()),
        issuer: Some(content.issuer.to_string()),
        thumbprint: Some(hex(&Sha256::digest(encoded))),
        issuer_thumbprint: None,
        valid_from: instant(content.validity.not_before),
        valid_until: instant(content.validity.not_after),
        verified: false,
    }
}

fn unreadable() -> Signature {
    Signature { signer: Signer::default(), state: SignatureState::Unreadable, signed_at: None }
}

fn instant(time: Time) -> Option<Timestamp> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok()?;
    Timestamp::from_second(seconds).ok()
}

/// The certificate in its encoded form, and read.
fn read_certificate(encoded: &CertificateDer<'_>) -> Option<Certificate> {
    Certificate::from_der(encoded).ok()
}
