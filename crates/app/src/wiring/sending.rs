//! What stands behind webhooks: where they may go, what they are signed with, and who sends them.

use super::Base;
use crate::settings::{Settings, WebhookTargets};
use anyhow::Context;
use auth::Pepper;
use domain::Units;
use domain::webhook::{Deliveries, Webhooks};
use persistence::Database;
use std::sync::Arc;
use webhooks::{Dispatcher, HttpCourier, Reach, SigningKeys, SystemLookup, Targets};

/// The two ends of sending: staff say where to, and the dispatcher sends.
pub(super) struct Sending {
    pub(super) service: Arc<Webhooks>,
    pub(super) dispatcher: Dispatcher,
}

impl Base {
    pub(super) fn sending(
        &self,
        settings: &Settings,
        pepper: &Pepper,
        units: Units,
        database: Arc<Database>,
    ) -> anyhow::Result<Sending> {
        let reach = match settings.webhook_targets {
            WebhookTargets::Public => Reach::Public,
            WebhookTargets::Any => Reach::Anywhere,
        };
        let targets = Targets::new(reach, Arc::new(SystemLookup));
        let secrets = Arc::new(SigningKeys::derived_from(pepper.expose().as_bytes()));
        let (clock, entropy) = (Arc::clone(&self.clock), Arc::clone(&self.entropy));
        let courier = HttpCourier::new(targets.clone(), Arc::clone(&clock));
        let courier = Arc::new(courier.context("webhooks cannot be sent from here")?);
        let deliveries =
            Deliveries::new(units.clone(), database.clone(), Arc::clone(&clock), Arc::clone(&entropy));
        let dispatcher = Dispatcher::new(deliveries, courier, secrets.clone(), Arc::clone(&clock));
        let service = Webhooks::new(units, database, Arc::new(targets), secrets, clock, entropy);
        Ok(Sending { service: Arc::new(service), dispatcher })
    }
}
