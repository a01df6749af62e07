//! Webhooks in memory.

use super::{shop::MemoryShop, state::KeptDelivery, state::State, unit::MemoryUnit};
use crate::event::{Event, EventRepository};
use crate::page::{Page, Position, encode_cursor};
use crate::webhook::{
    Attempt, Batch, Delivery, DeliveryCursor, DeliveryQuery, DeliveryStatus, DeliveryView, Endpoint,
    EndpointKey, EndpointStatus, EndpointView, EventId, NewEndpoint, WebhookMessage, WebhookReader,
    WebhookRepository,
};
use crate::{DeliveryId, Doc, EndpointId, OrderId, RepositoryError, Source, Sourced, Timestamp, Version};
use async_trait::async_trait;

#[async_trait]
impl EventRepository for MemoryUnit {
    async fn record(&mut self, events: &[Event]) -> Result<(), RepositoryError> {
        for event in events {
            let number = self.state.events.len();
            self.state.events.push(event.clone());
            let hear = |endpoint: &&Endpoint| endpoint.events.covers(event.kind);
            let listening: Vec<_> = self.state.endpoints.values().filter(hear).map(|one| one.id).collect();
            for endpoint in listening {
                let id = DeliveryId(self.state.next_id());
                let next_attempt_at = self.state.behind(endpoint, event).unwrap_or(event.at);
                let delivery = Delivery {
                    id,
                    endpoint,
                    status: DeliveryStatus::Pending,
                    attempts: 0,
                    next_attempt_at,
                    claimed_until: None,
                };
                let kept = KeptDelivery { delivery, event: number, log: Vec::new() };
                self.state.deliveries.insert(id, kept);
            }
        }
        Ok(())
    }
}

#[async_trait]
impl WebhookRepository for MemoryUnit {
    async fn count(&mut self) -> Result<u64, RepositoryError> {
        Ok(self.state.endpoints.len() as u64)
    }

    async fn insert(&mut self, new: &NewEndpoint) -> Result<Endpoint, RepositoryError> {
        let made = Endpoint::made(EndpointId(self.state.next_id()), new);
        self.state.endpoints.insert(made.id, made.clone());
        Ok(made)
    }

    async fn lock(&mut self, id: EndpointId) -> Result<Option<Endpoint>, RepositoryError> {
        Ok(self.state.endpoints.get(&id).cloned())
    }

    async fn save(&mut self, endpoint: &Endpoint) -> Result<(), RepositoryError> {
        self.state.endpoints.insert(endpoint.id, endpoint.clone());
        Ok(())
    }

    async fn remove(&mut self, id: EndpointId, _: Timestamp) -> Result<bool, RepositoryError> {
        self.state.deliveries.retain(|_, kept| kept.delivery.endpoint != id);
        Ok(self.state.endpoints.remove(&id).is_some())
    }

    async fn restart(&mut self, endpoint: EndpointId, now: Timestamp) -> Result<(), RepositoryError> {
        for KeptDelivery { delivery, event, .. } in self.state.deliveries.values_mut() {
            if delivery.endpoint == endpoint
                && delivery.status == DeliveryStatus::Pending
                && delivery.next_attempt_at > now
            {
                delivery.next_attempt_at = self.state.events[*event].at.min(now);
            }
        }
        Ok(())
    }

    async fn claim(
        &mut self,
        endpoint: EndpointId,
        now: Timestamp,
        until: Timestamp,
        most: usize,
    ) -> Result<Option<Batch>, RepositoryError> {
        let mut due = self.state.due(endpoint, now);
        due.truncate(most);
        let claim = |id: DeliveryId| {
            let kept = self.state.deliveries.get_mut(&id)?;
            kept.delivery.claimed_until = Some(until);
            let message = message(&self.state.events[kept.event], kept.event);
            Some((kept.delivery.clone(), message))
        };
        let claimed: Vec<_> = due.into_iter().filter_map(claim).collect();
        let endpoint = self.state.endpoints.get(&endpoint).filter(|_| !claimed.is_empty());
        Ok(endpoint.map(|endpoint| Batch { endpoint: endpoint.clone(), claimed }))
    }

    async fn lock_delivery(
        &mut self,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<Option<Delivery>, RepositoryError> {
        let kept = self.state.deliveries.get(&id).map(|kept| kept.delivery.clone());
        Ok(kept.filter(|delivery| delivery.endpoint == endpoint))
    }

    async fn save_delivery(&mut self, delivery: &Delivery) -> Result<(), RepositoryError> {
        let Some(kept) = self.state.deliveries.get_mut(&delivery.id) else { return Ok(()) };
        kept.delivery = delivery.clone();
        let saved = kept.clone();
        for id in self.state.waiting_behind(&saved) {
            if let Some(kept) = self.state.deliveries.get_mut(&id) {
                kept.delivery.next_attempt_at = delivery.next_attempt_at;
            }
        }
        Ok(())
    }

    async fn log(&mut self, delivery: DeliveryId, attempt: &Attempt) -> Result<(), RepositoryError> {
        if let Some(kept) = self.state.deliveries.get_mut(&delivery) {
            kept.log.push(attempt.clone());
        }
        Ok(())
    }
}

#[async_trait]
impl WebhookReader for MemoryShop {
    async fn endpoints(&self) -> Result<Sourced<Doc<Page<EndpointView>>>, RepositoryError> {
        let state = self.read()?;
        let items = state.endpoints.values().map(|endpoint| state.endpoint_view(endpoint)).collect();
        Ok(Sourced::direct(Source::Sqlite, Doc::encode(Version::NONE, &Page::whole(items))))
    }

    async fn endpoint(&self, id: EndpointId) -> Result<Option<Sourced<Doc<EndpointView>>>, RepositoryError> {
        let state = self.read()?;
        let view = state.endpoints.get(&id).map(|endpoint| state.endpoint_view(endpoint));
        Ok(view.map(|view| Sourced::direct(Source::Sqlite, Doc::encode(Version::NONE, &view))))
    }

    async fn key(&self, id: EndpointId) -> Result<Option<Sourced<EndpointKey>>, RepositoryError> {
        let key = self.read()?.endpoints.get(&id).map(|endpoint| endpoint.key.clone());
        Ok(key.map(|key| Sourced::direct(Source::Sqlite, key)))
    }

    async fn deliveries(
        &self,
        endpoint: EndpointId,
        query: &DeliveryQuery,
    ) -> Result<Option<Sourced<Doc<Page<DeliveryView>>>>, RepositoryError> {
        let state = self.read()?;
        if !state.endpoints.contains_key(&endpoint) {
            return Ok(None);
        }
        let wanted = |kept: &&KeptDelivery| {
            kept.delivery.endpoint == endpoint
                && query.status.is_none_or(|status| status == kept.delivery.status)
        };
        let matching: Vec<_> = state.deliveries.values().rev().filter(wanted).collect();
        let begin = match &query.position {
            Position::Page(_) => query.position.offset(query.limit) as usize,
            Position::After(last) => matching.partition_point(|kept| kept.delivery.id >= last.id),
        };
        let rest = matching.get(begin..).unwrap_or_default();
        let shown = &rest[..rest.len().min(query.limit.get() as usize)];
        let next = shown.last().filter(|_| shown.len() < rest.len());
        let next = next.map(|last| encode_cursor(&DeliveryCursor { id: last.delivery.id }));
        let items = shown.iter().map(|kept| state.delivery_view(kept)).collect();
        let page = Page::new(items, &query.position, query.limit, matching.len() as u64, next);
        Ok(Some(Sourced::direct(Source::Sqlite, Doc::encode(Version::NONE, &page))))
    }

    async fn delivery(
        &self,
        endpoint: EndpointId,
        id: DeliveryId,
    ) -> Result<Option<Sourced<Doc<DeliveryView>>>, RepositoryError> {
        let state = self.read()?;
        let kept = state.deliveries.get(&id).filter(|kept| kept.delivery.endpoint == endpoint);
        let view = kept.map(|kept| state.delivery_view(kept));
        Ok(view.map(|view| Sourced::direct(Source::Sqlite, Doc::encode(Version::NONE, &view))))
    }

    async fn due(&self, now: Timestamp) -> Result<Vec<EndpointId>, RepositoryError> {
        let state = self.read()?;
        Ok(state.endpoints.keys().copied().filter(|id| !state.due(*id, now).is_empty()).collect())
    }
}

impl State {
    /// Returns what may be claimed, the longest due first.
    fn due(&self, endpoint: EndpointId, now: Timestamp) -> Vec<DeliveryId> {
        let active = self.endpoints.get(&endpoint).map(|one| one.state.status());
        if active != Some(EndpointStatus::Active) {
            return Vec::new();
        }
        let is_next = |kept: &&KeptDelivery| {
            let order = self.order_of(kept);
            let precedes = |other: &KeptDelivery| {
                order.is_some() && self.order_of(other) == order && other.event < kept.event
            };
            !self.pending(endpoint).any(precedes)
        };
        let is_due = |kept: &&KeptDelivery| {
            kept.delivery.next_attempt_at <= now
                && kept.delivery.claimed_until.is_none_or(|until| until <= now)
        };
        let due = self.pending(endpoint).filter(is_due).filter(is_next);
        let mut due: Vec<_> = due.map(|kept| &kept.delivery).collect();
        due.sort_by_key(|delivery| (delivery.next_attempt_at, delivery.id));
        due.into_iter().map(|delivery| delivery.id).collect()
    }

    fn pending(&self, endpoint: EndpointId) -> impl Iterator<Item = &KeptDelivery> {
        let all = self.deliveries.values().filter(move |kept| kept.delivery.endpoint == endpoint);
        all.filter(|kept| kept.delivery.status == DeliveryStatus::Pending)
    }

    /// Returns when the last delivery is due that an event that just happened waits behind.
    fn behind(&self, endpoint: EndpointId, event: &Event) -> Option<Timestamp> {
        let order = event.sequence?.order;
        let earlier = self.pending(endpoint).filter(|kept| self.order_of(kept) == Some(order));
        earlier.map(|kept| kept.delivery.next_attempt_at).max()
    }

    /// Returns what waits behind a delivery.
    fn waiting_behind(&self, first: &KeptDelivery) -> Vec<DeliveryId> {
        let order = self.order_of(first);
        let waits = |kept: &&KeptDelivery| {
            order.is_some() && self.order_of(kept) == order && kept.event > first.event
        };
        self.pending(first.delivery.endpoint).filter(waits).map(|kept| kept.delivery.id).collect()
    }

    fn order_of(&self, kept: &KeptDelivery) -> Option<OrderId> {
        self.events[kept.event].sequence.map(|place| place.order)
    }

    fn endpoint_view(&self, endpoint: &Endpoint) -> EndpointView {
        let count = |status| {
            let all = self.deliveries.values().map(|kept| &kept.delivery);
            all.filter(|one| one.endpoint == endpoint.id && one.status == status).count() as u64
        };
        EndpointView::of(endpoint, count(DeliveryStatus::Pending), count(DeliveryStatus::Failed))
    }

    fn delivery_view(&self, kept: &KeptDelivery) -> DeliveryView {
        let (delivery, event) = (&kept.delivery, &self.events[kept.event]);
        let message = message(event, kept.event);
        DeliveryView::of(delivery, &message, self.order_of(kept), &kept.log)
    }
}

fn message(event: &Event, number: usize) -> WebhookMessage {
    WebhookMessage {
        id: EventId::of("the shop in memory", i64::try_from(number).unwrap_or(i64::MAX), event.at),
        kind: event.kind,
        at: event.at,
        sequence: event.sequence.map(|place| place.version.0),
        data: event.data.clone(),
    }
}
