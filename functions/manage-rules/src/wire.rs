//! Request and response types of this function.

mod dry_run;
pub mod escalation;

pub use dry_run::{DryRunBody, DryRunView, WouldDecideView};

use countersign_http::{AdministratorName, Cursor, Limit, Moment, Problem, PublisherBody, field};
use countersign_model::{
    Administrator, ComputerId, Criteria, DecisionScope, FaultKind, GroupId, OrganizationId, RequestKind,
    Rule, RuleEffect, RuleId, RuleMaker, Sha256, openapi, text,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A new rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRule {
    /// The organization whose requests it decides.
    pub organization_id: OrganizationId,
    /// What it decides.
    pub rule: RuleBody,
}

/// The contents of a rule.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RuleContents)]
pub struct RuleBody {
    /// The name: 1 to 200 characters.
    #[schema(value_type = openapi::NameOfRule)]
    name: String,
    /// Whether it also decides requests of the organizations below; default: false. An approval counts at the organization
    /// of the request.
    #[serde(default)]
    below: bool,
    /// Whether it approves or denies. Of several rules for one request, one that denies counts.
    #[schema(example = "approve")]
    effect: RuleEffect,
    /// The requests that it decides: everything that is given must fit, and something beside the kinds must be given to
    /// approve.
    criteria: CriteriaBody,
    /// The scope of its decisions; default: `computer`.
    #[schema(example = "computer")]
    scope: Option<DecisionScope>,
    /// How long its approvals last, in seconds: 60 to 316224000; default: for ever.
    #[schema(minimum = 60, maximum = 316_224_000, example = 86_400)]
    lasts_seconds: Option<u32>,
    /// A message that is shown to the requester, at most 2000 characters; default: none.
    #[schema(value_type = Option<openapi::Message>)]
    message: Option<String>,
    /// When it stops deciding; default: never.
    ends_at: Option<Moment>,
    /// How many requests it may decide: 1 to 1000000; default: any number.
    #[schema(minimum = 1, maximum = 1_000_000, example = 100)]
    max_uses: Option<u32>,
}

/// Which requests a rule decides.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Criteria)]
pub struct CriteriaBody {
    /// The kinds of requests: 1 to 3, each once.
    #[schema(value_type = std::collections::BTreeSet<RequestKind>, min_items = 1, max_items = 3, example = json!(["application"]))]
    kinds: Vec<RequestKind>,
    /// The SHA-256 of the file; default: any.
    sha256: Option<Sha256>,
    /// The publisher of the file, which the agent must have verified; default: any.
    publisher: Option<PublisherBody>,
    /// A pattern of the path, in any case of letters: `*` stands for any characters and `?` for one; at most 1000 characters;
    /// default: any. Who can write to a folder can put any file there: prefer a file or a publisher to approve.
    #[schema(min_length = 1, max_length = 1000, example = r"C:\Program Files\Example\*.exe")]
    path: Option<String>,
    /// The user who asked, in any case of letters; default: anybody.
    #[schema(value_type = Option<openapi::UserName>)]
    username: Option<String>,
    /// The computer group that the computer is in now; default: any.
    group_id: Option<GroupId>,
    /// The computer that asked; default: any.
    computer_id: Option<ComputerId>,
}

/// The most uses that can be set.
const USES_MAX: u32 = 1_000_000;
/// The shortest time that an approval can last.
const LASTS_MIN: u32 = 60;

impl RuleBody {
    /// The rule with these contents. They are at `place` of the body that they came in.
    pub fn checked(
        &self,
        place: &str,
        id: RuleId,
        organization_id: OrganizationId,
        maker: &Administrator,
        now: Timestamp,
    ) -> Result<Rule, Problem> {
        let at = |field: &str| format!("{place}{field}");
        let within = |pointer: &str, value: Option<u32>, least: u32, most: u32| match value {
            Some(value) if !(least..=most).contains(&value) => {
                Err(Problem::invalid_field(at(pointer), FaultKind::OutOfRange.outside(least, most)))
            }
            value => Ok(value),
        };
        if self.lasts_seconds.is_some() && self.effect == RuleEffect::Deny {
            return Err(Problem::invalid_field(
                at("/lasts_seconds"),
                FaultKind::NotUsable.saying("only an approval can last"),
            ));
        }
        let ends_at: Option<Timestamp> = self.ends_at.map(Into::into);
        if ends_at.is_some_and(|end| end <= now) {
            return Err(Problem::invalid_field(at("/ends_at"), FaultKind::NotInFuture));
        }
        let criteria = self.criteria.checked(place)?;
        if self.effect == RuleEffect::Approve && !criteria.are_narrow() {
            let message = "must say more than the kinds, so that not every request is approved";
            return Err(Problem::invalid_field(at("/criteria"), FaultKind::TooGeneral.saying(message)));
        }
        Ok(Rule {
            id,
            organization_id,
            name: field(&at("/name"), text::name(&self.name))?,
            below: self.below,
            effect: self.effect,
            criteria,
            scope: self.scope.unwrap_or(DecisionScope::Computer),
            lasts_seconds: within("/lasts_seconds", self.lasts_seconds, LASTS_MIN, Rule::LASTS_MAX)?,
            message: field(&at("/message"), self.message.as_deref().map(text::message).transpose())?
                .flatten(),
            ends_at,
            max_uses: within("/max_uses", self.max_uses, 1, USES_MAX)?,
            uses: 0,
            recent: Vec::new(),
            edition: 1,
            maker: RuleMaker { administrator_id: maker.id.clone(), administrator_name: maker.name.clone() },
            created_at: now,
            deleted: false,
        })
    }
}

impl CriteriaBody {
    fn checked(&self, place: &str) -> Result<Criteria, Problem> {
        let at = |field: &str| format!("{place}/criteria/{field}");
        let mut kinds = self.kinds.clone();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.is_empty() || kinds.len() != self.kinds.len() {
            return Err(Problem::invalid_field(
                at("kinds"),
                FaultKind::WrongCount.outside(1_u8, 3_u8).saying("must be 1 to 3 kinds, each once"),
            ));
        }
        let is_pattern = |path: &&String| (1..=Criteria::PATH_MAX).contains(&path.chars().count());
        if self.path.as_ref().is_some_and(|path| !is_pattern(&path)) {
            let message = FaultKind::WrongLength.outside(1_u8, Criteria::PATH_MAX);
            return Err(Problem::invalid_field(at("path"), message));
        }
        let username = self.username.as_deref().map(text::username).transpose();
        Ok(Criteria {
            kinds,
            sha256: self.sha256.clone(),
            publisher: self
                .publisher
                .as_ref()
                .map(|publisher| publisher.checked(at("publisher")))
                .transpose()?,
            path: self.path.clone(),
            username: field(&at("username"), username)?,
            group_id: self.group_id.clone(),
            computer_id: self.computer_id.clone(),
        })
    }
}

impl From<Criteria> for CriteriaBody {
    fn from(criteria: Criteria) -> Self {
        let Criteria { kinds, sha256, publisher, path, username, group_id, computer_id } = criteria;
        Self { kinds, sha256, publisher: publisher.map(Into::into), path, username, group_id, computer_id }
    }
}

/// Which rules to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RulesQuery {
    /// The organization whose rules are listed; default: your own.
    #[param(inline)]
    pub organization_id: Option<OrganizationId>,
    /// The `next_cursor` of the previous page; default: the first page.
    #[param(inline)]
    pub cursor: Option<Cursor>,
    /// The most items on the page: 1 to 200; default: 50.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
}

/// A rule that decides requests.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rule)]
pub struct RuleView {
    /// The id of the rule.
    id: RuleId,
    /// The organization whose requests it decides.
    organization_id: OrganizationId,
    /// The name of the rule.
    name: String,
    /// Whether it also decides requests of the organizations below.
    below: bool,
    /// Whether it approves or denies.
    #[schema(example = "approve")]
    effect: RuleEffect,
    /// The requests that it decides.
    criteria: CriteriaBody,
    /// The scope of its decisions.
    #[schema(example = "computer")]
    scope: DecisionScope,
    /// How long its approvals last, in seconds; null: for ever.
    lasts_seconds: Option<u32>,
    /// The message that is shown to the requester; null if there is none.
    message: Option<String>,
    /// When it stops deciding; null: never.
    ends_at: Option<Timestamp>,
    /// How many requests it may decide; null: any number.
    max_uses: Option<u32>,
    /// How many requests it has decided.
    uses: u32,
    /// Whether it still decides anything: it has not ended and is not used up. The one who made it must also still be able to
    /// decide so.
    in_force: bool,
    /// The administrator who made or last edited it, with the name they had at the time. Their rights count at each use.
    /// They are named wherever they belong, because the requests that the rule decides name them, too.
    maker: AdministratorName,
    /// When it was created.
    created_at: Timestamp,
    /// The revision of the rule, for `If-Match`. It increases with every change, but not with uses.
    revision: u64,
}

impl RuleView {
    pub fn at(now: Timestamp, rule: Rule) -> Self {
        let in_force = rule.is_in_force(now);
        let maker =
            AdministratorName { id: rule.maker.administrator_id, name: rule.maker.administrator_name };
        Self {
            id: rule.id,
            organization_id: rule.organization_id,
            name: rule.name,
            below: rule.below,
            effect: rule.effect,
            criteria: rule.criteria.into(),
            scope: rule.scope,
            lasts_seconds: rule.lasts_seconds,
            message: rule.message,
            ends_at: rule.ends_at,
            max_uses: rule.max_uses,
            uses: rule.uses,
            in_force,
            maker,
            created_at: rule.created_at,
            revision: rule.edition,
        }
    }
}
