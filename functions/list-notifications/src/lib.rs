//! `list-notifications`: the notification log, and sending again what is in it. It is a component of its own because `send-notification`
//! has the keys of providers, which nothing here needs.

mod about;
mod bounce;
mod log;
mod resend_failed;
mod wire;

countersign_http::operations![
    log::list_notifications,
    log::resend_notification,
    resend_failed::resend_failed,
];

#[cfg(test)]
mod tests;
