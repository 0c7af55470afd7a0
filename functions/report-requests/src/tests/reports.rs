//! Reports.

use std::time::Duration;

use countersign_model::tally::{date_of, day_of};
use countersign_model::{Outcome, Permission};
use serde_json::{Value, json};

use crate::tests::story::Story;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Five requests: two approved by the boss after 90 s and an hour, one denied by a rule, one ignored on the next day, one pending.
async fn told() -> Story {
    let story = Story::new();
    let approved = [story.ask("C:\\tools\\=setup.exe", 'a').await, story.ask("/b", 'b').await];
    let denied = story.ask("/usr/bin/tool", 'b').await;
    let ignored = story.ask("/usr/bin/tool", 'b').await;
    story.decide(&denied, Outcome::Denied, None).await;
    story.world.advance(Duration::from_secs(90));
    story.decide(&approved[0], Outcome::Approved, Some(&story.boss)).await;
    story.world.advance(Duration::from_secs(3_600 - 90));
    story.decide(&approved[1], Outcome::Approved, Some(&story.boss)).await;
    story.world.advance(DAY);
    story.decide(&ignored, Outcome::Ignored, Some(&story.boss)).await;
    story.process(&story.company.id).await;
    story.report(&[&story.company.id, &story.world.root.id]).await;
    story
}

#[tokio::test]
async fn a_report_says_what_happened_on_each_day() {
    let story = told().await;
    let answer = story.get(&story.boss, "/v1/reports/requests").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let report = answer.json();
    let today = date_of(day_of(story.world.now()));
    assert_eq!((&report["to"], report["days"].as_array().unwrap().len()), (&json!(today), 2));
    let total = &report["total"];
    let numbers = [
        "made",
        "approved",
        "denied",
        "ignored",
        "expired",
        "decided_by_people",
        "decided_by_rule",
        "approved_by_rule",
        "denied_by_rule",
    ];
    assert_eq!(numbers.map(|name| total[name].as_u64().unwrap()), [4, 2, 1, 1, 0, 3, 1, 0, 1]);
    let waited = &total["time_to_decision"];
    assert_eq!(waited["median_seconds"], 2_700, "half of the way to an hour, as the second of three");
    assert_eq!(waited["nine_of_ten_seconds"], 146_880, "seven tenths of the way from one day to two");
    let steps = waited["distribution"].as_array().unwrap();
    let found: Vec<_> =
        steps.iter().filter(|step| step["count"] != 0).map(|step| &step["up_to_seconds"]).collect();
    assert_eq!(found, [&json!(120), &json!(3_600), &json!(172_800)]);
    let (first, second) = (&report["days"][0], &report["days"][1]);
    assert_eq!((&first["made"], &first["ignored"], &second["ignored"]), (&json!(4), &json!(0), &json!(1)));
    let file = |digit: &str, name: &str, count: u64| json!({ "sha256": digit.repeat(64), "name": name, "count": count, "excess": 0 });
    assert_eq!(report["files"], json!([file("b", "tool", 3), file("a", "=setup.exe", 1)]));
    assert_eq!(report["publishers"], json!([{ "name": "CN=Example Software", "count": 4, "excess": 0 }]));
    let boss = &story.boss.record;
    assert_eq!(
        report["deciders"],
        json!([{ "administrator_id": boss.id, "name": boss.name, "count": 3, "excess": 0 }])
    );
    let one_day =
        story.get(&story.boss, &format!("/v1/reports/requests?from={today}&to={today}")).await.json();
    assert_eq!((&one_day["total"]["made"], &one_day["total"]["ignored"]), (&json!(0), &json!(1)));
}

#[tokio::test]
async fn rows_by_organization_have_everything_below_each() {
    let story = told().await;
    for number in 0..3 {
        story.world.organization(&story.world.root, &format!("Empty {number}"));
    }
    story.process(&story.world.root.id).await;
    let (mut rows, mut cursor) = (Vec::<Value>::new(), String::new());
    loop {
        let path = format!("/v1/reports/requests?by=organization&limit=2{cursor}");
        let page = story.get(&story.boss, &path).await.json();
        assert_eq!(page["days"], json!([]));
        assert_eq!(page["files"].as_array().unwrap().is_empty(), !cursor.is_empty(), "on the first page");
        rows.extend(page["organizations"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(rows.len(), 4);
    let company = rows.iter().find(|row| row["organization"]["id"] == json!(story.company.id)).unwrap();
    assert_eq!((&company["approved"], &company["parent_id"]), (&json!(2), &json!(story.world.root.id)));
    assert_eq!(rows.iter().filter(|row| row["made"] == 0).count(), 3);
}

#[tokio::test]
async fn a_year_of_many_organizations_costs_two_reads_a_row() {
    let story = Story::new();
    let request = story.ask("/a", 'a').await;
    story.decide(&request, Outcome::Approved, Some(&story.boss)).await;
    for number in 0..120 {
        story.world.organization(&story.world.root, &format!("Child {number}"));
    }
    story.process(&story.company.id).await;
    story.process(&story.world.root.id).await;
    story.report(&[&story.company.id, &story.world.root.id]).await;
    let today = date_of(day_of(story.world.now()));
    let before = today.checked_sub(jiff::Span::new().days(364)).unwrap();
    let token = story.world.session(&story.boss.record);
    for (by, rows) in [("organization", 50), ("day", 1)] {
        let path = format!("/v1/reports/requests?from={before}&to={today}&by={by}");
        let instance = story.world.app(crate::router);
        story.world.memory.reset_counts();
        let answer = instance.get(&path).bearer(&token).send().await;
        let counts = story.world.counts();
        assert_eq!(answer.status, 200, "{}", answer.text());
        // Besides the rows: thirteen months of files, publishers and administrators, and those administrators.
        assert!(counts.reads <= 2 * rows + 10 + 13 + 2 && counts.writes == 0, "{by}: {counts:?}");
    }
}

#[tokio::test]
async fn a_report_is_also_a_table() {
    let story = told().await;
    let by_format = story.get(&story.boss, "/v1/reports/requests?format=csv").await;
    assert_eq!(by_format.header("content-type"), "text/csv; charset=utf-8; header=present");
    let lines: Vec<_> = by_format.text().lines().map(str::to_owned).collect();
    assert!(lines[0].starts_with("day,made,approved,denied,"), "{}", lines[0]);
    assert_eq!(lines.len(), 3);
    assert!(lines[1].ends_with(",0") && lines[1].contains(",4,2,1,0,"), "{}", lines[1]);
    let mut table = csv::Reader::from_reader(by_format.body.as_ref());
    let names = table.headers().unwrap().clone();
    let rows: Vec<_> = table.records().map(Result::unwrap).collect();
    let column = |name: &str| {
        let place = names.iter().position(|each| each == name).unwrap();
        [&rows[0][place], &rows[1][place]]
    };
    assert_eq!(column("median_seconds"), ["120", "129600"]);
    assert_eq!(column("nine_of_ten_seconds"), ["3240", "164160"]);
    let token = story.world.session(&story.boss.record);
    let accepted =
        story.app.get("/v1/reports/requests").bearer(&token).header("accept", "text/csv;q=0.9").send().await;
    assert_eq!(accepted.text(), by_format.text());
    let path = "/v1/reports/requests?format=csv&by=organization&limit=1";
    story.world.organization(&story.world.root, "=Evil");
    story.process(&story.world.root.id).await;
    let first = story.get(&story.boss, path).await;
    let next = first.header("next-cursor").to_owned();
    let second = story.get(&story.boss, &format!("{path}&cursor={next}")).await;
    let rows = format!("{}{}", first.text(), second.text());
    assert!(rows.contains(",'=Evil,") && rows.contains(",Company B,"), "{rows}");
}

#[tokio::test]
async fn reports_are_for_those_whose_right_reaches_everything_below() {
    let story = told().await;
    let path = format!("/v1/reports/requests?organization_id={}", story.company.id);
    let analyst = story.person([Permission::ViewReports]);
    let seen = story.get(&analyst, &path).await;
    assert_eq!(seen.status, 200, "{}", seen.text());
    let decider = &seen.json()["deciders"][0];
    assert_eq!((&decider["administrator_id"], &decider["name"]), (&json!(null), &json!(null)), "of the root");
    assert_eq!(decider["count"], 3);

    let clerk = story.person([Permission::ApproveForEntireOrganization]);
    let refused = story.get(&clerk, &path).await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"));
    assert_eq!(refused.json()["missing"][0][0]["permission"], "view-reports");
    let here = story.person([Permission::SuperAdminParentOnly]);
    let narrow = story.get(&here, &path).await;
    assert_eq!((narrow.status, narrow.code().as_str()), (403, "not-permitted"));
    let missing = &narrow.json()["missing"][0][0];
    assert_eq!((&missing["organization_id"], &missing["below"]), (&json!(story.company.id), &json!(true)));
    let sibling = story.world.organization(&story.world.root, "Sibling");
    let stranger = story.world.administrator(&sibling, [Permission::SuperAdmin]);
    assert_eq!(story.get(&stranger, &path).await.status, 404);
    assert_eq!(story.app.get(&path).send().await.status, 401);
}

#[tokio::test]
async fn a_period_that_makes_no_sense_is_refused_where_it_makes_none() {
    let story = Story::new();
    for (query, pointer) in [
        ("from=2026-02-02&to=2026-02-01", "/from"),
        ("from=2020-01-01&to=2026-02-01", "/from"),
        ("from=yesterday", "/from"),
        ("to=2026-02-30", "/to"),
        ("by=week", "/by"),
        ("format=xml", "/format"),
        ("limit=201", "/limit"),
    ] {
        let refused = story.get(&story.boss, &format!("/v1/reports/requests?{query}")).await;
        assert_eq!((refused.status, refused.pointers()), (422, vec![pointer.to_owned()]), "{query}");
        let foreign = query.contains("yesterday") || query.contains("-30");
        assert!(
            !foreign || refused.text().contains("must be a day such as `2026-01-31`"),
            "{}",
            refused.text()
        );
    }
    let far = story.get(&story.boss, "/v1/reports/requests?to=9999-12-31&from=9999-12-31").await;
    assert_eq!(far.status, 200, "{}", far.text());
    let old = story.get(&story.boss, "/v1/reports/requests?to=-009999-01-01&from=-009999-01-01").await;
    assert!(old.status == 200 || old.status == 422, "{}", old.text());
}
