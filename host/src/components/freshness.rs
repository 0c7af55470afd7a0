//! Whether the built components match the sources on disk, decided in milliseconds without cargo.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::{BuildOptions, Package, Place, TARGET};

/// The state of sources and artefacts after the last build.
pub(super) struct Stamp<'a> {
    file: PathBuf,
    sources: Vec<PathBuf>,
    artefacts: &'a [PathBuf],
}

impl<'a> Stamp<'a> {
    /// For these packages of the workspace there, which are in `functions/` and depend on `shared/`.
    pub(super) fn new(place: &Place, packages: &[Package<'_>], artefacts: &'a [PathBuf]) -> Self {
        let root = &place.root;
        let settings = [".cargo", "Cargo.toml", "Cargo.lock"];
        let mut sources: Vec<_> = settings.iter().map(|file| root.join(file)).collect();
        sources.push(root.join("shared"));
        sources.extend(packages.iter().map(|package| root.join("functions").join(package.name)));
        Self { file: place.output.join(TARGET).join("countersign-built"), sources, artefacts }
    }

    /// Whether the artefacts were built like this, or as they are released.
    pub(super) fn is_fresh(&self, options: BuildOptions) -> bool {
        let built = std::fs::read_to_string(&self.file).unwrap_or_default();
        let sources = self.sources();
        let is = |quickly| built == self.text(quickly, &sources);
        self.artefacts.iter().all(|file| file.exists()) && (is(false) || options.quickly && is(true))
    }

    /// Paths, sizes and times of all sources, as one number.
    pub(super) fn sources(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for source in &self.sources {
            add(source, &mut hasher);
        }
        hasher.finish()
    }

    /// Records that the artefacts on disk were built from sources in this state. Without this, the next build runs
    /// cargo.
    pub(super) fn write(&self, options: BuildOptions, sources: &u64) {
        if let Err(error) = std::fs::write(&self.file, self.text(options.quickly, sources)) {
            tracing::debug!("cannot write `{}`: {error}", self.file.display());
        }
    }

    fn text(&self, quickly: bool, sources: &u64) -> String {
        let mut hasher = DefaultHasher::new();
        for file in self.artefacts {
            add(file, &mut hasher);
        }
        let how = if quickly { "quickly" } else { "released" };
        format!("{how} {sources:016x} {:016x}\n", hasher.finish())
    }
}

fn add(path: &Path, hasher: &mut DefaultHasher) {
    let Ok(metadata) = std::fs::metadata(path) else { return };
    path.hash(hasher);
    if !metadata.is_dir() {
        metadata.len().hash(hasher);
        metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).hash(hasher);
        return;
    }
    let Ok(entries) = std::fs::read_dir(path) else { return };
    let mut inside: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    inside.sort_unstable();
    for path in inside {
        add(&path, hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_until_a_source_or_an_artefact_changes() {
        let root = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("shared/model/src/lib.rs", "1");
        write("functions/a/src/lib.rs", "1");
        write("functions/b/src/lib.rs", "1");
        let artefacts = [root.path().join("target/wasm32-wasip2/release/a.wasm")];
        let place =
            Place { root: root.path().to_owned(), output: root.path().join("target"), features: None };
        let stamp = Stamp::new(&place, &[Package { name: "a", further: None }], &artefacts);
        let (released, quickly) =
            (BuildOptions::default(), BuildOptions { quickly: true, ..BuildOptions::default() });
        assert!(!stamp.is_fresh(released), "nothing was built");

        write("target/wasm32-wasip2/release/a.wasm", "1");
        stamp.write(quickly, &stamp.sources());
        assert!(stamp.is_fresh(quickly));
        assert!(!stamp.is_fresh(released), "they are slower than what is released");
        stamp.write(released, &stamp.sources());
        assert!(stamp.is_fresh(released) && stamp.is_fresh(quickly));

        write("functions/b/src/lib.rs", "22");
        assert!(stamp.is_fresh(released), "another package's source does not matter");
        write("shared/model/src/new.rs", "");
        assert!(!stamp.is_fresh(released), "a source was added");

        stamp.write(released, &stamp.sources());
        write("target/wasm32-wasip2/release/a.wasm", "22");
        assert!(!stamp.is_fresh(released), "somebody else built the artefact");
    }
}
