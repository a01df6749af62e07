//! Calling every operation with secrets where they belong, where they do not, and in what is no request at all. Everything
//! is refused, so that nothing is kept because somebody meant it: a body always has a member too many.

use super::{request, tells_nothing};
use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value, json};
use system_tests::Person;

/// Header fields that the program reads, or that programs like to log. `X-Request-Id` is repeated on purpose.
const FIELDS: [&str; 9] = [
    "Authorization",
    "X-Cart-Token",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Content-Type",
    "Cookie",
    "Referer",
    "X-Forwarded-For",
];
/// What cannot be sent without being told of: that there is no member or parameter of this name.
const NAMED: &str = "a secret as a name";
/// What ends the session that everything is called with.
const ENDINGS: [&str; 2] = ["/api/v1/auth/signout", "/api/v1/auth/signout-all"];

pub(super) struct Calls<'a> {
    pub(super) document: &'a Value,
    pub(super) caller: &'a Person,
    pub(super) secrets: &'a [&'a str],
}

impl Calls<'_> {
    /// Makes all of them, each operation with one of the secrets, beginning with the one at `turn`. Returns how many were refused.
    pub(super) async fn make(&self, turn: usize) -> usize {
        let paths = self.document["paths"].as_object().unwrap().iter();
        let operations =
            paths.flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |it| (path, it)));
        let turns = self.secrets.iter().cycle().skip(turn);
        let mut refused = 0;
        for ((path, (method, operation)), secret) in operations.zip(turns) {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            for (how, request) in self.requests(&method, path, operation, secret) {
                let answer = self.caller.send(request).await;
                let call = format!("{method} {path} with {how}");
                assert!(answer.status() < 500, "{call}: {answer:?}");
                if answer.status() >= 400 {
                    refused += 1;
                    if how != NAMED {
                        tells_nothing(&answer, self.secrets, &call);
                    }
                }
            }
        }
        refused
    }

    fn requests(
        &self,
        method: &Method,
        path: &str,
        operation: &Value,
        secret: &str,
    ) -> Vec<(String, RequestBuilder)> {
        if ENDINGS.contains(&path) {
            return Vec::new();
        }
        let harmless = with_parameters(path, "1");
        let begin = |path: &str| request(self.caller, method, path);
        let mut requests = Vec::new();
        if path.contains('{') {
            requests.push(("a secret in the path".to_owned(), begin(&with_parameters(path, secret))));
        }
        requests.push((NAMED.to_owned(), begin(&format!("{harmless}?{secret}=1"))));
        requests
            .push(("a secret as an unknown parameter".to_owned(), begin(&format!("{harmless}?x={secret}"))));
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] == "query" {
                let name = parameter["name"].as_str().unwrap();
                // Beside one that does not exist, so that no answer is kept under what was asked.
                let query = format!("{harmless}?{name}={secret}&nonsense=1");
                requests.push((format!("a secret as {name}"), begin(&query)));
            }
        }
        if *method == Method::DELETE {
            return requests;
        }
        let named = [json!({ secret: 1 }), json!({ "excess": { secret: secret } })]
            .map(|body| (NAMED, body.to_string()));
        for (name, body) in named {
            let json = begin(&harmless).header("Content-Type", "application/json").header("If-Match", "*");
            requests.push((name.to_owned(), json.body(body)));
        }
        for body in bodies(&members(self.document, operation), secret) {
            let how = format!("{body:.60}");
            let json = begin(&harmless).header("Content-Type", "application/json").header("If-Match", "*");
            requests.push((how.clone(), json.body(body.clone())));
            requests.push((
                format!("{how} as a form"),
                begin(&harmless).header("Content-Type", "application/x-www-form-urlencoded").body(body),
            ));
        }
        for field in FIELDS {
            let request = begin(&harmless).header(field, secret).body("{");
            requests.push((format!("a secret as {field}"), request));
        }
        requests.push((
            "basic authentication".to_owned(),
            begin(&harmless).basic_auth(secret, Some(secret)).body("{"),
        ));
        requests
    }
}

fn with_parameters(path: &str, value: &str) -> String {
    let segment = |part: &str| if part.starts_with('{') { value.to_owned() } else { part.to_owned() };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// Returns the names of what an operation's body may hold.
fn members(document: &Value, operation: &Value) -> Vec<String> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let reference = schema["$ref"].as_str().unwrap_or_default().trim_start_matches('#');
    let schema = document.pointer(reference).filter(|_| !reference.is_empty()).unwrap_or(schema);
    let kinds = schema["oneOf"].as_array().cloned().unwrap_or_else(|| vec![schema.clone()]);
    let properties = kinds.iter().filter_map(|kind| kind["properties"].as_object());
    properties.flat_map(|properties| properties.keys().cloned()).collect()
}

fn bodies(members: &[String], secret: &str) -> Vec<String> {
    let all = |value: Value| {
        let given = members.iter().map(|name| (name.clone(), value.clone()));
        let excess = ("excess".to_owned(), value.clone());
        Value::Object(given.chain([excess]).collect::<Map<_, _>>()).to_string()
    };
    vec![
        all(json!(secret)),
        all(json!([secret])),
        json!([secret]).to_string(),
        json!(secret).to_string(),
        format!("{{\"password\": \"{secret}"),
        format!("{{\"email\": {secret}}}"),
        format!("{secret}\u{0}"),
        format!("<?xml version=\"1.0\"?><password>{secret}</password>"),
    ]
}
