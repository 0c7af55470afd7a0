//! `read-audit`: the system audit (what administrators did) and the unified audit (what happened at endpoints).

mod examples;
mod export;
mod names;
mod read;
mod reading;
mod sight;
#[cfg(test)]
mod tests;
mod verify;
mod wire;

countersign_http::operations![
    read::read_system_audit,
    read::read_unified_audit,
    export::export_system_audit,
    export::export_unified_audit,
    verify::verify_system_audit,
];
