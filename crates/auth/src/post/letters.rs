//! What the messages say. No word of them comes from a client, so that nobody can have the shop write to a stranger in
//! their name; the token is the one thing that differs.

use domain::Invalid;
use domain::account::{EmailAddress, MailedToken, Purpose};
use domain::mail::Letter;
use url::Url;

/// Where the shop's own pages are, which people are sent to from a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages(Url);

impl Pages {
    /// Reads the address that all of them begin with.
    ///
    /// # Errors
    /// Anything but an absolute `http` or `https` URL without a query and a fragment.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let url = Url::parse(raw).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        });
        url.map(Self).ok_or(Invalid::new("must be an absolute URL such as https://shop.example"))
    }

    /// Tells whether nobody on the way to the pages can read or change them.
    pub fn are_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Returns the address of a page with a token for it. The token is in the fragment, which browsers keep to themselves:
    /// it is in no request, no log of a web server, and no `Referer`.
    fn link(&self, page: &str, token: &MailedToken) -> String {
        format!("{}/{page}#token={}", self.0.as_str().trim_end_matches('/'), token.expose())
    }
}

/// What differs with the purpose.
struct Words {
    subject: &'static str,
    /// Why somebody is written to, and what to do.
    why: &'static str,
    /// What happens where nothing is done.
    otherwise: &'static str,
    /// The page that a link leads to, and the last part of the API's address.
    page: &'static str,
    /// What programs send there.
    body: &'static str,
}

const RESET_PASSWORD: Words = Words {
    subject: "Choose a new password",
    why: "somebody asked for a new password of the account with this address.\nIf it was you, choose one within one hour",
    otherwise: "the password stays as it is",
    page: "reset-password",
    body: r#"{"token": "...", "newPassword": "..."}"#,
};

const VERIFY_EMAIL: Words = Words {
    subject: "Confirm your e-mail address",
    why: "somebody made an account with this address.\nIf it was you, confirm it within three days",
    otherwise: "the address stays unconfirmed",
    page: "verify-email",
    body: r#"{"token": "..."}"#,
};

/// Writes a message.
pub(super) fn write(
    to: EmailAddress,
    purpose: Purpose,
    token: &MailedToken,
    pages: Option<&Pages>,
) -> Letter {
    let Words { subject, why, otherwise, page, body } = match purpose {
        Purpose::ResetPassword => RESET_PASSWORD,
        Purpose::VerifyEmail => VERIFY_EMAIL,
    };
    let how = if let Some(pages) = pages {
        format!(":\n\n{}", pages.link(page, token))
    } else {
        let token = token.expose();
        format!(" with this token:\n\n{token}\n\nPrograms send it as {body}\nto POST /api/v1/auth/{page}.")
    };
    let text = format!("Hello,\n\n{why}{how}\n\nIf it was not you, do nothing: {otherwise}.\n");
    Letter { to, subject, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::testing::CountingEntropy;

    fn letter(purpose: Purpose, pages: Option<&str>) -> (Letter, MailedToken) {
        let token = MailedToken::generate(&CountingEntropy::default());
        let to = EmailAddress::parse("ada@example.org").unwrap();
        let pages = pages.map(|pages| Pages::parse(pages).unwrap());
        (write(to, purpose, &token, pages.as_ref()), token)
    }

    #[test]
    fn a_link_leads_to_the_shops_own_page_and_hides_the_token_from_its_server() {
        for (purpose, page) in
            [(Purpose::ResetPassword, "reset-password"), (Purpose::VerifyEmail, "verify-email")]
        {
            for pages in ["https://shop.example/account", "https://shop.example/account/"] {
                let (letter, token) = letter(purpose, Some(pages));
                let link = format!("https://shop.example/account/{page}#token={}", token.expose());
                assert!(letter.text.lines().any(|line| line == link), "{}", letter.text);
            }
        }
    }

    #[test]
    fn without_pages_the_token_stands_alone_and_the_api_is_told() {
        for (purpose, route) in [
            (Purpose::ResetPassword, "POST /api/v1/auth/reset-password"),
            (Purpose::VerifyEmail, "POST /api/v1/auth/verify-email"),
        ] {
            let (letter, token) = letter(purpose, None);
            assert!(letter.text.lines().any(|line| line == token.expose()), "{}", letter.text);
            assert!(letter.text.contains(route) && letter.text.lines().all(|line| line.len() <= 76));
            assert!(!format!("{letter:?}").contains(token.expose()));
        }
    }

    #[test]
    fn pages_have_an_address_that_something_can_be_added_to() {
        for wrong in [
            "",
            "shop.example",
            "/account",
            "ftp://shop.example",
            "https://u:p@shop.example",
            "https://a?b",
            "https://a#b",
        ] {
            assert!(Pages::parse(wrong).is_err(), "{wrong}");
        }
        assert!(!Pages::parse("http://shop.example").unwrap().are_encrypted());
    }
}
