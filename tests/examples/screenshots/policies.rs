//! Policies with versions and drafts, rules, settings, integrations.

use serde_json::{Value, json};

use crate::firm::{Firm, ORGANIZATIONS};

/// How many versions of Hartmann's policies there are.
const VERSIONS: u32 = 13;

/// Everything that is set.
pub async fn all(firm: &mut Firm) {
    integrations(firm).await;
    others(firm).await;
    konstruktion(firm).await;
    settings(firm).await;
    rules(firm).await;
}

/// Every other group has a policy.
async fn others(firm: &mut Firm) {
    for (organization, _, groups) in ORGANIZATIONS {
        let path = format!("/v1/organizations/{}", firm.id(organization));
        for (group, name, ..) in groups.iter().filter(|(group, ..)| *group != "konstruktion") {
            let mut addresses = vec![format!("helpdesk@{organization}.example")];
            // It cannot be reached: the manifest does not allow its host.
            addresses.extend((*group == "fertigung").then(|| "webhook:SIEM".to_owned()));
            let body = json!({ "name": format!("{name}, Standard"), "group_id": firm.id(group),
                "notify": { "enabled": true, "addresses": addresses } });
            let id = firm.post("petra", &format!("{path}/policies"), body).await.text_at("/id");
            firm.ids.insert(format!("policy-{group}"), id);
        }
        if *organization != "hartmann" {
            firm.post("petra", &format!("{path}/deploy"), json!({})).await;
        }
    }
}

/// The policies of Konstruktion, of which a draft waits. The first that matches counts.
async fn konstruktion(firm: &mut Firm) {
    let path = format!("/v1/organizations/{}", firm.id("hartmann"));
    let policy = |key: &'static str, name: &str, action: &str, kinds: Value, entries: Value| {
        let body = json!({ "name": name, "default_action": action, "kinds": kinds, "entries": entries });
        (key, body)
    };
    let matches = |action: &str, by: &str, values: &[&str]| json!({ "action": action, "match": { "by": by, "values": values } });
    let all = [
        policy(
            "werkbank",
            "Werkbank CAM",
            "block",
            json!(["application"]),
            json!([matches(
                "allow",
                "publisher",
                &["CN=Werkbank CAM GmbH, O=Werkbank CAM GmbH, L=Chemnitz, C=DE"]
            )]),
        ),
        policy(
            "werkzeuge",
            "Entwicklungswerkzeuge",
            "block",
            json!(["application", "elevation"]),
            json!([matches("allow", "path", &[r"C:\Tools\**", r"C:\Program Files\Werkbank\**"])]),
        ),
        policy("usb", "USB-Massenspeicher", "block", json!(["storage"]), json!([])),
        policy("konstruktion-default", "Standard", "block", json!(["application", "elevation"]), json!([])),
    ];
    for (key, mut body) in all {
        body["group_id"] = firm.id("konstruktion").into();
        body["description"] = "Gilt für alle Konstruktionsarbeitsplätze, auch im Homeoffice".into();
        let mut addresses = vec!["sms:+4915100000147", "teams:Konstruktion-Alarm"];
        if key == "konstruktion-default" {
            addresses.extend([
                "it-bereitschaft@hartmann-soehne.example",
                "slack:IT-Leitstand Werk 2",
                "webhook:Ticketsystem",
            ]);
        }
        body["notify"] = json!({ "enabled": key != "werkbank", "addresses": addresses });
        let id = firm.post("petra", &format!("{path}/policies"), body).await.text_at("/id");
        firm.ids.insert(key.to_owned(), id);
    }
    for version in 1..=VERSIONS {
        let description = format!("Stand {version}: mit der Konstruktionsleitung abgestimmt");
        let default = format!("{path}/policies/{}", firm.id("konstruktion-default"));
        firm.patch("petra", &default, json!({ "description": description })).await;
        firm.host.advance(std::time::Duration::from_secs(3600));
        firm.post(if version % 3 == 0 { "lena" } else { "petra" }, &format!("{path}/deploy"), json!({}))
            .await;
    }
}

/// What waits to be deployed on the day of the pictures.
pub async fn drafts(firm: &mut Firm) {
    let path = format!("/v1/organizations/{}/policies", firm.id("hartmann"));
    let values = [r"C:\Tools\**", r"C:\Program Files\Werkbank\Tools\**", r"D:\Projekte\*\Werkzeuge\**"];
    let entries = json!([{ "action": "allow", "match": { "by": "path", "values": values } }]);
    let tools = format!("{path}/{}", firm.id("werkzeuge"));
    firm.patch("lena", &tools, json!({ "entries": entries })).await;
    let entries = json!([{ "action": "block", "match": { "by": "path", "values": ["**/Downloads/*.xlam", "**/Downloads/*.docm"] } }]);
    let macros = json!({ "name": "Makros aus dem Internet", "group_id": firm.id("konstruktion"), "default_action": "allow",
        "kinds": ["application"], "entries": entries });
    let macros = firm.post("lena", &path, macros).await.text_at("/id");
    let order: Vec<_> = ["werkbank", "werkzeuge"].map(|key| firm.id(key).to_owned()).into();
    let order: Vec<_> = order
        .into_iter()
        .chain([macros])
        .chain(["usb", "konstruktion-default"].map(|key| firm.id(key).to_owned()))
        .collect();
    firm.put("lena", &format!("{path}/order"), json!({ "policy_ids": order })).await;
    let addresses =
        ["it-bereitschaft@hartmann-soehne.example", "sms:+4915100000147", "teams:Konstruktion-Alarm"];
    let usb = format!("{path}/{}", firm.id("usb"));
    firm.patch("lena", &usb, json!({ "notify": { "enabled": true, "addresses": addresses } })).await;
}

async fn integrations(firm: &mut Firm) {
    let path = format!("/v1/organizations/{}/integrations", firm.id("hartmann"));
    for body in [
        json!({ "name": "Konstruktion-Alarm", "kind": "teams", "url": "https://mailbox.countersign.internal/teams/konstruktion" }),
        json!({ "name": "IT-Leitstand Werk 2", "kind": "slack", "url": "https://mailbox.countersign.internal/slack/leitstand" }),
        json!({ "name": "Ticketsystem", "kind": "webhook", "url": "https://mailbox.countersign.internal/webhook/ticketsystem" }),
        json!({ "name": "SIEM", "kind": "webhook", "url": "https://siem.hartmann-soehne.example/hooks/countersign" }),
    ] {
        firm.post("petra", &path, body).await;
    }
}

async fn settings(firm: &mut Firm) {
    let path = format!("/v1/organizations/{}", firm.id("hartmann"));
    let templates = json!([
        { "name": "Ticket nötig", "text": "Bitte über das Ticketsystem anfragen und die Nummer hier nennen." },
        { "name": "Freigegebene Fassung", "text": "Bitte die Fassung aus dem Softwarekatalog verwenden." },
        { "name": "Wir rufen an", "text": "Wir melden uns heute noch telefonisch." },
    ]);
    let settings = json!({ "default_scope": "computer", "default_days": 30, "denial_needs_message": true, "pending_days": 14,
        "publisher_scope": "group", "templates": templates,
        "escalation": { "untaken_after_minutes": 30, "to": ["leitung-it@hartmann-soehne.example", "sms:+4915100000148"], "undecided_after_minutes": 240 } });
    firm.put("petra", &format!("{path}/approval-settings"), settings).await;
    let branding = json!({ "display_name": "Hartmann & Söhne IT-Service", "colour": "#8a1f2d", "reply_to": "it-service@hartmann-soehne.example", "language": "de" });
    firm.put("petra", &format!("{path}/branding"), branding).await;
    let login = json!({ "require_totp": false, "session_minutes": 480, "allowed_ranges": ["127.0.0.0/8", "192.0.2.0/24", "2001:db8:47::/48"] });
    firm.put("petra", &format!("{path}/login-settings"), login).await;
}

async fn rules(firm: &mut Firm) {
    let konstruktion = firm.id("konstruktion").to_owned();
    let all = [
        (
            "rule",
            "hartmann",
            json!({ "name": "Werkbank CAM: Aktualisierungen der Konstruktion", "effect": "approve", "scope": "group",
                "lasts_seconds": 30 * 86_400, "max_uses": 500,
                "criteria": { "kinds": ["application"], "path": r"C:\Program Files\Werkbank\*.exe", "group_id": konstruktion } }),
        ),
        (
            "rule-fun",
            "hartmann",
            json!({ "name": "Spiele und Gutscheinprogramme", "effect": "deny", "message": "Dafür ist der Arbeitsrechner nicht da.",
                "criteria": { "kinds": ["application"], "path": r"*\Downloads\*gutschein*.exe" } }),
        ),
        (
            "rule-beleg",
            "kanzlei",
            json!({ "name": "Belegtransfer", "effect": "approve", "scope": "group", "lasts_seconds": 7 * 86_400,
                "criteria": { "kinds": ["application"], "path": r"C:\ProgramData\Belegtransfer\*.exe" } }),
        ),
    ];
    for (key, organization, rule) in all {
        let body = json!({ "organization_id": firm.id(organization), "rule": rule });
        let id = firm.post("petra", "/v1/rules", body).await.text_at("/id");
        firm.ids.insert(key.to_owned(), id);
    }
}
