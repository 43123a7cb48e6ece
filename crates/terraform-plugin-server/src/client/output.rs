//! What a provider writes to standard error, read all the time so that it never has to wait.

use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What a provider writes to standard error; clones outlive the client.
#[derive(Clone, Debug, Default)]
pub struct Output(Arc<watch::Sender<String>>);

impl Output {
    pub(super) fn collect(&self, from: impl AsyncRead + Unpin + Send + 'static) -> JoinHandle<()> {
        let output = self.clone();
        tokio::spawn(async move {
            let mut lines = BufReader::new(from).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                output.0.send_modify(|text| *text += &(line + "\n"));
            }
        })
    }

    /// All of it so far.
    pub fn text(&self) -> String {
        self.0.borrow().clone()
    }

    /// Waits until this has been written.
    pub async fn contains(&self, wanted: &str) {
        // The sender is in this value, so that this cannot fail.
        _ = self.0.subscribe().wait_for(|text| text.contains(wanted)).await;
    }
}
