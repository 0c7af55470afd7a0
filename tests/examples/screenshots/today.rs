//! The day of the pictures: what waits, what was just decided, who was told, and what arrived nowhere.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_host::harness::providers::Behaviour;
use serde_json::{Value, json};

use crate::firm::{BOUNCES, Device, Firm, done};
use crate::waiting::{WAITING, What};
use crate::{people, policies};

/// Everything of the day.
pub async fn all(firm: &mut Firm) -> anyhow::Result<()> {
    firm.at(110);
    twin(firm).await;
    check_ins(firm).await;
    told(firm).await;
    earlier(firm).await?;
    policies::drafts(firm).await;
    // The provider of text messages is down for a while.
    firm.host.providers.sms.next([Behaviour::Error; 8]);
    requests(firm).await?;
    handled(firm).await;
    Ok(())
}

/// Most computers were seen; some have been away since they enrolled, some are waiting for their new policies.
async fn check_ins(firm: &mut Firm) {
    for nth in 0..firm.devices.len() {
        let device = &firm.devices[nth];
        if nth % 17 != 5 || device.hostname.starts_with("NB-KONSTR-014") {
            let path = format!("/agent/v1/check-in?agent_version=2.4.1&hostname={}", device.hostname);
            done(firm.api.get(&path).bearer(&device.token)).await;
        }
    }
    let path =
        format!("/v1/organizations/{}/computers/{}", firm.id("hartmann"), firm.device("NB-KONSTR-0147").id);
    firm.patch("petra", &path, json!({ "name": "CAM-Arbeitsplatz Vogelsang" })).await;
    let learns = firm.device("NB-KONSTR-0121").id.clone();
    let until = firm.now + jiff::SignedDuration::from_hours(6);
    let path = format!("/v1/organizations/{}/computers/{learns}/maintenance", firm.id("hartmann"));
    firm.post("lena", &path, json!({ "mode": "learning", "until": until })).await;
    let notebook = firm.device("NB-KONSTR-0147").id.clone();
    firm.ids.insert("notebook".to_owned(), notebook);
}

/// Who wants to hear of requests, and how.
pub async fn told(firm: &mut Firm) {
    let of = |language, quiet: Value| json!({ "notify_on_request": true, "channels": ["email"], "language": language, "time_zone": "Europe/Berlin", "quiet_hours": quiet });
    let mut lena = of("en", Value::Null);
    lena["channels_by_kind"] = json!({ "handled": [], "flagged": ["email"] });
    let mut jonas = of("en", json!({ "from": "12:00", "to": "18:00" }));
    jonas["only_when_nobody_else"] = false.into();
    let mut francois = of("fr", Value::Null);
    let (from, until) = ("2026-11-23T06:00:00Z", "2026-11-28T06:00:00Z");
    francois["away"] = json!({ "from": from, "until": until, "delegate_id": firm.id("lena") });
    for (who, settings) in [
        ("lena", lena),
        ("jonas", jonas),
        ("francois", francois),
        ("maryam", of("en", Value::Null)),
        ("hartmann-jun", of("de", Value::Null)),
    ] {
        let token = people::session_of(&firm.api, who).await;
        done(firm.api.put("/v1/session/notifications").bearer(&token).json(&settings)).await;
    }
    let yagmur = format!("/v1/administrators/{}", firm.id("yagmur"));
    firm.patch("petra", &yagmur, json!({ "notify_on_request": true })).await;
    firm.post("petra", &format!("{yagmur}/disabled"), json!({ "disabled": true })).await;
    let body = json!({ "email": "s.okonkwo-bergmann@rheinblick.example", "name": "Sofia Okonkwo-Bergmann", "organization_id": firm.id("firm") });
    firm.post("petra", "/v1/administrators", body).await;
}

/// Before noon: decisions, a flag, a message that bounced.
async fn earlier(firm: &mut Firm) -> anyhow::Result<()> {
    firm.at(95);
    let driver = What::Run(
        r"C:\Temp\Treiber\Etikettendrucker-Treiber_7.1.exe",
        Some("Nordstern Druck A/S"),
        8_400_000,
    );
    let on = firm.device("PC-VERWALTUNG-01").clone();
    let id = asks(firm, &on, r"HARTMANN\m.seidl", "Etiketten für den Versand", driver).await;
    firm.host.settle().await?;
    firm.at(80);
    let body = json!({ "outcome": "approved", "scope": "group", "message": "Bitte nach der Installation neu starten." });
    firm.post("lena", &format!("/v1/requests/{id}/decision"), body).await;
    firm.ids.insert("decided".to_owned(), id);
    firm.at(70);
    let trojan = What::Run(r"C:\Users\azubi2\Downloads\Lieferschein-4711.scr", None, 211_000);
    let on = firm.device("NB-KONSTR-0112").clone();
    let id = asks(firm, &on, r"HARTMANN\azubi2", "Lieferschein geht nicht auf", trojan).await;
    firm.host.settle().await?;
    let bounced = json!({ "RecordType": "Bounce", "Email": "it-bereitschaft@hartmann-soehne.example", "Inactive": true, "Details": "550 5.1.1 no such mailbox" });
    let login = format!("Basic {}", STANDARD.encode(BOUNCES));
    done(firm.api.post("/v1/callbacks/postmark").header("authorization", &login).json(&bounced)).await;
    firm.at(65);
    firm.post(
        "petra",
        &format!("/v1/requests/{id}/notes"),
        json!({ "text": "Hersteller gefragt: kommt nicht von ihnen." }),
    )
    .await;
    firm.put(
        "petra",
        &format!("/v1/requests/{id}/flag"),
        json!({ "note": "Makro-Trojaner, an die Zentralstelle gemeldet." }),
    )
    .await;
    firm.ids.insert("flagged".to_owned(), id);
    firm.host.settle().await
}

/// What waits is asked for, one after the other.
pub async fn requests(firm: &mut Firm) -> anyhow::Result<()> {
    for waits in WAITING {
        firm.at(waits.minutes);
        // A second computer has that name.
        let on = if waits.key == "viewer" {
            firm.devices.last().expect("a computer")
        } else {
            firm.device(waits.on)
        };
        let on = on.clone();
        let id = asks(firm, &on, waits.by, waits.reason, waits.what).await;
        firm.ids.insert(waits.key.to_owned(), id);
        firm.host.settle().await?;
    }
    Ok(())
}

/// A computer takes the name of another one.
pub async fn twin(firm: &mut Firm) {
    let key = firm
        .enrollment_key("hartmann", "konstruktion", json!({ "name": "Ersatzgeräte", "max_uses": 5 }))
        .await;
    firm.enroll("hartmann", "konstruktion", &key, "NB-KONSTR-0152".to_owned()).await;
    let twin = firm.devices.last().expect("a computer").id.clone();
    firm.ids.insert("twin".to_owned(), twin);
}

/// The computers that ask.
pub fn hostnames() -> Vec<&'static str> {
    WAITING.iter().map(|waits| waits.on).collect()
}

/// What people did about it meanwhile.
async fn handled(firm: &mut Firm) {
    firm.at(4);
    firm.put("jonas", &format!("/v1/requests/{}/assignee", firm.id("leitstelle")), json!({})).await;
    let note =
        json!({ "text": "Werkbank bestätigt: SP2 ist die Fassung vom 24. November, Prüfsumme stimmt." });
    firm.post("maryam", &format!("/v1/requests/{}/notes", firm.id("cam")), note).await;
    firm.host.advance(Duration::from_secs(30));
    let body = json!({ "organization_id": firm.id("hartmann"), "address": "sms:+4915100000147" });
    firm.post("petra", "/v1/notifications/test", body).await;
}

/// A request; its id.
async fn asks(firm: &Firm, on: &Device, by: &str, reason: &str, what: What) -> String {
    let policy = match (on.group, what) {
        ("konstruktion", What::Stick) => "usb".to_owned(),
        ("konstruktion", _) => "konstruktion-default".to_owned(),
        (group, _) => format!("policy-{group}"),
    };
    // Each computer has its own: what several decisions are to one address comes as one message.
    let email = format!("nutzer.{}@kunde.example", on.hostname.to_lowercase());
    let requester = json!({ "username": by, "email": email });
    let body = json!({ "kind": what.kind(), "subject": what.subject(), "reason": reason, "requester": requester,
        "policy_id": firm.id(&policy), "attach": false });
    done(firm.api.post("/agent/v1/requests").bearer(&on.token).json(&body)).await.text_at("/id")
}
