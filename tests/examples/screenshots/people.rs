//! Who works there, and what they may do.

use countersign_host::harness::{SETUP_TOKEN, TestHost};
use countersign_tests::{Answer, Api, Cookie, PASSWORD};
use jiff::SignedDuration;
use serde_json::json;

use crate::firm::{Firm, done};

/// Somebody: key, name, email address, the key of their organization, and what they may do.
type Somebody = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const PEOPLE: &[Somebody] = &[
    (
        "lena",
        "Lena Brandt",
        "lena.brandt@rheinblick.example",
        "firm",
        &[
            "approve-for-group",
            "elevation-administrator",
            "change-permission",
            "assign-roles",
            "edit-administrators",
            "role-administrator",
            "edit-application-control-policies",
            "allow-view-checkin-history",
            "edit-computer-groups",
            "edit-computers",
            "view-override-codes",
            "edit-integrations",
            "view-reports",
            "view-system-audit",
            "view-unified-audit",
            "edit-organizations",
            "edit-storage-control-policies",
        ],
    ),
    (
        "tomasz",
        "Tomasz Wiśniewski-Grünwald",
        "t.wisniewski@rheinblick.example",
        "firm",
        &["elevation-administrator", "edit-computers", "view-override-codes"],
    ),
    ("jonas", "Jonas Ödegård", "j.oedegard@rheinblick.example", "firm", &["approve-for-group"]),
    (
        "maryam",
        "مریم حسینی",
        "m.hosseini@rheinblick.example",
        "firm",
        &["approve-for-group", "view-unified-audit"],
    ),
    ("yagmur", "Yağmur Şahin", "y.sahin@rheinblick.example", "firm", &["approve-for-single-computer"]),
    ("francois", "François Le Goff", "f.legoff@rheinblick.example", "firm", &["approve-for-single-computer"]),
    (
        "agnes",
        "Ágnes Szőllősi",
        "a.szollosi@rheinblick.example",
        "firm",
        &["approve-for-entire-organization", "view-reports"],
    ),
    (
        "hartmann-jun",
        "Dr.-Ing. Friedrich-Karl Freiherr von Hartmann-Rothkirch",
        "fk.hartmann@hartmann-soehne.example",
        "hartmann",
        &["approve-for-entire-organization", "view-organizations"],
    ),
];

const PETRA: &str = "petra.lindqvist@rheinblick.example";

/// The firm and its first administrator.
pub async fn first(firm: &mut Firm) {
    let done = set_up(&firm.api).await;
    firm.ids.insert("firm".to_owned(), done.text_at("/organization/id"));
    firm.tokens.insert("petra", done.text_at("/token"));
    // Her session would end before the year does.
    let token = api_token(firm, "petra", "Nightly report", &["super-admin"]).await;
    firm.tokens.insert("petra", token);
}

async fn set_up(api: &Api) -> Answer {
    let body = json!({
        "setup_token": SETUP_TOKEN,
        "organization": { "name": "Rheinblick IT-Service GmbH" },
        "administrator": { "email": PETRA, "name": "Petra Lindqvist", "password": PASSWORD },
    });
    done(api.post("/v1/setup").json(&body)).await
}

/// A token for programs that lasts for the year.
async fn api_token(firm: &Firm, who: &str, name: &str, permissions: &[&str]) -> String {
    let expires = firm.host.clock.now() + SignedDuration::from_hours(366 * 24 - 1);
    let body =
        json!({ "name": name, "permissions": permissions, "expires_at": expires, "password": PASSWORD });
    firm.post(who, "/v1/api-tokens", body).await.text_at("/token")
}

/// Everybody else is invited and accepts.
pub async fn others(firm: &mut Firm) {
    for (key, name, email, organization, permissions) in PEOPLE {
        let body = json!({ "email": email, "name": name, "organization_id": firm.id(organization) });
        let id = firm.post("petra", "/v1/administrators", body).await.text_at("/id");
        firm.host.settle().await.expect("the invitation is sent");
        let token = firm.token_for(email, "/invitation#");
        let accept = json!({ "token": token, "password": PASSWORD });
        let accepted = done(firm.api.post("/v1/invitations/accept").json(&accept)).await;
        firm.tokens.insert(key, accepted.text_at("/token"));
        let path = format!("/v1/administrators/{id}/permissions");
        firm.put("petra", &path, json!({ "permissions": permissions })).await;
        firm.ids.insert((*key).to_owned(), id);
    }
    roles(firm).await;
    for (key, _, _, organization, _) in PEOPLE {
        let held = effective(firm, key, organization).await;
        let held: Vec<&str> = held.iter().map(String::as_str).collect();
        let token = api_token(firm, key, "Nightly report", &held).await;
        firm.tokens.insert(key, token);
    }
}

/// What somebody may do at their organization, also by roles.
async fn effective(firm: &Firm, who: &str, organization: &str) -> Vec<String> {
    let path = format!(
        "/v1/administrators/{}/effective-permissions?organization_id={}",
        firm.id(who),
        firm.id(organization)
    );
    let found = done(firm.api.get(&path).bearer(&firm.tokens["petra"])).await.json();
    let all = found["permissions"].as_array().expect("permissions");
    all.iter().filter_map(|one| one["permission"].as_str()).map(str::to_owned).collect()
}

async fn roles(firm: &mut Firm) {
    let all: [(&str, &str, &str, &[&str]); 4] = [
        (
            "role",
            "Tier 1 Technician",
            "Nimmt Anfragen an und entscheidet für einzelne Computer",
            &["approve-for-single-computer", "view-approvals", "view-organizations"],
        ),
        (
            "on-call",
            "Elevation on call",
            "Bereitschaft am Wochenende",
            &["elevation-administrator", "approve-for-group"],
        ),
        (
            "auditor",
            "Auditor",
            "Liest alles und ändert nichts",
            &["view-approvals", "view-system-audit", "view-unified-audit", "view-reports"],
        ),
        (
            "service-lead",
            "Service Lead",
            "Leitet die Schicht, vergibt Rechte im Team",
            &["approve-for-entire-organization", "view-administrators"],
        ),
    ];
    for (key, name, description, permissions) in all {
        let body = json!({ "organization_id": firm.id("firm"), "name": name, "description": description, "permissions": permissions });
        let id = firm.post("petra", "/v1/roles", body).await.text_at("/id");
        firm.ids.insert(key.to_owned(), id);
    }
    for (who, roles) in [
        ("tomasz", &[("role", None), ("on-call", Some("klinik"))][..]),
        ("jonas", &[("role", None)]),
        ("maryam", &[("auditor", None)]),
        ("agnes", &[("service-lead", None)]),
        ("lena", &[("auditor", None)]),
    ] {
        let assignments: Vec<_> = roles
            .iter()
            .map(
                |(role, at)| json!({ "role_id": firm.id(role), "organization_id": at.map(|at| firm.id(at)) }),
            )
            .collect();
        let path = format!("/v1/administrators/{}/roles", firm.id(who));
        firm.put("petra", &path, json!({ "assignments": assignments })).await;
    }
}

/// Who looks at the pictures signs in, some hours before.
pub async fn sign_in(firm: &mut Firm) {
    firm.at(5 * 60);
    for (who, email) in [("lena", "lena.brandt@rheinblick.example"), ("petra", PETRA)] {
        let cookie = Cookie::of(&firm.api, email).await;
        firm.cookies.insert(who, cookie);
    }
}

/// The token of a new session of somebody who was invited.
pub async fn session_of(api: &Api, who: &str) -> String {
    let (_, _, email, ..) = PEOPLE.iter().find(|(key, ..)| *key == who).expect("somebody of the firm");
    let body = json!({ "email": email, "password": PASSWORD });
    done(api.post("/v1/session").json(&body)).await.text_at("/token")
}

/// A deployment that was set up a moment ago.
pub async fn set_up_alone(host: &TestHost) -> Cookie {
    let api = Api::new(host.url(""));
    let done_at = set_up(&api).await;
    let (token, organization) = (done_at.text_at("/token"), done_at.text_at("/organization/id"));
    let path = format!("/v1/organizations/{organization}/groups");
    let group =
        done(api.post(&path).bearer(&token).json(&json!({ "name": "Workstations" }))).await.text_at("/id");
    let notify = json!({ "enabled": true, "addresses": [PETRA] });
    let policy = json!({ "name": "Default", "group_id": group, "notify": notify });
    let path = format!("/v1/organizations/{organization}");
    done(api.post(&format!("{path}/policies")).bearer(&token).json(&policy)).await;
    done(api.post(&format!("{path}/deploy")).bearer(&token)).await;
    Cookie::of(&api, PETRA).await
}
