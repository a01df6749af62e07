//! The server of a test: actix' own harness around [`http_api::configure`].

use crate::stubs::{Stub, services};
use actix_web::body::to_bytes;
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::{App, HttpResponse};
use domain::Currency;
use domain::health::Dependency;
use http_api::{AllowedOrigins, Origin, Proxy, Services, TrustedProxies};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;

/// An API over stubs.
pub(crate) struct Api {
    pub(crate) stub: Arc<Stub>,
    dependencies: Vec<Arc<dyn Dependency>>,
    origins: AllowedOrigins,
    proxies: TrustedProxies,
    currency: Currency,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

/// A request in the making.
pub(crate) struct Call<'a> {
    api: &'a Api,
    request: TestRequest,
}

impl Api {
    pub(crate) fn new() -> Self {
        logs::record();
        let (origins, proxies) = Default::default();
        let currency = Currency::parse("USD").unwrap();
        Self { stub: Stub::new(), dependencies: Vec::new(), origins, proxies, currency }
    }

    pub(crate) fn standing_on(dependencies: Vec<Arc<dyn Dependency>>) -> Self {
        Self { dependencies, ..Self::new() }
    }

    pub(crate) fn read_by(origins: impl IntoIterator<Item = Origin>) -> Self {
        Self { origins: origins.into_iter().collect(), ..Self::new() }
    }

    pub(crate) fn behind(proxies: impl IntoIterator<Item = Proxy>) -> Self {
        Self { proxies: proxies.into_iter().collect(), ..Self::new() }
    }

    pub(crate) fn selling_in(currency: &str) -> Self {
        Self { currency: Currency::parse(currency).unwrap(), ..Self::new() }
    }

    pub(crate) fn call(&self, method: &str, path: &str) -> Call<'_> {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        Call { api: self, request: TestRequest::default().method(method).uri(path) }
    }

    /// Asks for something that need not be text.
    pub(crate) async fn status(&self, path: &str) -> StatusCode {
        self.call("GET", path).respond().await.status()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send().await
    }
}

impl Call<'_> {
    pub(crate) fn by(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn from(mut self, address: &str) -> Self {
        self.request = self.request.peer_addr(SocketAddr::new(address.parse().unwrap(), 4711));
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.append_header((name, value));
        self
    }

    pub(crate) fn json(self, body: &str) -> Self {
        self.body("application/json", body.as_bytes())
    }

    pub(crate) fn body(mut self, media_type: &str, body: &[u8]) -> Self {
        self.request = self.request.insert_header(("Content-Type", media_type)).set_payload(body.to_vec());
        self
    }

    pub(crate) async fn send(self) -> Answer {
        Answer::of(self.respond().await).await
    }

    async fn respond(self) -> HttpResponse {
        let services = services(&self.api.stub, self.api.dependencies.clone());
        let (origins, proxies) = (self.api.origins.clone(), self.api.proxies.clone());
        let services = Services { origins, proxies, currency: self.api.currency, ..services };
        let app = init_service(App::new().configure(http_api::configure(services))).await;
        match try_call_service(&app, self.request.to_request()).await {
            Ok(response) => response.into_parts().1.map_into_boxed_body(),
            Err(error) => error.error_response(),
        }
    }
}

impl Answer {
    async fn of(response: HttpResponse) -> Self {
        let text = |value: &[u8]| String::from_utf8(value.to_vec()).unwrap();
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect();
        let status = response.status();
        let body = to_bytes(response.into_body()).await.unwrap();
        Self { status, headers, text: text(&body) }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Returns the slug of the problem, after checking what every problem has.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let json = self.json();
        assert_eq!(json["status"], self.status.as_u16(), "{self:?}");
        for member in ["type", "title", "detail", "instance", "requestId"] {
            assert!(json[member].as_str().is_some_and(|text| !text.is_empty()), "no {member}: {self:?}");
        }
        assert_eq!(json["requestId"].as_str(), self.header("x-request-id"));
        json["type"].as_str().unwrap().strip_prefix("/problems/").unwrap().to_owned()
    }

    /// Returns where things are wrong.
    pub(crate) fn places(&self) -> Vec<String> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        let place = |error: &Value| {
            let place = ["pointer", "parameter", "header"].into_iter().find_map(|name| error[name].as_str());
            assert!(error["detail"].as_str().is_some_and(|text| !text.is_empty()));
            place.unwrap().to_owned()
        };
        errors.iter().map(place).collect()
    }
}
