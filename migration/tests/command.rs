//! The program that sea-orm-cli runs: it makes the SQLite file, and every one of its commands works on both databases.

use std::process::Command;

fn migrate(url: &str, command: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_migration"))
        .args([command, "-u", url])
        .current_dir("/")
        .output()
        .expect("the program starts");
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8(printed).expect("the program prints text");
    assert!(output.status.success(), "migration {command}: {printed}");
    printed
}

fn every_command(url: &str) {
    assert!(migrate(url, "status").contains("Pending"));
    assert!(migrate(url, "up").contains("has been applied"));
    assert!(migrate(url, "status").contains("Applied"));
    assert!(migrate(url, "down").contains("has been rolled back"));
    assert!(migrate(url, "up").contains("has been applied"));
    assert!(migrate(url, "fresh").contains("has been applied"));
    assert!(migrate(url, "refresh").contains("has been applied"));
}

#[test]
fn every_command_works_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    every_command(&format!("sqlite://{}/shop.db", folder.path().display()));
}

#[test]
fn every_command_works_on_postgres() {
    let database = backends::Postgres::shared().create_database();
    every_command(database.url());
}

#[test]
fn programs_take_turns() {
    let database = backends::Postgres::shared().create_database();
    let programs: Vec<_> = (0..4)
        .map(|_| {
            let url = database.url().to_owned();
            std::thread::spawn(move || migrate(&url, "up"))
        })
        .collect();
    let printed: Vec<_> = programs.into_iter().map(|program| program.join().expect("it migrates")).collect();
    let applied = printed.iter().filter(|printed| printed.contains("has been applied")).count();
    assert_eq!(applied, 1, "{printed:#?}");
}
