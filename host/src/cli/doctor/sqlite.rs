//! Whether a SQLite file, and where it is, are fit to hold the only copy of every record.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access, statvfs};

use super::finding::Finding;
use crate::kv::sqlite_file;

const MIB: u64 = 1024 * 1024;
/// With less, the next attachment may be refused; with less than the second, think of it.
const ROOM_MIN: u64 = 100 * MIB;
const ROOM_GOOD: u64 = 1024 * MIB;
/// File systems of other machines, whose locks SQLite cannot rely on; also by the beginning of their names.
const REMOTE: [&str; 12] =
    ["nfs", "cifs", "smb", "9p", "afs", "ceph", "fuse.", "glusterfs", "lustre", "gfs", "ocfs", "vboxsf"];
/// File systems that are empty after a restart of the machine.
const FLEETING: [&str; 2] = ["tmpfs", "ramfs"];

/// What is known of a file and its folder.
#[derive(Debug, Clone)]
struct Facts {
    path: PathBuf,
    /// Its length, its permissions, and what is wrong with its contents; `None` if it does not exist.
    file: Option<FileFacts>,
    /// Whether this user may make files beside it.
    is_writable: bool,
    /// Whether everybody on this machine may reach what is in the folder.
    is_open: bool,
    /// Bytes that are free for this user.
    room: Option<u64>,
    /// The name of the file system.
    file_system: Option<String>,
}

#[derive(Debug, Clone)]
struct FileFacts {
    length: u64,
    mode: u32,
    is_writable: bool,
    damage: Option<String>,
}

/// Looks at the file. It may be served meanwhile.
pub(super) fn examine(path: &Path) -> Vec<Finding> {
    findings(&look(path))
}

fn look(path: &Path) -> Facts {
    let file = std::fs::metadata(path).ok().map(|metadata| FileFacts {
        length: metadata.len(),
        mode: metadata.permissions().mode(),
        is_writable: access(path, Access::WRITE_OK).is_ok(),
        damage: sqlite_file::quick_check(path).err().map(|error| error.to_string()),
    });
    // The first start makes missing folders.
    let folder =
        sqlite_file::folder_of(path).ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    let room = statvfs(folder).ok().map(|space| space.f_bavail.saturating_mul(space.f_frsize));
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let file_system = folder.canonicalize().ok().and_then(|folder| file_system(&mounts, &folder));
    let is_writable = access(folder, Access::WRITE_OK).is_ok();
    let is_open = std::fs::metadata(folder).is_ok_and(|folder| folder.permissions().mode() & 0o001 != 0);
    Facts { path: path.to_owned(), file, is_writable, is_open, room, file_system }
}

fn findings(facts: &Facts) -> Vec<Finding> {
    let mut all = vec![store(facts)];
    all.extend(permissions(facts));
    all.extend(room(facts));
    all.extend(place(facts.file_system.as_deref()));
    all
}

fn store(facts: &Facts) -> Finding {
    const CHECK: &str = "store";
    let path = facts.path.display();
    match &facts.file {
        None => Finding::ok(CHECK, format!("SQLite in {path}, which the first start makes")),
        Some(FileFacts { damage: Some(damage), .. }) => Finding::fault(
            CHECK,
            format!("SQLite in {path} cannot be used: {damage}"),
            "see that this user may read it; if it is damaged, restore a backup (docs/backup.md)",
        ),
        Some(FileFacts { length, .. }) => {
            Finding::ok(CHECK, format!("SQLite in {path}, {} MiB, undamaged", length.div_ceil(MIB)))
        }
    }
}

fn permissions(facts: &Facts) -> Option<Finding> {
    const CHECK: &str = "store's permissions";
    let path = facts.path.display();
    if !facts.is_writable || facts.file.as_ref().is_some_and(|file| !file.is_writable) {
        let found = format!("this user may not write to {path} or make files beside it");
        return Some(Finding::fault(
            CHECK,
            found,
            "run this as the user that serves, and give that user the folder",
        ));
    }
    let FileFacts { mode, .. } = facts.file.as_ref()?;
    let others = mode & 0o007 != 0 && facts.is_open;
    Some(if others {
        let folder = sqlite_file::folder_of(&facts.path).display();
        Finding::warning(
            CHECK,
            format!("everybody on this machine may use {path} (mode {:o})", mode & 0o777),
            format!("chmod 700 {folder}"),
        )
    } else {
        Finding::ok(CHECK, "not for everybody on this machine")
    })
}

fn room(facts: &Facts) -> Option<Finding> {
    const CHECK: &str = "disk space";
    let (room, length) = (facts.room?, facts.file.as_ref().map_or(0, |file| file.length));
    let found = format!("{} MiB are free", room / MIB);
    Some(if room < ROOM_MIN {
        Finding::fault(CHECK, found, "make room: a full disk refuses every request and decision")
    } else if room < ROOM_GOOD.max(length) {
        Finding::warning(CHECK, found, "make room for more than the store has now, and for attachments")
    } else {
        Finding::ok(CHECK, found)
    })
}

fn place(file_system: Option<&str>) -> Option<Finding> {
    const CHECK: &str = "file system";
    let name = file_system?;
    Some(if FLEETING.contains(&name) {
        Finding::fault(
            CHECK,
            format!("{name}: the store is lost when the machine restarts"),
            "put it on a disk",
        )
    } else if REMOTE.iter().any(|remote| name.starts_with(remote)) {
        let found = format!("{name} may be another machine's: SQLite cannot rely on its locks");
        Finding::fault(CHECK, found, "put the file on a disk of this machine, or use Redis")
    } else {
        Finding::ok(CHECK, name)
    })
}

/// The file system of a folder, as Linux lists its mounts: of those that contain the folder, the last one with the longest path.
fn file_system(mounts: &str, folder: &Path) -> Option<String> {
    let mount = |line: &str| {
        let (mount, kind) = line.split_once(" - ")?;
        let point = mount.split(' ').nth(4)?.replace("\\040", " ");
        let kind = kind.split(' ').next()?.to_owned();
        folder.starts_with(&point).then_some((point.len(), kind))
    };
    mounts.lines().filter_map(mount).max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::super::finding::State::{self, Fault, Ok, Warning};
    use super::*;

    fn facts(length: u64, mode: u32, room: u64) -> Facts {
        Facts {
            path: "/state/store.db".into(),
            file: Some(FileFacts { length, mode, is_writable: true, damage: None }),
            is_writable: true,
            is_open: true,
            room: Some(room),
            file_system: Some("ext4".to_owned()),
        }
    }

    fn states(facts: &Facts) -> Vec<State> {
        findings(facts).into_iter().map(|found| found.state).collect()
    }

    #[test]
    fn a_file_that_is_whole_and_private_with_room_on_a_disk_is_well() {
        let well = facts(MIB, 0o100_600, 2048 * MIB);
        assert_eq!(states(&well), [Ok; 4]);
        assert_eq!(states(&Facts { file: None, ..well }), [Ok; 3], "it is made at the first start");
    }

    #[test]
    fn each_defect_is_found() {
        let well = facts(MIB, 0o100_600, 2048 * MIB);
        let file = well.file.clone().unwrap();
        let with = |file| Facts { file: Some(file), ..well.clone() };
        let cases = [
            (with(FileFacts { damage: Some("malformed".to_owned()), ..file.clone() }), [Fault, Ok, Ok, Ok]),
            (with(FileFacts { is_writable: false, ..file }), [Ok, Fault, Ok, Ok]),
            (Facts { is_writable: false, ..well.clone() }, [Ok, Fault, Ok, Ok]),
            (facts(MIB, 0o100_644, 2048 * MIB), [Ok, Warning, Ok, Ok]),
            (Facts { is_open: false, ..facts(MIB, 0o100_644, 2048 * MIB) }, [Ok, Ok, Ok, Ok]),
            (facts(MIB, 0o100_600, 99 * MIB), [Ok, Ok, Fault, Ok]),
            (facts(MIB, 0o100_600, 1000 * MIB), [Ok, Ok, Warning, Ok]),
            (facts(4096 * MIB, 0o100_600, 2048 * MIB), [Ok, Ok, Warning, Ok]),
            (Facts { file_system: Some("nfs4".to_owned()), ..well.clone() }, [Ok, Ok, Ok, Fault]),
            (Facts { file_system: Some("fuse.sshfs".to_owned()), ..well.clone() }, [Ok, Ok, Ok, Fault]),
            (Facts { file_system: Some("tmpfs".to_owned()), ..well.clone() }, [Ok, Ok, Ok, Fault]),
        ];
        for (facts, expected) in cases {
            assert_eq!(states(&facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn the_nearest_mount_is_a_folder_s_file_system() {
        let mounts = "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n\
            30 22 0:25 / /srv/my\\040data rw - nfs4 server:/x rw\n31 22 0:26 / /srv rw - xfs /dev/vdb rw\n";
        for (folder, expected) in
            [("/var/lib", "ext4"), ("/srv/my data/countersign", "nfs4"), ("/srv/other", "xfs")]
        {
            assert_eq!(file_system(mounts, Path::new(folder)).as_deref(), Some(expected), "{folder}");
        }
        assert_eq!(file_system("", Path::new("/")), None);
    }
}
