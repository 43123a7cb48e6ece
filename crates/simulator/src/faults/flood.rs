//! Answers far larger than any that makes sense.

use std::convert::Infallible;
use std::io::Write;

use axum::body::Body;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::stream;
use serde::{Deserialize, Serialize};

use super::scripted::Effect;

/// About how much is written at a time: the simulator itself needs no more, however much it says.
const CHUNK: usize = 1 << 16;

/// A list of that many items, in the place of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flood {
    /// How many items.
    pub items: u64,
    /// The JSON of one; `{{n}}` is its number, counted from 1.
    pub item: String,
    /// Whether the request takes effect; it does, if nothing is said.
    pub effect: Effect,
    /// Whether it is compressed, so that little on the wire becomes much.
    pub gzip: bool,
}

impl Default for Flood {
    fn default() -> Self {
        Self { items: 1_900_000, item: r#"{"id":"{{n}}"}"#.to_string(), effect: Effect::Done, gzip: false }
    }
}

impl Flood {
    /// A list of that many short ids.
    pub fn of(items: u64) -> Self {
        Self { items, ..Self::default() }
    }

    /// The same with another item.
    pub fn item(self, item: &str) -> Self {
        Self { item: item.to_string(), ..self }
    }

    /// The same, compressed.
    pub fn gzip(self) -> Self {
        Self { gzip: true, ..self }
    }

    pub(crate) fn body(self) -> Body {
        let encoder = self.gzip.then(|| GzEncoder::new(Vec::new(), Compression::default()));
        let state = Some((self, 0, encoder));
        Body::from_stream(stream::unfold(state, async |state| {
            let (flood, done, encoder) = state?;
            let (text, done) = flood.chunk(done);
            let (bytes, encoder) = match encoder {
                None => (text.into_bytes(), None),
                Some(encoder) => compress(encoder, &text, done > flood.items),
            };
            let rest = (done <= flood.items).then_some((flood, done, encoder));
            Some((Ok::<_, Infallible>(bytes), rest))
        }))
    }

    /// The next part of the body, and how many items are done then; one more at its end.
    fn chunk(&self, mut done: u64) -> (String, u64) {
        let mut text = String::with_capacity(CHUNK + self.item.len());
        if done == 0 {
            text.push('[');
        }
        while done < self.items && text.len() < CHUNK {
            done += 1;
            text.push_str(if done > 1 { "," } else { "" });
            text.push_str(&self.item.replace("{{n}}", &done.to_string()));
        }
        if done < self.items {
            return (text, done);
        }
        text.push_str("]\n");
        (text, self.items.saturating_add(1))
    }
}

/// What the compressed stream has to say so far, and the encoder, if it is to go on.
fn compress(mut encoder: GzEncoder<Vec<u8>>, text: &str, last: bool) -> (Vec<u8>, Option<GzEncoder<Vec<u8>>>) {
    // A vector takes everything.
    encoder.write_all(text.as_bytes()).ok();
    if last {
        return (encoder.finish().unwrap_or_default(), None);
    }
    encoder.flush().ok();
    (std::mem::take(encoder.get_mut()), Some(encoder))
}
