//! `manage-rules`: the rules by which an organization's requests are decided without asking anybody.

mod change;
mod dry_run;
mod read;
mod wire;

countersign_http::operations![
    change::create_rule,
    change::replace_rule,
    change::delete_rule,
    read::list_rules,
    read::open_rule,
    dry_run::try_rule,
];

#[cfg(test)]
mod tests;
