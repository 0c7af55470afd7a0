//! The file that `countersign export` writes and `import` reads: lines of JSON, the same for every backend.
//!
//! The first line says what the file is, each further one has a key with its value, and the last one has how many there are and the
//! SHA-256 of everything before it.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::sqlite_file::{folder_of, hex, temporary};

/// The version of the format.
const FORMAT: u32 = 1;
/// The longest line. The longest value is 256 KiB.
const LINE_MAX: u64 = 1 << 20;

/// What a file says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Head {
    countersign_export: u32,
    /// When it was made.
    pub(crate) made_at: Timestamp,
    /// The version of the program that made it.
    pub(crate) version: String,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The key.
    pub(crate) key: String,
    /// What is under it.
    #[serde(flatten)]
    pub(crate) holds: Holds,
}

/// What is under a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Holds {
    /// Bytes, as base64.
    Value(#[serde(with = "bytes_as_text")] Vec<u8>),
    /// A counter, whatever its encoding.
    Counter(i64),
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tail {
    records: u64,
    sha256: String,
}

mod bytes_as_text {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::{Engine as _, STANDARD};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// A file that is being written. It appears when it is complete.
pub(crate) struct Writer {
    out: BufWriter<NamedTempFile>,
    hasher: Sha256,
    records: u64,
}

/// A file that was written or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complete {
    /// How many records it has.
    pub(crate) records: u64,
    /// The SHA-256 of all lines but the last, which names it.
    pub(crate) sha256: String,
}

impl Writer {
    /// Begins a file.
    ///
    /// # Errors
    /// If it exists, or its folder cannot be written to.
    pub(crate) fn begin(file: &Path, made_at: Timestamp) -> anyhow::Result<Self> {
        ensure!(!file.exists(), "`{}` exists: name a new file", file.display());
        let out = BufWriter::new(temporary(folder_of(file))?);
        let mut writer = Self { out, hasher: Sha256::new(), records: 0 };
        let version = env!("CARGO_PKG_VERSION").to_owned();
        writer.line(&Head { countersign_export: FORMAT, made_at, version })?;
        Ok(writer)
    }

    /// Adds a record.
    pub(crate) fn add(&mut self, record: &Record) -> anyhow::Result<()> {
        self.records += 1;
        self.line(record)
    }

    fn line(&mut self, line: &impl Serialize) -> anyhow::Result<()> {
        let mut line = serde_json::to_vec(line)?;
        line.push(b'\n');
        self.hasher.update(&line);
        Ok(self.out.write_all(&line)?)
    }

    /// Ends the file and gives it its name.
    pub(crate) fn end(mut self, file: &Path) -> anyhow::Result<Complete> {
        let sha256 = hex(&self.hasher.clone().finalize());
        self.line(&Tail { records: self.records, sha256: sha256.clone() })?;
        let out = self.out.into_inner().map_err(|error| error.into_error())?;
        out.as_file().sync_all()?;
        out.persist_noclobber(file).with_context(|| format!("cannot write `{}`", file.display()))?;
        Ok(Complete { records: self.records, sha256 })
    }
}

/// Reads a file from beginning to end and hands over each record; what it says of itself, and what was read.
///
/// # Errors
/// If it is no such file, or not whole, or altered; and the first error of `take`.
pub(crate) fn read(
    file: &Path,
    mut take: impl FnMut(Record) -> anyhow::Result<()>,
) -> anyhow::Result<(Head, Complete)> {
    let mut reading = || {
        let mut input = BufReader::new(File::open(file)?);
        let (mut line, mut hasher, mut records) = (Vec::new(), Sha256::new(), 0);
        next_line(&mut input, &mut line)?;
        let head: Head = serde_json::from_slice(&line).context("it was not made by `countersign export`")?;
        ensure!(
            head.countersign_export == FORMAT,
            "its format is {}, and this program reads {FORMAT}: import it with version {}",
            head.countersign_export,
            head.version
        );
        loop {
            hasher.update(&line);
            next_line(&mut input, &mut line)?;
            if let Ok(record) = serde_json::from_slice(&line) {
                records += 1;
                take(record)?;
                continue;
            }
            let tail: Tail = serde_json::from_slice(&line)
                .with_context(|| format!("line {} cannot be read", records + 2))?;
            let sha256 = hex(&hasher.finalize());
            ensure!(
                tail == Tail { records, sha256: sha256.clone() },
                "it was altered: its SHA-256 does not match"
            );
            next_line(&mut input, &mut line).err().context("something follows its last line")?;
            return Ok((head, Complete { records, sha256 }));
        }
    };
    reading().with_context(|| format!("the export `{}` cannot be imported", file.display()))
}

fn next_line(input: &mut BufReader<File>, line: &mut Vec<u8>) -> anyhow::Result<()> {
    line.clear();
    std::io::Read::take(input, LINE_MAX).read_until(b'\n', line)?;
    if line.last() != Some(&b'\n') {
        bail!("it is not whole: it ends without its last line");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment() -> Timestamp {
        "2026-05-01T03:00:00Z".parse().unwrap()
    }

    fn records() -> Vec<Record> {
        let record = |key: &str, holds| Record { key: key.to_owned(), holds };
        vec![
            record("a", Holds::Value(b"\x00\xff text".to_vec())),
            record("b", Holds::Value(Vec::new())),
            record("c", Holds::Counter(-7)),
            record("d \"quoted\"\n", Holds::Counter(i64::MAX)),
        ]
    }

    fn written(file: &Path) -> Complete {
        let mut writer = Writer::begin(file, moment()).unwrap();
        for record in records() {
            writer.add(&record).unwrap();
        }
        writer.end(file).unwrap()
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("export");
        let complete = written(&file);
        let mut found = Vec::new();
        let keep = |record| {
            found.push(record);
            Ok(())
        };
        let (head, read) = read(&file, keep).unwrap();
        assert_eq!((found, read, head.made_at), (records(), complete, moment()));
        assert!(Writer::begin(&file, moment()).is_err(), "it is there already");
    }

    #[test]
    fn a_file_that_is_altered_or_not_whole_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (file, bad) = (folder.path().join("export"), folder.path().join("bad"));
        written(&file);
        let text = std::fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let cases = [
            ("altered", text.replace("-7", "-8")),
            ("a line less", text.replace(&format!("{}\n", lines[1]), "")),
            ("cut off", text[..text.len() - 1].to_owned()),
            ("without its end", text.replace(lines[5], "").trim_end().to_owned()),
            ("another format", text.replacen("export\":1", "export\":2", 1)),
            ("more after its end", format!("{text}{}\n", lines[1])),
            ("something else", "{}\n".to_owned()),
            ("nothing", String::new()),
        ];
        for (what, text) in cases {
            std::fs::write(&bad, text).unwrap();
            assert!(read(&bad, |_| Ok(())).is_err(), "{what}");
        }
    }
}
