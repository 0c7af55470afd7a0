//! The users of Redis that `deploy/container/make-secrets` makes, with a real server: what each may do, and a backup with the one for
//! backups, from which `load-snapshot` begins another server.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Output};

use countersign_host::harness::redis::{RedisServer, is_installed};
use countersign_tests::{are_installed, root};

use crate::{deploy, read, said};

/// Runs `redis-cli` as a user.
fn cli(server: &RedisServer, user: &str, password: &str, arguments: &[&str]) -> Output {
    let mut cli = Command::new("redis-cli");
    cli.args(["-u", &server.first_database(), "-e", "--user", user]).args(arguments);
    cli.env("REDISCLI_AUTH", password).output().unwrap()
}

/// A server with the users of the secrets in a folder, as the redis.conf of containers has it. It waits for no second replica.
async fn server(secrets: &Path, folder: &Path) -> RedisServer {
    let [users, folder] = [&secrets.join("redis_users"), folder].map(|path| path.display().to_string());
    let at_once = ["--repl-diskless-sync-delay", "0"];
    RedisServer::start_with(&[&["--aclfile", &users, "--dir", &folder][..], &at_once].concat()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_user_for_backups_fetches_one_and_does_nothing_else() {
    if !is_installed().unwrap() || !are_installed(&["openssl"], "openssl") {
        return;
    }
    let made = tempfile::tempdir().unwrap();
    let script = made.path().join("make-secrets");
    std::fs::copy(deploy("container/make-secrets"), &script).unwrap();
    said(&mut Command::new(&script));
    let secrets = made.path().join("secrets");
    let text = |name: &str| std::fs::read_to_string(secrets.join(name)).unwrap();
    let config = text("runtime_config");
    let (_, login) = config.split_once("redis://countersign:").unwrap();
    let (hosts, backups) = (login.split('@').next().unwrap().to_owned(), text("redis_backup"));

    let folder = tempfile::tempdir().unwrap();
    let before = server(&secrets, folder.path()).await;
    assert!(cli(&before, "countersign", &hosts, &["set", "countersign/a", "kept"]).status.success());
    assert!(cli(&before, "countersign", &hosts, &["client", "list"]).status.success(), "who is connected");
    let snapshot = made.path().join("countersign.rdb");
    let fetch = ["--rdb", snapshot.to_str().unwrap()];
    assert!(
        !cli(&before, "countersign", &hosts, &fetch).status.success(),
        "hosts need no copy of everything"
    );
    // Before the other one: right after that, the server still ends what it did for it.
    assert!(cli(&before, "backup", &backups, &["bgsave"]).status.success());
    let fetched = cli(&before, "backup", &backups, &fetch);
    assert!(fetched.status.success(), "{fetched:?}");
    for refused in [
        &["get", "countersign/a"][..],
        &["set", "countersign/a", "other"],
        &["keys", "*"],
        &["flushall"],
        &["config", "set", "dir", "/tmp"],
        &["replicaof", "127.0.0.1", "1"],
    ] {
        let Output { status, stdout, stderr } = cli(&before, "backup", &backups, refused);
        let says = String::from_utf8([stdout, stderr].concat()).unwrap();
        assert!(!status.success() && says.contains("NOPERM"), "{refused:?}: {says}");
    }
    drop(before);

    let folder = tempfile::tempdir().unwrap();
    let mut load = Command::new(deploy("container/load-snapshot"));
    load.arg(folder.path()).env("REDISCLI_AUTH", &backups);
    let loaded = said(load.stdin(File::open(&snapshot).unwrap()));
    assert!(loaded.contains("1 keys"), "{loaded}");
    let after = server(&secrets, folder.path()).await;
    let kept = cli(&after, "countersign", &hosts, &["get", "countersign/a"]);
    assert_eq!(String::from_utf8(kept.stdout).unwrap().trim(), "kept");
}

/// What a user may do, by the lines of a text that begin with its name.
fn rights<'a>(text: &'a str, user: &str) -> Vec<&'a str> {
    let start = format!("user {user} on ");
    let lines = text.lines().filter(|line| line.trim().starts_with(&start));
    lines.map(|line| line.split_once(" resetchannels ").unwrap().1).collect()
}

#[test]
fn the_documentation_names_the_users_of_the_script() {
    let script = read("container/make-secrets");
    let document = std::fs::read_to_string(root().join("docs/operations.md")).unwrap();
    for user in ["countersign", "backup"] {
        let rights = [rights(&script, user), rights(&document, user)];
        assert!(rights[0].len() == 1 && rights[0] == rights[1], "{user}: {rights:?}");
    }
}
