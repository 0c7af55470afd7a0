//! Maintenance modes as they are sent and shown.

use countersign_http::{Cursor, Moment, Problem, ProblemDetails};
use countersign_model::{Computer, FaultKind, GroupId, Maintenance, MaintenanceMode};
use countersign_store::Stored;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::MaintenanceView;

/// The most computers of one call.
pub const COMPUTERS_MAX: usize = 50;

/// The maintenance mode that a computer is to be in.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NewMode {
    /// Policies are enforced, as without a mode. It takes the place of another mode, which does not come back.
    Secured,
    /// Nothing is blocked; what would have been is on record.
    MonitorOnly,
    /// What an installer brings is allowed.
    Installation,
    /// What runs is learned and allowed.
    Learning,
    /// The agent does not defend itself: it can be stopped, updated or removed.
    TamperProtectionOff,
    /// None: the mode in force ends.
    Off,
}

/// A maintenance mode to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMaintenance {
    /// What the agent is to do differently; `off` ends the mode in force.
    #[schema(example = "installation")]
    mode: NewMode,
    /// When the mode ends by itself, at most 7 days from now; required, except with `off`.
    until: Option<Moment>,
}

impl NewMaintenance {
    /// The mode; `None` ends the one in force.
    pub fn checked(&self, now: Timestamp) -> Result<Option<Maintenance>, Problem> {
        checked(self.mode, self.until, now)
    }
}

/// A maintenance mode to set for several computers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "computers": ["cmp_01ARZ3NDEKTSV4RRFFQ69G5FAV"], "mode": "off" }))]
pub struct NewMaintenances {
    /// The computers: 1 to 50; either these or `group_id`.
    #[schema(value_type = Option<Vec<countersign_model::ComputerId>>, min_items = 1, max_items = 50)]
    computers: Option<Vec<String>>,
    /// The computer group of which all computers are meant; either this or `computers`.
    group_id: Option<GroupId>,
    /// What the agents are to do differently; `off` ends the modes in force.
    #[schema(example = "installation")]
    mode: NewMode,
    /// When the mode ends by itself, at most 7 days from now; required, except with `off`.
    until: Option<Moment>,
    /// The `next_cursor` of the previous call for the same group; default: the first call.
    cursor: Option<Cursor>,
}

/// The computers that are meant.
pub enum Which<'a> {
    Computers(&'a [String]),
    /// All of a group, from a cursor on.
    Group(&'a GroupId, Option<&'a Cursor>),
}

impl NewMaintenances {
    /// The mode; `None` ends the ones in force.
    pub fn maintenance(&self, now: Timestamp) -> Result<Option<Maintenance>, Problem> {
        checked(self.mode, self.until, now)
    }

    /// The computers that are meant.
    pub fn which(&self) -> Result<Which<'_>, Problem> {
        match (&self.computers, &self.group_id) {
            (Some(_), None) if self.cursor.is_some() => {
                Err(Problem::invalid_field("/cursor", "must be left out with `computers`"))
            }
            (Some(computers), None) if (1..=COMPUTERS_MAX).contains(&computers.len()) => {
                Ok(Which::Computers(computers))
            }
            (Some(_), None) => {
                Err(Problem::invalid_field("/computers", FaultKind::WrongCount.outside(1_u8, COMPUTERS_MAX)))
            }
            (None, Some(group)) => Ok(Which::Group(group, self.cursor.as_ref())),
            (Some(_), Some(_)) | (None, None) => {
                Err(Problem::invalid_field("", "must contain either `computers` or `group_id`"))
            }
        }
    }
}

/// The result of setting a maintenance mode for several computers.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaintenanceResults {
    /// The results, one for each computer: in the order in which they were named, or those of the group, newest first.
    pub results: Vec<MaintenanceResult>,
    /// How many computers were looked at in this call.
    pub looked_at: usize,
    /// The cursor of the next call for the same group; null if all of its computers were looked at.
    pub next_cursor: Option<Cursor>,
}

/// The result for one computer.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaintenanceResult {
    /// The computer, as it was named.
    computer_id: String,
    /// The HTTP status that setting its mode would have had on its own.
    #[schema(example = 200)]
    status: u16,
    /// The mode in force; null if there is none, or if it was refused.
    maintenance: Option<MaintenanceView>,
    /// Why it was refused; absent if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemDetails>,
}

impl MaintenanceResult {
    /// The result for this computer.
    pub fn of(id: &str, done: Result<Stored<Computer>, Problem>, now: Timestamp) -> Self {
        let computer_id = id.to_owned();
        match done {
            Ok(computer) => {
                let maintenance = computer.value.maintenance_at(now).map(Into::into);
                Self { computer_id, status: 200, maintenance, problem: None }
            }
            Err(problem) => {
                let status = problem.status().as_u16();
                Self { computer_id, status, maintenance: None, problem: Some(problem.details().clone()) }
            }
        }
    }
}

fn checked(mode: NewMode, until: Option<Moment>, now: Timestamp) -> Result<Option<Maintenance>, Problem> {
    let mode = match mode {
        NewMode::Secured => MaintenanceMode::Secured,
        NewMode::MonitorOnly => MaintenanceMode::MonitorOnly,
        NewMode::Installation => MaintenanceMode::Installation,
        NewMode::Learning => MaintenanceMode::Learning,
        NewMode::TamperProtectionOff => MaintenanceMode::TamperProtectionOff,
        NewMode::Off if until.is_some() => {
            return Err(Problem::invalid_field(
                "/until",
                FaultKind::NotUsable.saying("must be left out with `off`"),
            ));
        }
        NewMode::Off => return Ok(None),
    };
    let until = until.ok_or_else(|| {
        Problem::invalid_field(
            "/until",
            FaultKind::Required.saying("is required: it says when the maintenance mode ends"),
        )
    })?;
    let wrong = || Problem::invalid_field("/until", FaultKind::NotSoon.above(7_u8));
    Maintenance::until(mode, until.into(), now).map(Some).ok_or_else(wrong)
}
