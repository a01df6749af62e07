//! What serde says about JSON of the wrong shape, in words for clients. Nothing of what the client sent is repeated.

use super::check::escaped;
use crate::problem::{Fault, Place};
use serde_path_to_error::{Error, Path, Segment};
use std::borrow::Cow;

/// Returns where a body has the wrong shape, and what would be right there.
pub(super) fn wrong_type(error: &Error<serde_json::Error>) -> Fault {
    let message = error.inner().to_string();
    let mut pointer = pointer(error.path());
    if let Some(name) = quoted(&message, "duplicate field `").or_else(|| quoted(&message, "unknown field `"))
    {
        let token = format!("/{}", escaped(name));
        if !pointer.ends_with(&token) {
            pointer.push_str(&token);
        }
    }
    Fault { place: Place::Pointer(pointer), detail: explain(&message) }
}

fn pointer(path: &Path) -> String {
    let token = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", escaped(key)),
        Segment::Enum { variant } => format!("/{}", escaped(variant)),
        Segment::Unknown => String::new(),
    };
    path.iter().map(token).collect()
}

/// Reads serde's own sentences (the provided methods of `serde::de::Error`), which a test holds to their form.
fn explain(message: &str) -> Cow<'static, str> {
    if message.starts_with("unknown field") {
        return "is not known here".into();
    }
    if message.starts_with("duplicate field") {
        return "is given twice".into();
    }
    if message.starts_with("recursion limit") {
        return "is nested too deeply".into();
    }
    let Some((_, expected)) = message.rsplit_once("expected ") else { return "cannot be read".into() };
    let expected = expected.split(" at line ").next().unwrap_or_default();
    match expected {
        "a string" => "must be a string".into(),
        "a boolean" => "must be true or false".into(),
        "i64" => "must be a whole number of at most 64 bits".into(),
        "a sequence" => "must be an array".into(),
        "an object" | "a map" => "must be an object".into(),
        _ => "has the wrong type".into(),
    }
}

fn quoted<'a>(message: &'a str, prefix: &str) -> Option<&'a str> {
    message.strip_prefix(prefix)?.split('`').next()
}
