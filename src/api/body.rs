//! The body of a request, which can be sent once.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// A body that nothing below can send twice, because it cannot be copied, and that knows whether it was begun.
///
/// The HTTP client asks for it when the connection is there. As long as it has not, the service has at most seen the
/// head of a request, and cannot have done what it asks for.
pub(super) struct OnceBody {
    rest: Option<Bytes>,
    begun: Begun,
}

/// Whether a body was begun.
#[derive(Clone, Default)]
pub(super) struct Begun(Arc<AtomicBool>);

impl Begun {
    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

impl OnceBody {
    /// A body that is not empty.
    pub(super) fn new(bytes: Vec<u8>) -> OnceBody {
        OnceBody { rest: Some(bytes.into()), begun: Begun::default() }
    }

    pub(super) fn begun(&self) -> Begun {
        self.begun.clone()
    }
}

impl Body for OnceBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.begun.0.store(true, Ordering::SeqCst);
        Poll::Ready(self.rest.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
