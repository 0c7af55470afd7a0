//! Rules: a new request that one of them decides is decided at once, and nobody is asked.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use countersign_authority::approval_settings_at;
use countersign_authority::rights::actor_of;
use countersign_journal::readable::{load_readable, unless_damaged};
use countersign_journal::{Change, Journal};
use countersign_model::act::RequestDecided;
use countersign_model::rule::{self, Rule};
use countersign_model::{
    Administrator, Computer, Decision, DecisionId, DecisionScope, GrantId, GrantRef, Group, InvalidDecision,
    OrganizationId, Origin, Permit, ProcessorOnly, Request, TransitionError, Verdict, Whereabouts, Who,
    decide, lists,
};
use countersign_store::{StoreError, UpdateError};
use futures::future::try_join_all;
use futures::lock::Mutex;
use jiff::Timestamp;

/// The rules of organizations. A call of processing reads them once, and again for a request that was made after that: it may go on
/// for a while, and whoever makes a rule expects that the next request is decided by it.
pub struct Rules {
    journal: Journal,
    known: Mutex<BTreeMap<OrganizationId, Known>>,
}

struct Known {
    read_at: Timestamp,
    rules: Arc<Vec<Rule>>,
}

impl Rules {
    pub(super) fn new(journal: &Journal) -> Self {
        Self { journal: journal.clone(), known: Mutex::default() }
    }

    /// Decides a pending request if a rule does. Whether it was decided.
    ///
    /// The administrator who made a rule must still be able to decide so, and the organization accept it; otherwise the rule is passed
    /// over. A rule with a limit is counted before it decides, once for each request.
    pub(super) async fn decide(&self, request: &Request) -> Result<bool, StoreError> {
        let mut rules = self.of(request).await?;
        if rules.is_empty() {
            return Ok(false);
        }
        let at = whereabouts(&self.journal, request).await?;
        while let Some(rule) = rule::deciding(&rules, request, &at, self.journal.clock().now()).cloned() {
            if self.is_accepted(&rule, request).await?
                && let Some(permit) = self.permit(&rule, request).await?
                && let Some(decision) = self.possible(&rule, request, &at)
                && self.use_up(&rule, request).await?
            {
                return self.save(&rule, request, &at, &permit, decision).await;
            }
            rules.retain(|other| other.id != rule.id);
        }
        Ok(false)
    }

    /// The rules of the organization, and those of the organizations above that count below.
    async fn of(&self, request: &Request) -> Result<Vec<Rule>, StoreError> {
        let mut known = self.known.lock().await;
        let organizations: Vec<_> = request.ancestors.iter().chain([&request.organization_id]).collect();
        let is_known =
            |organization| known.get(organization).is_some_and(|known| known.read_at >= request.created_at);
        let unknown = organizations.iter().filter(|organization| !is_known(**organization));
        let read = try_join_all(unknown.map(|organization| self.listed(organization))).await?;
        known.extend(read);
        let own = |organization: &OrganizationId| *organization == request.organization_id;
        let all = organizations
            .into_iter()
            .filter_map(|organization| Some((organization, known.get(organization)?)));
        let all = all.flat_map(|(organization, known)| {
            known.rules.iter().filter(move |rule| rule.below || own(organization))
        });
        Ok(all.cloned().collect())
    }

    async fn listed(&self, organization: &OrganizationId) -> Result<(OrganizationId, Known), StoreError> {
        let read_at = self.journal.clock().now();
        let permit = Permit::processor(organization, ProcessorOnly);
        let page = self.journal.list(&permit, lists::RULES, None, Rule::RULES_MAX).await?;
        let ids: Vec<&str> = page.items.iter().map(|row| row.id.as_str()).collect();
        let mut rules = load_readable::<Rule>(&self.journal, &ids).await?;
        rules.retain(|rule| !rule.deleted && rule.organization_id == *organization);
        Ok((organization.clone(), Known { read_at, rules: Arc::new(rules) }))
    }

    /// Whether the organization of the request takes such a decision: it may ask more of decisions than when the rule was made.
    async fn is_accepted(&self, rule: &Rule, request: &Request) -> Result<bool, StoreError> {
        let settings =
            approval_settings_at(&self.journal, &request.organization_id, &request.ancestors).await?;
        Ok(settings.accepts_rule(rule.outcome(), rule.message.as_deref()).is_ok())
    }

    /// Whether the administrator who made the rule may decide so now.
    async fn permit(&self, rule: &Rule, request: &Request) -> Result<Option<Permit>, StoreError> {
        let Some(maker) = self.journal.load::<Administrator>(&rule.maker.administrator_id).await? else {
            return Ok(None);
        };
        if !maker.value.is_active() {
            return Ok(None);
        }
        let actor = actor_of(&self.journal, &maker.value).await;
        let actor = unless_damaged("a rule decides nothing", rule.id.as_str(), actor)?;
        let needed = rule.needs().find(|(_, kind)| *kind == request.kind());
        let resource = request.resource().scope(rule.scope);
        Ok(actor.zip(needed).and_then(|(actor, (action, _))| decide(&actor, action, &resource).ok()))
    }

    async fn use_up(&self, rule: &Rule, request: &Request) -> Result<bool, StoreError> {
        let now = self.journal.clock().now();
        match self.journal.update(&rule.id, |old: &Rule| old.used_for(&request.id, now)).await {
            Ok(_) => Ok(true),
            Err(UpdateError::Refused(_)) => Ok(false),
            Err(UpdateError::Store(error)) => Err(error),
        }
    }

    /// The decision of the rule, if it can be made where the computer is.
    fn possible(&self, rule: &Rule, request: &Request, at: &Whereabouts) -> Option<Decision> {
        let decision = self.decision(rule, at, self.journal.clock().now()).ok()?;
        request.decide(decision.clone(), at).is_ok().then_some(decision)
    }

    async fn save(
        &self,
        rule: &Rule,
        request: &Request,
        at: &Whereabouts,
        permit: &Permit,
        decision: Decision,
    ) -> Result<bool, StoreError> {
        let origin = Origin { who: Who::System, address: None, at: decision.at };
        let saved = self.journal.save_update(&request.id, None, |old: &Request| {
            let new = old.decide(decision.clone(), at)?;
            let change = Change::new(permit, &origin, RequestDecided::of(old, &new, &decision));
            // By the grant, its request is found.
            let change = GrantRef::of(&new, &decision).iter().fold(change, Change::create);
            Ok::<_, TransitionError>((new, change))
        });
        match saved.await {
            Ok(_) => Ok(true),
            Err(UpdateError::Refused(error)) => self.give_back(rule, request, &error).await,
            Err(UpdateError::Store(error)) => Err(error),
        }
    }

    /// Somebody was faster: the rule was not used, unless it decided in an earlier attempt. Whether it did.
    async fn give_back(
        &self,
        rule: &Rule,
        request: &Request,
        why: &TransitionError,
    ) -> Result<bool, StoreError> {
        if let TransitionError::AlreadyDecided { decision } = why
            && decision.rule.as_ref().is_some_and(|used| used.id == rule.id)
        {
            return Ok(true);
        }
        let unused = |old: &Rule| Ok::<_, Infallible>(old.not_used_for(&request.id));
        match self.journal.update(&rule.id, unused).await {
            Ok(_) => Ok(false),
            Err(UpdateError::Refused(never)) => match never {},
            Err(UpdateError::Store(error)) => Err(error),
        }
    }

    /// What the rule decides for a computer. What an unconfirmed one asks decides nothing for others: a denial is for it alone.
    fn decision(&self, rule: &Rule, at: &Whereabouts, now: Timestamp) -> Result<Decision, InvalidDecision> {
        let verdict = Verdict {
            id: DecisionId::from_ulid(self.journal.random().ulid(now)),
            outcome: rule.outcome(),
            scope: if at.is_unconfirmed() { DecisionScope::Computer } else { rule.scope },
            administrator_id: rule.maker.administrator_id.clone(),
            administrator_name: rule.maker.administrator_name.clone(),
            message: rule.message.clone(),
            note: None,
            expires_at: rule.approves_until(now),
            grant: GrantId::from_ulid(self.journal.random().ulid(now)),
        };
        Ok(Decision::new(verdict, now)?.by_rule(rule.named()))
    }
}

async fn whereabouts(journal: &Journal, request: &Request) -> Result<Whereabouts, StoreError> {
    let computer = journal.load::<Computer>(&request.computer_id).await?.map(|found| found.value);
    let group = match Whereabouts::of_computer(computer.as_ref()).group() {
        Some(group) => journal.load::<Group>(group).await?.map(|found| found.value),
        None => None,
    };
    Ok(Whereabouts::of(computer.as_ref(), group.as_ref()))
}
