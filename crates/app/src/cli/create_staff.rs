//! `app create-staff`: an account of staff. Its password comes from standard input, because arguments are seen by every
//! process of the machine and kept in the shell's history.

use super::{Failure, print};
use crate::settings::Settings;
use crate::wiring::Base;
use auth::{Password, SignUp};
use clap::Args;
use domain::Invalid;
use domain::account::{EmailAddress, PersonName};
use std::io::BufRead;

/// Whose account is made.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where they are reached
    #[arg(long, value_parser = EmailAddress::parse)]
    email: EmailAddress,
    /// What they are called
    #[arg(long, value_parser = PersonName::parse)]
    name: PersonName,
    /// Reads the password from the first line of standard input
    #[arg(long, required = true)]
    password_stdin: bool,
}

impl Arguments {
    /// Completes them with the password.
    pub(super) fn sign_up(self, input: &mut impl BufRead) -> Result<SignUp, Failure> {
        debug_assert!(self.password_stdin, "clap requires it");
        let refuse = |why: &str| Failure::Usage(format!("the password on standard input {why}"));
        let mut line = String::new();
        input.read_line(&mut line).map_err(|error| refuse(&format!("cannot be read: {error}")))?;
        let password = line.trim_end_matches(['\r', '\n']);
        let password = Password::parse(password).map_err(|invalid: Invalid| refuse(&invalid.to_string()))?;
        Ok(SignUp { name: self.name, email: self.email, password })
    }
}

pub(super) async fn run(settings: &Settings, new: SignUp) -> anyhow::Result<()> {
    let base = Base::open(settings).await?;
    let user = base.accounts(settings)?.create_staff(new).await?;
    print(&format!("{} is staff now, with id {}\n", user.email, user.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments() -> Arguments {
        Arguments {
            email: EmailAddress::parse("ada@example.org").unwrap(),
            name: PersonName::parse("Ada").unwrap(),
            password_stdin: true,
        }
    }

    #[test]
    fn the_password_is_the_first_line_without_its_end() {
        for input in ["correct horse \n", "correct horse \r\nmore\n", "correct horse "] {
            assert!(arguments().sign_up(&mut input.as_bytes()).is_ok(), "{input:?}");
        }
        // Eight characters would do; seven and a line's end do not.
        assert!(arguments().sign_up(&mut "seven77\n".as_bytes()).is_err());
    }

    #[test]
    fn a_password_that_is_refused_is_not_repeated() {
        let Err(Failure::Usage(message)) = arguments().sign_up(&mut "hunter2\n".as_bytes()) else {
            panic!("a short password was taken")
        };
        assert!(message.contains("standard input") && !message.contains("hunter2"), "{message}");
    }
}
