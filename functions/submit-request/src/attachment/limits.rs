//! How many bytes of a file are accepted.

use countersign_http::Problem;
use countersign_model::File;
use http::HeaderMap;
use http::header::CONTENT_LENGTH;

use super::fields::too_large;
use super::mismatch;

/// How many bytes are accepted.
#[derive(Clone, Copy)]
pub struct UploadLimits {
    /// The size that was announced with the request.
    announced: Option<u64>,
    /// The most bytes that this deployment stores.
    largest: u64,
}

impl UploadLimits {
    pub fn of(file: &File, largest: u64) -> Self {
        Self { announced: file.size, largest }
    }

    /// Of a file that has so many bytes.
    pub fn of_size(size: u64, largest: u64) -> Self {
        Self { announced: Some(size), largest }
    }

    pub fn largest(self) -> u64 {
        self.largest
    }

    pub fn announced(self) -> Option<u64> {
        self.announced
    }

    pub fn most(self) -> u64 {
        self.announced.map_or(self.largest, |size| size.min(self.largest))
    }

    /// The refusal of more bytes than `most`: than are stored, or than the file has.
    pub fn exceeded(self, most: u64) -> Problem {
        if most < self.largest {
            mismatch(format!("there are more than {most} bytes"))
        } else {
            too_large(self.largest)
        }
    }

    /// Refuses a body whose headers show that it cannot be the file, before a byte is read. Returns its length, if the
    /// headers tell it.
    pub fn check_announced(self, headers: &HeaderMap) -> Result<Option<u64>, Problem> {
        let Some(length) = content_length(headers) else { return Ok(None) };
        if length > self.largest {
            return Err(too_large(self.largest));
        }
        match self.announced {
            Some(size) if length != size => Err(mismatch(format!("{length} bytes instead of {size}"))),
            _ => Ok(Some(length)),
        }
    }
}

/// The length of the body, if the headers tell it.
pub fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
