//! The program that is run with each change: JSON on its standard input, and environment variables.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

use super::Change;

/// Credentials that the program is not given.
const KEPT_BACK: [&str; 1] = ["COUNTERSIGN_ENROLLMENT_KEY"];

/// A program, as its user would type it into a shell.
#[derive(Clone, Debug)]
pub struct Program {
    command: String,
    /// How long it may run.
    patience: Duration,
    server: String,
    computer_id: String,
}

impl Program {
    /// A program that runs for this computer. One that runs longer than `patience` is killed and counts as failed.
    #[must_use]
    pub fn new(command: String, patience: Duration, server: String, computer_id: String) -> Self {
        Self { command, patience, server, computer_id }
    }

    /// Runs it with a change.
    ///
    /// # Errors
    /// When it cannot be started, exits with another status than 0, or takes too long; in words.
    pub async fn run(&self, change: &Change) -> Result<(), String> {
        let mut child = self.start(change).map_err(|cause| format!("cannot be started: {cause}"))?;
        let input = self.input(change);
        let done = async {
            if let Some(mut stdin) = child.stdin.take() {
                // A program need not read it.
                let _ = stdin.write_all(&input).await;
            }
            child.wait().await
        };
        match tokio::time::timeout(self.patience, done).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(status.to_string()),
            Ok(Err(cause)) => Err(cause.to_string()),
            Err(_) => Err(format!("it ran longer than {} s and was killed", self.patience.as_secs())),
        }
    }

    fn start(&self, change: &Change) -> std::io::Result<Child> {
        let mut program = shell(&self.command);
        for name in KEPT_BACK {
            program.env_remove(name);
        }
        program.env("COUNTERSIGN_CHANGE", change.name());
        program.env("COUNTERSIGN_SERVER", &self.server).env("COUNTERSIGN_COMPUTER_ID", &self.computer_id);
        for (name, value) in variables(change) {
            program.env(name, value);
        }
        // What it prints must not mix with the agent's own lines.
        program.stdin(Stdio::piped()).stdout(Stdio::from(std::io::stderr())).kill_on_drop(true).spawn()
    }

    fn input(&self, change: &Change) -> Vec<u8> {
        let mut document = json!(change);
        if let Value::Object(members) = &mut document {
            members.insert("server".to_owned(), json!(self.server));
            members.insert("computer_id".to_owned(), json!(self.computer_id));
        }
        format!("{document}\n").into_bytes()
    }
}

#[cfg(not(windows))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", command]);
    shell
}

#[cfg(windows)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.args(["/C", command]);
    shell
}

/// What a short script needs, so that it can do without JSON. A text that others choose, such as a path, is only in the JSON.
fn variables(change: &Change) -> Vec<(&'static str, String)> {
    let at = |value: &Value, pointer: &str| match value.pointer(pointer) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => None,
    };
    let members: &[(&'static str, &str)] = match change {
        Change::GrantAdded { .. } | Change::GrantRemoved { .. } => &[
            ("COUNTERSIGN_GRANT_ID", "/grant/id"),
            ("COUNTERSIGN_KIND", "/grant/kind"),
            ("COUNTERSIGN_SHA256", "/grant/subject/sha256"),
            ("COUNTERSIGN_ACCESS", "/grant/subject/access"),
            ("COUNTERSIGN_EXPIRES_AT", "/grant/expires_at"),
            ("COUNTERSIGN_USE_BY", "/grant/first_use/use_by"),
            ("COUNTERSIGN_LASTS_SECONDS", "/grant/first_use/lasts_seconds"),
            ("COUNTERSIGN_USED_AT", "/grant/first_use/used_at"),
        ],
        Change::Policies { .. } => &[("COUNTERSIGN_POLICY_VERSION", "/policy_version")],
        Change::Maintenance { .. } => {
            &[("COUNTERSIGN_MODE", "/maintenance/mode"), ("COUNTERSIGN_UNTIL", "/maintenance/until")]
        }
        Change::Agent { .. } => &[
            ("COUNTERSIGN_AGENT_VERSION", "/agent/version"),
            ("COUNTERSIGN_UPDATE_CHANNEL", "/agent/update_channel"),
        ],
    };
    let document = json!(change);
    members
        .iter()
        .filter_map(|(name, pointer)| Some((*name, at(&document, pointer)?)))
        .filter(|(_, value)| !value.contains('\0'))
        .collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn program(command: &str) -> Program {
        let (server, computer) = ("http://127.0.0.1:3000".to_owned(), "cmp_1".to_owned());
        Program::new(command.to_owned(), Duration::from_secs(60), server, computer)
    }

    fn added() -> Change {
        Change::GrantAdded {
            grant: json!({"id": "grt_1", "kind": "application", "subject": {"sha256": "ab"}}),
        }
    }

    #[tokio::test]
    async fn it_gets_the_change_on_its_input_and_in_its_environment() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let line = "$COUNTERSIGN_CHANGE $COUNTERSIGN_GRANT_ID $COUNTERSIGN_KIND $COUNTERSIGN_SHA256";
        let command = format!("{{ echo \"{line} $COUNTERSIGN_COMPUTER_ID\"; cat; }} > '{}'", out.display());
        program(&command).run(&added()).await.unwrap();
        let text = std::fs::read_to_string(out).unwrap();
        let (line, document) = text.split_once('\n').unwrap();
        assert_eq!(line, "grant-added grt_1 application ab cmp_1");
        let document: Value = serde_json::from_str(document).unwrap();
        assert_eq!((&document["change"], &document["grant"]["id"]), (&json!("grant-added"), &json!("grt_1")));
        assert_eq!(document["computer_id"], "cmp_1");
    }

    #[tokio::test]
    async fn a_wanted_agent_is_in_its_environment() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let line = "$COUNTERSIGN_CHANGE $COUNTERSIGN_AGENT_VERSION ${COUNTERSIGN_UPDATE_CHANNEL-unset}";
        let agent = json!({"version": "2.4.1", "update_channel": null});
        let command = format!("echo \"{line}\" > '{}'", out.display());
        program(&command).run(&Change::Agent { agent }).await.unwrap();
        assert_eq!(std::fs::read_to_string(out).unwrap(), "agent 2.4.1 unset\n");
    }

    #[tokio::test]
    async fn a_failure_says_why() {
        assert!(program("exit 3").run(&added()).await.unwrap_err().contains("exit status: 3"));
        assert!(program("/nowhere/at-all").run(&added()).await.unwrap_err().contains("127"));
    }

    #[tokio::test]
    async fn one_that_does_not_end_is_killed() {
        let patience = Duration::from_millis(50);
        let program = Program { patience, ..program("exec tail -f /dev/null") };
        assert!(program.run(&added()).await.unwrap_err().contains("was killed"));
    }

    #[tokio::test]
    async fn one_that_does_not_read_its_input_succeeds_all_the_same() {
        let grant = json!({"id": "grt_1", "padding": "x".repeat(1 << 20)});
        program("exec true").run(&Change::GrantAdded { grant }).await.unwrap();
    }
}
