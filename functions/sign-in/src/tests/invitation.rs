use super::{PASSWORD, audit};
use countersign_http::testing::{TestApp, TestResponse, World};
use countersign_model::act::AdministratorInvited;
use countersign_model::{
    ActName, Administrator, AdministratorId, AdministratorState, NewAdministrator, Organization, Permission,
};
use countersign_store::tokens::{self, Kind};
use futures::future::join_all;
use serde_json::json;

/// An invited administrator, and the text of the link's token.
pub fn invite(world: &World, at: &Organization, email: &str) -> (Administrator, String) {
    let id = AdministratorId::from_ulid(world.ulid());
    let (text, token) = tokens::mint(Kind::Invitation, id.ulid(), world.journal.random());
    let new = NewAdministrator {
        id,
        organization_id: at.id.clone(),
        email: email.parse().unwrap(),
        name: "Bob".to_owned(),
    };
    let invited =
        Administrator::invited(new, world.now()).with_invitation(token.digest, world.now()).unwrap();
    let invited = invited.with_permissions([Permission::SuperAdmin]);
    world.save(&at.id, AdministratorInvited::first(&invited), |change| change.create_administrator(&invited));
    (invited, text)
}

async fn accept(app: &TestApp, token: &str, password: &str) -> TestResponse {
    let body = json!({ "token": token, "password": password });
    app.post("/v1/invitations/accept").json(body).send().await
}

async fn state(world: &World, administrator: &Administrator) -> AdministratorState {
    world.journal.load::<Administrator>(&administrator.id).await.unwrap().unwrap().value.state
}

#[tokio::test]
async fn an_invited_administrator_accepts_and_is_signed_in() {
    let world = World::new();
    let app = world.app(crate::router);
    let (invited, token) = invite(&world, &world.root, "bob@company.example");
    let answer = accept(&app, &token, PASSWORD).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let session = answer.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(app.get("/v1/session").bearer(&session).send().await.status, 200);
    let body = json!({ "email": invited.email, "password": PASSWORD });
    assert_eq!(app.post("/v1/session").json(body).send().await.status, 201);
    assert!(audit(&world, &world.root).await.contains(&ActName::InvitationAccepted));
}

#[tokio::test]
async fn an_invitation_works_once() {
    let world = World::new();
    let app = world.app(crate::router);
    let (_, token) = invite(&world, &world.root, "bob@company.example");
    world.memory.interleave(true);
    let attempts = (0..4).map(|_| accept(&app, &token, PASSWORD));
    let mut statuses: Vec<_> = join_all(attempts).await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401, 401, 401]);
    assert_eq!(accept(&app, &token, PASSWORD).await.code(), "invitation-not-valid");
}

#[tokio::test]
async fn wrong_replaced_expired_and_withdrawn_invitations_are_refused_alike() {
    let world = World::new();
    let app = world.app(crate::router);
    let (invited, token) = invite(&world, &world.root, "bob@company.example");
    let (reset, _) = tokens::mint(Kind::PasswordReset, invited.id.ulid(), world.journal.random());
    let (other, _) = tokens::mint(Kind::Invitation, invited.id.ulid(), world.journal.random());
    for wrong in ["", "csi", &reset, &other, &token[..token.len() - 1]] {
        let answer = accept(&app, wrong, PASSWORD).await;
        assert_eq!((answer.status, answer.code()), (401, "invitation-not-valid".to_owned()), "{wrong}");
    }
    world.advance(std::time::Duration::from_secs(7 * 24 * 3600));
    assert_eq!(accept(&app, &token, PASSWORD).await.status, 401, "expired");
    assert_eq!(state(&world, &invited).await, AdministratorState::Invited, "nothing was changed");

    let (withdrawn, token) = invite(&world, &world.root, "eve@company.example");
    world.journal.update(&withdrawn.id, |old: &Administrator| old.delete()).await.unwrap();
    assert_eq!(accept(&app, &token, PASSWORD).await.status, 401, "withdrawn");
}

#[tokio::test]
async fn a_weak_password_leaves_the_invitation_as_it_was() {
    let world = World::new();
    let app = world.app(crate::router);
    let (invited, token) = invite(&world, &world.root, "bob@company.example");
    let answer = accept(&app, &token, "password1234").await;
    assert_eq!((answer.status, answer.pointers()), (422, vec!["/password".to_owned()]));
    assert_eq!(state(&world, &invited).await, AdministratorState::Invited);
    assert_eq!(accept(&app, &token, PASSWORD).await.status, 201);
}

#[tokio::test]
async fn an_address_belongs_to_whoever_accepts_first_until_they_are_deleted() {
    let world = World::new();
    let app = world.app(crate::router);
    let child = world.organization(&world.root, "Company B");
    let (first, one) = invite(&world, &world.root, "bob@company.example");
    let (second, two) = invite(&world, &child, "BOB@company.example");
    world.memory.interleave(true);
    let answers = join_all([accept(&app, &one, PASSWORD), accept(&app, &two, PASSWORD)]).await;
    let won: Vec<_> = answers.iter().map(|answer| answer.status == 201).collect();
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
    let (winner, loser, token) = if won[0] { (first, second, two) } else { (second, first, one) };
    let lost = accept(&app, &token, PASSWORD).await;
    assert_eq!((lost.status, lost.code()), (409, "email-taken".to_owned()));
    assert_eq!(state(&world, &loser).await, AdministratorState::Invited);

    world.journal.update(&winner.id, |old: &Administrator| old.delete()).await.unwrap();
    assert_eq!(accept(&app, &token, PASSWORD).await.status, 201, "a deleted one's address is free");
}
