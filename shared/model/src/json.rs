//! Stored JSON. A struct is read from an object only: serde's derived code would read it from an array as well, and that
//! second reader is a tenth of a component.

use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, Visitor};
use serde_json::value::RawValue;

/// The value in these bytes, all of them.
///
/// # Errors
/// If they are not JSON, or not such a value.
pub fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = object(&mut json)?;
    json.end()?;
    Ok(value)
}

/// The value, for a field that contains a stored struct: `#[serde(deserialize_with = "json::object")]`.
///
/// # Errors
/// If it is not such a value.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(json: D) -> Result<T, D::Error> {
    T::deserialize(Objects(json))
}

/// The value, for a field that contains a whole record in a call from one function to another: read as if it stood alone, because
/// a second reader, which knows the places of mistakes in a body, costs another 80 KB for a delivery.
/// `#[serde(deserialize_with = "json::record")]`.
///
/// # Errors
/// If it is not such a value.
pub fn record<'de, D: Deserializer<'de>, T: DeserializeOwned>(json: D) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(json)?;
    from_slice(raw.get().as_bytes()).map_err(D::Error::custom)
}

/// Whether a number need not be stored: `#[serde(default, skip_serializing_if = "json::is_zero")]`.
pub(crate) fn is_zero<N: Default + PartialEq>(number: &N) -> bool {
    *number == N::default()
}

/// A reader that takes no array for a struct. What is inside the struct is read by the reader's own rules.
struct Objects<D>(D);

/// Methods that are passed on as they are.
macro_rules! as_they_are {
    ($($method:ident($($name:ident: $type:ty),*);)+) => { $(
        fn $method<V: Visitor<'de>>(self, $($name: $type,)* visitor: V) -> Result<V::Value, Self::Error> {
            self.0.$method($($name,)* visitor)
        }
    )+ };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Objects<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.deserialize_map(visitor)
    }

    as_they_are! {
        deserialize_any();
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
        deserialize_ignored_any();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Pair {
        first: u8,
        second: Option<String>,
    }

    #[test]
    fn a_struct_is_read_from_an_object_and_never_from_an_array() {
        let pair = Pair { first: 1, second: Some("b".to_owned()) };
        assert_eq!(from_slice::<Pair>(br#"{"first":1,"second":"b"}"#).unwrap(), pair);
        assert!(from_slice::<Pair>(br#"[1,"b"]"#).is_err());
        assert!(from_slice::<Pair>(br#"{"first":1} {}"#).is_err(), "something follows");
    }

    #[test]
    fn a_field_with_a_stored_struct_is_read_in_the_same_way() {
        #[derive(serde::Deserialize)]
        struct Around {
            #[serde(deserialize_with = "object")]
            pair: Pair,
        }
        let around: Around = from_slice(br#"{"other":[],"pair":{"first":1,"second":"b"}}"#).unwrap();
        assert_eq!(around.pair, Pair { first: 1, second: Some("b".to_owned()) });
        assert!(from_slice::<Around>(br#"{"pair":[1,"b"]}"#).is_err());
    }

    #[test]
    fn everything_else_is_read_as_serde_json_reads_it() {
        assert_eq!(from_slice::<Vec<u8>>(b"[1,2]").unwrap(), [1, 2]);
        assert_eq!(from_slice::<(u8, bool)>(b"[1,true]").unwrap(), (1, true));
        assert_eq!(from_slice::<Option<i64>>(b"null").unwrap(), None);
        assert_eq!(from_slice::<&str>(br#""text""#).unwrap(), "text");
        assert_eq!(from_slice::<crate::Action>(br#""requests.list""#).unwrap(), crate::Action::RequestsList);
    }
}
