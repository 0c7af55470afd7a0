//! Maintenance modes: how long they last, and how they are stored.

use countersign_model::computer::override_key::SealedOverrideKey;
use countersign_model::{Computer, Maintenance, MaintenanceMode};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::lives::computer;
use crate::tree::Place::Own;

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

#[test]
fn a_mode_has_an_end_in_the_next_seven_days_and_is_over_by_itself() {
    let hours = |hours| now() + SignedDuration::from_hours(hours);
    for mode in MaintenanceMode::ALL {
        for (until, fits) in
            [(hours(-1), false), (now(), false), (hours(1), true), (hours(168), true), (hours(169), false)]
        {
            assert_eq!(Maintenance::until(*mode, until, now()).is_some(), fits, "{mode} until {until}");
        }
        let set = computer(1, 1, Own).with_maintenance(Maintenance::until(*mode, hours(1), now()));
        assert_eq!(set.maintenance_at(now()).map(|maintenance| maintenance.mode), Some(*mode));
        assert_eq!(set.maintenance_at(hours(1)), None);
    }
}

#[test]
fn modes_and_computers_that_earlier_versions_stored_are_read() {
    let stored: Maintenance =
        serde_json::from_value(json!({ "mode": "monitor", "until": "2026-01-01T08:00:00Z" })).unwrap();
    assert_eq!(stored.mode, MaintenanceMode::MonitorOnly);
    assert_eq!(json!(stored)["mode"], "monitor_only");
    assert!(serde_json::from_value::<Maintenance>(json!({ "mode": "x", "until": now() })).is_err());
    let before = computer(1, 1, Own);
    let text = serde_json::to_string(&before).unwrap();
    assert!(!text.contains("override_key"), "what is absent takes no room");
    assert_eq!(serde_json::from_str::<Computer>(&text).unwrap(), before);
}

#[test]
fn a_computer_keeps_its_first_key_and_the_ids_of_keys_differ() {
    let (first, second) = ("4f.aaaaaaaaaaaaaaaa", "4f.aaaaaaaabbbbbbbb");
    let sealed = |text: &str| SealedOverrideKey::new(text.to_owned());
    let with_key = computer(1, 1, Own).with_override_key(sealed(first));
    assert_eq!(with_key.with_override_key(sealed(second)), with_key);
    assert_eq!((sealed(first).id(), sealed(second).id(), sealed("ab").id()), ("aaaaaaaa", "bbbbbbbb", "ab"));
}
