//! Whatever may stand in `Idempotency-Key`. `scripts/fuzz` runs it long.

use super::*;
use actix_web::http::header::HeaderValue;
use proptest::prelude::*;

fn read(value: &[u8]) -> Result<Option<String>, Invalid> {
    let Ok(value) = HeaderValue::from_bytes(value) else { return Err(Invalid::new("is no field's value")) };
    let headers = HeaderMap::from_iter([(IDEMPOTENCY_KEY, value)]);
    key(&headers).map(|key| key.map(|key| key.as_str().to_owned()))
}

proptest! {
    #[test]
    fn what_is_read_is_a_key_and_means_the_same_in_quotes(value in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(Some(key)) = read(&value) {
            prop_assert!((1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()));
            let quoted = format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""));
            prop_assert_eq!(read(quoted.as_bytes()), Ok(Some(key)));
        }
    }

    #[test]
    fn every_key_can_be_sent(key in "[!-~]{1,255}") {
        let quoted = format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""));
        prop_assert_eq!(read(quoted.as_bytes()), Ok(Some(key.clone())));
        if !key.starts_with('"') {
            prop_assert_eq!(read(key.as_bytes()), Ok(Some(key)));
        }
    }

    #[test]
    fn what_is_no_key_stays_none(key in "[!#-~]{0,40}", wrong in "[ \u{0}-\u{1f}\u{7f}-\u{ff}]", more in "[!#-~]{1,40}") {
        let broken = format!("{key}x{wrong}{more}");
        let quoted = format!("\"{broken}\"");
        prop_assert!(read(broken.as_bytes()).is_err());
        prop_assert!(read(quoted.as_bytes()).is_err());
    }
}
