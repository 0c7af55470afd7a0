//! In which language and time zone recipients are told.
use countersign_model::{Administrator, Branding, Channel, Language, Organization, Permission, Reading};

use super::Stage;

async fn brand(stage: &Stage, organization: &Organization, language: Language) {
    let branding = Branding { language: Some(language), ..Branding::default() };
    let branded = |old: &Organization| Ok::<_, ()>(old.branded(branding.clone()));
    stage.world.journal.update(&organization.id, branded).await.unwrap();
}

#[tokio::test]
async fn each_is_told_in_their_own_language_or_their_organizations() {
    let stage = Stage::new().await;
    brand(&stage, &stage.world.root, Language::French).await;
    let german =
        Reading { language: Some(Language::German), time_zone: Some("Europe/Berlin".parse().unwrap()) };
    let own = stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], |a| Administrator {
        reading: german,
        ..a
    });
    let other = stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    stage.subscriber_with(&stage.company, &[Permission::SuperAdmin], |a| Administrator {
        channels: vec![Channel::Sms],
        phone: Some("+15550123".parse().unwrap()),
        ..a
    });
    stage.ask().await;
    stage.process_company().await;
    let messages = stage.messages();
    let told = |to: &str| messages.iter().find(|(address, _)| address == to).unwrap().1.clone();
    let german = told(own.record.email.as_str());
    assert!(german.contains("bittet um Erlaubnis: setup.exe ausführen"), "{german}");
    assert!(german.contains("Angefragt: 2026-06-01 14:00 (UTC+2)"), "{german}");
    let french = told(other.record.email.as_str());
    assert!(french.contains("demande l’autorisation : exécuter setup.exe"), "{french}");
    assert!(french.contains("Demandé le: 2026-06-01 12:00 UTC"), "{french}");
    let short = told("+15550123");
    assert!(short.contains("demande setup.exe."), "{short}");
}
