//! The requested file: measured in one streaming pass, sent in another, never held in memory as a whole.

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::stream::{self, Stream};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeekExt};

use crate::AgentError;

const CHUNK: usize = 256 * 1024;

/// A file with the SHA-256 and size of the bytes it held when it was measured.
#[derive(Clone, Debug)]
pub struct MeasuredFile {
    path: PathBuf,
    sha256: String,
    size: u64,
}

impl MeasuredFile {
    /// Reads the file once, chunk by chunk.
    ///
    /// # Errors
    /// When it is not a regular file or cannot be read.
    pub async fn measure(path: &Path) -> Result<Self, AgentError> {
        let failed = |cause| AgentError::File { path: path.to_owned(), cause };
        let path = std::path::absolute(path).map_err(failed)?;
        let file = File::open(&path).await.map_err(failed)?;
        if !file.metadata().await.map_err(failed)?.is_file() {
            return Err(failed(io::Error::other("not a regular file")));
        }
        let (sha256, size) = digest(file).await.map_err(failed)?;
        Ok(Self { path, sha256, size })
    }

    /// The absolute path that was measured.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// In bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The bytes from a place on, opened when first polled; never more than were measured. If the file has changed meanwhile, the
    /// server notices by the SHA-256.
    pub(crate) fn stream(&self, from: u64) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        let path = self.path.clone();
        let left = self.size.saturating_sub(from);
        stream::try_unfold((None, path, left), move |(opened, path, left)| async move {
            let mut file = match opened {
                Some(file) => file,
                None => opened_at(&path, from).await?,
            };
            if left == 0 {
                return Ok(None);
            }
            let chunk = next_chunk(&mut file, left).await?;
            let left = left - chunk.len() as u64;
            Ok(Some((chunk, (Some(file), path, left))))
        })
    }
}

async fn opened_at(path: &Path, from: u64) -> io::Result<File> {
    let mut file = File::open(path).await?;
    file.seek(io::SeekFrom::Start(from)).await?;
    Ok(file)
}

async fn next_chunk(file: &mut File, left: u64) -> io::Result<Bytes> {
    let room = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
    let mut chunk = vec![0; room];
    let read = file.read(&mut chunk).await?;
    if read == 0 {
        return Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the file became shorter while it was sent",
        ));
    }
    chunk.truncate(read);
    Ok(chunk.into())
}

async fn digest(mut source: impl AsyncRead + Unpin) -> io::Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let mut size = 0;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = source.read(&mut chunk).await?;
        if read == 0 {
            return Ok((hex(&hasher.finalize()), size));
        }
        hasher.update(chunk.get(..read).unwrap_or_default());
        size += read as u64;
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // INVARIANT: writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use futures::TryStreamExt;

    use super::*;

    #[tokio::test]
    async fn a_file_is_measured_and_streamed_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tool.bin");
        let bytes: Vec<u8> = (0..CHUNK * 2 + 17).map(|place| (place % 251) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();

        let file = MeasuredFile::measure(&path).await.unwrap();
        assert_eq!(file.size(), bytes.len() as u64);
        assert_eq!(file.sha256(), hex(&Sha256::digest(&bytes)));
        let sent: Vec<Bytes> = file.stream(0).try_collect().await.unwrap();
        assert_eq!(sent.concat(), bytes);
        let rest: Vec<Bytes> = file.stream(CHUNK as u64 + 3).try_collect().await.unwrap();
        assert_eq!(rest.concat(), bytes[CHUNK + 3..]);
    }

    #[tokio::test]
    async fn the_empty_file_has_the_known_digest() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let measured = MeasuredFile::measure(file.path()).await.unwrap();
        assert_eq!(measured.sha256(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(measured.stream(0).try_collect::<Vec<_>>().await.unwrap().len(), 0);
    }

    #[tokio::test]
    async fn a_file_that_shrank_ends_in_an_error_not_in_a_short_body() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"whole").unwrap();
        let measured = MeasuredFile::measure(file.path()).await.unwrap();
        std::fs::write(file.path(), b"cut").unwrap();
        assert!(measured.stream(0).try_collect::<Vec<_>>().await.is_err());
    }

    #[tokio::test]
    async fn a_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let error = MeasuredFile::measure(folder.path()).await.unwrap_err();
        assert!(error.to_string().contains("not a regular file"), "{error}");
    }
}
