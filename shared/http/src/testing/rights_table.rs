//! A table of who may do what: rows are holders of permissions, columns are operations. Every cell is tried in a scene
//! of its own.
//!
//! ```text
//!                                          | list  edit
//! view-administrators at child             | yes   no
//! change-permission + view-… at sibling    | hidden hidden
//! ```
use countersign_model::{Organization, Permission};

use super::{Scene, TestRequest};

/// Tries every cell. `call` builds the column's call on something of the child organization, without credentials.
///
/// `yes`: success. `no`: 403 with what is missing. `hidden`: 404. Both refusals leave every byte as it was and send
/// nothing. Without credentials every column answers 401.
pub async fn try_rights_table(
    table: &str,
    scene: impl Fn() -> Scene,
    call: impl AsyncFn(&Scene, &str) -> TestRequest,
) {
    let mut lines = table.lines().filter(|line| !line.trim().is_empty());
    let (_, header) = lines.next().and_then(|line| line.split_once('|')).expect("a header");
    let columns: Vec<&str> = header.split_whitespace().collect();
    for column in &columns {
        let scene = scene();
        scene.refused(call(&scene, column).await, (401, "not-identified")).await;
    }
    for line in lines {
        let (holder, cells) = line.split_once('|').expect("a row");
        let cells: Vec<&str> = cells.split_whitespace().collect();
        assert_eq!(cells.len(), columns.len(), "cells of the row `{holder}`");
        for (column, cell) in columns.iter().zip(cells) {
            let scene = scene();
            let (permissions, place) = read(&scene, holder);
            let token = scene.somebody(&place, &permissions).token;
            let request = call(&scene, column).await.bearer(&token);
            try_cell(&scene, request, cell, &format!("{} | {column}", holder.trim())).await;
        }
    }
}

async fn try_cell(scene: &Scene, request: TestRequest, cell: &str, what: &str) {
    let answer = match cell {
        "yes" => request.send().await,
        _ => scene.unchanged_by(request).await,
    };
    match (cell, answer.status) {
        ("yes", 200..=299) => {}
        ("no", 403) => {
            let missing = answer.json()["missing"].as_array().map_or(0, Vec::len);
            assert!(missing > 0, "{what}: says what is missing: {}", answer.text());
        }
        ("hidden", 404) => {}
        (expected, status) => panic!("{what}: {expected}, but {status}: {}", answer.text()),
    }
}

fn read(scene: &Scene, holder: &str) -> (Vec<Permission>, Organization) {
    let (permissions, place) = holder.trim().rsplit_once(" at ").expect("`permissions at place`");
    let permissions = permissions.split(" + ").filter(|id| *id != "nothing");
    let place = match place {
        "root" => scene.world.root.clone(),
        "child" => scene.child.clone(),
        "sibling" => scene.world.organization(&scene.world.root, "Company C"),
        other => panic!("no place is called {other}"),
    };
    (permissions.map(|id| id.trim().parse().expect("a permission")).collect(), place)
}
