//! The server itself. When it stops is its caller's business, through the handle of the [`Server`] that it gets.

use crate::{Services, frame::frame, routes};
use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpServer};
use std::net::TcpListener;
use std::time::Duration;

/// How a server uses its machine.
#[derive(Clone, Copy, Debug)]
pub struct ServerOptions {
    /// How many threads answer; at least 1.
    pub workers: usize,
    /// How long requests under way may still take once the server is told to stop, in whole seconds.
    pub shutdown_timeout: Duration,
}

/// How long a client may take to send its request's header.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a connection is kept without a request.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Answers on a listener that is bound already. The server runs once it is awaited, and takes no signals: it is stopped
/// gracefully through [`Server::handle`].
///
/// # Errors
/// When the listener cannot be used.
pub fn serve(listener: TcpListener, services: Services, options: ServerOptions) -> std::io::Result<Server> {
    let server = HttpServer::new(move || App::new().configure(configure(services.clone())))
        .workers(options.workers.max(1))
        .client_request_timeout(HEADER_TIMEOUT)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(options.shutdown_timeout.as_secs())
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// Registers everything that the shop answers, for [`serve`] and for actix' own test harness.
pub fn configure(services: Services) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config.app_data(Data::new(services));
        // One scope around everything, so that what no route answers goes through the frame too.
        config.service(web::scope("").configure(routes::register).wrap(from_fn(frame)));
    }
}
