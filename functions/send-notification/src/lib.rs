//! send-notification.
