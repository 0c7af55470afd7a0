//! Request types: the questions. The answers are in [`answer`], the list of everybody who may in [`who`].

pub mod answer;
pub mod who;

use countersign_http::{InputError, Problem};
use countersign_model::{
    Action, AdministratorId, ComputerId, DecisionScope, GroupId, OrganizationId, RequestKind,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// The most questions in one call.
pub const QUESTIONS_MAX: usize = 100;

/// One question, or up to 100.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged, try_from = "Fields")]
#[schema(as = AuthorizeBody)]
pub enum Body {
    /// One question.
    One(Question),
    /// Several questions.
    Many(Questions),
}

/// Several questions, answered in order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Questions {
    /// The questions: 1 to 100 of them.
    #[schema(min_items = 1, max_items = 100)]
    pub questions: Vec<Question>,
}

/// A question: may this administrator do this, there?
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The administrator that the question is about; default: you, within the limits of your credential.
    pub administrator_id: Option<AdministratorId>,
    /// An action of the catalogue.
    #[schema(example = "requests.approve-application")]
    pub action: Action,
    /// The organization, and the kind of request and scope if the action has them.
    pub resource: ResourceView,
}

/// What a question is about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceView {
    /// The organization where it would be done.
    pub organization_id: OrganizationId,
    /// A computer group of the organization. No permission is narrower than an organization, so it does not change the
    /// answer.
    pub group_id: Option<GroupId>,
    /// A computer of the organization, and of the group if one is given. It does not change the answer either.
    pub computer_id: Option<ComputerId>,
    /// The kind of request; default: it must be allowed for all kinds.
    #[schema(example = "application")]
    pub request_kind: Option<RequestKind>,
    /// The scope of the decision; default: a single computer.
    #[schema(example = "computer")]
    pub scope: Option<DecisionScope>,
}

impl ResourceView {
    /// The records that must exist besides the organization.
    pub fn places(&self) -> impl Iterator<Item = String> {
        let group = self.group_id.as_ref().map(GroupId::to_string);
        group.into_iter().chain(self.computer_id.as_ref().map(ComputerId::to_string))
    }
}

/// Both forms of the body. They are told apart only after parsing, so that an error names the field it is about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    administrator_id: Option<AdministratorId>,
    action: Option<Action>,
    resource: Option<ResourceView>,
    questions: Option<Vec<Question>>,
}

impl TryFrom<Fields> for Body {
    type Error = &'static str;

    fn try_from(fields: Fields) -> Result<Self, Self::Error> {
        match fields {
            Fields { administrator_id: None, action: None, resource: None, questions: Some(questions) } => {
                Ok(Self::Many(Questions { questions }))
            }
            Fields { questions: Some(_), .. } => {
                Err("`questions` cannot be combined with other fields; put them into each question")
            }
            Fields { administrator_id, action: Some(action), resource: Some(resource), .. } => {
                Ok(Self::One(Question { administrator_id, action, resource }))
            }
            Fields { action: None, resource: None, .. } => {
                Err("must have `action` and `resource`, or `questions`")
            }
            Fields { action: None, .. } => Err("`action` is required"),
            Fields { .. } => Err("`resource` is required"),
        }
    }
}

/// A question and its position in the body.
#[derive(Debug)]
pub struct Asked {
    /// The question.
    pub question: Question,
    pointer: String,
}

impl Asked {
    /// 404 with the field that is unknown.
    pub fn unknown(&self, field: &str, what: &str) -> Problem {
        let message = format!("there is no such {what} that you may see");
        Problem::not_found().with_errors(vec![InputError::new(format!("{}{field}", self.pointer), message)])
    }
}

impl Body {
    /// The questions, and whether there was a single one.
    pub fn questions(self) -> Result<(Vec<Asked>, bool), Problem> {
        let (asked, single) = match self {
            Self::One(question) => (vec![Asked { question, pointer: String::new() }], true),
            Self::Many(Questions { questions }) => {
                (questions.into_iter().enumerate().map(asked).collect(), false)
            }
        };
        if !(1..=QUESTIONS_MAX).contains(&asked.len()) {
            let message = format!("must be 1 to {QUESTIONS_MAX} questions");
            return Err(Problem::invalid_field("/questions", message));
        }
        let wrong: Vec<_> = asked.iter().filter_map(contradiction).collect();
        if wrong.is_empty() { Ok((asked, single)) } else { Err(Problem::invalid_body(wrong)) }
    }
}

fn asked((number, question): (usize, Question)) -> Asked {
    Asked { question, pointer: format!("/questions/{number}") }
}

fn contradiction(asked: &Asked) -> Option<InputError> {
    let Question { action, resource, .. } = &asked.question;
    let message = other_kind(*action, resource.request_kind)?;
    Some(InputError::new(format!("{}/resource/request_kind", asked.pointer), message))
}

/// Why a question about this action cannot name this kind of request.
fn other_kind(action: Action, kind: Option<RequestKind>) -> Option<String> {
    let (named, kind) = (action.kind()?, kind?);
    (named != kind).then(|| format!("`{action}` is about {named} requests only"))
}
