//! `read-audit`: the system audit (what administrators did) and the unified audit (what happened at endpoints).

mod read;
mod sight;
#[cfg(test)]
mod tests;
mod verify;
mod wire;

countersign_http::operations![read::read_system_audit, read::read_unified_audit, verify::verify_system_audit,];
