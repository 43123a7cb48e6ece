//! Answers that come bit by bit.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;
use tonic::Status;
use tonic::codegen::BoxStream;

/// What a client that reads slowly may leave lying here before the other side waits.
const CAPACITY: usize = 16;

struct Receiver<T>(mpsc::Receiver<T>);

impl<T> Stream for Receiver<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|item| item.map(Ok))
    }
}

/// A stream of events, and where they go in.
pub(super) fn stream<T: Send + 'static>() -> (mpsc::Sender<T>, BoxStream<T>) {
    let (sender, receiver) = mpsc::channel(CAPACITY);
    (sender, Box::pin(Receiver(receiver)))
}
