//! A flood of sign-ins by strangers leaves a real sign-in below a second. It is a program of its own, because it measures time: no other test
//! runs meanwhile.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may panic"
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::{Answer, Api, Deployment, PASSWORD};
use futures::future::join_all;
use serde_json::json;
use tokio::task::JoinHandle;

/// Strangers who sign in at once.
const STRANGERS: usize = 48;
/// How long a real sign-in takes at most under the flood, where somebody has signed in before.
const REAL: Duration = Duration::from_secs(1);
/// Passwords of strangers that are compared in a second.
const COMPARED: u64 = 10;

/// Signs in; an address is that of the client behind the trusted proxy.
fn sign_in(api: &Api, email: &str, password: &str, address: Option<String>) -> JoinHandle<Answer> {
    let body = json!({ "email": email, "password": password });
    let call = api.post("/v1/session").json(&body);
    let call = match address {
        Some(address) => call.header("x-forwarded-for", &address),
        None => call,
    };
    tokio::spawn(call.send())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_strangers_who_sign_in_does_not_keep_out_who_has_been_here() {
    let variables = BTreeMap::from([("trusted_proxies".to_owned(), "127.0.0.1".to_owned())]);
    let host = TestHost::start(Backend::Sqlite, Options { variables, ..Options::default() }).await.unwrap();
    let world = Deployment::on(&host).await;
    let boss = || sign_in(&world.api, "boss@company.example", PASSWORD, None);
    boss().await.unwrap().expect(201);
    let (mut turned_away, mut took) = (0, Vec::new());
    let networks = ["192.0.2", "198.51.100", "203.0.113"].into_iter().enumerate();
    for (round, network, again) in networks.flat_map(|(round, of)| [(round, of, false), (round, of, true)]) {
        host.advance(Duration::from_secs(2));
        let began = Instant::now();
        let first = if again { STRANGERS + 1 } else { 1 };
        let strangers: Vec<_> = (first..first + STRANGERS)
            .map(|number| {
                let email = format!("nobody-{network}-{number}@example.test");
                sign_in(&world.api, &email, "not the password at all", Some(format!("{network}.{number}")))
            })
            .collect();
        let asked = Instant::now();
        boss().await.unwrap().expect(201);
        took.push(asked.elapsed());
        if again {
            // What failed before was one block of addresses, which leaves a share to who signs in elsewhere for the first time.
            let elsewhere = format!("100.64.{round}.1");
            let boss = sign_in(&world.api, "boss@company.example", PASSWORD, Some(elsewhere));
            boss.await.unwrap().expect(201);
        }
        let answers: Vec<Answer> = join_all(strangers).await.into_iter().map(Result::unwrap).collect();
        let seconds = began.elapsed().as_secs() + 2;
        let (refused, compared): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 429);
        assert!(compared.iter().all(|answer| answer.status == 401));
        let most = usize::try_from(COMPARED * seconds).unwrap();
        assert!(compared.len() <= most, "{} were compared in {seconds} s", compared.len());
        turned_away += refused.len();
        for answer in refused {
            let said = (&*answer.problem(429), answer.header("retry-after"));
            assert_eq!(said, ("too-many-requests", "1"));
        }
    }
    assert!(turned_away > 0, "nobody was refused");
    // The others may have waited for something else on this machine.
    assert!(took.iter().any(|took| *took < REAL), "{took:?}");
    host.stop().await;
}
