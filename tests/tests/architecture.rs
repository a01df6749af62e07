//! The architecture as tests: who may depend on whom, and how every file begins and how long it may get. What is written in
//! ARCHITECTURE.md about absence is held here.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// What a crate may build on.
struct Rule {
    package: &'static str,
    /// The crates of this workspace that it may see, directly or through others.
    sees: &'static [&'static str],
    /// The crates of others that must not be in its tree.
    never: &'static [&'static str],
}

const RULES: [Rule; 8] = [
    Rule {
        package: "domain",
        sees: &[],
        never: &["actix-web", "deadpool-redis", "moka", "redis", "sea-orm", "sqlx", "sqlx-core"],
    },
    Rule {
        package: "auth",
        sees: &["domain"],
        never: &["actix-web", "deadpool-redis", "redis", "sea-orm", "sqlx", "sqlx-core"],
    },
    Rule {
        package: "persistence",
        sees: &["domain", "migration"],
        never: &["actix-web", "deadpool-redis", "moka", "redis"],
    },
    Rule { package: "cache", sees: &["domain"], never: &["actix-web", "sea-orm", "sqlx", "sqlx-core"] },
    Rule {
        package: "http-api",
        sees: &["auth", "domain"],
        never: &["deadpool-redis", "moka", "redis", "sea-orm", "sqlx", "sqlx-core"],
    },
    Rule {
        package: "webhooks",
        sees: &["domain"],
        never: &["actix-web", "deadpool-redis", "redis", "sea-orm", "sqlx", "sqlx-core"],
    },
    Rule {
        package: "mail",
        sees: &["domain"],
        never: &[
            "actix-web",
            "deadpool-redis",
            "native-tls",
            "openssl",
            "redis",
            "sea-orm",
            "sqlx",
            "sqlx-core",
        ],
    },
    Rule { package: "migration", sees: &[], never: &["actix-web", "redis"] },
];

/// The crates whose types only `app::wiring` may name.
const ADAPTERS: [&str; 4] = ["persistence", "cache", "webhooks", "mail"];

#[test]
fn crates_depend_only_downwards() {
    for Rule { package, sees, never } in RULES {
        let tree = tree_of(package);
        for (name, is_ours) in &tree {
            let allowed = if *is_ours { sees.contains(&&**name) } else { !never.contains(&&**name) };
            assert!(allowed || name == package, "{package} must not depend on {name}");
        }
    }
}

#[test]
fn only_the_wiring_names_adapters() {
    let app = root().join("crates/app/src");
    for (path, text) in sources().filter(|(path, _)| path.starts_with(&app)) {
        if path.starts_with(app.join("wiring")) || path == app.join("wiring.rs") {
            continue;
        }
        for adapter in ADAPTERS {
            assert!(!names(&text, adapter), "{} names {adapter}; only app::wiring may", path.display());
        }
    }
}

#[test]
fn only_rows_are_taken_at_their_word() {
    let (trusting, rows) = (concat!("::", "from_record"), root().join("crates/persistence/src/rows"));
    for (path, text) in sources().filter(|(path, _)| !path.starts_with(&rows)) {
        assert!(!text.contains(trusting), "{} takes a value without looking at it", path.display());
    }
}

#[test]
fn every_file_says_what_it_is() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{} does not open with `//!`", path.display());
    }
}

#[test]
fn files_are_short() {
    let mut lengths: Vec<(usize, PathBuf)> =
        sources().map(|(path, text)| (text.lines().count(), path)).collect();
    lengths.sort();
    let (median, _) = &lengths[lengths.len() / 2];
    assert!(*median <= 120, "half of the files have more than {median} lines");
    let (longest, path) = lengths.last().expect("there are files");
    assert!(*longest <= 500, "{} has {longest} lines; split it", path.display());
}

#[test]
fn no_test_is_switched_off() {
    let switch = concat!("#[", "ignore");
    for (path, text) in sources() {
        assert!(!text.contains(switch), "{} switches a test off", path.display());
    }
}

#[test]
fn libraries_do_not_print() {
    let printing = ["println!(", "print!(", "dbg!("];
    let libraries = ["auth", "cache", "domain", "http", "mail", "persistence", "webhooks"]
        .map(|name| root().join("crates").join(name).join("src"));
    for (path, text) in
        sources().filter(|(path, _)| libraries.iter().any(|library| path.starts_with(library)))
    {
        let prints = printing.iter().find(|printing| text.contains(**printing));
        assert!(prints.is_none(), "{} contains {prints:?}", path.display());
    }
}

/// Returns the names of the crates that a package is built from, and whether each belongs to this workspace.
fn tree_of(package: &str) -> BTreeSet<(String, bool)> {
    let arguments =
        ["tree", "--offline", "--edges", "normal", "--prefix", "none", "--format", "{p}", "--package"];
    let output = Command::new(env!("CARGO")).args(arguments).arg(package).current_dir(root()).output();
    let output = output.expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("names are text");
    let ours = format!("({}", root().display());
    tree.lines().filter_map(|line| Some((line.split_once(' ')?.0.to_owned(), line.contains(&ours)))).collect()
}

/// Returns every Rust file of the workspace with its text.
fn sources() -> impl Iterator<Item = (PathBuf, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "migration", "tests"] {
        collect(&root().join(folder), &mut found);
    }
    found.into_iter().map(|path| {
        let text = fs::read_to_string(&path).expect("a source file is text");
        (path, text)
    })
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder can be read") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Tells whether code begins a path with this crate's name.
fn names(text: &str, package: &str) -> bool {
    let path = format!("{package}::");
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.match_indices(&path).map(move |(at, _)| &line[..at]))
        .any(|before| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the workspace").to_owned()
}
