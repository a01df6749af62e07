//! Holds throw-away backends for whoever is not a Rust test: prints where they are, as lines for an environment, and
//! keeps them until its standard input ends (Ctrl-D) or it is stopped.

use backends::{Postgres, Redis};
use std::io;

fn main() -> io::Result<()> {
    let (postgres, redis) = (Postgres::shared(), Redis::start());
    let database = postgres.create_database();
    println!("TEST_POSTGRES_URL={}", postgres.url());
    println!("APP__DATABASE__URL={}", database.url());
    println!("APP__CACHE__URL={}", redis.url());
    io::copy(&mut io::stdin(), &mut io::sink()).map(drop)
}
