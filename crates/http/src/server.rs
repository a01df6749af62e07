//! The server itself. When it stops is its caller's business, through the handle of the [`Server`] that it gets.

use crate::connection::{Bounded, Patience};
use crate::{Services, frame::frame, routes};
use actix_http::HttpService;
use actix_server::Server;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, fn_service, map_config};
use actix_web::dev::AppConfig;
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, Error};
use std::future::ready;
use std::net::TcpListener;
use std::time::Duration;

/// How a server uses its machine, and what it takes from its clients.
#[derive(Clone, Copy, Debug)]
pub struct ServerOptions {
    /// How many threads answer; at least 1.
    pub workers: usize,
    /// How many connections are held at once; who comes then waits in the system's queue.
    pub max_connections: usize,
    /// How long requests under way may still take once the server is told to stop, in whole seconds.
    pub shutdown_timeout: Duration,
    /// How long clients may take.
    pub patience: Patience,
}

/// Answers on a listener that is bound already. The server runs once it is awaited, and takes no signals: it is stopped
/// gracefully through [`Server::handle`].
///
/// It is put together as [`actix_web::HttpServer`] does it, but for the connections, which have only so much [`Patience`]
/// with slow clients.
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(listener: TcpListener, services: Services, options: ServerOptions) -> std::io::Result<Server> {
    let address = listener.local_addr()?;
    let (workers, patience) = (options.workers.max(1), options.patience);
    let builder = Server::build()
        .workers(workers)
        .max_concurrent_connections(options.max_connections.div_ceil(workers).max(1))
        .shutdown_timeout(options.shutdown_timeout.as_secs())
        .disable_signals();
    // A connection at rest would else keep the server from stopping.
    let stopping = builder.graceful_shutdown_signal();
    let builder = builder.listen("shop", listener, move || {
        let stopping = stopping.clone();
        let app = App::new().configure(configure(services.clone())).into_factory();
        let app = app.map_err(|error: Error| error.error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .keep_alive(patience.rest)
            .client_request_timeout(patience.header)
            .client_disconnect_timeout(patience.farewell)
            .local_addr(address)
            .h1(map_config(app, |()| AppConfig::default()));
        let accept = move |io: TcpStream| {
            let client = io.peer_addr().ok();
            ready(Ok((Bounded::new(io, patience), client)))
        };
        fn_service(accept).and_then(http)
    })?;
    Ok(builder.run())
}

/// Registers everything that the shop answers, for [`serve`] and for actix' own test harness.
pub fn configure(services: Services) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config.app_data(Data::new(services));
        // One scope around everything, so that what no route answers goes through the frame too.
        config.service(web::scope("").configure(routes::register).wrap(from_fn(frame)));
    }
}
