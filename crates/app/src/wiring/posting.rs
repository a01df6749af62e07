//! What stands behind messages to people: what carries them, and who runs the errands.

use super::Base;
use crate::settings::{Delivery, MailSettings, Settings};
use anyhow::Context;
use auth::{Postbox, Postman, PostmanOptions};
use domain::Units;
use domain::account::AccountReader;
use domain::mail::Mailer;
use mail::{FolderMailer, Sender, SmtpMailer};
use secrecy::ExposeSecret;
use std::sync::Arc;
use tracing::{info, warn};

/// The folder of messages, in the data directory.
const OUTBOX: &str = "outbox";

/// The two ends of the post: requests leave errands, and the postman runs them.
pub(super) struct Posting {
    pub(super) postbox: Postbox,
    pub(super) postman: Option<Postman>,
}

impl Base {
    pub(super) fn posting(
        &self,
        settings: &Settings,
        units: Units,
        reader: Arc<dyn AccountReader>,
    ) -> anyhow::Result<Posting> {
        let MailSettings { delivery, from, pages } = settings.mail.clone();
        let (clock, entropy) = (Arc::clone(&self.clock), Arc::clone(&self.entropy));
        let sender = Sender::new(from, Arc::clone(&clock), Arc::clone(&entropy));
        let mailer: Arc<dyn Mailer> = match delivery {
            Delivery::Smtp(url) => {
                let mailer = SmtpMailer::new(url.expose_secret(), sender);
                Arc::new(mailer.context("mail.url is of no use")?)
            }
            Delivery::Folder => {
                let outbox = settings.data_dir.join(OUTBOX);
                info!(outbox = %outbox.display(), "messages to people are written into a folder");
                Arc::new(FolderMailer::new(outbox, sender))
            }
            Delivery::Nowhere => {
                warn!(
                    "no messages are sent: nobody can replace a forgotten password or confirm an address; set mail.url and mail.from"
                );
                return Ok(Posting { postbox: Postbox::closed(), postman: None });
            }
        };
        let (postbox, errands) = Postbox::open();
        let options = PostmanOptions { errands, units, reader, mailer, pages, clock, entropy };
        Ok(Posting { postbox, postman: Some(Postman::new(options)) })
    }
}
