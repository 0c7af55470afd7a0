//! `take-callbacks`: what the providers of messages report afterwards: that a message was delivered, or that it bounced.

mod amazon;
mod callback;
mod provider;

countersign_http::operations![callback::take_callback];

#[cfg(test)]
mod tests;
