//! Cursors: what they do not show, and for whom and what they hold.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_authority::CursorKey;
use countersign_store::record;
use futures::executor::block_on;
use serde_json::json;

use super::probe::{router, world};
use crate::testing::{Person, TestApp, TestResponse, World};

const HERE: &str = "/v1/letters/org_01ARZ3NDEKTSV4RRFFQ69G5FAV";
const ELSEWHERE: &str = "/v1/letters/org_01BX5ZZKBKACTAV9WEVGEMMVRZ";

async fn read(app: &TestApp, who: &Person, path: &str) -> TestResponse {
    app.get(path).bearer(&who.token).send().await
}

/// The cursor of the second page.
async fn cursor(app: &TestApp, who: &Person, path: &str) -> String {
    let page = read(app, who, path).await;
    page.json()["next_cursor"].as_str().unwrap_or_else(|| panic!("{}", page.text())).to_owned()
}

fn somebody(world: &World) -> Person {
    world.administrator(&world.root, [])
}

fn is_refused(answer: &TestResponse) {
    assert_eq!((answer.status, answer.code().as_str()), (422, "invalid-query"), "{}", answer.text());
    assert_eq!(answer.pointers(), ["/cursor"]);
    assert!(answer.text().contains("`next_cursor`"), "{}", answer.text());
}

#[tokio::test]
async fn a_cursor_leads_on_and_shows_nothing() {
    let (world, app) = world();
    let who = somebody(&world);
    let id = who.record.id.as_str();
    let mut cursor = cursor(&app, &who, HERE).await;
    for letters in 1..id.len() {
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        assert!(
            letters < 4 || !shown.contains(&id[..letters]) && !cursor.contains(&id[..letters]),
            "{shown}"
        );
        let page = read(&app, &who, &format!("{HERE}?limit=9&cursor={cursor}")).await.json();
        assert_eq!(page["items"], json!([&id[..letters]]));
        assert_ne!(page["next_cursor"], json!(cursor));
        cursor = page["next_cursor"].as_str().unwrap().to_owned();
    }
    let last = read(&app, &who, &format!("{HERE}?cursor={cursor}")).await.json();
    assert_eq!(last, json!({ "items": [id], "next_cursor": null }));
}

#[tokio::test]
async fn what_was_forged_altered_or_cut_off_is_refused() {
    let (world, app) = world();
    let who = somebody(&world);
    let good = cursor(&app, &who, HERE).await;
    let plain = URL_SAFE_NO_PAD.encode(who.record.id.as_str());
    let mut bad =
        vec![String::new(), "a".to_owned(), "adm_".to_owned(), plain, "é".to_owned(), "A".repeat(999)];
    bad.extend((0..good.len()).map(|length| good[..length].to_owned()));
    bad.extend((0..good.len()).map(|place| {
        let other = if &good[place..=place] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &good[..place], &good[place + 1..])
    }));
    bad.push(format!("{good}A"));
    bad.push(format!("{good}="));
    for cursor in bad {
        let path = format!(
            "{HERE}?cursor={}",
            form_urlencoded::byte_serialize(cursor.as_bytes()).collect::<String>()
        );
        is_refused(&read(&app, &who, &path).await);
    }
    let long = read(&app, &who, &format!("{HERE}?cursor={}", "A".repeat(1001))).await;
    assert_eq!((long.status, long.pointers()), (422, vec!["/cursor".to_owned()]));
    assert_eq!(read(&app, &who, &format!("{HERE}?cursor={good}")).await.status, 200);
}

#[tokio::test]
async fn a_cursor_holds_for_its_list_its_filters_and_its_reader_alone() {
    let (world, app) = world();
    let (who, other) = (somebody(&world), somebody(&world));
    let red = format!("{HERE}?colour=red");
    let (of_all, of_red) = (cursor(&app, &who, HERE).await, cursor(&app, &who, &red).await);
    is_refused(&read(&app, &who, &format!("{ELSEWHERE}?cursor={of_all}")).await);
    is_refused(&read(&app, &who, &format!("{HERE}?colour=green&cursor={of_red}")).await);
    is_refused(&read(&app, &who, &format!("{HERE}?cursor={of_red}")).await);
    is_refused(&read(&app, &who, &format!("{HERE}?colour=red&cursor={of_all}")).await);
    is_refused(&read(&app, &other, &format!("{HERE}?cursor={of_all}")).await);
    // Neither the order of the parameters nor the size of the page matters.
    let again = read(&app, &who, &format!("{HERE}?limit=3&cursor={of_red}&colour=red")).await;
    assert_eq!(again.status, 200, "{}", again.text());
    let elsewhere = World::new();
    let same = Person { token: elsewhere.session(&who.record), record: who.record.clone() };
    let create = |change: countersign_journal::Change| change.create_administrator(&same.record);
    let act = countersign_model::act::SetUpCompleted { administrator_id: same.record.id.clone() };
    elsewhere.save(&elsewhere.root.id, act, create);
    let path = format!("{HERE}?cursor={of_all}");
    assert_eq!(read(&elsewhere.app(router), &same, &path).await.status, 200, "worlds are alike");
    elsewhere.journal.kv().set_many(vec![other_key(&elsewhere)]).await.unwrap();
    is_refused(&read(&elsewhere.app(router), &same, &path).await);
}

/// Another key, as another deployment has.
fn other_key(world: &World) -> (String, Vec<u8>) {
    let key = record::key_of::<CursorKey>(&());
    let stored = world.memory.dump().into_iter().find(|(each, _)| *each == key).unwrap().1;
    let text = String::from_utf8(stored).unwrap();
    let place = text.find("\"key\":\"").unwrap() + 7;
    let other = if &text[place..=place] == "A" { "B" } else { "A" };
    (key, format!("{}{other}{}", &text[..place], &text[place + 1..]).into_bytes())
}

#[test]
fn an_instance_reads_the_key_once_and_in_the_first_round() {
    let (world, app) = world();
    let who = somebody(&world);
    let path = format!("{HERE}?cursor={}", block_on(cursor(&world.app(router), &who, HERE)));
    let costs = [(); 2].map(|()| {
        world.memory.reset_counts();
        let (answer, rounds) = world.memory.rounds(read(&app, &who, &path));
        assert_eq!(answer.status, 200);
        (world.counts().reads, rounds)
    });
    assert_eq!(costs, [(3, 1), (2, 1)]);
}

#[tokio::test]
async fn without_a_readable_key_lists_are_not_available() {
    let (world, app) = world();
    let who = somebody(&world);
    let key = record::key_of::<CursorKey>(&());
    world.journal.kv().delete(&key).await.unwrap();
    let answer = read(&app, &who, HERE).await;
    assert_eq!((answer.status, answer.code().as_str()), (503, "store-unavailable"));
    assert_eq!(answer.header("retry-after"), "5");
    assert_eq!(app.get(HERE).send().await.status, 401, "identification comes first");
}
