//! `app doctor`: looks the books over beside the servers that run, tells what is not as it should be and what to do about it.
//! With `--fix` it works out anew what listings read of products; money, stock and orders it never touches.

mod advice;

use super::{print, printable};
use crate::settings::Settings;
use crate::wiring::Base;
use anyhow::bail;
use clap::Args;
use domain::audit::{Auditor, Finding, Report, rederive};
use std::fmt::Write;

/// What is done about what is found.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Works out anew what listings read of products: lowest price, availability, search text
    #[arg(long)]
    fix: bool,
}

pub(super) async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<()> {
    let base = Base::open_as_it_is(settings).await?;
    let audit = base.database.audit(base.clock.now()).await?;
    print(&audit.reports.iter().map(lines).collect::<String>())?;
    let derived: u64 = audit.reports.iter().map(Report::repairable).sum();
    let mut left = audit.reports.iter().map(|report| report.found).sum::<u64>() - derived;
    if arguments.fix {
        let units = base.units();
        for product in audit.outdated {
            match rederive(&units, product).await {
                Ok(corrections) => {
                    for correction in corrections {
                        let (what, was, is) = (correction.what, correction.was, correction.is);
                        print(&format!(
                            "fixed product {product}: {what} was {}, is {}\n",
                            printable(&was),
                            printable(&is)
                        ))?;
                    }
                }
                Err(error) => {
                    left += 1;
                    print(&format!("left  product {product}: {error}\n"))?;
                }
            }
        }
    } else {
        left += derived;
    }
    match (left, derived) {
        (0, _) => print("all is well\n"),
        (left, derived) if derived > 0 && !arguments.fix => {
            bail!("gaps that are left: {left}; `app doctor --fix` repairs {derived} of them")
        }
        (left, _) => bail!("gaps that are left: {left}; see above what to do"),
    }
}

/// Tells what a check found: one line when all is well.
fn lines(report: &Report) -> String {
    let (check, things) = (report.check.as_str(), advice::things(report.check));
    let looked_at = report.looked_at;
    if let Some(reason) = &report.failed {
        let reason = printable(reason);
        return format!("gap   {check:<20} could not be made: {reason}\n      to do: {}\n", advice::UNMADE);
    }
    if report.found == 0 {
        return format!("ok    {check:<20} {looked_at} {things}\n");
    }
    let mut text = format!("gap   {check:<20} {} in {looked_at} {things}\n", report.found);
    for finding in &report.findings {
        // A string takes whatever is written.
        let _ = writeln!(text, "      {}", line(finding));
    }
    let untold = report.found.saturating_sub(report.findings.len() as u64);
    if untold > 0 {
        let _ = writeln!(text, "      and {untold} more");
    }
    let _ = writeln!(text, "      to do: {}", advice::of(report.check));
    text
}

fn line(Finding { place, what, expected, found }: &Finding) -> String {
    printable(&format!("{place}: {what}: should be {expected}; is {found}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::VariantId;
    use domain::audit::{Check, Place};

    fn finding(sku: &str) -> Finding {
        let place = Place::Variant { id: VariantId(7), sku: sku.to_owned() };
        Finding { place, what: "on_hand", expected: "5".to_owned(), found: "3".to_owned() }
    }

    #[test]
    fn a_check_that_found_nothing_is_one_line() {
        let report = Report::new(Check::StockLedger, 42);
        assert_eq!(lines(&report), "ok    stock-ledger         42 variants\n");
    }

    #[test]
    fn a_check_that_could_not_be_made_says_why() {
        let told = lines(&Report::failed(Check::StockLedger, "integer overflow".to_owned()));
        let (first, rest) = told.split_once('\n').unwrap();
        assert_eq!(first, "gap   stock-ledger         could not be made: integer overflow");
        assert!(rest.starts_with("      to do: "), "{rest}");
    }

    #[test]
    fn findings_tell_what_where_and_what_to_do_and_nothing_to_the_terminal() {
        let findings = vec![finding("TEA"), finding("\u{1b}[2J")];
        let report = Report { found: 9, findings, ..Report::new(Check::StockLedger, 42) };
        let told = lines(&report);
        let expected = [
            "gap   stock-ledger         9 in 42 variants",
            "      variant 7 (TEA): on_hand: should be 5; is 3",
            "      variant 7 (\\u{1b}[2J): on_hand: should be 5; is 3",
            "      and 7 more",
        ];
        assert!(told.lines().take(4).eq(expected), "{told}");
        assert!(told.lines().nth(4).is_some_and(|line| line.starts_with("      to do: ")), "{told}");
    }
}
