//! `take-callbacks`: what the providers of messages report afterwards, such as that a message bounced.

mod amazon;
mod callback;
mod provider;

countersign_http::operations![callback::take_callback];

#[cfg(test)]
mod tests;
