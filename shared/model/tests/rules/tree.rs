//! The organizations, administrators and ids of the cases.

use countersign_model::{
    Actor, AdministratorId, Holding, OrganizationId, Permission, Resource, RoleId, Scope, Source,
};
use jiff::Timestamp;
use ulid::Ulid;

/// parent above own and sibling; own above child, child above grandchild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Parent,
    Own,
    Child,
    Grandchild,
    Sibling,
}

use Place::{Child, Grandchild, Own, Parent, Sibling};

pub const PLACES: [Place; 5] = [Parent, Own, Child, Grandchild, Sibling];

impl Place {
    pub fn id(self) -> OrganizationId {
        OrganizationId::from_ulid(Ulid::from(self as u128 + 1))
    }

    pub fn resource(self) -> Resource {
        let above: &[Self] = match self {
            Parent => &[],
            Own | Sibling => &[Parent],
            Child => &[Parent, Own],
            Grandchild => &[Parent, Own, Child],
        };
        Resource::new(self.id(), above.iter().map(|place| place.id()).collect())
    }

    pub fn is_below(self, other: Self) -> bool {
        self.resource().ancestors.contains(&other.id())
    }
}

pub fn everywhere() -> Vec<Resource> {
    PLACES.iter().map(|place| place.resource()).collect()
}

pub fn holding(permission: Permission, at: Place) -> Holding {
    Holding { permission, scope: Scope::of(permission, at.id()), source: Source::Individual }
}

pub fn from_role(permission: Permission, at: Place) -> Holding {
    let source = Source::Role { id: role_id(1), name: "Help desk".to_owned(), organization: Parent.id() };
    Holding { source, ..holding(permission, at) }
}

pub fn role_id(number: u128) -> RoleId {
    RoleId::from_ulid(Ulid::from(number))
}

pub fn who(number: u128) -> AdministratorId {
    AdministratorId::from_ulid(Ulid::from(number))
}

/// Administrator 1 of `own`, the actor of most cases.
pub fn actor(holdings: Vec<Holding>) -> Actor {
    Actor::new(who(1), Own.id(), holdings)
}

/// Administrator 2 of `own`, the target of most cases.
pub fn other(holdings: Vec<Holding>) -> Actor {
    Actor::new(who(2), Own.id(), holdings)
}

/// `seconds` after noon on the day of the cases.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + seconds).unwrap()
}
