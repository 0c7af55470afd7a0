//! `manage-organizations`: the tree of organizations, their computer groups and policies, and deployment.

mod approval_settings;
mod deploy;
mod enrollment_keys;
mod groups;
mod login_settings;
mod names;
mod organizations;
mod policies;
mod room;
mod wire;

countersign_http::operations![
    organizations::create_organization,
    organizations::list_organizations,
    organizations::open_organization,
    organizations::edit_organization,
    organizations::delete_organization,
    approval_settings::open_approval_settings,
    approval_settings::replace_approval_settings,
    login_settings::open_login_settings,
    login_settings::replace_login_settings,
    groups::create_group,
    groups::list_groups,
    groups::open_group,
    groups::edit_group,
    groups::delete_group,
    enrollment_keys::create_enrollment_key,
    enrollment_keys::list_enrollment_keys,
    enrollment_keys::revoke_enrollment_key,
    policies::create_policy,
    policies::list_policies,
    policies::open_policy,
    policies::edit_policy,
    policies::delete_policy,
    policies::order_policies,
    deploy::deploy_policies,
];

#[cfg(test)]
mod tests;
