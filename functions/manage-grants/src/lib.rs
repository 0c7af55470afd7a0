//! `manage-grants`: the grants in force, which are listed, shortened, prolonged and revoked.

mod change;
mod list;
#[cfg(test)]
mod tests;
mod wire;

countersign_http::operations![list::list_grants, change::edit_grant, change::revoke_grant];
