//! The name of the computer on which the program runs.

/// The name of this computer, as its operating system or the environment says; `None` if neither does.
#[must_use]
pub fn hostname() -> Option<String> {
    let kernel = std::fs::read("/proc/sys/kernel/hostname").ok();
    let kernel = kernel.map(|name| String::from_utf8_lossy(&name).trim().to_owned());
    let variables =
        ["COMPUTERNAME", "HOSTNAME", "HOST"].into_iter().filter_map(|name| std::env::var(name).ok());
    kernel.into_iter().chain(variables).find(|name| !name.is_empty())
}
