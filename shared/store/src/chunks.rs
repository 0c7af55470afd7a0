//! How an upload is divided: into chunks, and into the parts that single calls have sent.

use std::ops::Range;

use jiff::SignedDuration;

/// How long an upload may take, with all interruptions. What is stored of one that is not finished by then is removed.
pub const FINISHED_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// The bytes of a chunk; the last one of an attachment may have fewer.
pub const CHUNK: usize = 256 * 1024;

/// The number of a call, and how many chunks are its own.
pub type Part = (u32, u32);

/// The name under which the chunks of a call are kept.
pub fn name(upload: &str, call: u32) -> String {
    format!("{upload}.{call}")
}

/// The id of the upload to which a name belongs.
pub fn stem(name: &str) -> &str {
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

/// The calls with the chunks that are theirs.
pub fn calls(parts: &[Part]) -> impl Iterator<Item = (u32, Range<u32>)> {
    let mut end: u32 = 0;
    parts.iter().map(move |(call, chunks)| {
        let start = end;
        end = end.saturating_add(*chunks);
        (*call, start..end)
    })
}

/// Adds chunks of a call after the others.
pub fn add(parts: &mut Vec<Part>, call: u32, chunks: u32) {
    match parts.last_mut() {
        Some((last, count)) if *last == call => *count += chunks,
        _ if chunks > 0 => parts.push((call, chunks)),
        _ => {}
    }
}

/// How many whole chunks so many bytes have.
pub fn whole_chunks(bytes: u64) -> u32 {
    u32::try_from(bytes / CHUNK as u64).unwrap_or(u32::MAX)
}
