//! The administrator's command line, as people and programs start it, against the real components.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::path::PathBuf;
use std::process::{Output, Stdio};

use countersign_host::harness::{TestHost, built_program};
use countersign_tests::{Deployment, PASSWORD, on_every_backend};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

/// Somebody's terminal, without a terminal's keyboard.
struct Terminal {
    home: TempDir,
    program: PathBuf,
    server: String,
}

/// What a command did.
struct Told {
    code: i32,
    out: String,
    err: String,
}

impl Terminal {
    fn new(host: &TestHost) -> Self {
        let program = built_program("countersign", "cli").unwrap();
        Self { home: tempfile::tempdir().unwrap(), program, server: host.url("") }
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().env("HOME", self.home.path()).current_dir(self.home.path());
        command.args(arguments.split(' ')).kill_on_drop(true);
        command
    }

    /// Runs a command with this on its standard input.
    async fn run_with(&self, arguments: &str, input: &str) -> Told {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).await.unwrap();
        drop(stdin);
        Told::from(child.wait_with_output().await.unwrap())
    }

    /// What a command prints, if it exits with this code.
    async fn told(&self, code: i32, arguments: &str) -> Told {
        let told = self.run_with(arguments, "").await;
        assert_eq!(told.code, code, "{arguments}: {}{}", told.out, told.err);
        told
    }

    async fn log_in(&self, email: &str) -> Told {
        let login = format!("login --server {} --email {email} --password-stdin", self.server);
        self.run_with(&login, &format!("{PASSWORD}\n")).await
    }

    fn credentials(&self) -> PathBuf {
        self.home.path().join(".config/countersign/credentials.toml")
    }

    fn file(&self, name: &str, text: &str) {
        std::fs::write(self.home.path().join(name), text).unwrap();
    }
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Told {
    fn documents(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn says(&self, part: &str) {
        assert!(
            self.out.contains(part) || self.err.contains(part),
            "`{part}` is not in: {}{}",
            self.out,
            self.err
        );
    }
}

/// A request of the computer for a file with a name that wants to turn the line around.
async fn asked(world: &Deployment, digit: &str) -> String {
    let body = json!({"kind": "application", "policy_id": world.policy,
        "subject": {"path": format!("/opt/tool-\u{202e}{digit}"), "sha256": digit.repeat(64)},
        "reason": "I need it for the report", "requester": {"username": "ana", "email": "ana@company.example"}});
    let call = world.api.post("/agent/v1/requests").bearer(&world.computer_token).json(&body);
    call.send().await.expect(201).text_at("/id")
}

const COMPANY: &str = r#"
[[organization]]
path = ["Company B"]
groups = ["Workstations", "Servers"]

[[organization.policy]]
name = "Default"
group = "Workstations"
default_action = "block"
kinds = ["storage", "application"]
entries = [{ action = "allow", by = "publisher", values = ["CN=Example Software"] }]
notify = { addresses = ["sms:+15550100", "desk@company.example"] }

[[organization.role]]
name = "Clerk of the group"
permissions = ["view-approvals", "approve-for-group"]

[[organization.rule]]
name = "The compiler"
effect = "approve"
scope = "group"
lasts_seconds = 2592000
criteria = { kinds = ["application"], path = 'C:\Program Files\Compiler\*.exe', group = "Workstations" }

[[organization]]
path = ["Company B", "Branch"]
groups = ["Tills"]

[[organization.policy]]
name = "Tills"
group = "Tills"
"#;

on_every_backend! {
    async fn an_administrator_decides_from_the_terminal(host) {
        let world = Deployment::on(&host).await;
        let terminal = Terminal::new(&host);
        terminal.told(7, "requests list").await.says("you are not signed in");
        let told = terminal.log_in("clerk@company.example").await;
        assert_eq!(told.code, 0, "{}", told.err);
        told.says("as Clerk <clerk@company.example> of Company B");
        assert!(std::fs::read_to_string(terminal.credentials()).unwrap().contains("csa_"));

        let first = asked(&world, "1").await;
        host.settle().await.unwrap();
        let list = terminal.told(0, "requests list --status pending").await;
        list.says(&first);
        assert!(!list.out.contains('\u{202e}'), "{}", list.out);
        let listed = terminal.told(0, "requests list --json").await;
        assert!(!listed.out.contains('\u{202e}'), "{}", listed.out);
        assert_eq!(listed.documents()[0]["id"], first.as_str());
        terminal.told(0, &format!("requests show {first}")).await.says("ana says: I need it for the report");

        let approve = format!("requests approve {first} --scope computer --message fine");
        terminal.told(2, &approve).await.says("add --yes");
        let refused = terminal.told(6, &format!("requests approve {first} --scope group --yes")).await;
        refused.says("needed: `approve-for-group`");
        let status = format!("/agent/v1/requests/{first}");
        let pending = world.api.get(&status).bearer(&world.computer_token).send().await.expect(200);
        assert_eq!(pending.text_at("/status"), "pending");
        terminal.told(0, &format!("{approve} --yes")).await.says("approved by Clerk");
        let decided = world.api.get(&status).bearer(&world.computer_token).send().await.expect(200);
        assert_eq!((decided.text_at("/status"), decided.text_at("/decision/message")), ("approved".into(), "fine".into()));

        let second = asked(&world, "2").await;
        let decision = json!({ "outcome": "denied", "scope": "computer" });
        world.decide(&world.boss, &second, &decision).await.expect(200);
        let late = terminal.told(3, &format!("requests approve {second} --scope computer --yes")).await;
        late.says("already denied by");
        let anew = format!("requests approve {second} --scope computer --anew --yes --json");
        assert_eq!(terminal.told(0, &anew).await.documents()[0]["decision"]["outcome"], "approved");

        let third = asked(&world, "4").await;
        let deny = format!("requests deny {third} --scope computer --message never");
        let unsure = terminal.told(2, &deny).await;
        unsure.says("will be denied for the computer");
        unsure.says("add --yes");
        terminal.told(0, &format!("{deny} --yes")).await.says("denied by Clerk");
        let status = format!("/agent/v1/requests/{third}");
        let denied = world.api.get(&status).bearer(&world.computer_token).send().await.expect(200);
        assert_eq!((denied.text_at("/status"), denied.text_at("/decision/message")), ("denied".into(), "never".into()));

        terminal.told(6, "requests show req_01ARZ3NDEKTSV4RRFFQ69G5FAV").await.says("`not-found`");
        let nobody = terminal.told(7, "whoami --server http://127.0.0.1:1").await;
        nobody.says("you are signed in at");
        let token = std::fs::read_to_string(terminal.credentials()).unwrap();
        terminal.told(0, "logout").await.says("Signed out");
        assert!(!terminal.credentials().exists());
        std::fs::write(terminal.credentials(), token).unwrap();
        terminal.told(1, "whoami").await.says("chmod 600");
    }

    async fn a_terminal_is_signed_in_with_a_code_that_is_approved_elsewhere(host) {
        let world = Deployment::on(&host).await;
        let terminal = Terminal::new(&host);
        let login = format!("login --server {}", terminal.server);
        terminal.told(2, &login).await.says("--device-code");
        let decided = async |outcome: &str| {
            let mut waiting = terminal.command(&format!("{login} --device-code"));
            let waiting = waiting.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut waiting = waiting.spawn().unwrap();
            let mut lines = BufReader::new(waiting.stderr.take().unwrap()).lines();
            let code = loop {
                let line = lines.next_line().await.unwrap().expect("a line with the code");
                if let Some((_, code)) = line.split_once("enter the code ") {
                    break code.to_owned();
                }
            };
            let path = format!("/v1/device-logins/{code}");
            let asks = world.api.get(&path).bearer(&world.clerk_token).send().await.expect(200);
            assert!(asks.text_at("/description").starts_with("countersign on "), "{}", asks.text());
            let decision = world.api.post(&format!("{path}/decision")).bearer(&world.clerk_token);
            decision.json(&json!({ "outcome": outcome })).send().await.expect(204);
            let mut err = String::new();
            while let Some(line) = lines.next_line().await.unwrap() {
                err.push_str(&line);
            }
            Told { err, ..Told::from(waiting.wait_with_output().await.unwrap()) }
        };
        let denied = decided("denied").await;
        assert_eq!(denied.code, 6, "{}", denied.err);
        denied.says("`device-login-denied`");
        assert!(!terminal.credentials().exists());
        let approved = decided("approved").await;
        assert_eq!(approved.code, 0, "{}", approved.err);
        approved.says("as Clerk <clerk@company.example> of Company B");
        terminal.told(0, "whoami").await.says("as Clerk");
        terminal.told(0, "logout").await.says("Signed out");
    }

    async fn a_token_of_the_environment_watches_and_explains(host) {
        let world = Deployment::on(&host).await;
        let terminal = Terminal::new(&host);
        let with = |arguments: &str, token: &str| {
            let mut command = terminal.command(arguments);
            command.env("COUNTERSIGN_SERVER", &terminal.server).env("COUNTERSIGN_TOKEN", token).stdin(Stdio::null());
            command
        };
        let run = async |code: i32, arguments: &str| {
            let told = Told::from(with(arguments, &world.boss).output().await.unwrap());
            assert_eq!(told.code, code, "{arguments}: {}{}", told.out, told.err);
            told
        };
        let wrong = Told::from(with("whoami", "csa_wrong").output().await.unwrap());
        assert_eq!(wrong.code, 7, "{}", wrong.err);
        assert!(!wrong.err.contains("csa_wrong"), "{}", wrong.err);

        let can = format!("who-can requests.approve-application --organization {} --json", world.company);
        let names: Vec<_> = run(0, &can).await.documents();
        assert!(names.iter().any(|one| one["administrator"]["email"] == "clerk@company.example"), "{names:?}");
        let may = "explain requests.approve-application --administrator clerk@company.example --kind application";
        let here = format!("{may} --organization {} --scope computer", world.company);
        run(0, &here).await.says("`approve-for-single-computer` at Company B, given individually");
        let group = format!("{may} --organization {} --scope group", world.company);
        run(8, &group).await.says("missing: `approve-for-");
        run(0, &format!("admins --organization {}", world.company)).await.says("clerk@company.example");
        run(2, "roles --organization Nowhere").await.says("no organization `Nowhere`");

        run(0, "audit verify").await.says("The audit is intact");
        run(0, "audit export --format csv --output audit.csv").await;
        let exported = std::fs::read_to_string(terminal.home.path().join("audit.csv")).unwrap();
        assert!(exported.contains("organization.created") && !exported.contains("#end"), "{exported}");

        let mut watching = with("requests watch --interval 3", &world.boss);
        let mut watching = watching.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
        let request = asked(&world, "3").await;
        host.settle().await.unwrap();
        assert!(lines.next_line().await.unwrap().unwrap().starts_with(&format!("pending   {request}")));
        world.decide(&world.boss, &request, &json!({ "outcome": "denied", "scope": "computer" })).await.expect(200);
        host.settle().await.unwrap();
        assert!(lines.next_line().await.unwrap().unwrap().starts_with(&format!("denied    {request}")));
        let interrupted = Command::new("kill").args(["-INT", &watching.id().unwrap().to_string()]).status();
        assert!(interrupted.await.unwrap().success());
        assert_eq!(watching.wait().await.unwrap().code(), Some(0));
    }

    async fn a_company_is_made_as_a_file_says_and_then_left(host) {
        let world = Deployment::on(&host).await;
        let terminal = Terminal::new(&host);
        let token = format!("login --server {} --token-stdin", terminal.server);
        assert_eq!(terminal.run_with(&token, &format!("{}\n", world.boss)).await.code, 0);
        terminal.file("company.toml", COMPANY);
        let planned = terminal.told(4, "apply -f company.toml --plan").await;
        planned.says("create  organization Company B/Branch");
        planned.says("entries: [] → [");
        terminal.told(2, "apply -f company.toml").await.says("add --yes");
        let applied = terminal.told(0, "apply -f company.toml --yes").await;
        applied.says("done: create  rule `The compiler` of Company B");
        applied.says("The policies are drafts");
        host.settle().await.unwrap();
        terminal.told(0, "apply -f company.toml --yes --prune").await.says("Nothing to do");
        terminal.told(0, "policies diff --organization Branch").await.says("Tills");

        let deployed = terminal.told(0, "apply -f company.toml --yes --deploy").await;
        deployed.says("done: deploy  policies of Company B/Branch");
        host.settle().await.unwrap();
        terminal.told(0, "apply -f company.toml --deploy").await.says("Nothing to do");
        terminal.told(0, "policies deploy --organization Branch --yes").await.says("Nothing to deploy");

        let entries = format!("/v1/audit/system?organization_id={}&limit=200", world.root);
        let before = world.api.get(&entries).bearer(&world.boss).send().await.expect(200);
        terminal.told(0, "apply -f company.toml --deploy --prune").await;
        host.settle().await.unwrap();
        let after = world.api.get(&entries).bearer(&world.boss).send().await.expect(200);
        assert_eq!(before.json()["items"], after.json()["items"], "nothing was written");

        terminal.file("less.toml", &COMPANY.replace("\"block\"", "\"allow\"").replace(", \"Servers\"", ""));
        let pruned = terminal.told(0, "apply -f less.toml --yes --prune").await;
        pruned.says("default_action: \"block\" → \"allow\"");
        pruned.says("done: delete  group `Servers` of Company B");
        let here = format!("--organization {}", world.company);
        let roles = terminal.told(0, &format!("roles {here}")).await;
        let clerk = roles.out.lines().find(|line| line.contains("Clerk of the group")).unwrap();
        assert!(clerk.contains("view-approvals") && clerk.contains("approve-for-group"), "{clerk}");
        let roles = terminal.told(0, &format!("roles {here} --json")).await.documents();
        assert!(roles.iter().any(|role| role["name"] == "Clerk of the group"), "{roles:?}");

        let deploy = format!("policies deploy {here}");
        terminal.told(2, &deploy).await.says("add --yes");
        let live = async || {
            let news = world.api.get("/agent/v1/check-in").bearer(&world.computer_token).send().await.expect(200);
            news.json()["policy_version"].clone()
        };
        assert_eq!(live().await, 2, "it was only asked about");
        let deployed = terminal.told(0, &format!("{deploy} --yes")).await;
        deployed.says("default_action: \"block\" → \"allow\"");
        deployed.says("Deployed version 3: ");
        assert_eq!(live().await, 3);
        let compared = terminal.told(0, &format!("policies diff {here} --from 2 --to 3")).await;
        compared.says("default_action: \"block\" → \"allow\"");
        terminal.told(0, &deploy).await.says("Nothing to deploy");

        terminal.file("wrong.toml", &COMPANY.replace("approve-for-group", "approve-everything"));
        let stopped = terminal.told(6, "apply -f wrong.toml --yes").await;
        stopped.says("stopped: 1 of 3 steps were done");
        terminal.file("typo.toml", "[[organization]]\npaht = []\n");
        terminal.told(1, "apply -f typo.toml").await.says("paht");
    }
}

#[test]
fn completions_know_the_commands_of_the_whole_program() {
    let program = built_program("countersign", "cli").unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let output = std::process::Command::new(&program).args(["completions", shell]).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        for command in ["who-can", "requests", "build"] {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
}
