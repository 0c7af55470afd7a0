//! One-time codes can be removed by an administrator who could reset the password, and never with this operation from
//! oneself.
use countersign_http::testing::Person;
use countersign_model::{ActName, Credentials, Permission};

use super::{acts, path, scene};

async fn set_up(scene: &super::Scene, whom: &Person) {
    let id = &whom.record.id;
    let now = scene.world.now();
    let set_up =
        |old: &Credentials| old.begin_totp("sealed".to_owned(), now)?.confirm_totp(1, Vec::new(), now);
    scene.world.journal.update(id, set_up).await.unwrap();
}

async fn has_codes(scene: &super::Scene, whom: &Person) -> bool {
    let id = &whom.record.id;
    scene.world.journal.load::<Credentials>(id).await.unwrap().unwrap().value.totp.is_some()
}

#[tokio::test]
async fn codes_are_taken_off_somebody_who_lost_them() {
    let scene = scene();
    let editor = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    let whom = scene.somebody(&scene.child, &[]);
    let call = || scene.app.delete(&path(&whom, "/totp"));
    assert_eq!(call().bearer(&editor.token).send().await.code(), "totp-not-set-up");
    set_up(&scene, &whom).await;
    assert_eq!(call().send().await.status, 401);
    let viewer = scene.somebody(&scene.child, &[Permission::ViewAdministrators]);
    assert_eq!(call().bearer(&viewer.token).send().await.status, 403);
    assert!(has_codes(&scene, &whom).await);
    assert_eq!(call().bearer(&editor.token).send().await.status, 204);
    assert!(!has_codes(&scene, &whom).await);
    assert_eq!(acts(&scene.audit(&scene.child).await)[0], ActName::TotpRemoved);
}

#[tokio::test]
async fn nobody_takes_off_their_own_or_those_of_somebody_out_of_reach() {
    let scene = scene();
    let editor = scene.somebody(&scene.child, &[Permission::EditAdministrators]);
    set_up(&scene, &editor).await;
    let own = scene.app.delete(&path(&editor, "/totp")).bearer(&editor.token).send().await;
    assert_eq!((own.status, own.code()), (403, "not-for-oneself".to_owned()));
    assert!(has_codes(&scene, &editor).await);
    let above = scene.root_admin();
    set_up(&scene, &above).await;
    let answer = scene.app.delete(&path(&above, "/totp")).bearer(&editor.token).send().await;
    assert_eq!(answer.status, 404);
    assert!(has_codes(&scene, &above).await);
}
