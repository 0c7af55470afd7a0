//! The operations of `report-requests` over the in-memory store.

mod counts;
mod examples;
mod export;
mod export_filters;
mod reports;
mod story;
mod unseen;
