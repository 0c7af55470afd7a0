use super::{path, scene};
use countersign_model::Permission;
use serde_json::{Value, json};

#[tokio::test]
async fn roles_are_listed_in_pages_and_opened() {
    let scene = scene();
    let mut roles: Vec<_> =
        (0..3).map(|number| scene.world.role(&scene.child, &format!("Role {number}"), [])).collect();
    roles.sort_by(|a, b| a.id.cmp(&b.id));
    scene.world.role(&scene.world.root, "Not theirs", []);
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    let first = scene.app.get("/v1/roles?limit=2").bearer(&viewer.token).send().await;
    assert_eq!(first.status, 200, "{}", first.text());
    let ids = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|role| role["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = first.json();
    assert_eq!(ids(&first), [roles[0].id.as_str(), roles[1].id.as_str()]);
    let next = format!("/v1/roles?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = scene.app.get(&next).bearer(&viewer.token).send().await.json();
    assert_eq!((ids(&second), &second["next_cursor"]), (vec![roles[2].id.to_string()], &json!(null)));
    let opened = scene.app.get(&path(&roles[2])).bearer(&viewer.token).send().await;
    assert_eq!((opened.json(), opened.header("etag")), (second["items"][0].clone(), "\"1\""));
}

#[tokio::test]
async fn roles_are_read_with_rights_there_only() {
    let scene = scene();
    let role = scene.world.role(&scene.child, "Desk", []);
    let nobody = scene.somebody(&scene.child, &[]);
    let above = scene.somebody(&scene.world.root, &[Permission::RoleAdministrator]);
    let beside = scene.somebody(
        &scene.world.organization(&scene.world.root, "Company C"),
        &[Permission::RoleAdministrator],
    );
    for at in [path(&role), format!("/v1/roles?organization_id={}", scene.child.id)] {
        assert_eq!(scene.app.get(&at).bearer(&nobody.token).send().await.code(), "not-permitted");
        assert_eq!(scene.app.get(&at).bearer(&above.token).send().await.status, 200);
        assert_eq!(scene.app.get(&at).bearer(&beside.token).send().await.code(), "not-found");
        assert_eq!(scene.app.get(&at).send().await.code(), "not-identified");
    }
}

#[tokio::test]
async fn the_catalogue_names_every_permission_with_what_it_means() {
    let scene = scene();
    let nobody = scene.somebody(&scene.child, &[]);
    let answer = scene.app.get("/v1/permissions").bearer(&nobody.token).send().await.json();
    let items = answer["items"].as_array().unwrap();
    assert_eq!(items.len(), Permission::ALL.len());
    assert!(items.iter().all(|item| !item["meaning"].as_str().unwrap().is_empty()));
    let elevation = items.iter().find(|item| item["id"] == "elevation-administrator").unwrap();
    assert!(elevation["combinations"][0]["combined_with"].as_array().is_some_and(|with| !with.is_empty()));
    assert_eq!(scene.app.get("/v1/permissions").send().await.code(), "not-identified");
}
