//! `cargo xtask dist`: what a release consists of, in target/dist. The same sources give the same bytes, in whatever
//! folder they are.

pub mod archive;
mod build;
mod checksums;
pub mod notices;
pub mod trial;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use xtask::{cli, interrupt, platform, project};

use archive::File;

/// What the words after `dist` ask for.
#[derive(Debug, PartialEq, Eq)]
enum Request<'a> {
    /// Archives, and then checksums.
    Build { target: Option<&'a str>, builder: &'a str },
    /// Checksums of the archives that are there, built elsewhere.
    Checksums,
    /// The licences of others, in the work tree.
    Notices,
    /// Whether the archives of this machine's platform, or of another, work.
    Try { platform: Option<&'a str> },
}

impl<'a> Request<'a> {
    fn read(words: &[&'a str]) -> Result<Request<'a>> {
        if words == ["--checksums"] {
            return Ok(Request::Checksums);
        }
        if words == ["--notices"] {
            return Ok(Request::Notices);
        }
        if let ["--try", platform @ ..] = words
            && platform.len() <= 1
        {
            return Ok(Request::Try { platform: platform.first().copied() });
        }
        let (mut target, mut builder) = (None, "build");
        for pair in words.chunks(2) {
            match pair {
                ["--target", triple] => target = Some(*triple),
                ["--builder", subcommand] => builder = subcommand,
                _ => bail!(
                    "dist takes --target TRIPLE and --builder SUBCOMMAND, or --checksums or --notices alone, or --try \
                     and perhaps a PLATFORM such as linux_arm"
                ),
            }
        }
        Ok(Request::Build { target, builder })
    }
}

/// Runs the command.
pub fn run(words: &[&str]) -> Result<()> {
    let folder = project::target_folder()?.join("dist");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let request = Request::read(words)?;
    if request == Request::Notices {
        println!("{}", notices::write()?.display());
        return Ok(());
    }
    if let Request::Try { platform } = request {
        interrupt::catch()?;
        let platform = platform.map_or_else(platform::host, str::to_owned);
        return trial::run(&cli::at_hand()?, &platform, &folder);
    }
    if let Request::Build { target, builder } = request {
        let target = target.map_or_else(build::default_target, |target| Ok(target.to_owned()))?;
        let platform = platform::of_target(&target)?;
        for name in [project::PROVIDER, project::SIMULATOR, project::PROBE] {
            let binary = build::release(name, &target, builder)?;
            println!("{}", pack(name, &binary, platform, &folder)?.display());
        }
    }
    for path in checksums::write(&folder)? {
        println!("{}", path.display());
    }
    Ok(())
}

/// What the archive of a package is called, as the Registry and `filesystem_mirror` want it.
fn archive_name(name: &str, platform: &str) -> String {
    format!("{name}_{}_{platform}.zip", project::VERSION)
}

/// Puts a binary of the package `name` for Terraform's platform (such as `linux_amd64`) into its archive in `folder`,
/// and says where it is.
pub fn pack(name: &str, binary: &Path, platform: &str, folder: &Path) -> Result<PathBuf> {
    let version = project::VERSION;
    let suffix = if platform.starts_with("windows") { ".exe" } else { "" };
    // Terraform looks for the version in the provider's file name; simulator and probe are commands that people type.
    let inner =
        if name == project::PROVIDER { format!("{name}_v{version}{suffix}") } else { format!("{name}{suffix}") };
    let read = |path: &Path| std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let text = |name: &str| -> Result<File> {
        Ok(File { name: name.into(), content: read(&project::root().join(name))?, executable: false })
    };
    let files =
        [text("LICENSE")?, text(notices::FILE)?, File { name: inner, content: read(binary)?, executable: true }];
    let path = folder.join(archive_name(name, platform));
    std::fs::write(&path, archive::zip(&files)?).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_after_dist() {
        let read = |words: &[&'static str]| Request::read(words).map_err(|error| error.to_string());
        assert_eq!(read(&[]), Ok(Request::Build { target: None, builder: "build" }));
        assert_eq!(
            read(&["--builder", "zigbuild", "--target", "t"]),
            Ok(Request::Build { target: Some("t"), builder: "zigbuild" })
        );
        assert_eq!(read(&["--checksums"]), Ok(Request::Checksums));
        assert_eq!(read(&["--notices"]), Ok(Request::Notices));
        assert_eq!(read(&["--try"]), Ok(Request::Try { platform: None }));
        assert_eq!(read(&["--try", "linux_arm"]), Ok(Request::Try { platform: Some("linux_arm") }));
        assert!(read(&["--try", "a", "b"]).unwrap_err().starts_with("dist takes"));
        assert!(read(&["--target"]).unwrap_err().starts_with("dist takes"));
    }

    #[test]
    fn a_provider_is_packed_under_the_registrys_names() {
        let folder = tempfile::tempdir().unwrap();
        let binary = folder.path().join("binary");
        std::fs::write(&binary, "binary").unwrap();
        let path = pack(project::PROVIDER, &binary, "windows_amd64", folder.path()).unwrap();
        let version = project::VERSION;
        assert!(path.ends_with(format!("terraform-provider-impossiblecloud_{version}_windows_amd64.zip")));
        let archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
        let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        let program = format!("terraform-provider-impossiblecloud_v{version}.exe");
        assert_eq!(names, ["LICENSE", notices::FILE, &program]);
    }
}
