//! Values that nobody may see: the key and passwords.

use std::fmt;

use zeroize::Zeroizing;

/// A value that is sent to the service and shown to nobody: `Debug` prints nothing of it, and its memory is wiped at
/// the end.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A secret without the blanks and line ends around it, which files and pipelines add to keys.
    pub fn new(text: impl Into<String>) -> Secret {
        let given = Zeroizing::new(text.into());
        Secret(Zeroizing::new(given.trim().to_owned()))
    }

    /// A secret exactly as given: in a password blanks count.
    pub fn verbatim(text: impl Into<String>) -> Secret {
        Secret(Zeroizing::new(text.into()))
    }

    /// The secret itself, to send it or to find it in a text.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_trimmed_and_a_password_is_not() {
        assert_eq!(Secret::new(" key\r\n").expose(), "key");
        assert_eq!(Secret::verbatim(" pass ").expose(), " pass ");
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(***)");
    }
}
