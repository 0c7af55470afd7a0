//! What the filters of an export leave of its rows.

use std::time::Duration;

use countersign_model::{Access, Device, Outcome, Request, Subject};
use serde_json::Value;

use crate::tests::story::Story;

fn named(requests: &[&Request]) -> Vec<String> {
    requests.iter().map(|request| request.id.to_string()).collect()
}

/// The ids of the exported requests.
async fn exported(story: &Story, query: &str) -> Vec<String> {
    let answer = story.get(&story.boss, &format!("/v1/requests/export?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    let lines: Vec<Value> = answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (end, rows) = lines.split_last().unwrap();
    assert_eq!(end["end"]["rows"], rows.len(), "{query}");
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_filter_leaves_what_it_says() {
    let story = Story::new();
    let laptops = story.world.group(&story.company, "Laptops");
    let laptop = story.world.computer(&laptops).record;
    let at_root = story.world.computer(&story.world.group(&story.world.root, "Head office")).record;
    let device = || {
        Subject::Storage(Device {
            name: Some("Backup stick".into()),
            ..Device::new("USB-1".into(), Access::Write)
        })
    };
    let minute = Duration::from_secs(60);
    let own = story.ask_at(&story.world.root, &at_root, device()).await;
    story.process(&story.world.root.id).await;
    story.world.advance(minute);
    let first = story.ask("C:\\Tools\\setup.exe", 'a').await;
    story.world.advance(minute);
    let second = story.ask_at(&story.company, &laptop, device()).await;
    let moment = story.world.now();
    story.world.advance(minute);
    let third = story.ask("/opt/other", 'b').await;
    story.decide(&first, Outcome::Denied, Some(&story.boss)).await;
    story.process(&story.company.id).await;
    story.process(&story.world.root.id).await;

    let (root, company) = (&story.world.root.id, &story.company.id);
    let (desk, group) = (&story.computer.record.id, &story.computer.record.group_id);
    let cases = [
        (String::new(), named(&[&own, &first, &second, &third]), "everything below, too"),
        ("below=true".to_owned(), named(&[&own, &first, &second, &third]), "as by default"),
        ("below=false".to_owned(), named(&[&own]), "of the organization alone"),
        (format!("organization_id={company}"), named(&[&first, &second, &third]), "of another one"),
        (format!("group_id={}", laptops.id), named(&[&second]), "of a group"),
        (format!("group_id={group}"), named(&[&first, &third]), "of another group"),
        (format!("computer_id={desk}"), named(&[&first, &third]), "of a computer"),
        (format!("computer_id={}", at_root.id), named(&[&own]), "of a computer of the root"),
        (format!("computer_id={desk}&status=denied"), named(&[&first]), "with a status"),
        (format!("created_before={moment}"), named(&[&own, &first]), "before a moment, without it"),
        (format!("created_after={moment}"), named(&[&second, &third]), "from a moment on"),
        (
            format!("created_after={}&created_before={moment}", first.created_at),
            named(&[&first]),
            "between two moments",
        ),
        (format!("created_before={}", own.created_at), named(&[]), "nothing is older"),
        ("q=SETUP".to_owned(), named(&[&first]), "a part of the path, in any case"),
        ("q=bbbbbbbb".to_owned(), named(&[&third]), "the beginning of a SHA-256"),
        ("q=backup".to_owned(), named(&[&own, &second]), "the name of a device"),
        ("q=backup&below=false".to_owned(), named(&[&own]), "of the organization alone"),
        (format!("q=backup&group_id={}", laptops.id), named(&[&second]), "of a group"),
        ("q=nowhere".to_owned(), named(&[]), "in none"),
        (format!("group_id={group}&organization_id={root}&kind=storage"), named(&[]), "all must fit"),
    ];
    for (query, expected, why) in cases {
        let oldest = exported(&story, &format!("{query}&oldest_first=true")).await;
        assert_eq!(oldest, expected, "{query}: {why}");
        let newest = exported(&story, &query).await;
        assert_eq!(newest, expected.into_iter().rev().collect::<Vec<_>>(), "{query}: {why}");
    }
}
