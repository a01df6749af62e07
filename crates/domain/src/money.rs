//! Money as whole minor units of one currency. All arithmetic is checked; there is no float anywhere.
//!
//! The rule for rounding is that nothing is ever rounded. [`Currency::amount`] refuses decimals that the currency does not
//! have, [`Money::times`] and [`Money::plus`] are exact, and there is no other arithmetic: a line is its unit price times
//! its quantity, a total the sum of its lines. Whoever brings in percentages decides here what becomes of fractions.

use crate::Invalid;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The largest amount that a price may have, in minor units.
pub const MAX_PRICE_MINOR: i64 = 1_000_000_000_000;
/// The largest amount that a total may have, in minor units: a cart of 100 lines of 999 units stays below it at any prices.
pub const MAX_TOTAL_MINOR: i64 = 100_000 * MAX_PRICE_MINOR;

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency {
    code: &'static str,
    digits: u8,
}

/// The currencies of ISO 4217 that circulate, by the number of digits of their minor unit.
const CURRENCIES: [(u8, &str); 3] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY \
         COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS \
         INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR \
         MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD \
         SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
];

impl Currency {
    /// Reads an ISO 4217 code.
    ///
    /// # Errors
    /// Anything but the upper-case code of a currency that circulates.
    pub fn parse(code: &str) -> Result<Self, Invalid> {
        CURRENCIES
            .iter()
            .find_map(|&(digits, codes)| {
                codes.split_ascii_whitespace().find(|known| *known == code).map(|code| Self { code, digits })
            })
            .ok_or(Invalid::new("must be the code of an ISO 4217 currency in capitals, such as USD"))
    }

    /// Returns the ISO 4217 code.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// Reads a price such as `19.99`.
    ///
    /// # Errors
    /// Signs, exponents, more decimals than the currency has, and amounts over [`MAX_PRICE_MINOR`].
    pub fn amount(self, decimal: &str) -> Result<Money, Invalid> {
        self.at_most(MAX_PRICE_MINOR, decimal)
    }

    /// Reads a total, which is written as a price.
    ///
    /// # Errors
    /// As for [`Currency::amount`], but amounts up to [`MAX_TOTAL_MINOR`] are read.
    pub fn total(self, decimal: &str) -> Result<Money, Invalid> {
        self.at_most(MAX_TOTAL_MINOR, decimal)
    }

    fn at_most(self, most: i64, decimal: &str) -> Result<Money, Invalid> {
        let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
        let digits = usize::from(self.digits);
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let well_formed = !whole.is_empty() && plain(whole) && plain(fraction) && !decimal.ends_with('.');
        if !well_formed {
            return Err(Invalid::new("must be a decimal number such as 19.99, without sign or exponent"));
        }
        if fraction.len() > digits {
            return Err(Invalid::owned(format!("must have at most {digits} decimals in {}", self.code)));
        }
        let minor = format!("{whole}{fraction:0<digits$}").parse().ok().filter(|minor| *minor <= most);
        let minor =
            minor.ok_or_else(|| Invalid::owned(format!("must be at most {}", self.minor(most).amount())))?;
        Ok(Money { minor, currency: self })
    }

    /// Puts together an amount from minor units, as the database keeps it.
    pub fn minor(self, minor: i64) -> Money {
        Money { minor, currency: self }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// An amount of money, never negative in a shop's prices and totals.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// Returns the amount in minor units.
    pub fn minor(self) -> i64 {
        self.minor
    }

    /// Returns the currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Multiplies a unit price by a quantity; `None` when it does not fit.
    pub fn times(self, quantity: u32) -> Option<Self> {
        Some(Self { minor: self.minor.checked_mul(i64::from(quantity))?, ..self })
    }

    /// Adds; `None` when it does not fit or the currencies differ.
    pub fn plus(self, other: Self) -> Option<Self> {
        let same = self.currency == other.currency;
        same.then(|| self.minor.checked_add(other.minor)).flatten().map(|minor| Self { minor, ..self })
    }

    /// Writes the amount with all decimals of its currency: `20.00`.
    pub fn amount(self) -> String {
        let digits = usize::from(self.currency.digits);
        if digits == 0 {
            return self.minor.to_string();
        }
        let text = format!("{:0width$}", self.minor, width = digits + 1);
        let (whole, fraction) = text.split_at(text.len() - digits);
        format!("{whole}.{fraction}")
    }

    /// Writes the amount with no more decimals than it needs, as cache keys have it: `20`, `19.99`.
    pub fn canonical(self) -> String {
        let amount = self.amount();
        if amount.contains('.') {
            amount.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            amount
        }
    }

    /// Returns what clients read.
    pub fn view(self) -> MoneyView {
        MoneyView { amount: self.amount(), currency: self.currency.code.to_owned() }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency.code)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency.code)
    }
}

/// An amount of money as clients read it: a decimal string, never a float.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Money))]
pub struct MoneyView {
    /// The decimal amount, with all decimals of its currency.
    #[cfg_attr(feature = "openapi", schema(example = "19.99"))]
    pub amount: String,
    /// The ISO 4217 code.
    #[cfg_attr(feature = "openapi", schema(example = "USD"))]
    pub currency: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd() -> Currency {
        Currency::parse("USD").unwrap()
    }

    #[test]
    fn decimals_become_minor_units_and_back() {
        for (text, minor, back) in [
            ("19.99", 1999, "19.99"),
            ("20", 2000, "20.00"),
            ("0.05", 5, "0.05"),
            ("0", 0, "0.00"),
            ("7.5", 750, "7.50"),
        ] {
            let money = usd().amount(text).unwrap();
            assert_eq!((money.minor(), money.amount().as_str()), (minor, back));
        }
        assert_eq!(Currency::parse("JPY").unwrap().amount("500").unwrap().amount(), "500");
        assert_eq!(Currency::parse("KWD").unwrap().amount("1.234").unwrap().minor(), 1234);
    }

    #[test]
    fn anything_but_a_plain_decimal_is_refused() {
        for text in
            ["", "-1", "+1", "1e3", "1.", ".5", "1.999", "1,5", " 1", "NaN", "99999999999999999999", "१"]
        {
            assert!(usd().amount(text).is_err(), "{text:?} was taken for an amount");
        }
        assert!(usd().amount("10000000000.00").is_ok());
        assert!(usd().amount("10000000000.01").is_err());
        assert!(Currency::parse("usd").is_err());
        assert!(Currency::parse("XXX").is_err());
    }

    #[test]
    fn the_largest_cart_costs_less_than_the_largest_total() {
        use crate::cart::{MAX_LINES, MAX_QUANTITY};
        let line = usd().minor(MAX_PRICE_MINOR).times(MAX_QUANTITY).unwrap();
        let total = (1..MAX_LINES).fold(line, |total, _| total.plus(line).unwrap());
        assert!(usd().amount(&total.amount()).is_err());
        assert_eq!(usd().total(&total.amount()), Ok(total));
        assert_eq!(usd().total("1000000000000000.00"), Ok(usd().minor(MAX_TOTAL_MINOR)));
        assert!(usd().total("1000000000000000.01").is_err());
    }

    #[test]
    fn money_is_printed_with_its_currency() {
        let price = usd().amount("19.9").unwrap();
        assert_eq!(format!("{price} {price:?} {:?}", usd()), "19.90 USD 19.90 USD USD");
        assert_eq!((price.currency().code(), price.view().currency.as_str()), ("USD", "USD"));
    }

    #[test]
    fn keys_hold_the_shortest_decimal() {
        let canonical = |text| usd().amount(text).unwrap().canonical();
        assert_eq!(
            [canonical("20.00"), canonical("19.90"), canonical("0"), canonical("100")],
            ["20", "19.9", "0", "100"]
        );
        assert_eq!(Currency::parse("JPY").unwrap().amount("100").unwrap().canonical(), "100");
    }

    #[test]
    fn arithmetic_that_does_not_fit_is_none() {
        assert_eq!(usd().minor(i64::MAX).times(2), None);
        assert_eq!(usd().minor(i64::MAX).plus(usd().minor(1)), None);
        assert_eq!(usd().minor(1).plus(Currency::parse("EUR").unwrap().minor(1)), None);
        assert_eq!(usd().minor(250).times(3).unwrap().plus(usd().minor(1)), Some(usd().minor(751)));
    }
}
