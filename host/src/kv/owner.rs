//! Whose a store is. A command that another user runs would leave files that the host cannot open, because what it makes is only for
//! its owner; and root may write everywhere, so that the operating system refuses root nothing.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::{Context, bail};
use rustix::process::geteuid;

const ROOT: u32 = 0;

/// Refuses a store, or a folder, that belongs to another user.
///
/// # Errors
/// If it does. The text says who that is, and how to run a command as that user.
pub(crate) fn require_owner(path: &Path) -> anyhow::Result<()> {
    require(path, geteuid().as_raw())
}

/// The folder counts only for root: a volume may belong to root and be writable for a group, such as one on Kubernetes.
fn require(path: &Path, user: u32) -> anyhow::Result<()> {
    let folder = path.ancestors().find(|folder| folder.is_dir());
    let file = path.exists().then_some(path).filter(|path| !path.is_dir());
    for place in file.into_iter().chain(folder.filter(|_| user == ROOT)) {
        let found = std::fs::metadata(place);
        let owner = found.with_context(|| format!("cannot look at `{}`", place.display()))?.uid();
        if owner == user {
            continue;
        }
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let (owner, user) = (called(owner, &passwd), called(user, &passwd));
        bail!(
            "`{}` belongs to {}, and this is {}: the host could not open what this command makes. Run it as its owner: {}",
            place.display(),
            owner.in_words(),
            user.in_words(),
            owner.command()
        );
    }
    Ok(())
}

/// A user, by name if there is one.
enum User {
    Named(String),
    Id(u32),
}

/// The name of a user in the text of `/etc/passwd`.
fn called(id: u32, passwd: &str) -> User {
    let has_id = |line: &&str| line.split(':').nth(2) == Some(&id.to_string());
    let name = passwd.lines().find(has_id).and_then(|line| line.split(':').next());
    name.map_or(User::Id(id), |name| User::Named(name.to_owned()))
}

impl User {
    fn in_words(&self) -> String {
        match self {
            Self::Named(name) => format!("the user `{name}`"),
            Self::Id(id) => format!("the user with the id {id}"),
        }
    }

    /// How root runs a command as this user.
    fn command(&self) -> String {
        match self {
            Self::Named(name) => format!("runuser -u {name} -- countersign …"),
            Self::Id(id) => format!("setpriv --reuid {id} --clear-groups countersign …"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::chown;

    use super::*;

    const OTHER: u32 = 65_532;

    #[test]
    fn what_belongs_to_another_user_is_refused_with_what_to_run() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        require_owner(&store).unwrap();
        std::fs::write(&store, "").unwrap();
        require_owner(&store).unwrap();
        let refused = require(&store, OTHER).unwrap_err().to_string();
        assert!(
            refused.contains("store.db` belongs to ") && refused.contains("Run it as its owner: "),
            "{refused}"
        );
    }

    #[test]
    fn root_is_refused_in_the_folder_of_another_user_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let owner = std::fs::metadata(folder.path()).unwrap().uid();
        if owner == ROOT {
            chown(folder.path(), Some(OTHER), None).unwrap();
        }
        for path in [folder.path().to_owned(), folder.path().join("no/such/store.db")] {
            let refused = require(&path, ROOT).unwrap_err().to_string();
            assert!(refused.starts_with(&format!("`{}` belongs to ", folder.path().display())), "{refused}");
            require(&path, OTHER + 1).unwrap();
        }
    }

    #[test]
    fn a_user_has_a_name_or_an_id() {
        let passwd =
            "root:x:0:0:root:/root:/bin/sh\ncountersign:x:999:999::/var/lib/countersign:/bin/false\n";
        let user = called(999, passwd);
        assert_eq!(user.in_words(), "the user `countersign`");
        assert_eq!(user.command(), "runuser -u countersign -- countersign …");
        let user = called(99, passwd);
        assert_eq!(user.in_words(), "the user with the id 99");
        assert_eq!(user.command(), "setpriv --reuid 99 --clear-groups countersign …");
    }
}
