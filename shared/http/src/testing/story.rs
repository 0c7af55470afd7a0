//! The start of most tests: a function over a company below the root, and in it an office with a computer.
use std::ops::{Deref, DerefMut};

use axum::Router;
use countersign_kv::memory::Memory;
use countersign_model::{Group, NewRequest, NewRequester, Organization, Permission, Subject};

use super::{Device, Person, TestApp, World};
use crate::services::Services;

/// A function over a world with one company, which is empty.
pub struct Company {
    /// The world.
    pub world: World,
    /// The function.
    pub app: TestApp,
    /// Super Admin of the root.
    pub boss: Person,
    /// The company, right below the root.
    pub company: Organization,
}

impl Company {
    /// A company over a kind of store.
    pub fn over(memory: Memory, router: impl FnOnce(Services) -> Router) -> Self {
        let world = World::over(memory);
        let boss = world.administrator(&world.root, [Permission::SuperAdmin]);
        let company = world.organization(&world.root, "Company B");
        let app = world.app(router);
        Self { world, app, boss, company }
    }
}

/// A [`Company`] with a group and a computer in it.
pub struct Office {
    place: Company,
    /// The group.
    pub group: Group,
    /// The computer.
    pub device: Device,
}

impl Office {
    /// An office over a kind of store.
    pub fn over(memory: Memory, router: impl FnOnce(Services) -> Router) -> Self {
        let place = Company::over(memory, router);
        let group = place.world.group(&place.company, "Workstations");
        let device = place.world.computer(&group);
        Self { place, group, device }
    }
}

impl Deref for Office {
    type Target = Company;

    fn deref(&self) -> &Company {
        &self.place
    }
}

impl DerefMut for Office {
    fn deref_mut(&mut self) -> &mut Company {
        &mut self.place
    }
}

/// Defines `Story`: a [`Company`] or an [`Office`] around a function's router. Tests add methods for what they do
/// there.
///
/// ```text
/// countersign_http::story!(Office, check_in::router);
///
/// impl Story {
///     async fn ask(&self) -> TestResponse { self.app.get("/agent/v1/check-in").bearer(&self.device.token).send().await }
/// }
/// ```
#[macro_export]
macro_rules! story {
    ($begins:ident, $router:path) => {
        pub struct Story($crate::testing::$begins);

        impl Story {
            pub fn new() -> Self {
                Self::over($crate::testing::Memory::ideal())
            }

            pub fn over(memory: $crate::testing::Memory) -> Self {
                Self($crate::testing::$begins::over(memory, $router))
            }
        }

        impl ::std::ops::Deref for Story {
            type Target = $crate::testing::$begins;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl ::std::ops::DerefMut for Story {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.0
            }
        }
    };
}

/// What a user asks for, with nothing beside it: no reason, no email address, no policy, no copy of the file.
pub fn new_request(username: &str, subject: Subject) -> NewRequest {
    NewRequest {
        subject,
        requester: NewRequester { username: username.to_owned(), email: None, reason: None },
        policy_id: None,
        policy_name: None,
        unknown_policy: None,
        attach: false,
        idempotency: None,
    }
}
