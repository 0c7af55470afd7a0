//! Reports of computers that have not been seen for some time.

use std::time::Duration;

use countersign_http::testing::{Device, TestResponse};
use countersign_model::computer::check_ins::CheckInEntry;
use countersign_model::{Organization, Permission};
use serde_json::{Value, json};

use crate::tests::story::Story;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Story {
    /// The computer checks in now.
    async fn seen(&self, computer: &Device) {
        let (journal, id) = (&self.world.journal, &computer.record.id);
        let entry = CheckInEntry {
            at: self.world.now(),
            address: None,
            agent_version: Some("=1.4".to_owned()),
            policy_version: None,
        };
        let known = journal.check_ins(id).await.unwrap();
        journal.note_check_in(id, &known, entry).await.unwrap();
    }

    async fn unseen(&self, query: &str) -> TestResponse {
        self.get(&self.boss, &format!("/v1/reports/computers?{query}")).await
    }

    /// An organization of the company with so many computers.
    fn branch(&self, name: &str, computers: usize) -> (Organization, Vec<Device>) {
        let branch = self.world.organization(&self.company, name);
        let group = self.world.group(&branch, "Workstations");
        (branch, (0..computers).map(|_| self.world.computer(&group)).collect())
    }
}

fn ids(report: &Value) -> Vec<String> {
    let computers = report["computers"].as_array().unwrap().iter();
    computers.map(|each| each["id"].as_str().unwrap().to_owned()).collect()
}

fn id(computer: &Device) -> String {
    computer.record.id.to_string()
}

#[tokio::test]
async fn computers_that_were_not_seen_for_some_days_are_reported_the_oldest_first() {
    let story = Story::new();
    let (branch, of_branch) = story.branch("Branch", 3);
    story.process(&branch.id).await;
    story.process(&story.company.id).await;
    story.world.advance(5 * DAY);
    story.seen(&of_branch[0]).await;
    story.world.advance(DAY);
    story.seen(&of_branch[1]).await;
    story.world.advance(31 * DAY);
    story.seen(&of_branch[2]).await;

    let answer = story.unseen("").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let report = answer.json();
    assert_eq!(ids(&report), [id(&story.computer), id(&of_branch[0]), id(&of_branch[1])]);
    assert_eq!(
        (&report["looked_at"], &report["unseen"], &report["unseen_days"], &report["next_cursor"]),
        (&json!(4), &json!(3), &json!(30), &json!(null))
    );
    let checked_in = |nth: usize| report["computers"][nth]["has_checked_in"].clone();
    assert_eq!((checked_in(0), checked_in(1)), (json!(false), json!(true)), "enrolled is seen, too");
    assert_eq!(report["computers"][1]["agent_version"], "=1.4");
    let row = |at: &Organization, parent: &Organization, looked_at: usize, unseen: usize| {
        json!({ "organization": { "id": at.id, "name": at.name }, "parent_id": parent.id,
            "looked_at": looked_at, "unseen": unseen, "complete": true })
    };
    let rows = [row(&story.company, &story.world.root, 1, 1), row(&branch, &story.company, 3, 2)];
    let mut found = report["organizations"].as_array().unwrap().clone();
    found.sort_by_key(|row| row["looked_at"].as_u64());
    assert_eq!(found, rows);

    assert_eq!(ids(&story.unseen("unseen_days=31").await.json()), [id(&story.computer), id(&of_branch[0])]);
    let own = format!("below=false&organization_id={}", story.company.id);
    assert_eq!(ids(&story.unseen(&own).await.json()), [id(&story.computer)]);
}

#[tokio::test]
async fn pages_look_at_so_many_computers_and_go_on_until_each_was_looked_at_once() {
    let story = Story::new();
    let mut all = vec![id(&story.computer)];
    for (nth, computers) in [12, 0, 1, 7, 0, 0, 23, 2].into_iter().enumerate() {
        let (branch, devices) = story.branch(&format!("Branch {nth}"), computers);
        all.extend(devices.iter().map(id));
        story.process(&branch.id).await;
    }
    story.process(&story.company.id).await;
    story.world.advance(31 * DAY);
    let (mut found, mut looked_at, mut cursor, mut pages) = (Vec::new(), 0, String::new(), 0);
    loop {
        let page = story.unseen(&cursor).await.json();
        assert!(page["looked_at"].as_u64().unwrap() <= 10, "{page}");
        assert_eq!(page["unseen"].as_u64().unwrap(), ids(&page).len() as u64);
        let rows = page["organizations"].as_array().unwrap();
        let sum: u64 = rows.iter().map(|row| row["looked_at"].as_u64().unwrap()).sum();
        assert_eq!(page["looked_at"], sum, "the rows add up");
        assert!(rows.iter().rev().skip(1).all(|row| row["complete"] == true), "only the last one goes on");
        looked_at += sum;
        found.extend(ids(&page));
        pages += 1;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("cursor={next}"),
            None => break,
        }
    }
    found.sort();
    all.sort();
    assert_eq!(found, all);
    assert_eq!(looked_at as usize, all.len());
    assert!(pages < 20, "{pages}");
    let refused = story.unseen(&format!("unseen_days=7&{cursor}")).await;
    assert_eq!(
        (refused.status, refused.pointers()),
        (422, vec!["/cursor".to_owned()]),
        "for other parameters"
    );
}

#[tokio::test]
async fn a_table_has_the_computers_or_the_organizations_and_no_formulas() {
    let story = Story::new();
    let group = story.world.group(&story.company, "More");
    let odd = story.world.computer_called(&group, "=cmd");
    story.seen(&odd).await;
    story.process(&story.company.id).await;
    story.world.advance(31 * DAY);
    let table = story.unseen("format=csv").await;
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8; header=present");
    let text = table.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[0].starts_with("computer_id,hostname,name,organization_id,"), "{text}");
    assert!(text.contains(",'=cmd,,") && text.contains(",'=1.4"), "{text}");
    let table = story.unseen("format=csv&by=organization").await.text();
    let expected = format!("{},Company B,{},2,2,true", story.company.id, story.world.root.id);
    assert_eq!(table.lines().nth(1), Some(expected.as_str()), "{table}");
}

#[tokio::test]
async fn reports_of_computers_are_for_those_who_may_view_reports_there() {
    let story = Story::new();
    let (branch, _) = story.branch("Branch", 1);
    let path = |organization: &Organization, more: &str| {
        format!("/v1/reports/computers?organization_id={}{more}", organization.id)
    };
    let viewer = story.person([Permission::ViewReports]);
    let nobody = story.person([Permission::ViewApprovals]);
    let parent_only = story.person([Permission::SuperAdminParentOnly]);
    let stranger = story.world.administrator(&branch, [Permission::SuperAdmin]);
    for (who, more, status, why) in [
        (&viewer, "", 200, "may"),
        (&nobody, "", 403, "another right"),
        (&parent_only, "", 403, "nothing below"),
        (&parent_only, "&below=false", 200, "only there"),
        (&stranger, "", 404, "may not know of it"),
    ] {
        assert_eq!(story.get(who, &path(&story.company, more)).await.status, status, "{why}");
    }
    assert_eq!(story.app.get(&path(&story.company, "")).send().await.status, 401);
    for (query, pointer) in [
        ("unseen_days=0", "/unseen_days"),
        ("unseen_days=3651", "/unseen_days"),
        ("unseen_days=-1", "/unseen_days"),
        ("by=day", "/by"),
        ("limit=5", "/limit"),
    ] {
        let refused = story.unseen(query).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{query}");
    }
}

#[tokio::test]
async fn a_page_costs_two_reads_for_each_computer_and_writes_nothing() {
    let story = Story::new();
    let (branch, computers) = story.branch("Branch", 9);
    story.process(&branch.id).await;
    story.process(&story.company.id).await;
    let path = format!("/v1/reports/computers?organization_id={}", branch.id);
    story.world.memory.reset_counts();
    let report = story.app.get(&path).bearer(&story.boss.token).send().await.json();
    assert_eq!(report["looked_at"], computers.len());
    let counts = story.world.counts();
    assert!(counts.reads <= 2 * computers.len() + 20 && counts.writes == 0, "{counts:?}");
}
