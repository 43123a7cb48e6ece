//! Ephemeral resources over bytes.

use std::time::SystemTime;

use async_trait::async_trait;
use tf_provider::Diagnostics;

use super::{Described, Lazily, decode, decode_own, encode};
use crate::ephemeral::EphemeralResource;
use crate::msgpack;

/// The bytes of an open or prolonged value. The state is empty when it was prolonged.
#[derive(Default)]
pub(crate) struct Held {
    pub state: Vec<u8>,
    pub private: Vec<u8>,
    pub renew_at: Option<SystemTime>,
}

/// What [`EphemeralResource`] says, over bytes.
#[async_trait]
pub(crate) trait AnyEphemeralResource: Send + Sync {
    fn described(&self) -> &Described;
    async fn validate(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()>;
    async fn open(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<Held>;
    async fn renew(&self, diags: &mut Diagnostics, private: &[u8]) -> Option<Held>;
    async fn close(&self, diags: &mut Diagnostics, private: &[u8]) -> Option<()>;
}

pub(crate) struct EphemeralBridge<E> {
    ephemeral: E,
    described: Lazily,
}

fn fits<E: EphemeralResource>(bytes: &[u8]) -> bool {
    msgpack::decode::<E::State<'_>>(bytes).is_ok()
}

impl<E: EphemeralResource> EphemeralBridge<E> {
    pub(crate) fn new(ephemeral: E) -> Self {
        Self { ephemeral, described: Lazily::default() }
    }

    fn state<'a>(&self, diags: &mut Diagnostics, bytes: &'a [u8]) -> Option<E::State<'a>> {
        decode(diags, bytes, &self.described().shape, fits::<E>)
    }
}

#[async_trait]
impl<E: EphemeralResource> AnyEphemeralResource for EphemeralBridge<E> {
    fn described(&self) -> &Described {
        self.described.get(|diags| self.ephemeral.schema(diags))
    }

    async fn validate(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()> {
        let config = self.state(diags, config)?;
        self.ephemeral.validate(diags, config).await
    }

    async fn open(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<Held> {
        let config = self.state(diags, config)?;
        let opened = self.ephemeral.open(diags, config).await?;
        let (state, private) = (encode(diags, &opened.state), encode(diags, &opened.private));
        Some(Held { state: state?, private: private?, renew_at: opened.renew_at })
    }

    async fn renew(&self, diags: &mut Diagnostics, private: &[u8]) -> Option<Held> {
        let private = decode_own(diags, private, "private state")?;
        let renewed = self.ephemeral.renew(diags, private).await?;
        Some(Held { private: encode(diags, &renewed.private)?, renew_at: renewed.renew_at, ..Held::default() })
    }

    async fn close(&self, diags: &mut Diagnostics, private: &[u8]) -> Option<()> {
        let private = decode_own(diags, private, "private state")?;
        self.ephemeral.close(diags, private).await
    }
}
