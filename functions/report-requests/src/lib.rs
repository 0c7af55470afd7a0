//! `report-requests`: what there is and was of requests. Pending ones are counted, reports say what happened on each day, and
//! requests with their decisions are exported. Computers that have not been seen for some time are reported, too.

mod counts;
mod examples;
mod export;
mod reach;
mod reports;
mod table;
#[cfg(test)]
mod tests;
mod tops;
mod unseen;
mod wire;

countersign_http::operations![
    counts::count_requests,
    export::export_requests,
    reports::report_requests,
    unseen::report_computers,
];
