use super::{path, scene};
use countersign_http::testing::{Person, Scene, TestRequest, try_rights_table};
use countersign_model::{Administrator, AdministratorState};
use serde_json::{Value, json};

/// What each permission of the page allows its holder to do to an administrator of the child organization who holds
/// nothing. `holds`: their effective permissions; `give`: an invitation with View Reports.
const TABLE: &str = include_str!("rights.txt");

fn somebody(scene: &Scene, state: AdministratorState) -> Person {
    scene.world.administrator_with(&scene.child, |new| Administrator { state, ..new })
}

fn invitation(scene: &Scene, permissions: Value) -> TestRequest {
    scene.app.post("/v1/administrators").json(json!({ "email": "bob@company.example", "name": "Bob",
        "organization_id": scene.child.id, "permissions": permissions }))
}

async fn call(scene: &Scene, operation: &str) -> TestRequest {
    let state = match operation {
        "resend" | "withdraw" => AdministratorState::Invited,
        "enable" => AdministratorState::Disabled,
        _ => AdministratorState::Active,
    };
    let whom = somebody(scene, state);
    let (app, path) = (&scene.app, |what| path(&whom, what));
    match operation {
        "list" => app.get(&format!("/v1/administrators?organization_id={}", scene.child.id)),
        "open" => app.get(&path("")),
        "holds" => app.get(&path("/effective-permissions")),
        "invite" => invitation(scene, json!([])),
        "give" => invitation(scene, json!(["view-reports"])),
        "resend" => app.post(&path("/invitation")),
        "withdraw" => app.delete(&path("/invitation")),
        "edit" => app.patch(&path("")).json(json!({ "name": "Ada" })),
        "reset" => app.post(&path("/password-reset")),
        "disable" => app.post(&path("/disabled")).json(json!({ "disabled": true })),
        "enable" => app.post(&path("/disabled")).json(json!({ "disabled": false })),
        "delete" => app.delete(&path("")),
        "permissions" => app.put(&path("/permissions")).json(json!({ "permissions": [] })),
        "roles" => app.put(&path("/roles")).json(json!({ "assignments": [] })),
        other => panic!("no operation is called {other}"),
    }
}

#[tokio::test]
async fn each_permission_of_the_page_allows_what_the_table_says_and_no_more() {
    try_rights_table(TABLE, scene, call).await;
}
