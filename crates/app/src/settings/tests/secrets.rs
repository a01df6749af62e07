//! Secrets come from the settings or from files, and are never shown.

use super::{Folder, line};
use crate::settings::{KeySource, SecretSource};
use std::path::Path;

const SECRET: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

#[test]
fn a_secret_can_stand_in_a_file_of_its_own() {
    let folder = Folder::new().file("secret", &format!("{SECRET}\n"));
    let file = folder.path("secret");
    let settings = folder.load(&[("APP__AUTH__SECRET_FILE", &file)]).unwrap();
    let KeySource::File(path) = settings.auth.keys else { panic!("the file was not taken") };
    assert_eq!(path, Path::new(&file));
    assert!(matches!(settings.auth.pepper, SecretSource::Kept));

    let twice = folder.refusal(&[("APP__AUTH__SECRET_FILE", &file), ("APP__AUTH__SECRET", SECRET)]);
    assert!(twice.contains("auth.secret_file") && !twice.contains(SECRET), "{twice}");
    let missing = folder.refusal(&[("APP__AUTH__PEPPER_FILE", "/nowhere")]);
    assert!(missing.contains("auth.pepper_file") && missing.contains("/nowhere"), "{missing}");
}

#[test]
fn no_secret_is_ever_printed() {
    let folder = Folder::new().file("secret", &format!("{SECRET}\n"));
    let variables = [
        ("APP__AUTH__SECRET", SECRET),
        ("APP__AUTH__PEPPER_FILE", &folder.path("secret")),
        ("APP__DATABASE__URL", "postgres://shop:hunter2@db/shop?password=hunter2"),
        ("APP__CACHE__URL", "redis://:hunter2@cache:6379"),
    ];
    let effective = folder.effective(&variables);
    assert!(!effective.contains(SECRET) && !effective.contains("hunter2"), "{effective}");
    assert!(line(&effective, "auth.secret").starts_with("auth.secret = ***"));
    assert!(line(&effective, "auth.pepper").contains("named by"), "{effective}");
    assert!(line(&effective, "database.url").contains("postgres://shop:***@db/shop"), "{effective}");
    let settings = format!("{:?}", folder.load(&variables).unwrap());
    assert!(!settings.contains(SECRET) && !settings.contains("hunter2"), "{settings}");
    assert!(line(&folder.effective(&[]), "auth.secret").contains("made on the first start"));
}

#[test]
fn a_file_whose_keys_cannot_be_read_is_refused_by_its_line() {
    let folder = Folder::new().file("secret", &format!("{SECRET}\nhunter2\n"));
    let file = folder.path("secret");
    let refusal = folder.refusal(&[("APP__AUTH__SECRET_FILE", &file)]);
    assert!(refusal.contains(&file) && refusal.contains("line 1"), "{refusal}");
    assert!(!refusal.contains(SECRET) && !refusal.contains("hunter2"), "{refusal}");
}

#[test]
fn a_weak_secret_is_refused_without_being_repeated() {
    let refusal = Folder::new().refusal(&[("APP__AUTH__SECRET", "hunter2")]);
    assert!(refusal.contains("auth.secret") && !refusal.contains("hunter2"), "{refusal}");
}
