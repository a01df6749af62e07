//! `app seed`: demonstration goods for an empty catalogue, as many as somebody asks for.

use super::print;
use crate::seeding::{self, Seeding};
use crate::settings::Settings;
use crate::wiring::Base;
use clap::Args;
use std::num::NonZeroUsize;

/// What is sown.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How many products; those written by hand come first, the rest is combined
    #[arg(long, value_name = "N")]
    products: Option<NonZeroUsize>,
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<()> {
    let base = Base::open(settings).await?;
    let count = arguments.products.map(NonZeroUsize::get);
    match seeding::fill(&base.units(), settings.shop.currency, count).await? {
        Seeding::Filled(products) => print(&format!("the catalogue has {products} products now\n")),
        Seeding::NotEmpty => print("the catalogue has products already and was left alone\n"),
    }
}
