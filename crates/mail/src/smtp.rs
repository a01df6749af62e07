//! Messages over SMTP (RFC 5321), one connection each: a shop writes few, and a connection that is kept is one more thing
//! that breaks.

use crate::Sender;
use async_trait::async_trait;
use domain::mail::{Letter, MailError, Mailer};
use lettre::transport::smtp::{self, extension::ClientId};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;
use thiserror::Error;
use tokio::time::timeout;

/// How long handing one message over may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends messages through a server.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Sender,
}

/// The address of a server cannot be understood. What is said holds no password.
#[derive(Clone, Debug, Error)]
#[error("{0}")]
pub struct UnusableUrl(String);

impl SmtpMailer {
    /// Sends through the server of this URL: `smtp://HOST:PORT`, `smtp://USER:PASSWORD@HOST?tls=required` (STARTTLS), or
    /// `smtps://USER:PASSWORD@HOST`. Connects when there is something to send.
    ///
    /// # Errors
    /// Another scheme, and another word for `tls`.
    pub fn new(url: &str, sender: Sender) -> Result<Self, UnusableUrl> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| UnusableUrl(error.to_string()))?
            .hello_name(ClientId::Domain(sender.domain().to_owned()));
        Ok(Self { transport: builder.build(), sender })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self.sender.compose(letter)?;
        // lettre's own timeout is for connecting; a server that falls silent later would be waited for without end.
        match timeout(PATIENCE, self.transport.send(message)).await {
            Ok(sent) => sent.map(drop).map_err(|error| failure(&error)),
            Err(_) => Err(MailError::Unavailable(format!("it took more than {PATIENCE:?}"))),
        }
    }
}

/// Says why a message was not taken. What a server answers is told by its code alone: the text often repeats the address.
fn failure(error: &smtp::Error) -> MailError {
    match error.status() {
        Some(code) if error.is_permanent() => MailError::Refused(format!("the server answered {code}")),
        Some(code) => MailError::Unavailable(format!("the server answered {code}")),
        // It lacks what is needed, such as SMTPUTF8 for an address beyond ASCII, or STARTTLS.
        None if error.is_client() => MailError::Refused(error.to_string()),
        None if error.is_response() => MailError::Unavailable("its answer cannot be read".to_owned()),
        None => MailError::Unavailable(error.to_string()),
    }
}
