//! A shop as it is often written: handlers that do their work themselves, so that it ends where its client goes away or a
//! deadline passes, over a pool
//! that nobody cleans. It is here to be caught.

use actix_web::dev::ServerHandle;
use actix_web::web::{Data, Json, Path};
use actix_web::{App, HttpResponse, HttpServer, web};
use sea_orm::sqlx::postgres::PgPoolOptions;
use sea_orm::sqlx::{AssertSqlSafe, Error, PgPool, raw_sql};
use serde_json::{Value, json};
use std::time::Duration;

/// How long a handler may take.
const DEADLINE: Duration = Duration::from_millis(100);

/// A server that runs. Dropping it stops nothing: the test's end does.
pub(crate) struct Undefended {
    address: String,
    _handle: ServerHandle,
}

impl Undefended {
    pub(crate) async fn open(database_url: &str) -> Self {
        let pool = PgPoolOptions::new().max_connections(10).test_before_acquire(false);
        let pool = pool.connect(database_url).await;
        let pool = Data::new(pool.expect("the database can be opened"));
        let app = move || {
            App::new()
                .app_data(pool.clone())
                .route("/api/v1/variants/{id}/stock", web::post().to(change_stock))
                .route("/api/v1/auth/signup", web::post().to(sign_up))
        };
        let server = HttpServer::new(app).workers(2).disable_signals();
        let server = server.bind("127.0.0.1:0").expect("there is a free port");
        let address = server.addrs()[0].to_string();
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { address, _handle: handle }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

async fn change_stock(pool: Data<PgPool>, variant: Path<i64>, body: Json<Value>) -> HttpResponse {
    let note = body["reason"].as_str().unwrap_or_default();
    let work = async {
        let mut transaction = pool.begin().await?;
        let count = format!("UPDATE variants SET on_hand = on_hand + 1 WHERE id = {variant}");
        raw_sql(AssertSqlSafe(count)).execute(&mut *transaction).await?;
        let record = format!(
            "INSERT INTO stock_movements (variant_id, delta, reason, note, at)
             VALUES ({variant}, 1, 'adjustment', '{note}', now())"
        );
        raw_sql(AssertSqlSafe(record)).execute(&mut *transaction).await?;
        transaction.commit().await
    };
    answer(tokio::time::timeout(DEADLINE, work).await.unwrap_or(Err(Error::PoolTimedOut)))
}

async fn sign_up(pool: Data<PgPool>, body: Json<Value>) -> HttpResponse {
    let email = body["email"].as_str().unwrap_or_default();
    let insert = format!(
        "INSERT INTO users (name, email, email_key, password_hash, role, disabled, created_at)
         VALUES ('Somebody', '{email}', '{email}', '', 'customer', false, now())"
    );
    let work = async { raw_sql(AssertSqlSafe(insert)).execute(&**pool).await.map(drop) };
    answer(tokio::time::timeout(DEADLINE, work).await.unwrap_or(Err(Error::PoolTimedOut)))
}

fn answer(outcome: Result<(), Error>) -> HttpResponse {
    match outcome {
        Ok(()) => HttpResponse::Created().json(json!({ "data": {} })),
        Err(error) => HttpResponse::ServiceUnavailable().json(json!({ "detail": error.to_string() })),
    }
}
