//! Where an order goes. What is checked is what no address anywhere lacks: somebody's name, a line, a place and a country;
//! how a postal code looks is every country's own business.

use crate::text::Line;
use crate::{Invalid, account::PersonName};
use std::fmt;

/// A line of an address, such as a street, a city or a region.
pub type AddressLine = Line<100>;
/// A postal code, in whatever form its country has.
pub type PostalCode = Line<20>;
/// A telephone number, as people write it.
pub type Phone = Line<30>;

/// Where an order goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShippingAddress {
    /// Who gets it.
    pub name: PersonName,
    /// Street and number, or whatever comes first there.
    pub line1: AddressLine,
    /// What else the carrier needs.
    pub line2: Option<AddressLine>,
    /// The city, town or village.
    pub city: AddressLine,
    /// The state, province or county.
    pub region: Option<AddressLine>,
    /// The postal code, in countries that have any.
    pub postal_code: Option<PostalCode>,
    /// The country.
    pub country: Country,
    /// What the carrier can call.
    pub phone: Option<Phone>,
}

/// The officially assigned codes of ISO 3166-1 alpha-2.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC \
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD \
    GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH \
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW \
    MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC \
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY \
    UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Country(String);

impl Country {
    /// Reads a code.
    ///
    /// # Errors
    /// Anything but the upper-case code of a country.
    pub fn parse(code: &str) -> Result<Self, Invalid> {
        let known = Self::codes().find(|known| *known == code);
        known
            .map(|known| Self(known.to_owned()))
            .ok_or(Invalid::new("must be an ISO 3166-1 country code of two capitals, such as DE"))
    }

    /// Takes a code as a record holds it: it was read by the rules of its day.
    pub fn from_record(code: String) -> Self {
        Self(code)
    }

    /// Returns the codes of all of them.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        COUNTRIES.split_ascii_whitespace()
    }

    /// Returns the code.
    pub fn code(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_those_of_iso_3166() {
        let codes: Vec<_> = Country::codes().collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.is_sorted());
        for code in codes {
            let country = Country::parse(code).unwrap();
            assert_eq!((country.code(), country.to_string().as_str()), (code, code));
        }
        for code in ["", "de", "DEU", "UK", "XX", "EU", "AD AE", " DE"] {
            assert!(Country::parse(code).is_err(), "{code:?}");
        }
    }
}
