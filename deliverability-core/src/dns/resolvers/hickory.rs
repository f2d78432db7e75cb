//! Asks name servers over the network (RFC 1035 §4, RFC 2308, RFC 6891), through hickory.
//!
//! Uses hickory's messages and transports, one exchange at a time, and none of what its stub
//! resolver adds: no search list, no hosts file, no cache, no parallel servers, no answers of its
//! own to special-use names (`localhost`, `invalid`, `127.in-addr.arpa`: RFC 6761). What is asked
//! is what the name server is asked, and what it says is the answer.

use core::net::SocketAddr;
use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use async_trait::async_trait;
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::tcp::TcpClientStream;
use hickory_resolver::net::udp::UdpClientStream;
use hickory_resolver::net::xfer::{DnsHandle as _, DnsRequestSender as _, FirstAnswer as _};
use hickory_resolver::proto::op::{DnsRequest, DnsRequestOptions, DnsResponse};
use hickory_resolver::system_conf::read_system_conf;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::wire::{self, Chain, UDP_PAYLOAD};
use crate::dns::{Answer, DnsError, Query, Resolver};

/// A resolver that asks name servers.
///
/// They must resolve recursively (or know all that is asked). One is asked at a time: the one that
/// answered last, then the others in order. A time-out or an I/O error goes on to the next server
/// and then round again; a server that fails or refuses is not asked the same again.
///
/// Can be made anywhere and used from any number of Tokio runtimes, one after the other or at
/// once: it holds no connection. They need I/O and time enabled; outside of one every answer is a
/// [`DnsError::Other`] that says so. A dropped look-up leaves nothing behind.
///
/// ```no_run
/// use deliverability_core::{dns::Hickory, spf::CheckHost, Check};
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let resolver = Hickory::with_name_servers(["192.0.2.53:53".parse()?])?;
/// let evaluation = CheckHost::new("192.0.2.1".parse()?, "amy@example.org").run(&resolver).await;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Hickory {
    servers: Vec<SocketAddr>,
    timeout: Duration,
    attempts: u32,
    in_flight: Semaphore,
    /// The server that answered last.
    preferred: AtomicUsize,
}

impl Hickory {
    /// Asks the system's name servers, for as long and as often as it says (`options timeout:`
    /// and `attempts:`, bounded to 30 seconds and 5 as there). Its hosts file and search list are
    /// not used.
    ///
    /// # Errors
    ///
    /// The system has no name server, or its configuration cannot be read.
    pub fn system() -> Result<Self, HickoryError> {
        let (config, options) = read_system_conf().map_err(|error| HickoryError::System(error.to_string()))?;
        let servers = config.name_servers().iter().map(|server| {
            let port = server.connections.first().map_or(53, |connection| connection.port);
            SocketAddr::new(server.ip, port)
        });
        Ok(Self::with_name_servers(servers)?
            .timeout(options.timeout.clamp(Duration::from_secs(1), Duration::from_secs(30)))
            .attempts(u32::try_from(options.attempts).unwrap_or(u32::MAX).min(5)))
    }

    /// Asks these name servers, at these ports.
    ///
    /// # Errors
    ///
    /// There are none.
    pub fn with_name_servers(servers: impl IntoIterator<Item = SocketAddr>) -> Result<Self, HickoryError> {
        let servers: Vec<SocketAddr> = servers.into_iter().collect();
        if servers.is_empty() {
            return Err(HickoryError::NoNameServer);
        }
        Ok(Self {
            servers,
            timeout: Duration::from_secs(3),
            attempts: 3,
            in_flight: Semaphore::new(64),
            preferred: AtomicUsize::new(0),
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

    /// Keeps at most this many queries in flight (at least 1); 64 if not set. Further ones wait
    /// their turn.
    #[must_use]
    pub fn in_flight(self, queries: usize) -> Self {
        Self { in_flight: Semaphore::new(queries.clamp(1, Semaphore::MAX_PERMITS)), ..self }
    }

    /// What the first server said that has an answer.
    async fn ask(&self, query: &Query) -> Result<DnsResponse, DnsError> {
        let count = self.servers.len();
        let order = || self.servers.iter().enumerate().cycle().skip(self.preferred()).take(count);
        let mut failed: Vec<usize> = Vec::new();
        let mut failure = DnsError::Timeout;
        for (n, server) in (0..self.attempts).flat_map(|_| order()) {
            if failed.contains(&n) {
                continue;
            }
            match self.exchange(*server, query).await {
                Err(NetError::Timeout) => {}
                Err(error) => failure = DnsError::other(format!("{server}: {error}")),
                Ok(response) => match wire::failure_of(&response) {
                    None => {
                        self.preferred.store(n, Ordering::Relaxed);
                        return Ok(response);
                    }
                    Some(said) => {
                        failed.push(n);
                        failure = said;
                    }
                },
            }
        }
        Err(failure)
    }

    fn preferred(&self) -> usize {
        self.preferred.load(Ordering::Relaxed)
    }

    /// One question to one server.
    async fn exchange(&self, server: SocketAddr, query: &Query) -> Result<DnsResponse, NetError> {
        // Its tasks end when it is dropped.
        let provider = TokioRuntimeProvider::new();
        let request = request(query)?;
        let exchange = async {
            let udp =
                UdpClientStream::builder(server, provider.clone()).with_timeout(Some(self.timeout)).with_max_retries(0);
            let response = udp.build().send_message(request.clone()).first_answer().await?;
            // RFC 2181 §9: what a truncated answer holds is not used.
            if !response.truncation {
                return Ok(response);
            }
            let tcp = TcpClientStream::exchange(server, None, self.timeout, None, provider.clone()).await?;
            tcp.send(request).first_answer().await
        };
        tokio::time::timeout(self.timeout, exchange).await.unwrap_or(Err(NetError::Timeout))
    }
}

#[async_trait]
impl Resolver for Hickory {
    async fn resolve(&self, query: &Query) -> Answer {
        if Handle::try_current().is_err() {
            return Err(DnsError::other("name servers are asked from within a Tokio runtime only"));
        }
        let _turn = self.in_flight.acquire().await;
        let mut chain = Chain::new(query.clone());
        loop {
            let message = self.ask(chain.at()).await?;
            if let Some(response) = chain.read(&message)? {
                return response.into_answer();
            }
        }
    }
}

/// Why there is no name server to ask.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HickoryError {
    /// None was given, or the system has none.
    #[error("no name server to ask; pass one explicitly, such as 192.0.2.53:53")]
    NoNameServer,
    /// The system's configuration gives none.
    #[error("the system gives no name server ({0}); pass one explicitly, such as 192.0.2.53:53")]
    System(String),
}

fn request(query: &Query) -> Result<DnsRequest, NetError> {
    let question = wire::question(query)?;
    let mut options = DnsRequestOptions::default();
    options.use_edns = true;
    options.edns_payload_len = UDP_PAYLOAD;
    options.edns_set_dnssec_ok = false;
    options.recursion_desired = true;
    // Some list servers answer in a case of their own; port and ID are random without it.
    options.case_randomization = false;
    Ok(DnsRequest::from_query(question, options))
}
