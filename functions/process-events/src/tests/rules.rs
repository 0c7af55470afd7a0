//! Rules decide new requests, on their maker's present rights.
use std::convert::Infallible;
use std::time::Duration;

use countersign_http::testing::Person;
use countersign_journal::Change;
use countersign_kv::memory::{Like, Memory};
use countersign_model::act::RuleChanged;
use countersign_model::tally::{Tallied, Tally};
use countersign_model::{
    Act, ActName, Administrator, AdministratorState, ApprovalSettings, Criteria, DecisionScope, Group, List,
    NewRequest, NewRequester, Organization, Outcome, Permission, Permit, Request, RequestKind, RequestStatus,
    Rule, RuleEffect, RuleId, RuleMaker, Who,
};

use super::{HASH, Stage, World};
use crate::effects::Processor;

/// A rule of an organization that is for the file of the stage's requests.
fn rule(stage: &Stage, at: &Organization, maker: &Person, effect: RuleEffect) -> Rule {
    Rule {
        id: RuleId::from_ulid(stage.world.ulid()),
        organization_id: at.id.clone(),
        name: "The compiler".to_owned(),
        below: false,
        effect,
        criteria: Criteria {
            kinds: vec![RequestKind::Application],
            sha256: Some(HASH.parse().unwrap()),
            publisher: None,
            path: None,
            username: None,
            group_id: None,
            computer_id: None,
        },
        scope: DecisionScope::Computer,
        lasts_seconds: None,
        message: None,
        ends_at: None,
        max_uses: None,
        uses: 0,
        recent: Vec::new(),
        edition: 1,
        maker: RuleMaker {
            administrator_id: maker.record.id.clone(),
            administrator_name: maker.record.name.clone(),
        },
        created_at: stage.world.now(),
        deleted: false,
    }
}

impl Stage {
    fn maker(&self) -> Person {
        self.world.administrator(&self.company, [Permission::ApproveForEntireOrganization])
    }

    async fn rule(&self, rule: Rule) -> RuleId {
        let permit = Permit::scene(&rule.organization_id);
        let change = Change::new(&permit, &self.origin(), RuleChanged::of(None, &rule)).create(&rule);
        self.world.journal.save(change).await.unwrap();
        rule.id
    }

    /// A request of a fresh computer, processed.
    async fn asked(&self) -> Request {
        let request = self.ask().await;
        self.process_company().await;
        self.request(&request.id).await
    }

    async fn uses(&self, id: &RuleId) -> u32 {
        self.world.journal.load::<Rule>(id).await.unwrap().unwrap().value.uses
    }
}

#[tokio::test]
async fn a_rule_approves_what_fits_and_is_named_and_nobody_is_asked() {
    let stage = Stage::new().await;
    stage.subscriber(&stage.company, &[Permission::SuperAdmin]);
    let maker = stage.maker();
    let lasting = rule(&stage, &stage.company, &maker, RuleEffect::Approve);
    let id =
        stage.rule(Rule { lasts_seconds: Some(3600), message: Some("Fine.".to_owned()), ..lasting }).await;
    let asked =
        NewRequester { email: Some("bob@company.example".parse().unwrap()), ..stage.new_request().requester };
    let new = NewRequest { requester: asked, ..stage.new_request() };
    let request = stage.submit(&stage.world.computer(&stage.group), new).await;
    let other = stage.submit(&stage.world.computer(&stage.group), stage.new_request_for(7)).await;
    stage.process_company().await;
    let request = stage.request(&request.id).await;
    let decision = request.decision.clone().unwrap();
    assert_eq!((request.status, decision.outcome), (RequestStatus::Approved, Outcome::Approved));
    assert_eq!(decision.rule.map(|rule| (rule.id, rule.name)), Some((id.clone(), "The compiler".to_owned())));
    assert_eq!(decision.administrator_id, maker.record.id);
    assert_eq!(decision.expires_at, Some(decision.at + jiff::SignedDuration::from_secs(3600)));
    assert_eq!(stage.request(&other.id).await.status, RequestStatus::Pending);
    let messages = stage.messages();
    assert!(
        messages.iter().any(|(to, text)| to == "bob@company.example" && text.contains("Fine.")),
        "{messages:?}"
    );
    assert_eq!(messages.len(), 2, "the subscriber hears of the other one alone: {messages:?}");
    assert_eq!(stage.uses(&id).await, 1);
}

#[tokio::test]
async fn a_rule_made_while_processing_goes_on_decides_the_requests_after_it() {
    let stage = Stage::new().await;
    let maker = stage.maker();
    let processor = Processor::new(&stage.world.journal, None);
    let before = stage.ask().await;
    stage.world.journal.process(&stage.company.id, &processor).await.unwrap();
    stage.rule(rule(&stage, &stage.company, &maker, RuleEffect::Approve)).await;
    let after = stage.ask().await;
    stage.world.journal.process(&stage.company.id, &processor).await.unwrap();
    assert_eq!(stage.request(&before.id).await.status, RequestStatus::Pending);
    assert_eq!(stage.request(&after.id).await.status, RequestStatus::Approved);
}

#[tokio::test]
async fn a_rule_that_denies_without_a_message_is_passed_over_where_a_denial_needs_one() {
    let stage = Stage::new().await;
    let settings = ApprovalSettings { denial_needs_message: Some(true), ..ApprovalSettings::default() };
    let asking =
        |old: &Organization| Ok::<_, Infallible>(Organization { approval: settings.clone(), ..old.clone() });
    let maker = stage.maker();
    let silent = stage.rule(rule(&stage, &stage.company, &maker, RuleEffect::Deny)).await;
    stage.world.journal.update(&stage.company.id, asking).await.unwrap();
    assert_eq!(stage.asked().await.status, RequestStatus::Pending);
    let saying = rule(&stage, &stage.company, &maker, RuleEffect::Deny);
    let saying = stage.rule(Rule { message: Some("Ask the desk.".to_owned()), ..saying }).await;
    let denied = stage.asked().await;
    assert_eq!((denied.status, denied.decision.unwrap().rule.unwrap().id), (RequestStatus::Denied, saying));
    assert_eq!(stage.uses(&silent).await, 0);
}

#[tokio::test]
async fn a_denial_wins_and_of_several_the_oldest_counts() {
    let stage = Stage::new().await;
    let maker = stage.maker();
    let first = stage.rule(rule(&stage, &stage.company, &maker, RuleEffect::Approve)).await;
    stage.world.advance(Duration::from_millis(5));
    stage.rule(rule(&stage, &stage.company, &maker, RuleEffect::Approve)).await;
    assert_eq!(stage.asked().await.decision.unwrap().rule.unwrap().id, first);
    stage.rule(rule(&stage, &stage.company, &maker, RuleEffect::Deny)).await;
    assert_eq!(stage.asked().await.status, RequestStatus::Denied);
}

#[tokio::test]
async fn a_rule_does_not_approve_a_flagged_file() {
    let stage = Stage::new().await;
    let id = stage.rule(rule(&stage, &stage.company, &stage.maker(), RuleEffect::Approve)).await;
    let before = stage.asked().await;
    assert_eq!(before.status, RequestStatus::Approved);
    let flag = stage.flag(&before, &stage.world.root.id).await;
    let request = stage.asked().await;
    let decision = request.decision.unwrap();
    assert_eq!((request.status, decision.flag, decision.rule), (RequestStatus::Denied, Some(flag.id), None));
    assert_eq!(stage.uses(&id).await, 1, "it is not used up either");
}

#[tokio::test]
async fn a_rule_decides_nothing_that_its_maker_cannot_decide_now() {
    let stage = Stage::new().await;
    let maker = stage.maker();
    stage.rule(rule(&stage, &stage.company, &maker, RuleEffect::Approve)).await;
    assert_eq!(stage.asked().await.status, RequestStatus::Approved);
    let change = async |change: fn(&Administrator) -> Administrator| {
        let change = |old: &Administrator| Ok::<_, Infallible>(change(old));
        stage.world.journal.update(&maker.record.id, change).await.unwrap();
    };
    change(|old| Administrator { permissions: Vec::new(), ..old.clone() }).await;
    assert_eq!(stage.asked().await.status, RequestStatus::Pending, "the right is gone");
    change(|old| old.clone().with_permissions([Permission::ApproveForSingleComputer])).await;
    assert_eq!(stage.asked().await.status, RequestStatus::Approved);
    change(|old| Administrator { state: AdministratorState::Disabled, ..old.clone() }).await;
    assert_eq!(stage.asked().await.status, RequestStatus::Pending, "the account is disabled");
}

#[tokio::test]
async fn rules_above_count_below_only_if_they_say_so() {
    let stage = Stage::new().await;
    let maker = stage.world.administrator(&stage.world.root, [Permission::SuperAdmin]);
    let above = rule(&stage, &stage.world.root, &maker, RuleEffect::Deny);
    stage.rule(above.clone()).await;
    assert_eq!(stage.process(&stage.world.root.id).await, 200);
    assert_eq!(stage.asked().await.status, RequestStatus::Pending);
    stage.rule(Rule { id: RuleId::from_ulid(stage.world.ulid()), below: true, ..above }).await;
    assert_eq!(stage.process(&stage.world.root.id).await, 200);
    assert_eq!(stage.asked().await.status, RequestStatus::Denied);
}

#[tokio::test]
async fn ends_limits_and_twins_are_respected() {
    let stage = Stage::new().await;
    let maker = stage.maker();
    let limited = rule(&stage, &stage.company, &maker, RuleEffect::Approve);
    let ends_at = Some(stage.world.now() + jiff::SignedDuration::from_mins(1));
    let limited = stage.rule(Rule { max_uses: Some(2), ends_at, ..limited }).await;
    let twin = stage.twin().await;
    let unconfirmed = stage.submit(&twin, stage.new_request()).await;
    stage.process_company().await;
    assert_eq!(
        stage.request(&unconfirmed.id).await.status,
        RequestStatus::Pending,
        "the rule may mean the other"
    );
    for expected in [RequestStatus::Approved, RequestStatus::Approved, RequestStatus::Pending] {
        assert_eq!(stage.asked().await.status, expected);
    }
    assert_eq!(stage.uses(&limited).await, 2);
    let more = |old: &Rule| Ok::<_, Infallible>(Rule { max_uses: Some(9), ..old.clone() });
    stage.world.journal.update(&limited, more).await.unwrap();
    assert_eq!(stage.asked().await.status, RequestStatus::Approved);
    stage.world.advance(Duration::from_secs(60));
    assert_eq!(stage.asked().await.status, RequestStatus::Pending, "its end has come");
}

#[tokio::test]
async fn an_approval_for_the_organization_settles_those_that_wait() {
    let stage = Stage::new().await;
    let waiting = stage.asked().await;
    let wide = rule(&stage, &stage.company, &stage.maker(), RuleEffect::Approve);
    stage.rule(Rule { scope: DecisionScope::Organization, ..wide }).await;
    stage.asked().await;
    stage.process_company().await;
    assert_eq!(stage.request(&waiting.id).await.status, RequestStatus::Approved);
}

#[tokio::test]
async fn a_denial_for_many_denies_an_unconfirmed_computer_too_and_nobody_else() {
    for scope in [DecisionScope::Computer, DecisionScope::Group, DecisionScope::Organization] {
        let stage = Stage::new().await;
        let maker = stage.maker();
        let waiting = stage.ask().await;
        let wide = rule(&stage, &stage.company, &maker, RuleEffect::Deny);
        let twin = stage.twin().await;
        let asked = stage.submit(&twin, stage.new_request()).await;
        let criteria = Criteria { computer_id: Some(twin.record.id.clone()), ..wide.criteria.clone() };
        let id = stage.rule(Rule { scope, criteria, ..wide }).await;
        stage.process_company().await;
        let decision = stage.request(&asked.id).await.decision.unwrap();
        assert_eq!((decision.outcome, decision.rule.unwrap().id), (Outcome::Denied, id.clone()), "{scope}");
        assert_eq!((decision.scope, stage.uses(&id).await), (DecisionScope::Computer, 1), "{scope}");
        assert_eq!(stage.request(&waiting.id).await.status, RequestStatus::Pending, "{scope}");
    }
}

#[tokio::test]
async fn a_rule_that_cannot_decide_is_not_used_up_and_another_one_decides() {
    let stage = Stage::new().await;
    let maker = stage.maker();
    let wide = rule(&stage, &stage.company, &maker, RuleEffect::Approve);
    let wide = stage.rule(Rule { scope: DecisionScope::Group, max_uses: Some(1), ..wide }).await;
    stage.world.advance(Duration::from_millis(5));
    let own = stage.rule(rule(&stage, &stage.company, &maker, RuleEffect::Approve)).await;
    let request = stage.ask().await;
    let deleted = |old: &Group| Ok::<_, Infallible>(Group { deleted: true, ..old.clone() });
    stage.world.journal.update(&stage.group.id, deleted).await.unwrap();
    stage.process_company().await;
    let decision = stage.request(&request.id).await.decision.unwrap();
    assert_eq!(decision.rule.unwrap().id, own, "an approval for a deleted group would reach nobody");
    assert_eq!((stage.uses(&wide).await, stage.uses(&own).await), (0, 1));
}

#[tokio::test]
async fn what_a_rule_settles_along_is_its_doing_and_not_its_makers() {
    let stage = Stage::new().await;
    let waiting = stage.asked().await;
    let wide = rule(&stage, &stage.company, &stage.maker(), RuleEffect::Approve);
    let id = stage.rule(Rule { scope: DecisionScope::Organization, ..wide }).await;
    stage.asked().await;
    stage.process_company().await;
    assert_eq!(stage.request(&waiting.id).await.status, RequestStatus::Approved);
    for audit in [List::SystemAudit, List::UnifiedAudit] {
        let events = stage.events(audit, ActName::RequestSettled).await;
        let [event] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!(event.who, Who::System);
        let Act::RequestSettled(act) = &event.act else { panic!("{event:?}") };
        assert_eq!(act.rule_id.as_ref(), Some(&id));
        let tallied = Tallied::of(&event.act, &event.who, event.at).unwrap();
        assert!(matches!(tallied.what, Tally::Decided { by: None, .. }), "{tallied:?}");
    }
}

/// Dies before or after the given write, then lets others finish. Whether there was such a write.
async fn dies_at(like: Like, after: bool, nth: usize) -> bool {
    let stage = Stage::over(World::over(Memory::new(like))).await;
    let limited = rule(&stage, &stage.company, &stage.maker(), RuleEffect::Approve);
    let id = stage.rule(Rule { max_uses: Some(1), ..limited }).await;
    stage.process_company().await;
    let request = stage.ask().await;
    let memory = &stage.world.memory;
    memory.stop_at_write(nth, after);
    stage.process(&stage.company.id).await;
    let died = memory.resume();
    let case = format!("{like:?}: write {nth} after {after}");
    stage.world.advance(Duration::from_secs(6 * 60));
    stage.tick().await;
    stage.process_company().await;
    assert_eq!(stage.request(&request.id).await.status, RequestStatus::Approved, "{case}");
    assert_eq!(stage.uses(&id).await, 1, "{case}: it counts once");
    died
}

#[tokio::test]
async fn wherever_processing_dies_the_rule_decides_once() {
    for (like, after) in Memory::ALL.into_iter().flat_map(|like| [(like, false), (like, true)]) {
        let mut nth = 1;
        while dies_at(like, after, nth).await {
            nth += 1;
            assert!(nth < 100, "the work has an end");
        }
        assert!(nth > 4, "{like:?}: use, decision and turn are several writes: {nth}");
    }
}
