//! The columns of an exported table.

use countersign_http::plain_cell;
use countersign_model::{
    Access, ComputerId, Condition, DecisionScope, FlagId, GrantId, GroupId, OrganizationId, Outcome,
    PolicyId, Reported, RequestId, RequestKind, RequestStatus, RuleId,
};
use jiff::Timestamp;
use serde::Serialize;

/// A value of a column.
pub trait Column {
    /// As text in a table; nothing is taken for a formula.
    fn text(self) -> String;
}

impl<T: ToString> Column for Option<T>
where
    T: Plain,
{
    fn text(self) -> String {
        self.map(|value| plain_cell(&value.to_string())).unwrap_or_default()
    }
}

/// Several of something; in a table, JSON in one cell, empty if there are none.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct List<T>(pub Vec<T>);

impl<T: Serialize> Column for List<T> {
    fn text(self) -> String {
        let json = if self.0.is_empty() { Ok(String::new()) } else { serde_json::to_string(&self) };
        // Texts, numbers and times always are JSON.
        json.unwrap_or_default()
    }
}

/// Values that are written as their text.
pub trait Plain: ToString {}

macro_rules! columns {
    ($($type:ty),+ $(,)?) => { $(
        impl Plain for $type {}

        impl Column for $type {
            fn text(self) -> String {
                plain_cell(&self.to_string())
            }
        }
    )+ };
}

columns![
    String,
    bool,
    u32,
    u64,
    Timestamp,
    Reported,
    RequestId,
    OrganizationId,
    GroupId,
    ComputerId,
    PolicyId,
    RuleId,
    RequestKind,
    RequestStatus,
    Access,
    Outcome,
    DecisionScope,
    Condition,
    GrantId,
    FlagId,
];
