//! What is written once for all payloads.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::ActName;
use super::footprint::{Happening, permitted};
use crate::ids::EventId;
use crate::list::{List, ListEntry};
use crate::permit::Basis;

/// An act as it is stored. Its details are not parsed: a function that writes acts, or looks which of them change a list, contains
/// code for these acts only. Code for all of them is a third of a component.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StoredAct {
    /// Its name.
    pub act: ActName,
    pub(super) detail: Box<RawValue>,
}

impl StoredAct {
    pub(super) fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        crate::json::from_slice(self.detail.get().as_bytes())
    }

    /// The entries of one list that the event with this id updates, whose payload has this type.
    pub(super) fn entries<'a, T: Deserialize<'a> + Happening>(
        &'a self,
        list: List,
        event: &EventId,
    ) -> Entries {
        Ok(entries_of(&self.parse::<T>()?, list, event))
    }
}

/// Not inlined: a function that reads several lists contains the code of each footprint once, and this code once for all acts.
#[inline(never)]
fn entries_of(payload: &dyn Happening, list: List, event: &EventId) -> Vec<ListEntry> {
    let mut entries = payload.footprint().entries(event);
    entries.retain(|entry| entry.list == list);
    entries
}

/// The entries of a list that an act updates, or why its details cannot be read.
pub(crate) type Entries = Result<Vec<ListEntry>, serde_json::Error>;

/// An act that is about to be saved.
#[derive(Clone)]
pub struct NewAct {
    name: ActName,
    stored: Option<StoredAct>,
    happening: Arc<dyn Happening>,
}

impl fmt::Debug for NewAct {
    /// As it is stored. Were payloads asked to show themselves, the code for that would be a twentieth of a component.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NewAct").field(&self.stored).finish()
    }
}

impl NewAct {
    pub(super) fn of<T: Happening + Serialize + 'static>(name: ActName, it: T) -> Self {
        let stored = to_raw_value(&it).ok().map(|detail| StoredAct { act: name, detail });
        Self { name, stored, happening: Arc::new(it) }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> ActName {
        self.name
    }

    /// As it is stored; `None` if its details are nothing that JSON can hold.
    #[must_use]
    pub const fn stored(&self) -> Option<&StoredAct> {
        self.stored.as_ref()
    }

    /// Whether a permit on this basis allows it: the action, the organization, the kind of request and the scope fit.
    #[must_use]
    pub fn permitted_by(&self, basis: &Basis) -> bool {
        permitted(&*self.happening, basis)
    }
}

/// Code that is the same for every payload: conversion into an act, delegation to the payload, and deserialization.
macro_rules! acts {
    ($($name:ident),+ $(,)?) => {
        $(impl From<$name> for Act {
            fn from(it: $name) -> Self {
                Self::$name(it)
            }
        }

        impl From<$name> for NewAct {
            fn from(it: $name) -> Self {
                Self::of(ActName::$name, it)
            }
        })+

        impl StoredAct {
            /// The entries of the list with this number that the event with this id updates. Code for acts that never update it is
            /// left out.
            ///
            /// # Errors
            /// If it may update the list, and its details cannot be read.
            pub(crate) fn entries_in<const LIST: usize>(&self, event: &crate::ids::EventId) -> Entries {
                let list = const { crate::list::List::numbered(LIST) };
                match self.act {
                    $(ActName::$name if const { ActName::$name.may_change(crate::list::List::numbered(LIST)) } => {
                        self.entries::<$name>(list, event)
                    })+
                    _ => Ok(Vec::new()),
                }
            }
        }

        impl Act {
            /// Its name.
            #[must_use]
            pub const fn name(&self) -> ActName {
                match self {
                    $(Self::$name(_) => ActName::$name,)+
                }
            }

            fn happening(&self) -> &dyn Happening {
                match self {
                    $(Self::$name(it) => it,)+
                }
            }
        }

        impl Act {
            /// The act with its details.
            ///
            /// # Errors
            /// If the details are not those of an act of this name.
            pub fn read(stored: &StoredAct) -> Result<Self, serde_json::Error> {
                match stored.act {
                    $(ActName::$name => stored.parse().map(Self::$name),)+
                }
            }

            /// The act with its details; `None` if nobody hears of acts of its name. Code for these is left out.
            ///
            /// # Errors
            /// If the details are not those of an act of this name.
            pub fn read_if_told(stored: &StoredAct) -> Result<Option<Self>, serde_json::Error> {
                match stored.act {
                    $(ActName::$name if const { ActName::$name.may_be_told() } => {
                        stored.parse().map(|it| Some(Self::$name(it)))
                    })+
                    _ => Ok(None),
                }
            }
        }

        // First the name, then the payload from bytes: serde's derived code contains two parsers per payload, half a component.
        impl<'de> Deserialize<'de> for Act {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::read(&StoredAct::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }
    };
}

pub(super) use acts;
