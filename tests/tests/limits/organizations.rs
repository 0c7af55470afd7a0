//! What organizations see of one another, and how deep they go.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_host::harness::{Backend, Options, TestHost};
use countersign_tests::Deployment;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_shows_no_id_and_serves_nobody_else() {
    for backend in Backend::available().unwrap() {
        let host = TestHost::start(backend, Options::default()).await.unwrap();
        let world = Deployment::on(&host).await;
        for number in 0..3 {
            let body = world.request_for(format!("file {number}").as_bytes());
            world.submit(&body, &format!("key {number}")).await.expect(201);
        }
        host.settle().await.unwrap();
        let list = "/v1/requests?limit=1";
        let page = world.api.get(list).bearer(&world.boss).send().await.expect(200);
        let (cursor, first) = (page.text_at("/next_cursor"), page.text_at("/items/0/id"));
        let bare = |id: &str| id.split_once('_').map(|(_, ulid)| ulid.to_owned()).unwrap();
        let shown = String::from_utf8_lossy(&URL_SAFE_NO_PAD.decode(&cursor).unwrap()).into_owned();
        for id in [&first, &world.company, &world.root] {
            assert!(!shown.contains(&bare(id)) && !cursor.contains(&bare(id)), "{id} is in {shown}");
        }
        let next = format!("{list}&cursor={cursor}");
        world.api.get(&next).bearer(&world.boss).send().await.expect(200);
        for (who, path) in [
            (&world.clerk_token, next.clone()),
            (&world.boss, format!("/v1/grants?limit=1&cursor={cursor}")),
            (&world.boss, format!("{next}A")),
        ] {
            let refused = world.api.get(&path).bearer(who).send().await;
            assert_eq!(refused.problem(422), "invalid-query", "{path}");
        }
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_names_nobody_of_an_organization_that_its_reader_may_not_see() {
    for backend in Backend::available().unwrap() {
        let host = TestHost::start(backend, Options::default()).await.unwrap();
        let world = Deployment::on(&host).await;
        let reader =
            world.administrator(&host, "reader@company.example", &world.company, &["view-system-audit"]);
        let (_, reader) = reader.await;
        let path = format!("/v1/audit/system?organization_id={}&limit=200", world.company);
        host.settle().await.unwrap();
        let seen =
            async |who: &str| world.api.get(&path).bearer(who).send().await.expect(200).json().to_string();
        let session = world.api.get("/v1/session").bearer(&world.boss).send().await.expect(200);
        let boss = session.text_at("/administrator/id");
        assert!(seen(&world.boss).await.contains(&boss), "there is something to hide");
        let seen = seen(&reader).await;
        for hidden in [boss.as_str(), "\"Boss\"", world.root.as_str(), "Company A"] {
            assert!(!seen.contains(hidden), "{hidden}: {seen}");
        }
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn organizations_are_sixteen_levels_deep_at_most() {
    for backend in Backend::available().unwrap() {
        let host = TestHost::start(backend, Options::default()).await.unwrap();
        let world = Deployment::on(&host).await;
        let below = async |parent: &str, level: usize| {
            let body = json!({ "name": format!("Level {level}"), "parent_id": parent });
            world.api.post("/v1/organizations").bearer(&world.boss).json(&body).send().await
        };
        // The root is the first, the company the second.
        let mut last = world.company.clone();
        for level in 3..=16 {
            last = below(&last, level).await.expect(201).text_at("/id");
        }
        let refused = below(&last, 17).await;
        assert_eq!(refused.problem(422), "invalid-body");
        host.settle().await.unwrap();
        let path = format!("/v1/organizations?organization_id={last}");
        let children = world.api.get(&path).bearer(&world.boss).send().await.expect(200).json();
        assert_eq!(children["items"], json!([]), "nothing was made");
        host.stop().await;
    }
}
