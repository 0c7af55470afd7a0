//! `manage-computers`: an organization's computers, their check-ins, override codes and maintenance modes.

mod check_ins;
mod computers;
mod confirm;
mod list;
mod maintenance;
mod override_code;
#[cfg(test)]
mod tests;
mod wire;

countersign_http::operations![
    list::list_computers,
    computers::open_computer,
    computers::edit_computer,
    computers::delete_computer,
    confirm::confirm_computer,
    maintenance::set_maintenance_mode,
    maintenance::set_maintenance_modes,
    check_ins::list_check_ins,
    override_code::read_override_code,
];
