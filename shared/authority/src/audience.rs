//! The recipients of a request: subscribers who may open it at this moment, and the deployed policy's addresses; each
//! address once.

mod beyond;
mod recipient;
mod standing_in;

use std::collections::{BTreeMap, BTreeSet};

use countersign_journal::Journal;
use countersign_journal::readable::{load_readable, unless_damaged};
use countersign_model::{
    Action, Address, Administrator, ApprovalSettings, Computer, Delivery, DeployedPolicies, Deployment,
    InPlaceOf, LastDeployment, NoticeKind, OrganizationId, Permit, ProcessorOnly, Request, decide, lists,
    text,
};
use countersign_store::{DeployedPoliciesId, StoreError};
use futures::future::{try_join, try_join_all};
use futures::lock::Mutex;
use jiff::{SignedDuration, Timestamp};

use self::standing_in::told_instead;
use crate::rights::actor_of;

pub use self::beyond::{escalated_to, keeps_incidents, told_above};
pub use self::recipient::{Recipient, ways_to};
pub use self::standing_in::Told;

/// How long a list of subscribers, and what an organization has set, is considered current.
const PRESENT: SignedDuration = SignedDuration::from_secs(1);

/// Subscribers that are read at once.
const PAGE: usize = 200;

/// Finds the recipients of requests. Many requests that arrive at once share one read of the subscribers.
pub struct Audience {
    journal: Journal,
    subscribers: Mutex<BTreeMap<OrganizationId, (Timestamp, Vec<Administrator>)>>,
    settings: Mutex<BTreeMap<OrganizationId, (Timestamp, ApprovalSettings)>>,
}

impl Audience {
    /// For one call of processing.
    pub fn new(journal: &Journal) -> Self {
        Self { journal: journal.clone(), subscribers: Mutex::default(), settings: Mutex::default() }
    }

    /// All recipients of a new request, each address once.
    pub async fn of(&self, request: &Request) -> Result<Vec<Recipient>, StoreError> {
        self.hearing(request, NoticeKind::NewRequest).await
    }

    /// All who hear of this kind of news about a request, each address once. For who is away, somebody else may be told.
    pub async fn hearing(&self, request: &Request, kind: NoticeKind) -> Result<Vec<Recipient>, StoreError> {
        let (permitted, listed) = try_join(self.permitted(request), self.listed_for(request)).await?;
        let resource = request.resource();
        let told = permitted.into_iter().map(|each| told_instead(&self.journal, &resource, each));
        let mut told: Vec<Told> = try_join_all(told).await?.into_iter().flatten().collect();
        // Whoever hears of it anyway hears of it as themselves.
        told.sort_by_key(|each| each.in_place_of.is_some());
        let mut all: Vec<_> = told.iter().flat_map(|told| told.ways(kind)).collect();
        for each in &mut all {
            // Whoever may see the policy knows the address.
            if listed.iter().any(|listed| listed.is(each.channel, &each.key())) {
                each.organization_id = None;
            }
        }
        // Nobody chose for an address on a list that it hears who handled a request.
        all.extend(listed.into_iter().filter(|_| kind != NoticeKind::Handled));
        let mut seen = BTreeSet::new();
        all.retain(|each| seen.insert((each.channel, each.key())));
        Ok(all)
    }

    /// Whether the recipient of a delivery may still be notified of a request, because they hear of every request of its kind, group
    /// and policy, or stand in for somebody. Who has gone away since then may, because nobody was told instead.
    pub async fn hears_of_such(&self, request: &Request, delivery: &Delivery) -> Result<bool, StoreError> {
        if let Some(InPlaceOf { delegate_id, .. }) = &delivery.in_place_of {
            let delegate = standing_in::delegate(&self.journal, &request.resource(), delegate_id).await?;
            if is_among(delivery, delegate.as_slice(), &[]) {
                return Ok(true);
            }
        }
        let (permitted, listed) = try_join(self.permitted(request), self.listed_for(request)).await?;
        Ok(is_among(delivery, &permitted, &listed))
    }

    /// Whether the recipient of a delivery may still be notified because they have taken this request, or it is escalated to them.
    pub async fn hears_of_this(&self, request: &Request, delivery: &Delivery) -> Result<bool, StoreError> {
        let beyond = self.beyond(request).await?;
        Ok(is_among(delivery, &beyond.administrators, &beyond.listed))
    }

    /// Whether the administrator to whom a delivery goes may still open a request and decide it, and has this address.
    pub async fn still_decides(&self, request: &Request, delivery: &Delivery) -> Result<bool, StoreError> {
        // Deliveries of earlier versions do not name them.
        let Some(person) = &delivery.recipient else { return Ok(true) };
        let able =
            standing_in::delegate(&self.journal, &request.resource(), &person.administrator_id).await?;
        Ok(is_among(delivery, able.as_slice(), &[]))
    }

    async fn listed_for(&self, request: &Request) -> Result<Vec<Recipient>, StoreError> {
        let addresses = policy_addresses(&self.journal, request).await;
        let what = "the addresses of a policy are not notified";
        let addresses = unless_damaged(what, request.id.as_str(), addresses)?.unwrap_or_default();
        Ok(addresses.iter().map(recipient).collect())
    }

    /// The active subscribers of the organization and of those above who may open the request now.
    async fn permitted(&self, request: &Request) -> Result<Vec<Administrator>, StoreError> {
        let mut subscribers = Vec::new();
        for organization in request.ancestors.iter().chain([&request.organization_id]) {
            subscribers.extend(self.subscribers(organization).await?);
        }
        let resource = request.resource();
        let judged = subscribers.into_iter().map(|administrator| async {
            let actor = actor_of(&self.journal, &administrator).await;
            let actor = unless_damaged("an administrator is not notified", administrator.id.as_str(), actor)?;
            let may = actor.is_some_and(|actor| decide(&actor, Action::RequestsOpen, &resource).is_ok());
            Ok::<_, StoreError>(may.then_some(administrator))
        });
        Ok(try_join_all(judged).await?.into_iter().flatten().collect())
    }

    async fn subscribers(&self, organization: &OrganizationId) -> Result<Vec<Administrator>, StoreError> {
        let mut known = self.subscribers.lock().await;
        let now = self.journal.clock().now();
        if let Some((since, all)) = known.get(organization)
            && now.duration_since(*since) < PRESENT
        {
            return Ok(all.clone());
        }
        let all = self.listed(organization).await?;
        // The list may be slightly older than the records.
        let wants =
            |a: &Administrator| a.is_active() && a.notify_on_request && a.organization_id == *organization;
        let all: Vec<_> = all.into_iter().filter(wants).collect();
        known.insert(organization.clone(), (now, all.clone()));
        Ok(all)
    }

    /// Everybody in the list of subscribers whose record is readable.
    async fn listed(&self, organization: &OrganizationId) -> Result<Vec<Administrator>, StoreError> {
        let permit = Permit::processor(organization, ProcessorOnly);
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page = self.journal.list(&permit, lists::SUBSCRIBERS, cursor.as_deref(), PAGE).await?;
            let ids: Vec<&str> = page.items.iter().map(|row| row.id.as_str()).collect();
            all.extend(load_readable::<Administrator>(&self.journal, &ids).await?);
            match page.next {
                Some(next) => cursor = Some(next),
                None => return Ok(all),
            }
        }
    }
}

/// The addresses of the policy that blocked the program, as deployed now. If it is not live any more for the group, those
/// of all present policies of the group, and for a while also its own, as it was last deployed: somebody reads them.
async fn policy_addresses(journal: &Journal, request: &Request) -> Result<Vec<Address>, StoreError> {
    if request.policy_id.is_none() && request.unknown_policy.is_none() {
        return Ok(Vec::new());
    }
    let deployment = journal.load::<Deployment>(&request.organization_id).await?;
    let Some(deployment) = deployment else { return Ok(Vec::new()) };
    let id = DeployedPoliciesId::new(&deployment.value.generation, &request.group_id);
    let live = journal.load::<DeployedPolicies>(&id).await?.map(|live| live.value);
    let named = request.policy_id.as_ref();
    let policy = live.as_ref().zip(named).and_then(|(live, id)| live.policy(id));
    if let Some(policy) = policy {
        return Ok(policy.notify.effective().into_iter().cloned().collect());
    }
    let mut all: Vec<Address> = live.iter().flat_map(|live| live.effective()).cloned().collect();
    if let Some(id) = named
        && let Some(last) = journal.load::<LastDeployment>(id).await?
    {
        all.extend(last.value.effective_at(&deployment.value, request.created_at).into_iter().cloned());
    }
    Ok(all)
}

fn recipient(address: &Address) -> Recipient {
    let (channel, address) = address.by_channel();
    Recipient::listed(channel, address.to_owned())
}

/// Whether a delivery goes to an address of one of these.
fn is_among(delivery: &Delivery, administrators: &[Administrator], listed: &[Recipient]) -> bool {
    let key = text::address_key(&delivery.address);
    let is_it = |each: &Recipient| each.is(delivery.channel, &key);
    listed.iter().any(is_it)
        || administrators.iter().flat_map(recipient::all_ways_to).any(|each| is_it(&each))
}

/// Whether two requests have the same recipients, but for those who have taken one and those to whom one is escalated: they are of
/// one kind, group and policy.
pub fn have_same_recipients(one: &Request, other: &Request) -> bool {
    one.kind() == other.kind()
        && one.group_id == other.group_id
        && one.policy_id == other.policy_id
        && one.unknown_policy == other.unknown_policy
}

/// Whether the computer was unconfirmed when it asked, and still is.
pub async fn is_still_unconfirmed(journal: &Journal, request: &Request) -> Result<bool, StoreError> {
    if !request.unconfirmed {
        return Ok(false);
    }
    let computer = journal.load::<Computer>(&request.computer_id).await?;
    Ok(computer.is_none_or(|computer| computer.value.unconfirmed))
}
