//! While PostgreSQL is away nobody is told that a session has ended; and one of which nobody can tell is refused if it has.

use super::{ENDINGS, PATIENCE, begin, committed, hot, sessions};
use std::time::Instant;
use system_tests::{PASSWORD, Proxy, Shop, Tap};

/// Opens another instance, which speaks to PostgreSQL over a line of its own.
async fn over(shop: &Shop, line: &str) -> Shop {
    let url = shop.postgres().url().replace(&address(shop), line);
    shop.second_instance_with(&[("APP__DATABASE__URL", url)]).await
}

/// Returns where PostgreSQL listens.
fn address(shop: &Shop) -> String {
    shop.postgres().url().split(['@', '/']).nth(3).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_postgresql_is_away_nobody_is_told_that_a_session_has_ended() {
    let shop = Shop::open_server().await;
    let line = Proxy::to(&address(&shop)).await;
    let behind = over(&shop, line.url().trim_start_matches("redis://")).await;
    let staff = behind.staff().await;
    for ending in ENDINGS {
        let phone = behind.customer(&format!("{ending:?}")).await;
        let laptop = behind.guest().sign_in(&format!("{ending:?}@example.org"), PASSWORD).await;
        for device in [&staff, &phone, &laptop] {
            hot(device).await;
        }
        line.refuse();
        let call = ending.come(&staff, &phone, &laptop).await;
        println!("PostgreSQL away: {ending:?} {}", call.status());
        call.with_status(503).problem("unavailable");
        assert_eq!(sessions(&shop, &phone), "2");

        line.pass();
        let patience = Instant::now() + PATIENCE;
        while behind.get("/health/ready").await.status() != 200 {
            assert!(Instant::now() < patience, "PostgreSQL is back, and nobody uses it");
        }
        for device in [&phone, &laptop] {
            device.get("/cart").await.ok();
        }
        assert!(matches!(ending.come(&staff, &phone, &laptop).await.status(), 200 | 204), "{ending:?}");
        phone.get("/cart").await.problem("invalid-token");
    }
    behind.close().await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_end_is_not_known_is_refused_if_it_has_ended() {
    let shop = Shop::open_server().await;
    let tap = Tap::on(&address(&shop), "COMMIT").await;
    let behind = over(&shop, &tap.address()).await;
    let staff = behind.staff().await;
    for ending in ENDINGS {
        let phone = behind.customer(&format!("{ending:?}")).await;
        let laptop = behind.guest().sign_in(&format!("{ending:?}@example.org"), PASSWORD).await;
        for device in [&staff, &phone, &laptop] {
            hot(device).await;
        }
        // PostgreSQL commits, and the connection breaks before it can say so.
        tap.pass_while(|commits| commits == 0);
        let call = begin(ending, [&staff, &phone, &laptop]);
        committed(&shop, &phone);
        tap.cut();
        let call = call.await.unwrap();
        println!("PostgreSQL's answer lost: {ending:?} {}", call.status());
        call.with_status(503).problem("outcome-unknown");
        // Connections that broke with that one may fail a request each; none of these is let in.
        let patience = Instant::now() + PATIENCE;
        let mut next = phone.get("/cart").await;
        while next.status() == 503 {
            assert!(Instant::now() < patience, "PostgreSQL is back, and nobody uses it");
            next = phone.get("/cart").await;
        }
        next.problem("invalid-token");
        let expected = if ending.spares_the_laptop() { 200 } else { 401 };
        assert_eq!(laptop.get("/cart").await.status(), expected, "{ending:?}");
    }
    behind.close().await;
    shop.close().await;
}
