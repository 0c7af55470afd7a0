//! The operations over the in-memory store.
mod forgotten;
mod invitation;
mod own;
mod reset;
mod session;
mod setup;

use countersign_http::testing::{Person, World};
use countersign_kv::Random;
use countersign_model::{ActName, Administrator, Organization, Permission, Permit, lists};
use serde_json::{Value, json};

pub const PASSWORD: &str = "correct horse battery";

pub fn password(text: &str) -> crate::password::Password {
    serde_json::from_value(json!(text)).unwrap()
}

/// An administrator who can sign in with [`PASSWORD`].
pub async fn with_password(world: &World, organization: &Organization, permissions: &[Permission]) -> Person {
    let random: &dyn Random = world.journal.random();
    let hash = password(PASSWORD).hash(random);
    let person = world.administrator_with(organization, |new| Administrator {
        password_hash: hash,
        ..new.with_permissions(permissions.iter().copied())
    });
    assert!(crate::email::take(&world.journal, &person.record.email, &person.record.id).await.unwrap());
    person
}

/// The acts in the system audit of an organization, newest first.
pub async fn audit(world: &World, organization: &Organization) -> Vec<ActName> {
    let permit = Permit::scene(&organization.id);
    let page = world.journal.list(&permit, lists::SYSTEM_AUDIT, None, 200).await.unwrap();
    let mut acts = Vec::new();
    for row in page.items {
        let event = world.journal.event(&permit, row.number.unwrap()).await.unwrap().unwrap();
        acts.push(event.act.name());
    }
    acts
}

pub fn sign_in_body(person: &Person, password: &str) -> Value {
    json!({ "email": person.record.email, "password": password })
}
