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
            let answered = cell(&stage, (method, path, body), who, status).await;
            if answered != status {
                wrong.push(format!("{method} {path} by {who:?}: {answered} instead of {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Asks once, on a scene of its own, and returns the status. What was refused has changed nothing, and whoever is neither
/// the customer nor staff at the desk has changed nothing of the customer's, whatever was answered.
async fn cell(stage: &Stage<'_>, (method, path, body): (&str, &str, &str), who: Who, expected: u16) -> u16 {
    let scene = stage.scene(path, who).await;
    let what = format!("{method} {path} by {who:?}");
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let (all, theirs) = (stage.records().await, stage.belongings(&scene).await);
    let answer = scene.ask(method.clone(), &scene.filled(path), body).await;
    match answer.status() {
        401 => drop(answer.problem(if who == Who::Anonymous {
            "authentication-required"
        } else {
            "invalid-token"
        })),
        403 => drop(answer.problem("forbidden")),
        400.. => drop(answer.any_problem()),
        _ => {}
    }
    if answer.status() >= 400 {
        assert_eq!(stage.records().await, all, "{what} was refused and changed something");
    }
    let is_in_charge = who == Who::Customer || (who == Who::Staff && path.starts_with("/api/v1/admin/"));
    if !is_in_charge {
        assert_eq!(stage.belongings(&scene).await, theirs, "{what} changed what is the customer's");
    }
    if answer.status() == 404 && matches!(who, Who::Other | Who::Staff) && path.contains('{') {
        let missing = scene.ask(method.clone(), &scene.filled_with_nothing(path), body).await;
        assert_eq!(anonymised(&answer), anonymised(&missing), "{what} tells that there is one");
    }
    if method == Method::GET && answer.status() == expected {
        let head = scene.ask(Method::HEAD, &scene.filled(path), body).await;
        assert_eq!((head.status(), head.text()), (expected, ""), "HEAD instead of {what}");
    }
    scene.clear().await;
    answer.status()
}

/// Returns a problem without what names the request.
fn anonymised(answer: &Answer) -> String {
    let problem = answer.any_problem();
    let named = ["instance", "requestId"].map(|member| problem[member].as_str().unwrap().to_owned());
    named.iter().fold(answer.text().to_owned(), |text, name| text.replace(name, ""))
}
