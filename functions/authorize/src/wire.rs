//! What goes over HTTP.

use countersign_http::{InputError, Problem};
use countersign_model::{
    Action, AdministratorId, Answer, ComputerId, DecisionScope, GroupId, Holding, OrganizationId, Permission,
    RequestKind, Requirement, RoleId, Scope, Source,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most questions of one call.
pub const QUESTIONS_MAX: usize = 100;

/// One question, or up to 100.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = AuthorizeBody)]
pub enum Body {
    /// One question.
    One(Question),
    /// Several.
    Many(Questions),
}

/// Several questions, answered in their order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// 1 to 100 of them.
    pub questions: Vec<Question>,
}

/// May this administrator do this, there?
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Whom it is about; you when left out.
    #[schema(value_type = Option<String>)]
    pub administrator_id: Option<AdministratorId>,
    /// An action of the catalogue.
    #[schema(value_type = String, example = "requests.approve-application")]
    pub action: Action,
    /// Where.
    pub resource: ResourceView,
}

/// What a question is about.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceView {
    /// The organization.
    #[schema(value_type = String)]
    pub organization_id: OrganizationId,
    /// A computer group there; no permission is narrower than an organization, so it does not change the answer.
    #[schema(value_type = Option<String>)]
    #[expect(
        dead_code,
        reason = "asked for by programs that know it; no permission is narrower than an organization"
    )]
    pub group_id: Option<GroupId>,
    /// A computer there; it does not change the answer either.
    #[schema(value_type = Option<String>)]
    #[expect(
        dead_code,
        reason = "asked for by programs that know it; no permission is narrower than an organization"
    )]
    pub computer_id: Option<ComputerId>,
    /// What kind of request it is about; all kinds when left out.
    #[schema(value_type = Option<String>, example = "application")]
    pub request_kind: Option<RequestKind>,
    /// How far the decision reaches; a single computer when left out.
    #[schema(value_type = Option<String>, example = "computer")]
    pub scope: Option<DecisionScope>,
}

impl Body {
    /// The questions, and whether there was just one.
    pub fn questions(self) -> Result<(Vec<Question>, bool), Problem> {
        match self {
            Self::One(question) => Ok((vec![question], true)),
            Self::Many(many) if (1..=QUESTIONS_MAX).contains(&many.questions.len()) => {
                Ok((many.questions, false))
            }
            Self::Many(_) => {
                let message = format!("must be 1 to {QUESTIONS_MAX} questions");
                Err(Problem::invalid_body(vec![InputError::new("/questions", message)]))
            }
        }
    }
}

/// The answers to several questions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answers {
    /// In the order of the questions.
    pub answers: Vec<AnswerView>,
}

/// The answer to a question.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct AnswerView {
    /// Whether it is allowed.
    pub allowed: bool,
    /// The grants it rests on.
    pub because: Vec<GroundView>,
    /// When it is not allowed: each smallest set of permissions that would do, and where.
    pub missing: Vec<Vec<RequirementView>>,
}

/// A permission that counts, where from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ground)]
pub struct GroundView {
    /// The permission.
    #[schema(value_type = String)]
    permission: Permission,
    /// Where it was given.
    #[schema(value_type = String)]
    organization_id: OrganizationId,
    /// Where it counts from there: `organization-and-below`, `below-only`, `organization-only`.
    reach: &'static str,
    /// The role it comes from; null for an individual permission.
    role: Option<RoleView>,
}

/// A role that gives a permission.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GroundRole)]
pub struct RoleView {
    #[schema(value_type = String)]
    id: RoleId,
    name: String,
    /// The organization that owns it.
    #[schema(value_type = String)]
    organization_id: OrganizationId,
}

/// A permission that is missing, and where.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Requirement)]
pub struct RequirementView {
    #[schema(value_type = String)]
    permission: Permission,
    #[schema(value_type = String)]
    organization_id: OrganizationId,
}

impl From<Answer> for AnswerView {
    fn from(answer: Answer) -> Self {
        let requirements = |set: Vec<Requirement>| set.into_iter().map(Into::into).collect();
        Self {
            allowed: answer.allowed,
            because: answer.because.into_iter().map(Into::into).collect(),
            missing: answer.missing.into_iter().map(requirements).collect(),
        }
    }
}

impl From<Holding> for GroundView {
    fn from(holding: Holding) -> Self {
        let (reach, organization_id) = match holding.scope {
            Scope::OrganizationAndBelow(organization) => ("organization-and-below", organization),
            Scope::BelowOnly(organization) => ("below-only", organization),
            Scope::OnlyOrganization(organization) => ("organization-only", organization),
        };
        let role = match holding.source {
            Source::Individual => None,
            Source::Role { id, name, organization } => {
                Some(RoleView { id, name, organization_id: organization })
            }
        };
        Self { permission: holding.permission, organization_id, reach, role }
    }
}

impl From<Requirement> for RequirementView {
    fn from(requirement: Requirement) -> Self {
        Self { permission: requirement.permission, organization_id: requirement.organization_id }
    }
}
