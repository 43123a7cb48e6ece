//! When a key ends, where the key itself says so: a JSON Web Token with an expiry. Any other key is opaque, and nothing
//! is asked of it.

use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::Secret;

/// A new key has to be made by somebody and put into a pipeline: two weeks outlast a holiday.
const SOON: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// When a key ends by its own words, and how far off that was when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyEnd {
    at: Timestamp,
    stage: Stage,
}

/// How far off the end of a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has to do anything yet.
    Later,
    /// A new key is needed soon.
    Soon,
    /// By this machine's clock it is over.
    Past,
}

/// A token's header; what does not say how it is signed is none.
#[derive(Deserialize)]
struct Header {
    #[serde(rename = "alg")]
    _algorithm: String,
}

#[derive(Deserialize)]
struct Claims {
    exp: f64,
}

impl KeyEnd {
    /// The end that a key names, if it does.
    pub(super) fn of(key: &Secret, now: Timestamp) -> Option<KeyEnd> {
        let mut parts = key.expose().split('.');
        let (header, claims, _signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        part::<Header>(header)?;
        let at = moment(part::<Claims>(claims)?.exp)?;
        let stage = match at.duration_since(now) {
            left if left.is_negative() || left.is_zero() => Stage::Past,
            left if left.unsigned_abs() <= SOON => Stage::Soon,
            _ => Stage::Later,
        };
        Some(KeyEnd { at, stage })
    }

    /// How far off it was when the key was read.
    pub fn stage(self) -> Stage {
        self.stage
    }
}

/// "2026-12-05 14:00 UTC".
impl fmt::Display for KeyEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.at.strftime("%Y-%m-%d %H:%M UTC").fmt(f)
    }
}

/// One part of a token. It may hold names of people: it is wiped like the key it comes from.
fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    let json = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
    // A structure would be read from an array as well.
    let is_object = json.trim_ascii_start().starts_with(b"{");
    is_object.then(|| serde_json::from_slice(&json).ok()).flatten()
}

/// A moment from seconds since 1970, which may have a fraction. What is no moment of this age is no expiry either.
fn moment(seconds: f64) -> Option<Timestamp> {
    let sane = 0.0..253_402_300_800.0;
    sane.contains(&seconds).then(|| Timestamp::from_second(seconds as i64).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str) -> Secret {
        Secret::new(format!("{}.{}.c2lnbmVk", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims)))
    }

    fn now() -> Timestamp {
        "2026-11-20T12:00:00Z".parse().expect("a moment")
    }

    #[test]
    fn the_end_of_a_token_is_read() {
        let day = 24 * 60 * 60;
        for (seconds, stage) in [
            (-day, Stage::Past),
            (0, Stage::Past),
            (1, Stage::Soon),
            (14 * day, Stage::Soon),
            (14 * day + 1, Stage::Later),
        ] {
            let claims = format!("{{\"sub\":\"x\",\"exp\":{}}}", now().as_second() + seconds);
            let end = KeyEnd::of(&token(r#"{"alg":"HS256","typ":"JWT"}"#, &claims), now());
            assert_eq!(end.map(KeyEnd::stage), Some(stage), "{seconds}");
        }
        let end = KeyEnd::of(&token(r#"{"alg":"none"}"#, r#"{"exp":1796479200.5}"#), now()).expect("an end");
        assert_eq!(end.to_string(), "2026-12-05 14:00 UTC");
    }

    #[test]
    fn any_other_key_is_opaque() {
        let good = r#"{"alg":"HS256"}"#;
        for key in [
            Secret::new("simulator-distributor-key"),
            Secret::new("a.b.c"),
            Secret::new("one.two"),
            Secret::new("..."),
            token("{}", r#"{"exp":1796479200}"#),
            token("\"alg\"", r#"{"exp":1796479200}"#),
            token(good, "{}"),
            token(good, "[1796479200]"),
            token(good, r#"{"exp":"1796479200"}"#),
            token(good, r#"{"exp":null}"#),
            token(good, r#"{"exp":-1}"#),
            // Milliseconds: whoever wrote this meant something else than an expiry of JSON Web Tokens.
            token(good, r#"{"exp":1796479200000}"#),
            token(good, r#"{"exp":1e400}"#),
        ] {
            assert_eq!(KeyEnd::of(&key, now()), None);
        }
    }
}
