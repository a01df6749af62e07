//! Passwords that may become somebody's. They are judged by the guesses that they would take, as zxcvbn counts them, and
//! not by the kinds of characters that they have. What is tried at sign-in is never judged: whoever has a password has it.

use crate::Password;
use domain::account::{EmailAddress, PersonName};
use secrecy::ExposeSecret;
use thiserror::Error;
use zxcvbn::{Score, zxcvbn};

/// The least score: a hundred million guesses, which keep a core of whoever stole hashes and pepper busy for half a year.
/// One less, a million, holds only while guesses go through the throttle; one more would refuse two uncommon words.
const ENOUGH: Score = Score::Three;
/// How many characters are judged; where they take enough guesses, all of them do. zxcvbn tries every combination of
/// look-alikes on every part: made for the purpose, 100 characters keep it busy for seconds, 32 for as long as a hash.
const JUDGED: usize = 32;
/// The shortest part of a name or an address that counts as known.
const TELLING: usize = 3;

/// A password that takes too many guesses for anybody to try them. Only judging makes one.
#[derive(Clone, Debug)]
pub struct NewPassword(pub(crate) Password);

/// A password that is too easy to guess; the text completes the sentence "it …" and tells what would be better.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("is too easy to guess: {0}")]
pub struct Guessable(String);

impl NewPassword {
    /// Judges a password that somebody of this name and address wants. It may take as long as a hash, so the shop does it
    /// in turn, by `Passwords::judge`.
    ///
    /// # Errors
    /// Why it is too easy to guess.
    pub fn judge(password: Password, name: &PersonName, email: &EmailAddress) -> Result<Self, Guessable> {
        let judged: String = password.0.expose_secret().chars().take(JUDGED).collect();
        let verdict = zxcvbn(&judged, &known(name.as_str(), email.as_str()));
        if verdict.score() >= ENOUGH {
            return Ok(Self(password));
        }
        let advice = verdict.feedback().map(ToString::to_string).unwrap_or_default();
        Err(Guessable(advice.trim_end_matches('.').to_owned()))
    }
}

/// Returns what somebody who knows the person tries first.
fn known<'a>(name: &'a str, email: &'a str) -> Vec<&'a str> {
    let parts = [name, email].into_iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let wholes = [name, email, email.split('@').next().unwrap_or(email)];
    wholes.into_iter().chain(parts).filter(|part| part.chars().count() >= TELLING).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Result<NewPassword, Guessable> {
        let name = PersonName::parse("Xanthe Quillvander").unwrap();
        let email = EmailAddress::parse("mina.1815@zephyrworks.example").unwrap();
        NewPassword::judge(Password::parse(text).unwrap(), &name, &email)
    }

    #[test]
    fn what_many_people_have_is_refused_with_advice() {
        for text in
            ["12345678", "password", "P@ssw0rd!", "qwertyuiop", "aaaaaaaaaaaa", "hunter2hunter2", "iloveyou2"]
        {
            let refusal = judge(text).expect_err(text).to_string();
            assert!(refusal.starts_with("is too easy to guess: ") && refusal.len() > 40, "{text}: {refusal}");
            assert!(!refusal.ends_with('.'), "{text}: {refusal}");
        }
        let advice = "is too easy to guess: This is a top-10 common password. Add another word or two. \
                      Uncommon words are better";
        assert_eq!(judge("12345678").unwrap_err().to_string(), advice);
    }

    #[test]
    fn what_follows_from_the_person_is_refused() {
        for text in [
            "Quillvander",
            "quillvander7",
            "Xanthe Quillvander",
            "mina.1815",
            "zephyrworks",
            "mina.1815@zephyrworks.example",
        ] {
            assert!(judge(text).is_err(), "{text}");
        }
        let (name, email) =
            (PersonName::parse("Ada").unwrap(), EmailAddress::parse("ada@example.org").unwrap());
        let elsewhere = NewPassword::judge(Password::parse("Quillvander").unwrap(), &name, &email);
        assert!(elsewhere.is_ok(), "to a stranger it says nothing");
    }

    #[test]
    fn words_do_as_well_as_symbols_in_any_script() {
        for text in
            ["correct horse battery", "xK9#mQ2$v", "crème brûlée", "смелый жираф поёт", "勇敢なキリンが歌う"]
        {
            assert!(judge(text).is_ok(), "{text}: {:?}", judge(text));
        }
    }

    #[test]
    fn the_end_of_a_long_password_is_not_judged_and_kept() {
        let long = format!("{}correct horse battery", "a".repeat(JUDGED));
        assert!(judge(&long).is_err());
        let long = format!("correct horse battery{}", "a".repeat(200));
        assert_eq!(judge(&long).unwrap().0.0.expose_secret(), long);
    }
}
