//! `sign-in`: setting up a deployment, sessions, device codes, one's own account, one-time codes, API tokens, accepting an invitation, a
//! forgotten password.

mod account;
mod api_tokens;
mod attempts;
mod begin;
mod capacity;
mod codes;
mod device_decision;
mod device_login;
mod email;
mod forgotten;
mod invitation;
mod notifications;
mod own;
mod own_account;
mod password;
mod proof;
mod refusal;
mod reset;
mod session;
mod sessions;
mod setup;
mod step_up;
mod totp;
mod wire;

countersign_http::operations![
    setup::set_up,
    session::sign_in,
    session::who_am_i,
    session::show_own_logo,
    session::sign_out,
    own_account::change_own_name,
    own_account::change_own_password,
    notifications::show_own_notifications,
    notifications::set_own_notifications,
    sessions::list_sessions,
    sessions::end_session,
    sessions::end_other_sessions,
    totp::show_totp,
    totp::begin_totp,
    totp::confirm_totp,
    totp::replace_recovery_codes,
    totp::remove_totp,
    device_login::start_device_login,
    device_login::begin_device_session,
    device_decision::show_device_login,
    device_decision::decide_device_login,
    api_tokens::create_api_token,
    api_tokens::list_api_tokens,
    api_tokens::revoke_api_token,
    invitation::accept_invitation,
    forgotten::ask_password_reset,
    reset::complete_password_reset,
];

#[cfg(test)]
mod tests;
