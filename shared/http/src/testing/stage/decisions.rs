//! What requesters and administrators do to a request on a stage.
use countersign_journal::Change;
use countersign_model::act::{
    RequestCancelled, RequestDecided, RequestJoined, RequestRepeated, RequestWithdrawn,
};
use countersign_model::{
    Administrator, AskedAs, Decision, DecisionId, DecisionScope, Grant, GrantId, NewAct, NewRequester,
    NotWithdrawn, Outcome, Permission, Permit, Request, RequestStatus, TransitionError, Verdict, Withdrawn,
};
use countersign_store::UpdateError;
use jiff::SignedDuration;

use super::Stage;

impl Stage {
    /// Decides as approve-request does.
    pub async fn decide(&self, request: &Request, outcome: Outcome, scope: DecisionScope, matching: bool) {
        assert!(self.try_to_decide(request, outcome, scope, matching).await);
    }

    /// Decides as approve-request does. Whether the decision was made.
    pub async fn try_to_decide(
        &self,
        request: &Request,
        outcome: Outcome,
        scope: DecisionScope,
        matching: bool,
    ) -> bool {
        let by = self.world.administrator(&self.company, [Permission::ApproveForEntireOrganization]).record;
        self.try_to_decide_as(&by, request, outcome, scope, matching).await
    }

    /// Decides for a computer as this administrator.
    pub async fn decide_as(&self, by: &Administrator, request: &Request, outcome: Outcome) {
        assert!(self.try_to_decide_as(by, request, outcome, DecisionScope::Computer, false).await);
    }

    async fn try_to_decide_as(
        &self,
        by: &Administrator,
        request: &Request,
        outcome: Outcome,
        scope: DecisionScope,
        matching: bool,
    ) -> bool {
        let verdict = Verdict {
            id: DecisionId::from_ulid(self.world.ulid()),
            outcome,
            scope,
            administrator_id: by.id.clone(),
            administrator_name: by.name.clone(),
            message: Some("fine <b>with</b> me".to_owned()),
            note: Some("an internal note".to_owned()),
            expires_at: None,
            grant: GrantId::from_ulid(self.world.ulid()),
        };
        let decision = Decision::new(verdict, self.world.now()).unwrap();
        let decision = if matching { decision.including_matching() } else { decision };
        let (origin, permit) = (self.origin(), Permit::scene(&self.company.id));
        let at = self.whereabouts(request).await;
        let saved = self
            .world
            .journal
            .save_update(&request.id, None, |old: &Request| {
                let new = old.decide(decision.clone(), &at)?;
                let change = Change::new(&permit, &origin, RequestDecided::of(old, &new, &decision));
                let change = Grant::of(&new, &decision).iter().fold(change, Change::create);
                Ok::<_, countersign_model::TransitionError>((new, change))
            })
            .await;
        match saved {
            Ok(_) => true,
            Err(UpdateError::Refused(_)) => false,
            Err(UpdateError::Store(error)) => panic!("{error}"),
        }
    }

    /// Cancels as submit-request does, for the only requester.
    pub async fn cancel(&self, request: &Request) {
        let permit = Permit::scene(&self.company.id);
        let cancel = |old: &Request| {
            let Withdrawn { request: new, username } = old.withdraw(None, self.world.now())?;
            let change = Change::new(&permit, &self.origin(), RequestCancelled::of(&new, &username));
            Ok::<_, NotWithdrawn>((new, change))
        };
        self.world.journal.save_update(&request.id, None, cancel).await.unwrap();
    }

    /// Approves for a number of days as approve-request does, but without a grant.
    pub async fn approve_for_days(&self, request: &Request, days: i64, scope: DecisionScope) {
        let by = self.world.administrator(&self.company, []).record;
        let verdict = Verdict {
            id: DecisionId::from_ulid(self.world.ulid()),
            outcome: Outcome::Approved,
            scope,
            administrator_id: by.id,
            administrator_name: by.name,
            message: None,
            note: None,
            expires_at: Some(self.world.now() + SignedDuration::from_hours(24 * days)),
            grant: GrantId::from_ulid(self.world.ulid()),
        };
        let decision = Decision::new(verdict, self.world.now()).unwrap();
        let permit = Permit::scene(&self.company.id);
        let at = self.whereabouts(request).await;
        let decide = |old: &Request| {
            let new = old.decide(decision.clone(), &at)?;
            let act = RequestDecided::of(old, &new, &decision);
            Ok::<_, TransitionError>((new, Change::new(&permit, &self.origin(), act)))
        };
        self.world.journal.save_update(&request.id, None, decide).await.unwrap();
    }

    /// Another user of the computer asks for the same.
    pub async fn join(&self, request: &Request, username: &str, email: Option<&str>) {
        let email = email.map(|email| email.parse().unwrap());
        let reason = Some(format!("{username} needs it"));
        let new = NewRequester { username: username.to_owned(), email, reason };
        let permit = Permit::scene(&self.company.id);
        let join = |old: &Request| {
            let again = old.ask_again(new.clone(), self.world.now())?;
            assert!(matches!(again.by, AskedAs::Joining | AskedAs::Amending), "{again:?}");
            let act = RequestJoined::of(&again.request, username);
            Ok::<_, TransitionError>((again.request, Change::new(&permit, &self.origin(), act)))
        };
        self.world.journal.save_update(&request.id, None, join).await.unwrap();
    }

    /// A user withdraws, as submit-request lets them.
    pub async fn withdraw(&self, request: &Request, username: &str) {
        let permit = Permit::scene(&self.company.id);
        let withdraw = |old: &Request| {
            let Withdrawn { request, username } = old.withdraw(Some(username), self.world.now())?;
            let is_last = request.status == RequestStatus::Cancelled;
            let act: NewAct = match is_last {
                true => RequestCancelled::of(&request, &username).into(),
                false => RequestWithdrawn::of(&request, &username).into(),
            };
            Ok::<_, NotWithdrawn>((request, Change::new(&permit, &self.origin(), act)))
        };
        self.world.journal.save_update(&request.id, None, withdraw).await.unwrap();
    }

    /// The first user asks once more.
    pub async fn repeat(&self, request: &Request) {
        let permit = Permit::scene(&self.company.id);
        let new = NewRequester { username: "bob".to_owned(), email: None, reason: None };
        let repeat = |old: &Request| {
            let again = old.ask_again(new.clone(), self.world.now())?;
            assert_eq!(again.by, AskedAs::Repeating);
            let act = RequestRepeated::of(&again.request, "bob");
            Ok::<_, TransitionError>((again.request, Change::new(&permit, &self.origin(), act)))
        };
        self.world.journal.save_update(&request.id, None, repeat).await.unwrap();
    }
}
