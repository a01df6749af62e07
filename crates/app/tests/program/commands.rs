//! Commands and their exit codes.

use crate::Place;

#[test]
fn config_shows_every_setting_with_its_origin() {
    let shown = Place::new(&[("APP__SERVER__WORKERS", "3")]).run("config", "");
    assert_eq!((shown.code, shown.err.as_str()), (Some(0), ""));
    for part in
        ["profile = test", "server.port = 0 ", "test.toml", "server.workers = 3 ", "APP__SERVER__WORKERS"]
    {
        assert!(shown.out.contains(part), "{part}: {}", shown.out);
    }
}

#[test]
fn settings_that_cannot_be_used_are_one_message_and_exit_code_2() {
    let place = Place::new(&[("APP__SERVER__PROT", "1")]);
    for line in ["", "config", "migrate", "healthcheck"] {
        let refused = place.run(line, "");
        assert_eq!((refused.code, refused.out.as_str()), (Some(2), ""), "{line}");
        assert!(
            refused.err.starts_with("error: ") && refused.err.contains("APP__SERVER__PROT"),
            "{}",
            refused.err
        );
    }
    assert_eq!(place.run("nonsense", "").code, Some(2));
    assert!(!place.data("").exists(), "a command that is refused writes nothing");
}

#[test]
fn a_failure_is_one_message_and_exit_code_1() {
    let place = Place::new(&[("APP__DATA__DIR", "/dev/null/data")]);
    for line in ["", "migrate", "seed"] {
        let failed = place.run(line, "");
        assert_eq!((failed.code, failed.err.lines().count()), (Some(1), 1), "{}", failed.err);
        assert!(failed.err.contains("/dev/null/data"), "{}", failed.err);
    }
    assert_eq!(Place::new(&[]).run("healthcheck", "").code, Some(1), "nobody knows the port");
    assert_eq!(Place::new(&[("APP__SERVER__PORT", "1")]).run("healthcheck", "").code, Some(1));
}

#[test]
fn an_empty_catalogue_is_filled_once() {
    let place = Place::new(&[]);
    let filled = place.run("seed --products 1250", "");
    assert_eq!((filled.code, filled.out.as_str()), (Some(0), "the catalogue has 1250 products now\n"));
    let again = place.run("seed", "");
    assert_eq!(again.code, Some(0));
    assert!(again.out.contains("was left alone"), "{}", again.out);
}

#[test]
fn an_account_of_staff_is_made_once_and_its_password_is_not_repeated() {
    let place = Place::new(&[]);
    let line = "create-staff --email ada@example.org --name Ada --password-stdin";
    let made = place.run(line, "correct horse 42\n");
    assert_eq!(made.code, Some(0), "{}", made.err);
    let again = place.run(&line.replace("ada@", "ADA@"), "correct horse 42\n");
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("has an account already"), "{}", again.err);
    let short = place.run(line, "hunter2\n");
    assert_eq!(short.code, Some(2));
    let easy = place.run(&line.replace("ada@", "eve@"), "hunter22\n");
    assert_eq!(easy.code, Some(1));
    assert!(easy.err.contains("too easy to guess"), "{}", easy.err);
    for outcome in [made, again, short, easy] {
        let said = outcome.out + &outcome.err;
        assert!(!said.contains("correct horse") && !said.contains("hunter2"), "{said}");
    }
}
