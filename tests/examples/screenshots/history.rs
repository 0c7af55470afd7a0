//! The year: what computers asked for, who decided it and when.

use std::collections::BTreeMap;

use countersign_tests::sha256;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::firm::{Firm, done};

const MINUTES_A_DAY: i64 = 24 * 60;
/// The days before the pictures of which there is a history.
const DAYS: i64 = 363;

/// A program that is asked for: name, folder, who signed it, in how many versions a year, and how often of a hundred requests.
type Program = (&'static str, &'static str, Option<&'static str>, i64, u32);

const PROGRAMS: &[Program] = &[
    ("CAMworks2026_x64_de-DE.exe", r"C:\Users\Public\Werkbank\Setup", Some("Werkbank CAM GmbH"), 4, 15),
    ("Belegtransfer-Setup.exe", r"C:\ProgramData\Belegtransfer", Some("Musterland Steuerdaten eG"), 12, 18),
    ("werkbank-postprozessor.exe", r"C:\Program Files\Werkbank\Post", Some("Werkbank CAM GmbH"), 12, 14),
    ("Leitstelle-Fernwartung-QS.exe", r"C:\Users\leitwarte\Downloads", Some("Aquila Leittechnik AG"), 6, 8),
    ("pdf-drucker-setup.msi", r"C:\Users\Public\Downloads", Some("Papierlos Software GmbH"), 8, 11),
    ("kassensystem-update.exe", r"C:\Kasse\Update", Some("Kassenwerk Süd GmbH"), 20, 9),
    ("Etikettendrucker-Treiber.exe", r"C:\Temp\Treiber", Some("Nordstern Druck A/S"), 3, 8),
    ("zeichnungsviewer-portable.exe", r"E:\Werkzeuge", None, 2, 7),
    ("Moadian-Declaration-Client.exe", r"C:\Users\Public\Moadian", Some("سازمان نمونه"), 4, 4),
    ("gutschein-generator-2026.exe", r"C:\Users\azubi2\Downloads", None, 5, 6),
];

const REASONS: &[&str] = &[
    "Update, sonst startet das Programm nicht mehr",
    "Brauche ich für den Auftrag von morgen",
    "wie mit Herrn Petersen besprochen",
    "برای ارسال گزارش ماهانه لازم است",
    "Le client attend le devis signé avant midi",
    "Needed for the supplier portal",
];

/// What happens at one moment.
enum Event {
    /// The request of this number is made.
    Made(usize),
    /// It is decided.
    Decided(usize),
}

/// A week of a hundred is a busy one.
fn requests_on(day: Timestamp, random: &mut Rng) -> u32 {
    let since_monday = (day.as_second() / 86_400 + 3).rem_euclid(7);
    match since_monday {
        5 => random.u32(0..2),
        6 => u32::from(random.u32(0..10) > 7),
        _ => random.u32(2..7),
    }
}

/// Lets it go by.
pub async fn year(firm: &mut Firm) -> anyhow::Result<()> {
    let begins = firm.now - SignedDuration::from_mins(DAYS * MINUTES_A_DAY);
    let mut events: BTreeMap<(Timestamp, usize), Event> = BTreeMap::new();
    let mut n = 0;
    for day in 0..DAYS - 1 {
        let morning = begins + SignedDuration::from_mins(day * MINUTES_A_DAY - 6 * 60);
        for _ in 0..requests_on(morning, &mut firm.random) {
            let at = morning + SignedDuration::from_secs(firm.random.i64(0..9 * 3600));
            events.insert((at, n), Event::Made(n));
            if firm.random.u32(0..100) > 4 {
                events.insert((at + waits(&mut firm.random), n), Event::Decided(n));
            }
            n += 1;
        }
    }
    let mut made = BTreeMap::new();
    let mut week = begins;
    let ends = firm.before_now(120);
    for ((at, _), event) in events.into_iter().filter(|((at, _), _)| *at < ends) {
        firm.host.clock.set(at);
        match event {
            Event::Made(n) => {
                if let Some(id) = asks(firm, at).await {
                    made.insert(n, id);
                }
            }
            Event::Decided(n) => {
                if let Some(id) = made.get(&n) {
                    decides(firm, id).await;
                }
            }
        }
        if at > week {
            firm.host.settle().await?;
            week = at + SignedDuration::from_hours(7 * 24);
        }
    }
    Ok(())
}

/// Half of them not ten minutes, some overnight.
fn waits(random: &mut Rng) -> SignedDuration {
    let seconds = match random.u32(0..100) {
        0..4 => random.i64(20..60),
        4..28 => random.i64(60..300),
        28..62 => random.i64(300..900),
        62..79 => random.i64(900..3600),
        79..89 => random.i64(3600..14_400),
        89..96 => random.i64(14_400..86_400),
        _ => random.i64(86_400..300_000),
    };
    SignedDuration::from_secs(seconds)
}

/// A request; its id if it waits for somebody.
async fn asks(firm: &mut Firm, at: Timestamp) -> Option<String> {
    let mut left = firm.random.u32(0..100);
    let program =
        PROGRAMS.iter().find(|(.., of)| left.checked_sub(*of).inspect(|less| left = *less).is_none());
    let (name, folder, signer, versions, _) = program.unwrap_or(&PROGRAMS[0]);
    let version = at.as_second() / (365 * 86_400 / versions);
    let index = firm.random.usize(0..firm.devices.len());
    let device = firm.devices[index].clone();
    let user = format!("{}\\user{:02}", device.organization.to_uppercase(), index % 30);
    let mut subject = json!({ "path": format!("{folder}\\{name}"), "sha256": sha256(format!("{name} {version}").as_bytes()),
        "size": 4_800_000 + version * 1_000, "version": format!("{}.{}", version % 17, version % 5) });
    if let Some(signer) = signer {
        subject["signers"] = signers(signer);
    }
    let body = json!({ "kind": "application", "subject": subject, "requester": { "username": user },
        "reason": firm.random.choice(REASONS) });
    let answer = done(firm.api.post("/agent/v1/requests").bearer(&device.token).json(&body)).await.json();
    (answer["status"] == "pending").then(|| answer["id"].as_str().unwrap_or_default().to_owned())
}

/// What an agent says of a verified signature.
pub fn signers(name: &str) -> Value {
    json!([{ "subject": format!("CN={name}, O={name}, C=DE"), "issuer": "CN=Musterland Code Signing CA 4, O=Musterland Trust",
        "thumbprint": &sha256(name.as_bytes())[..40], "valid_from": "2025-01-14T00:00:00Z", "valid_until": "2027-08-14T00:00:00Z", "verified": true }])
}

/// Somebody decides. Another one may have been faster, or a group's approval have settled it.
async fn decides(firm: &mut Firm, id: &str) {
    let who = match firm.random.u32(0..100) {
        0..40 => "lena",
        40..62 => "tomasz",
        62..80 => "petra",
        80..92 => "maryam",
        _ => "agnes",
    };
    let body = match firm.random.u32(0..100) {
        0..12 => {
            json!({ "outcome": "denied", "message": "Bitte die Fassung aus dem Softwarekatalog verwenden." })
        }
        12..15 => json!({ "outcome": "ignored" }),
        15..30 if who != "tomasz" => json!({ "outcome": "approved", "scope": "group" }),
        _ => json!({ "outcome": "approved", "scope": "computer" }),
    };
    let path = format!("/v1/requests/{id}/decision");
    let answer = firm.api.post(&path).bearer(&firm.tokens[who]).json(&body).send().await;
    assert!([200, 409].contains(&answer.status), "{who}: {}", answer.text());
}
