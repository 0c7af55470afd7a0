//! manage-roles.
