//! What another program writes reaches the cells of the running server, and a write empties its cells once.

use serde_json::json;
use std::time::{Duration, Instant};
use system_tests::{Shop, on_both_pairs};

on_both_pairs! {
    what_a_command_writes_is_seen_without_waiting_for_cells_to_end,
    a_write_is_followed_by_one_read_of_the_database,
}

async fn what_a_command_writes_is_seen_without_waiting_for_cells_to_end(shop: &Shop) {
    let (guest, command) = (shop.guest(), shop.command().await);
    let tea = shop.stock("TEA-100", 10).await;
    command.settled().await;
    let paths = [format!("/products/{}", tea.id), format!("/products/{}", tea.slug), "/products".to_owned()];
    for path in &paths {
        guest.get(path).await.ok();
        assert!(guest.get(path).await.ok().is_cached());
    }
    command.rename(tea.id, "Renamed by a command").await;
    let patience = Instant::now() + Duration::from_secs(30);
    for path in &paths {
        while !guest.get(path).await.ok().data().to_string().contains("Renamed by a command") {
            assert!(Instant::now() < patience, "{path} is still the old one");
        }
    }
    command.settled().await;
    for path in &paths {
        guest.get(path).await.ok();
        assert!(guest.get(path).await.ok().is_cached());
    }
}

async fn a_write_is_followed_by_one_read_of_the_database(shop: &Shop) {
    let (guest, command, staff) = (shop.guest(), shop.command().await, shop.staff().await);
    let tea = shop.stock("TEA-100", 10).await;
    let path = format!("/products/{}", tea.id);
    staff.patch_if(&path, &tea.etag, &json!({ "description": "Only words." })).await.ok();
    assert_eq!(guest.get(&path).await.ok().source(), shop.database());
    command.settled().await;
    for _ in 0..3 {
        assert!(guest.get(&path).await.ok().is_cached());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_living_writer_is_not_second_guessed_by_another_instance() {
    let one = Shop::open_server().await;
    let two = one.second_instance().await;
    let (tea, command) = (one.stock("TEA-100", 10).await, one.command().await);
    command.settled().await;
    let path = format!("/products/{}", tea.id);
    one.staff().await.patch_if(&path, &tea.etag, &json!({ "description": "Only words." })).await.ok();
    assert_eq!(two.guest().get(&path).await.ok().source(), "postgres");
    command.settled().await;
    assert_eq!(one.guest().get(&path).await.ok().source(), "redis");
    assert_eq!(two.guest().get(&path).await.ok().source(), "redis");
    two.close().await;
    one.close().await;
}
