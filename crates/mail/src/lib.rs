//! Sending messages to people: over SMTP, or into a folder where a shop has no mail server. What messages say and when they
//! are sent is decided elsewhere; nothing here knows accounts or tokens, or logs anything.

mod folder;
mod sender;
mod smtp;

pub use folder::FolderMailer;
pub use sender::Sender;
pub use smtp::{SmtpMailer, UnusableUrl};
