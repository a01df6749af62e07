//! The shop against a model of it: sequences of what customers and staff do with carts, orders, stock and prices, each
//! compared with a few lines that keep the same shop in memory: the answer, be it a thing or a refusal, and then every
//! count, the ledger, the derived columns, the carts and the orders. A sequence that differs is cut down to a short one.

mod operation;
mod real;
mod reference;
mod shown;

use crate::backroom::Place;
use crate::{seed, size, turn};
use operation::Operation;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};
use proptest_state_machine::ReferenceStateMachine;
use real::Real;
use reference::{Reference, State};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use system_tests::Careless;
use tokio::runtime::Runtime;

/// How many operations a sequence has.
const LENGTH: u32 = 100;
/// How often a sequence that differs is cut down at most.
const CUTS: u32 = 200;

#[test]
fn sqlite_answers_as_the_model_does() {
    let operations = size("PROVE_OPERATIONS", 1_000) / 2;
    assert_eq!(compare("SQLite", &Place::sqlite(), None, operations), Ok(()));
}

#[test]
fn postgres_answers_as_the_model_does() {
    let operations = size("PROVE_OPERATIONS", 1_000) / 2;
    assert_eq!(compare("PostgreSQL", &Place::postgres(), None, operations), Ok(()));
}

#[test]
fn a_shop_that_gives_nothing_back_is_caught() {
    let careless = Some(Careless::GivesNothingBack);
    assert!(compare("careless SQLite", &Place::sqlite(), careless, 2_000).is_err(), "nothing was found");
}

/// Runs sequences until there were so many operations, or one differed; says how.
fn compare(place: &str, database: &Place, careless: Option<Careless>, operations: u64) -> Result<(), String> {
    let runtime = Runtime::new().expect("the system gives threads");
    let _turn = runtime.block_on(turn());
    let (seed, began) = (seed(), Instant::now());
    let desk = runtime.block_on(database.desk(careless));
    let cases = u32::try_from(operations).expect("it is small").div_ceil(LENGTH);
    let config = Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_iters: CUTS,
        failure_persistence: None,
        ..Config::default()
    };
    let (done, said) = (AtomicU64::new(0), Mutex::new(BTreeMap::<String, u64>::new()));
    let sequences = Reference::sequential_strategy(LENGTH as usize);
    let outcome = TestRunner::new(config).run(&sequences, |(mut model, operations, seen)| {
        runtime.block_on(async {
            let mut real = Real::open(desk.clone(), &database.url()).await;
            for operation in operations {
                if let Some(seen) = &seen {
                    seen.fetch_add(1, Ordering::SeqCst);
                }
                model = Reference::apply(model, &operation);
                done.fetch_add(1, Ordering::SeqCst);
                let answer = model.said.name();
                *said.lock().unwrap_or_else(PoisonError::into_inner).entry(answer).or_default() += 1;
                step(&mut real, &model, &operation).await.map_err(TestCaseError::fail)?;
            }
            real.look_at_every_order(&model).await.map_err(TestCaseError::fail)
        })
    });
    let divergence = match outcome {
        Ok(()) => None,
        Err(TestError::Fail(reason, (_, operations, _))) => Some(format!("{operations:#?}\n{reason}")),
        Err(TestError::Abort(reason)) => panic!("the sequences cannot be made: {reason}"),
    };
    let (done, said) = (done.into_inner(), said.into_inner().unwrap_or_else(PoisonError::into_inner));
    println!(
        "the model and {place}: seed {seed}, {done} operations, divergences {}; {:.1} s",
        u8::from(divergence.is_some()),
        began.elapsed().as_secs_f64()
    );
    println!("  answers: {said:?}");
    divergence.map_or(Ok(()), |divergence| {
        println!("  the shortest sequence that differs: {divergence}");
        Err(divergence)
    })
}

/// Does one thing in the shop and compares.
async fn step(real: &mut Real, model: &State, operation: &Operation) -> Result<(), String> {
    let answer = real.perform(operation).await?;
    same("the answer", &answer, &model.said)?;
    let (shelf, ledger) = real.look_at_stock().await;
    same("the shelf", &shelf, &model.shelf())?;
    same("the ledger", &ledger, &model.ledger)?;
    for customer in 0..model.carts.len() {
        same("a cart", &real.look_at_cart(customer).await, &model.cart(customer))?;
        same("a list of orders", &real.look_at_orders(customer).await, &model.orders_of(customer))?;
    }
    Ok(())
}

/// Tells what differs.
fn same<T: PartialEq + std::fmt::Debug>(what: &str, real: &T, model: &T) -> Result<(), String> {
    if real == model { Ok(()) } else { Err(format!("{what} is {real:#?}, and not {model:#?}")) }
}
