//! Shipping addresses as orders keep them: JSON in one column, read back as it stands whatever is asked of new ones.

use crate::error::corrupt;
use domain::order::{Country, ShippingAddress};
use domain::text::Line;
use domain::{Invalid, RepositoryError};
use serde::{Deserialize, Serialize};

/// An address as it is stored. What its members are called is part of the schema.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredAddress {
    name: String,
    line1: String,
    line2: Option<String>,
    city: String,
    region: Option<String>,
    postal_code: Option<String>,
    country: String,
    phone: Option<String>,
}

/// Writes an address down.
pub(crate) fn text(address: &ShippingAddress) -> String {
    let stored = StoredAddress {
        name: address.name.to_string(),
        line1: address.line1.to_string(),
        line2: address.line2.as_ref().map(ToString::to_string),
        city: address.city.to_string(),
        region: address.region.as_ref().map(ToString::to_string),
        postal_code: address.postal_code.as_ref().map(ToString::to_string),
        country: address.country.to_string(),
        phone: address.phone.as_ref().map(ToString::to_string),
    };
    serde_json::to_string(&stored).expect("an address is plain text, which JSON can hold")
}

/// Reads an address back.
pub(crate) fn address(text: &str) -> Result<ShippingAddress, RepositoryError> {
    let stored: StoredAddress = serde_json::from_str(text)
        .map_err(|_| Invalid::new("is no address"))
        .map_err(corrupt("orders.shipping_address"))?;
    Ok(ShippingAddress {
        name: Line::from_record(stored.name),
        line1: Line::from_record(stored.line1),
        line2: stored.line2.map(Line::from_record),
        city: Line::from_record(stored.city),
        region: stored.region.map(Line::from_record),
        postal_code: stored.postal_code.map(Line::from_record),
        country: Country::from_record(stored.country),
        phone: stored.phone.map(Line::from_record),
    })
}
