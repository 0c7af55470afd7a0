//! The examples of the API document are like real answers.

use countersign_model::Outcome;
use serde_json::Value;

use crate::examples::{EXPORT_LINES, EXPORT_TABLE, REPORT_TABLE, UNSEEN_TABLE};
use crate::tests::story::Story;

/// The names of the fields of each line.
fn fields(lines: &str) -> Vec<Vec<String>> {
    let line =
        |line| serde_json::from_str::<Value>(line).unwrap().as_object().unwrap().keys().cloned().collect();
    lines.lines().map(line).collect()
}

#[tokio::test]
async fn an_example_has_the_fields_and_columns_of_a_real_answer() {
    let story = Story::new();
    let request = story.ask("/tool", 'a').await;
    story.decide(&request, Outcome::Approved, Some(&story.boss)).await;
    let of_company = format!("organization_id={}", story.company.id);
    let real = async |path: &str| story.get(&story.boss, &format!("{path}{of_company}")).await.text();
    assert_eq!(fields(EXPORT_LINES), fields(&real("/v1/requests/export?").await));
    for (example, path) in [
        (EXPORT_TABLE, "/v1/requests/export?format=csv&"),
        (REPORT_TABLE, "/v1/reports/requests?format=csv&"),
        (UNSEEN_TABLE, "/v1/reports/computers?format=csv&"),
    ] {
        assert_eq!(example.lines().next(), real(path).await.lines().next(), "{path}");
        let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(example.as_bytes());
        let columns = table.headers().unwrap().len();
        let mut rows = table.records().map(Result::unwrap).filter(|row| row[0] != *"#end");
        assert!(rows.all(|row| row.len() == columns), "{path}");
    }
}
