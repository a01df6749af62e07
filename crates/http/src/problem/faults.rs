//! One thing that is wrong with a request, and where.

use serde::{Serialize, Serializer, ser::SerializeMap};
use std::{borrow::Cow, fmt};

/// Where in a request something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the body, by JSON pointer (RFC 6901).
    Pointer(String),
    /// In the query.
    Parameter(String),
    /// In a header field.
    Header(&'static str),
}

/// One thing that is wrong; the detail completes the sentence "it …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where.
    pub(crate) place: Place,
    /// What would be right.
    pub(crate) detail: Cow<'static, str>,
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        match &self.place {
            Place::Pointer(pointer) => map.serialize_entry("pointer", pointer)?,
            Place::Parameter(name) => map.serialize_entry("parameter", name)?,
            Place::Header(name) => map.serialize_entry("header", name)?,
        }
        map.serialize_entry("detail", &self.detail)?;
        map.end()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match &self.place {
            Place::Pointer(pointer) if pointer.is_empty() => "the body",
            Place::Pointer(name) | Place::Parameter(name) => name,
            Place::Header(name) => name,
        };
        write!(f, "{place} {}", self.detail)
    }
}
