//! Organizations by their names.

use std::collections::HashMap;

use crate::error::CliError;
use crate::options::Place;
use crate::session::{Query, Session, typed};
use crate::wire::{Named, Organization, WhoAmI};

/// Organizations that the caller may see: their own and those below.
#[derive(Debug)]
pub struct Organizations {
    /// The caller's own.
    pub own: Named,
    below: Vec<Organization>,
}

impl Organizations {
    /// Reads them.
    ///
    /// # Errors
    /// When refused or not answered.
    pub async fn read(session: &Session) -> Result<Self, CliError> {
        let me: WhoAmI = session.get("who-am-i", &["session"], &Query::new()).await?;
        let below = session.list("list-organizations", &["organizations"], &Query::new(), None).await?;
        Ok(Self { own: me.administrator.organization, below: typed("list-organizations", &below)? })
    }

    /// Their names, by their ids.
    pub fn names(&self) -> HashMap<&str, &str> {
        let below = self.below.iter().map(|one| (one.id.as_str(), one.name.as_str()));
        below.chain([(self.own.id.as_str(), self.own.name.as_str())]).collect()
    }

    /// The one directly below another that has this name, in upper or lower case.
    pub fn child(&self, parent: &str, name: &str) -> Option<&Organization> {
        let is_it =
            |one: &&Organization| one.parent_id.as_deref() == Some(parent) && same_name(&one.name, name);
        self.below.iter().find(is_it)
    }

    /// The one with these names, the last of which is its own. Those of the organizations above it may be left out, from the
    /// first on.
    ///
    /// # Errors
    /// When none has, or several have.
    pub fn find(&self, text: &str) -> Result<&str, CliError> {
        let wanted: Vec<_> = text.split('/').map(str::trim).collect();
        let ids = self.below.iter().map(|one| one.id.as_str()).chain([self.own.id.as_str()]);
        let mut found: Vec<_> =
            ids.map(|id| (id, self.path(id))).filter(|(_, path)| ends_with(path, &wanted)).collect();
        // `A/B` is rather the one with exactly this path than one further down.
        if let Some(at) = found.iter().position(|(_, path)| path.len() == wanted.len()) {
            found = vec![found.swap_remove(at)];
        }
        match found.as_slice() {
            [(id, _)] => Ok(id),
            [] => Err(CliError::Usage(format!("there is no organization `{text}` that you may view"))),
            several => {
                let paths: Vec<_> = several.iter().map(|(_, path)| format!("`{}`", path.join("/"))).collect();
                Err(CliError::Usage(format!(
                    "`{text}` may be {}; give one of these, or an id",
                    paths.join(" or ")
                )))
            }
        }
    }

    /// The names from the top down to this one.
    fn path(&self, id: &str) -> Vec<&str> {
        let mut path = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let Some(one) = self.below.iter().find(|one| one.id == id) else {
                if id == self.own.id {
                    path.push(self.own.name.as_str());
                }
                break;
            };
            path.push(one.name.as_str());
            next = one.parent_id.as_deref();
        }
        path.reverse();
        path
    }
}

fn ends_with(path: &[&str], wanted: &[&str]) -> bool {
    path.len() >= wanted.len()
        && path.iter().rev().zip(wanted.iter().rev()).all(|(name, wanted)| same_name(name, wanted))
}

/// Whether two names are the same but for upper and lower case, in which names are not told apart.
pub fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// The id of the named organization; `None` stands for the caller's own.
///
/// # Errors
/// When there is none, or several.
pub async fn resolve(session: &Session, place: &Place) -> Result<Option<String>, CliError> {
    match &place.organization {
        None => Ok(None),
        Some(id) if is_id(id) => Ok(Some(id.clone())),
        Some(text) => Ok(Some(Organizations::read(session).await?.find(text)?.to_owned())),
    }
}

/// The id of the named organization, or of the caller's own.
///
/// # Errors
/// As [`resolve`].
pub async fn resolve_or_own(session: &Session, place: &Place) -> Result<String, CliError> {
    match resolve(session, place).await? {
        Some(id) => Ok(id),
        None => {
            let me: WhoAmI = session.get("who-am-i", &["session"], &Query::new()).await?;
            Ok(me.administrator.organization.id)
        }
    }
}

fn is_id(text: &str) -> bool {
    text.strip_prefix("org_")
        .is_some_and(|rest| rest.len() == 26 && rest.chars().all(|c| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organizations() -> Organizations {
        let one = |id: &str, name: &str, parent: &str| Organization {
            id: id.to_owned(),
            name: name.to_owned(),
            parent_id: Some(parent.to_owned()),
        };
        Organizations {
            own: Named { id: "o".to_owned(), name: "Root".to_owned() },
            below: vec![
                one("a", "Company A", "o"),
                one("b", "Company B", "o"),
                one("ax", "Branch", "a"),
                one("bx", "Branch", "b"),
                one("rr", "Root", "b"),
            ],
        }
    }

    #[test]
    fn an_organization_is_found_by_as_many_names_as_tell_it_apart() {
        let all = organizations();
        for (text, id) in [
            ("company a", "a"),
            ("Company A/Branch", "ax"),
            ("Root/Company B/Branch", "bx"),
            ("Root", "o"),
            ("Company B/Root", "rr"),
        ] {
            assert_eq!(all.find(text).unwrap(), id, "{text}");
        }
    }

    #[test]
    fn several_are_named_rather_than_guessed_from() {
        let error = organizations().find("branch").unwrap_err().to_string();
        assert!(error.contains("`Root/Company A/Branch` or `Root/Company B/Branch`"), "{error}");
        assert!(organizations().find("Company C").is_err());
    }

    #[test]
    fn an_id_is_not_looked_up() {
        assert!(is_id("org_01ARZ3NDEKTSV4RRFFQ69G5FAV"));
        assert!(!is_id("org_chart"));
    }
}
