//! `manage-rules`: the rules by which an organization's requests are decided without asking anybody, and a preview of who is told of
//! those that nobody decides.

mod change;
mod dry_run;
mod escalation;
mod read;
mod wire;

countersign_http::operations![
    change::create_rule,
    change::replace_rule,
    change::delete_rule,
    read::list_rules,
    read::open_rule,
    dry_run::try_rule,
    escalation::preview_escalation,
];

#[cfg(test)]
mod tests;
