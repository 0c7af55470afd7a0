//! The policies of a group that was deleted are deleted with it: nobody could deploy them, and their names stayed taken.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use countersign_journal::readable::{load_readable, unless_damaged};
use countersign_journal::{Change, Event, Journal};
use countersign_kv::under_way::at_most;
use countersign_model::act::PolicyDeleted;
use countersign_model::{
    Act, Group, GroupId, OrganizationId, Origin, Permit, Policy, PolicyId, ProcessorOnly, Who, lists,
};
use countersign_store::{StoreError, UpdateError};
use futures::FutureExt;

/// Policies that are read at once.
const PAGE: usize = 100;
/// Policies that are deleted concurrently.
const AT_ONCE: usize = 8;
/// After this many deleted policies the rest is left to the next turn, so that a turn ends while its lease holds.
const MOST: usize = if cfg!(test) { 2 } else { 200 };

/// Deletes policies.
pub struct Policies {
    journal: Journal,
    /// The groups that have no policies any more.
    done: Mutex<BTreeSet<GroupId>>,
}

/// Whether policies may be deleted by an event.
pub fn may_end(event: &Event) -> bool {
    deleted_group(event).is_some() || matches!(event.act, Act::PolicyCreated(_))
}

/// The group that was deleted. The deletion of a policy in the midst of others continues with the rest.
fn deleted_group(event: &Event) -> Option<&GroupId> {
    if let Act::GroupDeleted(deleted) = &event.act {
        return Some(&deleted.group_id);
    }
    let Act::PolicyDeleted(deleted) = &event.act else { return None };
    (event.who == Who::System).then_some(&deleted.before.group_id)
}

impl Policies {
    pub(super) fn new(journal: &Journal) -> Self {
        Self { journal: journal.without_waking(), done: Mutex::default() }
    }

    /// Deletes what is deleted by an event, each as an event of its own. Running twice does no harm.
    pub(super) async fn follow(&self, event: &Event) -> Result<(), StoreError> {
        if let Some(group) = deleted_group(event) {
            return self.delete_all(&event.organization_id, group).await;
        }
        // It was on its way when its group was deleted.
        let Act::PolicyCreated(created) = &event.act else { return Ok(()) };
        let group = self.journal.load::<Group>(&created.after.group_id).await?;
        match group.is_none_or(|group| group.value.deleted) {
            true => self.delete(&created.policy_id).await,
            false => Ok(()),
        }
    }

    async fn delete_all(&self, organization: &OrganizationId, group: &GroupId) -> Result<(), StoreError> {
        if self.done.lock().unwrap_or_else(PoisonError::into_inner).contains(group) {
            return Ok(());
        }
        let permit = Permit::processor(organization, ProcessorOnly);
        let (mut deleted, mut cursor) = (0, None);
        while deleted < MOST {
            let page = self.journal.list(&permit, lists::POLICIES, cursor.as_deref(), PAGE).await?;
            let ids: Vec<&str> = page.items.iter().map(|row| row.id.as_str()).collect();
            let policies = load_readable::<Policy>(&self.journal, &ids).await?;
            let of_group = policies.iter().filter(|policy| !policy.deleted && policy.group_id == *group);
            let each: Vec<_> = of_group.map(|policy| self.delete(&policy.id).boxed()).collect();
            deleted += each.len();
            at_most(AT_ONCE, each).await.into_iter().collect::<Result<(), _>>()?;
            cursor = page.next;
            if cursor.is_none() {
                self.done.lock().unwrap_or_else(PoisonError::into_inner).insert(group.clone());
                break;
            }
        }
        Ok(())
    }

    async fn delete(&self, id: &PolicyId) -> Result<(), StoreError> {
        let at = self.journal.clock().now();
        let delete = |old: &Policy| {
            if old.deleted {
                return Err(Over);
            }
            let permit = Permit::processor(&old.organization_id, ProcessorOnly);
            let origin = Origin { who: Who::System, address: None, at };
            let change = Change::new(&permit, &origin, PolicyDeleted::of(old));
            Ok((Policy { deleted: true, ..old.clone() }, change))
        };
        let deleted = match self.journal.save_update(id, None, delete).await {
            Ok(_) | Err(UpdateError::Refused(Over)) => Ok(()),
            Err(UpdateError::Store(error)) => Err(error),
        };
        unless_damaged("a policy could not be deleted with its group", id.as_str(), deleted).map(drop)
    }
}

/// The policy is deleted already.
struct Over;
