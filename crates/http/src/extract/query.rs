//! The query of a request, read as strictly as a body: every parameter known, given once, and valid.

use super::{Check, services};
use crate::problem::{Problem, kinds};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use domain::Invalid;
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;
use std::future::{Ready, ready};

/// Something that a query says.
pub(crate) trait FromQuery: Sized {
    /// Reads the values, taking every parameter that is known; `None` when something is wrong, which `check` then knows.
    fn parse(parameters: &mut Parameters, check: &mut Check) -> Option<Self>;
}

/// A query that was understood.
pub(crate) struct Query<T>(pub(crate) T);

/// The parameters that nobody has taken yet.
pub(crate) struct Parameters(BTreeMap<String, Vec<String>>);

impl Parameters {
    /// Takes a parameter as it was written.
    pub(crate) fn take(&mut self, name: &str, check: &mut Check) -> Option<String> {
        let mut values = self.0.remove(name)?;
        if values.len() > 1 {
            check.refuse_parameter(name, "is given more than once");
        }
        values.pop()
    }

    /// Takes a parameter and reads it.
    pub(crate) fn read<T>(
        &mut self,
        name: &str,
        check: &mut Check,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let text = self.take(name, check)?;
        parse(&text).map_err(|invalid| check.refuse_parameter(name, invalid.to_string())).ok()
    }

    /// Reads `application/x-www-form-urlencoded` (WHATWG URL), but strictly: no stray `%`, nothing but UTF-8.
    fn of(query: &str) -> Option<Self> {
        let mut parameters = BTreeMap::<String, Vec<String>>::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            parameters.entry(decode(name)?).or_default().push(decode(value)?);
        }
        Some(Self(parameters))
    }
}

impl<T: FromQuery> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string(), Check::new(services(request).currency)).map(Self))
    }
}

impl FromQuery for () {
    fn parse(_: &mut Parameters, _: &mut Check) -> Option<()> {
        Some(())
    }
}

fn parse<T: FromQuery>(query: &str, mut check: Check) -> Result<T, Problem> {
    let mut parameters = Parameters::of(query).ok_or_else(|| {
        let detail = "The query has a percent sign without two hexadecimal digits, or is not UTF-8.";
        Problem::new(&kinds::MALFORMED_REQUEST, detail)
    })?;
    let value = T::parse(&mut parameters, &mut check);
    for unknown in parameters.0.keys() {
        check.refuse_parameter(unknown, "is not known here");
    }
    let faults = check.into_faults();
    match value {
        Some(value) if faults.is_empty() => Ok(value),
        Some(_) | None => Err(Problem::invalid(&faults)),
    }
}

fn decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    let stray =
        |part: &str| !part.get(..2).is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    if spaced.split('%').skip(1).any(stray) {
        return None;
    }
    Some(percent_decode_str(&spaced).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_decoded_strictly() {
        assert_eq!(decode("a+b%20%C3%A9").as_deref(), Some("a b é"));
        for text in ["%", "%4", "%zz", "%ff", "a%é9"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}
