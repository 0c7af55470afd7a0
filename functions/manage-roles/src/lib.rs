//! `manage-roles`: an organization's custom roles, and the catalogue of permissions.

mod catalogue;
mod change;
mod error;
mod found;
mod holders;
mod impact;
mod people;
mod read;
mod wire;

countersign_http::operations![
    change::create_role,
    change::edit_role,
    change::delete_role,
    read::list_roles,
    read::open_role,
    holders::list_role_holders,
    catalogue::list_permissions,
];

#[cfg(test)]
mod tests;
