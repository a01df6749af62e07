//! Messages in a folder are whole, and their owner's alone.

use crate::{is_the_letter, letter, sender};
use domain::mail::{MailError, Mailer};
use mail::FolderMailer;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn every_message_is_a_file_that_only_its_owner_can_read() {
    let data = tempfile::tempdir().unwrap();
    let outbox = data.path().join("outbox");
    let mailer = FolderMailer::new(outbox.clone(), sender());
    for _ in 0..2 {
        mailer.send(&letter("ada@example.org")).await.unwrap();
    }
    let files: Vec<_> = fs::read_dir(&outbox).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 2, "{files:?}");
    for file in files {
        assert!(
            file.file_name().unwrap().to_str().unwrap().starts_with("20260601T120000.000000Z-"),
            "{file:?}"
        );
        assert_eq!(file.extension().unwrap(), "eml");
        assert_eq!((mode(&outbox), mode(&file)), (0o700, 0o600));
        is_the_letter(&fs::read_to_string(&file).unwrap(), "ada@example.org");
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_told() {
    let mailer = FolderMailer::new("/dev/null/outbox".into(), sender());
    let told = mailer.send(&letter("ada@example.org")).await.unwrap_err();
    assert!(matches!(&told, MailError::Unavailable(text) if text.contains("/dev/null/outbox")), "{told}");
}
