//! The certificates that signatures of files must lead to.

use std::path::Path;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, TrustAnchor};

use crate::AgentError;

/// The certificates that this computer trusts to issue others for signing code.
#[derive(Clone, Debug, Default)]
pub struct TrustStore {
    /// Each certificate with what `webpki` takes of it.
    // INVARIANT: both have the same length and order.
    certificates: Vec<CertificateDer<'static>>,
    anchors: Vec<TrustAnchor<'static>>,
}

impl TrustStore {
    /// A store of these certificates. One that cannot be read is left out.
    #[must_use]
    pub fn of(certificates: Vec<CertificateDer<'static>>) -> Self {
        let mut store = Self::default();
        for certificate in certificates {
            let Ok(anchor) = webpki::anchor_from_trusted_cert(&certificate).map(|anchor| anchor.to_owned())
            else {
                continue;
            };
            store.certificates.push(certificate);
            store.anchors.push(anchor);
        }
        store
    }

    /// What the operating system trusts. On Linux and macOS that is one list for all purposes; Windows has one of its own
    /// for signing code, of which this is the part that is also for servers.
    #[must_use]
    pub fn system() -> Self {
        Self::of(rustls_native_certs::load_native_certs().certs)
    }

    /// The certificates in a PEM file.
    ///
    /// # Errors
    /// When the file cannot be read or contains no certificate.
    pub fn pem_file(path: &Path) -> Result<Self, AgentError> {
        let unusable = |reason: String| AgentError::Certificates { path: path.to_owned(), reason };
        let certificates =
            CertificateDer::pem_file_iter(path).map_err(|cause| unusable(cause.to_string()))?;
        let certificates: Result<Vec<_>, _> = certificates.collect();
        let store = Self::of(certificates.map_err(|cause| unusable(cause.to_string()))?);
        if store.anchors.is_empty() {
            return Err(unusable("it has no certificate in PEM form".into()));
        }
        Ok(store)
    }

    pub(super) fn anchors(&self) -> &[TrustAnchor<'static>] {
        &self.anchors
    }

    pub(super) fn certificate_of(&self, anchor: &TrustAnchor<'_>) -> Option<&CertificateDer<'static>> {
        let place = self.anchors.iter().position(|known| {
            known.subject == anchor.subject && known.subject_public_key_info == anchor.subject_public_key_info
        })?;
        self.certificates.get(place)
    }
}
