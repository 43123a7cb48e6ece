//! Zip archives whose bytes depend on nothing but names and contents.

use std::io::{Cursor, Write};

use anyhow::Result;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A file to pack.
pub struct File {
    /// Its name in the archive.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
    /// Whether it is a program.
    pub executable: bool,
}

/// The archive's bytes. All times are the earliest that the format knows, so that they tell nothing about the build.
pub fn zip(files: &[File]) -> Result<Vec<u8>> {
    let mut files: Vec<_> = files.iter().collect();
    files.sort_by_key(|file| &file.name);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(DateTime::default())
            .unix_permissions(if file.executable { 0o755 } else { 0o644 });
        writer.start_file(&file.name, options)?;
        writer.write_all(&file.content)?;
    }
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn file(name: &str, content: &str, executable: bool) -> File {
        File { name: name.into(), content: content.into(), executable }
    }

    #[test]
    fn the_order_of_files_and_the_time_leave_no_trace() {
        let one = zip(&[file("a", "text", false), file("b", "code", true)]).unwrap();
        let other = zip(&[file("b", "code", true), file("a", "text", false)]).unwrap();
        assert_eq!(one, other);
    }

    #[test]
    fn files_come_out_as_they_went_in() {
        let bytes = zip(&[file("program", "code", true), file("LICENSE", "text", false)]).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut program = archive.by_name("program").unwrap();
        assert_eq!(program.unix_mode().map(|mode| mode & 0o777), Some(0o755));
        assert_eq!(program.last_modified().map(|time| time.year()), Some(1980));
        let mut content = String::new();
        program.read_to_string(&mut content).unwrap();
        assert_eq!(content, "code");
    }
}
