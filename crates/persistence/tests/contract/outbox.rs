//! Messages that were committed and wait to be passed on.

use crate::shop::Shop;
use domain::{Message, MessageId, Outbox};

const START: MessageId = MessageId(0);

async fn announce(shop: &Shop, messages: &[&str]) -> Vec<MessageId> {
    let messages: Vec<_> = messages.iter().map(ToString::to_string).collect();
    let mut work = shop.begin().await;
    let ids = work.announce(&messages).await.unwrap();
    work.commit().await.unwrap();
    ids
}

fn texts(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.text.as_str()).collect()
}

pub(crate) async fn messages_are_read_in_order_and_page_by_page(shop: Shop) {
    assert_eq!(shop.db.pending(START, 10).await.unwrap(), []);
    announce(&shop, &["a", "b", "c"]).await;
    let first = shop.db.pending(START, 2).await.unwrap();
    assert_eq!(texts(&first), ["a", "b"]);
    let rest = shop.db.pending(first[1].id, 2).await.unwrap();
    assert_eq!(texts(&rest), ["c"]);
    assert_eq!(shop.db.pending(rest[0].id, 2).await.unwrap(), []);
}

pub(crate) async fn what_was_passed_on_is_deleted_and_nothing_else(shop: Shop) {
    let ids = announce(&shop, &["a", "b", "c"]).await;
    shop.db.forget(&[]).await.unwrap();
    shop.db.forget(&[ids[0], ids[2]]).await.unwrap();
    shop.db.forget(&[ids[0], MessageId(999)]).await.unwrap();
    assert_eq!(texts(&shop.db.pending(START, 10).await.unwrap()), ["b"]);
}

pub(crate) async fn ids_are_those_of_the_rows(shop: Shop) {
    let first = announce(&shop, &["a", "b"]).await;
    let second = announce(&shop, &["c"]).await;
    let read = shop.db.pending(START, 10).await.unwrap();
    let read: Vec<_> = read.into_iter().map(|message| message.id).collect();
    assert_eq!(read, [first, second].concat());
}

pub(crate) async fn whatever_sql_left_there_is_readable(shop: Shop) {
    let bytes = if shop.db.source() == domain::Source::Sqlite { "x'00ff'" } else { "'\\x00ff'" };
    for message in ["''", "'two words'", bytes] {
        shop.sql(&format!("INSERT INTO cache_outbox (message) VALUES ({message})")).await.unwrap();
    }
    announce(&shop, &["catalog"]).await;
    let read = shop.db.pending(START, 10).await.unwrap();
    assert_eq!((read.len(), read[1].text.as_str(), read[3].text.as_str()), (4, "two words", "catalog"));
}

pub(crate) async fn thousands_are_deleted_at_once(shop: Shop) {
    let messages: Vec<_> = (0..2_500).map(|number| format!("product:{number}")).collect();
    let messages: Vec<_> = messages.iter().map(String::as_str).collect();
    let ids = announce(&shop, &messages).await;
    shop.db.forget(&ids[1..]).await.unwrap();
    assert_eq!(texts(&shop.db.pending(START, 10).await.unwrap()), ["product:0"]);
}
