//! Unique names: of the groups and of the policies of an organization, and of the organizations directly below one, no
//! two have names that people cannot tell apart.
//!
//! A name is a slot. A new record wins it with the batch that creates the record. A record that is renamed first takes
//! the slot of its new name and then changes, so it may die in between. Therefore every renaming has a number: a record
//! is only renamed from the number before, and a candidate who finds a claim that is not carried out yet moves the
//! record to the claim's number without renaming it. The renaming then fails, and the claim counts for nothing.

use countersign_authority::integrations::INTEGRATION_NAME;
use countersign_journal::{Change, Elected, Journal};
use countersign_model::text::name_key;
use countersign_model::{Group, Integration, Organization, Policy};
use countersign_store::{Acquired, Claim, Entity, Slot, StoreError, Stored, UpdateError};

use crate::problem::{Code, Problem};

/// Seconds after which a renaming should be repeated that met another one of the same record.
const RETRY_AFTER: u32 = 1;

/// A record whose name is unique within its scope.
pub trait UniquelyNamed: Entity {
    /// What is named, for the slot.
    const WHAT: &'static str;

    /// Its id.
    fn id(&self) -> &Self::Id;

    /// Where the name is unique: the id of an organization. `None` for the root, which has nothing beside it.
    fn scope(&self) -> Option<&str>;

    /// Its name.
    fn name(&self) -> &str;

    /// The number of its last renaming.
    fn naming(&self) -> u64;

    /// Whether it was deleted, which is final.
    fn is_deleted(&self) -> bool;

    /// The same record at another number.
    #[must_use]
    fn at_naming(&self, naming: u64) -> Self;
}

macro_rules! uniquely_named {
    ($entity:ident, $what:literal, $scope:expr) => {
        impl UniquelyNamed for $entity {
            const WHAT: &'static str = $what;

            fn id(&self) -> &Self::Id {
                &self.id
            }

            fn scope(&self) -> Option<&str> {
                let scope: fn(&$entity) -> Option<&str> = $scope;
                scope(self)
            }

            fn name(&self) -> &str {
                &self.name
            }

            fn naming(&self) -> u64 {
                self.naming
            }

            fn is_deleted(&self) -> bool {
                self.deleted
            }

            fn at_naming(&self, naming: u64) -> Self {
                Self { naming, ..self.clone() }
            }
        }
    };
}

uniquely_named!(Group, "group-name", |group| Some(group.organization_id.as_str()));
uniquely_named!(Policy, "policy-name", |policy| Some(policy.organization_id.as_str()));
/// An integration is never renamed.
const NOT_RENAMED: u64 = 0;

impl UniquelyNamed for Integration {
    const WHAT: &'static str = INTEGRATION_NAME;

    fn id(&self) -> &Self::Id {
        &self.id
    }

    fn scope(&self) -> Option<&str> {
        Some(self.organization_id.as_str())
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn naming(&self) -> u64 {
        NOT_RENAMED
    }

    fn is_deleted(&self) -> bool {
        self.deleted
    }

    fn at_naming(&self, _: u64) -> Self {
        self.clone()
    }
}

uniquely_named!(Organization, "organization-name", |child| child
    .parent_id
    .as_ref()
    .map(|parent| parent.as_str()));

/// The name is taken.
fn taken() -> Problem {
    Problem::new(Code::NameTaken, "another one here has this name; choose a different one")
}

/// Another renaming of the same record came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overtaken;

impl From<Overtaken> for Problem {
    fn from(Overtaken: Overtaken) -> Self {
        Self::unavailable(Code::Busy, "others are renaming the same record; try again", RETRY_AFTER)
    }
}

/// Saves a new record, whose name must be free. It is the first record of the change.
///
/// # Errors
/// 409 `name-taken`.
pub async fn save_new<T: UniquelyNamed>(
    journal: &Journal,
    new: &T,
    change: Change,
) -> Result<Stored<T>, Problem> {
    let key = name_key(new.name());
    let free = |claim: Claim| is_free::<T>(journal, &key, claim);
    match journal.save_elected::<T, _, _>(&slot(new, &key), change, free).await? {
        Elected::Won(stored) => Ok(stored),
        Elected::Held(_) => Err(taken()),
    }
}

/// The right to give a record a name.
#[derive(Debug, Clone)]
pub struct NameClaim {
    name: String,
    /// The number of the renaming; `None` if people see the same name as before.
    naming: Option<u64>,
}

impl NameClaim {
    /// Claims a name for a record, as it was read.
    ///
    /// # Errors
    /// 409 `name-taken`.
    pub async fn take<T: UniquelyNamed>(journal: &Journal, old: &T, name: String) -> Result<Self, Problem> {
        let key = name_key(&name);
        if old.scope().is_none() || name_key(old.name()) == key {
            return Ok(Self { name, naming: None });
        }
        let naming = old.naming() + 1;
        let holder = format!("{}{NUMBERED}{naming}", old.own_record_id());
        // A claim that an earlier attempt has left is this one.
        let free =
            |claim: Claim| async { Ok(claim.holder != holder && is_free::<T>(journal, &key, claim).await?) };
        match journal.take(&slot(old, &key), &holder, free).await? {
            Acquired::Won => Ok(Self { name, naming: Some(naming) }),
            Acquired::Held(claim) if parts(&claim.holder).0 == old.own_record_id() => Err(Overtaken.into()),
            Acquired::Held(_) => Err(taken()),
        }
    }

    /// The new name and number of a record that is about to be renamed.
    ///
    /// # Errors
    /// The record was renamed, or the claim was set aside, since it was taken.
    pub fn carry_out<T: UniquelyNamed>(&self, old: &T) -> Result<(String, u64), Overtaken> {
        let unchanged = || old.scope().is_none() || name_key(old.name()) == name_key(&self.name);
        match self.naming {
            Some(naming) if naming == old.naming() + 1 => Ok((self.name.clone(), naming)),
            None if unchanged() => Ok((self.name.clone(), old.naming())),
            Some(_) | None => Err(Overtaken),
        }
    }
}

/// Between the id and the number in the holder of a claim.
const NUMBERED: char = '#';

/// The record id and the number of a claim. The claim with which a record is created has no number.
fn parts(holder: &str) -> (&str, u64) {
    let (id, number) = holder.split_once(NUMBERED).unwrap_or((holder, ""));
    (id, number.parse().unwrap_or_default())
}

fn slot<T: UniquelyNamed>(record: &T, key: &str) -> Slot {
    Slot::display_name(T::WHAT, record.scope().unwrap_or_default(), key)
}

/// Whether a claim to a name counts for nothing: its record is deleted, or has another name and is past the claim's
/// number. Both are final, because the record gets the name again only with a later claim.
async fn is_free<T: UniquelyNamed>(journal: &Journal, key: &str, claim: Claim) -> Result<bool, StoreError> {
    let (id, naming) = parts(&claim.holder);
    let Some(found) = journal.load_by_record_id::<T>(id).await? else { return Ok(true) };
    let mut record = found.value;
    if record.naming() < naming && !record.is_deleted() {
        let past = |old: &T| if old.naming() < naming { Ok(old.at_naming(naming)) } else { Err(()) };
        record = match journal.update(record.id(), past).await {
            Ok(moved) => moved.value,
            // Its renaming was carried out just now.
            Err(UpdateError::Refused(())) => {
                journal.load(record.id()).await?.ok_or(StoreError::NotFound)?.value
            }
            Err(UpdateError::Store(error)) => return Err(error),
        };
    }
    Ok(record.is_deleted() || name_key(record.name()) != key)
}
