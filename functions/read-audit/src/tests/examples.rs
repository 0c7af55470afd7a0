//! The examples of the API document are like real answers.

use countersign_http::testing::Scene;
use countersign_model::Permission;
use serde_json::Value;

use crate::examples::{SYSTEM_LINES, SYSTEM_TABLE, UNIFIED_LINES, UNIFIED_TABLE};

/// The act of each line, and the names of its fields and of those of its details.
fn forms(lines: &str) -> Vec<(Value, Vec<String>, Vec<String>)> {
    let names =
        |value: &Value| value.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    let line = |line| serde_json::from_str::<Value>(line).unwrap();
    lines.lines().map(line).map(|line| (line["act"].clone(), names(&line), names(&line["detail"]))).collect()
}

#[tokio::test]
async fn an_example_has_the_fields_and_columns_of_a_real_answer() {
    let scene = Scene::of(crate::router);
    let auditor = [Permission::ViewSystemAudit, Permission::ViewUnifiedAudit];
    let auditor = scene.somebody(&scene.child, &auditor);
    scene.world.computer(&scene.world.group(&scene.child, "Workstations"));
    for (audit, act, lines, table) in [
        ("system", "group.created", SYSTEM_LINES, SYSTEM_TABLE),
        ("unified", "computer.enrolled", UNIFIED_LINES, UNIFIED_TABLE),
    ] {
        let path = format!("/v1/audit/{audit}/export?organization_id={}&act={act}", scene.child.id);
        let real = async |more: &str| {
            let answer = scene.app.get(&format!("{path}{more}")).bearer(&auditor.token).send().await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer.text()
        };
        let (mut example, mut found) = (forms(lines), forms(&real("").await));
        // A computer of the tests has enrolled without a key.
        example
            .iter_mut()
            .chain(&mut found)
            .for_each(|(_, _, detail)| detail.retain(|name| name != "enrollment_key_id"));
        assert_eq!(example, found, "{audit}");
        assert_eq!(table.lines().next(), real("&format=csv").await.lines().next(), "{audit}");
    }
}
