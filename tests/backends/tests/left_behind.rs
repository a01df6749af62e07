//! A test process that is killed with -9 must leave no server and no folder behind. This file runs itself once more as
//! that process; a server of its own shows which folder and which processes belong to it.

use backends::{MortalPostgres, Postgres, Redis};
use std::{
    env, fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const VICTIM: &str = "BACKENDS_TEST_VICTIM";

/// Does nothing unless it is run by the other test: then starts servers of every kind, says so, and waits to be killed.
#[test]
fn victim() {
    if env::var_os(VICTIM).is_none() {
        return;
    }
    let (database, redis) = (Postgres::shared().create_database(), Redis::start());
    let mut mortal = MortalPostgres::start();
    mortal.restart();
    println!("\nurls {} {} {}", database.url(), redis.url(), mortal.url());
    std::thread::park();
}

#[test]
fn a_killed_test_process_leaves_no_server_and_no_folder_behind() {
    let scratch = env::temp_dir().join(format!("backends-left-behind-{}", std::process::id()));
    fs::create_dir(&scratch).unwrap();
    // Anybody may write here, because PostgreSQL's watchdog runs as another user.
    assert!(Command::new("chmod").arg("1777").arg(&scratch).status().unwrap().success());
    let mut victim = Command::new(env::current_exe().unwrap())
        .args(["--exact", "victim", "--nocapture"])
        .env(VICTIM, "1")
        .env("TMPDIR", &scratch)
        .env_remove("TEST_POSTGRES_URL")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(victim.stdout.take().unwrap());
    let ready = output.by_ref().lines().map_while(Result::ok).find(|line| line.starts_with("urls "));
    assert!(ready.is_some(), "the victim did not start its servers");
    assert_eq!(
        fs::read_dir(&scratch).unwrap().count(),
        4,
        "each server has a folder, and one its data elsewhere"
    );
    let servers = processes_below(&scratch);
    assert!(servers.len() >= 2, "{servers:?}");

    victim.kill().unwrap();
    victim.wait().unwrap();
    // The watchdogs are nobody's children any more, so nobody can wait for them; they remove the folders last.
    let killed = Instant::now();
    while fs::read_dir(&scratch).unwrap().next().is_some() {
        assert!(killed.elapsed() < Duration::from_secs(20), "still there: {:?}", processes_below(&scratch));
        std::thread::yield_now();
    }
    assert_eq!(processes_below(&scratch), Vec::<String>::new());
    fs::remove_dir(&scratch).unwrap();
}

/// Returns the command lines of the processes that work in a folder.
fn processes_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for process in fs::read_dir("/proc").expect("Linux lists its processes").flatten() {
        let below = fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder));
        if below {
            let words = fs::read(process.path().join("cmdline")).unwrap_or_default();
            found.push(String::from_utf8_lossy(&words).replace('\0', " "));
        }
    }
    found
}
