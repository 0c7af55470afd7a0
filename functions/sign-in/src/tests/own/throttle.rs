use std::time::Duration;

use super::super::{audit, with_password};
use super::{PASSWORD, Stage};
use crate::attempts::{ACCOUNT, ADDRESS, ADDRESS_MOST, CODE, STEP_UP};
use crate::capacity::{BLOCK, HELD};
use countersign_http::testing::World;
use countersign_model::ActName;
use futures::future::join_all;
use serde_json::json;

const WRONG: &str = "not the password at all";

#[tokio::test]
async fn guessing_from_one_address_is_slowed_down_even_when_it_races() {
    let stage = Stage::new(&[]).await;
    let mut answers = Vec::new();
    // As many in a second as are compared from a block of addresses that has failed.
    for racing in [5, 5, 4] {
        let some = (0..racing).map(|_| stage.sign_in_from("192.0.2.1", WRONG, json!({})));
        answers.extend(join_all(some).await);
        stage.world.advance(Duration::from_secs(1));
    }
    let (throttled, wrong): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 429);
    assert_eq!((wrong.len(), throttled.len()), (10, 4));
    let seconds: u32 = throttled[0].header("retry-after").parse().unwrap();
    assert!((1..=600).contains(&seconds), "{seconds}");
    assert_eq!(stage.sign_in(json!({})).await.status, 429, "the right password, too");
    let refused = audit(&stage.world, &stage.world.root).await;
    assert_eq!(
        refused.iter().filter(|act| **act == ActName::SessionRefused).count(),
        2,
        "the first of each reason"
    );
    stage.world.advance(Duration::from_secs(600));
    assert_eq!(stage.sign_in(json!({})).await.status, 201);
}

#[tokio::test]
async fn whoever_guesses_does_not_lock_the_victim_out() {
    let stage = Stage::new(&[]).await;
    assert_eq!(stage.sign_in(json!({})).await.status, 201, "a place they have signed in from");
    let account = stage.ada.record.email.key();
    for _ in 0..ACCOUNT.most - 2 {
        stage.world.journal.count_try(&ACCOUNT, &[&account]).await.unwrap();
    }
    for (place, status) in [401, 401, 429].into_iter().enumerate() {
        let answer = stage.sign_in_from(&format!("198.51.100.{place}"), WRONG, json!({})).await;
        assert_eq!(answer.status, status, "{place}");
    }
    let elsewhere = stage.sign_in_from("203.0.113.1", PASSWORD, json!({})).await;
    assert_eq!(elsewhere.status, 429, "from where nobody knows them");
    assert_eq!(stage.sign_in(json!({})).await.status, 201, "from where they have been before");
}

#[tokio::test]
async fn an_unknown_address_is_throttled_like_a_known_one() {
    let stage = Stage::new(&[]).await;
    let body = json!({ "email": "nobody@example.test", "password": WRONG });
    for attempt in 0..12 {
        let call = stage.app.post("/v1/session").header("spin-client-addr", "192.0.2.1:1").json(&body);
        assert_eq!(call.send().await.status, if attempt < 10 { 401 } else { 429 }, "{attempt}");
    }
}

#[tokio::test]
async fn what_succeeds_is_not_counted() {
    let stage = Stage::new(&[]).await;
    for _ in 0..12 {
        assert_eq!(stage.sign_in(json!({})).await.status, 201);
        stage.world.advance(Duration::from_secs(1));
    }
    assert_eq!(stage.credentials().await.sessions.len(), 12);
}

#[tokio::test]
async fn codes_are_not_guessed_from_many_places_either() {
    let stage = Stage::new(&[]).await;
    stage.set_up_totp().await;
    for _ in 0..CODE.most - 2 {
        stage.world.journal.count_try(&CODE, &[stage.ada.record.id.as_str()]).await.unwrap();
    }
    for (place, status) in [401, 401, 429].into_iter().enumerate() {
        let address = format!("198.51.100.{place}");
        let answer = stage.sign_in_from(&address, PASSWORD, json!({ "totp": "000000" })).await;
        assert_eq!(answer.status, status, "{place}");
    }
}

#[tokio::test]
async fn the_same_is_read_for_an_unknown_address() {
    let stage = Stage::new(&[]).await;
    super::super::setup::set_up(&stage.world).await;
    let reads = |email: String| {
        let body = json!({ "email": email, "password": WRONG });
        let call = stage.app.post("/v1/session").header("spin-client-addr", "192.0.2.1:1").json(body);
        async {
            let before = stage.world.memory.counts().reads;
            assert_eq!(call.send().await.status, 401);
            stage.world.memory.counts().reads - before
        }
    };
    let known = reads(stage.ada.record.email.to_string()).await;
    let unknown = reads("nobody@example.test".to_owned()).await;
    assert_eq!(known, unknown);
}

#[tokio::test]
async fn throttling_does_not_tell_who_has_been_here() {
    let stage = Stage::new(&[]).await;
    super::super::setup::set_up(&stage.world).await;
    assert_eq!(stage.sign_in(json!({})).await.status, 201);
    let here = crate::attempts::place("192.0.2.1".parse().unwrap());
    for _ in 0..ADDRESS.most {
        stage.world.journal.count_try(&ADDRESS, &[&here]).await.unwrap();
    }
    let known = stage.sign_in_from("192.0.2.1", WRONG, json!({})).await;
    let body = json!({ "email": "nobody@example.test", "password": WRONG });
    let call = stage.app.post("/v1/session").header("spin-client-addr", "192.0.2.1:4711").json(body);
    let unknown = call.send().await;
    assert_eq!((known.status, unknown.status), (429, 429));
    assert_eq!(stage.sign_in(json!({})).await.status, 201, "the right password from a place they have been");
}

#[tokio::test]
async fn beyond_the_last_limit_nothing_is_written_but_one_counter() {
    let stage = Stage::new(&[]).await;
    super::super::setup::set_up(&stage.world).await;
    let here = crate::attempts::place("192.0.2.1".parse().unwrap());
    for _ in 0..ADDRESS_MOST + 1 {
        stage.world.journal.count_try(&ADDRESS, &[&here]).await.unwrap();
    }
    // The first one is on record.
    assert_eq!(stranger(&stage, 0, "192.0.2.1").await, 429);
    let before = stage.world.memory.dump();
    for number in 1..4 {
        assert_eq!(stranger(&stage, number, "192.0.2.1").await, 429);
    }
    let after = stage.world.memory.dump();
    assert_eq!(after.len(), before.len());
    let changed = after.iter().filter(|entry| !before.iter().any(|known| known == *entry)).count();
    assert_eq!(changed, 1, "the number of refusals of this hour");
}

#[tokio::test]
async fn a_flood_of_sign_ins_compares_few_passwords_and_keeps_out_nobody_who_has_been_here() {
    let stage = Stage::new(&[]).await;
    assert_eq!(stage.sign_in(json!({})).await.status, 201, "a place they have signed in from");
    stage.world.advance(Duration::from_secs(1));
    let flood = |number: usize| {
        let body = json!({ "email": format!("nobody{number}@example.test"), "password": WRONG });
        let address = format!("198.51.100.{number}:1");
        stage.app.post("/v1/session").header("spin-client-addr", &address).json(&body).send()
    };
    let answers = join_all((0..48).map(flood)).await;
    let (refused, compared): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 429);
    assert_eq!((compared.len(), refused.len()), (10, 38));
    assert!(compared.iter().all(|answer| answer.status == 401));
    assert!(refused.iter().all(|answer| answer.header("retry-after") == "1"));
    assert_eq!(stage.sign_in(json!({})).await.status, 201, "in the same second");
    stage.world.advance(Duration::from_secs(1));
    assert_eq!(flood(40).await.status, 401, "what was refused did not count as an attempt");
}

/// An attempt of a stranger, with an account of its own.
async fn stranger(stage: &Stage, number: usize, address: &str) -> u16 {
    let body = json!({ "email": format!("nobody{number}@example.test"), "password": WRONG });
    let peer = if address.contains(':') { format!("[{address}]:1") } else { format!("{address}:1") };
    stage.app.post("/v1/session").header("spin-client-addr", &peer).json(&body).send().await.status
}

#[tokio::test]
async fn a_flood_from_one_block_of_addresses_leaves_their_share_to_people_elsewhere() {
    let from = |number: usize| [format!("198.51.100.{number}"), format!("2001:db8:{number}::1")];
    for (kind, elsewhere) in ["203.0.113.9", "2001:db9::1"].into_iter().enumerate() {
        let stage = Stage::new(&[]).await;
        for number in 0..usize::try_from(BLOCK.most).unwrap() {
            assert_eq!(stranger(&stage, number, &from(number)[kind]).await, 401, "{number}");
        }
        stage.world.advance(Duration::from_secs(1));
        let flood = (100..148).map(|number| {
            let address = from(number)[kind].clone();
            let stage = &stage;
            async move { stranger(stage, number, &address).await }
        });
        let answers = join_all(flood).await;
        let count = |status| answers.iter().filter(|answer| **answer == status).count();
        assert_eq!((count(401), count(429)), (5, 43), "{elsewhere}");
        let somebody_new = stage.sign_in_from(elsewhere, PASSWORD, json!({})).await;
        assert_eq!(somebody_new.status, 201, "in the same second, where they have never been");
    }
}

#[tokio::test]
async fn a_password_of_two_forms_is_two_comparisons() {
    let stage = Stage::new(&[]).await;
    let wide = "\u{ff4e}ot the password at all";
    let attempt = |number: usize| {
        let address = format!("198.51.{number}.1");
        let stage = &stage;
        async move { stage.sign_in_from(&address, wide, json!({})).await.status }
    };
    let answers = join_all((0..12).map(attempt)).await;
    assert_eq!(answers.iter().filter(|status| **status == 401).count(), 4, "two in each pool of five");
}

#[tokio::test]
async fn sessions_and_links_together_compare_and_hash_few_passwords_and_keep_nobody_from_signing_in() {
    let stage = Stage::new(&[]).await;
    let (_, link) = super::super::invitation::invite(&stage.world, &stage.world.root, "bob@company.example");
    let people = join_all((0..14).map(|_| with_password(&stage.world, &stage.world.root, &[]))).await;
    let asked = |token: String| {
        let call = stage.app.post("/v1/totp").bearer(&token).json(json!({ "password": PASSWORD }));
        call.send()
    };
    let answers = join_all(people.iter().map(|person| asked(person.token.clone()))).await;
    let (refused, done): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 429);
    assert_eq!((done.len(), refused.len()), (10, 4));
    assert!(done.iter().all(|answer| answer.status == 200));
    assert!(refused.iter().all(|answer| answer.header("retry-after") == "1"));
    let accept = || {
        let body = json!({ "token": link, "password": PASSWORD });
        stage.app.post("/v1/invitations/accept").json(body).send()
    };
    let hashed = accept().await;
    assert_eq!((hashed.status, hashed.header("retry-after")), (429, "1"), "a link");
    assert_eq!(stage.sign_in(json!({})).await.status, 201, "in the same second");
    let refusals = audit(&stage.world, &stage.world.root).await;
    assert!(!refusals.contains(&ActName::ProofRefused), "nothing was compared, so nothing failed");

    stage.world.advance(Duration::from_secs(1));
    assert_eq!(accept().await.status, 201, "the link still works");
    let twelfth = &people[11].token;
    for _ in 0..STEP_UP.most - 1 {
        let wrong = stage.app.post("/v1/totp").bearer(twelfth).json(json!({ "password": WRONG }));
        assert_eq!(wrong.send().await.status, 403);
        stage.world.advance(Duration::from_secs(1));
    }
    assert_eq!(asked(twelfth.clone()).await.status, 200, "what was refused did not count as an attempt");
}

#[tokio::test]
async fn a_reset_and_a_set_up_hash_only_within_the_same_limit() {
    let stage = Stage::new(&[]).await;
    let spend = async |world: &World| {
        for _ in 0..HELD.most {
            world.journal.count_try(&HELD, &[]).await.unwrap();
        }
    };
    let token = super::super::reset::ask(&stage.world, &stage.ada).await;
    spend(&stage.world).await;
    let refused = super::super::reset::complete(&stage.app, &token, PASSWORD).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "1"));
    stage.world.advance(Duration::from_secs(1));
    assert_eq!(super::super::reset::complete(&stage.app, &token, PASSWORD).await.status, 204);

    let blank = super::super::setup::blank().await;
    spend(&blank).await;
    let refused = super::super::setup::ask_for_set_up(&blank).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "1"));
    blank.advance(Duration::from_secs(1));
    assert_eq!(super::super::setup::ask_for_set_up(&blank).await.status, 201);
}
