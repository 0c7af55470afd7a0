//! The application that this program carries if it was built with the feature `bundled`. `build.rs` writes it.

use std::path::Path;

use anyhow::Context;

use crate::manifest::Manifest;

mod carried {
    include!(concat!(env!("OUT_DIR"), "/carried.rs"));
}

/// A manifest and the components that it names.
#[derive(Debug)]
struct Bundle {
    manifest: &'static str,
    /// Each id with the Wasm file's contents.
    components: &'static [(&'static str, &'static [u8])],
}

/// The manifest of the carried application, whose components need no file. `None` if this program carries none.
pub(crate) fn manifest() -> Option<anyhow::Result<Manifest>> {
    let carried = carried::CARRIED.as_ref()?;
    Some(carried.unpack().context("in the application that this program carries"))
}

impl Bundle {
    /// Its folder is the current one: the state folder is there unless another one is named.
    fn unpack(&self) -> anyhow::Result<Manifest> {
        let mut manifest = Manifest::from_toml(self.manifest, Path::new("."))?;
        for (id, component) in &mut manifest.components {
            let carried = self.components.iter().find(|(carried, _)| carried == id);
            let (_, contents) = carried.with_context(|| format!("the component `{id}` is not there"))?;
            component.carried = Some(contents);
            component.build = None;
        }
        Ok(manifest)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic")]
mod tests {
    use super::*;
    use crate::components::{self, BuildOptions, Built};

    const MANIFEST: &str = "spin_manifest_version = 2\n[application]\nname = \"a\"\n[[trigger.http]]\n\
        route = \"/...\"\ncomponent = \"b\"\n[component.b]\nsource = \"nowhere/b.wasm\"\n\
        [component.b.build]\ncommand = \"false\"\n";

    #[test]
    fn carried_components_are_neither_read_from_files_nor_built() {
        let bundle = Bundle { manifest: MANIFEST, components: &[("a", b"1"), ("b", b"2")] };
        let manifest = bundle.unpack().unwrap();
        assert_eq!(manifest.components["b"].carried, Some(b"2".as_slice()));
        assert_eq!(components::build(&manifest, BuildOptions::default()).unwrap(), Built::Fresh);
        assert_eq!(components::cache_dir(&manifest), None, "the state folder keeps what is compiled");
    }

    #[test]
    fn a_component_that_is_not_carried_is_named() {
        let error = Bundle { manifest: MANIFEST, components: &[("a", b"1")] }.unpack().unwrap_err();
        assert!(error.to_string().contains("`b`"), "{error}");
    }
}
