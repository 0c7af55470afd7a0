use super::{path, scene};
use Permission::{ViewApprovals, ViewReports};
use countersign_http::testing::{Scene, TestRequest, try_rights_table};
use countersign_model::Permission;
use serde_json::json;

/// What each permission of the page allows its holder to do to a role of the child organization with View Approvals,
/// which nobody holds. `give`: a new role with View Reports; `extend`: View Reports added; `take`: everything removed;
/// `try`: a dry run of that.
const TABLE: &str = include_str!("rights.txt");

async fn call(scene: &Scene, operation: &str) -> TestRequest {
    let role = scene.world.role(&scene.child, "Desk", [ViewApprovals]);
    let (app, at) = (&scene.app, path(&role));
    let new = |permissions: &[Permission]| {
        let body = json!({ "organization_id": scene.child.id, "name": "New", "permissions": permissions });
        app.post("/v1/roles").json(body)
    };
    let edit = |name: &str, permissions: &[Permission]| {
        app.put(&at).json(json!({ "name": name, "permissions": permissions }))
    };
    match operation {
        "catalogue" => app.get("/v1/permissions"),
        "list" => app.get(&format!("/v1/roles?organization_id={}", scene.child.id)),
        "open" => app.get(&at),
        "holders" => app.get(&format!("{at}/holders")),
        "create" => new(&[]),
        "give" => new(&[ViewReports]),
        "rename" => edit("Front desk", &[ViewApprovals]),
        "take" => edit("Desk", &[]),
        "extend" => edit("Desk", &[ViewApprovals, ViewReports]),
        "delete" => app.delete(&at),
        "try" => app.put(&format!("{at}?dry_run=true")).json(json!({ "name": "Desk", "permissions": [] })),
        other => panic!("no operation is called {other}"),
    }
}

#[tokio::test]
async fn each_permission_of_the_page_allows_what_the_table_says_and_no_more() {
    try_rights_table(TABLE, scene, call).await;
}
