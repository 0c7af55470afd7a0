//! A firm that looks after others' computers, with a year behind it: everything is made over HTTP, as people and programs would,
//! while the clock of the host is moved.

use std::collections::BTreeMap;

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::{Answer, Api, Call, Cookie};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{history, people, policies, today};

/// The login with which the provider of email reports bounces.
pub const BOUNCES: &str = "postmark:secret-of-the-pictures";

/// An organization: its key, its name, and its groups with the beginning of the names of their computers, how many these are, and the
/// number of the first.
type Organization =
    (&'static str, &'static str, &'static [(&'static str, &'static str, &'static str, u32, u32)]);

/// The organizations, all below the firm.
pub const ORGANIZATIONS: &[Organization] = &[
    (
        "hartmann",
        "Hartmann & Söhne Präzisionswerkzeugbau GmbH & Co. KG",
        &[
            ("konstruktion", "Konstruktion", "NB-KONSTR-", 46, 107),
            ("fertigung", "Fertigung und Qualitätssicherung", "QS-MESSRAUM-", 280, 1),
            ("verwaltung", "Verwaltung, Einkauf und Versand", "PC-VERWALTUNG-", 86, 1),
        ],
    ),
    (
        "kanzlei",
        "Steuerberatungsgesellschaft Oberländer, Wißmann und Partner mbB",
        &[("kanzlei-ws", "Arbeitsplätze", "KANZLEI-WS-", 22, 1)],
    ),
    (
        "klinik",
        "Kreiskrankenhaus Mühldorf-Altötting gGmbH",
        &[("radiologie", "Radiologie", "KKM-RADIO-", 24, 1), ("stationen", "Stationen", "KKM-STAT-", 60, 1)],
    ),
    ("parsa", "شرکت فرش پارسا", &[("parsa-fin", "امور مالی", "TEH-FIN-", 9, 1)]),
    ("nordlicht", "Nordlicht Logistik SE", &[("versand", "Versand", "NL-VERSAND-", 30, 1)]),
    (
        "stadtwerke",
        "Stadtwerke Bad Kötzting Eigenbetrieb",
        &[("leitstelle", "Leitstelle", "SWK-LEIT-", 12, 1)],
    ),
    ("baeckerei", "Bäckerei Wünsche e. K.", &[("kassen", "Kassen", "KASSE-", 3, 1)]),
    ("dufour", "Ateliers Dufour SA", &[("atelier", "Atelier", "ATELIER-PC-", 6, 1)]),
];

/// How many computers enroll in a breath: one address has its limit.
const BREATH: u32 = 250;

/// A computer.
#[derive(Debug, Clone)]
pub struct Device {
    /// The key of its organization.
    pub organization: &'static str,
    /// The key of its group.
    pub group: &'static str,
    pub hostname: String,
    pub id: String,
    pub token: String,
}

/// The firm.
pub struct Firm {
    pub host: TestHost,
    pub api: Api,
    /// The time of the pictures.
    pub now: Timestamp,
    /// What names in the addresses of pictures stand for.
    pub ids: BTreeMap<String, String>,
    /// The tokens of people, by key.
    pub tokens: BTreeMap<&'static str, String>,
    /// Their sessions in the console.
    pub cookies: BTreeMap<&'static str, Cookie>,
    pub devices: Vec<Device>,
    /// The same choices each time.
    pub random: Rng,
}

/// A host; `mailbox`: with the mailbox in the place of providers.
pub async fn host(mailbox: bool) -> anyhow::Result<TestHost> {
    let variables = [
        ("public_url", "https://approvals.rheinblick.example"),
        ("email_callback_key", BOUNCES),
        ("email_from", "Countersign <approvals@rheinblick.example>"),
        ("computer_limits", "off"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let options = Options { variables, dev_provider: mailbox, ..Options::default() };
    TestHost::start(Backend::Sqlite, options).await
}

/// The answer to a call that must succeed.
pub async fn done(call: Call) -> Answer {
    let answer = call.send().await;
    assert!((200..300).contains(&answer.status), "{}: {}", answer.status, answer.text());
    answer
}

impl Firm {
    /// Sets it up, and lets a year go by.
    pub async fn on(host: TestHost, now: Timestamp) -> anyhow::Result<Self> {
        let mut firm = Self::begun(host, now, 365 * 24 * 60, None).await;
        history::year(&mut firm).await?;
        today::all(&mut firm).await?;
        people::sign_in(&mut firm).await;
        firm.host.settle().await?;
        Ok(firm)
    }

    /// Sets it up so many minutes ago; `only`: with no other computers than these.
    pub async fn begun(host: TestHost, now: Timestamp, minutes: i64, only: Option<&[&str]>) -> Self {
        let api = Api::new(host.url(""));
        let mut firm = Self {
            host,
            api,
            now,
            ids: BTreeMap::new(),
            tokens: BTreeMap::new(),
            cookies: BTreeMap::new(),
            devices: Vec::new(),
            random: Rng::with_seed(26),
        };
        firm.at(minutes);
        people::first(&mut firm).await;
        firm.organizations().await;
        people::others(&mut firm).await;
        firm.computers(only).await;
        policies::all(&mut firm).await;
        firm
    }

    /// The token behind a link in the newest mail to an address.
    pub fn token_for(&self, to: &str, link: &str) -> String {
        let caught = self.host.mailbox().messages();
        let sent = self.host.providers.email.messages();
        let mut all = caught.into_iter().rev().chain(sent);
        let text = all.rfind(|message| message.to == to && message.text.contains(link));
        let text = text.unwrap_or_else(|| panic!("no {link} for {to}")).text;
        let (_, rest) = text.split_once(link).expect("a link");
        rest.split_whitespace().next().expect("a token").to_owned()
    }

    /// So many minutes, and half a one, before the time of the pictures: the age that is shown does not depend on seconds.
    pub fn before_now(&self, minutes: i64) -> Timestamp {
        self.now - SignedDuration::from_secs(minutes * 60 + 30)
    }

    /// Sets the clock to so many minutes before the time of the pictures.
    pub fn at(&self, minutes: i64) {
        self.host.clock.set(self.before_now(minutes));
    }

    /// What an id is called in the addresses of pictures.
    pub fn id(&self, name: &str) -> &str {
        self.ids.get(name).unwrap_or_else(|| panic!("no id of {name}"))
    }

    /// A `POST` by somebody that must succeed.
    pub async fn post(&self, who: &str, path: &str, body: Value) -> Answer {
        done(self.api.post(path).bearer(&self.tokens[who]).json(&body)).await
    }

    /// A `PUT` by somebody that must succeed.
    pub async fn put(&self, who: &str, path: &str, body: Value) -> Answer {
        done(self.api.put(path).bearer(&self.tokens[who]).json(&body)).await
    }

    /// A `PATCH` by somebody that must succeed.
    pub async fn patch(&self, who: &str, path: &str, body: Value) -> Answer {
        let call = self.api.call(reqwest::Method::PATCH, path).bearer(&self.tokens[who]);
        done(call.json(&body)).await
    }

    /// The computer of a host name that enrolled first.
    pub fn device(&self, hostname: &str) -> &Device {
        let found = self.devices.iter().find(|device| device.hostname == hostname);
        found.unwrap_or_else(|| panic!("no computer is called {hostname}"))
    }

    async fn organizations(&mut self) {
        for (key, name, groups) in ORGANIZATIONS {
            let body = json!({ "name": name, "parent_id": self.id("firm") });
            let id = self.post("petra", "/v1/organizations", body).await.text_at("/id");
            self.ids.insert((*key).to_owned(), id.clone());
            for (group, name, ..) in *groups {
                let path = format!("/v1/organizations/{id}/groups");
                let id = self.post("petra", &path, json!({ "name": name })).await.text_at("/id");
                self.ids.insert((*group).to_owned(), id);
            }
        }
    }

    async fn computers(&mut self, only: Option<&[&str]>) {
        let mut enrolled = 0;
        for (organization, _, groups) in ORGANIZATIONS {
            for (group, _, start, count, first) in *groups {
                let name = json!({ "name": "Erstausstattung" });
                let key = self.enrollment_key(organization, group, name).await;
                for number in *first..first + count {
                    let digits = if *count > 99 || *first > 99 { 4 } else { 2 };
                    let hostname = format!("{start}{number:0digits$}");
                    if only.is_some_and(|only| !only.contains(&hostname.as_str())) {
                        continue;
                    }
                    if enrolled % BREATH == BREATH - 1 {
                        self.host.advance(std::time::Duration::from_secs(700));
                    }
                    self.enroll(organization, group, &key, hostname).await;
                    enrolled += 1;
                }
            }
        }
    }

    /// A key for a group.
    pub async fn enrollment_key(&self, organization: &str, group: &str, body: Value) -> String {
        let path =
            format!("/v1/organizations/{}/groups/{}/enrollment-keys", self.id(organization), self.id(group));
        self.post("petra", &path, body).await.text_at("/key")
    }

    /// A computer enrolls.
    pub async fn enroll(
        &mut self,
        organization: &'static str,
        group: &'static str,
        key: &str,
        hostname: String,
    ) {
        let os = ["Windows 11 Pro 24H2", "Windows 11 Enterprise 23H2", "Windows 10 LTSC"];
        let os = self.random.choice(os).unwrap_or_default();
        let body = json!({ "enrollment_key": key, "hostname": hostname, "os": os, "agent_version": "2.3.0" });
        let enrolled = done(self.api.post("/agent/v1/enroll").json(&body)).await;
        let (id, token) = (enrolled.text_at("/computer_id"), enrolled.text_at("/token"));
        self.devices.push(Device { organization, group, hostname, id, token });
    }
}
