//! Finding a compiler for WebAssembly: the installed target, rustup, or Debian's packaged compiler.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};

use super::{BuildOptions, FLAGS, TARGET, clean_command, say};

/// Debian's packages that compile to [`TARGET`]; the standard library is built from source.
const PACKAGES: [&str; 6] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22", "wasi-libc"];
/// Where `wasi-libc` puts its libraries.
const WASI_LIBRARIES: &str = "/usr/lib/wasm32-wasi";

/// A way to compile the components.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Toolchain {
    /// The cargo that the caller uses, with the target installed.
    Rust,
    /// Debian's packages.
    Debian,
}

impl Toolchain {
    /// A cargo command without arguments.
    pub(super) fn cargo(self) -> Command {
        let mut cargo = clean_command(self.name());
        if self == Self::Debian {
            let flags = std::env::var(FLAGS).unwrap_or_default();
            cargo
                .env("RUSTC", "/usr/bin/rustc")
                .env("RUSTC_BOOTSTRAP", "1") // the standard library is built along: an unstable option
                .env(FLAGS, format!("{flags} -L native={WASI_LIBRARIES}"))
                .arg("-Zbuild-std=std,panic_abort");
        }
        cargo
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rust => "cargo",
            Self::Debian => "/usr/bin/cargo",
        }
    }
}

/// Finds one. Installs a rustup target without asking, and Debian's packages if requested.
pub(super) fn find(options: BuildOptions) -> anyhow::Result<Toolchain> {
    if has_target() {
        return Ok(Toolchain::Rust);
    }
    if runs("rustup") {
        say(&format!("Adding the compilation target {TARGET}"));
        let added = clean_command("rustup").args(["target", "add", TARGET]).status();
        if added.is_ok_and(|status| status.success()) && has_target() {
            return Ok(Toolchain::Rust);
        }
    }
    if has_debian() {
        return Ok(Toolchain::Debian);
    }
    if options.install_toolchain {
        install_debian()?;
        return Ok(Toolchain::Debian);
    }
    bail!(
        "no Rust compiler here can compile to {TARGET}. Do one of these, then start again:\n\
         \x20 - with rustup: rustup target add {TARGET}\n\
         \x20 - on Debian or Ubuntu: cargo run -- build --install-toolchain\n\
         \x20   (installs the packages {})\n\
         \x20 - with another Rust: install its standard library for {TARGET}",
        PACKAGES.join(" ")
    )
}

fn has_target() -> bool {
    let answer = clean_command("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .stderr(Stdio::null())
        .output();
    let Ok(answer) = answer else { return false };
    let folder = String::from_utf8_lossy(&answer.stdout);
    answer.status.success()
        && runs("cargo")
        && std::fs::read_dir(folder.trim()).is_ok_and(|mut files| files.next().is_some())
}

fn has_debian() -> bool {
    ["/usr/bin/cargo", "/usr/bin/rustc", "/usr/lib/rustlib/src/rust/library", WASI_LIBRARIES]
        .iter()
        .all(|path| Path::new(path).exists())
}

fn install_debian() -> anyhow::Result<()> {
    ensure!(
        runs("apt-get"),
        "`--install-toolchain` installs Debian's packages, and there is no `apt-get` here"
    );
    let root = Command::new("id").arg("-u").output().is_ok_and(|answer| answer.stdout == b"0\n");
    let apt = |arguments: &[&str]| {
        let mut command = if root { Command::new("apt-get") } else { Command::new("sudo") };
        if !root {
            command.arg("apt-get");
        }
        say(&format!("Running apt-get {}", arguments.join(" ")));
        let status = command.args(arguments).status().context("cannot start `apt-get`")?;
        ensure!(status.success(), "`apt-get {}` failed: see above", arguments.join(" "));
        Ok(())
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], PACKAGES.as_slice()].concat())?;
    ensure!(has_debian(), "the packages are installed, but not the files expected of them");
    Ok(())
}

fn runs(program: &str) -> bool {
    let tried = clean_command(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}
