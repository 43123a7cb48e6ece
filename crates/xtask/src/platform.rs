//! The names that Terraform and its Registry give to platforms.

use anyhow::{Context, Result};

/// Rust's target triples and Terraform's names for them: the Registry's recommended platforms, and Linux with a static
/// libc.
const PLATFORMS: [(&str, &str); 10] = [
    ("x86_64-unknown-linux-musl", "linux_amd64"),
    ("x86_64-unknown-linux-gnu", "linux_amd64"),
    ("aarch64-unknown-linux-musl", "linux_arm64"),
    ("aarch64-unknown-linux-gnu", "linux_arm64"),
    ("arm-unknown-linux-musleabihf", "linux_arm"),
    ("x86_64-apple-darwin", "darwin_amd64"),
    ("aarch64-apple-darwin", "darwin_arm64"),
    ("x86_64-pc-windows-msvc", "windows_amd64"),
    ("aarch64-pc-windows-msvc", "windows_arm64"),
    ("x86_64-unknown-freebsd", "freebsd_amd64"),
];

/// All targets of the table.
pub fn targets() -> impl Iterator<Item = &'static str> {
    PLATFORMS.iter().map(|(triple, _)| *triple)
}

/// Terraform's name of a target, such as `linux_amd64`.
pub fn of_target(target: &str) -> Result<&'static str> {
    let known = PLATFORMS.iter().find(|(triple, _)| *triple == target);
    let targets = || PLATFORMS.map(|(triple, _)| triple).join(", ");
    known.map(|(_, name)| *name).with_context(|| format!("the target {target} is none of {}", targets()))
}

/// Terraform's name of the machine that this runs on.
pub fn host() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}_{processor}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_have_terraforms_names() {
        assert_eq!(of_target("aarch64-apple-darwin").unwrap(), "darwin_arm64");
        let error = of_target("mips-unknown-linux-gnu").unwrap_err().to_string();
        assert!(
            error.starts_with("the target mips-unknown-linux-gnu is none of x86_64-unknown-linux-musl, "),
            "{error}"
        );
    }

    #[test]
    fn the_host_is_a_platform_of_the_table() {
        assert!(PLATFORMS.iter().any(|(_, name)| *name == host()), "{}", host());
    }
}
