//! Bounds of what comes in a body, beyond those of the types.

use countersign_model::FaultKind;

use crate::problem::Problem;

/// Refuses a list of more items than it may have.
///
/// # Errors
/// 422 `invalid-body` at the list.
pub fn require_at_most<T>(pointer: &str, items: &[T], most: usize) -> Result<(), Problem> {
    if items.len() <= most {
        return Ok(());
    }
    Err(Problem::invalid_field(pointer, FaultKind::TooMany.above(most)))
}

/// Refuses a text of more characters than it may have.
///
/// # Errors
/// 422 `invalid-body` at the text.
pub fn require_short(pointer: &str, text: &str, most: usize) -> Result<(), Problem> {
    if text.chars().count() <= most {
        return Ok(());
    }
    Err(Problem::invalid_field(pointer, FaultKind::TooLong.above(most)))
}
