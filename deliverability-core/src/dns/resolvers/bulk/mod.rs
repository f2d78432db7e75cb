//! Asks name servers much at once (RFC 1035 §4, RFC 5452, RFC 6891): for sweeps.

mod pool;
mod random;
mod socket;
mod tcp;

use core::fmt;
use core::net::SocketAddr;
use core::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use core::time::Duration;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::runtime::{Handle, Id};
use tokio::sync::Semaphore;

use self::pool::Pool;
use super::exchange::{Exchange, Reply};
use crate::dns::{Answer, DnsError, Query, Resolver, Response};

/// A resolver for bulk work: it keeps a few UDP sockets and has many questions under way on each.
///
/// It asks and answers as [`Hickory`](super::Hickory) does: absolute names, no search list, no
/// hosts file, no cache, and what the name server says is the answer. The servers must resolve
/// recursively, or know all that is asked. What differs:
///
/// - at most [`Bulk::in_flight`] queries are under way *at each server*; further ones wait for
///   their turn, and that time is not counted against them;
/// - the servers take turns; one that was silent is asked last until it answers again;
/// - replies are taken by server, port, ID and question; anything else is passed over. IDs and
///   ports are random numbers of the operating system, and each socket makes room for one at
///   another port after 4,096 requests (RFC 5452 §9);
/// - what is truncated is asked again over TCP.
///
/// It can be used from any number of Tokio runtimes, which need I/O and time enabled: each has
/// sockets of its own, and a task for each socket that ends with the resolver. Outside of a
/// runtime every answer is a [`DnsError::Other`] that says so. A dropped look-up leaves nothing
/// behind.
///
/// ```no_run
/// use deliverability_core::{dns::Bulk, dnsbl::Lookup, Check};
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let resolver = Bulk::with_name_servers(["192.0.2.53:53".parse()?])?.in_flight(200);
/// let verdicts = Lookup::of("192.0.2.1".parse()?).run(&resolver).await;
/// # Ok(()) }
/// ```
pub struct Bulk {
    servers: Vec<Server>,
    timeout: Duration,
    attempts: u32,
    /// Whose turn it is.
    next: AtomicUsize,
    sent: AtomicU64,
    /// For each runtime, a pool for each server.
    pools: Mutex<Vec<(Id, Arc<[Pool]>)>>,
}

struct Server {
    address: SocketAddr,
    turns: Semaphore,
    /// Whether the last exchange came to a time-out.
    silent: AtomicBool,
}

impl Bulk {
    /// Asks these name servers, at these ports.
    ///
    /// # Errors
    ///
    /// There are none.
    pub fn with_name_servers(servers: impl IntoIterator<Item = SocketAddr>) -> Result<Self, BulkError> {
        let server = |address| Server { address, turns: Semaphore::new(64), silent: AtomicBool::new(false) };
        let servers: Vec<Server> = servers.into_iter().map(server).collect();
        if servers.is_empty() {
            return Err(BulkError::NoNameServer);
        }
        Ok(Self {
            servers,
            timeout: Duration::from_secs(3),
            attempts: 3,
            next: AtomicUsize::new(0),
            sent: AtomicU64::new(0),
            pools: Mutex::default(),
        })
    }

    /// Waits this long for each try, over UDP and then, if it was truncated, TCP; 3 seconds if not
    /// set.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Asks each server at most this often (at least once); 3 times if not set.
    #[must_use]
    pub fn attempts(self, attempts: u32) -> Self {
        Self { attempts: attempts.max(1), ..self }
    }

    /// Keeps at most this many queries in flight at each server (from 1 to 8,192); 64 if not set.
    ///
    /// Beyond some hundreds, the system's socket buffers are too small for the answers, and what
    /// is lost there costs a time-out each.
    #[must_use]
    pub fn in_flight(mut self, queries: usize) -> Self {
        for server in &mut self.servers {
            server.turns = Semaphore::new(queries.clamp(1, 8192));
        }
        self
    }

    /// How many requests were sent, those sent again and those over TCP included.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// What the first server said that has an answer; `None` if it leads to a further question.
    async fn ask(&self, exchange: &mut Exchange) -> Result<Option<Response>, DnsError> {
        let pools = self.pools();
        let mut failed: Vec<usize> = Vec::new();
        let mut failure = DnsError::Timeout;
        for n in (0..self.attempts).flat_map(|_| self.order()) {
            let (Some(server), Some(pool)) = (self.servers.get(n), pools.get(n)) else { continue };
            if failed.contains(&n) {
                continue;
            }
            match self.attempt(server, pool, exchange).await {
                Reply::Answer(response) => return Ok(Some(response)),
                Reply::Further => return Ok(None),
                Reply::Unusable(error) => return Err(error),
                Reply::Failed(DnsError::Timeout) => {}
                Reply::Failed(said) => {
                    failed.push(n);
                    failure = said;
                }
                Reply::Truncated => {
                    failed.push(n);
                    failure = DnsError::other("the name server's answer is truncated even over TCP");
                }
            }
        }
        Err(failure)
    }

    /// The servers in turn, those that were silent last.
    fn order(&self) -> Vec<usize> {
        let count = self.servers.len();
        let first = if count > 1 { self.next.fetch_add(1, Ordering::Relaxed) } else { 0 };
        let mut order: Vec<usize> = (0..count).map(|n| first.wrapping_add(n) % count).collect();
        order.sort_by_key(|n| self.servers.get(*n).is_some_and(|server| server.silent.load(Ordering::Relaxed)));
        order
    }

    /// One request to one server, within the time for it.
    async fn attempt(&self, server: &Server, pool: &Pool, exchange: &mut Exchange) -> Reply {
        let _turn = server.turns.acquire().await;
        let reply = tokio::time::timeout(self.timeout, self.exchange(server.address, pool, exchange)).await;
        server.silent.store(reply.is_err(), Ordering::Relaxed);
        match reply {
            Err(_) => Reply::Failed(DnsError::Timeout),
            Ok(Ok(reply)) => reply,
            Ok(Err(error)) => Reply::Failed(DnsError::other(format!("{}: {error}", server.address))),
        }
    }

    async fn exchange(&self, server: SocketAddr, pool: &Pool, exchange: &mut Exchange) -> io::Result<Reply> {
        let request = exchange.request(0);
        self.sent.fetch_add(1, Ordering::Relaxed);
        match exchange.read(&pool.ask(&request).await?) {
            Reply::Truncated => {
                self.sent.fetch_add(1, Ordering::Relaxed);
                Ok(exchange.read(&tcp::ask(server, &request).await?))
            }
            reply => Ok(reply),
        }
    }

    /// The sockets of the runtime that this is called from.
    fn pools(&self) -> Arc<[Pool]> {
        let own = Handle::current().id();
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, there)) = pools.iter().find(|(id, _)| *id == own) {
            return Arc::clone(there);
        }
        pools.retain(|(_, pools)| !pools.iter().any(Pool::is_dead));
        let new: Arc<[Pool]> = self.servers.iter().map(|server| Pool::to(server.address)).collect();
        pools.push((own, Arc::clone(&new)));
        new
    }
}

#[async_trait]
impl Resolver for Bulk {
    async fn resolve(&self, query: &Query) -> Answer {
        if Handle::try_current().is_err() {
            return Err(DnsError::other("name servers are asked from within a Tokio runtime only"));
        }
        let mut exchange = Exchange::of(query);
        loop {
            if let Some(response) = self.ask(&mut exchange).await? {
                return response.into_answer();
            }
        }
    }
}

impl fmt::Debug for Bulk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let servers: Vec<SocketAddr> = self.servers.iter().map(|server| server.address).collect();
        f.debug_struct("Bulk")
            .field("servers", &servers)
            .field("timeout", &self.timeout)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// Why there is no name server to ask.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BulkError {
    /// None was given.
    #[error("no name server to ask; pass one explicitly, such as 192.0.2.53:53")]
    NoNameServer,
}
