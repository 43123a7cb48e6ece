//! Private data: what a provider keeps for itself beside an object or a plan.

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::msgpack;

/// What a provider keeps for itself beside an object or a plan, as it arrived.
///
/// It may as well come from another provider, whose object was taken over, or from another version of this one: what
/// cannot be read counts as none and fails nothing. So give it a form that tells by itself what it is, such as a number
/// in front.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PrivateData(Bytes);

impl PrivateData {
    /// The bytes; empty if there are none.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value that this provider returned, if these bytes are one.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        msgpack::decode_whole(&self.0).filter(|_| !self.is_empty())
    }
}

impl From<Bytes> for PrivateData {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

/// Shows the length alone: what a provider keeps for itself may be secret.
impl fmt::Debug for PrivateData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateData({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(bytes: &'static [u8]) -> PrivateData {
        Bytes::from_static(bytes).into()
    }

    #[test]
    fn reads_what_was_written_and_nothing_else() {
        let written: PrivateData = Bytes::from(msgpack::encode(&(1_u8, "id-1")).unwrap()).into();
        assert_eq!(written.read(), Some((1_u8, "id-1".to_owned())));
        assert_eq!(written.read::<String>(), None);
        assert_eq!(data(b"").read::<Option<u8>>(), None);
        // JSON begins with a byte that alone is a number.
        assert_eq!(data(br#"{"schema_version":"1"}"#).read::<i64>(), None);
        assert_eq!(data(b"\x05").read::<i64>(), Some(5));
        assert_eq!(data(&[0x91; 10_000]).read::<i64>(), None);
    }

    #[test]
    fn is_not_shown() {
        assert_eq!(format!("{:?}", data(b"secret")), "PrivateData(6 bytes)");
    }
}
