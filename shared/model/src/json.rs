//! Reading stored JSON. A struct is read from an object only: serde's derived code would read it from an array as well, and that
//! second reader is a tenth of a component.

use serde::de::{Deserialize, Deserializer, Visitor};
use serde_json::de::SliceRead;

/// The value in these bytes, all of them.
///
/// # Errors
/// If they are not JSON, or not such a value.
pub fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = T::deserialize(Objects(&mut json))?;
    json.end()?;
    Ok(value)
}

/// serde_json's reader, which takes no array for a struct. What is inside the struct is read by serde_json's own.
struct Objects<'a, 'de>(&'a mut serde_json::Deserializer<SliceRead<'de>>);

/// Methods that are passed on as they are.
macro_rules! as_they_are {
    ($($method:ident($($name:ident: $type:ty),*);)+) => { $(
        fn $method<V: Visitor<'de>>(self, $($name: $type,)* visitor: V) -> Result<V::Value, Self::Error> {
            self.0.$method($($name,)* visitor)
        }
    )+ };
}

impl<'de> Deserializer<'de> for Objects<'_, 'de> {
    type Error = serde_json::Error;

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
    fn everything_else_is_read_as_serde_json_reads_it() {
        assert_eq!(from_slice::<Vec<u8>>(b"[1,2]").unwrap(), [1, 2]);
        assert_eq!(from_slice::<(u8, bool)>(b"[1,true]").unwrap(), (1, true));
        assert_eq!(from_slice::<Option<i64>>(b"null").unwrap(), None);
        assert_eq!(from_slice::<&str>(br#""text""#).unwrap(), "text");
        assert_eq!(from_slice::<crate::Action>(br#""requests.list""#).unwrap(), crate::Action::RequestsList);
    }
}
