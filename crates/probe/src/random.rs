//! Random texts from the operating system: run ids and passwords.

/// No letters that are read wrongly aloud.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// So many random letters and digits.
///
/// # Errors
/// A sentence, when the system gives no random numbers.
pub fn letters(count: usize) -> Result<String, String> {
    let mut bytes = vec![0; count];
    getrandom::fill(&mut bytes).map_err(|error| format!("the system gives no random numbers: {error}"))?;
    // A slight preference for the first letters does no harm at these lengths.
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect())
}

/// A password that follows all rules that are documented.
///
/// # Errors
/// As [`letters`].
pub fn password() -> Result<String, String> {
    Ok(format!("{}-Aa7!", letters(24)?))
}

/// A password that nobody can guess, and that breaks the documented rules all the same: one class of characters.
///
/// # Errors
/// As [`letters`].
pub fn weak_password() -> Result<String, String> {
    Ok(letters(40)?.chars().filter(char::is_ascii_lowercase).collect())
}

/// A UUID that no object has.
///
/// # Errors
/// As [`letters`].
pub fn uuid() -> Result<String, String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| format!("the system gives no random numbers: {error}"))?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_keep_and_break_the_rules() {
        let strong = password().unwrap();
        assert!(strong.len() >= 8 && strong.contains(|c: char| c.is_ascii_digit()), "{strong}");
        let weak = weak_password().unwrap();
        assert!(weak.len() >= 8 && weak.bytes().all(|byte| byte.is_ascii_lowercase()), "{weak}");
        assert_ne!(uuid().unwrap(), uuid().unwrap());
        assert_eq!(uuid().unwrap().as_bytes()[14], b'4');
    }
}
