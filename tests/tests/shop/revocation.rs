//! A session that was ended is refused on the very next request, whatever happens to Redis meanwhile.

mod without_postgres;

use serde_json::json;
use std::time::{Duration, Instant};
use system_tests::{Answer, PASSWORD, Person, Proxy, Shop};
use tokio::task::JoinHandle;

/// Far more than anything here takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// What ends a session.
#[derive(Clone, Copy, Debug)]
enum Ending {
    SignOut,
    SignOutAll,
    RoleChange,
    Disable,
    PasswordChange,
}

const ENDINGS: [Ending; 5] =
    [Ending::SignOut, Ending::SignOutAll, Ending::RoleChange, Ending::Disable, Ending::PasswordChange];

impl Ending {
    /// Ends the session of the phone. The other session that ends with it, or goes on, is the laptop's.
    async fn come(self, staff: &Person, phone: &Person, laptop: &Person) -> Answer {
        let account = format!("/admin/users/{}", phone.id());
        match self {
            Self::SignOut => phone.post_nothing("/auth/signout").await,
            Self::SignOutAll => phone.post_nothing("/auth/signout-all").await,
            Self::RoleChange => staff.patch(&account, &json!({ "role": "staff" })).await,
            Self::Disable => staff.patch(&account, &json!({ "disabled": true })).await,
            Self::PasswordChange => {
                let new = json!({ "currentPassword": PASSWORD, "newPassword": "another horse 43 battery" });
                laptop.post("/me/password", &new).await
            }
        }
    }

    /// Tells whether the session of the laptop goes on.
    fn spares_the_laptop(self) -> bool {
        matches!(self, Self::SignOut | Self::PasswordChange)
    }
}

/// What happens to Redis.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    None,
    Killed,
    Paused,
    /// It goes on between the commit and the answer.
    PausedDuringTheCall,
    Flushed,
}

/// Reads until the cells are used.
async fn hot(person: &Person) {
    let patience = Instant::now() + PATIENCE;
    while person.get("/cart").await.ok().source() != "redis" {
        assert!(Instant::now() < patience, "the cells are not used");
    }
}

/// Begins to end a session.
fn begin(ending: Ending, people: [&Person; 3]) -> JoinHandle<Answer> {
    let [staff, phone, laptop] = people.map(Person::clone);
    tokio::spawn(async move { ending.come(&staff, &phone, &laptop).await })
}

/// Returns how many sessions an account has in truth.
fn sessions(shop: &Shop, person: &Person) -> String {
    shop.postgres().query(&format!("select count(*) from sessions where user_id = {}", person.id()))
}

/// Waits until one of an account's two sessions has ended in truth.
fn committed(shop: &Shop, person: &Person) {
    let patience = Instant::now() + PATIENCE;
    while sessions(shop, person) == "2" {
        assert!(Instant::now() < patience, "it is never committed");
    }
}

/// Asserts that somebody is not let in while Redis comes back, nor when somebody else reads from it again.
async fn refused_until_hot(ended: &Person, other: &Person) {
    let patience = Instant::now() + PATIENCE;
    while other.get("/cart").await.ok().source() != "redis" {
        ended.get("/cart").await.problem("invalid-token");
        assert!(Instant::now() < patience, "Redis is back, and nobody uses it");
    }
    ended.get("/cart").await.problem("invalid-token");
}

/// Ends a session while Redis is in trouble, and returns what was answered: to the call, to the next request of the phone,
/// to its next write, and to the laptop.
async fn end(shop: &Shop, ending: Ending, trouble: Trouble, people: [&Person; 3]) -> [u16; 4] {
    let [_, phone, laptop] = people;
    match trouble {
        Trouble::Killed => shop.redis().kill(),
        Trouble::Paused | Trouble::PausedDuringTheCall => shop.redis().pause(),
        Trouble::Flushed => assert_eq!(shop.redis().cli(&["FLUSHALL"]), "OK"),
        Trouble::None => {}
    }
    let call = begin(ending, people);
    if let Trouble::PausedDuringTheCall = trouble {
        committed(shop, phone);
        shop.redis().resume();
    }
    let call = call.await.unwrap();
    if let Trouble::Flushed = trouble {
        assert_eq!(shop.redis().cli(&["FLUSHALL"]), "OK");
    }
    let (next, write) = (phone.get("/cart").await, phone.place_order().await);
    let laptop = laptop.get("/cart").await;
    for refused in [&next, &write] {
        if refused.status() == 401 {
            refused.problem("invalid-token");
        }
    }
    [&call, &next, &write, &laptop].map(Answer::status)
}

/// Ends sessions in every way while Redis is in trouble, prints what happened, and asserts that no ended one is let in.
async fn every_ending(trouble: Trouble) {
    let shop = Shop::open_server().await;
    let staff = shop.staff().await;
    let mut let_in = Vec::new();
    for ending in ENDINGS {
        let phone = shop.customer(&format!("{ending:?}")).await;
        let laptop = shop.guest().sign_in(&format!("{ending:?}@example.org"), PASSWORD).await;
        for device in [&phone, &laptop] {
            hot(device).await;
        }
        let cell = format!("user:token:{}", phone.id());
        assert_eq!(shop.redis().cli(&["EXISTS", &cell]), "1", "the session is read from a cell");

        let answers = end(&shop, ending, trouble, [&staff, &phone, &laptop]).await;
        println!("Redis {trouble:?}: {ending:?} {answers:?}");
        let [done, next, write, other] = answers;
        assert!(matches!(done, 200 | 204), "{ending:?} failed");
        if [next, write] != [401, 401] || other != if ending.spares_the_laptop() { 200 } else { 401 } {
            let_in.push((ending, answers));
        }
        match trouble {
            Trouble::Killed => shop.redis().restart(),
            Trouble::Paused => shop.redis().resume(),
            Trouble::None | Trouble::PausedDuringTheCall | Trouble::Flushed => {}
        }
        refused_until_hot(&phone, &staff).await;
    }
    assert!(let_in.is_empty(), "let in although the session had ended: {let_in:?}");
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_is_refused_at_once() {
    every_ending(Trouble::None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_is_refused_at_once_while_redis_is_away() {
    every_ending(Trouble::Killed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_is_refused_at_once_while_redis_is_silent() {
    every_ending(Trouble::Paused).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_is_refused_at_once_when_redis_was_silent_during_the_call() {
    every_ending(Trouble::PausedDuringTheCall).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_is_refused_at_once_when_redis_is_emptied() {
    every_ending(Trouble::Flushed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_session_is_refused_at_once_by_an_instance_that_is_cut_off_from_redis() {
    // Redis itself runs on, with the cell in it, and no command that arrives late: what this instance knows is all there is.
    let first = Shop::open_server().await;
    let redis = first.redis().url().to_owned();
    let line = Proxy::to(&redis).await;
    let shop = first.second_instance_with(&[("APP__CACHE__URL", line.url())]).await;
    first.close().await;
    let staff = shop.staff().await;
    for ending in ENDINGS {
        let phone = shop.customer(&format!("{ending:?}")).await;
        let laptop = shop.guest().sign_in(&format!("{ending:?}@example.org"), PASSWORD).await;
        for device in [&staff, &phone, &laptop] {
            hot(device).await;
        }
        line.refuse();
        assert!(matches!(ending.come(&staff, &phone, &laptop).await.status(), 200 | 204), "{ending:?}");
        phone.get("/cart").await.problem("invalid-token");
        line.pass();
        refused_until_hot(&phone, &staff).await;
        let expected = if ending.spares_the_laptop() { 200 } else { 401 };
        assert_eq!(laptop.get("/cart").await.status(), expected, "{ending:?}");
        println!("Redis out of reach: {ending:?} is refused, also while it comes back");
    }
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_at_one_instance_is_refused_by_the_other_at_once() {
    let one = Shop::open_server().await;
    let two = one.second_instance().await;
    let staff = one.staff().await;
    for ending in ENDINGS {
        let phone = one.customer(&format!("{ending:?}")).await;
        let laptop = one.guest().sign_in(&format!("{ending:?}@example.org"), PASSWORD).await;
        for device in [&phone, &laptop, &phone.at(&two), &laptop.at(&two)] {
            hot(device).await;
        }
        assert!(matches!(ending.come(&staff, &phone, &laptop).await.status(), 200 | 204), "{ending:?}");
        phone.at(&two).get("/cart").await.problem("invalid-token");
        let expected = if ending.spares_the_laptop() { 200 } else { 401 };
        assert_eq!(laptop.at(&two).get("/cart").await.status(), expected, "{ending:?}");
        phone.get("/cart").await.problem("invalid-token");
    }
    two.close().await;
    one.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_redis_signs_nobody_out() {
    let shop = Shop::open_server().await;
    let customers = shop.customers(30).await;
    for round in 0..3 {
        for customer in &customers {
            customer.get("/cart").await.ok();
        }
        assert_eq!(shop.redis().cli(&["FLUSHALL"]), "OK");
        for customer in &customers {
            assert_eq!(customer.get("/me").await.status(), 200, "round {round}");
            customer.get("/cart").await.ok();
        }
    }
    shop.close().await;
}
