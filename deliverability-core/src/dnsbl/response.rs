//! What a list's answer says (RFC 5782 §2.1, §2.3): every A value decoded, refusals told apart.

use core::fmt;
use core::net::Ipv4Addr;
use std::borrow::Cow;

use super::list::{CodeRule, List};
use super::reason;
use super::words::{Cause, Impact, Role};
use crate::dns::{Answer, DnsError, RecordData, Response};

/// Most different A values that are kept of one answer; refusals and values outside
/// 127.0.0.0/8 are seen beyond it.
const MAX_VALUES: usize = 256;

/// What one answer of a list says, before anybody asked whether the list can be believed.
///
/// ```
/// use deliverability_core::dns::{RecordData, Response};
/// use deliverability_core::dnsbl::{Kind, List, ListAnswer};
///
/// let list = List::new("bl.example".parse()?, Kind::Ipv4);
/// let parked = Response::new([RecordData::A("198.51.100.1".parse()?)]).into_answer();
/// assert!(matches!(list.decode(&parked), ListAnswer::Foreign { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListAnswer {
    /// No A record: no entry, if the list can be believed.
    NoEntry,
    /// An entry, with at least one code.
    Entry(Vec<Code>),
    /// The list, or a name server on the way, declined to answer this resolver.
    Refused {
        /// What the refusal means.
        why: String,
    },
    /// A value that no list gives: outside 127.0.0.0/8, or no IPv4 address at all.
    Foreign {
        /// The value.
        value: String,
    },
    /// The query failed.
    Failed(DnsError),
}

/// One A value of an answer, and what the list means by it.
///
/// A value that is a sum of bits gives one code for each bit that the list explains.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Code {
    /// The A value, within 127.0.0.0/8.
    pub address: Ipv4Addr,
    /// What the list means by it, where that is known.
    pub meaning: Option<Cow<'static, str>>,
    /// How much it matters, where that differs from the list as a whole.
    pub impact: Option<Impact>,
    /// What being listed by it means.
    pub role: Role,
    /// What it tells of the cause, where that is known.
    pub cause: Option<Cause>,
    /// How removal is had and how long that takes, where that is known.
    pub removal: Option<Cow<'static, str>>,
    /// The number that the value carries, where the list gives one: a score, a level of trust, an age.
    pub number: Option<u8>,
}

impl Code {
    /// A value that the list does not explain.
    fn unexplained(list: &List, address: Ipv4Addr) -> Self {
        let (role, cause, removal) = (list.role(), list.cause(), list.removal_text());
        Self { address, meaning: None, impact: None, role, cause, removal, number: None }
    }

    fn explained(list: &List, address: Ipv4Addr, rule: &CodeRule) -> Self {
        let unexplained = Self::unexplained(list, address);
        let [.., number] = address.octets();
        Self {
            meaning: Some(rule.meaning.clone()),
            impact: rule.impact,
            role: rule.role.unwrap_or(unexplained.role),
            cause: rule.cause.or(unexplained.cause),
            removal: rule.removal.clone().or(unexplained.removal),
            number: rule.is_number.then_some(number),
            address,
        }
    }
}

/// The value, and its meaning in parentheses.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.meaning {
            Some(meaning) => write!(f, "{} ({meaning})", self.address),
            None => self.address.fmt(f),
        }
    }
}

/// Decodes an answer of `list`.
pub(super) fn decode(list: &List, answer: &Answer) -> ListAnswer {
    let response = match answer {
        Ok(response) => response,
        Err(DnsError::Refused) => return ListAnswer::Refused { why: refused_by_rcode() },
        Err(error) => return ListAnswer::Failed(error.clone()),
    };
    if let Some(foreign) = response.records().iter().find(|data| !is_list_value(data)) {
        return ListAnswer::Foreign { value: reason::shown(&foreign.to_string()) };
    }
    if let Some(why) = values(response).find_map(|value| refusal(list, value)) {
        return ListAnswer::Refused { why };
    }
    match codes(list, response) {
        codes if codes.is_empty() => ListAnswer::NoEntry,
        codes => ListAnswer::Entry(codes),
    }
}

/// The codes of an answer, refusals or not: a test point may give what is a refusal elsewhere.
pub(super) fn codes(list: &List, response: &Response) -> Vec<Code> {
    let mut seen: Vec<Ipv4Addr> = Vec::new();
    for value in values(response) {
        if seen.len() < MAX_VALUES && !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen.into_iter().flat_map(|value| codes_of(list, value)).collect()
}

/// The IPv4 addresses of an answer.
pub(super) fn values(response: &Response) -> impl Iterator<Item = Ipv4Addr> {
    response.records().iter().filter_map(|data| if let RecordData::A(value) = data { Some(*value) } else { None })
}

fn codes_of(list: &List, value: Ipv4Addr) -> Vec<Code> {
    let known = list.codes().iter().filter(|rule| rule.pattern.matches(value));
    let codes: Vec<Code> = known.map(|rule| Code::explained(list, value, rule)).collect();
    if codes.is_empty() { vec![Code::unexplained(list, value)] } else { codes }
}

/// RFC 5782 §2.1: a list answers within 127.0.0.0/8; anything else was put there by somebody else.
fn is_list_value(data: &RecordData) -> bool {
    matches!(data, RecordData::A(value) if value.is_loopback())
}

/// What the value refuses: by the list's own words, else by the convention of 127.255.255.0/24.
fn refusal(list: &List, value: Ipv4Addr) -> Option<String> {
    if let Some(rule) = list.refusals().iter().find(|rule| rule.pattern.matches(value)) {
        return Some(format!("{value}: {}", rule.why));
    }
    // No RFC: begun by Spamhaus in 2019 and taken over by others; no list has an entry there.
    let why = match value.octets() {
        [127, 255, 255, 252] => "the list's zone name is mistyped",
        [127, 255, 255, 254] => "asked through a public or open resolver",
        [127, 255, 255, 255] => "too many queries, or the asker is not registered",
        [127, 255, 255, _] => "the list gave an error code",
        _ => return None,
    };
    Some(format!("{value}: {why}"))
}

fn refused_by_rcode() -> String {
    format!("{}: the list, or the resolver in use, does not serve this asker", DnsError::Refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Text;
    use crate::dnsbl::pattern::Pattern;
    use crate::dnsbl::words::Kind;

    fn list() -> List {
        List::new("bl.test".parse().unwrap(), Kind::Ipv4)
    }

    fn answer(values: &[[u8; 4]]) -> Answer {
        Response::new(values.iter().map(|value| RecordData::A((*value).into()))).into_answer()
    }

    fn meanings(list: &List, values: &[[u8; 4]]) -> Vec<Option<String>> {
        match list.decode(&answer(values)) {
            ListAnswer::Entry(codes) => codes.into_iter().map(|code| code.meaning.map(Cow::into_owned)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_sum_of_bits_says_several_things() {
        let list = list().with_code(Pattern::bit(16), "malware").with_code(Pattern::bit(64), "abuse");
        assert_eq!(meanings(&list, &[[127, 0, 0, 80]]), [Some("malware".into()), Some("abuse".into())]);
        assert_eq!(meanings(&list, &[[127, 0, 0, 2]]), [None]);
    }

    #[test]
    fn one_value_outside_127_spoils_the_answer() {
        // RFC 5782 §2.1.
        let mixed = answer(&[[127, 0, 0, 2], [91, 195, 240, 117]]);
        assert_eq!(list().decode(&mixed), ListAnswer::Foreign { value: "91.195.240.117".into() });
        let text = Response::new([RecordData::Txt(Text::from("hello\u{1b}"))]).into_answer();
        assert_eq!(list().decode(&text), ListAnswer::Foreign { value: "\"hello\\027\"".into() });
    }

    #[test]
    fn refusals_win_over_codes_beside_them() {
        for last in [252, 254, 255, 7] {
            let refused = list().decode(&answer(&[[127, 0, 0, 2], [127, 255, 255, last]]));
            assert!(matches!(refused, ListAnswer::Refused { .. }), "{last}: {refused:?}");
        }
        let own = list().with_refusal(Pattern::bit(1), "query refused");
        assert_eq!(
            own.decode(&answer(&[[127, 0, 0, 3]])),
            ListAnswer::Refused { why: "127.0.0.3: query refused".into() }
        );
    }

    #[test]
    fn a_flood_of_values_is_bounded() {
        let values: Vec<[u8; 4]> = (0..=u16::MAX).map(|n| [127, 0, n.to_be_bytes()[0], n.to_be_bytes()[1]]).collect();
        assert_eq!(meanings(&list(), &values).len(), MAX_VALUES);
    }
}
