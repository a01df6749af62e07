//! Shipping addresses in bodies.

use crate::extract::{Check, Given, Object};
use domain::account::PersonName;
use domain::order::{AddressLine, Country, Phone, PostalCode, ShippingAddress};
use serde::Deserialize;
use utoipa::ToSchema;

/// Where an order goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = NewShippingAddress)]
pub(crate) struct AddressBody {
    /// Who gets it.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, max_length = 100, example = "Ada Lovelace")]
    name: Given<String>,
    /// Street and number.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, max_length = 100, example = "12 St James's Square")]
    line1: Given<String>,
    /// What else the carrier needs.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    line2: Given<String>,
    /// The city.
    #[serde(default)]
    #[schema(value_type = String, required, min_length = 1, max_length = 100, example = "London")]
    city: Given<String>,
    /// The state, province or county.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    region: Given<String>,
    /// The postal code.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 20, example = "SW1Y 4JH")]
    postal_code: Given<String>,
    /// The country's ISO 3166-1 alpha-2 code.
    #[serde(default)]
    #[schema(value_type = String, required, example = "GB")]
    country: Given<String>,
    /// What the carrier can call.
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 30)]
    phone: Given<String>,
}

impl AddressBody {
    /// Reads an address.
    pub(crate) fn parse(Object(given): Object<Self>, check: &mut Check) -> Option<ShippingAddress> {
        let name = check.required_text("name", given.name, PersonName::parse);
        let line1 = check.required_text("line1", given.line1, AddressLine::parse);
        let line2 = check.optional_text("line2", given.line2, AddressLine::parse);
        let city = check.required_text("city", given.city, AddressLine::parse);
        let region = check.optional_text("region", given.region, AddressLine::parse);
        let postal_code = check.optional_text("postalCode", given.postal_code, PostalCode::parse);
        let country = check.required_text("country", given.country, Country::parse);
        let phone = check.optional_text("phone", given.phone, Phone::parse);
        let (name, line1, city, country) = (name?, line1?, city?, country?);
        Some(ShippingAddress { name, line1, line2, city, region, postal_code, country, phone })
    }
}
