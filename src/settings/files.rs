//! Reads the files that settings name: never for ever, and never more than such a file can hold.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::api::Outside;

/// How long a pipe may take to say all it has to say: somebody may have to type a password for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads a file of at most `limit` bytes, or a pipe; without the byte order mark that some editors put in front.
pub(super) async fn read(path: &str, limit: u64) -> Result<Vec<u8>, String> {
    let (answer, read) = oneshot::channel();
    let owned = path.to_owned();
    // A thread of its own: nothing can end the opening of a pipe that nobody writes to, and it must not keep the
    // process.
    std::thread::spawn(move || answer.send(read_now(&owned, limit)));
    let shown = Outside::new(path);
    let bytes = match timeout(PATIENCE, read).await {
        Ok(Ok(bytes)) => bytes.map_err(|why| format!("cannot read {shown}: {why}"))?,
        Ok(Err(_)) => return Err(format!("cannot read {shown}: the reading ended before its time")),
        Err(_) => return Err(format!("cannot read {shown}: it gave no end within {} seconds", PATIENCE.as_secs())),
    };
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).map(<[u8]>::to_vec).unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() { Err(format!("{shown} is empty")) } else { Ok(bytes) }
}

fn read_now(path: &str, limit: u64) -> Result<Vec<u8>, String> {
    let kind = std::fs::metadata(path).map_err(|why| words(&why))?;
    if kind.is_dir() {
        return Err("it is a folder".into());
    }
    if !kind.is_file() && !is_pipe(&kind) {
        return Err("it is neither a file nor a pipe".into());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|why| words(&why))?;
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|why| words(&why))?;
    if bytes.len() as u64 > limit {
        return Err(format!("it holds more than {limit} bytes, which no such file does"));
    }
    Ok(bytes)
}

/// "No such file or directory", without the number that Rust adds.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

#[cfg(unix)]
fn is_pipe(kind: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    kind.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    /// A folder of its own, gone with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("impossiblecloud-files-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        fn file(&self, name: &str, bytes: &[u8]) -> String {
            std::fs::write(self.0.join(name), bytes).unwrap();
            self.path(name)
        }

        fn path(&self, name: &str) -> String {
            self.0.join(name).display().to_string()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[tokio::test]
    async fn files_are_read_up_to_their_limit() {
        let folder = Folder::new("limit");
        let path = folder.file("key", b"0123456789");
        assert_eq!(read(&path, 10).await.unwrap(), b"0123456789");
        let why = read(&path, 9).await.unwrap_err();
        assert_eq!(why, format!("cannot read {path}: it holds more than 9 bytes, which no such file does"));
        let marked = folder.file("marked", "\u{feff}key\n".as_bytes());
        assert_eq!(read(&marked, 10).await.unwrap(), b"key\n", "without the byte order mark");
    }

    #[tokio::test]
    async fn what_is_wrong_is_named() {
        let folder = Folder::new("wrong");
        for nothing in ["", " \r\n", "\u{feff}\n"] {
            let path = folder.file("empty", nothing.as_bytes());
            assert_eq!(read(&path, 10).await.unwrap_err(), format!("{path} is empty"));
        }
        let whole = folder.0.display().to_string();
        assert_eq!(read(&whole, 10).await.unwrap_err(), format!("cannot read {whole}: it is a folder"));
        let none = folder.path("none");
        let why = read(&none, 10).await.unwrap_err();
        assert!(why.starts_with(&format!("cannot read {none}: ")) && !why.contains("os error"), "{why}");
        assert_eq!(read("no\nsuch\u{1b}", 10).await.unwrap_err().lines().count(), 1);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_never_ends_is_no_file() {
        let why = read("/dev/zero", 10).await.unwrap_err();
        assert_eq!(why, "cannot read /dev/zero: it is neither a file nor a pipe");
    }

    #[cfg(unix)]
    fn pipe(folder: &Folder) -> String {
        let path = folder.path("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        path
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_pipe_is_read_to_its_end() {
        let folder = Folder::new("pipe");
        let path = pipe(&folder);
        let writer = std::thread::spawn({
            let path = path.clone();
            move || std::fs::write(path, b"key")
        });
        assert_eq!(read(&path, 10).await.unwrap(), b"key");
        writer.join().unwrap().unwrap();
    }

    /// In stopped time, which runs on when nothing else is to be done.
    #[cfg(unix)]
    #[tokio::test(start_paused = true)]
    async fn a_pipe_that_nobody_writes_to_is_not_waited_for() {
        let folder = Folder::new("silent");
        let path = pipe(&folder);
        let why = read(&path, 10).await.unwrap_err();
        assert_eq!(why, format!("cannot read {path}: it gave no end within 10 seconds"));
        // So that the thread ends with the test.
        std::fs::write(&path, b"key").unwrap();
    }
}
