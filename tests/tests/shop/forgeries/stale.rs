//! Tokens that were good once. Each was used before, so that whatever keeps what is known of its session knows it.

use super::is_refused;
use serde_json::json;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use system_tests::{PASSWORD, Person, Shop, on_both_pairs};

on_both_pairs! {
    no_stale_token_is_accepted,
    what_sql_took_away_is_not_accepted_once_the_shop_is_told,
}

/// Returns somebody with two sessions, both of them used.
async fn twice(shop: &Shop, name: &str) -> (Person, Person) {
    let phone = shop.customer(name).await;
    let laptop = shop.guest().sign_in(&format!("{name}@example.org"), PASSWORD).await;
    for device in [&phone, &laptop] {
        device.get("/me").await.ok();
    }
    (phone, laptop)
}

async fn no_stale_token_is_accepted(shop: &Shop) {
    let staff = shop.staff().await;
    let mut stale = Vec::new();

    let (phone, _) = twice(shop, "signs-out").await;
    phone.post_nothing("/auth/signout").await.no_content();
    stale.push(("signed out", phone));

    let (phone, laptop) = twice(shop, "signs-out-everywhere").await;
    laptop.post_nothing("/auth/signout-all").await.no_content();
    stale.extend([("signed out elsewhere", phone), ("signed out everywhere", laptop)]);

    let (phone, laptop) = twice(shop, "ends-a-session").await;
    let sessions = laptop.get("/auth/sessions").await.ok().data();
    let other = sessions["items"].as_array().unwrap().iter().find(|it| it["current"] == false).unwrap();
    laptop.delete(&format!("/auth/sessions/{}", other["id"].as_str().unwrap())).await.no_content();
    stale.push(("a session that was ended", phone));

    let (phone, laptop) = twice(shop, "changes-the-password").await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "another horse 43 battery" });
    laptop.post("/me/password", &change).await.no_content();
    stale.push(("a password ago", phone));

    for (name, change) in [
        ("is-shut-out", json!({ "disabled": true })),
        ("is-promoted", json!({ "role": "staff" })),
        ("is-both", json!({ "role": "staff", "disabled": true })),
    ] {
        let (phone, laptop) = twice(shop, name).await;
        staff.patch(&format!("/admin/users/{}", phone.id()), &change).await.ok();
        stale.extend([(name, phone), (name, laptop)]);
    }

    for (name, person) in &stale {
        is_refused(person, name).await;
    }
    println!("{} stale tokens, 0 accepted", stale.len());
}

async fn what_sql_took_away_is_not_accepted_once_the_shop_is_told(shop: &Shop) {
    let (deleted, _) = twice(shop, "deleted").await;
    let (ended, _) = twice(shop, "ended").await;
    let (expired, _) = twice(shop, "expired").await;
    shop.sql(&format!("delete from sessions where user_id = {}", ended.id())).await;
    shop.sql(&format!("delete from users where id = {}", deleted.id())).await;
    let then = "2026-01-01 00:00:00+00:00";
    shop.sql(&format!("update sessions set expires_at = '{then}' where user_id = {}", expired.id())).await;
    assert_eq!(shop.run("app cache forget --all").await, ExitCode::SUCCESS);
    shop.command().await.settled().await;

    for (name, person) in [("deleted", deleted), ("ended", ended), ("expired", expired)] {
        let patience = Instant::now() + Duration::from_secs(30);
        while person.get("/me").await.status() == 200 {
            assert!(Instant::now() < patience, "{name}: it is never refused");
        }
        is_refused(&person, name).await;
    }
}
