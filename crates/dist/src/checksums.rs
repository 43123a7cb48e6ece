//! The checksum files that the Registry and people verify archives with.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use xtask::project;

/// Writes the Registry's manifest and one file of checksums each for the provider, the simulator and the probe, and
/// says where they are. The Registry reads the provider's, which therefore names nothing else.
pub fn write(folder: &Path) -> Result<Vec<PathBuf>> {
    let version = project::VERSION;
    let manifest = folder.join(format!("{}_{version}_manifest.json", project::PROVIDER));
    std::fs::copy(project::root().join("terraform-registry-manifest.json"), &manifest)
        .context("cannot copy terraform-registry-manifest.json")?;
    let mut written = vec![manifest];
    for name in [project::PROVIDER, project::SIMULATOR, project::PROBE] {
        let prefix = format!("{name}_{version}_");
        let sums = folder.join(format!("{prefix}SHA256SUMS"));
        std::fs::write(&sums, list(folder, &prefix)?).with_context(|| format!("cannot write {}", sums.display()))?;
        written.push(sums);
    }
    Ok(written)
}

/// One line for each archive and manifest of a name, in the order of their names, as `sha256sum` writes and checks it.
fn list(folder: &Path, prefix: &str) -> Result<String> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<Result<Vec<_>>>()?;
    names.retain(|name| name.starts_with(prefix) && (name.ends_with(".zip") || name.ends_with("_manifest.json")));
    names.sort();
    let mut text = String::new();
    for name in names {
        let content = std::fs::read(folder.join(&name)).with_context(|| format!("cannot read {name}"))?;
        writeln!(text, "{}  {name}", hexadecimal(&Sha256::digest(content)))?;
    }
    Ok(text)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_sorted_and_of_the_name_alone() {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [("p_1_b.zip", ""), ("p_1_a.zip", "abc"), ("q_1_a.zip", ""), ("p_1_SHA256SUMS", "old")] {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        assert_eq!(
            list(folder.path(), "p_1_").unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  p_1_a.zip\n\
             e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  p_1_b.zip\n"
        );
    }
}
