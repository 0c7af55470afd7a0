//! Writes the application that the program carries: none, or with the feature `bundled` the manifest and the components that it names.

use std::error::Error;
use std::path::PathBuf;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let code = format!("pub(super) static CARRIED: Option<super::Bundle> = {};\n", carried()?);
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("carried.rs"), code)?;
    Ok(())
}

#[cfg(not(feature = "bundled"))]
fn carried() -> Result<&'static str> {
    Ok("None")
}

#[cfg(feature = "bundled")]
fn carried() -> Result<String> {
    bundled::expression()
}

#[cfg(feature = "bundled")]
mod bundled {
    use std::fmt::Write as _;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::Result;

    /// Says of the components in `target` how they were built.
    const STAMP: &str = "target/wasm32-wasip2/countersign-built";
    const ADVICE: &str = "build the components first: cargo run -- build --released";

    /// An expression with the manifest of the workspace and the components that it names.
    pub(super) fn expression() -> Result<String> {
        let workspace = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
        let manifest = watched(&workspace.join("spin.toml"))?;
        if !fs::read_to_string(watched(&workspace.join(STAMP))?)?.starts_with("released") {
            return Err(format!("the components were built for development; {ADVICE}").into());
        }
        let mut code = format!("Some(super::Bundle {{ manifest: include_str!({manifest:?}), components: &[");
        let table = fs::read_to_string(&manifest)?.parse::<toml::Table>()?;
        let components = table.get("component").and_then(toml::Value::as_table);
        for (id, component) in components.ok_or("the manifest has no components")? {
            let source = component.get("source").and_then(toml::Value::as_str);
            let source = source.ok_or_else(|| format!("the source of `{id}` is not a file"))?;
            write!(code, "({id:?}, include_bytes!({:?})),", watched(&workspace.join(source))?)?;
        }
        Ok(code + "] })")
    }

    /// The file, which must exist. A change of it makes another program.
    fn watched(file: &Path) -> Result<PathBuf> {
        println!("cargo:rerun-if-changed={}", file.display());
        if !file.exists() {
            return Err(format!("`{}` is missing; {ADVICE}", file.display()).into());
        }
        Ok(file.to_owned())
    }
}
