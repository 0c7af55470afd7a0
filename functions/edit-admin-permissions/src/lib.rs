//! edit-admin-permissions.
