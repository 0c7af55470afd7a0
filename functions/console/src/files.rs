//! The files of the console, compiled in by `build.rs`.

/// A file as it is served.
#[derive(Debug)]
pub struct File {
    pub path: &'static str,
    pub content_type: &'static str,
    /// The beginning of the SHA-256 of the bytes in hexadecimal.
    pub tag: &'static str,
    pub bytes: Bytes,
}

/// What is kept of a file.
#[derive(Debug)]
pub enum Bytes {
    /// The file itself: a picture, which compression would not make smaller.
    AsIs(&'static [u8]),
    /// Its compressed forms. Hardly anybody asks for the file itself: it is inflated then.
    Compressed { gzip: &'static [u8], brotli: &'static [u8], size: usize },
}

/// How a file is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Identity,
    Gzip,
    Brotli,
}

impl Encoding {
    /// As in `Content-Encoding`; `None` for the file itself.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }
}

/// The bytes before and after the compressed data of a gzip file that names nothing.
const GZIP_HEAD: usize = 10;
const GZIP_TAIL: usize = 8;

impl Bytes {
    /// The file inflated from its gzip form; `None` if that is damaged.
    pub fn inflated(gzip: &[u8], size: usize) -> Option<Vec<u8>> {
        let end = gzip.len().checked_sub(GZIP_TAIL)?;
        miniz_oxide::inflate::decompress_to_vec_with_limit(gzip.get(GZIP_HEAD..end)?, size).ok()
    }
}

include!(concat!(env!("OUT_DIR"), "/compiled.rs"));
