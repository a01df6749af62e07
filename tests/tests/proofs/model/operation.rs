//! What can be done, and how likely it is: much of it makes sense, some is refused.

use super::reference::{CUSTOMERS, PRODUCT_OF, PRODUCTS, State};
use domain::order::OrderAction;
use proptest::prelude::*;
use proptest::sample::select;

/// One thing that somebody does. Numbers are those of [`shown`](super::shown).
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Add {
        customer: usize,
        variant: usize,
        quantity: u32,
    },
    Set {
        customer: usize,
        variant: usize,
        quantity: u32,
        version: Known,
    },
    Remove {
        customer: usize,
        variant: usize,
        version: Known,
    },
    Clear {
        customer: usize,
    },
    Place {
        customer: usize,
        total: Known,
    },
    Act {
        by: By,
        order: usize,
        action: OrderAction,
    },
    /// Staff add units, or take them away.
    Count {
        variant: usize,
        delta: i64,
    },
    /// Staff replace a count.
    Recount {
        variant: usize,
        expected: Known,
        on_hand: i64,
    },
    Reprice {
        variant: usize,
        version: Known,
        price: i64,
    },
    /// Staff take a variant out of the shop, or put it back.
    Shelve {
        variant: usize,
        archived: bool,
    },
    /// The same with a product.
    Withdraw {
        product: usize,
        active: bool,
    },
}

/// What somebody says of the state that they saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Nothing; only staff must say something, and say the truth then.
    Unsaid,
    Right,
    Wrong,
}

/// Who acts on an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Customer(usize),
    Staff,
}

/// Returns what may be done next.
pub(super) fn any(state: &State) -> BoxedStrategy<Operation> {
    let (customer, variant) = (0..CUSTOMERS, 0..PRODUCT_OF.len());
    let quantity = prop_oneof![8 => 1..6_u32, 1 => 6..30_u32, 1 => Just(999_u32)];
    let known = || prop_oneof![4 => Just(Known::Unsaid), 2 => Just(Known::Right), 1 => Just(Known::Wrong)];
    // An order that somebody has placed more often than not, and then one of the latest.
    let placed = state.orders.len();
    let order =
        prop_oneof![6 => placed.saturating_sub(4)..placed.max(1), 3 => 0..placed.max(1), 1 => Just(placed)];
    let by = prop_oneof![4 => Just(By::Staff), 1 => customer.clone().prop_map(By::Customer)];
    let add = (customer.clone(), variant.clone(), quantity.clone())
        .prop_map(|(customer, variant, quantity)| Operation::Add { customer, variant, quantity });
    let set = (customer.clone(), variant.clone(), quantity, known()).prop_map(
        |(customer, variant, quantity, version)| Operation::Set { customer, variant, quantity, version },
    );
    let remove = (customer.clone(), variant.clone(), known())
        .prop_map(|(customer, variant, version)| Operation::Remove { customer, variant, version });
    let place =
        (customer.clone(), known()).prop_map(|(customer, total)| Operation::Place { customer, total });
    let act = (by, order, select(OrderAction::ALL)).prop_map(|(by, order, action)| Operation::Act {
        by,
        order,
        action,
    });
    let delta = prop_oneof![4 => 1..8_i64, 2 => -6..0_i64];
    let count = (variant.clone(), delta).prop_map(|(variant, delta)| Operation::Count { variant, delta });
    let recount = (variant.clone(), known(), 0..12_i64)
        .prop_map(|(variant, expected, on_hand)| Operation::Recount { variant, expected, on_hand });
    let reprice = (variant.clone(), known(), 1..500_i64)
        .prop_map(|(variant, version, price)| Operation::Reprice { variant, version, price });
    let shelve = (variant, prop::bool::weighted(0.4))
        .prop_map(|(variant, archived)| Operation::Shelve { variant, archived });
    let withdraw = (0..PRODUCTS, prop::bool::weighted(0.7))
        .prop_map(|(product, active)| Operation::Withdraw { product, active });
    prop_oneof![
        24 => add,
        6 => set,
        4 => remove,
        1 => customer.prop_map(|customer| Operation::Clear { customer }),
        14 => place,
        30 => act,
        8 => count,
        3 => recount,
        5 => reprice,
        3 => shelve,
        2 => withdraw,
    ]
    .boxed()
}
