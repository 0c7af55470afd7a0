//! `manage-grants`: the grants in force, which are listed, shortened, prolonged, revoked and used.

mod change;
mod first_use;
mod list;
#[cfg(test)]
mod tests;
mod wire;

countersign_http::operations![
    list::list_grants,
    change::edit_grant,
    change::revoke_grant,
    first_use::use_grant
];
