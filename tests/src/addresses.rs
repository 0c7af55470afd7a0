//! Every address of the console.

use std::collections::BTreeSet;

use crate::root;

/// The routes of the console's `routes.js`.
pub fn routes() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("functions/console/static/routes.js")).expect("routes.js");
    let routes = text.split("{ path: \"").skip(1);
    routes.map(|rest| rest.split_once('"').expect("the end of a path").0.to_owned()).collect()
}

/// A page.
pub struct Address {
    /// Its route, as in the console's `routes.js`.
    pub route: &'static str,
    /// Where it is in a [`Company`](crate::Company), with placeholders for ids.
    pub path: &'static str,
    /// What it reads first and cannot do without, as the beginning of a path of the API; empty if anybody may open it.
    pub reads: &'static str,
}

const fn at(route: &'static str, path: &'static str, reads: &'static str) -> Address {
    Address { route, path, reads }
}

/// All pages for somebody who is signed in, with their tabs.
pub const ADDRESSES: &[Address] = &[
    at("/", "/", "/v1/requests?"),
    at("/one-time-codes", "/one-time-codes", ""),
    at("/device", "/device", ""),
    at("/me", "/me", ""),
    at("/me/:tab", "/me/sign-in", ""),
    at("/me/:tab", "/me/tokens", ""),
    at("/me/:tab", "/me/notifications", ""),
    at("/more", "/more", ""),
    at("/requests", "/requests", "/v1/requests?"),
    at("/requests", "/requests?status=decided", "/v1/requests?"),
    at("/requests/:id", "/requests/{request_id}", "/v1/requests/"),
    at("/organizations", "/organizations", "/v1/organizations/"),
    at("/organizations/:id", "/organizations/{organization_id}", "/v1/organizations/"),
    at("/organizations/:id", "/organizations/{organization_id}?group={group_id}", "/v1/organizations/"),
    at("/organizations/:id", "/organizations/{organization_id}?tab=settings", "/v1/organizations/"),
    at("/organizations/:id", "/organizations/{organization_id}?tab=branding", "/v1/organizations/"),
    at("/organizations/:id", "/organizations/{organization_id}?tab=notifications", "/v1/organizations/"),
    at("/computers", "/computers?organization={organization_id}", "/v1/organizations/"),
    at("/computers/:id", "/computers/{computer_id}?organization={organization_id}", "/v1/organizations/"),
    at("/policies", "/policies?organization={organization_id}", "/v1/organizations/"),
    at("/policies", "/policies?organization={organization_id}&tab=tags", "/v1/organizations/"),
    at(
        "/groups/:id/policies",
        "/groups/{group_id}/policies?organization={organization_id}&policy={policy_id}",
        "/v1/organizations/",
    ),
    at(
        "/groups/:id/policies",
        "/groups/{group_id}/policies?organization={organization_id}&tab=versions",
        "/v1/organizations/",
    ),
    at("/grants", "/grants?organization={organization_id}", "/v1/grants?"),
    at("/flags", "/flags?organization={organization_id}", "/v1/flags?"),
    at("/rules", "/rules?organization={organization_id}", "/v1/rules?"),
    at("/rules/new", "/rules/new?organization={organization_id}", ""),
    at("/rules/:id", "/rules/{rule_id}", "/v1/rules/"),
    at("/rules/:id/dry-run", "/rules/{rule_id}/dry-run", "/v1/rules/"),
    at("/deliveries", "/deliveries?organization={organization_id}", "/v1/notifications"),
    at("/deliveries", "/deliveries?organization={organization_id}&tab=channels", "/v1/notifications"),
    at("/deliveries", "/deliveries?organization={organization_id}&request={request_id}", "/v1/notifications"),
    at("/integrations", "/integrations?organization={organization_id}", "/v1/organizations/"),
    at("/reports", "/reports?organization={organization_id}", "/v1/reports/"),
    at("/administrators", "/administrators?organization={organization_id}", "/v1/administrators?"),
    at("/administrators/:id", "/administrators/{administrator_id}", "/v1/administrators/"),
    at("/administrators/:id/:tab", "/administrators/{administrator_id}/profile", "/v1/administrators/"),
    at("/administrators/:id/:tab", "/administrators/{administrator_id}/permissions", "/v1/administrators/"),
    at("/administrators/:id/:tab", "/administrators/{administrator_id}/notifications", "/v1/administrators/"),
    at("/administrators/:id/:tab", "/administrators/{administrator_id}/sessions", "/v1/administrators/"),
    at("/administrators/:id/:tab", "/administrators/{administrator_id}/record", "/v1/administrators/"),
    at("/roles", "/roles?organization={organization_id}", "/v1/roles?"),
    at("/roles/:id", "/roles/{role_id}", "/v1/roles/"),
    at("/access", "/access?organization={organization_id}", ""),
    at("/audit/system", "/audit/system?organization={organization_id}", "/v1/audit/system?"),
    at("/audit/unified", "/audit/unified?organization={organization_id}", "/v1/audit/unified?"),
    at("/login-settings", "/login-settings?organization={organization_id}", "/v1/organizations/"),
    at("/first-steps", "/first-steps", ""),
];

/// The pages that are for those who are not signed in, and the one for addresses that lead nowhere.
pub const OPEN: &[&str] = &["/setup", "/invitation", "/password-reset", "/forgotten-password", "/*"];
