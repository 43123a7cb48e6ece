//! A connection that can end in other ways than a proper close: reset, cut in the middle, or with a last HTTP/2 frame.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// The bytes before the payload of an HTTP/2 frame.
const FRAME_HEADER: usize = 9;

/// How a connection is to end, once somebody wants that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// With a reset.
    Reset,
    /// At once, whatever else was to be written.
    Cut,
    /// With these HTTP/2 frames as the last that is written.
    Frames(Vec<u8>),
}

/// The end of a connection, shared by its socket and its requests. The first wish counts.
#[derive(Clone, Default)]
pub(crate) struct Exit(Arc<Mutex<Option<End>>>);

impl Exit {
    pub fn set(&self, end: End) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(end);
    }

    fn get(&self) -> Option<End> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What the bytes go over.
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A stream that ends as its exit says.
pub(crate) struct Socket {
    stream: Stream,
    exit: Exit,
    /// Where in a frame the writing stands, on a connection that speaks HTTP/2.
    frames: Option<Frames>,
    /// How many bytes of the last frames are written.
    last_words: usize,
}

impl Socket {
    pub fn new(stream: Stream, exit: Exit, http2: bool) -> Self {
        Self { stream, exit, frames: http2.then(Frames::default), last_words: 0 }
    }

    fn pinned(&mut self) -> Pin<&mut dyn Duplex> {
        match &mut self.stream {
            Stream::Plain(stream) => Pin::new(stream as &mut dyn Duplex),
            Stream::Tls(stream) => Pin::new(stream.as_mut() as &mut dyn Duplex),
        }
    }

    /// Writes the last frames and closes; an error when that is done.
    fn poll_last_words(&mut self, context: &mut Context<'_>, words: &[u8]) -> Poll<io::Error> {
        while let Some(rest) = words.get(self.last_words..).filter(|rest| !rest.is_empty()) {
            match ready!(self.pinned().poll_write(context, rest)) {
                Ok(count) if count > 0 => self.last_words += count,
                Ok(_) => break,
                Err(error) => return Poll::Ready(error),
            }
        }
        // Whether the client still listens is its own affair.
        drop(ready!(self.pinned().poll_flush(context)));
        drop(ready!(self.pinned().poll_shutdown(context)));
        Poll::Ready(ended())
    }
}

trait Duplex: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Duplex for T {}

fn ended() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "ended on purpose")
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.exit.get() == Some(End::Reset) {
            let stream = match &self.stream {
                Stream::Plain(stream) => stream,
                Stream::Tls(stream) => stream.get_ref().0,
            };
            // When it fails, the connection is closed in the usual way, which a client must survive as well.
            stream.set_zero_linger().ok();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.pinned().poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Some(frames) = &self.frames else { return self.pinned().poll_write(context, bytes) };
        let whole = frames.whole();
        let most = match self.exit.get() {
            None => bytes.len(),
            Some(End::Cut | End::Reset) => return Poll::Ready(Err(ended())),
            Some(End::Frames(words)) if whole => return self.poll_last_words(context, &words).map(Err),
            Some(End::Frames(_)) => frames.left(),
        };
        let bytes = bytes.get(..most).unwrap_or(bytes);
        let count = ready!(self.pinned().poll_write(context, bytes))?;
        if let Some(frames) = &mut self.frames {
            frames.advance(bytes.get(..count).unwrap_or(bytes));
        }
        Poll::Ready(Ok(count))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pinned().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.exit.get() {
            // A proper end would come before the reset.
            Some(End::Reset) => Poll::Ready(Ok(())),
            _ => self.pinned().poll_shutdown(context),
        }
    }
}

/// Follows the frames that are written, so that nothing is put into the middle of one.
#[derive(Default)]
struct Frames {
    header: Vec<u8>,
    payload: usize,
}

impl Frames {
    /// Whether the last frame is whole.
    fn whole(&self) -> bool {
        self.header.is_empty() && self.payload == 0
    }

    /// How many bytes may follow before it is looked at again.
    fn left(&self) -> usize {
        if self.payload > 0 { self.payload } else { FRAME_HEADER - self.header.len() }
    }

    fn advance(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (part, rest) = bytes.split_at(self.left().min(bytes.len()));
            bytes = rest;
            if self.payload > 0 {
                self.payload -= part.len();
                continue;
            }
            self.header.extend_from_slice(part);
            if let [high, middle, low, .., _] = *self.header.as_slice()
                && self.header.len() == FRAME_HEADER
            {
                self.payload = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
                self.header.clear();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_followed_through_any_pieces() {
        let frame = |length: u8| [vec![0, 0, length, 0, 0, 0, 0, 0, 1], vec![7; length.into()]].concat();
        let written = [frame(0), frame(5), frame(200)].concat();
        for size in [1, 2, 8, 9, 10, 300] {
            let mut frames = Frames::default();
            let mut boundaries = Vec::new();
            for (at, piece) in written.chunks(size).enumerate() {
                frames.advance(piece);
                if frames.whole() {
                    boundaries.push(at * size + piece.len());
                }
            }
            let expected = if size == 1 { vec![9, 23, 232] } else { vec![232] };
            assert!(boundaries.ends_with(&expected), "{size}: {boundaries:?}");
        }
    }
}
