//! read-audit.
