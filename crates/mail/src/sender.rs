//! Who writes, and how a message looks on its way (RFC 5322): plain text with the header fields that it needs.

use domain::account::EmailAddress;
use domain::mail::{Letter, MailError};
use domain::{Clock, Entropy, Timestamp};
use lettre::message::header::{
    ContentTransferEncoding, ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0,
};
use lettre::message::{Body, Mailbox};
use lettre::{Address, Message};
use std::sync::Arc;
use std::time::SystemTime;

/// Tells programs that answer for people not to (RFC 3834, 5).
const AUTO_SUBMITTED: &str = "Auto-Submitted";

/// The longest line that SMTP carries (RFC 5321, 4.5.3.1.6, less the line break).
const MAX_LINE: usize = 998;

/// Writes messages from one address.
#[derive(Clone)]
pub struct Sender {
    from: EmailAddress,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Sender {
    /// Writes from this address.
    pub fn new(from: EmailAddress, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { from, clock, entropy }
    }

    /// Returns the domain that messages come from.
    pub(crate) fn domain(&self) -> &str {
        self.from.domain()
    }

    /// Returns the time, and random digits that no two messages share.
    pub(crate) fn mark(&self) -> (Timestamp, String) {
        let digits = u128::from_be_bytes(self.entropy.bytes());
        (self.clock.now(), format!("{digits:032x}"))
    }

    /// Writes a message as it is sent.
    pub(crate) fn compose(&self, letter: &Letter) -> Result<Message, MailError> {
        let (now, digits) = self.mark();
        Message::builder()
            .from(mailbox(&self.from)?)
            .to(mailbox(&letter.to)?)
            .subject(letter.subject)
            .date(SystemTime::from(now))
            .message_id(Some(format!("<{digits}@{}>", self.domain())))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str(AUTO_SUBMITTED),
                "auto-generated".to_owned(),
            ))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(body(&letter.text))
            .map_err(|error| MailError::Refused(error.to_string()))
    }
}

/// Writes an address for mail servers, without anybody's name: nothing that came from a client is in a header field but an
/// address, which has no room for more.
fn mailbox(address: &EmailAddress) -> Result<Mailbox, MailError> {
    let address = Address::new(address.local(), address.domain());
    let unwritable = |_| MailError::Refused("SMTP cannot carry the address".to_owned());
    address.map(|address| Mailbox::new(None, address)).map_err(unwritable)
}

/// Encodes a text. What SMTP can carry as it is stays so, and links stay in one piece: lettre would else break every line
/// that is longer than 76 characters.
fn body(text: &str) -> Body {
    if text.is_ascii() && text.lines().all(|line| line.len() <= MAX_LINE) {
        let lines = text.replace('\n', "\r\n").into_bytes();
        Body::dangerous_pre_encoded(lines, ContentTransferEncoding::SevenBit)
    } else {
        Body::new(text.to_owned())
    }
}
