//! `manage-organizations`: the tree of organizations, their computer groups and computers.

mod branding;
mod computers;
mod confirm;
mod contents;
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
    organizations::delete_organization,
    branding::open_branding,
    branding::replace_branding,
    branding::show_logo,
    branding::replace_logo,
    branding::remove_logo,
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
    computers::list_computers,
    computers::open_computer,
    computers::edit_computer,
    computers::delete_computer,
    computers::set_maintenance_mode,
    confirm::confirm_computer,
];

#[cfg(test)]
mod tests;
