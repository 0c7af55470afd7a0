//! Building the Wasm components: one cargo invocation for all that have the same settings, and none if nothing has changed.

mod freshness;
mod toolchain;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail, ensure};

use self::freshness::Stamp;
use self::toolchain::Toolchain;
use crate::manifest::Manifest;

/// What the components are compiled to.
pub const TARGET: &str = "wasm32-wasip2";
/// Further flags of the compiler of components, such as those with which a release is built alike everywhere.
const FLAGS: &str = "CARGO_TARGET_WASM32_WASIP2_RUSTFLAGS";
/// Where builds write, in the folder of the commands, unless they name another one.
const OUTPUT: &str = "target";
/// The components' own settings for cargo's `release` profile, if they have any: a file below the manifest's folder.
const PROFILE: &str = ".cargo/components.toml";
/// Further settings, for the components whose build command names this file.
const FAST_PROFILE: &str = ".cargo/fast-components.toml";
/// Added to [`PROFILE`] when components are built quickly.
const QUICK_PROFILE: &str = ".cargo/quick-components.toml";

/// Whether this program is built for development, so that what it builds should be ready soon rather than fast.
pub const BUILT_QUICKLY: bool = cfg!(debug_assertions);

/// How to build.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BuildOptions {
    /// Whether to install Debian's packaged compiler if no compiler for [`TARGET`] is found.
    pub install_toolchain: bool,
    /// Show output only when the build fails.
    pub quiet: bool,
    /// Build all components with the same settings, without link-time optimization and without optimizing the functions' own
    /// code, which takes a third of the time. They are then larger and slower than they are when released. Components that have
    /// been built as they are released will do.
    pub quickly: bool,
}

/// The result of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Built {
    /// Nothing has changed since the last build: cargo was not run.
    Fresh,
    /// Cargo built what was stale.
    Now,
}

/// Builds every component of a manifest that has a `build` section. A component's id is the name of its cargo package.
pub fn build(manifest: &Manifest, options: BuildOptions) -> anyhow::Result<Built> {
    let place = Place::of(manifest);
    let components = manifest.components.iter().filter_map(|(id, component)| {
        let commands = &component.build.as_ref()?.commands;
        let is_fast = commands.iter().any(|command| command.contains(FAST_PROFILE));
        let further = if options.quickly { Some(QUICK_PROFILE) } else { is_fast.then_some(FAST_PROFILE) };
        Some((Package { name: id, further }, manifest.source_of(component)))
    });
    let (packages, artefacts): (Vec<_>, Vec<_>) = components.unzip();
    let stamp = Stamp::new(&place, &packages, &artefacts);
    if packages.is_empty() || stamp.is_fresh(options) {
        return Ok(Built::Fresh);
    }
    let toolchain = toolchain::find(options)?;
    let began = Instant::now();
    if !options.quiet {
        let first =
            if artefacts.iter().all(|file| file.exists()) { "" } else { "; the first time takes minutes" };
        let what = if packages.len() == 1 { "component" } else { "components" };
        say(&format!("Building {} {what} for WebAssembly{first}", packages.len()));
    }
    // A file edited while cargo runs must count as newer than this build.
    let sources = stamp.sources();
    let alike: BTreeSet<_> = packages.iter().map(|package| package.further).collect();
    for further in alike {
        let packages: Vec<_> = packages.iter().filter(|package| package.further == further).collect();
        let profiles: Vec<_> = [PROFILE].into_iter().chain(further).collect();
        run_cargo(&place, &toolchain, &profiles, &packages, options.quiet)?;
    }
    if let Some(missing) = artefacts.iter().find(|file| !file.exists()) {
        bail!("the build made no `{}`, which the manifest names as a source", missing.display());
    }
    stamp.write(options, &sources);
    if !options.quiet {
        say(&format!("Built in {:.1} s", began.elapsed().as_secs_f64()));
    }
    Ok(Built::Now)
}

/// The folder in which the components of this manifest are kept once compiled for this machine, if they are built here: beside
/// the build's output, so that every state folder shares them. `None` if they came from elsewhere, or if the folder cannot be
/// written.
pub fn cache_dir(manifest: &Manifest) -> Option<PathBuf> {
    let output = Place::of(manifest).root.join(OUTPUT);
    let is_built = manifest
        .components
        .values()
        .any(|component| component.build.is_some() && manifest.source_of(component).starts_with(&output));
    let folder = output.join("component-cache");
    let is_writable = || std::fs::create_dir_all(&folder).is_ok() && tempfile::tempfile_in(&folder).is_ok();
    (is_built && is_writable()).then_some(folder)
}

/// Where the commands of a manifest run, and what they say of all components.
struct Place {
    root: PathBuf,
    /// Where they write.
    output: PathBuf,
    /// Further features of the packages.
    features: Option<String>,
}

impl Place {
    /// All commands of a manifest are alike in this, so the first one tells.
    fn of(manifest: &Manifest) -> Self {
        let build = manifest.components.values().find_map(|component| component.build.as_ref());
        let workdir = build.and_then(|build| build.workdir.as_ref());
        let root = workdir.map_or_else(|| manifest.folder.clone(), |folder| manifest.folder.join(folder));
        let said = |option: &str| {
            let mut words = build?.commands.first()?.split_whitespace();
            words.find(|word| *word == option).and(words.next()).map(str::to_owned)
        };
        let output = root.join(said("--target-dir").as_deref().unwrap_or(OUTPUT));
        Self { output, features: said("--features"), root }
    }
}

/// A component's cargo package.
struct Package<'a> {
    name: &'a str,
    /// The settings that it is built with beside [`PROFILE`]: [`QUICK_PROFILE`] or [`FAST_PROFILE`].
    further: Option<&'static str>,
}

fn run_cargo(
    place: &Place,
    toolchain: &Toolchain,
    profiles: &[&str],
    packages: &[&Package<'_>],
    quiet: bool,
) -> anyhow::Result<()> {
    let Place { root, output, features } = place;
    let mut cargo = toolchain.cargo();
    cargo.current_dir(root).args(["build", "--release", "--target", TARGET]);
    for profile in profiles.iter().filter(|profile| root.join(profile).exists()) {
        cargo.args(["--config", profile]);
    }
    // The manifest's `source` paths are fixed, wherever the caller's own build writes.
    std::fs::create_dir_all(output).with_context(|| format!("cannot make `{}`", output.display()))?;
    cargo.arg("--target-dir").arg(output.canonicalize()?);
    if let Some(features) = features {
        cargo.args(["--features", features]);
    }
    for package in packages {
        cargo.args(["--package", package.name]);
        if profiles.contains(&QUICK_PROFILE) {
            // Each is compiled once for itself, so here optimization takes most time. What they share is optimized.
            cargo.arg("--config").arg(format!("profile.release.package.{}.opt-level=0", package.name));
        }
    }
    if !quiet {
        let status = cargo.status().with_context(|| format!("cannot start `{}`", toolchain.name()))?;
        ensure!(status.success(), "the components do not build: see above");
        return Ok(());
    }
    let done = cargo
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{}`", toolchain.name()))?;
    ensure!(
        done.status.success(),
        "the components do not build:\n{}",
        String::from_utf8_lossy(&done.stderr).trim_end()
    );
    Ok(())
}

/// Progress is printed where cargo prints its own.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A command with the environment of this process, without the variables of an outer `cargo run` or `cargo test`: these
/// would change fingerprints, and every build would start from scratch.
fn clean_command(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(set_by_cargo) {
            command.env_remove(name);
        }
    }
    command
}

fn set_by_cargo(name: &str) -> bool {
    const KEPT: [&str; 7] = ["HOME", "NET_", "HTTP_", "REGISTR", "SOURCE_", "TARGET_WASM32_WASIP2_", "TERM_"];
    const OTHERS: [&str; 10] = [
        "RUSTFLAGS",
        "RUSTDOCFLAGS",
        "RUSTC",
        "OUT_DIR",
        "TARGET",
        "HOST",
        "PROFILE",
        "OPT_LEVEL",
        "NUM_JOBS",
        "DEBUG",
    ];
    match name.strip_prefix("CARGO_") {
        Some(rest) => !KEPT.iter().any(|kept| rest.starts_with(kept)),
        None => name == "CARGO" || OTHERS.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn components_that_are_built_here_are_kept_beside_the_build_and_others_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = |source: &str| {
            let text = format!(
                "spin_manifest_version = 2\n[application]\nname = \"a\"\n[[trigger.http]]\nroute = \"/...\"\ncomponent = \"a\"\n\
                 [component.a]\nsource = \"{source}\"\n[component.a.build]\ncommand = \"cargo build\"\n"
            );
            let file = folder.path().join("spin.toml");
            std::fs::write(&file, text).unwrap();
            Manifest::from_file(&file).unwrap()
        };
        let kept = folder.path().canonicalize().unwrap().join("target/component-cache");
        let built = cache_dir(&manifest("target/wasm32-wasip2/release/a.wasm")).unwrap();
        assert_eq!(built.canonicalize().unwrap(), kept);
        assert_eq!(cache_dir(&manifest("a.wasm")), None, "it was not built here");
        std::fs::remove_dir(&kept).unwrap();
        std::fs::write(&kept, "a file").unwrap();
        assert_eq!(
            cache_dir(&manifest("target/wasm32-wasip2/release/a.wasm")),
            None,
            "the folder cannot be made"
        );
    }

    #[test]
    fn the_commands_say_where_they_run_and_what_for() {
        let manifest = |build: &str| {
            let text = format!(
                "spin_manifest_version = 2\n[application]\nname = \"a\"\n[[trigger.http]]\nroute = \"/...\"\ncomponent = \"a\"\n\
                 [component.a]\nsource = \"a.wasm\"\n[component.a.build]\n{build}\n"
            );
            Place::of(&Manifest::from_toml(&text, Path::new("/deploy/edge")).unwrap())
        };
        let usual = manifest("command = \"cargo build -p a\"");
        assert_eq!(usual.root, Path::new("/deploy/edge"));
        assert_eq!((usual.output, usual.features), ("/deploy/edge/target".into(), None));
        let edge = manifest(
            "command = \"cargo build --features p/edge -p a --target-dir target/edge\"\nworkdir = \"../..\"",
        );
        assert_eq!(edge.output, Path::new("/deploy/edge/../../target/edge"));
        assert_eq!(edge.features.as_deref(), Some("p/edge"));
    }

    #[test]
    fn an_outer_cargo_leaves_no_trace_in_the_build() {
        for name in
            ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_TARGET_DIR", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"]
        {
            assert!(set_by_cargo(name), "{name}");
        }
        for name in
            ["CARGO_HOME", "CARGO_NET_OFFLINE", "CARGO_REGISTRIES_X_INDEX", FLAGS, "RUSTUP_TOOLCHAIN", "PATH"]
        {
            assert!(!set_by_cargo(name), "{name}");
        }
    }
}
