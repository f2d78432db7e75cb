//! DNS messages read and written (RFC 1035 §4, RFC 2308, RFC 6604), for the resolvers that ask
//! name servers.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType as Type};
#[cfg(feature = "hickory")]
use hickory_proto::{ProtoError, op::Query as Question};

use crate::dns::{DnsError, Query, RecordData, RecordType, Response, Text};
use crate::domain::DomainName;

/// The largest answer asked for over UDP: what passes any path unfragmented (RFC 9715 §3.2).
pub(super) const UDP_PAYLOAD: u16 = 1232;
/// Longest CNAME chain that is followed; the servers asked follow fewer, so this is a loop.
const MAX_CHAIN: usize = 16;

/// A question on its way along CNAMEs.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    at: Query,
    aliases: Vec<DomainName>,
    /// The lowest TTL on the way (RFC 2308 §5 for negative answers).
    ttl: u32,
}

impl Chain {
    /// Starts at a query.
    pub(super) fn new(query: Query) -> Self {
        Self { at: query, aliases: Vec::new(), ttl: u32::MAX }
    }

    /// What is to be asked next.
    pub(super) const fn at(&self) -> &Query {
        &self.at
    }

    /// The answer that `message` holds; `None` if it leads to a name that must be asked.
    pub(super) fn read(&mut self, message: &Message) -> Result<Option<Response>, DnsError> {
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
            if is_asked && is_same(&record.name, &self.at.name) {
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

/// The question of a query.
#[cfg(feature = "hickory")]
pub(super) fn question(query: &Query) -> Result<Question, ProtoError> {
    // Built from labels, the name is absolute, and any octets stay as they are.
    Ok(Question::query(Name::from_labels(query.name.labels())?, wire_type(query.record_type)))
}

pub(super) const fn wire_type(record_type: RecordType) -> Type {
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
pub(super) fn failure_of(message: &Message) -> Option<DnsError> {
    match message.response_code {
        _ if message.truncation => Some(DnsError::other("the name server's answer is truncated even over TCP")),
        ResponseCode::NoError | ResponseCode::NXDomain => None,
        ResponseCode::ServFail => Some(DnsError::Servfail),
        ResponseCode::Refused => Some(DnsError::Refused),
        other => Some(DnsError::other(format!("the name server answered: {other}"))),
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

/// Whether two names are the same, without case (RFC 4343 §3).
fn is_same(one: &Name, other: &DomainName) -> bool {
    let (mut labels, mut others) = (one.iter(), other.labels());
    others.all(|label| labels.next().is_some_and(|own| own.eq_ignore_ascii_case(label))) && labels.next().is_none()
}

fn domain_name(name: &Name) -> Result<DomainName, DnsError> {
    DomainName::from_labels(name.iter()).map_err(|error| DnsError::other(format!("a name in the answer: {error}")))
}
