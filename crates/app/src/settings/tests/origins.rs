//! The sites whose pages may use the shop.

use super::Folder;
use http_api::Origin;

const KEY: &str = "APP__SERVER__CORS_ORIGINS";

#[test]
fn nobody_may_unless_they_are_listed() {
    assert!(Folder::new().load(&[]).unwrap().server.cors_origins.is_empty());
    let listed = "https://shop.example, http://localhost:3000,";
    let origins = Folder::new().load(&[(KEY, listed)]).unwrap().server.cors_origins;
    let expected =
        ["https://shop.example", "http://localhost:3000"].map(|origin| Origin::parse(origin).unwrap());
    assert_eq!(origins, expected);
}

#[test]
fn a_list_that_lets_others_in_is_refused_with_the_reason() {
    for (listed, reason) in [
        ("*", "wildcard"),
        ("https://shop.example, https://*.shop.example", "wildcard"),
        ("null", "sandboxed frame"),
        ("https://shop.example/", "https://shop.example"),
        ("shop.example", "https://shop.example"),
    ] {
        let refusal = Folder::new().refusal(&[(KEY, listed)]);
        assert!(refusal.contains("server.cors_origins") && refusal.contains(KEY), "{refusal}");
        assert!(refusal.contains(reason), "{refusal}");
    }
}
