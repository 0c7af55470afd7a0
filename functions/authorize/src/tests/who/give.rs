//! Asking who may give a permission.

use Permission::{
    ApproveForGroup, ChangePermission, EditComputers, HelpDeskManagement, SuperAdmin, SuperAdminChild,
    SuperAdminParentOnly, ViewAdministrators, ViewApprovals, ViewReports, ViewSystemAudit,
};
use countersign_authority::Standing;
use countersign_authority::rights::actor_of;
use countersign_model::{Action, Permission, Resource, may_change};

use super::*;

/// What somebody needs who gives permissions, besides those.
const GIVER: [Permission; 2] = [ChangePermission, ViewAdministrators];

/// Those who might give something at Company B, each with a reason why they may or may not.
struct Givers {
    story: Story,
    boss: Person,
    sibling: Organization,
    /// Of Company B: holds View Approvals and may give it.
    petra: Person,
    /// Of Company B: may change permissions and holds no other.
    editor: Person,
    /// Of Company B: holds View Approvals and may not change permissions.
    holder: Person,
    /// Of the root: full control below it alone.
    above: Person,
    /// Of Company C: holds View Approvals and may give it there, and by a role may change permissions at Company B.
    visitor: Person,
}

impl Givers {
    async fn new() -> Self {
        let story = Story::new();
        let (root, child) = (story.world.root.clone(), story.child.clone());
        let world = &story.world;
        let sibling = world.organization(&root, "Company C");
        let giving = [&GIVER[..], &[ViewApprovals]].concat();
        let boss = world.administrator(&root, [SuperAdmin]);
        let above = world.administrator(&root, [SuperAdminChild]);
        let petra = world.administrator(&child, giving.clone());
        let editor = world.administrator(&child, GIVER);
        let holder = world.administrator(&child, [ViewApprovals, ViewAdministrators]);
        world.administrator(&child, [SuperAdminParentOnly]);
        world.administrator(&sibling, giving.clone());
        for state in [AdministratorState::Disabled, AdministratorState::Invited] {
            let with = giving.clone();
            world.administrator_with(&child, |new| Administrator { state, ..new.with_permissions(with) });
        }
        let changes = world.role(&root, "Changes", GIVER);
        let visitor = story.holder(&sibling, &[(&root, &changes, &child)]).await;
        Self { sibling, boss, petra, editor, holder, above, visitor, story }
    }

    /// Who may give a permission to somebody of Company B who holds nothing, as the boss is told.
    async fn of(&self, permission: Permission) -> BTreeSet<String> {
        self.listed(&here(&self.story, permission)).await
    }

    /// Who may give a permission to this administrator.
    async fn to(&self, whom: &Person, permission: Permission) -> BTreeSet<String> {
        self.listed(&format!("give={permission}&administrator_id={}", id(whom))).await
    }

    async fn listed(&self, query: &str) -> BTreeSet<String> {
        let (items, _) = everybody(&self.story, &self.boss, query, 50).await;
        ids(&items).into_iter().map(str::to_owned).collect()
    }
}

fn here(story: &Story, permission: Permission) -> String {
    format!("give={permission}&organization_id={}", story.child.id)
}

fn these(people: &[&Person]) -> BTreeSet<String> {
    people.iter().map(|person| id(person).to_owned()).collect()
}

#[tokio::test]
async fn a_permission_is_given_by_who_holds_it_and_may_change_permissions_and_is_active() {
    let all = Givers::new().await;
    assert_eq!(all.of(ViewApprovals).await, these(&[&all.boss, &all.above, &all.petra]));
    assert_eq!(all.of(ViewReports).await, these(&[&all.boss, &all.above]));
    let everybody = [&all.boss, &all.above, &all.petra, &all.editor, &all.visitor];
    assert_eq!(all.of(ViewAdministrators).await, these(&everybody), "who holds it by a role, too");
}

#[tokio::test]
async fn what_only_a_super_admin_gives_or_the_root_has_is_given_by_nobody_else() {
    let all = Givers::new().await;
    for reserved in [SuperAdmin, SuperAdminChild, SuperAdminParentOnly, ViewSystemAudit] {
        assert_eq!(all.of(reserved).await, these(&[&all.boss]), "{reserved}");
    }
    assert_eq!(all.of(HelpDeskManagement).await, BTreeSet::new(), "below the root");
    let root = &all.story.world.root.id;
    let at_root = all.listed(&format!("give={HelpDeskManagement}&organization_id={root}")).await;
    assert_eq!(at_root, these(&[&all.boss]));
}

#[tokio::test]
async fn nobody_gives_to_themselves() {
    let all = Givers::new().await;
    assert_eq!(all.to(&all.holder, ViewReports).await, these(&[&all.boss, &all.above]));
    assert_eq!(all.to(&all.petra, ViewApprovals).await, these(&[&all.boss, &all.above]), "held already");
    assert_eq!(all.to(&all.boss, ViewReports).await, BTreeSet::new());
}

#[tokio::test]
async fn what_a_permission_completes_must_be_allowed_to_its_giver_too() {
    let all = Givers::new().await;
    let world = &all.story.world;
    // Both permissions together allow setting maintenance mode.
    let half = world.administrator(&all.story.child, [&GIVER[..], &[ApproveForGroup]].concat());
    let whole = [&GIVER[..], &[ApproveForGroup, EditComputers]].concat();
    let whole = world.administrator(&all.story.child, whole);
    let whom = world.administrator(&all.story.child, [EditComputers]);
    let holders = these(&[&all.boss, &all.above, &half, &whole]);
    assert_eq!(all.of(ApproveForGroup).await, holders, "to somebody who holds nothing");
    assert_eq!(all.to(&whom, ApproveForGroup).await, these(&[&all.boss, &all.above, &whole]));

    // The same if they hold it below, where the giver has it by a role of that organization.
    let below = world.organization(&all.story.child, "Branch D");
    let role = world.role(&below, "Computers", [EditComputers]);
    let theirs = world.assignment(&below, &role, Some(&below));
    let by_role = |permissions: &[Permission]| {
        let (permissions, theirs) = (permissions.to_vec(), theirs.clone());
        world.administrator_with(&all.story.child, |new| {
            new.with_permissions(permissions).with_assignments([theirs])
        })
    };
    let whom = by_role(&[]);
    let able = by_role(&[&GIVER[..], &[ApproveForGroup]].concat());
    assert_eq!(all.to(&whom, ApproveForGroup).await, these(&[&all.boss, &all.above, &whole, &able]));
}

#[tokio::test]
async fn whoever_is_listed_is_who_the_rule_of_giving_allows() {
    let all = Givers::new().await;
    let (journal, child) = (&all.story.world.journal, &all.story.child);
    let at = Resource::at(child);
    let action = Action::AdministratorsChangePermissions;
    let whom = &all.holder.record;
    let standing = Standing::load(journal, whom, [], []).await.unwrap();
    let people = [&all.boss, &all.above, &all.petra, &all.editor, &all.holder, &all.visitor];
    for permission in Permission::ALL.iter().copied().filter(|each| !whom.permissions.contains(each)) {
        let more = whom.with_permissions(whom.permissions.iter().copied().chain([permission]));
        let (before, after) = (standing.once_active(whom), standing.once_active(&more));
        let mut allowed = BTreeSet::new();
        for person in people {
            let actor = actor_of(journal, &person.record).await.unwrap();
            let judged = may_change(&actor, action, &at, &before, &after, &standing.places());
            if judged.is_ok() {
                allowed.insert(id(person).to_owned());
            }
        }
        assert_eq!(all.to(&all.holder, permission).await, allowed, "{permission}");
    }
}

#[tokio::test]
async fn who_gives_is_shown_with_the_grants_of_both_the_act_and_the_permission() {
    let all = Givers::new().await;
    let (items, _) = everybody(&all.story, &all.boss, &here(&all.story, ViewApprovals), 50).await;
    let petra = items.iter().find(|item| item["administrator"]["id"] == id(&all.petra)).unwrap();
    let grounds: BTreeSet<_> =
        petra["because"].as_array().unwrap().iter().map(|ground| ground["permission"].to_string()).collect();
    let expected = ["change-permission", "view-administrators", "view-approvals"];
    assert_eq!(grounds, BTreeSet::from(expected.map(|each| format!("\"{each}\""))));
    let alone = everybody(&all.story, &all.boss, &here(&all.story, ViewApprovals), 1).await;
    assert_eq!(alone.0, items, "the same in pages of one");
    assert!(alone.1 > 1);
}

#[tokio::test]
async fn givers_out_of_sight_are_shown_as_the_managing_organization() {
    let all = Givers::new().await;
    let query = here(&all.story, ViewApprovals);
    let (items, _) = everybody(&all.story, &all.editor, &query, 50).await;
    assert_eq!(ids(&items), [id(&all.petra), "?", "?"]);
    let text = all.story.who(&all.editor, &query).await.text();
    for hidden in [&all.boss, &all.above] {
        for told in [id(hidden), hidden.record.name.as_str(), hidden.record.email.as_str()] {
            assert!(!text.contains(told), "{told}: {text}");
        }
    }
    assert!(!text.contains(all.story.world.root.id.as_str()), "{text}");
}

#[tokio::test]
async fn asking_who_gives_needs_the_right_to_view_administrators_there() {
    let all = Givers::new().await;
    let story = &all.story;
    let clerk = story.world.administrator(&story.child, [ApproveForGroup]);
    let stranger = story.world.administrator(&all.sibling, [SuperAdmin]);
    let gone = story
        .world
        .administrator_with(&story.child, |new| Administrator { state: AdministratorState::Deleted, ..new });
    story.world.memory.reset_counts();
    let to = |whom: &str| format!("give={ViewApprovals}&administrator_id={whom}");
    for query in [here(story, ViewApprovals), to(id(&all.petra)), to(id(&clerk))] {
        let refused = story.who(&clerk, &query).await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "not-permitted"), "{query}");
        assert!(!refused.text().contains(id(&all.petra)), "{}", refused.text());
        let hidden = story.who(&stranger, &query).await;
        assert_eq!((hidden.status, hidden.code().as_str()), (404, "not-found"), "{query}");
    }
    for whom in [id(&gone), "adm_01J00000000000000000000000"] {
        let unknown = story.who(&all.boss, &to(whom)).await;
        assert_eq!((unknown.status, unknown.code().as_str()), (404, "not-found"), "{whom}");
    }
    let nobody = story.app.get(&format!("/v1/authorize/who?{}", to(id(&all.petra)))).send().await;
    assert_eq!(nobody.status, 401);
    story.nothing_happened();
}
