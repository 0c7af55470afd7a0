//! Processed numbers are sealed under the deployment's `secret_key`, here and in the organizations above.
use countersign_authority::AuditSeals;
use countersign_journal::{Sealer, Verified};
use countersign_model::{OrganizationId, Permit};

use super::Stage;

/// The whole chain of an organization, under the current keys.
async fn verify(stage: &Stage, organization: &OrganizationId) -> Verified {
    let services = stage.world.services();
    let seals = AuditSeals::new(&services.secret_keys().await.unwrap());
    let sealer = seals.as_ref().map(|seals| seals as &dyn Sealer);
    services.journal.verify_chain(&Permit::scene(organization), sealer, None, None, 200).await.unwrap()
}

#[tokio::test]
async fn each_event_is_sealed_where_it_happened_and_above() {
    let stage = Stage::new().await;
    let unsealed = verify(&stage, &stage.company.id).await;
    assert_eq!((unsealed.sealed, unsealed.unsealed > 0), (0, true), "there was no key yet");
    stage.world.settings.set("secret_key", "a-secret-key");
    let above = verify(&stage, &stage.world.root.id).await;
    stage.ask().await;
    stage.process_company().await;
    for (organization, before) in [(&stage.company.id, &unsealed), (&stage.world.root.id, &above)] {
        let now = verify(&stage, organization).await;
        assert_eq!((now.flaws.as_slice(), now.unsealed), (&[][..], before.unsealed));
        assert_eq!((now.sealed, now.count), (2, before.count + 2), "the computer and its request");
    }
}

#[tokio::test]
async fn the_scheduler_s_walk_seals_as_well() {
    let stage = Stage::new().await;
    stage.world.settings.set("secret_key", "a-secret-key");
    let before = verify(&stage, &stage.company.id).await;
    stage.ask().await;
    stage.tick().await;
    let now = verify(&stage, &stage.company.id).await;
    assert_eq!((now.flaws.as_slice(), now.sealed), (&[][..], 2));
    assert_eq!(now.unsealed, before.count);
    stage.tick().await;
    assert_eq!(verify(&stage, &stage.company.id).await, now, "nothing happened, nothing is added");
}
