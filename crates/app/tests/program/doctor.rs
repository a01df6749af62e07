//! `app doctor`: what operators read, and its exit codes.

use crate::Place;
use backends::{Postgres, Redis, TestDatabase};

fn a_shop() -> (Place, TestDatabase, Redis) {
    let (database, redis) = (Postgres::shared().create_database(), Redis::start());
    let place = Place::new(&[("APP__DATABASE__URL", database.url()), ("APP__CACHE__URL", redis.url())]);
    assert_eq!(place.run("seed --products 30", "").code, Some(0));
    (place, database, redis)
}

#[test]
fn a_healthy_shop_is_one_line_for_each_check_and_exit_code_0() {
    let (place, database, _redis) = a_shop();
    let seen = place.run("doctor", "");
    assert_eq!((seen.code, seen.err.as_str()), (Some(0), ""), "{}", seen.out);
    let lines: Vec<&str> = seen.out.lines().collect();
    let (last, checks) = lines.split_last().unwrap();
    assert_eq!((*last, checks.len()), ("all is well", 17));
    assert!(checks.iter().all(|line| line.starts_with("ok    ")), "{}", seen.out);
    let variants = database.query("select count(*) from variants");
    for part in
        [format!("stock-ledger         {variants} variants"), "listing-text         30 products".to_owned()]
    {
        assert!(checks.iter().any(|line| line.ends_with(&part)), "no {part}: {}", seen.out);
    }
}

#[test]
fn what_is_derived_is_repaired_when_asked_for_and_the_rest_is_told() {
    let (place, database, _redis) = a_shop();
    let _ = database.query("update products set lowest_price = lowest_price + 1 where id <= 25");
    let seen = place.run("doctor", "");
    assert_eq!(seen.code, Some(1));
    for part in [
        "gap   listing-prices       25 in 30 products\n",
        "      product 1 (",
        "): lowest_price: should be ",
        "      and 5 more\n",
        "      to do: run `app doctor --fix`\n",
        "ok    stock-ledger ",
    ] {
        assert!(seen.out.contains(part), "no {part}: {}", seen.out);
    }
    assert_eq!(seen.err, "error: gaps that are left: 25; `app doctor --fix` repairs 25 of them\n");

    let before = database.query("select count(*) from cache_outbox");
    let fixed = place.run("doctor --fix", "");
    assert_eq!((fixed.code, fixed.err.as_str()), (Some(0), ""), "{}", fixed.out);
    assert_eq!(fixed.out.lines().filter(|line| line.starts_with("fixed product ")).count(), 25);
    assert!(fixed.out.ends_with("all is well\n"), "{}", fixed.out);
    assert_ne!(database.query("select count(*) from cache_outbox"), before, "no server was told");
    assert_eq!(place.run("doctor", "").code, Some(0));

    let _ = database.query(
        "update products set lowest_price = 0 where id = 1;
         update variants set on_hand = on_hand + 7 where id = (select min(id) from variants where on_hand > 5)",
    );
    let left = place.run("doctor --fix", "");
    assert_eq!(
        (left.code, left.err.as_str()),
        (Some(1), "error: gaps that are left: 1; see above what to do\n")
    );
    for part in
        ["fixed product 1: lowest_price was 0, is ", "gap   stock-ledger         1 in ", "to do: count"]
    {
        assert!(left.out.contains(part), "no {part}: {}", left.out);
    }
    assert_eq!(place.run("doctor --fix", "").code, Some(1), "what is not derived stays");
}

#[test]
fn a_product_that_cannot_be_repaired_is_told_and_left() {
    let (place, database, _redis) = a_shop();
    let _ = database.query(
        "set session_replication_role = replica; update products set category_id = 999, lowest_price = 0 where id = 3",
    );
    let seen = place.run("doctor", "");
    assert_eq!(seen.err, "error: gaps that are left: 2; `app doctor --fix` repairs 1 of them\n");
    for part in [
        "gap   foreign-keys         1 in 21 foreign keys\n",
        "      products.category_id (categories): rows that refer to nothing: should be none; is 1 (id 3)\n",
    ] {
        assert!(seen.out.contains(part), "no {part}: {}", seen.out);
    }
    let left = place.run("doctor --fix", "");
    assert_eq!(left.code, Some(1));
    assert!(left.out.contains("left  product 3: ") && left.out.contains("category"), "{}", left.out);
}

#[test]
fn a_product_without_variants_is_for_people_to_repair() {
    let (place, database, _redis) = a_shop();
    let _ = database.query(
        "delete from stock_movements where variant_id in (select id from variants where product_id = 3);
         delete from variants where product_id = 3;
         update products set variants_in_stock = 0, variants_plentiful = 0 where id = 3",
    );
    for line in ["doctor", "doctor --fix"] {
        let left = place.run(line, "");
        assert_eq!(left.err, "error: gaps that are left: 1; see above what to do\n", "{}", left.out);
        assert!(
            left.out.contains("variants: should be at least one; is none\n      to do: nobody"),
            "{}",
            left.out
        );
    }
}

#[test]
fn a_check_that_cannot_be_made_is_a_gap() {
    let (place, database, _redis) = a_shop();
    let _ = database.query("alter table webhook_endpoints rename column url to target");
    let seen = place.run("doctor --fix", "");
    assert_eq!(seen.err, "error: gaps that are left: 1; see above what to do\n", "{}", seen.out);
    assert!(seen.out.contains("gap   webhook-endpoints    could not be made: "), "{}", seen.out);
    assert_eq!(seen.out.lines().filter(|line| line.starts_with("ok    ")).count(), 16);
}

#[test]
fn where_there_is_no_database_none_is_made() {
    let place = Place::new(&[]);
    let refused = place.run("doctor", "");
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""));
    assert!(
        refused.err.contains("there is none yet") && refused.err.contains("app migrate"),
        "{}",
        refused.err
    );
    assert!(!place.data("").exists(), "looking leaves nothing behind");
    assert_eq!(place.run("seed", "").code, Some(0));
    assert_eq!(place.run("doctor", "").code, Some(0));
}

#[test]
fn a_database_that_is_not_up_to_date_is_left_alone() {
    let (database, redis) = (Postgres::shared().create_database(), Redis::start());
    let place = Place::new(&[("APP__DATABASE__URL", database.url()), ("APP__CACHE__URL", redis.url())]);
    let refused = place.run("doctor", "");
    assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""));
    assert!(refused.err.contains("app migrate"), "{}", refused.err);
    assert_eq!(database.query("select count(*) from pg_tables where schemaname = 'public'"), "0");
}
