//! Fields that only a later version knows. While hosts are upgraded one after the other, an older writer must not lose what a newer
//! one wrote.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{Entity, Envelope, MAX_RECORD, decode, raw};
use crate::StoreError;

/// The fields of an object in their order, each as it is written. There are few: a map would make every component 6 KB larger.
struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    fn remove(&mut self, name: &str) -> Option<Box<RawValue>> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(place).1)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Fields, A::Error> {
                let mut all = Vec::new();
                while let Some(field) = fields.next_entry()? {
                    all.push(field);
                }
                Ok(Fields(all))
            }
        }
        json.deserialize_map(Object)
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, json: S) -> Result<S::Ok, S::Error> {
        json.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Envelope {
    /// The JSON of a value that takes the place of the one here, with those fields of it that this version does not know; refused if
    /// it is too large. `old` is the value here as this version reads it.
    ///
    /// Fields are kept in objects and in the objects within them, not in the items of a list.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`].
    pub fn replaced<T: Entity>(&self, key: &str, old: &T, new: &T) -> Result<Box<RawValue>, StoreError> {
        let (known, new) = (raw(key, old)?, raw(key, new)?);
        // What this version wrote is what it would write again.
        if known.get() == self.value.get() {
            return Ok(new);
        }
        let kept = with_unknown(key, &self.value, &known, new)?;
        if kept.get().len() > MAX_RECORD {
            return Err(StoreError::TooLarge { key: key.to_owned() });
        }
        Ok(kept)
    }
}

/// `new`, with the fields of `stored` that are not among the `known` ones.
fn with_unknown(
    key: &str,
    stored: &RawValue,
    known: &RawValue,
    new: Box<RawValue>,
) -> Result<Box<RawValue>, StoreError> {
    let is_object = |value: &RawValue| value.get().starts_with('{');
    if ![stored, known, &new].into_iter().all(is_object) {
        return Ok(new);
    }
    let mut fields = read(key, &new)?;
    let mut known = read(key, known)?;
    for (name, value) in read(key, stored)?.0 {
        let kept = match (known.remove(&name), fields.remove(&name)) {
            (None, None) => value,
            (Some(known), Some(new)) => with_unknown(key, &value, &known, new)?,
            // The transition added it: this version knows it, but leaves it out where it says nothing.
            (None, Some(new)) => new,
            (Some(_), None) => continue,
        };
        fields.0.push((name, kept));
    }
    raw(key, &fields)
}

fn read(key: &str, object: &RawValue) -> Result<Fields, StoreError> {
    decode(key, object.get().as_bytes())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;

    /// An entity of an earlier version than what is stored.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    struct Earlier {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        #[serde(default)]
        inner: BTreeMap<String, u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        state: Option<State>,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum State {
        Open {},
        Closed { by: String },
    }

    impl Entity for Earlier {
        type Id = str;

        fn record_id(id: &str) -> String {
            id.to_owned()
        }

        fn own_record_id(&self) -> String {
            self.name.clone()
        }
    }

    fn after(stored: &Value, change: impl Fn(&mut Earlier)) -> Value {
        let stored = RawValue::from_string(stored.to_string()).unwrap();
        let envelope = Envelope::first("w".into(), None, stored);
        let old = envelope.open::<Earlier>("k").unwrap().value;
        let mut new = old.clone();
        change(&mut new);
        serde_json::from_str(envelope.replaced("k", &old, &new).unwrap().get()).unwrap()
    }

    #[test]
    fn what_only_a_later_version_knows_survives_a_change() {
        let stored = json!({ "name": "a", "inner": { "x": 1 }, "added": { "deep": [1, 2] }, "flag": true });
        let new = after(&stored, |it| it.name = "b".into());
        assert_eq!(
            new,
            json!({ "name": "b", "inner": { "x": 1 }, "added": { "deep": [1, 2] }, "flag": true })
        );
    }

    #[test]
    fn it_survives_in_objects_within_too() {
        let stored =
            json!({ "name": "a", "inner": {}, "state": { "closed": { "by": "me", "why": "done" } } });
        let new = after(&stored, |it| it.state = Some(State::Closed { by: "you".into() }));
        assert_eq!(new["state"], json!({ "closed": { "by": "you", "why": "done" } }));
    }

    #[test]
    fn what_this_version_takes_away_or_changes_is_not_kept() {
        let stored = json!({ "name": "a", "note": "n", "inner": { "x": 1, "y": 2 }, "state": { "open": { "new": 1 } }, "later": 1 });
        let new = after(&stored, |it| {
            it.note = None;
            it.inner.remove("x");
            it.state = Some(State::Closed { by: "me".into() });
        });
        assert_eq!(
            new,
            json!({ "name": "a", "inner": { "y": 2 }, "state": { "closed": { "by": "me" } }, "later": 1 })
        );
    }

    #[test]
    fn what_this_version_adds_counts() {
        // Written by something that spells an absent note.
        let stored = json!({ "name": "a", "note": null, "inner": {} });
        assert_eq!(after(&stored, |it| it.note = Some("n".into()))["note"], "n");
    }

    #[test]
    fn a_record_that_this_version_wrote_is_written_as_it_is() {
        let old = Earlier { name: "a".into(), note: None, inner: BTreeMap::new(), state: None };
        let envelope = Envelope::first("w".into(), None, raw("k", &old).unwrap());
        let new = Earlier { name: "b".into(), ..old.clone() };
        assert_eq!(envelope.replaced("k", &old, &new).unwrap().get(), raw("k", &new).unwrap().get());
    }

    #[test]
    fn what_is_kept_counts_for_the_bound() {
        let stored = json!({ "name": "a", "inner": {}, "later": "x".repeat(MAX_RECORD - 100) });
        let envelope = Envelope::first("w".into(), None, RawValue::from_string(stored.to_string()).unwrap());
        let old = envelope.open::<Earlier>("k").unwrap().value;
        let new = Earlier { note: Some("n".repeat(200)), ..old.clone() };
        assert!(matches!(envelope.replaced("k", &old, &new), Err(StoreError::TooLarge { .. })));
    }
}
