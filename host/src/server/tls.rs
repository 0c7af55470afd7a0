//! TLS on the listener. Certificate and key come from two files, which are read again when they change.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, anyhow, bail, ensure};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{Error, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How often the files are looked at, at most; and only when somebody connects.
const LOOKS_EVERY: Duration = Duration::from_secs(1);
/// The protocols that are offered, the preferred one first (RFC 7301).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// The files of a listener's certificate and its private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate in PEM form, followed by those that lead from it to a root.
    pub certificate: PathBuf,
    /// Its private key in PEM form, not encrypted.
    pub key: PathBuf,
}

impl TlsFiles {
    /// The certificate and the key, if they belong together.
    ///
    /// # Errors
    /// If one cannot be read or used, or the key is another certificate's.
    pub(crate) fn read(&self) -> anyhow::Result<CertifiedKey> {
        let (certificate, key) = (self.certificate.display(), self.key.display());
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes(&self.certificate)?).collect();
        let chain = found.map_err(|error| anyhow!("`{certificate}` is not in PEM form: {error}"))?;
        ensure!(!chain.is_empty(), "`{certificate}` has no certificate in PEM form");
        let found = PrivateKeyDer::from_pem_slice(&bytes(&self.key)?).map_err(|error| {
            if matches!(error, pem::Error::NoItemsFound) {
                anyhow!("`{key}` has no private key in PEM form that is not encrypted")
            } else {
                anyhow!("`{key}` is not in PEM form: {error}")
            }
        })?;
        match CertifiedKey::from_der(chain, found, &rustls::crypto::ring::default_provider()) {
            Ok(pair) => Ok(pair),
            Err(Error::InconsistentKeys(_)) => bail!(
                "the private key in `{key}` does not belong to the first certificate in `{certificate}`: name the two files of one \
                 certificate, which comes first in its file"
            ),
            Err(Error::InvalidCertificate(reason)) => {
                bail!("the first certificate in `{certificate}` cannot be read: {reason:?}")
            }
            Err(error) => bail!("the private key in `{key}` cannot be used: {error}"),
        }
    }

    fn state(&self) -> [Option<FileState>; 2] {
        [&self.certificate, &self.key].map(|file| std::fs::metadata(file).ok().map(FileState::from))
    }
}

fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))
}

/// What changes of a file when it is written or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileState {
    modified: Option<SystemTime>,
    length: u64,
    device: u64,
    inode: u64,
}

impl From<Metadata> for FileState {
    fn from(file: Metadata) -> Self {
        Self { modified: file.modified().ok(), length: file.len(), device: file.dev(), inode: file.ino() }
    }
}

/// The certificate that is shown. It follows its files: when they have changed, the new pair is taken if it can be used. Otherwise, for
/// example while only one of the two is written, the old one stays, and the new one is tried again later.
#[derive(Debug)]
struct Following {
    files: TlsFiles,
    now: Mutex<InUse>,
}

#[derive(Debug)]
struct InUse {
    pair: Arc<CertifiedKey>,
    /// The files from which it was read.
    state: [Option<FileState>; 2],
    looked_at: Instant,
    /// What was said in the log about the files since.
    complaint: Option<String>,
}

impl Following {
    fn new(files: TlsFiles, now: Instant) -> anyhow::Result<Self> {
        // Looked at before they are read: a change in between is then seen as one.
        let state = files.state();
        let pair = Arc::new(files.read()?);
        Ok(Self { files, now: Mutex::new(InUse { pair, state, looked_at: now, complaint: None }) })
    }

    fn pair_at(&self, now: Instant) -> Arc<CertifiedKey> {
        let mut in_use = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(in_use.looked_at) >= LOOKS_EVERY {
            in_use.looked_at = now;
            self.look(&mut in_use);
        }
        in_use.pair.clone()
    }

    fn look(&self, in_use: &mut InUse) {
        let state = self.files.state();
        if state == in_use.state {
            return;
        }
        match self.files.read() {
            Ok(pair) => {
                *in_use = InUse { pair: Arc::new(pair), state, looked_at: in_use.looked_at, complaint: None };
                tracing::info!("the new certificate in `{}` is in use", self.files.certificate.display());
            }
            Err(error) => {
                let complaint = format!("{error:#}");
                if in_use.complaint.as_ref() != Some(&complaint) {
                    tracing::warn!(
                        "the certificate in use stays, because the new one cannot be used: {complaint}"
                    );
                }
                in_use.complaint = Some(complaint);
            }
        }
    }
}

impl ResolvesServerCert for Following {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.pair_at(Instant::now()))
    }
}

/// The TLS of a listener.
pub(crate) struct Tls {
    acceptor: TlsAcceptor,
    handshake_timeout: Duration,
}

impl Tls {
    /// TLS 1.2 or newer with the certificate in these files.
    ///
    /// # Errors
    /// If the files cannot be used.
    pub(crate) fn new(files: TlsFiles, handshake_timeout: Duration) -> anyhow::Result<Self> {
        let following = Following::new(files, Instant::now())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&TLS13, &TLS12])?;
        let mut config = config.with_no_client_auth().with_cert_resolver(Arc::new(following));
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), handshake_timeout })
    }

    /// Agrees with a client on a secure connection.
    ///
    /// # Errors
    /// If the client speaks something else, or is not done in time.
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        tokio::time::timeout(self.handshake_timeout, self.acceptor.accept(stream)).await?
    }
}

#[cfg(test)]
mod tests;
