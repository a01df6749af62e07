//! Turning what a client sent into values of the domain, with everything that is wrong collected on the way.

use crate::problem::{Fault, Place};
use domain::{Currency, Invalid};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// A member of a JSON object that may be absent, but not null.
pub(crate) struct Given<T>(Option<T>);

impl<T> Given<T> {
    /// Tells whether it is there.
    pub(crate) fn is_present(&self) -> bool {
        self.0.is_some()
    }
}

impl<T> Default for Given<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(|value| Self(Some(value)))
    }
}

/// Collects what is wrong with a request, so that its sender reads everything at once.
pub(crate) struct Check {
    /// What prices are in.
    pub(crate) currency: Currency,
    /// The pointer to what is being looked at.
    base: String,
    faults: Vec<Fault>,
}

impl Check {
    /// Begins with nothing wrong.
    pub(crate) fn new(currency: Currency) -> Self {
        Self { currency, base: String::new(), faults: Vec::new() }
    }

    /// Reads a member that must be there. `None` means that it was found wanting and noted.
    pub(crate) fn required<T, U>(
        &mut self,
        name: &str,
        given: Given<T>,
        parse: impl FnOnce(T) -> Result<U, Invalid>,
    ) -> Option<U> {
        if !given.is_present() {
            self.refuse(name, "is required");
        }
        self.optional(name, given, parse)
    }

    /// Reads a member where it is there.
    pub(crate) fn optional<T, U>(
        &mut self,
        name: &str,
        given: Given<T>,
        parse: impl FnOnce(T) -> Result<U, Invalid>,
    ) -> Option<U> {
        parse(given.0?).map_err(|invalid| self.refuse(name, invalid.to_string())).ok()
    }

    /// Reads text that must be there.
    pub(crate) fn required_text<U>(
        &mut self,
        name: &str,
        given: Given<String>,
        parse: impl FnOnce(&str) -> Result<U, Invalid>,
    ) -> Option<U> {
        self.required(name, given, |text| parse(&text))
    }

    /// Reads text where it is there.
    pub(crate) fn optional_text<U>(
        &mut self,
        name: &str,
        given: Given<String>,
        parse: impl FnOnce(&str) -> Result<U, Invalid>,
    ) -> Option<U> {
        self.optional(name, given, |text| parse(&text))
    }

    /// Reads a member that has members or items itself, where it is there.
    pub(crate) fn inside<T, U>(
        &mut self,
        name: &str,
        given: Given<T>,
        parse: impl FnOnce(T, &mut Self) -> Option<U>,
    ) -> Option<U> {
        let value = given.0?;
        let outer = self.base.len();
        self.base.push('/');
        self.base.push_str(name);
        let parsed = parse(value, self);
        self.base.truncate(outer);
        parsed
    }

    /// Reads a member that has members or items itself and must be there.
    pub(crate) fn required_inside<T, U>(
        &mut self,
        name: &str,
        given: Given<T>,
        parse: impl FnOnce(T, &mut Self) -> Option<U>,
    ) -> Option<U> {
        if !given.is_present() {
            self.refuse(name, "is required");
        }
        self.inside(name, given, parse)
    }

    /// Reads the items of an array.
    pub(crate) fn items<T, U>(
        &mut self,
        items: Vec<T>,
        mut parse: impl FnMut(T, &mut Self) -> Option<U>,
    ) -> Option<Vec<U>> {
        let item = |(index, item): (usize, T)| {
            self.inside(&index.to_string(), Given(Some(item)), |item, check| parse(item, check))
        };
        // Every item is looked at before the first failure counts.
        let parsed: Vec<Option<U>> = items.into_iter().enumerate().map(item).collect();
        parsed.into_iter().collect()
    }

    /// Notes that a member is wrong; an empty name means the object itself.
    pub(crate) fn refuse(&mut self, name: &str, detail: impl Into<Cow<'static, str>>) {
        let pointer = match name {
            "" => self.base.clone(),
            name => format!("{}/{}", self.base, escaped(name)),
        };
        self.faults.push(Fault { place: Place::Pointer(pointer), detail: detail.into() });
    }

    /// Notes that a parameter of the query is wrong.
    pub(crate) fn refuse_parameter(&mut self, name: &str, detail: impl Into<Cow<'static, str>>) {
        self.faults.push(Fault { place: Place::Parameter(name.to_owned()), detail: detail.into() });
    }

    /// Returns everything that is wrong.
    pub(crate) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }
}

/// Writes a member's name as a reference token (RFC 6901, 3).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
