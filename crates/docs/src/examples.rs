//! The files under `examples/` that pages embed, in the layout that Terraform's own documentation tool reads.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The examples of a work tree.
pub struct Examples {
    folder: PathBuf,
}

impl Examples {
    /// Those in the work tree at `root`.
    pub fn new(root: &Path) -> Examples {
        Examples { folder: root.join("examples") }
    }

    /// The text of an example that has to be there.
    pub fn required(&self, path: &str) -> Result<String> {
        self.optional(path)?.with_context(|| format!("examples/{path} is missing: every page shows an example"))
    }

    /// The text of an example, if it is there.
    pub fn optional(&self, path: &str) -> Result<Option<String>> {
        match std::fs::read_to_string(self.folder.join(path)) {
            Ok(text) => Ok(Some(text.trim_end().to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read examples/{path}")),
        }
    }
}
