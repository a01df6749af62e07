//! The contract of every cell store.

use crate::stage::{on_both_stores, until};
use bytes::Bytes;
use cache::{Generation, Tag};
use domain::{OsEntropy, UserId};
use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);

fn generation() -> Generation {
    Generation::draw(&OsEntropy)
}

fn tags() -> [Tag; 2] {
    [Tag::cart(UserId(2)), Tag::variants()]
}

on_both_stores! {
    async fn an_empty_store_has_nothing(stage: Stage) {
        let found = stage.store.read("cart:2", &tags()).await.unwrap();
        assert_eq!((found.cell, found.generations), (None, vec![None, None]));
        let found = stage.store.read("cart:2", &[]).await.unwrap();
        assert_eq!(found.generations, []);
    }

    async fn it_keeps_the_bytes_that_it_is_given(stage: Stage) {
        let every_byte = (0..=u8::MAX).collect::<Bytes>();
        stage.store.write("cart:2", every_byte.clone(), MINUTE).await.unwrap();
        assert_eq!(stage.store.read("cart:2", &[]).await.unwrap().cell, Some(every_byte));
        stage.store.write("cart:2", Bytes::new(), MINUTE).await.unwrap();
        assert_eq!(stage.store.read("cart:2", &[]).await.unwrap().cell, Some(Bytes::new()));
        assert_eq!(stage.store.read("cart:3", &[]).await.unwrap().cell, None);
    }

    async fn a_cell_ends_by_itself(stage: Stage) {
        let short = Duration::from_millis(50);
        stage.store.write("cart:2", Bytes::from_static(b"tea"), short).await.unwrap();
        stage.store.write("cart:3", Bytes::from_static(b"tea"), MINUTE).await.unwrap();
        let written = std::time::Instant::now();
        until("the time", || written.elapsed() > short * 2).await;
        assert_eq!(stage.store.read("cart:2", &[]).await.unwrap().cell, None);
        assert!(stage.store.read("cart:3", &[]).await.unwrap().cell.is_some());
    }

    async fn the_first_generation_that_is_placed_stays(stage: Stage) {
        let [cart, variants] = tags();
        let (first, second, third) = (generation(), generation(), generation());
        let placed = stage.store.place(&[(&cart, first.clone())]).await.unwrap().generations;
        assert_eq!(placed, std::slice::from_ref(&first));
        let both = stage.store.place(&[(&cart, second), (&variants, third.clone())]).await.unwrap().generations;
        assert_eq!(both, [first.clone(), third.clone()]);
        let found = stage.store.read("cart:2", &tags()).await.unwrap();
        assert_eq!(found.generations, [Some(first), Some(third)]);
    }

    async fn of_many_who_place_at_once_all_get_the_same(stage: Stage) {
        let tasks = (0..50).map(|_| {
            let store = stage.store.clone();
            tokio::spawn(async move { store.place(&[(&Tag::catalog(), generation())]).await.unwrap().generations.remove(0) })
        });
        let mut placed = Vec::new();
        for task in tasks.collect::<Vec<_>>() {
            placed.push(task.await.unwrap());
        }
        placed.dedup();
        assert_eq!(placed.len(), 1);
    }

    async fn renewing_takes_generations_away_and_nothing_else(stage: Stage) {
        let [cart, variants] = tags();
        let (first, other) = (generation(), generation());
        stage.store.place(&[(&cart, first.clone()), (&variants, other.clone())]).await.unwrap();
        stage.store.write("cart:2", Bytes::from_static(b"tea"), MINUTE).await.unwrap();
        stage.store.renew(&[cart.clone(), Tag::catalog()]).await.unwrap();
        let found = stage.store.read("cart:2", &tags()).await.unwrap();
        assert_eq!((found.generations, found.cell.is_some()), (vec![None, Some(other)], true));
        let second = generation();
        assert_eq!(stage.store.place(&[(&cart, second.clone())]).await.unwrap().generations, [second]);
    }

    async fn a_write_brings_no_generation_back(stage: Stage) {
        stage.store.place(&[(&Tag::catalog(), generation())]).await.unwrap();
        stage.store.renew(&[Tag::catalog()]).await.unwrap();
        stage.store.write("categories", Bytes::from_static(b"tea"), MINUTE).await.unwrap();
        let found = stage.store.read("categories", &[Tag::catalog()]).await.unwrap();
        assert_eq!((found.generations, found.cell.is_some()), (vec![None], true));
    }

    async fn thousands_of_tags_are_renewed_at_once(stage: Stage) {
        let tags: Vec<_> = (0..2_500).map(|number| Tag::product(domain::ProductId(number))).collect();
        let proposed: Vec<_> = tags.iter().map(|tag| (tag, generation())).collect();
        stage.store.place(&proposed).await.unwrap();
        stage.store.renew(&tags).await.unwrap();
        let found = stage.store.read("product:1", &tags).await.unwrap();
        assert!(found.generations.iter().all(Option::is_none));
        stage.store.renew(&[]).await.unwrap();
    }

    async fn the_epoch_stays_while_the_store_does(stage: Stage) {
        let first = stage.store.read("cart:2", &[]).await.unwrap().epoch;
        for _ in 0..8 {
            assert_eq!(stage.store.read("cart:2", &[]).await.unwrap().epoch, first);
        }
    }
}
