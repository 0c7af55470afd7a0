//! `manage-integrations`: the named targets of an organization in chats and other programs. Addresses are tried and put right, and people try their
//! own browsers.

mod bounce;
mod change;
mod read;
mod target;
mod try_out;
mod wire;

countersign_http::operations![
    change::create_integration,
    read::list_integrations,
    change::replace_integration,
    change::delete_integration,
    try_out::test_integration,
    try_out::test_address,
    try_out::test_own_browsers,
    bounce::clear_bounce,
];

#[cfg(test)]
mod tests;
