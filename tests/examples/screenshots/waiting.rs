//! What waits on the day of the pictures.

use countersign_tests::sha256;
use serde_json::{Value, json};

use crate::history::signers;

/// As installers leave it, with 230 characters.
const CAM: &str = r"C:\Users\k.vogelsang\AppData\Local\Packages\Werkbank.CAM.Fertigungsplanung_8wekyb3d8bbwe\LocalCache\Local\Temp\7zO4C2B1F0A\Werkbank-CAM-2026-Servicepack-2\Setup-Dateien (nicht verschieben)\x64\CAMworks2026_SP2_x64_de-DE.exe";
const BELEG: &str = r"C:\Users\Public\Downloads\Belegtransfer-Setup_6.12.4.exe";
const WERKBANK: Option<&str> = Some("Werkbank CAM GmbH");
const STEUERDATEN: Option<&str> = Some("Musterland Steuerdaten eG");
const MIB: u64 = 1024 * 1024;

/// A request that waits.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// What it is called in addresses.
    pub key: &'static str,
    /// How many minutes ago it was made.
    pub minutes: i64,
    pub on: &'static str,
    pub by: &'static str,
    pub reason: &'static str,
    pub what: What,
}

/// What it is for.
#[derive(Debug, Clone, Copy)]
pub enum What {
    /// A file: path, signer, size.
    Run(&'static str, Option<&'static str>, u64),
    /// A file with higher rights, for so many minutes.
    Elevate(&'static str, Option<&'static str>, u32),
    /// Writing to a stick.
    Stick,
}

impl What {
    /// The kind of the request.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Run(..) => "application",
            Self::Elevate(..) => "elevation",
            Self::Stick => "storage",
        }
    }

    /// What an agent reports.
    pub fn subject(self) -> Value {
        match self {
            Self::Run(path, signer, size) => file(path, signer, size),
            Self::Elevate(path, signer, minutes) => {
                let mut subject = file(path, signer, 8 * MIB);
                subject["duration_seconds"] = (minutes * 60).into();
                subject["account"] = r"NT AUTHORITY\SYSTEM".into();
                subject
            }
            Self::Stick => json!({ "access": "write", "device": {
                "id": r"USB\VID_1234&PID_5678\KST64-0092-7781-A", "class": "USB-Massenspeicher",
                "vendor": "Kestrel", "product": "DataStick", "name": "Kestrel DataStick 64 GB", "encrypted": false } }),
        }
    }
}

fn file(path: &str, signer: Option<&str>, size: u64) -> Value {
    let caller = json!({ "path": r"C:\Windows\explorer.exe" });
    let mut subject = json!({ "path": path, "sha256": sha256(path.as_bytes()), "size": size, "origin": "internet", "calling_process": caller });
    if let Some(signer) = signer {
        subject["signers"] = signers(signer);
        subject["publisher"] = signer.into();
    }
    if path == CAM {
        subject["product"] = "Werkbank CAM 2026".into();
        subject["version"] = "26.2.0.4711".into();
    }
    subject
}

const fn waits(
    (key, minutes): (&'static str, i64),
    (on, by): (&'static str, &'static str),
    what: What,
    reason: &'static str,
) -> Waits {
    Waits { key, minutes, on, by, reason, what }
}

use What::{Elevate, Run, Stick};

/// The longest first.
pub const WAITING: &[Waits] = &[
    waits(
        ("cam", 21),
        ("NB-KONSTR-0147", r"HARTMANN\k.vogelsang"),
        Run(CAM, WERKBANK, 148 * MIB),
        "Ohne das Servicepack öffnet sich die Zeichnung zu Auftrag 4711 nicht, die Maschine steht.",
    ),
    waits(
        ("moadian", 18),
        ("TEH-FIN-02", "zahra.moradi"),
        Run(
            r"C:\Users\zahra.moradi\Downloads\Moadian-Declaration-Client-3.8.exe",
            Some("سازمان نمونه"),
            22 * MIB,
        ),
        "برای ارسال اظهارنامهٔ مالیات بر ارزش افزوده به این برنامه نیاز دارم؛ مهلت تا ساعت ۱۶ امروز است.",
    ),
    waits(
        ("cam-2", 17),
        ("NB-KONSTR-0151", r"HARTMANN\Dr. Ing. Maximilian Freiherr von Rothkirch-Trach"),
        Run(CAM, WERKBANK, 148 * MIB),
        "wie besprochen",
    ),
    waits(
        ("rechnung", 16),
        ("KANZLEI-WS-09", "a.wissmann"),
        Run("C:\\Users\\a.wissmann\\Downloads\\Rechnung_2026-1147_\u{202e}fdp.exe", None, 311_296),
        "Rechnung vom Lieferanten, kann ich nicht öffnen",
    ),
    waits(
        ("cam-3", 15),
        ("NB-KONSTR-0149", "ع. رضایی"),
        Run(CAM, WERKBANK, 148 * MIB),
        "لطفاً سریع، مشتری منتظر است",
    ),
    waits(
        ("stick", 12),
        ("KKM-RADIO-11", "station3"),
        Stick,
        "CT-Bilder für die Verlegung nach Großhadern, Patient wartet im Transport",
    ),
    waits(
        ("treiber", 11),
        ("NL-VERSAND-03", "b.petersen"),
        Elevate(r"C:\Temp\Treiber\Druckertreiber-Setup_7.2.exe", Some("Nordstern Druck A/S"), 30),
        "Neuer Etikettendrucker im Versand, 30 Minuten genügen",
    ),
    waits(
        ("beleg", 9),
        ("KANZLEI-WS-02", "m.oberlaender"),
        Run(BELEG, STEUERDATEN, 58 * MIB),
        "Update der Belegübertragung, der Mandant wartet auf die Auswertung",
    ),
    waits(
        ("beleg-2", 9),
        ("KANZLEI-WS-05", "s.huber"),
        Run(BELEG, STEUERDATEN, 58 * MIB),
        "Belegübertragung startet nicht mehr",
    ),
    waits(
        ("viewer", 8),
        ("NB-KONSTR-0152", r"HARTMANN\azubi2"),
        Run(r"E:\Werkzeuge\zeichnungsviewer-portable.exe", None, 17 * MIB),
        "brauche ich",
    ),
    waits(
        ("pdf", 7),
        ("ATELIER-PC-04", "c.dufour"),
        Run(
            r"C:\Users\c.dufour\Downloads\pdf-drucker-11.15.2-setup.msi",
            Some("Papierlos Software GmbH"),
            37 * MIB,
        ),
        "Pour envoyer le devis signé au client avant midi",
    ),
    waits(
        ("cam-4", 6),
        ("NB-KONSTR-0130", r"HARTMANN\l.ammann"),
        Run(CAM, WERKBANK, 148 * MIB),
        "Auch für den Schulungsraum",
    ),
    waits(
        ("leitstelle", 5),
        ("SWK-LEIT-01", "leitwarte"),
        Run(
            r"C:\Users\leitwarte\Downloads\Leitstelle-Fernwartung-QS.exe",
            Some("Aquila Leittechnik AG"),
            12 * MIB,
        ),
        "Störung Pumpwerk Nord, Hersteller will sich aufschalten",
    ),
    waits(
        ("kasse", 4),
        ("KASSE-02", "w.wuensche"),
        Run(r"C:\Kasse\Update\kassensystem-update-4.9.exe", Some("Kassenwerk Süd GmbH"), 88 * MIB),
        "Die Kasse verlangt das Update, sonst kein Verkauf",
    ),
    waits(
        ("import", 3),
        ("QS-MESSRAUM-0001", r"HARTMANN\q.sicherung"),
        Run(r"C:\Users\q.sicherung\Downloads\Messprotokoll-Import.xlam", None, 843_776),
        "Für die Erstmusterprüfung, kommt vom Kunden",
    ),
    waits(
        ("regedit", 1),
        ("KKM-STAT-07", "t.huber"),
        Elevate(r"C:\Windows\regedit.exe", Some("Microsoft Windows"), 10),
        "Kollege aus der IT hat gesagt ich soll fragen",
    ),
];
