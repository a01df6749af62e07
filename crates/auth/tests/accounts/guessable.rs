//! Passwords that are too easy to guess: none is set any more, and whoever has one can still sign in.

use crate::shop::{PASSWORD, PEPPER, Shop, client, password, sign_up};
use auth::{AccountService, PasswordError, SignUp, SignUpError, StaffError};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::UnitsOfWork;
use domain::account::{Credentials, PasswordHash};
use hmac::{Hmac, Mac};
use sha2::Sha256;

const EASY: &str = "12345678";

fn easy(name: &str) -> SignUp {
    SignUp { password: password(EASY), ..sign_up(name) }
}

/// Hashes a password as the shop does, without judging it.
fn hash(text: &str) -> PasswordHash {
    let mac = Hmac::<Sha256>::new_from_slice(PEPPER.as_bytes()).expect("any key will do").chain_update(text);
    PasswordHash(bcrypt::hash(STANDARD.encode(mac.finalize().into_bytes()), 4).expect("it is a cost"))
}

#[tokio::test]
async fn no_account_begins_with_one() {
    let shop = Shop::open();
    let refused = shop.accounts.sign_up(easy("ada"), &client()).await.unwrap_err();
    assert!(matches!(&refused, SignUpError::Guessable(_)), "{refused:?}");
    assert!(refused.to_string().contains("too easy to guess") && !refused.to_string().contains(EASY));
    let refused = shop.accounts.create_staff(easy("grace")).await;
    assert!(matches!(refused, Err(StaffError::Guessable(_))), "{refused:?}");
    assert!(shop.memory.state().users.is_empty());
    assert_eq!(shop.passwords.rounds(), 0, "what is refused is not hashed");
}

#[tokio::test]
async fn what_follows_from_the_person_is_known_when_the_account_is_made_and_later() {
    let shop = Shop::open();
    let own = |text| SignUp { password: password(text), ..sign_up("quillvander") };
    let refused = shop.accounts.sign_up(own("quillvander7"), &client()).await;
    assert!(matches!(refused, Err(SignUpError::Guessable(_))), "{refused:?}");
    shop.customer("quillvander").await;
    let actor = shop.actor(&shop.sign_in("quillvander").await).await;
    let new = password("Quillvander77");
    let refused = shop.accounts.change_password(&actor, password(PASSWORD), new, &client()).await;
    assert!(matches!(refused, Err(PasswordError::Guessable(_))), "{refused:?}");
}

#[tokio::test]
async fn no_password_is_replaced_by_one_and_no_session_ends_for_it() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let (phone, laptop) = (shop.sign_in("ada").await, shop.sign_in("ada").await);
    let before = shop.stored(ada).password;
    let actor = shop.actor(&phone).await;
    let here = client();
    let change = |current| shop.accounts.change_password(&actor, password(current), password(EASY), &here);
    assert!(matches!(change("wrong horse").await, Err(PasswordError::Wrong)), "that comes first");
    assert!(matches!(change(PASSWORD).await, Err(PasswordError::Guessable(_))));
    assert_eq!(shop.stored(ada).password, before);
    assert!(shop.is_live(&laptop).await);
}

#[tokio::test]
async fn whoever_has_one_signs_in_and_is_hashed_anew() {
    let shop = Shop::open();
    let ada = shop.customer("ada").await;
    let mut work = shop.memory.begin().await.unwrap();
    work.users().set_password(ada, &hash(EASY)).await.unwrap();
    work.commit().await.unwrap();
    shop.try_sign_in("ada", EASY).await.unwrap();
    let shop = shop.at_cost(5);
    shop.try_sign_in("ada", EASY).await.unwrap();
    let Credentials { password, .. } = shop.stored(ada);
    assert!(password.0.starts_with("$2b$05$"));
}
