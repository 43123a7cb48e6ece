//! What is known of the CLI that asks.

/// Added to what a plan refuses because the configuration asks for it: who wants to destroy it all is refused as well.
pub const DESTROY_PLANS_FIRST: &str =
    "terraform destroy plans the configuration first; with -refresh=false it does not.";

/// Whether the CLI reads objects that it is about to let go of (`removed` blocks, `destroy = false`) and then never
/// plans them: they look like tainted objects then. OpenTofu does, and so do Terraform 1.7 and 1.8; any other Terraform
/// does not read them.
pub fn reads_what_it_lets_go() -> bool {
    let Some(request) = terraform_plugin_server::request() else { return false };
    let version = request.terraform_version().and_then(minor);
    // Both send their own version and nothing that tells the two apart, except that Terraform tells its capabilities
    // since 1.9.
    let early_tofu = version.is_some_and(|minor| minor >= 9) && !request.tells_capabilities();
    matches!(version, Some(7 | 8)) || early_tofu || started_by_tofu()
}

/// `11` of `1.11.4`.
fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("1.")?.split('.').next()?.parse().ok()
}

/// Whether the program that started this one is called like OpenTofu. Only Linux tells without a library of its own.
fn started_by_tofu() -> bool {
    #[cfg(target_os = "linux")]
    {
        let parent = format!("/proc/{}/exe", std::os::unix::process::parent_id());
        let name = std::fs::read_link(parent).ok();
        name.as_deref().and_then(std::path::Path::file_name).is_some_and(|name| name.to_string_lossy().contains("tofu"))
    }
    #[cfg(not(target_os = "linux"))]
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(["1.11.4", "1.8.0-rc1", "2.0.0", ""].map(minor), [Some(11), Some(8), None, None]);
    }
}
