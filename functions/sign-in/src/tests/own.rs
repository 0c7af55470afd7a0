//! Operations on one's own account: one-time codes, sessions, API tokens.
mod account;
mod api_tokens;
mod device_login;
mod forgotten;
mod notifications;
mod refusals;
mod sessions;
mod throttle;
mod totp;

use countersign_http::testing::{Person, TestApp, TestResponse, World};
use countersign_kv::memory::Memory;
use countersign_model::{AdministratorId, Credentials, Permission};

use serde::Serialize;
use serde_json::{Value, json};

use super::{PASSWORD, sign_in_body, with_password};
use crate::codes::Seed;

/// A deployment with a `secret_key` and somebody who can sign in.
pub struct Stage {
    pub world: World,
    pub app: TestApp,
    pub ada: Person,
}

impl Stage {
    pub async fn new(permissions: &[Permission]) -> Self {
        Self::over(Memory::ideal(), permissions).await
    }

    pub async fn over(memory: Memory, permissions: &[Permission]) -> Self {
        let world = World::over(memory);
        world.settings.set("secret_key", "a key of the tests");
        let app = world.app(crate::router);
        let ada = with_password(&world, &world.root, permissions).await;
        Self { world, app, ada }
    }

    pub async fn post(&self, path: &str, body: impl Serialize) -> TestResponse {
        self.app.post(path).bearer(&self.ada.token).json(body).send().await
    }

    pub async fn sign_in(&self, more: Value) -> TestResponse {
        self.sign_in_from("192.0.2.1", PASSWORD, more).await
    }

    pub async fn sign_in_from(&self, address: &str, password: &str, more: Value) -> TestResponse {
        let mut body = sign_in_body(&self.ada, password);
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let peer =
            if address.contains(':') { format!("[{address}]:4711") } else { format!("{address}:4711") };
        let call = self.app.post("/v1/session").header("spin-client-addr", &peer);
        call.json(body).send().await
    }

    pub async fn credentials(&self) -> Credentials {
        let id: &AdministratorId = &self.ada.record.id;
        self.world.journal.load::<Credentials>(id).await.unwrap().unwrap().value
    }

    /// Sets up one-time codes. Returns the authenticator's secret and the recovery codes.
    pub async fn set_up_totp(&self) -> (Seed, Vec<String>) {
        let begun = self.post("/v1/totp", json!({ "password": PASSWORD })).await;
        assert_eq!(begun.status, 200, "{}", begun.text());
        let seed = Seed::from_text(begun.json()["secret"].as_str().unwrap());
        let code = seed.code(self.world.now());
        let confirmed = self.post("/v1/totp/confirmation", json!({ "totp": code })).await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.text());
        let codes = confirmed.json()["recovery_codes"].as_array().unwrap().clone();
        (seed, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
    }
}
