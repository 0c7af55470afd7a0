//! A signed message (CMS, RFC 5652): a content, the certificates that come with it, and one signature.

use cms::content_info::ContentInfo;
use cms::signed_data::SignerIdentifier;
use der::asn1::ObjectIdentifier;
use der::{Any, Decode, Encode, Tag, Tagged};
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm};
use sha2::{Digest, Sha256, Sha384, Sha512};
use webpki::{EndEntityCert, Error, ring};
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectKeyIdentifier;

use super::encoding::{Items, SignedData, SignerInfo};
use super::{SignatureState, read_certificate};

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");

/// A digest that is strong enough to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    /// `None` if it is too weak, such as SHA-1, or not known.
    pub fn of(oid: ObjectIdentifier) -> Option<Self> {
        const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
        const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
        const SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
        match oid {
            SHA256 => Some(Self::Sha256),
            SHA384 => Some(Self::Sha384),
            SHA512 => Some(Self::Sha512),
            _ => None,
        }
    }

    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        let mut hasher = Hasher::new(self);
        digest_of_authenticode::Update::update(&mut hasher, bytes);
        hasher.finish()
    }

    /// The algorithms with which a signature of this digest may have been made. The one that fits the key is taken.
    fn candidates(self, signature: ObjectIdentifier) -> Vec<&'static dyn SignatureVerificationAlgorithm> {
        match (self, signature == RSA_PSS) {
            (Self::Sha256, true) => vec![ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY],
            (Self::Sha384, true) => vec![ring::RSA_PSS_2048_8192_SHA384_LEGACY_KEY],
            (Self::Sha512, true) => vec![ring::RSA_PSS_2048_8192_SHA512_LEGACY_KEY],
            (Self::Sha256, false) => {
                vec![ring::RSA_PKCS1_2048_8192_SHA256, ring::ECDSA_P256_SHA256, ring::ECDSA_P384_SHA256]
            }
            (Self::Sha384, false) => {
                vec![ring::RSA_PKCS1_2048_8192_SHA384, ring::ECDSA_P256_SHA384, ring::ECDSA_P384_SHA384]
            }
            (Self::Sha512, false) => vec![ring::RSA_PKCS1_2048_8192_SHA512],
        }
    }
}

/// A digest in the making.
pub enum Hasher {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    pub fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha256 => Self::Sha256(Sha256::new()),
            Algorithm::Sha384 => Self::Sha384(Sha384::new()),
            Algorithm::Sha512 => Self::Sha512(Sha512::new()),
        }
    }

    pub fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha256(hasher) => hasher.finalize().to_vec(),
            Self::Sha384(hasher) => hasher.finalize().to_vec(),
            Self::Sha512(hasher) => hasher.finalize().to_vec(),
        }
    }
}

impl digest_of_authenticode::Update for Hasher {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => Digest::update(hasher, bytes),
            Self::Sha384(hasher) => Digest::update(hasher, bytes),
            Self::Sha512(hasher) => Digest::update(hasher, bytes),
        }
    }
}

/// A signed message.
pub struct Message {
    data: SignedData,
    certificates: Vec<CertificateDer<'static>>,
    signer: SignerInfo,
}

impl Message {
    /// `None` if these bytes are not a message in DER with exactly one signature.
    pub fn read(encoded: &[u8]) -> Option<Self> {
        let info = ContentInfo::from_der(encoded).ok()?;
        if info.content_type != SIGNED_DATA {
            return None;
        }
        let data: SignedData = info.content.decode_as().ok()?;
        let signer = match data.signers.0.as_slice() {
            [signer] => signer.decode_as().ok()?,
            _ => return None,
        };
        // Certificates of another kind have another tag.
        let all = data.certificates.iter().flat_map(|all| &all.0).filter(|any| any.tag() == Tag::Sequence);
        let certificates = all.filter_map(|any| any.to_der().ok().map(CertificateDer::from)).collect();
        Some(Self { data, certificates, signer })
    }

    /// What is signed, without its tag; `None` if it is of another kind.
    pub fn content(&self, kind: ObjectIdentifier) -> Option<&[u8]> {
        let content = &self.data.content;
        if content.econtent_type != kind {
            return None;
        }
        content.econtent.as_ref().map(Any::value)
    }

    /// The certificates that come with it.
    pub fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.certificates
    }

    /// The signature itself.
    pub fn signature(&self) -> &[u8] {
        self.signer.signature.as_bytes()
    }

    /// The values of an attribute that is not signed, such as a timestamp, which has a signature of its own.
    pub fn unsigned(&self, kind: ObjectIdentifier) -> Vec<Vec<u8>> {
        let values = self.signer.unsigned_attributes.as_ref().and_then(|all| all.attribute(kind));
        values.unwrap_or_default().iter().filter_map(|value| value.to_der().ok()).collect()
    }

    /// The certificate that it was signed with.
    pub fn signed_with(&self) -> Option<(Certificate, CertificateDer<'static>)> {
        let mut read =
            self.certificates.iter().filter_map(|encoded| Some((read_certificate(encoded)?, encoded)));
        let (certificate, encoded) = read.find(|(certificate, _)| names(&self.signer.sid, certificate))?;
        Some((certificate, encoded.clone()))
    }

    /// Whether the signature is of this content and was made with the key of the certificate.
    pub fn check(&self, certificate: &CertificateDer<'_>) -> Result<(), SignatureState> {
        let signer = &self.signer;
        let attributes = signer.signed_attributes.as_ref().ok_or(SignatureState::Unreadable)?;
        let algorithm = Algorithm::of(signer.digest_algorithm.oid).ok_or(SignatureState::Unsupported)?;
        let content = &self.data.content;
        let value = content.econtent.as_ref().map(Any::value).ok_or(SignatureState::Unreadable)?;
        let kind = only(attributes, CONTENT_TYPE)?.decode_as::<ObjectIdentifier>();
        if kind.map_err(|_| SignatureState::Unreadable)? != content.econtent_type {
            return Err(SignatureState::Broken);
        }
        if only(attributes, MESSAGE_DIGEST)?.value() != algorithm.digest(value).as_slice() {
            return Err(SignatureState::Broken);
        }
        let signed = attributes.to_der().map_err(|_| SignatureState::Unreadable)?;
        let candidates = algorithm.candidates(signer.signature_algorithm.oid);
        made_with(certificate, &candidates, &signed, self.signature())
    }
}

fn names(signer: &SignerIdentifier, certificate: &Certificate) -> bool {
    let content = &certificate.tbs_certificate;
    match signer {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            named.issuer == content.issuer && named.serial_number == content.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(named) => content
            .get::<SubjectKeyIdentifier>()
            .is_ok_and(|found| found.is_some_and(|(_, key)| key == *named)),
    }
}

/// The value of a signed attribute, of which there must be exactly one.
fn only(attributes: &Items, kind: ObjectIdentifier) -> Result<Any, SignatureState> {
    let values = attributes.attribute(kind).and_then(|values| <[Any; 1]>::try_from(values).ok());
    values.map(|[value]| value).ok_or(SignatureState::Unreadable)
}

fn made_with(
    certificate: &CertificateDer<'_>,
    candidates: &[&dyn SignatureVerificationAlgorithm],
    signed: &[u8],
    signature: &[u8],
) -> Result<(), SignatureState> {
    let certificate = EndEntityCert::try_from(certificate).map_err(|_| SignatureState::Unreadable)?;
    let mut fits_no_key = true;
    for algorithm in candidates {
        match certificate.verify_signature(*algorithm, signed, signature) {
            Ok(()) => return Ok(()),
            Err(Error::InvalidSignatureForPublicKey) => fits_no_key = false,
            Err(_) => {}
        }
    }
    Err(if fits_no_key { SignatureState::Unsupported } else { SignatureState::Broken })
}
