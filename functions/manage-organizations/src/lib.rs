//! manage-organizations.
