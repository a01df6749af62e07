//! No text of a body is without a limit: what the document says of every string is what the server holds to.

use crate::harness::Api;
use regex::Regex;
use serde_json::{Map, Value, json};

/// A string somewhere in a body.
struct Text {
    method: String,
    path: String,
    /// The members, or `0` for an item, that lead to it.
    steps: Vec<String>,
    schema: Value,
}

impl Text {
    fn limit(&self) -> Option<usize> {
        self.schema["maxLength"].as_u64().and_then(|limit| limit.try_into().ok())
    }

    fn has(&self, keyword: &str) -> bool {
        !self.schema[keyword].is_null()
    }

    /// Tells whether the document allows this; what is behind a `format` it leaves to the server.
    fn allows(&self, text: &str) -> bool {
        let (schema, length) = (&self.schema, text.chars().count() as u64);
        let matches = |pattern: &str| Regex::new(pattern).unwrap().is_match(text);
        schema["maxLength"].as_u64().is_none_or(|most| length <= most)
            && schema["minLength"].as_u64().is_none_or(|least| length >= least)
            && schema["enum"].as_array().is_none_or(|words| words.contains(&json!(text)))
            && schema["pattern"].as_str().is_none_or(matches)
    }

    fn pointer(&self) -> String {
        self.steps.iter().fold(String::new(), |pointer, step| format!("{pointer}/{step}"))
    }

    fn name(&self) -> String {
        format!("{} in {} {}", self.pointer(), self.method, self.path)
    }

    /// Tells whether the server names this place when this stands there, and nothing else anywhere.
    async fn is_refused(&self, api: &Api, text: &str) -> bool {
        let body = self.steps.iter().rev().fold(json!(text), |inner, step| match step.as_str() {
            "0" => json!([inner]),
            name => json!({ name: inner }),
        });
        let path = self.path.replace("{id}", "1").replace("{variantId}", "1");
        let call = api.call(&self.method, &path).by("staff").header("If-Match", "*").json(&body.to_string());
        let answer = call.send().await;
        assert!(answer.status.is_success() || answer.status.as_u16() == 422, "{}: {answer:?}", self.name());
        answer.places().contains(&self.pointer())
    }
}

/// Returns every string of every body.
fn texts() -> Vec<Text> {
    let document: Value = serde_json::from_str(&http_api::document()).unwrap();
    let mut texts = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let mut found = Vec::new();
            strings(&document, schema, &mut Vec::new(), &mut found);
            let method = method.to_uppercase();
            let text = |(steps, schema)| Text { method: method.clone(), path: path.clone(), steps, schema };
            texts.extend(found.into_iter().map(text));
        }
    }
    texts
}

/// Finds the strings of a schema, and of all that it is made of.
fn strings(document: &Value, schema: &Value, steps: &mut Vec<String>, found: &mut Vec<(Vec<String>, Value)>) {
    if let Some(reference) = schema["$ref"].as_str() {
        return strings(document, document.pointer(&reference[1..]).unwrap(), steps, found);
    }
    if schema["type"] == "string"
        || schema["type"].as_array().is_some_and(|types| types.contains(&json!("string")))
    {
        found.push((steps.clone(), schema.clone()));
    }
    let none = Map::new();
    let members = schema["properties"].as_object().unwrap_or(&none);
    let further = [("0", &schema["items"]), ("x", &schema["additionalProperties"])];
    let further = further.into_iter().filter(|(_, schema)| schema.is_object());
    for (step, schema) in members.iter().map(|(name, schema)| (name.as_str(), schema)).chain(further) {
        steps.push(step.to_owned());
        strings(document, schema, steps, found);
        steps.pop();
    }
    for alternatives in ["oneOf", "anyOf", "allOf"] {
        for schema in schema[alternatives].as_array().into_iter().flatten() {
            strings(document, schema, steps, found);
        }
    }
}

#[test]
fn every_string_of_a_body_is_bounded() {
    let texts = texts();
    assert!(texts.len() > 40, "{}", texts.len());
    for text in texts {
        let bounded = ["maxLength", "enum", "pattern", "format"].iter().any(|keyword| text.has(keyword));
        assert!(bounded, "{} may be anything: {}", text.name(), text.schema);
    }
}

#[actix_web::test]
async fn what_the_document_does_not_allow_is_refused_by_name() {
    let api = Api::new();
    let mut refused = 0;
    for text in texts() {
        let too_long = "a".repeat(text.limit().unwrap_or(60_000) + 1);
        for sample in ["", " ", "\u{0}", "nonsense", "Non sense!", &"9".repeat(60_000), &too_long] {
            if !text.allows(sample) {
                assert!(text.is_refused(&api, sample).await, "{} takes {sample:.20}", text.name());
                refused += 1;
            }
        }
    }
    assert!(refused > 100, "{refused}");
}

#[actix_web::test]
async fn what_is_as_long_as_it_may_be_is_taken() {
    let api = Api::new();
    for text in texts().iter().filter(|text| !text.has("format")) {
        let longest = "a".repeat(text.limit().unwrap_or_default());
        let refused = text.allows(&longest) && text.is_refused(&api, &longest).await;
        assert!(!refused, "{} takes less than the document says", text.name());
    }
}

#[actix_web::test]
async fn no_string_takes_what_a_database_does_not() {
    let api = Api::new();
    for text in texts().iter().filter(|text| text.schema["format"] != "password") {
        assert!(text.is_refused(&api, "a\u{0}b").await, "{} takes U+0000", text.name());
    }
}
