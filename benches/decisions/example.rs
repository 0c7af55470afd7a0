//! The example that every engine is asked about: a tree of organizations, administrators, and all questions.

use anyhow::{Context as _, Result};
use countersign_model::{Action, DecisionScope, RequestKind};
use countersign_model::{
    Actor, AdministratorId, AdministratorState, Assignment, NewAdministrator, Organization, OrganizationId,
    Permission, PermissionSet, Resource, Role, RoleBook, RoleId, administrator::Administrator, catalogue,
    questions,
};
use jiff::Timestamp;
use ulid::Ulid;

/// The organizations: own and sibling below root; child and other child below own, grandchild below child; nephew below sibling.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    Root,
    Own,
    Child,
    OtherChild,
    Grandchild,
    Sibling,
    Nephew,
}

use Place::{Child, Grandchild, Nephew, OtherChild, Own, Root, Sibling};

impl Place {
    const ALL: [Self; 7] = [Root, Own, Child, OtherChild, Grandchild, Sibling, Nephew];

    pub fn id(self) -> OrganizationId {
        OrganizationId::from_ulid(Ulid::from(self as u128 + 1))
    }

    fn organization(self) -> Organization {
        let (id, name) = (self.id(), format!("{self:?}"));
        match self {
            Root => Organization::root(id, name, Timestamp::UNIX_EPOCH),
            Own | Sibling => Root.organization().child(id, name, Timestamp::UNIX_EPOCH),
            Child | OtherChild => Own.organization().child(id, name, Timestamp::UNIX_EPOCH),
            Grandchild => Child.organization().child(id, name, Timestamp::UNIX_EPOCH),
            Nephew => Sibling.organization().child(id, name, Timestamp::UNIX_EPOCH),
        }
    }
}

/// The whole tree, upper organizations first.
pub fn organizations() -> Vec<Organization> {
    Place::ALL.map(Place::organization).to_vec()
}

/// A role: its name, who owns it, where it is assigned, what it gives.
type RoleRow = (&'static str, Place, Place, &'static [Permission]);

/// The ten roles. Some give halves of a combination, which only meet where two of them are assigned.
const ROLES: [RoleRow; 10] = {
    use Permission as P;
    [
        (
            "Help desk",
            Root,
            Sibling,
            &[
                P::ApproveForSingleComputer,
                P::ViewApprovals,
                P::ViewOverrideCodes,
                P::AllowViewCheckinHistory,
            ],
        ),
        ("Workshop", Root, Sibling, &[P::EditComputers, P::EditComputerGroups]),
        ("Personnel", Root, Sibling, &[P::AssignRoles, P::ChangePermission, P::ViewOrganizations]),
        ("Auditors", Root, Sibling, &[P::ViewReports, P::ViewSystemAudit, P::ViewUnifiedAudit]),
        ("Approvers", Root, Nephew, &[P::ApproveForEntireOrganization]),
        ("Elevation desk", Root, Nephew, &[P::ElevationAdministrator]),
        ("Directory", Root, Nephew, &[P::RoleAdministrator, P::ViewAdministrators]),
        (
            "Software",
            Own,
            Child,
            &[P::AllowApplicationMerge, P::EditApplicationControlApplications, P::ManageTags],
        ),
        ("Storage", Own, Grandchild, &[P::EditStorageControlPolicies, P::EditStorageControlStorageDevices]),
        ("Operations", Own, Own, &[P::EditNetworkControlPolicies, P::EditOps, P::ViewOps]),
    ]
};

fn role_id(number: usize) -> RoleId {
    RoleId::from_ulid(Ulid::from(number as u128 + 1))
}

/// The roles of the example, each in the book of its owner.
fn books() -> Result<Vec<RoleBook>> {
    let mut books = vec![RoleBook::empty(Root.id()), RoleBook::empty(Own.id())];
    for (number, (name, owner, _, permissions)) in ROLES.iter().enumerate() {
        let role = Role::new(role_id(number), (*name).to_owned(), None, permissions.iter().copied());
        let book = books.iter_mut().find(|book| book.organization_id == owner.id());
        let book = book.context("a role belongs to an organization without a book")?;
        *book = book.with(role)?;
    }
    Ok(books)
}

/// An administrator as stored, with the role books that define what their roles give.
pub struct Records {
    administrator: Administrator,
    books: Vec<RoleBook>,
}

impl Records {
    /// Somebody who belongs to `home` and holds `permissions` there, and the ten roles or none.
    fn new(home: Place, permissions: PermissionSet, with_roles: bool) -> Result<Self> {
        let new = NewAdministrator {
            id: AdministratorId::from_ulid(Ulid::from(1_u128)),
            organization_id: home.id(),
            email: "clerk@company.example".parse()?,
            name: "Clerk".to_owned(),
        };
        let mut administrator = Administrator::invited(new, Timestamp::UNIX_EPOCH);
        administrator.state = AdministratorState::Active;
        administrator.permissions = permissions.iter().collect();
        if with_roles {
            let assignment = |(number, row): (usize, &RoleRow)| Assignment {
                role_id: role_id(number),
                role_organization_id: row.1.id(),
                organization_id: Some(row.2.id()),
            };
            administrator.assignments = ROLES.iter().enumerate().map(assignment).collect();
        }
        Ok(Self { administrator, books: books()? })
    }

    /// Everything they hold, assembled as for every request.
    pub fn actor(&self) -> Actor {
        Actor::assemble(&self.administrator, &self.books)
    }
}

/// The administrator whose questions are timed: all 40 permissions singly, and ten roles.
pub fn administrator() -> Result<Records> {
    Records::new(Own, PermissionSet::ALL, true)
}

/// The administrators on whom the engines must agree, with a description of each.
pub fn administrators() -> Result<Vec<(String, Records)>> {
    let full_control = |permission: &Permission| {
        catalogue::entry(*permission).is_some_and(|entry| entry.everything_but.is_some())
    };
    let forms: PermissionSet = Permission::ALL.iter().copied().filter(full_control).collect();
    let mut all = vec![
        ("40 permissions and 10 roles".to_owned(), administrator()?),
        (
            "the same without full control".to_owned(),
            Records::new(Own, PermissionSet::ALL.minus(forms), true)?,
        ),
        ("10 roles alone".to_owned(), Records::new(Own, PermissionSet::EMPTY, true)?),
    ];
    for form in forms.iter() {
        all.push((format!("{form} at the root"), Records::new(Root, form.into(), false)?));
    }
    for permission in Permission::ALL {
        all.push((format!("{permission} alone"), Records::new(Own, (*permission).into(), false)?));
    }
    Ok(all)
}

/// May the administrator do this there?
#[derive(Debug, Clone)]
pub struct Question {
    pub action: Action,
    pub resource: Resource,
}

impl Question {
    /// The kind of request; any kind if it does not matter.
    pub fn kind(&self) -> RequestKind {
        self.resource.kind.unwrap_or(RequestKind::Application)
    }

    /// The scope of the decision; a computer if it does not matter.
    pub fn scope(&self) -> DecisionScope {
        self.resource.scope.unwrap_or(DecisionScope::Computer)
    }
}

/// Every question with an answer of its own, at every organization.
pub fn all_questions() -> Vec<Question> {
    let everywhere = organizations();
    let at_each = questions().flat_map(|(action, kind, scope)| {
        everywhere.iter().map(move |organization| Question {
            action,
            resource: Resource { kind, scope, ..Resource::at(organization) },
        })
    });
    at_each.collect()
}

/// Revoking an approval of any kind, at the root, where the administrator of the example holds nothing.
pub fn about_all_kinds() -> Question {
    Question { action: Action::RequestsRevoke, resource: Resource::at(&Root.organization()) }
}
