//! Recovering the last Super Admin on the machine, while the host serves.

use countersign_host::harness::{Backend, ChildHost, Options};
use countersign_tests::{Deployment, PASSWORD, one_time_code};
use serde_json::json;

/// Another password than that of all accounts.
const NEW_PASSWORD: &str = "nine loud trains at dawn";

/// The boss sets up one-time codes, whose authenticator is then lost.
async fn set_up_codes(world: &Deployment, host: &ChildHost) {
    let post = |path: &str, body| world.api.post(path).bearer(&world.boss).json(&body).send();
    let secret = post("/v1/totp", json!({ "password": PASSWORD })).await.expect(200).text_at("/secret");
    let confirmation = json!({ "totp": one_time_code(host.now(), &secret) });
    post("/v1/totp/confirmation", confirmation).await.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_super_admin_is_recovered_on_record() {
    for backend in Backend::available().unwrap() {
        let host = ChildHost::start(backend, Options::default()).await.unwrap();
        let mut world = Deployment::on(&host).await;
        set_up_codes(&world, &host).await;
        let sign_in = json!({ "email": "boss@company.example", "password": PASSWORD });
        let asked = world.api.post("/v1/session").json(&sign_in).send().await;
        assert_eq!(asked.problem(401), "totp-missing", "a password is not enough");
        let recovered = host.command(&["recover-admin", "boss@company.example"]).await.unwrap();
        assert!(recovered.ok, "{recovered:?}");
        assert!(recovered.out.contains("  One-time codes  removed"), "{recovered:?}");
        world.api.get("/v1/session").bearer(&world.boss).send().await.expect(401);
        let (_, link) = recovered.out.split_once("/password-reset#").unwrap();
        let token = link.split_whitespace().next().unwrap();
        let body = json!({ "token": token, "password": NEW_PASSWORD });
        world.api.post("/v1/password-resets/complete").json(&body).send().await.expect(204);
        let sign_in = json!({ "email": "boss@company.example", "password": NEW_PASSWORD });
        world.boss = world.api.post("/v1/session").json(&sign_in).send().await.expect(201).text_at("/token");
        let path = format!("/v1/audit/system?organization_id={}&actor=operator", world.root);
        let page = world.api.get(&path).bearer(&world.boss).send().await.expect(200);
        for (row, act) in [(0, "administrator.recovered"), (1, "totp.removed")] {
            assert_eq!(page.text_at(&format!("/items/{row}/act")), act, "{}", page.text());
            assert_eq!(page.text_at(&format!("/items/{row}/actor/kind")), "operator");
        }
        host.settle().await.unwrap();
        let told = host.providers.email.messages().into_iter();
        let told: Vec<_> = told.filter(|message| message.text.contains("on the machine")).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].to, "boss@company.example");
        let again = host.command(&["recover-admin", "boss@company.example"]).await.unwrap();
        assert!(again.ok && !again.out.contains("One-time codes"), "there are none any more: {again:?}");
        let nobody = host.command(&["recover-admin", "nobody@company.example"]).await.unwrap();
        assert!(!nobody.ok && nobody.err.contains("no active administrator"), "{nobody:?}");
    }
}
