//! Which server is called, and with which token: from the environment, or from the file that `login` wrote.

use std::fs::{self, DirBuilder};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use countersign_client::Connection;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::error::CliError;
use crate::options::Common;

/// What `login` keeps.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The server's address.
    pub server: String,
    /// The token of a session or an API token.
    pub token: String,
    /// How the server is reached.
    #[serde(default)]
    pub connection: Connection,
}

impl Profile {
    /// Whether its token is of a session, which `logout` ends. The other kind is an API token.
    pub fn is_session(&self) -> bool {
        self.token.starts_with("csa_")
    }

    /// Reads the kept credentials.
    ///
    /// # Errors
    /// When they cannot be read, or others can read them, too.
    pub fn load(path: &Path) -> Result<Option<Self>, CliError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(unusable(path, &cause.to_string())),
        };
        check_private(path)?;
        // The cause is left out: it would quote the line with the token.
        let profile = toml::from_str(&text);
        profile
            .map(Some)
            .map_err(|_| unusable(path, "it was not written by `countersign login`; delete it and log in"))
    }

    /// Keeps the credentials in a file that only its owner can read, at any moment.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), CliError> {
        let failed = |cause: std::io::Error| unusable(path, &cause.to_string());
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(failed)?;
        let text =
            toml::to_string(self).map_err(|_| unusable(path, "the credentials cannot be written as TOML"))?;
        // Created exclusively, with mode 0600, under a random name.
        let mut draft = NamedTempFile::new_in(folder).map_err(failed)?;
        draft.write_all(text.as_bytes()).and_then(|()| draft.as_file().sync_all()).map_err(failed)?;
        draft.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    /// Forgets the credentials.
    ///
    /// # Errors
    /// When the file cannot be deleted.
    pub fn forget(path: &Path) -> Result<(), CliError> {
        fs::remove_file(path).map_err(|cause| unusable(path, &cause.to_string()))
    }
}

/// Where the credentials are kept.
///
/// # Errors
/// When the environment names no folder for them.
pub fn path() -> Result<PathBuf, CliError> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = variable("XDG_CONFIG_HOME").filter(|folder| folder.is_absolute());
    let folder = folder.or_else(|| variable("HOME").map(|home| home.join(".config")));
    let folder = folder
        .ok_or_else(|| CliError::Usage("set HOME or XDG_CONFIG_HOME, where credentials are kept".into()))?;
    Ok(folder.join("countersign").join("credentials.toml"))
}

/// The credentials for this call.
///
/// # Errors
/// When there are none, or only those of another server.
pub fn chosen(common: &Common) -> Result<Profile, CliError> {
    let token = std::env::var("COUNTERSIGN_TOKEN").ok().filter(|token| !token.is_empty());
    let kept = match token {
        Some(_) => None,
        None => Profile::load(&path()?)?,
    };
    choose(common, token, kept)
}

/// A kept token is sent to no other server than the one that gave it.
fn choose(common: &Common, token: Option<String>, kept: Option<Profile>) -> Result<Profile, CliError> {
    let asked = Connection { proxy: common.proxy.clone(), ca_file: common.ca_file.clone() };
    let Some(token) = token else {
        let kept = kept.ok_or(CliError::NotSignedIn)?;
        if let Some(named) = common.server.as_ref().filter(|named| !same_server(named, &kept.server)) {
            return Err(CliError::OtherServer { kept: kept.server, named: named.clone() });
        }
        let connection = Connection {
            proxy: asked.proxy.or(kept.connection.proxy),
            ca_file: asked.ca_file.or(kept.connection.ca_file),
        };
        return Ok(Profile { connection, ..kept });
    };
    let server = common.server.clone().ok_or(CliError::NotSignedIn)?;
    Ok(Profile { server, token: token.trim().to_owned(), connection: asked })
}

/// Whether both are the same address.
pub fn same_server(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

#[cfg(unix)]
fn check_private(path: &Path) -> Result<(), CliError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).map_err(|cause| unusable(path, &cause.to_string()))?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(unusable(
        path,
        "others can read it: run `chmod 600` on it, and `countersign login` if somebody may have done so",
    ))
}

#[cfg(not(unix))]
fn check_private(_: &Path) -> Result<(), CliError> {
    Ok(())
}

fn unusable(path: &Path, reason: &str) -> CliError {
    CliError::Credentials { path: path.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        Profile {
            server: "https://countersign.example".into(),
            token: "csa_secret".into(),
            connection: Connection::default(),
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_what_is_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("countersign/credentials.toml");
        profile().save(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(Profile::load(&path).unwrap().unwrap().token, "csa_secret");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no draft is left");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Profile::load(&path).is_err_and(|error| error.to_string().contains("chmod 600")));
    }

    #[cfg(unix)]
    #[test]
    fn a_damaged_file_is_refused_without_showing_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials.toml");
        profile().save(&path).unwrap();
        fs::write(&path, "token = csa_secret").unwrap();
        let Err(error) = Profile::load(&path) else { panic!("it is no TOML") };
        assert!(!error.to_string().contains("csa_secret"), "{error}");
    }

    #[test]
    fn a_kept_token_goes_to_no_other_server() {
        let named = |server: Option<&str>| Common { server: server.map(str::to_owned), ..Common::default() };
        let other = choose(&named(Some("https://evil.example")), None, Some(profile()));
        assert!(matches!(other, Err(CliError::OtherServer { .. })));
        for server in [None, Some("https://countersign.example/")] {
            assert_eq!(
                choose(&named(server), None, Some(profile())).unwrap_or_else(|_| panic!()).token,
                "csa_secret"
            );
        }
    }

    #[test]
    fn a_token_of_the_environment_needs_a_server() {
        let common = Common { server: Some("https://one.example".into()), ..Common::default() };
        let chosen = choose(&common, Some("csp_1\n".into()), None).unwrap_or_else(|_| panic!());
        assert_eq!((chosen.server.as_str(), chosen.token.as_str()), ("https://one.example", "csp_1"));
        assert!(matches!(choose(&Common::default(), Some("csp_1".into()), None), Err(CliError::NotSignedIn)));
    }
}
