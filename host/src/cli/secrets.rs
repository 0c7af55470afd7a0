//! The secrets that the host generates if none are given, kept in the state folder, readable only by its owner.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context;

/// The application variables that are generated here.
pub(crate) const MADE: [&str; 3] = ["setup_token", "secret_key", "scheduler_token"];
const FILE: &str = "secrets.toml";
const RANDOM_BYTES: usize = 32;

/// Reads the secrets of a state folder, and generates and saves missing ones.
pub(crate) fn load_or_make(state_dir: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let file = state_dir.join(FILE);
    let name = || format!("the secrets in `{}`", file.display());
    let mut secrets: BTreeMap<String, String> = match std::fs::read_to_string(&file) {
        Ok(text) => toml::from_str(&text).with_context(|| format!("cannot read {}", name()))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", name())),
    };
    if MADE.iter().all(|name| secrets.contains_key(*name)) {
        return Ok(secrets);
    }
    for name in MADE {
        if !secrets.contains_key(name) {
            secrets.insert(name.to_owned(), random_text()?);
        }
    }
    keep(&file, &secrets).with_context(|| format!("cannot keep {}", name()))?;
    Ok(secrets)
}

/// Written completely under another name first: an interruption leaves the old file.
fn keep(file: &Path, secrets: &BTreeMap<String, String>) -> anyhow::Result<()> {
    let new = file.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut out = options.open(&new)?;
    writeln!(out, "# Made by the host. Whoever reads this can become the first administrator.")?;
    out.write_all(toml::to_string(secrets)?.as_bytes())?;
    out.sync_all()?;
    std::fs::rename(&new, file)?;
    Ok(())
}

/// 256 random bits as hexadecimal digits, which need no escaping in a link.
fn random_text() -> anyhow::Result<String> {
    let mut bytes = [0; RANDOM_BYTES];
    getrandom::fill(&mut bytes).context("the operating system gives no random bytes")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn secrets_are_made_once_and_for_their_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let made = load_or_make(folder.path()).unwrap();
        assert_eq!(made.len(), MADE.len());
        assert!(made.values().all(|secret| secret.len() == 64));
        assert_ne!(made["setup_token"], made["scheduler_token"]);
        let mode = std::fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(load_or_make(folder.path()).unwrap(), made);
    }

    #[test]
    fn a_missing_secret_is_added_and_a_given_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "secret_key = \"mine\"\n").unwrap();
        let secrets = load_or_make(folder.path()).unwrap();
        assert_eq!((secrets["secret_key"].as_str(), secrets.len()), ("mine", MADE.len()));
        std::fs::write(folder.path().join(FILE), "not toml").unwrap();
        assert!(load_or_make(folder.path()).is_err());
    }
}
