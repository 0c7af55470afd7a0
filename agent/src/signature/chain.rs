//! Whether a certificate leads to one that this computer trusts, and is for the purpose.

use std::time::Duration;

use der::asn1::ObjectIdentifier;
use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, UnixTime};
use webpki::{EndEntityCert, Error, KeyUsage, VerifiedPath};
use x509_cert::Certificate;
use x509_cert::ext::pkix::ExtendedKeyUsage;

use super::{SignatureState, TrustStore, instant};

/// What a certificate is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Code,
    Timestamp,
}

impl Purpose {
    const fn usage(self) -> ObjectIdentifier {
        match self {
            Self::Code => ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.3"),
            Self::Timestamp => ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8"),
        }
    }

    /// The same as the value of an object identifier in DER.
    const fn encoded(self) -> &'static [u8] {
        match self {
            Self::Code => &[0x2b, 6, 1, 5, 5, 7, 3, 3],
            Self::Timestamp => &[0x2b, 6, 1, 5, 5, 7, 3, 8],
        }
    }
}

/// A certificate, and those that it may lead to.
pub struct Chain<'a> {
    pub certificate: &'a Certificate,
    pub encoded: &'a CertificateDer<'a>,
    /// The certificates that come with it.
    pub others: &'a [CertificateDer<'static>],
    pub trust: &'a TrustStore,
}

impl Chain<'_> {
    /// The certificate that issued this one, if at that time it led to a trusted one.
    pub fn verified(
        &self,
        purpose: Purpose,
        at: Timestamp,
    ) -> Result<Option<CertificateDer<'static>>, SignatureState> {
        // Certificates above this one may leave their purpose open; this one must state it.
        if !states(self.certificate, purpose.usage()) {
            return Err(SignatureState::NotForCode);
        }
        match self.path(purpose, at) {
            // What is expired and would not be trusted either is not merely expired.
            Err(SignatureState::Expired) => {
                let last = instant(self.certificate.tbs_certificate.validity.not_after);
                self.path(purpose, last.unwrap_or(at)).and(Err(SignatureState::Expired))
            }
            other => other,
        }
    }

    fn path(
        &self,
        purpose: Purpose,
        at: Timestamp,
    ) -> Result<Option<CertificateDer<'static>>, SignatureState> {
        let certificate = EndEntityCert::try_from(self.encoded).map_err(|_| SignatureState::Unreadable)?;
        let seconds = u64::try_from(at.as_second()).unwrap_or(0);
        let path = certificate.verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            self.trust.anchors(),
            self.others,
            UnixTime::since_unix_epoch(Duration::from_secs(seconds)),
            KeyUsage::required_if_present(purpose.encoded()),
            None,
            None,
        );
        path.map(|path| self.issuer(&path)).map_err(|error| self.state_of(&error))
    }

    fn issuer(&self, path: &VerifiedPath<'_>) -> Option<CertificateDer<'static>> {
        match path.intermediate_certificates().next() {
            Some(issuer) => Some(issuer.der().into_owned()),
            None => self.trust.certificate_of(path.anchor()).cloned(),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "of the many other errors none makes it more trusted")]
    fn state_of(&self, error: &Error) -> SignatureState {
        let content = &self.certificate.tbs_certificate;
        match error {
            Error::CertExpired { .. } => SignatureState::Expired,
            Error::CertNotValidYet { .. } => SignatureState::NotYetValid,
            Error::RequiredEkuNotFoundContext(_) | Error::EmptyEkuExtension => SignatureState::NotForCode,
            Error::UnsupportedSignatureAlgorithmContext(_)
            | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => SignatureState::Unsupported,
            _ if content.issuer == content.subject => SignatureState::SelfSigned,
            _ => SignatureState::Untrusted,
        }
    }
}

/// Whether signatures of this certificate end with it, timestamp or not (Microsoft's "lifetime signing").
pub fn is_for_its_lifetime(certificate: &Certificate) -> bool {
    states(certificate, ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.10.3.13"))
}

fn states(certificate: &Certificate, usage: ObjectIdentifier) -> bool {
    let stated = certificate.tbs_certificate.get::<ExtendedKeyUsage>();
    stated.is_ok_and(|stated| stated.is_some_and(|(_, usages)| usages.0.contains(&usage)))
}
