//! What an instance remembers of the requests that it has listed. Consoles ask for the same page again and again, and reading the JSON of 50
//! requests and writing that of their rows is more work than all the rest.
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use countersign_model::{Request, RequestStatus};
use countersign_store::{StoreError, Stored, record};
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::row::{RequestRow, Shown};

/// The most stored bytes of the records that are remembered. What is made of them takes a few times as much.
const BYTES_MAX: usize = 1024 * 1024;

/// A request as it was read, with the row that was made of it first.
#[derive(Debug)]
pub struct Listed {
    bytes: Vec<u8>,
    request: Stored<Request>,
    /// `None` if it could not be written.
    row: OnceLock<Option<Arc<Made>>>,
}

/// A row: what it was made for, and its JSON.
#[derive(Debug)]
pub struct Made {
    status: RequestStatus,
    shown: Shown,
    json: Box<RawValue>,
}

/// The row of a request in an answer.
#[derive(Debug)]
pub enum Row {
    /// The remembered one.
    Remembered(Arc<Made>),
    /// Another one.
    Made(Box<RequestRow>),
}

impl Listed {
    /// The request with these stored bytes. It is read only if the bytes differ from those that are remembered under the key.
    ///
    /// # Errors
    /// If they are no request.
    pub fn open(key: &str, bytes: Vec<u8>) -> Result<Arc<Self>, StoreError> {
        if let Some(known) = REMEMBERED.with_borrow(|all| all.find(key, &bytes)) {
            return Ok(known);
        }
        let request = record::open(key, &bytes)?;
        let listed = Arc::new(Self { bytes, request, row: OnceLock::new() });
        REMEMBERED.with_borrow_mut(|all| all.add(key, &listed));
        Ok(listed)
    }

    pub fn request(&self) -> &Request {
        &self.request.value
    }

    /// Its row at a time. The status is all that changes with time. Flags are not remembered: whether there is one was just read.
    pub fn row(&self, now: Timestamp, shown: Shown) -> Row {
        let status = self.request().status_at(now);
        let make = || RequestRow::at(now, &self.request, shown);
        let made = self.row.get_or_init(|| {
            let json = serde_json::value::to_raw_value(&make()).ok()?;
            Some(Arc::new(Made { status, shown, json }))
        });
        match made {
            Some(made) if (made.status, made.shown) == (status, shown) => Row::Remembered(Arc::clone(made)),
            // A row that could not be written fails again where the answer is.
            _ => Row::Made(Box::new(make())),
        }
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Remembered(made) => made.json.serialize(serializer),
            Self::Made(row) => row.serialize(serializer),
        }
    }
}

thread_local! {
    static REMEMBERED: RefCell<Remembered> = RefCell::new(Remembered::default());
}

#[derive(Default)]
struct Remembered {
    by_key: HashMap<String, Arc<Listed>>,
    /// How many bytes their records have.
    bytes: usize,
}

impl Remembered {
    fn find(&self, key: &str, bytes: &[u8]) -> Option<Arc<Listed>> {
        self.by_key.get(key).filter(|known| known.bytes == bytes).cloned()
    }

    /// Forgets all others if there is no room.
    fn add(&mut self, key: &str, listed: &Arc<Listed>) {
        if self.bytes + listed.bytes.len() > BYTES_MAX {
            *self = Self::default();
        }
        self.bytes += listed.bytes.len();
        if let Some(old) = self.by_key.insert(key.to_owned(), Arc::clone(listed)) {
            self.bytes -= old.bytes.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(hostname: &str, path_length: usize) -> Vec<u8> {
        let ulid = "01M8MTZYQH8DQ0HNJ7735N5TMX";
        let path = "p".repeat(path_length);
        let value = serde_json::json!({
            "id": format!("req_{ulid}"), "organization_id": format!("org_{ulid}"), "organization_name": "Company",
            "ancestors": [], "group_id": format!("grp_{ulid}"), "computer_id": format!("cmp_{ulid}"), "hostname": hostname,
            "subject": { "application": { "path": path, "sha256": "0".repeat(64) } },
            "requesters": [{ "username": "ann", "asked_at": "2026-01-01T00:00:00Z",
                "last_asked_at": "2026-01-01T00:00:00Z", "count": 1 }],
            "created_at": "2026-01-01T00:00:00Z", "last_asked_at": "2026-01-01T00:00:00Z",
            "expires_at": "2026-01-15T00:00:00Z", "count": 1, "attachment": "expected", "status": "pending",
        });
        let envelope = serde_json::json!({ "revision": 1, "writes": [], "event": null, "value": value });
        envelope.to_string().into_bytes()
    }

    fn row(listed: &Arc<Listed>, now: &str, can_open: bool, flagged: bool) -> serde_json::Value {
        serde_json::to_value(listed.row(now.parse().unwrap(), Shown { can_open, flagged })).unwrap()
    }

    #[test]
    fn a_request_is_read_again_only_when_its_bytes_have_changed() {
        let first = Listed::open("a", stored("pc-1", 9)).unwrap();
        assert!(Arc::ptr_eq(&first, &Listed::open("a", stored("pc-1", 9)).unwrap()));
        let changed = Listed::open("a", stored("pc-2", 9)).unwrap();
        assert_eq!(
            (changed.request().hostname.as_str(), first.request().hostname.as_str()),
            ("pc-2", "pc-1")
        );
        assert!(Arc::ptr_eq(&changed, &Listed::open("a", stored("pc-2", 9)).unwrap()));
        assert!(Listed::open("a", b"{}".to_vec()).is_err());
    }

    #[test]
    fn a_row_says_what_is_true_now_and_what_its_reader_may_see() {
        let listed = Listed::open("b", stored("pc-1", 9)).unwrap();
        let (before, after) = ("2026-01-02T00:00:00Z", "2026-02-01T00:00:00Z");
        for flagged in [false, true, false] {
            assert_eq!(row(&listed, before, true, flagged)["flagged"], flagged);
            assert_eq!(row(&listed, before, true, flagged)["status"], "pending");
            assert_eq!(row(&listed, after, true, flagged)["status"], "expired");
            assert_ne!(row(&listed, before, true, flagged)["details"], serde_json::Value::Null);
            assert_eq!(row(&listed, before, false, flagged)["details"], serde_json::Value::Null);
        }
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        for number in 0..100 {
            Listed::open(&format!("c{number}"), stored("pc-1", 30_000)).unwrap();
            REMEMBERED.with_borrow(|all| {
                assert!(all.bytes <= BYTES_MAX);
                assert_eq!(all.bytes, all.by_key.values().map(|one| one.bytes.len()).sum::<usize>());
            });
        }
    }
}
