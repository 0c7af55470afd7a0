//! `edit-admin-permissions`: inviting administrators, editing and deleting them, their permissions and their roles.

mod account;
mod effective;
mod effects;
mod error;
mod invite;
mod last;
mod last_sign_ins;
mod list;
mod permissions;
mod preview;
mod roles;
mod save;
mod target;
mod totp;
mod wire;

countersign_http::operations![
    invite::invite_administrator,
    invite::resend_invitation,
    invite::withdraw_invitation,
    list::list_administrators,
    list::open_administrator,
    effective::effective_permissions,
    account::edit_administrator,
    account::disable_administrator,
    account::reset_password,
    totp::remove_administrator_totp,
    account::delete_administrator,
    permissions::set_permissions,
    roles::set_roles,
    effects::preview_administrator_effects,
];

#[cfg(test)]
mod tests;
