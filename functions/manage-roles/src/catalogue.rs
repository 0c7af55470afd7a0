//! The catalogue of permissions, for clients that let people choose from it.
use countersign_http::{AsAdministrator, Page};
use countersign_model::catalogue::{self, Entry, Gives, Origin, Reach};
use countersign_model::{Action, DecisionScope, Permission, RequestKind};
use serde::Serialize;
use utoipa::ToSchema;

/// A permission and what it means.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionView {
    /// The id of the permission.
    #[schema(example = "approve-for-group")]
    id: Permission,
    /// The title, as in the source document.
    title: &'static str,
    /// The heading under which the source document lists it.
    category: &'static str,
    /// What the permission means, in one sentence.
    meaning: &'static str,
    /// Who decided the meaning. With `seed` it is from the source document; with `decided` the document only names
    /// the permission.
    source: Origin,
    /// Where it counts, relative to the organization where it is set: `here-and-below`, `below` or `here`.
    reach: Reach,
    /// For a form of Super Admin, the permissions it includes; for any other permission, only itself.
    includes: Vec<Permission>,
    /// The actions that it gives by itself.
    actions: Vec<Action>,
    /// The actions that it gives together with another permission.
    combinations: Vec<CombinationView>,
}

/// Actions that a permission gives only together with another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct CombinationView {
    /// The actions that the combination gives.
    actions: Vec<Action>,
    /// The other permissions: any one of these, at the same organization.
    combined_with: Vec<Permission>,
    /// The kinds of requests to which it is limited; absent: any kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    kinds: Option<Vec<RequestKind>>,
    /// The widest scope of decisions to which it is limited; absent: any scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    up_to: Option<DecisionScope>,
}

/// Lists all permissions with their meaning.
///
/// Every administrator may read this.
#[utoipa::path(get, path = "/v1/permissions", tag = "roles",
    security(("administrator" = [])), responses((status = 200, body = Page<PermissionView>)))]
pub async fn list_permissions(_: AsAdministrator) -> Page<PermissionView> {
    let items = catalogue::entries().iter().map(PermissionView::from).collect();
    Page { items, next_cursor: None }
}

impl From<&'static Entry> for PermissionView {
    fn from(entry: &'static Entry) -> Self {
        Self {
            id: entry.id,
            title: &entry.title,
            category: &entry.category,
            meaning: &entry.meaning,
            source: entry.source,
            reach: entry.reach,
            includes: catalogue::includes(entry.id).iter().collect(),
            actions: entry.actions(),
            combinations: entry.combinations().map(CombinationView::from).collect(),
        }
    }
}

impl From<&Gives> for CombinationView {
    fn from(gives: &Gives) -> Self {
        Self {
            actions: gives.actions.clone(),
            combined_with: gives.combined_with.clone().unwrap_or_default(),
            kinds: gives.kinds.clone(),
            up_to: gives.up_to,
        }
    }
}
