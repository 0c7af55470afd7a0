//! Prometheus itself, which reads a host as `deploy/prometheus` says.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use countersign_host::harness::METRICS_TOKEN;
use countersign_tests::{Api, root};
use reqwest::Url;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// How long something may take that needs a few scrapes.
const SOON: Duration = Duration::from_secs(20);

/// A server that reads one host, once a second. Dropping it ends it.
pub struct Prometheus {
    api: Api,
    folder: TempDir,
    _program: Child,
}

impl Prometheus {
    /// Starts it with the files that are documented; only places and times are others.
    pub fn reading(host: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name).display().to_string();
        let documented =
            |name: &str| std::fs::read_to_string(root().join("deploy/prometheus").join(name)).unwrap();
        std::fs::write(place("token"), METRICS_TOKEN).unwrap();
        std::fs::write(place("alerts.yaml"), documented("alerts.yaml")).unwrap();
        let mut scrape = format!("global: {{ evaluation_interval: 1s }}\n{}", documented("scrape.yaml"));
        let changes = [
            ("scrape_interval: 15s", "scrape_interval: 1s".to_owned()),
            ("/etc/prometheus/countersign-token", place("token")),
            ("127.0.0.1:3000", host.to_string()),
        ];
        for (documented, here) in changes {
            assert!(scrape.contains(documented), "`{documented}` is not in: {scrape}");
            scrape = scrape.replace(documented, &here);
        }
        std::fs::write(place("prometheus.yml"), scrape).unwrap();

        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let mut program = Command::new("prometheus");
        program.arg(format!("--config.file={}", place("prometheus.yml")));
        program.arg(format!("--storage.tsdb.path={}", place("data")));
        program.arg(format!("--web.listen-address={free}"));
        let log = std::fs::File::create(place("log")).unwrap();
        program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        let program = program.spawn().unwrap();
        Self { api: Api::new(format!("http://{free}/api/v1")), folder, _program: program }
    }

    /// Asks until there is an answer.
    pub async fn soon<T>(&self, what: &str, asked: impl AsyncFn() -> Option<T>) -> T {
        let answered = async {
            loop {
                if let Some(answer) = asked().await {
                    return answer;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(SOON, answered).await.unwrap_or_else(|_| {
            panic!("{what}; {}", std::fs::read_to_string(self.folder.path().join("log")).unwrap())
        })
    }

    /// The samples of an expression now, each with its labels. Prometheus must be able to evaluate it.
    pub async fn samples(&self, expression: &str) -> Vec<Value> {
        let data = self.data("/query", &[("query", expression)]).await.expect("it answers");
        data["result"].as_array().unwrap().clone()
    }

    /// The labels of every series of a metric.
    pub async fn series(&self, metric: &str) -> Vec<BTreeMap<String, String>> {
        let data = self.data("/series", &[("match[]", metric)]).await.expect("it answers");
        serde_json::from_value(data).unwrap()
    }

    /// The alert rules, if it serves already.
    pub async fn rules(&self) -> Option<Vec<Value>> {
        let data = self.data("/rules", &[]).await?;
        let groups = data["groups"].as_array().unwrap();
        Some(groups.iter().flat_map(|group| group["rules"].as_array().unwrap().clone()).collect())
    }

    async fn data(&self, path: &str, parameters: &[(&str, &str)]) -> Option<Value> {
        let url = Url::parse_with_params("http://prometheus", parameters).unwrap();
        let call = self.api.get(&format!("{path}?{}", url.query().unwrap_or_default()));
        let answer = call.try_send().await.filter(|answer| answer.status != 503)?;
        let answer = answer.expect(200).json();
        assert_eq!((&answer["status"], answer.get("warnings")), (&Value::from("success"), None), "{answer}");
        Some(answer["data"].clone())
    }
}
