//! `sign-in`: the set-up of a deployment, sessions, accepting an invitation, completing a password reset.

mod begin;
mod email;
mod invitation;
mod password;
mod reset;
mod session;
mod setup;
mod wire;

countersign_http::operations![
    setup::set_up,
    session::sign_in,
    session::who_am_i,
    session::sign_out,
    invitation::accept_invitation,
    reset::complete_password_reset,
];

#[cfg(test)]
mod tests;
