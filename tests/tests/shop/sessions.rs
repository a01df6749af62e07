//! Who is let in: a token that was good a moment ago is refused on the very next request once its session has ended.

use domain::{Clock, SystemClock};
use serde_json::json;
use std::process::ExitCode;
use std::time::Duration;
use system_tests::{PASSWORD, Person, Shop, on_both_pairs};

on_both_pairs! {
    signing_out_ends_this_session_alone,
    signing_out_everywhere_ends_all,
    a_session_can_be_ended_from_another_device,
    a_new_password_ends_every_other_session,
    an_account_that_is_shut_out_is_out_at_once,
    a_new_role_begins_with_a_new_session,
    staff_alone_runs_the_shop,
    accounts_are_unique_without_case,
    the_oldest_of_too_many_sessions_ends,
    a_session_that_nobody_used_for_three_days_is_over,
}

const EMAIL: &str = "alice@example.org";

/// Asserts that the token is not accepted, by reads and by writes.
async fn is_out(person: &Person) {
    let refused = person.get("/cart").await;
    refused.problem("invalid-token");
    assert!(refused.header("www-authenticate").starts_with("Bearer"), "{refused:?}");
    person.place_order().await.problem("invalid-token");
}

async fn signing_out_ends_this_session_alone(shop: &Shop) {
    let phone = shop.customer("alice").await;
    let laptop = shop.guest().sign_in(EMAIL, PASSWORD).await;
    for device in [&phone, &laptop] {
        device.get("/cart").await.ok();
    }
    phone.post_nothing("/auth/signout").await.no_content();
    is_out(&phone).await;
    laptop.get("/cart").await.ok();
}

async fn signing_out_everywhere_ends_all(shop: &Shop) {
    let phone = shop.customer("alice").await;
    let laptop = shop.guest().sign_in(EMAIL, PASSWORD).await;
    laptop.get("/cart").await.ok();
    phone.post_nothing("/auth/signout-all").await.no_content();
    is_out(&phone).await;
    is_out(&laptop).await;
    shop.guest().sign_in(EMAIL, PASSWORD).await.get("/cart").await.ok();
}

async fn a_session_can_be_ended_from_another_device(shop: &Shop) {
    let phone = shop.customer("alice").await;
    let laptop = shop.guest().sign_in(EMAIL, PASSWORD).await;
    let sessions = laptop.get("/auth/sessions").await.ok().data();
    let sessions = sessions["items"].as_array().or(sessions.as_array()).unwrap().clone();
    assert_eq!(sessions.len(), 2);
    let other = sessions.iter().find(|session| session["current"] == false).unwrap();
    let path = format!("/auth/sessions/{}", other["id"].as_str().unwrap());
    shop.customer("bob").await.delete(&path).await.problem("not-found");
    phone.get("/cart").await.ok();
    laptop.delete(&path).await.no_content();
    is_out(&phone).await;
    laptop.get("/cart").await.ok();
}

async fn a_new_password_ends_every_other_session(shop: &Shop) {
    let phone = shop.customer("alice").await;
    let laptop = shop.guest().sign_in(EMAIL, PASSWORD).await;
    phone.get("/cart").await.ok();
    let new = "another horse 43 battery";
    let change = |current: &str| json!({ "currentPassword": current, "newPassword": new });
    laptop.post("/me/password", &change("not the password")).await.problem("wrong-password");
    phone.get("/cart").await.ok();
    let easy = json!({ "currentPassword": PASSWORD, "newPassword": "alice1234" });
    let refused = laptop.post("/me/password", &easy).await.problem("validation-failed");
    assert_eq!(refused["errors"][0]["pointer"], "/newPassword");
    phone.get("/cart").await.ok();
    laptop.post("/me/password", &change(PASSWORD)).await.no_content();
    is_out(&phone).await;
    laptop.get("/cart").await.ok();
    let old = json!({ "email": EMAIL, "password": PASSWORD });
    shop.guest().post("/auth/signin", &old).await.problem("wrong-credentials");
    shop.guest().sign_in(EMAIL, new).await.get("/cart").await.ok();
}

async fn an_account_that_is_shut_out_is_out_at_once(shop: &Shop) {
    let (staff, alice) = (shop.staff().await, shop.customer("alice").await);
    alice.get("/cart").await.ok();
    let path = format!("/admin/users/{}", alice.id());
    let account = staff.patch(&path, &json!({ "disabled": true })).await.ok().data();
    assert_eq!(account["disabled"], true);
    is_out(&alice).await;
    let credentials = json!({ "email": EMAIL, "password": PASSWORD });
    shop.guest().post("/auth/signin", &credentials).await.problem("wrong-credentials");
    staff.patch(&path, &json!({ "disabled": false })).await.ok();
    is_out(&alice).await;
    shop.guest().sign_in(EMAIL, PASSWORD).await.get("/cart").await.ok();
}

async fn a_new_role_begins_with_a_new_session(shop: &Shop) {
    let (staff, alice) = (shop.staff().await, shop.customer("alice").await);
    alice.get("/cart").await.ok();
    let path = format!("/admin/users/{}", alice.id());
    staff.patch(&path, &json!({ "role": "staff" })).await.ok();
    is_out(&alice).await;
    let promoted = shop.guest().sign_in(EMAIL, PASSWORD).await;
    promoted.get("/products?status=archived").await.ok();
    staff.patch(&path, &json!({ "role": "customer" })).await.ok();
    is_out(&promoted).await;
}

async fn staff_alone_runs_the_shop(shop: &Shop) {
    let tea = shop.stock("TEA-100", 1).await;
    let alice = shop.customer("alice").await;
    let product = format!("/products/{}", tea.id);
    let stock = format!("/variants/{}/stock", tea.variant);
    let account = format!("/admin/users/{}", alice.id());
    for (person, kind) in [(&shop.guest(), "authentication-required"), (&alice, "forbidden")] {
        person.patch_if(&product, &tea.etag, &json!({ "name": "Mine" })).await.problem(kind);
        person.delete_if(&product, &tea.etag).await.problem(kind);
        person.post(&stock, &json!({ "delta": 1, "reason": "gift" })).await.problem(kind);
        person.patch(&account, &json!({ "role": "staff" })).await.problem(kind);
    }
    assert_eq!(alice.get("/me").await.ok().data()["role"], "customer");
}

async fn accounts_are_unique_without_case(shop: &Shop) {
    shop.customer("alice").await;
    let again = json!({ "name": "Alice", "email": "ALICE@Example.ORG", "password": PASSWORD });
    let problem = shop.guest().post("/auth/signup", &again).await.problem("email-taken");
    assert_eq!(problem["status"], 409);
    shop.guest().sign_in("Alice@EXAMPLE.org", PASSWORD).await.get("/me").await.ok();
}

async fn the_oldest_of_too_many_sessions_ends(shop: &Shop) {
    let first = shop.customer("alice").await;
    let second = shop.guest().sign_in(EMAIL, PASSWORD).await;
    for _ in 0..18 {
        shop.guest().sign_in(EMAIL, PASSWORD).await;
    }
    first.get("/cart").await.ok();
    let last = shop.guest().sign_in(EMAIL, PASSWORD).await;
    is_out(&first).await;
    for device in [second, last] {
        device.get("/cart").await.ok();
    }
}

/// Moves the last use of all sessions of an account, of which no cell learns anything.
async fn last_seen(shop: &Shop, person: &Person, before: Duration) {
    let at = (SystemClock.now() - before).format("%F %T+00:00");
    let user = person.id();
    shop.sql(&format!("update sessions set last_seen_at = '{at}' where user_id = {user}")).await;
}

async fn a_session_that_nobody_used_for_three_days_is_over(shop: &Shop) {
    let phone = shop.customer("alice").await;
    let laptop = shop.guest().sign_in(EMAIL, PASSWORD).await;
    phone.get("/cart").await.ok();
    last_seen(shop, &phone, Duration::from_hours(72) - Duration::from_mins(1)).await;
    forget(shop, &phone).await;
    phone.get("/cart").await.ok();
    last_seen(shop, &phone, Duration::from_hours(72) + Duration::from_mins(6)).await;
    phone.get("/cart").await.ok();
    forget(shop, &phone).await;
    is_out(&phone).await;
    is_out(&laptop).await;

    // Another instance has noted a use since; the cell here does not say so.
    last_seen(shop, &phone, Duration::from_mins(1)).await;
    phone.get("/cart").await.ok();
    laptop.get("/cart").await.ok();

    last_seen(shop, &phone, Duration::from_hours(80)).await;
    let newcomer = shop.guest().sign_in(EMAIL, PASSWORD).await;
    assert_eq!(newcomer.get("/auth/sessions").await.ok().data()["total"], 1, "they are not listed");
    is_out(&phone).await;
}

/// Has the state of an account read anew by the next request.
async fn forget(shop: &Shop, person: &Person) {
    let line = format!("app cache forget user:token:{}", person.id());
    assert_eq!(shop.run(&line).await, ExitCode::SUCCESS);
    shop.command().await.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_again_refuses_a_token_that_a_copy_still_admits() {
    let shop = Shop::open_server().await;
    let alice = shop.customer("alice").await;
    alice.get("/cart").await.ok();
    // As it is left by a program that dies between its commit and what follows.
    assert_ne!(shop.postgres().query("delete from sessions returning id"), "");
    alice.get("/cart").await.ok();
    alice.post_nothing("/auth/signout").await.no_content();
    is_out(&alice).await;
    shop.close().await;
}
