//! How far down an audit can be read: access to an entry from below is decided where it happened.

use std::collections::BTreeSet;

use async_trait::async_trait;
use countersign_http::testing::{Person, Scene};
use countersign_journal::{Consequences, Effects, Event, IndexEntry};
use countersign_model::{Organization, OrganizationId, Permission};
use countersign_store::StoreError;

/// Effects that only pass events on.
struct PassingOn;

#[async_trait]
impl Effects for PassingOn {
    async fn belongs(&self, _: &OrganizationId, _: &IndexEntry) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn event(&self, _: &Event) -> Result<Consequences, StoreError> {
        Ok(Consequences::default())
    }
}

/// The root, Company B below it and Company D below that, with something in both audits of each.
struct Story {
    scene: Scene,
    below: Organization,
}

impl Story {
    fn new() -> Self {
        let scene = Scene::of(crate::router);
        let below = scene.world.organization(&scene.child, "Company D");
        Self { scene, below }
    }

    async fn begin(&self) {
        for at in [&self.below, &self.scene.child, &self.scene.world.root] {
            let group = self.scene.world.group(at, "Workstations");
            self.scene.world.computer(&group);
        }
        for at in [&self.below, &self.scene.child, &self.scene.world.root] {
            self.scene.world.journal.process(&at.id, &PassingOn).await.unwrap();
        }
    }

    /// The organizations of the entries that an audit shows, read page by page; the status if it is refused.
    async fn shown(&self, token: &str, audit: &str, at: &Organization) -> Result<BTreeSet<String>, u16> {
        let (mut shown, mut cursor) = (BTreeSet::new(), String::new());
        loop {
            let path = format!("/v1/audit/{audit}?organization_id={}&limit=2{cursor}", at.id);
            let page = self.scene.app.get(&path).bearer(token).send().await;
            if page.status != 200 {
                return Err(page.status);
            }
            let page = page.json();
            let items = page["items"].as_array().unwrap();
            shown.extend(items.iter().map(|item| item["organization_id"].as_str().unwrap().to_owned()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(shown),
            }
        }
    }

    fn ids(&self, of: &[&Organization]) -> Result<BTreeSet<String>, u16> {
        Ok(of.iter().map(|organization| organization.id.to_string()).collect())
    }

    fn somebody(&self, at: &Organization, permissions: &[Permission]) -> Person {
        self.scene.somebody(at, permissions)
    }
}

const AUDITS: [&str; 2] = ["system", "unified"];

#[tokio::test]
async fn super_admin_parent_only_reads_nothing_of_what_happened_below() {
    let story = Story::new();
    let (root, child) = (story.scene.world.root.clone(), story.scene.child.clone());
    let parent_only = story.somebody(&root, &[Permission::SuperAdminParentOnly]);
    let everything = story.somebody(&root, &[Permission::SuperAdmin]);
    story.begin().await;
    let token = story.scene.api_token(&parent_only, &[Permission::SuperAdminParentOnly]).await;
    for audit in AUDITS {
        let whole = story.ids(&[&root, &child, &story.below]);
        assert_eq!(story.shown(&everything.token, audit, &root).await, whole, "{audit}");
        for asker in [&parent_only.token, &token] {
            assert_eq!(story.shown(asker, audit, &root).await, story.ids(&[&root]), "{audit}");
            assert_eq!(story.shown(asker, audit, &child).await, Err(404), "{audit}");
        }
    }
}

#[tokio::test]
async fn what_is_held_further_down_counts_there() {
    let story = Story::new();
    let (root, child) = (story.scene.world.root.clone(), story.scene.child.clone());
    let auditor = story.scene.world.role(&root, "Auditor", [Permission::ViewSystemAudit]);
    let assignment = story.scene.world.assignment(&root, &auditor, Some(&story.below));
    let parent_only = story.scene.world.administrator_with(&root, |new| {
        new.with_permissions([Permission::SuperAdminParentOnly]).with_assignments([assignment])
    });
    story.begin().await;
    let token = &parent_only.token;
    assert_eq!(story.shown(token, "system", &root).await, story.ids(&[&root, &story.below]));
    assert_eq!(story.shown(token, "unified", &root).await, story.ids(&[&root]));
    assert_eq!(story.shown(token, "system", &child).await, Err(404));
}

#[tokio::test]
async fn super_admin_child_reads_the_unified_audit_below_only_and_no_system_audit() {
    let story = Story::new();
    let (root, child) = (story.scene.world.root.clone(), story.scene.child.clone());
    let below_only = story.somebody(&root, &[Permission::SuperAdminChild]);
    let of_child = story.somebody(&child, &[Permission::SuperAdminChild]);
    story.begin().await;
    for at in [&root, &child, &story.below] {
        assert_eq!(story.shown(&below_only.token, "system", at).await, Err(403));
    }
    let unified = async |asker: &Person, at| story.shown(&asker.token, "unified", at).await;
    assert_eq!(unified(&below_only, &root).await, Err(403));
    assert_eq!(unified(&below_only, &child).await, story.ids(&[&child, &story.below]));
    assert_eq!(unified(&of_child, &child).await, Err(403));
    assert_eq!(unified(&of_child, &story.below).await, story.ids(&[&story.below]));
    assert_eq!(unified(&of_child, &root).await, Err(404));
}

#[tokio::test]
async fn what_happened_in_an_organization_deleted_since_is_still_read_from_above() {
    let story = Story::new();
    let (root, child) = (story.scene.world.root.clone(), story.scene.child.clone());
    let everything = story.somebody(&root, &[Permission::SuperAdmin]);
    story.begin().await;
    let journal = &story.scene.world.journal;
    let gone = |old: &Organization| Ok::<_, std::convert::Infallible>(old.deleted());
    journal.update(&story.below.id, gone).await.unwrap();
    let whole = story.ids(&[&root, &child, &story.below]);
    assert_eq!(story.shown(&everything.token, "system", &root).await, whole);
}
