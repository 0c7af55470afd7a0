//! What strangers who try to sign in may do.

use std::time::{Duration, Instant};

use countersign_host::harness::Backend;
use countersign_tests::{Answer, Api, Deployment, PASSWORD};
use futures::future::join_all;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{host, require_later};

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
    let host = host(Backend::Sqlite, [("trusted_proxies", "127.0.0.1".to_owned())]).await;
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
            require_later(answer, "too-many-requests", 1);
        }
    }
    assert!(turned_away > 0, "nobody was refused");
    // The others may have waited for other tests on this machine.
    assert!(took.iter().any(|took| *took < REAL), "{took:?}");
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_sign_ins_leave_one_entry_and_their_number() {
    for backend in Backend::available().unwrap() {
        let host = host(backend, [("trusted_proxies", "127.0.0.1".to_owned())]).await;
        let world = Deployment::on(&host).await;
        // At the beginning of an hour, so that none begins meanwhile.
        let into_it = host.clock.now().as_second().rem_euclid(3600);
        host.advance(Duration::from_secs(u64::try_from(3600 - into_it).unwrap()));
        for _ in 0..8 {
            sign_in(&world.api, "clerk@company.example", "not it, whatever it is", None)
                .await
                .unwrap()
                .expect(401);
            host.advance(Duration::from_secs(1));
        }
        let refusals = async || {
            host.settle().await.unwrap();
            let path = format!("/v1/audit/system?organization_id={}&act=session.refused", world.company);
            let page = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
            page["items"].as_array().unwrap().clone()
        };
        assert_eq!(refusals().await.len(), 1, "the first is on record at once");
        // What has expired is swept a while later.
        host.advance(Duration::from_secs(3600 + 11 * 60));
        let both = refusals().await;
        let counts: Vec<&Value> = both.iter().filter_map(|entry| entry.pointer("/detail/count")).collect();
        assert_eq!((both.len(), counts), (2, vec![&json!(8)]), "{both:?}");
        host.stop().await;
    }
}
