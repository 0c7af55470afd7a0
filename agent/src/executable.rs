//! What an executable says of itself: its signatures, and the names in its version information.
//!
//! The file is hostile until somebody decides otherwise, so it is read on a thread of its own: neither a crash of a
//! parser nor a file made to keep it busy stops the request.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use goblin::pe::PE;
use goblin::pe::options::{ParseMode, ParseOptions};
use goblin::pe::resource::StringFileInfo;
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use crate::file::hex;
use crate::{AgentError, Authenticode, MeasuredFile, Signature, TrustStore};

/// The largest file that is examined, in bytes: it is held in memory.
const EXAMINED_MAX: u64 = 1 << 30;
/// How long a file is examined.
const PATIENCE: Duration = Duration::from_secs(60);
/// The first bytes of every Windows executable.
const MAGIC: &[u8] = b"MZ";

/// What an executable says of itself. Everything is empty for other files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Executable {
    /// The SHA-256 that Authenticode signs: of the file without its signatures, in 64 lower-case hexadecimal digits.
    pub authenticode_sha256: Option<String>,
    /// Its signatures, the outermost first.
    pub signatures: Vec<Signature>,
    /// The company that its version information names. Nobody checks it.
    pub publisher: Option<String>,
    /// The product that its version information names.
    pub product: Option<String>,
    /// The version that its version information names.
    pub version: Option<String>,
}

impl Executable {
    /// Examines a file that was measured. Its signatures are verified against `trust`, at the time `now`.
    ///
    /// # Errors
    /// When it cannot be read, is no longer the measured one, is larger than 1 GiB, or takes longer than a minute.
    pub async fn examine(
        file: &MeasuredFile,
        trust: Arc<TrustStore>,
        now: Timestamp,
    ) -> Result<Self, AgentError> {
        let (path, sha256, size) = (file.path().to_owned(), file.sha256().to_owned(), file.size());
        let refused =
            |reason: &str| AgentError::Examination { path: file.path().to_owned(), reason: reason.into() };
        let (done, examined) = oneshot::channel();
        std::thread::spawn(move || {
            // The receiver is gone when the time is over.
            let _ = done.send(examined_now(&path, &sha256, size, &trust, now));
        });
        match tokio::time::timeout(PATIENCE, examined).await {
            Ok(Ok(Ok(found))) => Ok(found),
            Ok(Ok(Err(reason))) => Err(refused(&reason)),
            Ok(Err(_)) => Err(refused("a parser failed; the file may be made to do that")),
            Err(_) => Err(refused("it takes too long; the file may be made to do that")),
        }
    }
}

fn examined_now(
    path: &Path,
    sha256: &str,
    size: u64,
    trust: &TrustStore,
    now: Timestamp,
) -> Result<Executable, String> {
    if !starts_as_executable(path).map_err(|cause| cause.to_string())? {
        return Ok(Executable::default());
    }
    if size > EXAMINED_MAX {
        return Err("it is larger than 1 GiB".into());
    }
    let bytes = std::fs::read(path).map_err(|cause| cause.to_string())?;
    // Otherwise the signatures of one file could be reported for the bytes of another.
    if hex(&Sha256::digest(&bytes)) != sha256 {
        return Err("it has changed meanwhile".into());
    }
    Ok(Executable::read(&bytes, trust, now))
}

impl Executable {
    /// Reads an executable from memory.
    #[must_use]
    pub fn read(bytes: &[u8], trust: &TrustStore, now: Timestamp) -> Self {
        let Some(Authenticode { sha256, signatures }) = Authenticode::read(bytes, trust, now) else {
            return Self::default();
        };
        let mut found = Self { authenticode_sha256: sha256, signatures, ..Self::default() };
        let mut options = ParseOptions::default()
            .with_parse_mode(ParseMode::Permissive)
            .with_parse_imports(false)
            .with_parse_tls_data(false);
        options.parse_attribute_certificates = false;
        let parsed = PE::parse_with_opts(bytes, &options).ok();
        let resources = parsed.as_ref().and_then(|executable| executable.resource_data.as_ref());
        if let Some(information) = resources.and_then(|resources| resources.version_info.as_ref()) {
            found.named(&information.string_info);
        }
        found
    }

    fn named(&mut self, names: &StringFileInfo<'_>) {
        let said = |text: Option<String>| {
            text.map(|text| text.trim_end_matches('\0').trim().to_owned()).filter(|text| !text.is_empty())
        };
        self.publisher = said(names.company_name());
        self.product = said(names.product_name());
        self.version = said(names.file_version()).or_else(|| said(names.product_version()));
    }
}

fn starts_as_executable(path: &Path) -> std::io::Result<bool> {
    use std::io::Read;
    let mut start = Vec::new();
    std::fs::File::open(path)?.take(MAGIC.len() as u64).read_to_end(&mut start)?;
    Ok(start == MAGIC)
}
