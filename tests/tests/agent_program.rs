//! The agent's program, as users start it, against the real components.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use countersign_host::harness::{TestHost, built_program};
use countersign_tests::{Deployment, file_of, on_every_backend};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStderr, Command};

const SIZE: usize = 6_000_000;

/// A computer on which the program runs.
struct Computer {
    folder: TempDir,
    program: PathBuf,
}

impl Computer {
    /// Enrolled by the program.
    async fn enrolled(host: &TestHost, world: &Deployment) -> Self {
        let program = built_program("countersign-agent", "agent").unwrap();
        let computer = Self { folder: tempfile::tempdir().unwrap(), program };
        let keys = format!("/v1/organizations/{}/groups/{}/enrollment-keys", world.company, world.group);
        let made = world.api.post(&keys).bearer(&world.boss).json(&json!({})).send().await.expect(201);
        let (server, key) = (host.url(""), made.text_at("/key"));
        computer.told(0, &["--server", &server, "enroll", "--key", &key, "--hostname", "desk-9"]).await;
        computer
    }

    /// Another computer that was made from an image of this one.
    fn cloned(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(self.folder.path()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
        }
        Self { folder, program: self.program.clone() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().env("USER", "ana").env("PATH", std::env::var_os("PATH").unwrap());
        command.current_dir(self.folder.path()).args(["--json"]).args(arguments).kill_on_drop(true);
        command
    }

    async fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().await.unwrap()
    }

    /// What the program prints last, if it exits with this code.
    async fn told(&self, code: i32, arguments: &[&str]) -> Value {
        let output = self.run(arguments).await;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {out}{err}");
        out.lines().last().map_or(Value::Null, |line| serde_json::from_str(line).unwrap())
    }

    /// Watches, and runs a command with every change that appends it to a file.
    fn watching(&self) -> (Child, Lines<BufReader<ChildStderr>>) {
        let mut command = self.command(&["watch", "--exec", "cat >> changes; echo >> changes"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        (child, lines)
    }

    fn changes(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("changes")).unwrap()
    }
}

async fn until(lines: &mut Lines<BufReader<ChildStderr>>, part: &str) {
    assert!(says(lines, part).await, "the program ended before `{part}`");
}

/// Whether the program says this before it ends.
async fn says(lines: &mut Lines<BufReader<ChildStderr>>, part: &str) -> bool {
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains(part) {
            return true;
        }
    }
    false
}

/// A way to the host that breaks once, when so many bytes have gone through it; and how many have in all.
async fn breaking_way(to: SocketAddr, after: u64) -> (SocketAddr, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (sent, broken) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let counted = Arc::clone(&sent);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(to).await.unwrap();
            tokio::spawn(carried(client, server, after, Arc::clone(&sent), Arc::clone(&broken)));
        }
    });
    (address, counted)
}

async fn carried(
    client: TcpStream,
    server: TcpStream,
    after: u64,
    sent: Arc<AtomicU64>,
    broken: Arc<AtomicBool>,
) {
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let back = tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
    let mut part = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from_client.read(&mut part).await {
        let total = sent.fetch_add(read as u64, Ordering::Relaxed) + read as u64;
        if total > after && !broken.swap(true, Ordering::Relaxed) {
            back.abort();
            return;
        }
        if to_server.write_all(&part[..read]).await.is_err() {
            return;
        }
    }
}

on_every_backend! {
    async fn the_program_asks_uploads_over_a_broken_line_and_hears_of_the_decision(host) {
        let world = Deployment::on(&host).await;
        let computer = Computer::enrolled(&host, &world).await;
        let bytes: Vec<u8> = (0..SIZE).map(|at| (at / 251 + at) as u8).collect();
        file_of(computer.folder.path(), "tool.bin", &bytes);
        let (way, sent) = breaking_way(host.addr(), SIZE as u64 / 2).await;
        let way = format!("http://{way}");
        let ask = ["--server", &way, "request", "tool.bin", "--policy", &world.policy, "--email", "ana@company.example"];
        let asked = computer.told(0, &ask).await;
        let id = asked["id"].as_str().unwrap();
        let sent = sent.load(Ordering::Relaxed);
        assert!(sent < SIZE as u64 * 3 / 2, "what had arrived was not sent again: {sent}");
        let kept = world.api.get(&format!("/v1/requests/{id}/attachment")).bearer(&world.clerk_token).send().await;
        assert!(kept.expect(200).body == bytes, "the attachment is the file, byte for byte");

        computer.told(0, &["amend", id, "--reason", "The report is due on Friday"]).await;
        let decision = json!({ "outcome": "approved", "scope": "computer" });
        let wait = ["status", id, "--wait"];
        let (status, decided) = tokio::join!(
            computer.told(0, &wait),
            world.decide(&world.clerk_token, id, &decision)
        );
        decided.expect(200);
        assert_eq!((&status["status"], &status["decision"]["scope"]), (&json!("approved"), &json!("computer")));
        let opened = world.api.get(&format!("/v1/requests/{id}")).bearer(&world.clerk_token).send().await.expect(200);
        assert!(opened.text().contains("The report is due on Friday"), "{}", opened.text());
    }

    async fn the_program_that_watches_runs_a_command_with_each_change(host) {
        let world = Deployment::on(&host).await;
        let computer = Computer::enrolled(&host, &world).await;
        file_of(computer.folder.path(), "tool.bin", b"a tool");
        let asked = computer.told(0, &["request", "tool.bin", "--policy", &world.policy]).await;
        let id = asked["id"].as_str().unwrap();
        let (mut watching, mut lines) = computer.watching();
        until(&mut lines, "accepted policies").await;
        let decision = json!({ "outcome": "approved", "scope": "computer" });
        world.decide(&world.clerk_token, id, &decision).await.expect(200);
        until(&mut lines, "accepted grant-added").await;
        assert_eq!(computer.changes().matches("grant-added").count(), 1, "{}", computer.changes());
        let revoke = world.api.post(&format!("/v1/requests/{id}/revocation")).bearer(&world.boss);
        revoke.json(&json!({ "message": "no longer needed" })).send().await.expect(200);
        until(&mut lines, "accepted grant-removed").await;
        watching.kill().await.unwrap();
        let status = computer.told(4, &["status", id, "--wait"]).await;
        assert_eq!(status["status"], "revoked");
    }

    async fn two_programs_that_watch_with_one_state_are_found_and_both_turned_away(host) {
        let world = Deployment::on(&host).await;
        let computer = Computer::enrolled(&host, &world).await;
        let id = computer.told(0, &["status"]).await["computer_id"].as_str().unwrap().to_owned();
        let copy = computer.cloned();
        let ((mut first, mut lines), (mut second, mut others)) = (computer.watching(), copy.watching());
        until(&mut lines, "accepted policies").await;
        until(&mut others, "accepted policies").await;
        // With each change both check in again, in turn.
        let mut modes = ["learning", "monitor_only"].into_iter().cycle();
        let mut change = async || {
            let until = (host.clock.now() + std::time::Duration::from_secs(3_600)).to_string();
            let body = json!({ "mode": modes.next(), "until": until, "group_id": world.group });
            let path = format!("/v1/organizations/{}/maintenance", world.company);
            world.api.post(&path).bearer(&world.boss).json(&body).send().await.expect(200);
        };
        let mut both_watch = true;
        for _ in 0..10 {
            change().await;
            let accepted = "accepted maintenance";
            let (one, other) = tokio::join!(says(&mut lines, accepted), says(&mut others, accepted));
            both_watch = one && other;
            if !both_watch {
                break;
            }
        }
        assert!(!both_watch, "they took turns ten times");
        // The other one is turned away when it checks in again.
        change().await;
        for (which, child) in [("the computer", &mut first), ("its clone", &mut second)] {
            assert_eq!(child.wait().await.unwrap().code(), Some(7), "{which}");
        }
        let path = format!("/v1/organizations/{}/computers/{id}", world.company);
        let shown = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        assert!(shown["cloned_at"].is_string(), "{shown}");
    }

    async fn the_program_withdraws_renews_and_checks_override_codes(host) {
        let world = Deployment::on(&host).await;
        let computer = Computer::enrolled(&host, &world).await;
        file_of(computer.folder.path(), "one.bin", b"one");
        file_of(computer.folder.path(), "two.bin", b"two");
        let first = computer.told(0, &["request", "one.bin", "--policy", &world.policy]).await;
        let first = first["id"].as_str().unwrap();
        computer.told(0, &["cancel", first]).await;
        assert_eq!(computer.told(4, &["status", first, "--wait"]).await["status"], "cancelled");

        let second = computer.told(0, &["request", "two.bin", "--policy", &world.policy]).await;
        let second = second["id"].as_str().unwrap();
        let decision = json!({ "outcome": "approved", "scope": "computer", "expires_at": "2099-01-01T00:00:00Z" });
        world.decide(&world.clerk_token, second, &decision).await.expect(200);
        let renewed = computer.told(0, &["renew", second, "--reason", "One more week"]).await;
        assert_ne!(renewed["id"], second);

        computer.told(0, &["check-in"]).await;
        let known = computer.told(0, &["status"]).await;
        assert_eq!((known["grants"].as_array().unwrap().len(), &known["checks_override_codes"]), (1, &json!(true)));
        let path = format!("/v1/organizations/{}/computers/{}/override-code", world.company, known["computer_id"].as_str().unwrap());
        let code = world.api.get(&path).bearer(&world.boss).send().await.expect(200).text_at("/code");
        assert_eq!(computer.told(0, &["verify-override", &code]).await, json!({ "right": true }));
        let other = if code.starts_with('1') { code.replacen('1', "2", 1) } else { format!("1{}", &code[1..]) };
        assert_eq!(computer.told(8, &["verify-override", &other]).await, json!({ "right": false }));
    }
}
