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
use hickory_resolver::proto::op::{
    DnsRequest, DnsRequestOptions, DnsResponse, Message, Query as Question, ResponseCode,
};
use hickory_resolver::proto::rr::{DNSClass, Name, RData, Record, RecordType as Type};
use hickory_resolver::system_conf::read_system_conf;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use crate::dns::{Answer, DnsError, Query, RecordData, RecordType, Resolver, Response, Text};
use crate::domain::DomainName;

/// The largest answer asked for over UDP: what passes any path unfragmented (RFC 9715 §3.2).
const UDP_PAYLOAD: u16 = 1232;
/// Longest CNAME chain that is followed; the servers asked follow fewer, so this is a loop.
const MAX_CHAIN: usize = 16;

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
                Ok(response) => match failure_of(&response) {
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
        let mut chain = Chain { at: query.clone(), aliases: Vec::new(), ttl: u32::MAX };
        loop {
            let message = self.ask(&chain.at).await?;
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
    // Built from labels, the name is absolute, and any octets stay as they are.
    let question = Question::query(Name::from_labels(query.name.labels())?, wire_type(query.record_type));
    let mut options = DnsRequestOptions::default();
    options.use_edns = true;
    options.edns_payload_len = UDP_PAYLOAD;
    options.edns_set_dnssec_ok = false;
    options.recursion_desired = true;
    // Some list servers answer in a case of their own; port and ID are random without it.
    options.case_randomization = false;
    Ok(DnsRequest::from_query(question, options))
}

const fn wire_type(record_type: RecordType) -> Type {
    match record_type {
        RecordType::A => Type::A,
        RecordType::Aaaa => Type::AAAA,
        RecordType::Cname => Type::CNAME,
        RecordType::Mx => Type::MX,
        RecordType::Ptr => Type::PTR,
        RecordType::Txt => Type::TXT,
    }
}

/// What a response says instead of answering.
fn failure_of(message: &Message) -> Option<DnsError> {
    match message.response_code {
        _ if message.truncation => Some(DnsError::other("the name server's answer is truncated even over TCP")),
        ResponseCode::NoError | ResponseCode::NXDomain => None,
        ResponseCode::ServFail => Some(DnsError::Servfail),
        ResponseCode::Refused => Some(DnsError::Refused),
        other => Some(DnsError::other(format!("the name server answered: {other}"))),
    }
}

/// A question on its way along CNAMEs.
struct Chain {
    at: Query,
    aliases: Vec<DomainName>,
    /// The lowest TTL on the way (RFC 2308 §5 for negative answers).
    ttl: u32,
}

impl Chain {
    /// The answer that `message` holds; `None` if it leads to a name that must be asked.
    fn read(&mut self, message: &Message) -> Result<Option<Response>, DnsError> {
        let before = self.aliases.len();
        loop {
            let found = self.records(message, wire_type(self.at.record_type))?;
            if !found.is_empty() {
                return Ok(Some(self.finish(Response::new(found))));
            }
            let alias = self.records(message, Type::CNAME)?.into_iter().next();
            let Some(RecordData::Cname(target)) = alias else { break };
            if self.aliases.len() >= MAX_CHAIN {
                return Err(DnsError::Servfail);
            }
            self.aliases.push(target.clone());
            self.at.name = target;
        }
        let soa = message.authorities.iter().find_map(|record| match &record.data {
            RData::SOA(soa) => Some(record.ttl.min(soa.minimum)),
            _ => None,
        });
        self.ttl = self.ttl.min(soa.unwrap_or(u32::MAX));
        if message.response_code == ResponseCode::NXDomain {
            // RFC 6604 §3: the code is that of the chain's end.
            return Ok(Some(self.finish(Response::nxdomain())));
        }
        if soa.is_none() && self.aliases.len() > before {
            return Ok(None);
        }
        // RFC 2308 §2.2: NS records without an SOA are a referral, not "no data".
        if soa.is_none() && message.authorities.iter().any(|record| record.record_type() == Type::NS) {
            return Err(DnsError::other(
                "the name server refers to others instead of asking them; ask a recursive one",
            ));
        }
        Ok(Some(self.finish(Response::no_data())))
    }

    /// The records of one type at the chain's end; their TTL counts.
    fn records(&mut self, message: &Message, wire_type: Type) -> Result<Vec<RecordData>, DnsError> {
        let mut found = Vec::new();
        for record in &message.answers {
            let is_asked = record.record_type() == wire_type && record.dns_class == DNSClass::IN;
            if is_asked && domain_name(&record.name)? == self.at.name {
                self.ttl = self.ttl.min(record.ttl);
                found.extend(record_data(record)?);
            }
        }
        Ok(found)
    }

    fn finish(&mut self, response: Response) -> Response {
        let response = response.with_aliases(core::mem::take(&mut self.aliases));
        if self.ttl == u32::MAX { response } else { response.with_ttl(self.ttl) }
    }
}

fn record_data(record: &Record) -> Result<Option<RecordData>, DnsError> {
    Ok(Some(match &record.data {
        RData::A(a) => RecordData::A(a.0),
        RData::AAAA(aaaa) => RecordData::Aaaa(aaaa.0),
        RData::CNAME(target) => RecordData::Cname(domain_name(&target.0)?),
        RData::MX(mx) => RecordData::Mx { preference: mx.preference, exchange: domain_name(&mx.exchange)? },
        RData::PTR(target) => RecordData::Ptr(domain_name(&target.0)?),
        RData::TXT(txt) => RecordData::Txt(Text::from_strings(&txt.txt_data)),
        // RFC 2136's empty RDATA: no data to read.
        _ => return Ok(None),
    }))
}

fn domain_name(name: &Name) -> Result<DomainName, DnsError> {
    DomainName::from_labels(name.iter()).map_err(|error| DnsError::other(format!("a name in the answer: {error}")))
}
