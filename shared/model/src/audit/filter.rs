//! Which entries of an audit are wanted.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::act::ActName;
use crate::filter::{SoughtText, ulids_between};
use crate::ids::{AdministratorId, ComputerId, EventId, InvalidId};
use crate::named::UnknownName;
use crate::origin::Who;

/// How much later than it happened an entry may get into an audit, because an organization below is processed late. One that gets
/// there later still may be missing when the audit is narrowed to a time.
const LATE: SignedDuration = SignedDuration::from_hours(1);

/// Several acts, written as their names separated by commas. The part of a name before the dot, such as `request`, stands for all
/// acts whose names begin with it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Acts(
    // INVARIANT: sorted, each once, at least one.
    Vec<ActName>,
);

impl Acts {
    /// The most characters of the text.
    pub const LONGEST: usize = 512;

    /// Whether an act is among them.
    #[must_use]
    pub fn contains(&self, act: ActName) -> bool {
        self.0.contains(&act)
    }
}

impl FromStr for Acts {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let mut acts = Vec::new();
        for name in text.split(',').map(str::trim) {
            let known = acts.len();
            let is_of = |act: &ActName| act.id().split_once('.').is_some_and(|(of, _)| of == name);
            acts.extend(ActName::ALL.iter().copied().filter(is_of));
            if acts.len() == known {
                acts.push(name.parse()?);
            }
        }
        acts.sort_unstable();
        acts.dedup();
        Ok(Self(acts))
    }
}

impl TryFrom<String> for Acts {
    type Error = UnknownName;

    fn try_from(text: String) -> Result<Self, UnknownName> {
        text.parse()
    }
}

impl fmt::Display for Acts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|act| act.id()).collect();
        f.write_str(&names.join(","))
    }
}

/// Who acted in the entries that are wanted: the id of an administrator or a computer, `set-up`, `operator`, `anonymous` or
/// `system`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum AuditActor {
    /// This administrator, also through an API token.
    Administrator(AdministratorId),
    /// This computer.
    Computer(ComputerId),
    /// The holder of the set-up token.
    SetUp,
    /// Whoever runs the deployment.
    Operator,
    /// Somebody who was not identified.
    Anonymous,
    /// Countersign itself.
    System,
}

impl TryFrom<String> for AuditActor {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        Ok(match text.as_str() {
            "set-up" => Self::SetUp,
            "operator" => Self::Operator,
            "anonymous" => Self::Anonymous,
            "system" => Self::System,
            id => match id.parse() {
                Ok(computer) => Self::Computer(computer),
                Err(_) => Self::Administrator(id.parse()?),
            },
        })
    }
}

impl fmt::Display for AuditActor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Administrator(id) => id.as_str(),
            Self::Computer(id) => id.as_str(),
            Self::SetUp => "set-up",
            Self::Operator => "operator",
            Self::Anonymous => "anonymous",
            Self::System => "system",
        })
    }
}

impl AuditActor {
    fn is(&self, who: &Who) -> bool {
        match (self, who) {
            (Self::Administrator(wanted), Who::Administrator { id, .. }) => wanted == id,
            (Self::Computer(wanted), Who::Computer { id }) => wanted == id,
            (Self::SetUp, Who::SetUp)
            | (Self::Operator, Who::Operator)
            | (Self::Anonymous, Who::Anonymous)
            | (Self::System, Who::System) => true,
            _ => false,
        }
    }
}

/// What an entry is compared by, as its reader may see it.
#[derive(Debug, Clone, Copy)]
pub struct AuditFacts<'a> {
    /// What was done or happened.
    pub act: ActName,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it; `None` if the reader may not know.
    pub who: Option<&'a Who>,
    /// The ids that it is about.
    pub about: &'a [String],
}

impl AuditFacts<'_> {
    /// Whether the entry is about an id, or was caused by it.
    fn concerns(&self, id: &str) -> bool {
        let by = match self.who {
            Some(Who::Administrator { id, .. }) => id.as_str(),
            Some(Who::Computer { id }) => id.as_str(),
            Some(Who::SetUp | Who::Operator | Who::Anonymous | Who::System) | None => "",
        };
        by == id || self.about.iter().any(|about| about == id)
    }
}

/// Which entries of an audit are wanted. The default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of these acts.
    pub acts: Option<Acts>,
    /// By this actor.
    pub actor: Option<AuditActor>,
    /// About this id, or caused by it.
    pub about: Option<String>,
    /// Of before this moment.
    pub before: Option<Timestamp>,
    /// Of this moment or later.
    pub after: Option<Timestamp>,
    /// In which this text is found.
    pub text: Option<SoughtText>,
}

impl AuditFilter {
    /// Whether entries are looked at one by one, because not all of them are wanted.
    #[must_use]
    pub fn looks_closer(&self) -> bool {
        *self != Self::default()
    }

    /// The ids between which the wanted entries are: about the lowest, and about the lowest above them.
    #[must_use]
    pub fn ids(&self) -> (Option<EventId>, Option<EventId>) {
        let (from, below) = ulids_between(self.after, self.before, LATE);
        (from.map(EventId::from_ulid), below.map(EventId::from_ulid))
    }

    /// Whether an entry is wanted. The text is sought by [`AuditFilter::text`], in what is shown.
    #[must_use]
    pub fn wants(&self, entry: &AuditFacts<'_>) -> bool {
        self.acts.as_ref().is_none_or(|acts| acts.contains(entry.act))
            && self.actor.as_ref().is_none_or(|actor| entry.who.is_some_and(|who| actor.is(who)))
            && self.about.as_ref().is_none_or(|id| entry.concerns(id))
            && self.before.is_none_or(|before| entry.at < before)
            && self.after.is_none_or(|after| entry.at >= after)
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::openapi::schema::{ObjectBuilder, Type};
    use utoipa::openapi::{RefOr, Schema};
    use utoipa::{PartialSchema, ToSchema};

    use super::{Acts, AuditActor};

    impl PartialSchema for Acts {
        fn schema() -> RefOr<Schema> {
            let name = r"[a-z-]+(\.[a-z-]+)?";
            ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some("Names of acts, separated by commas. The part of a name before the dot stands for all acts whose names begin with it."))
                .pattern(Some(format!("^{name}(,{name})*$")))
                .max_length(Some(Self::LONGEST))
                .examples(["request.decided,role"])
                .into()
        }
    }

    impl ToSchema for Acts {}

    impl PartialSchema for AuditActor {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some(
                    "Who acted: the id of an administrator or a computer, `set-up`, `anonymous` or `system`.",
                ))
                .pattern(Some("^(set-up|anonymous|system|(adm|cmp)_[0-7][0-9A-HJKMNP-TV-Z]{25})$"))
                .max_length(Some(30))
                .examples(["adm_01ARZ3NDEKTSV4RRFFQ69G5FAV"])
                .into()
        }
    }

    impl ToSchema for AuditActor {}
}
