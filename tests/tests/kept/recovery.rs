//! Recovering the last Super Admin on the machine, while the host serves.

use countersign_host::harness::{Backend, ChildHost, Options};
use countersign_tests::Deployment;
use serde_json::json;

/// Another password than that of all accounts.
const NEW_PASSWORD: &str = "nine loud trains at dawn";

#[tokio::test(flavor = "multi_thread")]
async fn the_last_super_admin_is_recovered_on_record() {
    for backend in Backend::available().unwrap() {
        let host = ChildHost::start(backend, Options::default()).await.unwrap();
        let mut world = Deployment::on(&host).await;
        let recovered = host.command(&["recover-admin", "boss@company.example"]).await.unwrap();
        assert!(recovered.ok, "{recovered:?}");
        world.api.get("/v1/session").bearer(&world.boss).send().await.expect(401);
        let (_, link) = recovered.out.split_once("/password-reset#").unwrap();
        let token = link.split_whitespace().next().unwrap();
        let body = json!({ "token": token, "password": NEW_PASSWORD });
        world.api.post("/v1/password-resets/complete").json(&body).send().await.expect(204);
        let sign_in = json!({ "email": "boss@company.example", "password": NEW_PASSWORD });
        world.boss = world.api.post("/v1/session").json(&sign_in).send().await.expect(201).text_at("/token");
        let path = format!("/v1/audit/system?organization_id={}&actor=operator", world.root);
        let page = world.api.get(&path).bearer(&world.boss).send().await.expect(200);
        assert_eq!(page.text_at("/items/0/act"), "administrator.recovered", "{}", page.text());
        assert_eq!(page.text_at("/items/0/actor/kind"), "operator");
        host.settle().await.unwrap();
        let told = host.providers.email.messages().into_iter();
        let told: Vec<_> = told.filter(|message| message.text.contains("on the machine")).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].to, "boss@company.example");
        let nobody = host.command(&["recover-admin", "nobody@company.example"]).await.unwrap();
        assert!(!nobody.ok && nobody.err.contains("no active administrator"), "{nobody:?}");
    }
}
