//! The shop that these tests sign up at: accounts and sessions in memory, hashes that cost little, no throttle unless a
//! test asks for one.

use crate::races::WatchedReader;
use auth::{
    AccountService, Accounts, AccountsOptions, Actor, AuthSecret, AuthenticationError, Authenticator,
    BcryptCost, Client, IdleLimit, KeyRing, LocalThrottle, Password, PasswordOptions, Passwords, Pepper,
    Postbox, Postman, PostmanOptions, Sessions, SessionsOptions, SignIn, SignInError, SignUp, SignedIn,
    ThrottleLimits, Tokens,
};
use domain::account::{AccountReader, Credentials, EmailAddress, MailedToken, PersonName, SessionActivity};
use domain::mail::Letter;
use domain::testing::{CountingEntropy, FixedClock, MemoryMailer, MemoryShop};
use domain::throttle::Meter;
use domain::{Clock, Entropy, UserId};
use secrecy::ExposeSecret;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const PEPPER: &str = "a pepper that only these tests know";

pub(crate) struct Shop {
    pub(crate) memory: MemoryShop,
    pub(crate) clock: Arc<FixedClock>,
    entropy: Arc<dyn Entropy>,
    pub(crate) reader: Arc<WatchedReader>,
    pub(crate) passwords: Arc<Passwords>,
    tokens: Arc<Tokens>,
    pub(crate) accounts: Accounts,
    pub(crate) sessions: Sessions,
    pub(crate) mailer: Arc<MemoryMailer>,
    postman: JoinHandle<()>,
    stop: oneshot::Sender<()>,
}

impl Shop {
    pub(crate) fn open() -> Self {
        Self::with(ThrottleLimits::NONE)
    }

    pub(crate) fn with(limits: ThrottleLimits) -> Self {
        Self::over(
            MemoryShop::new(),
            Arc::default(),
            Arc::new(CountingEntropy::default()),
            limits,
            4,
            Arc::default(),
        )
    }

    /// Opens a shop that sends its messages with this.
    pub(crate) fn mailing(mailer: MemoryMailer) -> Self {
        let (entropy, mailer) = (Arc::new(CountingEntropy::default()), Arc::new(mailer));
        Self::over(MemoryShop::new(), Arc::default(), entropy, ThrottleLimits::NONE, 4, mailer)
    }

    /// Opens the same shop with dearer hashes.
    pub(crate) fn at_cost(self, cost: u32) -> Self {
        Self::over(self.memory, self.clock, self.entropy, ThrottleLimits::NONE, cost, self.mailer)
    }

    fn over(
        memory: MemoryShop,
        clock: Arc<FixedClock>,
        entropy: Arc<dyn Entropy>,
        limits: ThrottleLimits,
        cost: u32,
        mailer: Arc<MemoryMailer>,
    ) -> Self {
        logs::record();
        let (postbox, errands) = Postbox::open();
        let secret =
            AuthSecret::parse("a secret that only these tests know".into()).expect("it is long enough");
        let tokens = Arc::new(Tokens::new(KeyRing::of(secret), Arc::<FixedClock>::clone(&clock)));
        let pepper = Pepper::parse(PEPPER.into()).expect("it is long enough");
        let cost = BcryptCost::parse(cost).expect("it is a cost");
        let passwords = Arc::new(Passwords::new(&PasswordOptions { pepper, cost }, Arc::clone(&entropy)));
        let reader = Arc::new(WatchedReader::new(memory.clone()));
        let accounts = Accounts::new(AccountsOptions {
            units: memory.units(),
            reader: Arc::<WatchedReader>::clone(&reader),
            passwords: Arc::clone(&passwords),
            tokens: Arc::clone(&tokens),
            limits,
            throttle: Arc::new(LocalThrottle::new(Arc::<FixedClock>::clone(&clock))),
            idle: idle(),
            clock: Arc::<FixedClock>::clone(&clock),
            entropy: Arc::clone(&entropy),
        })
        .with_postbox(postbox);
        let sessions = sessions(&tokens, &memory, Arc::new(memory.clone()), &clock);
        let postman = Postman::new(PostmanOptions {
            errands,
            units: memory.units(),
            reader: Arc::<WatchedReader>::clone(&reader),
            mailer: Arc::<MemoryMailer>::clone(&mailer),
            pages: None,
            clock: Arc::<FixedClock>::clone(&clock),
            entropy: Arc::clone(&entropy),
        });
        let (stop, stopped) = oneshot::channel();
        let postman = tokio::spawn(postman.run(async { drop(stopped.await) }));
        Self { memory, clock, entropy, reader, passwords, tokens, accounts, sessions, mailer, postman, stop }
    }

    /// Closes the shop, and returns the messages that nobody took out.
    pub(crate) async fn close(self) -> Vec<Letter> {
        drop(self.stop);
        self.postman.await.expect("the postman comes to an end");
        self.mailer.take()
    }

    /// Returns who admits, with another place for its notes.
    pub(crate) fn sessions_noting(&self, activity: Arc<dyn SessionActivity>) -> Sessions {
        sessions(&self.tokens, &self.memory, activity, &self.clock)
    }

    /// Returns who admits, with another reader.
    pub(crate) fn sessions_reading(&self, reader: Arc<dyn AccountReader>) -> Sessions {
        let (tokens, clock) = (Arc::clone(&self.tokens), Arc::<FixedClock>::clone(&self.clock));
        let activity = Arc::new(self.memory.clone());
        Sessions::new(SessionsOptions { tokens, reader, activity, idle: idle(), clock })
    }

    /// Signs somebody up with [`PASSWORD`].
    pub(crate) async fn customer(&self, name: &str) -> UserId {
        let signed_up = self.accounts.sign_up(sign_up(name), &client()).await.expect("the address is free");
        signed_up.value.decode().expect("it is a view").id
    }

    /// Takes the next message out and returns its token.
    pub(crate) async fn token(&self) -> MailedToken {
        token_in(&self.mailer.next().await)
    }

    pub(crate) async fn try_sign_in(&self, name: &str, password: &str) -> Result<SignedIn, SignInError> {
        self.accounts.sign_in(given(name, password), &client()).await.map(|signed_in| signed_in.value)
    }

    pub(crate) async fn sign_in(&self, name: &str) -> SignedIn {
        self.try_sign_in(name, PASSWORD).await.expect("the password is right")
    }

    /// Asks for a request with this token.
    pub(crate) async fn admit(&self, device: &SignedIn) -> Result<Actor, AuthenticationError> {
        let token = self.sessions.verify(device.token.expose_secret())?;
        self.sessions.admit(&token).await
    }

    pub(crate) async fn actor(&self, device: &SignedIn) -> Actor {
        self.admit(device).await.expect("the session is live")
    }

    pub(crate) async fn is_live(&self, device: &SignedIn) -> bool {
        match self.admit(device).await {
            Ok(_) => true,
            Err(AuthenticationError::SessionEnded) => false,
            Err(other) => panic!("nobody can tell: {other}"),
        }
    }

    /// Returns what is stored of an account.
    pub(crate) fn stored(&self, user: UserId) -> Credentials {
        self.memory.state().users[&user].clone()
    }
}

/// Returns the token of a message: its one line that is nothing else.
pub(crate) fn token_in(letter: &Letter) -> MailedToken {
    let line = letter.text.lines().find(|line| line.len() == 43 && !line.contains(' '));
    MailedToken::parse(line.expect("a message has a token")).expect("it is a token")
}

pub(crate) fn email(name: &str) -> EmailAddress {
    EmailAddress::parse(&format!("{name}@example.org")).expect("it is an address")
}

pub(crate) fn password(text: &str) -> Password {
    Password::parse(text).expect("it is long enough")
}

pub(crate) fn sign_up(name: &str) -> SignUp {
    let person = PersonName::parse(name).expect("it is a name");
    SignUp { name: person, email: email(name), password: password(PASSWORD) }
}

/// Returns what somebody signs in with who brings no cart.
pub(crate) fn given(name: &str, password: &str) -> SignIn {
    SignIn { email: email(name), password: self::password(password), guest_cart: None }
}

pub(crate) fn client() -> Client {
    from("192.0.2.1")
}

pub(crate) fn from(address: &str) -> Client {
    let address = address.parse().expect("it is an address");
    Client { address, user_agent: Some("a test".to_owned()), meter: Meter::default() }
}

/// Returns how long a session may go unused.
fn idle() -> IdleLimit {
    IdleLimit::parse("3d").expect("it is a limit")
}

fn sessions(
    tokens: &Arc<Tokens>,
    memory: &MemoryShop,
    activity: Arc<dyn SessionActivity>,
    clock: &Arc<FixedClock>,
) -> Sessions {
    let clock: Arc<dyn Clock> = Arc::<FixedClock>::clone(clock);
    Sessions::new(SessionsOptions {
        tokens: Arc::clone(tokens),
        reader: Arc::new(memory.clone()),
        activity,
        idle: idle(),
        clock,
    })
}
