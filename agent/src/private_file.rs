//! Files that only their owner can read, and that a crash leaves in the old or the new state.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file beside another one whose name is longer by `ending`.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// Opens a file for reading and writing; it is made if it does not exist.
pub fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a new file next to it and moves that into place.
pub fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let draft = draft_beside(path);
    let written = write(&draft, text).and_then(|()| fs::rename(&draft, path));
    written.inspect_err(|_| drop(fs::remove_file(&draft)))
}

/// Whether it could be replaced.
pub fn can_be_replaced(path: &Path) -> io::Result<()> {
    let draft = draft_beside(path);
    write(&draft, b"").and_then(|()| fs::remove_file(&draft))
}

fn draft_beside(path: &Path) -> PathBuf {
    beside(path, &format!(".{}.new", std::process::id()))
}

fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = open(path)?;
    file.set_len(0)?;
    file.write_all(text)?;
    file.sync_all()
}
