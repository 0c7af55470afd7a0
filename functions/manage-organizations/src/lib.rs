//! `manage-organizations`: the tree of organizations and their computer groups.

mod approval_settings;
mod branding;
mod contents;
mod deletion;
mod enrollment_keys;
mod groups;
mod login_settings;
mod organizations;
mod wire;

countersign_http::operations![
    organizations::create_organization,
    organizations::list_organizations,
    organizations::open_organization,
    organizations::edit_organization,
    deletion::delete_organization,
    branding::open_branding,
    branding::replace_branding,
    branding::show_logo,
    branding::replace_logo,
    branding::remove_logo,
    approval_settings::open_approval_settings,
    approval_settings::replace_approval_settings,
    login_settings::open_login_settings,
    login_settings::replace_login_settings,
    groups::create_group,
    groups::list_groups,
    groups::open_group,
    groups::edit_group,
    groups::delete_group,
    groups::set_agent_version,
    groups::set_update_channel,
    enrollment_keys::create_enrollment_key,
    enrollment_keys::list_enrollment_keys,
    enrollment_keys::revoke_enrollment_key,
];

#[cfg(test)]
mod tests;
