//! Response types: the answers, without the names of organizations that the caller may not see.

use countersign_model::{
    Actor, AdministratorState, Answer, Holding, OrganizationId, Permission, Requirement, Resource, RoleId,
    Scope, Sight, Source,
};
use serde::Serialize;
use utoipa::ToSchema;

/// The answer to one question, or to each of several.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = AuthorizeAnswer)]
pub enum Answered {
    /// If one question was asked.
    One(AnswerView),
    /// If `questions` were asked.
    Many(Answers),
}

/// The answers to several questions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answers {
    /// The answers, in the order of the questions.
    pub answers: Vec<AnswerView>,
}

/// The answer to a question.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct AnswerView {
    /// Whether the administrator may do it.
    allowed: bool,
    /// The grants that allow it; empty if it is not allowed.
    because: Vec<GroundView>,
    /// Each smallest set of permissions that would be enough, and where; empty if it is allowed.
    missing: Vec<Vec<RequirementView>>,
    /// Set to `invited` or `disabled` for an administrator who cannot sign in: nothing is allowed, whatever
    /// permissions they hold. Otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    inactive: Option<AdministratorState>,
}

/// A permission that counts, and where it comes from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ground)]
pub struct GroundView {
    /// The permission that counts.
    permission: Permission,
    /// Where it was given; null if you may not see that organization.
    organization_id: Option<OrganizationId>,
    /// True if it was given at an organization that you may not see.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    managing_organization: bool,
    /// Where it counts, relative to that organization: `organization-and-below`, `below-only`, `organization-only`.
    reach: &'static str,
    /// The role it comes from; null for an individual permission.
    role: Option<RoleView>,
}

/// A role that gives a permission.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = GroundRole)]
pub enum RoleView {
    /// A role of an organization that you may see.
    Seen {
        /// The id of the role.
        id: RoleId,
        /// The name of the role, unique in its organization.
        name: String,
        /// The organization that owns it.
        organization_id: OrganizationId,
    },
    /// A role of an organization that you may not see.
    Unseen(Managing),
}

/// Stands in for something of an organization that you may not see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ManagingOrganization)]
pub struct Managing {
    /// Always true: it belongs to an organization that you may not see.
    managing_organization: bool,
}

/// A missing permission, and where it is missing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Requirement)]
pub struct RequirementView {
    /// The missing permission.
    permission: Permission,
    /// Where it would have to count; null if you may not see that organization.
    organization_id: Option<OrganizationId>,
    /// True if it would have to count at an organization that you may not see.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    managing_organization: bool,
}

impl Answered {
    /// In the form of the question.
    pub fn new(mut answers: Vec<AnswerView>, single: bool) -> Self {
        match answers.pop() {
            Some(only) if single => Self::One(only),
            last => {
                answers.extend(last);
                Self::Many(Answers { answers })
            }
        }
    }
}

impl AnswerView {
    /// What somebody holds themselves is shown in full.
    pub fn about_oneself(answer: Answer, asker: &Actor, at: &Resource) -> Self {
        Self::new(answer, |_| true, |organization| is_seen(asker, at, organization))
    }

    /// An answer about somebody else, whose account may not be active.
    pub fn about_another(answer: Answer, state: AdministratorState, asker: &Actor, at: &Resource) -> Self {
        let seen = |organization: &OrganizationId| is_seen(asker, at, organization);
        let view = Self::new(answer, seen, seen);
        match state {
            AdministratorState::Active => view,
            // No permission would help them.
            AdministratorState::Invited | AdministratorState::Disabled | AdministratorState::Deleted => {
                Self { missing: Vec::new(), inactive: Some(state), ..view }
            }
        }
    }

    fn new(
        answer: Answer,
        ground_seen: impl Fn(&OrganizationId) -> bool,
        seen: impl Fn(&OrganizationId) -> bool,
    ) -> Self {
        let requirements = |set: Vec<Requirement>| {
            set.into_iter().map(|requirement| RequirementView::new(requirement, &seen)).collect()
        };
        Self {
            allowed: answer.allowed,
            because: answer.because.into_iter().map(|held| GroundView::new(held, &ground_seen)).collect(),
            missing: answer.missing.into_iter().map(requirements).collect(),
            inactive: None,
        }
    }
}

impl GroundView {
    /// Without what belongs to organizations that the caller may not see.
    pub fn new(holding: Holding, seen: impl Fn(&OrganizationId) -> bool) -> Self {
        let (reach, organization_id) = match holding.scope {
            Scope::OrganizationAndBelow(organization) => ("organization-and-below", organization),
            Scope::BelowOnly(organization) => ("below-only", organization),
            Scope::OnlyOrganization(organization) => ("organization-only", organization),
        };
        let role = match holding.source {
            Source::Individual => None,
            Source::Role { id, name, organization } if seen(&organization) => {
                Some(RoleView::Seen { id, name, organization_id: organization })
            }
            Source::Role { .. } => Some(RoleView::Unseen(Managing::new())),
        };
        let organization_id = Some(organization_id).filter(seen);
        let managing_organization = organization_id.is_none();
        Self { permission: holding.permission, organization_id, managing_organization, reach, role }
    }
}

impl RequirementView {
    /// Only requirements about giving can be below their organization; a question never has one.
    fn new(requirement: Requirement, seen: impl Fn(&OrganizationId) -> bool) -> Self {
        let organization_id = Some(requirement.organization_id).filter(seen);
        let managing_organization = organization_id.is_none();
        Self { permission: requirement.permission, organization_id, managing_organization }
    }
}

impl Managing {
    pub const fn new() -> Self {
        Self { managing_organization: true }
    }
}

/// Whether the caller may know of an organization that an answer about `at` names. All of these are `at` or above it,
/// because a role is assigned at its owner or below; others are not named.
pub fn is_seen(asker: &Actor, at: &Resource, organization: &OrganizationId) -> bool {
    Sight::of(asker).over_resource(at).sees(organization)
}
