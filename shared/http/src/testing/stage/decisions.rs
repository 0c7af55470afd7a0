//! What requesters and administrators do to a request on a stage.
use countersign_journal::Change;
use countersign_model::act::{RequestCancelled, RequestDecided};
use countersign_model::{
    Decision, DecisionId, DecisionScope, GrantId, NotWithdrawn, Outcome, Permit, Request, TransitionError,
    Verdict, Withdrawn,
};
use jiff::SignedDuration;

use super::Stage;

impl Stage {
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
}
