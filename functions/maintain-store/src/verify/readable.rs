//! What is under a key, and whether it can be read as that.

use countersign_journal::{Event, Projection};
use countersign_kv::decode_counter;
use countersign_model::{
    Administrator, AdministratorState, Computer, Credentials, DecisionHeard, Delivery, DeployedPolicies,
    Deployment, FileFlag, Grant, GrantRef, Group, Integration, LoginSettings, Note, Organization,
    OrganizationId, Policy, Request, RequestStatus, RoleBook, RoleHolders, Rule, json,
};
use countersign_store::keys::{self, Holds};
use countersign_store::record::{Envelope, decode, open};
use countersign_store::{Abandoned, Claim, Entity, EventRef, Manifest, StoreEpoch};
use serde::Deserialize;

/// What was found.
pub struct Read {
    /// What it is, in words.
    pub kind: &'static str,
    /// Why it cannot be read.
    pub fault: Option<String>,
    /// The facts of a record that lists may have.
    pub facts: Option<Facts>,
}

/// The fields of any record on which it depends which lists have it.
#[derive(Deserialize)]
pub struct Facts {
    pub id: String,
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    #[serde(default)]
    pub ancestors: Vec<OrganizationId>,
    #[serde(default)]
    pub deleted: bool,
    /// Of an administrator.
    #[serde(default)]
    pub state: Option<AdministratorState>,
    /// Of a request.
    #[serde(default)]
    pub status: Option<RequestStatus>,
}

impl Facts {
    /// Whether it is an organization.
    pub fn is_organization(&self) -> bool {
        self.id.parse::<OrganizationId>().is_ok()
    }
}

/// A stored value whose form is nobody else's concern.
type Any = serde_json::Value;

/// Reads what is under a key.
pub fn read(key: &str, bytes: &[u8]) -> Read {
    let name = key.strip_prefix(keys::PREFIX).unwrap_or(key);
    let (prefix, rest) = name.split_once('/').unwrap_or((name, ""));
    if keys::holds(key) == Some(Holds::Counter) {
        // A counter from which more was taken than was added is negative.
        let is_counter = decode_counter(bytes).is_some()
            || std::str::from_utf8(bytes).is_ok_and(|text| text.parse::<i64>().is_ok());
        let fault = (!is_counter).then(|| "is no counter".to_owned());
        return Read { kind: "counters", fault, facts: None };
    }
    let (kind, fault) = match prefix {
        "r" => return record(key, rest, bytes),
        "j" => ("audit entries", fault::<Event>(key, bytes)),
        "c" => ("claims of unique names", fault::<Claim>(key, bytes)),
        "k" => ("receipts of events", fault::<Any>(key, bytes)),
        "x" => ("marks of numbers", Abandoned::said_by(bytes).is_none().then(|| "is no mark".to_owned())),
        "t" => ("sessions and API tokens", fault::<countersign_authority::Session>(key, bytes)),
        "m" => ("attachments", fault::<Manifest>(key, bytes)),
        "a" => ("chunks of attachments", None),
        "b" => ("blocks of lists", fault::<Any>(key, bytes)),
        "g" if rest.contains('/') => ("trails of requests", fault::<EventRef>(key, bytes)),
        "g" => ("logos", None),
        // Text, or bytes of their own form.
        "ap" | "d" | "ep" | "i" | "q" | "w" => ("notes of processing", None),
        _ => ("notes of processing", fault::<Any>(key, bytes)),
    };
    Read { kind, fault, facts: None }
}

fn fault<'a, T: Deserialize<'a>>(key: &str, bytes: &'a [u8]) -> Option<String> {
    decode::<T>(key, bytes).err().map(|_| "cannot be read".to_owned())
}

/// Checks a record as what its id says, and its facts.
fn record(key: &str, id: &str, bytes: &[u8]) -> Read {
    let prefix = id.split_once('_').map_or(id, |(prefix, _)| prefix);
    let (kind, readable) = match prefix {
        "org" => ("organizations", opens::<Organization>(key, bytes)),
        "grp" => ("computer groups", opens::<Group>(key, bytes)),
        "cmp" => ("computers", opens::<Computer>(key, bytes)),
        "pol" => ("policies", opens::<Policy>(key, bytes)),
        "rul" => ("rules", opens::<Rule>(key, bytes)),
        "itg" => ("integrations", opens::<Integration>(key, bytes)),
        "req" => ("requests", opens::<Request>(key, bytes)),
        "nte" => ("notes at requests", opens::<Note>(key, bytes)),
        "flg" => ("flags of files", opens::<FileFlag>(key, bytes)),
        "adm" => ("administrators", opens::<Administrator>(key, bytes)),
        "grt" => ("grants", opens::<Grant>(key, bytes)),
        "ntf" => ("deliveries", opens::<Delivery>(key, bytes)),
        "rol" => ("holders of roles", opens::<RoleHolders>(key, bytes)),
        "roles" => ("books of roles", opens::<RoleBook>(key, bytes)),
        "login" => ("login settings", opens::<LoginSettings>(key, bytes)),
        "credentials" => ("credentials", opens::<Credentials>(key, bytes)),
        "grant" => ("grants", opens::<GrantRef>(key, bytes)),
        "heard" => ("decisions that computers were told", opens::<DecisionHeard>(key, bytes)),
        "deployed" => ("deployed policies", opens::<DeployedPolicies>(key, bytes)),
        "deployment"
            if id
                .strip_prefix("deployment_")
                .is_some_and(|owner| owner.parse::<OrganizationId>().is_ok()) =>
        {
            ("deployments", opens::<Deployment>(key, bytes))
        }
        "projection" => ("projections", opens::<Projection>(key, bytes)),
        "store-epoch" => ("the store's epoch", opens::<StoreEpoch>(key, bytes)),
        _ => ("other records", decode::<Envelope>(key, bytes).is_ok()),
    };
    let fault = (!readable).then(|| "cannot be read".to_owned());
    let facts = decode::<Envelope>(key, bytes)
        .ok()
        .and_then(|envelope| json::from_slice(envelope.value.get().as_bytes()).ok());
    // Records of other kinds have ids of others.
    let facts = facts.filter(|facts: &Facts| readable && facts.id == id);
    Read { kind, fault, facts }
}

fn opens<T: Entity>(key: &str, bytes: &[u8]) -> bool {
    open::<T>(key, bytes).is_ok() && decode::<Envelope>(key, bytes).is_ok()
}
