//! Narrowing an audit, and the names in it.

use std::time::Duration;

use countersign_http::testing::{Person, TestResponse};
use countersign_model::{Group, Permission};
use serde_json::{Value, json};

countersign_http::story!(Company, crate::router);

impl Story {
    fn auditor(&self) -> Person {
        self.world.administrator(&self.world.root, [Permission::SuperAdmin])
    }

    async fn read(&self, who: &Person, query: &str) -> TestResponse {
        let audit = if query.starts_with("unified") { "" } else { "system?" };
        let answer = self.app.get(&format!("/v1/audit/{audit}{query}")).bearer(&who.token).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer
    }

    /// The groups' names in the order of the page, and at how many entries it looked.
    async fn groups(&self, who: &Person, query: &str) -> (Vec<String>, Value) {
        let page = self.read(who, query).await.json();
        let name = |item: &Value| item["detail"]["after"]["name"].as_str().unwrap_or("?").to_owned();
        (page["items"].as_array().unwrap().iter().map(name).collect(), page["looked_at"].clone())
    }

    /// Groups called like this, made a minute apart.
    async fn made(&self, names: &[&str]) -> Vec<Group> {
        let mut made = Vec::new();
        for name in names {
            made.push(self.world.group(&self.world.root, name));
            self.world.advance(Duration::from_secs(60));
        }
        made
    }
}

#[tokio::test]
async fn the_audit_is_narrowed_by_act_actor_time_and_text() {
    let story = Story::new();
    let auditor = story.auditor();
    let begun = story.world.now();
    story.made(&["Alpha", "Beta", "Gamma"]).await;
    let everything = story.read(&auditor, "").await.json();
    assert_eq!(everything.get("looked_at"), None, "not narrowed");
    let whole = everything["items"].as_array().unwrap().len();
    let found = async |query: &str| story.groups(&auditor, query).await;
    let all = ["Gamma", "Beta", "Alpha"].map(str::to_owned).to_vec();
    assert_eq!(found("act=group.created").await, (all.clone(), json!(whole)));
    assert_eq!(found("act=group").await.0, all, "the part before the dot stands for all of them");
    assert_eq!(found("act=role,group.deleted").await.0, Vec::<String>::new());
    let second = |n: i64| (begun + jiff::SignedDuration::from_secs(n)).to_string();
    assert_eq!(found(&format!("act=group&after={}", second(60))).await.0, ["Gamma", "Beta"]);
    assert_eq!(found(&format!("act=group&before={}", second(60))).await.0, ["Alpha"]);
    assert_eq!(found(&format!("act=group&after={}&before={}", second(1), second(61))).await.0, ["Beta"]);
    assert_eq!(found("q=bEtA").await.0, ["Beta"]);
    assert_eq!(found("q=group.created").await.0, all, "also in the name of the act");
    assert_eq!(found("act=group&actor=system").await.0, all, "the scene of a test");
    assert_eq!(found(&format!("act=group&actor={}", auditor.record.id)).await.0, Vec::<String>::new());
    assert_eq!(found("q=%20").await.1, json!(null), "a blank text narrows nothing");
}

#[tokio::test]
async fn a_narrowed_page_looks_at_a_bounded_number_and_goes_on() {
    let story = Story::new();
    let auditor = story.auditor();
    for number in 0..30 {
        story.world.group(&story.world.root, &format!("Group {number}"));
    }
    let (first, looked_at) = story.groups(&auditor, "q=Group%203&limit=5").await;
    assert_eq!((first, looked_at), (Vec::new(), json!(10)), "twice as many as it has room for");
    let (mut path, mut found, mut pages) = ("q=Group%203&limit=5".to_owned(), Vec::new(), 0);
    loop {
        let page = story.read(&auditor, &path).await.json();
        assert!(page["looked_at"].as_u64().unwrap() <= 10, "{page}");
        found.extend(page["items"].as_array().unwrap().clone());
        pages += 1;
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("q=Group%203&limit=5&cursor={next}");
    }
    assert_eq!((found.len(), pages > 2), (1, true), "Group 3 alone, the numbers above 29 do not exist");
    let other = story.app.get(&format!("/v1/audit/system?{}", path.replace("Group%203", "x")));
    let refused = other.bearer(&auditor.token).send().await;
    assert_eq!(refused.pointers(), ["/cursor"], "a cursor is for its filters");
}

#[tokio::test]
async fn a_time_ends_the_walk() {
    let story = Story::new();
    story.made(&["Old"]).await;
    story.world.advance(Duration::from_secs(86_400));
    let auditor = story.auditor();
    story.world.advance(Duration::from_secs(60));
    let from = story.world.now();
    story.made(&["New"]).await;
    let page = story.read(&auditor, &format!("after={from}&limit=2")).await.json();
    assert_eq!((page["items"].as_array().unwrap().len(), &page["next_cursor"]), (1, &json!(null)), "{page}");
}

#[tokio::test]
async fn what_an_entry_mentions_has_its_present_name() {
    let story = Story::new();
    let auditor = story.auditor();
    let group = story.world.group(&story.company, "Workstations");
    let device = story.world.computer_called(&group, "pc-1");
    let path = format!("unified?organization_id={}", story.company.id);
    let page = story.read(&auditor, &path).await.json();
    let entry = &page["items"][0];
    assert_eq!(entry["act"], "computer.enrolled");
    let names = json!({ story.company.id.as_str(): "Company B", group.id.as_str(): "Workstations", device.record.id.as_str(): "pc-1" });
    assert_eq!(entry["names"], names);
    let found = story.read(&auditor, &format!("{path}&q=workstat")).await.json();
    assert_eq!(found["items"][0]["id"], entry["id"], "names are searched, too");
    let by = story.read(&auditor, &format!("{path}&actor=system&about={}", device.record.id)).await.json();
    assert_eq!(by["items"][0]["id"], entry["id"]);
}

#[tokio::test]
async fn filters_that_mean_nothing_are_refused() {
    let story = Story::new();
    let auditor = story.auditor();
    let long = "x".repeat(255);
    for (query, pointer) in [
        ("act=request.eaten", "/act"),
        ("act=", "/act"),
        ("actor=me", "/actor"),
        ("after=yesterday", "/after"),
        (&format!("q={long}"), "/q"),
    ] {
        let answer = story.app.get(&format!("/v1/audit/system?{query}")).bearer(&auditor.token).send().await;
        assert_eq!((answer.status, answer.pointers()), (422, vec![pointer.to_owned()]), "{query}");
    }
    let all =
        countersign_model::ActName::ALL.iter().take(15).map(|act| act.id()).collect::<Vec<_>>().join(",");
    let many = story.app.get(&format!("/v1/audit/system?act={all}")).bearer(&auditor.token).send().await;
    assert_eq!(many.status, 200, "several hundred characters of names");
}
