//! Clients that hang up: in the middle of a request, while it is worked on, or instead of reading the answer; most at a
//! moment of their own, some when their deadline has passed because a table was locked. Every write that was acknowledged
//! must be there for somebody else at once, and no session of the database may be left inside a transaction: a cancelled
//! `begin()` does both to a pool without defences (transact-rs/sqlx#4393).

mod client;
mod undefended;
mod writer;

use crate::{seed, size, turn};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use system_tests::{Observer, Person, Proxy, Shop};
use tokio::task::{JoinSet, block_in_place};
use undefended::Undefended;
use writer::{Kind, Mood, Notes, Writer};

/// Clients at the same time.
const CLIENTS: u64 = 16;
/// How many writes one client abandons when the others have gone.
const LAST: u64 = 40;
/// How long bytes take from the shop to PostgreSQL, and back: so that hanging up meets every step of a transaction.
const DISTANCE: Duration = Duration::from_millis(1);
/// For how many milliseconds a table is locked, and then is not.
const LOCKED: Range<u64> = 20..100;
/// How long what is still under way may take, in the end. PostgreSQL ends what idles in a transaction after 20 seconds.
const PEACE: Duration = Duration::from_secs(8);

#[tokio::test(flavor = "multi_thread")]
async fn clients_that_hang_up_lose_nothing_that_was_acknowledged() {
    let _turn = turn().await;
    let stage = Stage::set().await;
    let shop = stage.behind_a_distance().await;
    let kinds = [Kind::Stock, Kind::SignUp, Kind::Order];
    let figures = stage.play("the shop", shop.address(), &kinds, size("PROVE_WRITES", 400)).await;
    assert!(figures.acknowledged > 0 && figures.abandoned > 0, "{figures:?}");
    assert!(figures.unclean.is_empty(), "{:#?}", figures.unclean);
    assert_eq!((figures.late, figures.lost, figures.stuck, figures.gaps), (0, 0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_without_defences_is_caught() {
    let _turn = turn().await;
    let stage = Stage::set().await;
    let shop = Undefended::open(&stage.distant_database()).await;
    let kinds = [Kind::Stock, Kind::SignUp];
    let figures = stage.play("a pool without defences", shop.address(), &kinds, 600).await;
    assert!(figures.late > 0 && figures.stuck > 0, "nothing was found: {figures:?}");
}

/// A shop with goods and staff, whose database can also be reached from a distance.
struct Stage {
    shop: Shop,
    proxy: Proxy,
    observer: Observer,
    staff: Person,
    variants: Vec<i64>,
}

/// What came of it.
#[derive(Debug, Default)]
struct Figures {
    acknowledged: u64,
    abandoned: u64,
    /// Answers that are neither a success nor a proper problem.
    unclean: Vec<String>,
    /// Acknowledged writes that somebody else did not find at once.
    late: usize,
    /// Acknowledged writes that nobody finds when every session has ended.
    lost: usize,
    /// Sessions that were left inside a transaction.
    stuck: i64,
    /// Variants of which the ledger tells another number than the shelf.
    gaps: i64,
}

impl Stage {
    async fn set() -> Self {
        let shop = Shop::open_server().await;
        let database = shop.postgres().url();
        let server = database.rsplit_once('/').map_or(database, |(server, _)| server);
        let proxy = Proxy::to(server.rsplit('@').next().unwrap_or(server)).await;
        proxy.delay(DISTANCE);
        let mut variants = Vec::new();
        for number in 0..4 {
            variants.push(shop.stock(&format!("LAMP-{number}"), 100_000).await.variant);
        }
        let (observer, staff) = (shop.observer().await, shop.staff().await);
        Self { shop, proxy, observer, staff, variants }
    }

    fn distant_database(&self) -> String {
        let name = self.shop.postgres().url().rsplit('/').next().unwrap_or_default();
        format!("postgres://postgres@{}/{name}", self.proxy.address())
    }

    async fn behind_a_distance(&self) -> Shop {
        self.shop.second_instance_with(&[("APP__DATABASE__URL", self.distant_database())]).await
    }

    async fn play(&self, place: &str, address: &str, kinds: &[Kind], count: u64) -> Figures {
        let (seed, began) = (seed(), Instant::now());
        let (next, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            let writer = self.writer(address, number, seed).await;
            clients.spawn(writer.write(kinds.to_vec(), Arc::clone(&next), count, Mood::Mixed));
        }
        let rng = StdRng::seed_from_u64(seed);
        let (mut notes, ()) = tokio::join!(
            async {
                let notes = clients.join_all().await;
                over.store(true, Ordering::SeqCst);
                notes
            },
            self.lock_now_and_then(rng, &over)
        );
        // Somebody who comes last: nobody uses the connection again that a transaction began on, which would clean it.
        let last = self.writer(address, CLIENTS, seed).await;
        next.store(count, Ordering::SeqCst);
        notes.push(last.write(vec![Kind::Stock], next, count + LAST, Mood::Impatient).await);
        let figures = self.judge(notes).await;
        let Figures { acknowledged, abandoned, unclean, late, lost, stuck, gaps } = &figures;
        println!("clients that hang up on {place}: seed {seed}, {count} writes, {CLIENTS} at once");
        println!(
            "  acknowledged {acknowledged}, abandoned {abandoned}, answers of no use {}; acknowledged and not there at \
             once {late}, lost in the end {lost}, sessions left in a transaction {stuck}, ledger gaps {gaps}; {:.1} s",
            unclean.len(),
            began.elapsed().as_secs_f64()
        );
        figures
    }

    async fn writer(&self, address: &str, number: u64, seed: u64) -> Writer {
        Writer {
            address: address.to_owned(),
            staff: self.staff.token().to_owned(),
            customer: self.shop.customer(&format!("client-{number}")).await,
            variants: self.variants.clone(),
            observer: self.shop.observer().await,
            rng: StdRng::seed_from_u64(seed.wrapping_add(number)),
            abandoned_an_order: false,
        }
    }

    /// Locks the ledger for a short time, again and again, so that deadlines pass in the middle of transactions.
    async fn lock_now_and_then(&self, mut rng: StdRng, over: &AtomicBool) {
        while !over.load(Ordering::SeqCst) {
            let lock = block_in_place(|| self.shop.postgres().lock("stock_movements"));
            tokio::time::sleep(Duration::from_millis(rng.random_range(LOCKED))).await;
            block_in_place(|| drop(lock));
            tokio::time::sleep(Duration::from_millis(rng.random_range(LOCKED))).await;
        }
    }

    async fn judge(&self, notes: Vec<Notes>) -> Figures {
        let stuck = self.sessions_left_in_a_transaction().await;
        // And with them whatever one of them had not committed.
        self.observer.end_other_sessions().await;
        let mut figures = Figures { stuck, gaps: self.observer.gaps().await, ..Figures::default() };
        for note in notes {
            figures.abandoned += note.abandoned;
            figures.unclean.extend(note.unclean);
            for (sql, found) in note.acknowledged {
                figures.acknowledged += 1;
                figures.late += usize::from(!found);
                figures.lost += usize::from(self.observer.number(&sql).await == 0);
            }
        }
        figures
    }

    /// Waits until what is under way has ended, and returns what does not end.
    async fn sessions_left_in_a_transaction(&self) -> i64 {
        let patience = Instant::now() + PEACE;
        loop {
            let sql = "SELECT COUNT(*) FROM pg_stat_activity
                WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
            let stuck = self.observer.number(sql).await;
            if stuck == 0 || Instant::now() > patience {
                return stuck;
            }
        }
    }
}
