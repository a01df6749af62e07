//! A connection that nobody can hold for ever. actix-http has a timer for the header of a connection's first request and
//! one for a connection at rest, and none for whoever sends a later header, a body that nobody reads, or takes an answer
//! one byte at a time. So what is between actix and the socket has one of its own, which always runs. It sees bytes alone
//! and knows nothing of HTTP.

use actix_web::rt::time::{Instant, Sleep, sleep};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How long clients may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the header of a connection's first request.
    pub header: Duration,
    /// For an exchange: from the first byte of a request, over whatever the shop does, to the last byte of its answer.
    pub exchange: Duration,
    /// Between exchanges.
    pub rest: Duration,
    /// For taking notice that the connection ends, where it ends before the client has sent everything.
    pub farewell: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(5),
            exchange: Duration::from_secs(30),
            rest: Duration::from_secs(75),
            farewell: Duration::from_secs(1),
        }
    }
}

/// A connection with its timer. Whatever is tried after the time is over fails, and whoever waits is woken to learn it.
pub(crate) struct Bounded<Io> {
    io: Io,
    patience: Patience,
    phase: Phase,
    over: Pin<Box<Sleep>>,
}

/// What a connection is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing is under way.
    Resting,
    /// A request has begun to come.
    Asked,
    /// An answer has begun to go.
    Answering,
}

impl<Io> Bounded<Io> {
    /// Begins with the time of an exchange: whoever connects has something to ask.
    pub(crate) fn new(io: Io, patience: Patience) -> Self {
        let over = Box::pin(sleep(patience.exchange));
        Self { io, patience, phase: Phase::Asked, over }
    }

    /// Fails when the time is over, else sees to it that the task is woken then.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if self.over.as_mut().poll(cx).is_pending() {
            return Ok(());
        }
        tracing::debug!(phase = ?self.phase, "a client took too long");
        Err(io::ErrorKind::TimedOut.into())
    }

    /// Notes what the connection is at. An exchange that goes on keeps the time that it began with.
    fn enter(&mut self, phase: Phase) {
        let time = match (self.phase, phase) {
            (Phase::Resting, Phase::Asked | Phase::Answering) => Some(self.patience.exchange),
            (Phase::Asked | Phase::Answering, Phase::Resting) => Some(self.patience.rest),
            _ => None,
        };
        if let Some(time) = time {
            self.over.as_mut().reset(Instant::now() + time);
        }
        self.phase = phase;
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Bounded<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(cx)?;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buffer))?;
        if buffer.filled().len() > before && self.phase == Phase::Resting {
            self.enter(Phase::Asked);
        }
        Poll::Ready(Ok(()))
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Bounded<Io> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        // First of all: the answer to a request that was sent along with the one before has begun no exchange by reading.
        self.enter(Phase::Answering);
        self.check(cx)?;
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    /// actix flushes once everything that it has to say is written. A body is one piece, so that is the end of an answer.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(cx)?;
        ready!(Pin::new(&mut self.io).poll_flush(cx))?;
        if self.phase == Phase::Answering {
            self.enter(Phase::Resting);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
