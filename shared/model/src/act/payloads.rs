//! What is written once for all payloads.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::ActName;

/// A stored act whose details are not parsed yet.
#[derive(Deserialize)]
pub(super) struct Written {
    pub(super) act: ActName,
    pub(super) detail: Box<RawValue>,
}

/// Code that is the same for every payload: conversion into an act, delegation to the payload, and deserialization.
macro_rules! acts {
    ($($name:ident),+ $(,)?) => {
        $(impl From<$name> for Act {
            fn from(it: $name) -> Self {
                Self::$name(it)
            }
        })+

        impl Act {
            fn happening(&self) -> &dyn Happening {
                match self {
                    $(Self::$name(it) => it,)+
                }
            }
        }

        // First the name, then the payload from bytes: serde's derived code contains two parsers per payload, half a component.
        impl<'de> Deserialize<'de> for Act {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let Written { act, detail } = Written::deserialize(deserializer)?;
                let detail = detail.get().as_bytes();
                let act = match act {
                    $(ActName::$name => crate::json::from_slice(detail).map(Self::$name),)+
                };
                act.map_err(D::Error::custom)
            }
        }
    };
}

pub(super) use acts;
