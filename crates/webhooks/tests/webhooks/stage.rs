//! A shop in memory whose events are sent by a courier that does as a test says.

use async_trait::async_trait;
use domain::event::{Event, EventKind, OrderSequence};
use domain::page::{Limit, Position};
use domain::testing::{CountingEntropy, FixedClock, KeptDelivery, MemoryShop};
use domain::webhook::{
    Deliveries, DeliveryQuery, DeliveryView, EndpointInput, EndpointNote, EndpointView, Interest, Outcome,
    TargetUrl, WebhookReader, WebhookService, Webhooks,
};
use domain::{Clock, EndpointId, OrderId, UnitsOfWork, Version};
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use webhooks::{Courier, Dispatcher, Reach, Sendable, SigningKeys, SystemLookup, Targets};

/// What a receiver does with a webhook: it answers, or never does.
type Manners = fn(&Sendable) -> Option<Outcome>;

/// A courier that does as it is told, and hands on what it was given.
struct Scripted {
    manners: Mutex<Manners>,
    sent: UnboundedSender<Sendable>,
}

#[async_trait]
impl Courier for Scripted {
    async fn send(&self, webhook: Sendable) -> Outcome {
        let outcome = (self.manners.lock().unwrap())(&webhook);
        self.sent.send(webhook).unwrap();
        match outcome {
            Some(outcome) => outcome,
            None => std::future::pending().await,
        }
    }
}

/// The shop, and what it has sent.
pub(crate) struct Stage {
    pub(crate) shop: MemoryShop,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) service: Webhooks,
    pub(crate) sent: UnboundedReceiver<Sendable>,
    courier: Arc<Scripted>,
    secrets: Arc<SigningKeys>,
    entropy: Arc<CountingEntropy>,
}

pub(crate) fn answer(status: u16) -> Outcome {
    Outcome::Answered { status, retry_after: None }
}

impl Stage {
    pub(crate) fn new(manners: Manners) -> Self {
        logs::record();
        let (shop, clock) = (MemoryShop::new(), Arc::new(FixedClock::default()));
        let (entropy, secrets) =
            (Arc::new(CountingEntropy::default()), Arc::new(SigningKeys::derived_from(&[7; 32])));
        let targets = Arc::new(Targets::new(Reach::Anywhere, Arc::new(SystemLookup)));
        let reader = Arc::new(shop.clone());
        let service =
            Webhooks::new(shop.units(), reader, targets, secrets.clone(), clock.clone(), entropy.clone());
        let (sender, sent) = unbounded_channel();
        let courier = Arc::new(Scripted { manners: Mutex::new(manners), sent: sender });
        Self { shop, clock, service, sent, courier, secrets, entropy }
    }

    /// Has receivers behave otherwise from now on.
    pub(crate) fn receivers(&self, manners: Manners) {
        *self.courier.manners.lock().unwrap() = manners;
    }

    /// Starts an instance's dispatcher.
    pub(crate) fn dispatcher(&self) -> Dispatcher {
        let reader = Arc::new(self.shop.clone());
        let deliveries = Deliveries::new(self.shop.units(), reader, self.clock.clone(), self.entropy.clone());
        Dispatcher::new(deliveries, self.courier.clone(), self.secrets.clone(), self.clock.clone())
    }

    /// Registers an endpoint that listens to everything.
    pub(crate) async fn endpoint(&self, url: &str) -> EndpointId {
        let url = TargetUrl::parse(url).unwrap();
        let new = EndpointInput { url, events: Interest::All, note: EndpointNote::default() };
        self.service.create(new).await.unwrap().id
    }

    /// Has something happen to an order, or to none.
    pub(crate) async fn happen(&self, place: Option<(i64, i64)>) {
        let sequence =
            place.map(|(order, version)| OrderSequence { order: OrderId(order), version: Version(version) });
        let kind = if place.is_some() { EventKind::OrderPaid } else { EventKind::StockLow };
        let event =
            Event { kind, sequence, data: r#"{"secret":"payload"}"#.to_owned(), at: self.clock.now() };
        let mut work = self.shop.begin().await.unwrap();
        work.events().record(&[event]).await.unwrap();
        work.commit().await.unwrap();
    }

    /// Returns what was sent since it was asked for last.
    pub(crate) fn sent(&mut self) -> Vec<Sendable> {
        std::iter::from_fn(|| self.sent.try_recv().ok()).collect()
    }

    pub(crate) async fn view(&self, id: EndpointId) -> EndpointView {
        self.shop.endpoint(id).await.unwrap().unwrap().value.decode().unwrap()
    }

    /// Returns the deliveries to an endpoint, the oldest first.
    pub(crate) async fn deliveries(&self, id: EndpointId) -> Vec<DeliveryView> {
        let query = DeliveryQuery { status: None, position: Position::Page(1), limit: Limit::DEFAULT };
        let page = self.shop.deliveries(id, &query).await.unwrap().unwrap().value.decode().unwrap();
        page.items.into_iter().rev().collect()
    }

    /// Returns the only delivery that there is.
    pub(crate) fn only(&self) -> KeptDelivery {
        let [delivery] = self.shop.state().deliveries.into_values().collect::<Vec<_>>().try_into().unwrap();
        delivery
    }
}
