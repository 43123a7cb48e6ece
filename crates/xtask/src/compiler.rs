//! The C compiler that the provider's TLS library needs.

use std::process::{Command, Stdio};

use anyhow::{Result, bail};

/// An error when there is no C compiler. rustc has its own sentence for a missing linker, which is most often the same
/// program; here the linker works, or this would not run.
pub fn check() -> Result<()> {
    // On Windows the compiler comes with the linker. A compiler that somebody chose is theirs to answer for.
    if cfg!(windows) || std::env::vars_os().any(|(name, _)| chooses(&name.to_string_lossy())) || runs("cc") {
        return Ok(());
    }
    bail!(
        "there is no C compiler (`cc`) on PATH, which the provider's TLS library needs: install one (Debian: gcc and \
         libc6-dev; macOS: xcode-select --install), or name one in CC"
    )
}

/// The variables by which build scripts let themselves be told a compiler.
fn chooses(variable: &str) -> bool {
    ["CC", "HOST_CC", "TARGET_CC"].contains(&variable) || variable.starts_with("CC_")
}

fn runs(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_can_be_chosen_by_name_or_for_a_target() {
        assert!(chooses("CC") && chooses("CC_x86_64_unknown_linux_musl"));
        assert!(!chooses("CCACHE_DIR") && !chooses("CFLAGS"));
    }

    #[test]
    fn what_is_not_there_does_not_run() {
        assert!(!runs("no-such-compiler"));
        check().expect("the tests were linked");
    }
}
