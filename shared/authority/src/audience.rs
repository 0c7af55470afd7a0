//! The recipients of a request: subscribers who may open it at this moment, and the deployed policy's addresses; each
//! address once.

mod beyond;

use std::collections::{BTreeMap, BTreeSet};

use countersign_journal::Journal;
use countersign_journal::readable::{load_readable, unless_damaged};
use countersign_model::{
    Action, Address, Administrator, AdministratorId, ApprovalSettings, Channel, Computer, DeployedPolicies,
    Deployment, EmailAddress, LastDeployment, List, OrganizationId, Permit, ProcessorOnly, PushSubscription,
    Reading, Request, decide, text,
};
use countersign_store::{DeployedPoliciesId, StoreError};
use futures::future::{try_join, try_join_all};
use futures::lock::Mutex;
use jiff::{SignedDuration, Timestamp};

pub use self::beyond::{able_to_decide, escalated_to};
use crate::rights::actor_of;

/// Somebody's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// How messages reach it.
    pub channel: Channel,
    /// An email address, a phone number, the address of an integration, or `push:` and an administrator's id.
    pub address: String,
    /// The organization of the administrator whose address it is. Who may not see that organization is not shown the address.
    pub organization_id: Option<OrganizationId>,
    /// How they read messages, if that is known.
    pub reading: Reading,
    /// The administrator whose address it is.
    pub administrator_id: Option<AdministratorId>,
    /// Whether they want to hear by it who handled a request.
    pub wants_handled: bool,
}

impl Recipient {
    /// An email address.
    pub fn email(address: &EmailAddress) -> Self {
        Self::listed(Channel::Email, address.to_string())
    }

    /// The email address of an administrator.
    pub fn of(administrator: &Administrator) -> Self {
        Self::of_administrator(administrator, Channel::Email, administrator.email.to_string())
    }

    /// An address that is known as such, not as somebody's.
    pub fn listed(channel: Channel, address: String) -> Self {
        Self {
            channel,
            address,
            organization_id: None,
            reading: Reading::default(),
            administrator_id: None,
            wants_handled: false,
        }
    }

    fn of_administrator(administrator: &Administrator, channel: Channel, address: String) -> Self {
        Self {
            organization_id: Some(administrator.organization_id.clone()),
            reading: administrator.reading.clone(),
            administrator_id: Some(administrator.id.clone()),
            wants_handled: administrator.hears_of_handled_by(channel),
            ..Self::listed(channel, address)
        }
    }

    /// The text by which recipients are compared.
    pub fn key(&self) -> String {
        text::address_key(&self.address)
    }
}

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

    /// All recipients of a request, each address once.
    pub async fn of(&self, request: &Request) -> Result<Vec<Recipient>, StoreError> {
        let addresses = async {
            let addresses = policy_addresses(&self.journal, request).await;
            let what = "the addresses of a policy are not notified";
            unless_damaged(what, request.id.as_str(), addresses).map(Option::unwrap_or_default)
        };
        let (administrators, addresses) = try_join(self.permitted(request), addresses).await?;
        let mut all: Vec<_> = administrators.iter().flat_map(ways_to).collect();
        let listed: Vec<_> = addresses.iter().map(recipient).collect();
        for each in &mut all {
            // Whoever may see the policy knows the address.
            if listed.iter().any(|listed| (listed.channel, listed.key()) == (each.channel, each.key())) {
                each.organization_id = None;
            }
        }
        all.extend(listed);
        let mut seen = BTreeSet::new();
        all.retain(|each| seen.insert((each.channel, each.key())));
        Ok(all)
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
            let page = self.journal.list(&permit, List::Subscribers, cursor.as_deref(), PAGE).await?;
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

/// By the chosen channels that can be used; by email if there are none, so that a subscriber always receives something.
pub fn ways_to(administrator: &Administrator) -> Vec<Recipient> {
    let wants = |channel| administrator.channels.contains(&channel);
    let phone = administrator.phone.as_ref().filter(|_| wants(Channel::Sms));
    let mut ways: Vec<_> = phone
        .map(|phone| Recipient::of_administrator(administrator, Channel::Sms, phone.to_string()))
        .into_iter()
        .collect();
    if wants(Channel::Email) || ways.is_empty() {
        ways.push(Recipient::of(administrator));
    }
    // Beside the others, never instead: a browser unsubscribes without a word.
    if wants(Channel::Push) {
        let address = PushSubscription::address(&administrator.id);
        ways.push(Recipient { channel: Channel::Push, address, ..Recipient::of(administrator) });
    }
    ways
}

fn recipient(address: &Address) -> Recipient {
    let (channel, address) = address.by_channel();
    Recipient::listed(channel, address.to_owned())
}

/// Whether the computer was unconfirmed when it asked, and still is.
pub async fn is_still_unconfirmed(journal: &Journal, request: &Request) -> Result<bool, StoreError> {
    if !request.unconfirmed {
        return Ok(false);
    }
    let computer = journal.load::<Computer>(&request.computer_id).await?;
    Ok(computer.is_none_or(|computer| computer.value.unconfirmed))
}
