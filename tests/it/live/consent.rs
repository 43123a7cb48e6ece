//! Whether a live run may start, and against what.

/// The variables that a live run is started with; those of endpoint and key are the provider's.
pub const CONTRACT: &str = "IMPOSSIBLECLOUD_LIVE_CONTRACT";
pub const CONSENT: &str = "IMPOSSIBLECLOUD_LIVE_CONSENT";
pub const ALLOCATE: &str = "IMPOSSIBLECLOUD_LIVE_ALLOCATE";

/// What a live run was allowed.
#[derive(Debug, PartialEq, Eq)]
pub struct Live {
    pub contract: String,
    /// Whether 1 GB may be allocated for a moment.
    pub allocates: bool,
}

/// Reads the variables: nothing without a contract, which is every run of `cargo test`; an error without consent.
pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Live>, String> {
    let Some(contract) = variable(CONTRACT) else { return Ok(None) };
    if variable(CONSENT).as_ref() != Some(&contract) {
        return Err(format!(
            "a live run makes, changes and deletes pay-per-use partners and members in contract {contract}; to agree \
             to that, set {CONSENT} to the same id"
        ));
    }
    Ok(Some(Live { contract, allocates: variable(ALLOCATE).as_deref() == Some("yes") }))
}

#[test]
fn nothing_is_live_without_consent_to_that_contract() {
    let read = |given: &'static [(&str, &str)]| {
        read(move |name| given.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    };
    assert_eq!(read(&[(CONSENT, "c"), (ALLOCATE, "yes")]), Ok(None));
    assert!(read(&[(CONTRACT, "c")]).unwrap_err().ends_with("set IMPOSSIBLECLOUD_LIVE_CONSENT to the same id"));
    assert!(read(&[(CONTRACT, "c"), (CONSENT, "yes")]).is_err());
    let live = |allocates| Ok(Some(Live { contract: "c".to_owned(), allocates }));
    assert_eq!(read(&[(CONTRACT, "c"), (CONSENT, "c")]), live(false));
    assert_eq!(read(&[(CONTRACT, "c"), (CONSENT, "c"), (ALLOCATE, "yes")]), live(true));
}
