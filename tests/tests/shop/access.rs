//! Who may do what, asked of the whole program: every cell of one table, on both pairs. A route that the table lacks fails.

mod belongings;
mod scene;
mod table;

use reqwest::Method;
use scene::{Stage, Who};
use serde_json::Value;
use std::collections::BTreeSet;
use system_tests::{Answer, Shop, on_both_pairs};
use table::{TABLE, WHO};

on_both_pairs! {
    every_cell_is_what_the_table_says,
}

#[test]
fn the_table_has_every_route() {
    let document: Value = serde_json::from_str(&http_api::document()).unwrap();
    let operations = document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        item.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))
    });
    // The explorer shows the document and is not in it.
    let explorer = ["/docs", "/docs/{file:.*}"].map(|path| ("GET".to_owned(), path.to_owned()));
    let live: BTreeSet<_> = operations.chain(explorer).collect();
    let listed = TABLE.iter().map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned()));
    let listed: BTreeSet<_> = listed.collect();
    let differing: Vec<_> = live.symmetric_difference(&listed).collect();
    assert!(differing.is_empty(), "in the program or the table alone: {differing:?}");
    assert_eq!(TABLE.len(), live.len(), "a route is listed twice");
}

async fn every_cell_is_what_the_table_says(shop: &Shop) {
    let stage = Stage::set(shop).await;
    let mut wrong = Vec::new();
    for (method, path, body, expected) in TABLE {
        for (who, status) in WHO.into_iter().zip(*expected) {
            let found = cell(&stage, (method, path, body), who, status).await;
            wrong.extend(found.into_iter().map(|found| format!("{method} {path} by {who:?}: {found}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Asks once, on a scene of its own, and returns what is not as it must be. What is refused changes nothing, and whoever is
/// neither the customer nor staff at the desk changes nothing of the customer's, whatever the answer.
async fn cell(
    stage: &Stage<'_>,
    (method, path, body): (&str, &str, &str),
    who: Who,
    expected: u16,
) -> Vec<String> {
    let scene = stage.scene(path, who).await;
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let (records, belongings) = (stage.records().await, stage.belongings(&scene).await);
    let answer = scene.ask(method.clone(), &scene.filled(path), body).await;
    let mut wrong = Vec::new();
    let mut check = |is_right: bool, what: &str| {
        if !is_right {
            wrong.push(format!("{what}: {answer:?}"));
        }
    };
    check(answer.status() == expected, &format!("not {expected}"));
    if answer.status() >= 400 {
        let kind = answer.any_problem()["type"].take();
        check(
            refusal(&answer, who).is_none_or(|refusal| kind == format!("/problems/{refusal}")),
            "another problem",
        );
        check(stage.records().await == records, "it was refused and changed something");
    }
    let is_in_charge = who == Who::Customer || (who == Who::Staff && path.starts_with("/api/v1/admin/"));
    check(is_in_charge || stage.belongings(&scene).await == belongings, "it changed what is the customer's");
    if answer.status() == 404 && path.contains('{') {
        let missing = scene.ask(method.clone(), &scene.filled_with_nothing(path), body).await;
        check(anonymised(&answer) == anonymised(&missing), "it tells that there is one");
    }
    if method == Method::GET && answer.status() == expected {
        let head = scene.ask(Method::HEAD, &scene.filled(path), body).await;
        check((head.status(), head.text()) == (expected, ""), "HEAD is answered otherwise");
    }
    scene.clear().await;
    wrong
}

/// Returns the kind of a refusal of somebody, where there is but one.
fn refusal(answer: &Answer, who: Who) -> Option<&'static str> {
    match answer.status() {
        401 if who == Who::Anonymous => Some("authentication-required"),
        401 => Some("invalid-token"),
        403 => Some("forbidden"),
        404 => Some("not-found"),
        _ => None,
    }
}

/// Returns a problem without what names the request.
fn anonymised(answer: &Answer) -> String {
    let problem = answer.any_problem();
    let named = ["instance", "requestId"].map(|member| problem[member].as_str().unwrap().to_owned());
    named.iter().fold(answer.text().to_owned(), |text, name| text.replace(name, ""))
}
