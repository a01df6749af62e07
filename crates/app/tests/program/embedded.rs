//! A server that needs nothing: what the first start makes, what later ones leave alone, and how it ends.

use crate::{Place, Server};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader};

async fn get(server: &Server, path: &str) -> Value {
    reqwest::get(server.url(path)).await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn the_first_start_makes_a_shop_and_the_second_finds_it() {
    let place = Place::new(&[]);
    let server = place.serve();
    let listing = "/api/v1/products?category=Electronics&minPrice=20&maxPrice=40&inStock=true";
    assert!(get(&server, listing).await["data"]["total"].as_u64().unwrap() >= 5);
    assert_eq!(get(&server, "/api/v1/products").await["data"]["total"], 200);
    assert_eq!(place.run("healthcheck", "").code, Some(1), "port 0 cannot be asked");

    let password = fs::read_to_string(place.data("staff-password")).unwrap().trim().to_owned();
    let sign_in = json!({"email": "staff@tradepost.local", "password": password});
    let answer = reqwest::Client::new().post(server.url("/api/v1/auth/signin")).json(&sign_in).send().await;
    let answer: Value = answer.unwrap().json().await.unwrap();
    assert_eq!(answer["data"]["user"]["role"], "staff", "{answer}");

    let files = ["auth-secret", "auth-pepper", "staff-password", "shop.db", "lock"];
    assert_eq!(files.map(|file| place.mode(file)), [0o600; 5]);
    assert_eq!(place.mode(""), 0o700);
    let kept = files[..3].iter().map(|file| fs::read_to_string(place.data(file)).unwrap());
    let kept: Vec<String> = kept.collect();
    let address = server.address.clone();
    let first = server.end("-TERM");
    for part in ["200", &address, "curl "] {
        assert!((first.out.clone() + &first.err).contains(part), "{part}: {} {}", first.out, first.err);
    }

    let server = place.serve();
    assert_eq!(get(&server, "/api/v1/products").await["data"]["total"], 200);
    let second = server.end("-INT");
    assert_eq!((first.code, second.code), (Some(0), Some(0)));
    let now = files[..3].iter().map(|file| fs::read_to_string(place.data(file)).unwrap());
    assert_eq!(now.collect::<Vec<String>>(), kept);
    for secret in kept {
        let said = [&first.out, &first.err, &second.out, &second.err];
        assert!(said.iter().all(|text| !text.contains(secret.trim())), "a secret was printed to a pipe");
    }
}

#[tokio::test]
async fn the_three_lines_of_the_welcome_work() {
    let place = Place::new(&[]);
    let mut server = place.serve();
    let said = BufReader::new(server.child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let lines: Vec<String> = said.filter(|line| line.trim_start().starts_with("curl ")).take(3).collect();
    for (line, expected) in lines.iter().zip(["\"items\":[{", "\"role\":\"customer\"", "\"token\":"]) {
        let url = line.split([' ', '\'']).find(|word| word.starts_with("http")).unwrap();
        let request = match line.split_once("-d '") {
            Some((head, body)) => {
                assert!(head.contains("-H 'Content-Type: application/json'"), "{line}");
                let body = body.trim_end_matches('\'').to_owned();
                reqwest::Client::new().post(url).header("Content-Type", "application/json").body(body)
            }
            None => reqwest::Client::new().get(url),
        };
        let answer = request.send().await.unwrap().text().await.unwrap();
        assert!(answer.contains(expected), "{line}: {answer}");
    }
    assert_eq!(lines.len(), 3);
}

#[tokio::test]
async fn a_data_directory_has_one_server() {
    let place = Place::new(&[]);
    let server = place.serve();
    let refused = place.run("", "");
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("another server uses the data directory"), "{}", refused.err);
    assert_eq!(server.end("-TERM").code, Some(0));
}

#[tokio::test]
async fn a_command_finds_the_server_and_the_server_what_a_command_wrote() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let place = Place::new(&[("APP__SERVER__PORT", &free.to_string()), ("APP__SHOP__SEED_DEMO", "false")]);
    let server = place.serve();
    assert_eq!(place.run("healthcheck", "").code, Some(0));
    assert_eq!(get(&server, "/api/v1/products").await["data"]["total"], 0);
    assert_eq!(place.run("seed --products 30", "").code, Some(0));
    assert_eq!(get(&server, "/api/v1/products?limit=30").await["data"]["total"], 30);
}
