//! What is sent to other programs.

use super::{Stub, document};
use async_trait::async_trait;
use domain::page::Page;
use domain::webhook::{
    DeliveryQuery, DeliveryView, EndpointChange, EndpointInput, EndpointKey, EndpointSecrets, EndpointStatus,
    EndpointView, NewlyMade, SigningSecret, WebhookError, WebhookReader, WebhookService,
};
use domain::{DeliveryId, Doc, EndpointId, RepositoryError, Source, Sourced, Timestamp};

type Found<T> = Result<Option<Sourced<Doc<T>>>, RepositoryError>;

impl Stub {
    /// Fails as the test wants, or finds something.
    fn webhook(&self) -> Result<(), WebhookError> {
        self.webhook.get()
    }

    /// Finds nothing, or fails, where the test wants that.
    fn found<T>(&self, json: &'static str) -> Found<T> {
        match self.webhook() {
            Ok(()) => Ok(Some(document(0, json))),
            Err(WebhookError::Repository(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }
}

fn endpoint() -> EndpointView {
    EndpointView {
        id: EndpointId(1),
        url: "https://example.com/".to_owned(),
        description: String::new(),
        events: vec!["*".to_owned()],
        status: EndpointStatus::Active,
        parked_at: None,
        parked_because: None,
        failures: 0,
        failing_since: None,
        pending: 0,
        failed: 0,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

#[async_trait]
impl WebhookReader for Stub {
    async fn endpoints(&self) -> Result<Sourced<Doc<Page<EndpointView>>>, RepositoryError> {
        self.note("endpoints", &());
        Ok(document(0, r#"{"items":[]}"#))
    }

    async fn endpoint(&self, id: EndpointId) -> Found<EndpointView> {
        self.note("endpoint", &id);
        self.found(r#"{"id":1}"#)
    }

    async fn key(&self, id: EndpointId) -> Result<Option<Sourced<EndpointKey>>, RepositoryError> {
        self.note("key", &id);
        Ok(None)
    }

    async fn deliveries(&self, endpoint: EndpointId, query: &DeliveryQuery) -> Found<Page<DeliveryView>> {
        self.note("deliveries", &(endpoint, query));
        self.found(r#"{"items":[]}"#)
    }

    async fn delivery(&self, endpoint: EndpointId, id: DeliveryId) -> Found<DeliveryView> {
        self.note("delivery", &(endpoint, id));
        self.found(r#"{"id":1}"#)
    }

    async fn due(&self, now: Timestamp) -> Result<Vec<EndpointId>, RepositoryError> {
        self.note("due", &now);
        Ok(Vec::new())
    }
}

#[async_trait]
impl WebhookService for Stub {
    async fn create(&self, new: EndpointInput) -> Result<NewlyMade, WebhookError> {
        self.note("create webhook", &new);
        let endpoint = Sourced::direct(Source::Postgres, endpoint());
        self.webhook().map(|()| NewlyMade {
            id: EndpointId(1),
            endpoint,
            secret: SigningSecret::new([7; 32]),
        })
    }

    async fn change(
        &self,
        id: EndpointId,
        change: EndpointChange,
    ) -> Result<Sourced<Doc<EndpointView>>, WebhookError> {
        self.note("change webhook", &(id, change));
        self.webhook().map(|()| document(0, r#"{"id":1}"#))
    }

    async fn remove(&self, id: EndpointId) -> Result<(), WebhookError> {
        self.note("remove webhook", &id);
        self.webhook()
    }

    async fn secret(&self, id: EndpointId) -> Result<Sourced<EndpointSecrets>, WebhookError> {
        self.note("webhook secret", &id);
        let secrets = EndpointSecrets { current: SigningSecret::new([7; 32]), previous_until: None };
        self.webhook().map(|()| Sourced::direct(Source::Postgres, secrets))
    }

    async fn rotate(&self, id: EndpointId) -> Result<Sourced<EndpointSecrets>, WebhookError> {
        self.note("rotate webhook secret", &id);
        let previous_until = Some(Timestamp::UNIX_EPOCH);
        let secrets = EndpointSecrets { current: SigningSecret::new([8; 32]), previous_until };
        self.webhook().map(|()| Sourced::direct(Source::Postgres, secrets))
    }

    async fn replay(
        &self,
        endpoint: EndpointId,
        delivery: DeliveryId,
    ) -> Result<Sourced<Doc<DeliveryView>>, WebhookError> {
        self.note("replay", &(endpoint, delivery));
        self.webhook().map(|()| document(0, r#"{"id":1}"#))
    }
}
