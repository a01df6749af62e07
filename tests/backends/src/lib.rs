//! Throw-away PostgreSQL and Redis servers for tests.
