//! Messages as files in a folder, for a shop without a mail server: whoever may read the shop's data may read them, and
//! nobody else. The tokens in them stay out of every log.

use crate::Sender;
use async_trait::async_trait;
use domain::mail::{Letter, MailError, Mailer};
use std::io;
use std::path::{Path, PathBuf};
use tokio::fs::{DirBuilder, OpenOptions, rename};
use tokio::io::AsyncWriteExt;

/// Writes messages into a folder, each as a file `TIME-DIGITS.eml` (RFC 5322) that appears when it is whole.
pub struct FolderMailer {
    folder: PathBuf,
    sender: Sender,
}

impl FolderMailer {
    /// Writes into this folder, which is made, for its owner alone, with the first message.
    pub fn new(folder: PathBuf, sender: Sender) -> Self {
        Self { folder, sender }
    }

    async fn write(&self, message: &[u8]) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).await?;
        let (now, digits) = self.sender.mark();
        let name = format!("{}-{digits}.eml", now.format("%Y%m%dT%H%M%S%.6fZ"));
        let draft = self.folder.join(format!(".{name}"));
        write_private(&draft, message).await?;
        rename(&draft, self.folder.join(name)).await
    }
}

async fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path).await?;
    file.write_all(bytes).await?;
    file.sync_all().await
}

#[async_trait]
impl Mailer for FolderMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self.sender.compose(letter)?.formatted();
        let unwritten =
            |error| MailError::Unavailable(format!("{} cannot be written: {error}", self.folder.display()));
        self.write(&message).await.map_err(unwritten)
    }
}
