//! `app keys`: what operators see of the keys of tokens, and what becomes of their file.

use crate::Place;
use std::fs;

#[test]
fn keys_are_rotated_and_told_apart_and_never_shown() {
    let place = Place::new(&[]);
    let alone = place.run("keys list", "");
    assert_eq!(alone.code, Some(0), "{}", alone.err);
    let old = alone.out.split(' ').next().unwrap();
    assert_eq!(alone.out, format!("{old}  signs, before there were others\n"));

    let rotated = place.run("keys rotate", "");
    assert_eq!(rotated.code, Some(0), "{}", rotated.err);
    let lines: Vec<&str> = rotated.out.lines().collect();
    assert!(lines.len() == 2 && lines[0].contains("  verifies, made 20"), "{}", rotated.out);
    assert!(
        lines[1].starts_with(&format!("{old}  signs for another minute, verifies until 20")),
        "{}",
        rotated.out
    );
    assert_eq!(place.run("keys list", "").out, rotated.out);
    assert_eq!(place.mode("auth-secret"), 0o600);

    let again = place.run("keys rotate", "");
    assert_eq!((again.code, again.err.lines().count()), (Some(1), 1));
    assert!(again.err.contains("signs from"), "{}", again.err);
    let file = fs::read_to_string(place.data("auth-secret")).unwrap();
    for secret in file.split_whitespace().filter(|word| word.len() >= 32) {
        for said in [&alone, &rotated, &again] {
            assert!(!said.out.contains(secret) && !said.err.contains(secret));
        }
    }
    assert_eq!(file.lines().count(), 2, "{file}");
}

#[test]
fn a_key_of_the_settings_is_not_rotated_and_the_way_out_is_told() {
    let secret = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let place = Place::new(&[("APP__AUTH__SECRET", secret)]);
    let refused = place.run("keys rotate", "");
    assert_eq!((refused.code, refused.err.lines().count()), (Some(1), 1));
    assert!(refused.err.contains("auth.secret_file") && !refused.err.contains(secret), "{}", refused.err);
}

#[test]
fn a_server_does_not_start_on_keys_that_make_no_sense() {
    let place = Place::new(&[]);
    place.run("keys list", "");
    fs::write(place.data("auth-secret"), "hunter2\n").unwrap();
    let refused = place.run("", "");
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.err.contains("auth-secret has a line 1 that must have at least 32 bytes"),
        "{}",
        refused.err
    );
    assert!(!refused.err.contains("hunter2"), "{}", refused.err);
}
