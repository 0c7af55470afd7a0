//! approve-request.
