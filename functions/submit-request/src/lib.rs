//! submit-request.
