//! The contract of whatever counts: in this process and in a real Redis alike.

mod in_redis;

use crate::stage::redis_store;
use auth::LocalThrottle;
use backends::Redis;
use cache::RedisThrottle;
use chrono::TimeDelta;
use domain::testing::FixedClock;
use domain::throttle::{Budget, Rule, Subject, Throttle};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// What counts, and the hands of its clock.
struct Counter {
    throttle: Arc<dyn Throttle>,
    clock: Arc<FixedClock>,
    server: Option<Redis>,
}

impl Counter {
    fn in_this_process() -> Self {
        let clock = Arc::new(FixedClock::default());
        Self { throttle: local(&clock), clock, server: None }
    }

    fn in_redis() -> Self {
        let (server, clock) = (Redis::start(), Arc::new(FixedClock::default()));
        let throttle = Arc::new(RedisThrottle::new(redis_store(&server, "database"), Arc::new(Nobody)));
        Self { throttle, clock, server: Some(server) }
    }

    /// Lets time go by. Redis' own clock cannot be moved on, so what it has kept is moved back.
    fn later(&self, seconds: i64) {
        self.clock.advance(TimeDelta::seconds(seconds));
        if let Some(server) = &self.server {
            let move_back = "for _, key in ipairs(redis.call('KEYS', 'throttle:*')) do \
                local at = redis.call('GET', key) - ARGV[1] * 1000000 \
                redis.call('SET', key, string.format('%.0f', at), 'KEEPTTL') end";
            let _ = server.cli(&["EVAL", move_back, "0", &seconds.to_string()]);
        }
    }

    async fn count(&self, rule: &Rule, subject: &Subject) -> Result<Budget, Budget> {
        self.throttle.count(rule, subject).await
    }

    /// Counts once too often, and tells whether the wait is this long, but for what a real clock has gone on by itself.
    async fn refuses_for(&self, rule: &Rule, subject: &Subject, seconds: u64) -> bool {
        let Err(refused) = self.count(rule, subject).await else { return false };
        let (most, slack) = (Duration::from_secs(seconds), self.server.as_ref().map_or(0, |_| 5));
        let wait = most.saturating_sub(Duration::from_secs(slack))..=most;
        (refused.limit, refused.remaining) == (rule.per_minute.get(), 0) && wait.contains(&refused.reset)
    }
}

/// Stands in for nobody: what counts in Redis alone.
struct Nobody;

#[async_trait::async_trait]
impl Throttle for Nobody {
    async fn count(&self, _: &Rule, _: &Subject) -> Result<Budget, Budget> {
        panic!("Redis did not answer");
    }
}

fn local(clock: &Arc<FixedClock>) -> Arc<dyn Throttle> {
    Arc::new(LocalThrottle::new(Arc::<FixedClock>::clone(clock)))
}

fn rule(name: &'static str, per_minute: u32) -> Rule {
    Rule { name, per_minute: NonZeroU32::new(per_minute).unwrap() }
}

fn somebody(last: u8) -> Subject {
    Subject::network([192, 0, 2, last].into())
}

/// Runs each test on what counts in this process, and on what counts in a Redis of its own.
macro_rules! on_both_counters {
    ($(async fn $name:ident($counter:ident: Counter) $body:block)*) => {
        $(async fn $name($counter: Counter) $body)*

        mod in_this_process {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Counter::in_this_process()).await;
            })*
        }

        mod shared {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Counter::in_redis()).await;
            })*
        }
    };
}

on_both_counters! {
    async fn a_burst_passes_and_then_one_by_one(counter: Counter) {
        let (rule, ada) = (rule("a", 3), somebody(1));
        for remaining in [2, 1, 0] {
            assert_eq!(counter.count(&rule, &ada).await, Ok(rule.passed(remaining)));
        }
        assert!(counter.refuses_for(&rule, &ada, 20).await);
        counter.later(10);
        assert!(counter.refuses_for(&rule, &ada, 10).await, "what was refused is not counted");
        counter.later(10);
        assert_eq!(counter.count(&rule, &ada).await, Ok(rule.passed(0)));
        assert!(counter.refuses_for(&rule, &ada, 20).await);
        counter.later(300);
        assert_eq!(counter.count(&rule, &ada).await, Ok(rule.passed(2)), "no more than the limit is saved up");
    }

    async fn half_of_one_is_none(counter: Counter) {
        let (rule, ada) = (rule("a", 3), somebody(1));
        counter.count(&rule, &ada).await.unwrap();
        counter.later(10);
        assert_eq!(counter.count(&rule, &ada).await, Ok(rule.passed(1)));
        counter.later(30);
        assert_eq!(counter.count(&rule, &ada).await, Ok(rule.passed(2)));
    }

    async fn rules_and_subjects_count_apart(counter: Counter) {
        for (name, who) in [("a", 1), ("a", 2), ("b", 1)] {
            assert_eq!(counter.count(&rule(name, 1), &somebody(who)).await, Ok(rule(name, 1).passed(0)));
        }
        for (name, who) in [("a", 1), ("a", 2), ("b", 1)] {
            assert!(counter.refuses_for(&rule(name, 1), &somebody(who), 60).await, "{name} {who}");
        }
    }

    async fn of_many_at_once_as_many_pass_as_may(counter: Counter) {
        let many = (0..50).map(|_| {
            let throttle = Arc::clone(&counter.throttle);
            tokio::spawn(async move { throttle.count(&rule("a", 4), &somebody(1)).await })
        });
        let mut passed = Vec::new();
        for one in many.collect::<Vec<_>>() {
            passed.extend(one.await.unwrap().ok().map(|budget| budget.remaining));
        }
        passed.sort_unstable();
        assert_eq!(passed, [0, 1, 2, 3]);
    }

    async fn the_largest_limit_counts_too(counter: Counter) {
        let (rule, ada) = (rule("a", 1_000_000), somebody(1));
        assert_eq!(counter.count(&rule, &ada).await, Ok(rule.passed(999_999)));
    }
}
