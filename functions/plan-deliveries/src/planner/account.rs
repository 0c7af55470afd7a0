//! What happened to an administrator's own account: a sign-in from a new place, another password, other rights. It goes by email.

use std::net::IpAddr;

use countersign_authority::Recipient;
use countersign_journal::readable::{load_one_readable, load_readable};
use countersign_journal::{Event, PermissionEdits};
use countersign_model::act::{AdministratorRecovered, RoleEdited};
use countersign_model::{Act, Administrator, AdministratorId, Notice, RoleHolders, RoleId, Who};
use countersign_store::StoreError;

use super::Planner;
use super::tell::delivery;

impl Planner {
    /// Tells administrators of an event that changed what is theirs.
    pub(super) async fn tell_of_account(&mut self, event: &Event) -> Result<(), StoreError> {
        if let Act::SessionStarted(started) = &event.act
            && started.from_new_place
        {
            let administrator_id = started.administrator_id.clone();
            let notice =
                Notice::SignedInElsewhere { administrator_id, address: address(event), at: event.at };
            return self.tell_active(event, &notice, &started.administrator_id).await;
        }
        if let Act::PasswordChanged(changed) = &event.act {
            let administrator_id = changed.administrator_id.clone();
            let notice = Notice::PasswordChanged { administrator_id, address: address(event), at: event.at };
            return self.tell_active(event, &notice, &changed.administrator_id).await;
        }
        if let Act::PermissionsChanged(changed) = &event.act {
            return self.tell_of_rights(event, &changed.administrator_id).await;
        }
        if let Act::RolesChanged(changed) = &event.act {
            return self.tell_of_rights(event, &changed.administrator_id).await;
        }
        if let Act::AdministratorRecovered(recovered) = &event.act {
            return self.tell_of_recovery(event, recovered).await;
        }
        let role = if let Act::RoleEdited(edited) = &event.act {
            Some(&edited.role_id).filter(|_| gives_something_else(edited))
        } else if let Act::RoleDeleted(deleted) = &event.act {
            Some(&deleted.role_id).filter(|_| !deleted.before.permissions.is_empty())
        } else {
            None
        };
        if let Some(role) = role {
            for holder in self.holders(role).await? {
                self.tell_of_rights(event, &holder).await?;
            }
        }
        Ok(())
    }

    async fn tell_of_rights(&mut self, event: &Event, id: &AdministratorId) -> Result<(), StoreError> {
        let by = match &event.who {
            Who::Administrator { id: by, .. } if by == id => return Ok(()),
            Who::Administrator { name, .. } => Some(name.clone()),
            Who::Computer { .. } | Who::SetUp | Who::Operator | Who::Anonymous | Who::System => None,
        };
        let notice = Notice::RightsChanged { administrator_id: id.clone(), by, at: event.at };
        self.tell_active(event, &notice, id).await
    }

    /// Tells the Super Admins of the root, the recovered one among them.
    async fn tell_of_recovery(
        &mut self,
        event: &Event,
        recovered: &AdministratorRecovered,
    ) -> Result<(), StoreError> {
        let Some(edits) = self.journal.load::<PermissionEdits>(&()).await? else { return Ok(()) };
        let notice = Notice::AccountRecovered {
            administrator_id: recovered.administrator_id.clone(),
            whose: recovered.name.clone(),
            at: event.at,
        };
        for id in edits.value.super_admins() {
            self.tell_active(event, &notice, id).await?;
        }
        Ok(())
    }

    /// Those who hold a role now, or held it until it was deleted: their own records still name it.
    async fn holders(&self, role: &RoleId) -> Result<Vec<AdministratorId>, StoreError> {
        let Some(listed) = self.journal.load::<RoleHolders>(role).await? else { return Ok(Vec::new()) };
        let ids: Vec<&str> =
            listed.value.holders.iter().map(|holder| holder.administrator_id.as_str()).collect();
        let people = load_readable::<Administrator>(&self.journal, &ids).await?;
        let holds = |person: &Administrator| person.assignments.iter().any(|held| held.role_id == *role);
        Ok(people.into_iter().filter(holds).map(|person| person.id).collect())
    }

    async fn tell_active(
        &mut self,
        event: &Event,
        notice: &Notice,
        id: &AdministratorId,
    ) -> Result<(), StoreError> {
        let now = self.journal.clock().now();
        let found = load_one_readable::<Administrator>(&self.journal, id.as_str()).await?;
        match found.filter(Administrator::is_active) {
            Some(person) => {
                self.deliver(event, &delivery(event, notice, event.at, Recipient::of(&person), now))
            }
            None => Ok(()),
        }
    }
}

/// Where the caller was.
fn address(event: &Event) -> Option<IpAddr> {
    event.address.as_ref().and_then(|address| address.parse().ok())
}

fn gives_something_else(edited: &RoleEdited) -> bool {
    edited.before.permissions != edited.after.permissions
}
