//! One query on its way to an answer, without I/O (RFC 1035 §4, RFC 6891, RFC 5452 §9).

use hickory_proto::op::Message;

use super::wire::{self, Chain, UDP_PAYLOAD};
use crate::dns::{DnsError, Query, Response};

/// The length of a header (RFC 1035 §4.1.1).
const HEADER: usize = 12;
/// The class of all that is asked (RFC 1035 §3.2.4).
const INTERNET: [u8; 2] = [0, 1];
/// An OPT record without options (RFC 6891 §6.1.2): the root's, of type 41, and in place of the
/// class the largest answer that is wanted.
const OPT: [u8; 11] = {
    let [high, low] = UDP_PAYLOAD.to_be_bytes();
    [0, 0, 41, high, low, 0, 0, 0, 0, 0, 0]
};

/// What to send for a query, and what the replies make of it: a DNS client without its sockets.
///
/// For resolvers with a transport of their own; [`Bulk`](super::Bulk) is one. Send
/// [`Exchange::request`], pass over what [`Request::is_answered_by`] refuses, and
/// [`Exchange::read`] the rest. Neither panics nor takes long, whatever a server sends.
///
/// ```
/// use deliverability_core::dns::{Query, resolvers::{Exchange, Reply}};
///
/// let mut exchange = Exchange::of(&Query::a("example.org".parse()?));
/// let request = exchange.request(4711);
/// // A server that has nothing: the request with the "response" bit and the code 3, NXDOMAIN.
/// let mut reply = request.octets().to_vec();
/// (reply[2], reply[3]) = (0x81, 0x83);
/// assert!(request.is_answered_by(&reply));
/// let Reply::Answer(answer) = exchange.read(&reply) else { panic!() };
/// assert!(answer.is_nxdomain());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Exchange {
    chain: Chain,
}

impl Exchange {
    /// Nothing sent yet.
    pub fn of(query: &Query) -> Self {
        Self { chain: Chain::new(query.clone()) }
    }

    /// What to send now: the query, or the name that its CNAMEs have led to. Asks for recursion,
    /// and for at most 1,232 octets over UDP (RFC 9715 §3.2).
    ///
    pub fn request(&self, id: u16) -> Request {
        let query = self.chain.at();
        let mut octets = Vec::with_capacity(512);
        // RFC 1035 §4.1.1: a standard query, recursion desired, one question, one further record.
        octets.extend(id.to_be_bytes());
        octets.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
        for label in query.name.labels() {
            // A label has at most 63 octets.
            octets.push(u8::try_from(label.len()).unwrap_or_default());
            octets.extend_from_slice(label);
        }
        octets.push(0);
        octets.extend(u16::from(wire::wire_type(query.record_type)).to_be_bytes());
        octets.extend(INTERNET);
        octets.extend(OPT);
        Request { octets }
    }

    /// What a reply says that [answers](Request::is_answered_by) the last request.
    pub fn read(&mut self, reply: &[u8]) -> Reply {
        let message = match Message::from_vec(reply) {
            Ok(message) => message,
            Err(error) => {
                return Reply::Failed(DnsError::other(format!("the name server's answer cannot be read: {error}")));
            }
        };
        // RFC 2181 §9: what a truncated answer holds is not used.
        if message.truncation {
            return Reply::Truncated;
        }
        if let Some(failure) = wire::failure_of(&message) {
            return Reply::Failed(failure);
        }
        match self.chain.read(&message) {
            Ok(Some(response)) => Reply::Answer(response),
            Ok(None) => Reply::Further,
            Err(error) => Reply::Unusable(error),
        }
    }
}

/// What a reply says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reply {
    /// The answer to the query.
    Answer(Response),
    /// The answer leads to another name: there is a further [`Exchange::request`] to send.
    Further,
    /// It did not fit (RFC 1035 §4.2.1): the same request is to be sent over TCP.
    Truncated,
    /// This server failed, refused, or cannot be understood; another one may do better.
    Failed(DnsError),
    /// The answer is no use, and would be none from another server: a loop, a referral.
    Unusable(DnsError),
}

/// A request in the form that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    octets: Vec<u8>,
}

impl Request {
    /// What to send; over TCP, its length goes before it in two octets (RFC 1035 §4.2.2).
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The same request under another ID.
    #[must_use]
    pub fn with_id(mut self, id: u16) -> Self {
        if let Some(field) = self.octets.first_chunk_mut() {
            *field = id.to_be_bytes();
        }
        self
    }

    /// Whether a message is a response to this request: its ID and its question are the same, the
    /// name without case (RFC 5452 §9.1). Where it came from and to, the caller knows.
    pub fn is_answered_by(&self, reply: &[u8]) -> bool {
        let Some((header, rest)) = reply.split_first_chunk::<HEADER>() else { return false };
        let [id_high, id_low, flags, code, count_high, count_low, ..] = *header;
        let is_response = flags & 0x80 != 0 && flags & 0x78 == 0;
        if !is_response || self.octets.first_chunk() != Some(&[id_high, id_low]) {
            return false;
        }
        match u16::from_be_bytes([count_high, count_low]) {
            1 => starts_with_question(rest, self.question()),
            // A server that could not read, or would not, may leave the question out; that can
            // say "failed" only.
            0 => !matches!(code & 0xf, 0 | 3),
            _ => false,
        }
    }

    /// The name, type and class asked for.
    fn question(&self) -> &[u8] {
        let end = self.octets.len().saturating_sub(OPT.len());
        self.octets.get(HEADER..end).unwrap_or_default()
    }
}

fn starts_with_question(rest: &[u8], question: &[u8]) -> bool {
    let Some((name, kind)) = question.split_last_chunk::<4>() else { return false };
    let Some((name_there, rest)) = rest.split_at_checked(name.len()) else { return false };
    // No length octet is a letter: to compare without case leaves lengths as they are.
    name_there.eq_ignore_ascii_case(name) && rest.first_chunk::<4>() == Some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(name: &str) -> Request {
        Exchange::of(&Query::txt(name.parse().unwrap())).request(0x1234)
    }

    fn reply(request: &Request, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut reply = request.octets().to_vec();
        reply[2] |= 0x80;
        change(&mut reply);
        reply
    }

    #[test]
    fn the_request_is_the_rfcs() {
        // RFC 1035 §4.1, RFC 6891 §6.1.2: RD, one question, one OPT record of 1,232 octets.
        let octets = [
            b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01".as_slice(),
            b"\x01A\x04test\x00\x00\x10\x00\x01",
            b"\x00\x00\x29\x04\xd0\x00\x00\x00\x00\x00\x00",
        ]
        .concat();
        assert_eq!(request("A.test").octets(), octets);
        assert_eq!(request("A.test").with_id(0xabcd).octets()[..2], [0xab, 0xcd]);
    }

    #[test]
    fn a_response_has_the_id_and_the_question() {
        let request = request("a.test");
        let answers = |change: fn(&mut Vec<u8>)| request.is_answered_by(&reply(&request, change));
        assert!(answers(|_| ()));
        assert!(answers(|r| r[13] = b'A'), "RFC 5452 §9.1: names are compared without case");
        assert!(!answers(|r| r[1] ^= 1), "the ID");
        assert!(!answers(|r| r[13] = b'b'), "the name");
        assert!(!answers(|r| r[21] = 1), "the type");
        assert!(!answers(|r| r[21] |= 0x20), "a type is not compared without case");
        assert!(!answers(|r| r[23] = 3), "the class");
        assert!(!answers(|r| r[2] &= 0x7f), "RFC 1035 §4.1.1: QR");
        assert!(!answers(|r| r[2] |= 0x28), "the operation");
        assert!(!answers(|r| r[5] = 2), "two questions");
        assert!(!answers(|r| r.truncate(20)));
        assert!((0..12).all(|length| !request.is_answered_by(&reply(&request, |r| r.truncate(length)))));
    }

    #[test]
    fn without_the_question_only_a_failure_is_taken() {
        let request = request("a.test");
        let header = |code: u8| {
            reply(&request, |r| {
                (r[3], r[5]) = (code, 0);
                r.truncate(12);
            })
        };
        for (code, is_taken) in [(0, false), (1, true), (2, true), (3, false), (4, true), (5, true)] {
            assert_eq!(request.is_answered_by(&header(code)), is_taken, "{code}");
        }
    }
}
