//! The deployment at the start of stories: a root, a company below it with a group and a deployed policy, an
//! administrator who may approve for single computers, and a computer.

use std::path::{Path, PathBuf};

use countersign_host::harness::providers::Providers;
use countersign_host::harness::{ChildHost, TestHost};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{Answer, Api};

/// The password of all accounts.
pub const PASSWORD: &str = "seven quiet boats at noon";

/// A host that a story runs on.
pub trait Stage {
    /// Its origin with a path.
    fn at(&self, path: &str) -> String;
    /// Where its messages arrive.
    fn providers(&self) -> &Providers;
    /// Calls `deliver` until nothing is due.
    fn settled(&self) -> impl Future<Output = ()> + Send;
}

impl Stage for TestHost {
    fn at(&self, path: &str) -> String {
        self.url(path)
    }

    fn providers(&self) -> &Providers {
        &self.providers
    }

    async fn settled(&self) {
        self.settle().await.expect("notifications settle");
    }
}

impl Stage for ChildHost {
    fn at(&self, path: &str) -> String {
        self.url(path)
    }

    fn providers(&self) -> &Providers {
        &self.providers
    }

    async fn settled(&self) {
        self.settle().await.expect("notifications settle");
    }
}

/// The objects that exist at the start.
#[derive(Clone)]
pub struct Deployment {
    /// The interface.
    pub api: Api,
    /// The root organization.
    pub root: String,
    /// The first administrator's token.
    pub boss: String,
    /// The company.
    pub company: String,
    /// Its group.
    pub group: String,
    /// Its deployed policy, which notifies `desk@company.example` and `sms:+15550100`.
    pub policy: String,
    /// An administrator of the company with *notify on request* and Approve for Single Computer.
    pub clerk: String,
    /// The administrator's token.
    pub clerk_token: String,
    /// The key with which its computers enroll: a group has a limited number of keys.
    pub enrollment_key: String,
    /// A computer of the group.
    pub computer: String,
    /// Its token.
    pub computer_token: String,
}

impl Deployment {
    /// Sets everything up over HTTP, as people and programs would.
    pub async fn on(stage: &impl Stage) -> Self {
        Self::over(Api::new(stage.at("")), stage).await
    }

    /// The same over a connection of one's own.
    pub async fn over(api: Api, stage: &impl Stage) -> Self {
        let set_up = api.post("/v1/setup").json(&set_up_body()).send().await.expect(201);
        let (root, boss) = (set_up.text_at("/organization/id"), set_up.text_at("/token"));
        let post = |path: String, body: Value| {
            let call = api.post(&path).bearer(&boss).json(&body);
            async move { call.send().await.expect(201) }
        };
        let company = json!({ "name": "Company B", "parent_id": root });
        let company = post("/v1/organizations".to_owned(), company).await.text_at("/id");
        let of_company = format!("/v1/organizations/{company}");
        let group =
            post(format!("{of_company}/groups"), json!({ "name": "Workstations" })).await.text_at("/id");
        let policy = json!({ "name": "Default", "group_id": group,
            "notify": { "enabled": true, "addresses": ["desk@company.example", "sms:+15550100"] } });
        let policy = post(format!("{of_company}/policies"), policy).await.text_at("/id");
        let deployed = api.post(&format!("{of_company}/deploy")).bearer(&boss).send().await.expect(200);
        assert_eq!(deployed.json()["policy_version"], 1);
        let keys = format!("{of_company}/groups/{group}/enrollment-keys");
        let enrollment_key = post(keys, json!({})).await.text_at("/key");
        let enrolled = enroll(&api, &enrollment_key, "pc-1").await;
        let (computer, computer_token) = (enrolled.text_at("/computer_id"), enrolled.text_at("/token"));
        let mut deployment = Self {
            api,
            root,
            boss,
            company: company.clone(),
            group,
            policy,
            clerk: String::new(),
            clerk_token: String::new(),
            enrollment_key,
            computer,
            computer_token,
        };
        let permissions = ["approve-for-single-computer"];
        (deployment.clerk, deployment.clerk_token) =
            deployment.administrator(stage, "clerk@company.example", &company, &permissions).await;
        let body = json!({ "notify_on_request": true });
        deployment.patch(&format!("/v1/administrators/{}", deployment.clerk), &body).await.expect(200);
        stage.settled().await;
        stage.providers().email.clear();
        stage.providers().sms.clear();
        deployment
    }

    /// Invites an administrator, who accepts with the link in the email, and gives them permissions. Returns id and
    /// token.
    pub async fn administrator(
        &self,
        stage: &impl Stage,
        email: &str,
        organization: &str,
        permissions: &[&str],
    ) -> (String, String) {
        let body = json!({ "email": email, "name": "Clerk", "organization_id": organization });
        let invited = self.api.post("/v1/administrators").bearer(&self.boss).json(&body).send().await;
        let id = invited.expect(201).text_at("/id");
        stage.settled().await;
        let token = link_token(stage.providers(), email, "/invitation#");
        let accept = json!({ "token": token, "password": PASSWORD });
        let accepted = self.api.post("/v1/invitations/accept").json(&accept).send().await.expect(201);
        let body = json!({ "permissions": permissions });
        let given = self.api.put(&format!("/v1/administrators/{id}/permissions")).bearer(&self.boss);
        given.json(&body).send().await.expect(200);
        (id, accepted.text_at("/token"))
    }

    /// Another computer of the group: id and token.
    pub async fn another_computer(&self, hostname: &str) -> (String, String) {
        let enrolled = enroll(&self.api, &self.enrollment_key, hostname).await;
        (enrolled.text_at("/computer_id"), enrolled.text_at("/token"))
    }

    /// A `PATCH` by the first administrator.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.api.call(reqwest::Method::PATCH, path).bearer(&self.boss).json(body).send().await
    }

    /// The agent's description of a file.
    pub fn request_for(&self, bytes: &[u8]) -> Value {
        json!({
            "kind": "application", "policy_id": self.policy, "reason": "I need it for the report",
            "subject": { "path": "C:\\Tools\\report.exe", "sha256": sha256(bytes), "size": bytes.len(),
                "certificate": "CN=Example Software", "calling_process": "explorer.exe" },
            "requester": { "username": "COMPANY\\ann", "email": "ann@company.example" },
            "attach": true,
        })
    }

    /// Submits a request as the computer; its answer.
    pub async fn submit(&self, body: &Value, key: &str) -> Answer {
        let call = self.api.post("/agent/v1/requests").bearer(&self.computer_token).json(body);
        call.header("idempotency-key", key).send().await
    }

    /// Decides as an administrator; returns the answer.
    pub async fn decide(&self, who: &str, request: &str, body: &Value) -> Answer {
        self.api.post(&format!("/v1/requests/{request}/decision")).bearer(who).json(body).send().await
    }

    /// The acts of an audit of the company, newest first.
    pub async fn audit(&self, which: &str, about: &str) -> Vec<String> {
        let path = format!("/v1/audit/{which}?organization_id={}&about={about}&limit=200", self.company);
        let page = self.api.get(&path).bearer(&self.boss).send().await.expect(200).json();
        let items = page["items"].as_array().expect("items").clone();
        items.iter().map(|item| item["act"].as_str().expect("an act").to_owned()).collect()
    }
}

fn set_up_body() -> Value {
    json!({
        "setup_token": countersign_host::harness::SETUP_TOKEN,
        "organization": { "name": "Company A" },
        "administrator": { "email": "boss@company.example", "name": "Boss", "password": PASSWORD },
    })
}

async fn enroll(api: &Api, key: &str, hostname: &str) -> Answer {
    let body = json!({ "enrollment_key": key, "hostname": hostname, "os": "Windows 11" });
    api.post("/agent/v1/enroll").json(&body).send().await.expect(201)
}

/// The token in the newest link of a kind that was mailed to an address.
pub fn link_token(providers: &Providers, to: &str, link: &str) -> String {
    let messages = providers.email.messages();
    let message = messages.iter().rev().find(|message| message.to == to && message.text.contains(link));
    let message = message.unwrap_or_else(|| panic!("no {link} for {to} in {messages:?}"));
    let (_, rest) = message.text.split_once(link).expect("a link");
    rest.split_whitespace().next().expect("a token").to_owned()
}

/// The SHA-256 of bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A real file with these bytes in a folder.
pub fn file_of(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a file");
    path
}
