//! The program that carries its components, as it is installed: alone in an empty folder, and as the whole of an image's root.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use countersign_tests::{Api, root};

use crate::{deploy, read, said};

/// The user in the image.
const USER: u32 = 65_532;

/// The program, which `.ci/run` builds. Building it here would replace the one that other tests run.
fn program() -> Option<PathBuf> {
    let program = root().join("target/bundled/countersign");
    let when = |file: &Path| std::fs::metadata(file).and_then(|file| file.modified()).ok();
    let components = when(&root().join("target/wasm32-wasip2/countersign-built"));
    if when(&program).is_some_and(|built| components.is_some_and(|components| built > components)) {
        return Some(program);
    }
    assert!(
        std::env::var_os("COUNTERSIGN_REQUIRE_ALL").is_none(),
        "{} is missing, or older than its components: build it as `.ci/run` does",
        program.display()
    );
    println!("not run: build target/bundled/countersign as `.ci/run` does");
    None
}

/// Starts the program, looks at it over HTTP, and stops it as a test stops a host.
async fn serves(command: &mut Command) {
    let mut child = command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let address = address(&mut child);
    let api = Api::new(address);
    let live = api.get("/health/live").send().await.expect(200);
    assert_eq!(live.text_at("/status"), "live");
    assert_eq!(api.get("/health/ready").send().await.expect(200).text_at("/status"), "ready");
    assert!(api.get("/").send().await.expect(200).text().contains("<!doctype html>"));
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success(), "it stops in good order");
}

/// Where it says that it serves.
fn address(child: &mut Child) -> String {
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let mut said = Vec::new();
    for line in lines.map(Result::unwrap) {
        if let Some(address) = line.strip_prefix("Serving ") {
            return address.to_owned();
        }
        said.push(line);
    }
    panic!("it does not serve: {said:?}")
}

/// Every file and folder below one.
fn tree(folder: &Path) -> BTreeSet<String> {
    fn walk(at: &Path, top: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(at).unwrap() {
            let entry = entry.unwrap();
            let path = entry.path();
            found.insert(path.strip_prefix(top).unwrap().display().to_string());
            if entry.file_type().unwrap().is_dir() {
                walk(&path, top, found);
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(folder, folder, &mut found);
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_serves_from_an_empty_folder_without_any_other_file() {
    let Some(program) = program() else { return };
    let folder = tempfile::tempdir().unwrap();
    let up = ["up", "--quiet", "--until-stdin-ends", "--listen", "127.0.0.1:0", "--cache-dir"];
    // Compiling its components takes seconds, and the test of the image does it.
    let cache = root().join("target/component-cache");
    serves(Command::new(program).current_dir(folder.path()).args(up).arg(cache)).await;
    let made = tree(folder.path());
    assert!(
        made.contains(".spin/secrets.toml") && made.iter().all(|path| path.starts_with(".spin")),
        "{made:?}"
    );
}

/// The arguments of the image, with what a test needs.
fn arguments() -> Vec<String> {
    let file = read("container/Containerfile");
    let command = file.lines().find_map(|line| line.strip_prefix("CMD ")).unwrap();
    let mut arguments: Vec<String> = serde_json::from_str(command).unwrap();
    let listen = arguments.iter_mut().find(|argument| *argument == "0.0.0.0:3000").unwrap();
    "127.0.0.1:0".clone_into(listen);
    arguments.push("--until-stdin-ends".to_owned());
    arguments
}

/// A command that runs the image's program with its folder as root and without privileges.
fn in_image(image: &Path) -> Command {
    let is_root = said(Command::new("id").arg("-u")).trim() == "0";
    let state = image.join("var/lib/countersign");
    let mut command = if is_root {
        // As the image says: it belongs to the user, and everything else to root.
        chown(state, Some(USER), Some(USER)).unwrap();
        let mut chroot = Command::new("/usr/sbin/chroot");
        chroot.arg(format!("--userspec={USER}:{USER}"));
        chroot
    } else {
        let mut unshare = Command::new("/usr/bin/unshare");
        unshare.args(["--map-root-user", "/usr/sbin/chroot"]);
        unshare
    };
    command.arg(image).arg("/usr/local/bin/countersign");
    command
}

/// As docs/backup.md says for containers: there is no shell, and no other place for a file.
fn backs_up_and_restores(image: &Path, folder: &Path) {
    let command = |arguments: &[&str]| {
        let mut command = in_image(image);
        command.args(arguments).env("COUNTERSIGN_STATE_DIR", "/var/lib/countersign");
        command
    };
    let file = folder.join("backup.db");
    let told = said(command(&["backup", "-"]).stdout(File::create(&file).unwrap()));
    assert!(told.contains("to standard output") && told.contains("SHA-256"), "{told}");
    let told = said(command(&["restore", "--replace", "-"]).stdin(File::open(&file).unwrap()));
    assert!(told.starts_with("Restored "), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_image_has_the_program_and_what_it_needs_and_serves_as_a_root_file_system() {
    let Some(program) = program() else { return };
    let folder = tempfile::tempdir().unwrap();
    said(Command::new(deploy("container/assemble")).arg(&program).arg(folder.path()));
    let image = folder.path().join("root");
    let file = |path: &String| image.join(path).is_file();
    let files: Vec<_> = tree(&image).into_iter().filter(file).collect();
    for path in &files {
        let known =
            ["etc/group", "etc/passwd", "etc/ssl/certs/ca-certificates.crt", "usr/local/bin/countersign"];
        let is_known = known.contains(&path.as_str());
        assert!(is_known || path.contains(".so"), "{path} is neither the program nor a library");
    }
    let passwd = std::fs::read_to_string(image.join("etc/passwd")).unwrap();
    assert!(passwd.starts_with(&format!("countersign:x:{USER}:{USER}:")) && passwd.lines().count() == 1);
    assert!(tree(&folder.path().join("state")) == ["countersign".to_owned()].into(), "it is empty");

    // What the Containerfile's second COPY does.
    std::fs::create_dir_all(image.join("var")).unwrap();
    std::fs::rename(folder.path().join("state"), image.join("var/lib")).unwrap();
    for path in ["", "var", "var/lib"] {
        std::fs::set_permissions(image.join(path), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let before = tree(&image);
    // Nothing answers there, but the doctor is ready to speak TLS.
    let doctor =
        ["doctor", "--variable", "public_url=https://127.0.0.1:9", "--state-dir", "/var/lib/countersign"];
    let found = said(in_image(&image).args(doctor));
    assert!(found.contains(" public_url answers ") && !found.contains("CA certificate"), "{found}");
    serves(in_image(&image).args(arguments())).await;
    backs_up_and_restores(&image, folder.path());
    let made: Vec<_> = tree(&image).into_iter().filter(|path| !before.contains(path)).collect();
    assert!(made.iter().any(|path| path == "var/lib/countersign/secrets.toml"), "{made:?}");
    assert!(made.iter().all(|path| path.starts_with("var/lib/countersign/")), "{made:?}");
}
