//! Answers as JSON: a list of `{"name", "type", "records" | "error", "aliases", "ttl"}`, in the
//! order of (name, type).
//!
//! `"records": null` is NXDOMAIN and `[]` no data. A, AAAA, CNAME and PTR records are strings, MX
//! is `{"preference": 10, "exchange": "mx.example.org"}`. TXT is a string if it is one
//! character-string of UTF-8, else `{"strings": [..]}`, or `{"hex": [..]}` if it is not UTF-8.

use core::cell::Cell;
use core::fmt::{self, Write as _};

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

use super::{Answer, Answers, DnsError, Query, RecordData, RecordType, Response, Text};
use crate::domain::DomainName;

impl Answers {
    /// These answers as JSON text, one answer a line.
    ///
    /// ```
    /// use deliverability_core::dns::{Answers, Query, Response};
    /// let mut answers = Answers::new();
    /// answers.insert(Query::mx("example.org".parse()?), Response::nxdomain().into_answer());
    /// let json = answers.to_json();
    /// assert_eq!(json, "[\n{\"name\":\"example.org\",\"type\":\"MX\",\"records\":null}\n]\n");
    /// assert_eq!(Answers::from_json(&json)?, answers);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_json(&self) -> String {
        let lines = self.iter().map(|(query, answer)| serde_json::to_string(&Entry::of(query, answer)));
        // Entries are strings, numbers and lists: always JSON.
        let lines: Vec<String> = lines.filter_map(Result::ok).collect();
        if lines.is_empty() { "[]\n".into() } else { format!("[\n{}\n]\n", lines.join(",\n")) }
    }

    /// Reads what [`Answers::to_json`] writes, or the same by hand.
    ///
    /// # Errors
    ///
    /// The first entry that is not an answer, or the first byte that is not JSON; a query that is
    /// answered twice.
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        let read = Cell::new(0);
        let mut json = serde_json::Deserializer::from_str(text);
        let answers = json.deserialize_seq(List { read: &read }).and_then(|answers| json.end().map(|()| answers));
        answers.map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let why = error.to_string();
            let place = format!(" at line {line} column {column}");
            JsonError { line, column, entry: read.get(), why: why.strip_suffix(&place).unwrap_or(&why).into() }
        })
    }
}

/// One answer as it stands in the JSON list of [`Answers`].
///
/// ```
/// use deliverability_core::dns::{self, DnsError, Query};
/// let entry = dns::answer_to_json(&Query::txt("example.org".parse()?), &Err(DnsError::Timeout));
/// assert_eq!(entry["error"], "timeout");
/// # Ok::<(), deliverability_core::domain::ParseError>(())
/// ```
pub fn answer_to_json(query: &Query, answer: &Answer) -> Value {
    serde_json::to_value(Entry::of(query, answer)).unwrap_or_default()
}

/// JSON that holds no answers, and where that shows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("answers, line {line}, column {column}, entry {entry}: {why}")]
#[non_exhaustive]
pub struct JsonError {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, in bytes, counted from 1.
    pub column: usize,
    /// The entry of the list that was being read, counted from 1; 0 before the first.
    pub entry: usize,
    /// What is wrong.
    pub why: String,
}

impl Serialize for Answers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|(query, answer)| Entry::of(query, answer)))
    }
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(List { read: &Cell::new(0) })
    }
}

/// Reads the list; `read` counts the entries begun.
struct List<'a> {
    read: &'a Cell<usize>,
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = Answers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of answers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Answers, A::Error> {
        let mut answers = Answers::new();
        loop {
            self.read.set(self.read.get().saturating_add(1));
            let Some(entry) = list.next_element::<Entry>()? else { return Ok(answers) };
            let (query, answer) = entry.into_answer().map_err(de::Error::custom)?;
            if answers.contains(&query) {
                return Err(de::Error::custom(format_args!("{query} is answered twice")));
            }
            answers.insert(query, answer);
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: DomainName,
    #[serde(rename = "type", with = "mnemonic")]
    record_type: RecordType,
    /// A list or null, which is not the same as not there.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    records: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<DomainName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ttl: Option<u32>,
}

impl Entry {
    fn of(query: &Query, answer: &Answer) -> Self {
        let (name, record_type) = (query.name.clone(), query.record_type);
        let empty = Self { name, record_type, records: None, error: None, aliases: Vec::new(), ttl: None };
        match answer {
            Err(error) => Self { error: Some(error.to_word().into_owned()), ..empty },
            Ok(response) => {
                let records = response.records().iter().map(|data| record_to_json(record_type, data)).collect();
                let records = if response.is_nxdomain() { Value::Null } else { Value::Array(records) };
                Self { records: Some(records), aliases: response.aliases().to_vec(), ttl: response.ttl(), ..empty }
            }
        }
    }

    fn into_answer(self) -> Result<(Query, Answer), String> {
        let query = Query::new(self.name, self.record_type);
        let mut response = match (self.records, self.error) {
            (None, Some(error)) if self.aliases.is_empty() && self.ttl.is_none() => {
                return Ok((query, Err(DnsError::from_word(&error))));
            }
            (None, Some(_)) => return Err(format!("{query} has \"error\" and, beside it, \"aliases\" or \"ttl\"")),
            (Some(_), Some(_)) => return Err(format!("{query} has both \"records\" and \"error\"")),
            (None, None) => return Err(format!("{query} has neither \"records\" nor \"error\"")),
            (Some(Value::Null), None) => Response::nxdomain(),
            (Some(Value::Array(records)), None) => {
                let data = records.iter().enumerate().map(|(n, record)| {
                    record_from_json(query.record_type, record)
                        .map_err(|why| format!("{query}, record {}: {why}", n + 1))
                });
                Response::new(data.collect::<Result<Vec<_>, _>>()?)
            }
            (Some(_), None) => return Err(format!("{query}: \"records\" is neither a list nor null")),
        };
        response = response.with_aliases(self.aliases);
        Ok((query, self.ttl.into_iter().fold(response, Response::with_ttl).into_answer()))
    }
}

/// A field that is there, though it may be null.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

mod mnemonic {
    use super::{Deserialize, Deserializer, RecordType, Serializer, de};

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    pub(super) fn serialize<S: Serializer>(record_type: &RecordType, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(record_type.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RecordType, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// A record in an answer to a query for `asked`. A resolver gives records of that type only; one
/// of another type, from a program's own hand, says so.
fn record_to_json(asked: RecordType, data: &RecordData) -> Value {
    if data.record_type() != asked {
        let own = data.record_type();
        return json!({ "type": own.as_str(), "record": record_to_json(own, data) });
    }
    match data {
        RecordData::Mx { preference, exchange } => {
            json!({ "preference": preference, "exchange": exchange.to_string() })
        }
        RecordData::Txt(text) => text_to_json(text),
        RecordData::A(_) | RecordData::Aaaa(_) | RecordData::Cname(_) | RecordData::Ptr(_) => data.to_string().into(),
    }
}

fn text_to_json(text: &Text) -> Value {
    let strings: Result<Vec<&str>, _> = text.strings().map(core::str::from_utf8).collect();
    match strings.as_deref() {
        Ok([one]) => (*one).into(),
        Ok(strings) => json!({ "strings": strings }),
        Err(_) => json!({ "hex": text.strings().map(to_hex).collect::<Vec<_>>() }),
    }
}

fn record_from_json(record_type: RecordType, value: &Value) -> Result<RecordData, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Exchange {
        preference: u16,
        exchange: DomainName,
    }
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Foreign {
        #[serde(rename = "type", with = "mnemonic")]
        record_type: RecordType,
        record: Value,
    }
    if value.get("type").is_some() {
        let foreign: Foreign = read(value)?;
        return record_from_json(foreign.record_type, &foreign.record);
    }
    Ok(match record_type {
        RecordType::A => RecordData::A(parse(value, "an IPv4 address")?),
        RecordType::Aaaa => RecordData::Aaaa(parse(value, "an IPv6 address")?),
        RecordType::Cname => RecordData::Cname(read(value)?),
        RecordType::Ptr => RecordData::Ptr(read(value)?),
        RecordType::Mx => {
            let Exchange { preference, exchange } = read(value)?;
            RecordData::Mx { preference, exchange }
        }
        RecordType::Txt => RecordData::Txt(text_from_json(value)?),
    })
}

fn text_from_json(value: &Value) -> Result<Text, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Cut {
        Strings(Vec<String>),
        Hex(Vec<String>),
    }
    if let Value::String(text) = value {
        return Ok(Text::from(text.as_str()));
    }
    let strings = match read(value)
        .map_err(|why| format!("a text is a string, {{\"strings\": [..]}} or {{\"hex\": [..]}}: {why}"))?
    {
        Cut::Strings(strings) => strings.into_iter().map(String::into_bytes).collect(),
        Cut::Hex(strings) => strings.iter().map(|hex| from_hex(hex)).collect::<Result<Vec<_>, _>>()?,
    };
    match strings.iter().find(|string| string.len() > 255) {
        // RFC 1035 §3.3: one length octet.
        Some(long) => Err(format!("a character-string has {} octets; at most 255 are allowed", long.len())),
        None if strings.is_empty() => {
            Err("a text has no character-string; write at least one, which may be empty".into())
        }
        None => Ok(Text::from_strings(strings)),
    }
}

fn read<'a, T: Deserialize<'a>>(value: &'a Value) -> Result<T, String> {
    T::deserialize(value).map_err(|error| error.to_string())
}

fn parse<T: core::str::FromStr>(value: &Value, what: &str) -> Result<T, String> {
    value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| format!("{value} is not {what}"))
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn from_hex(hex: &str) -> Result<Vec<u8>, String> {
    let digit = |d: &u8| char::from(*d).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let octet = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    };
    hex.as_bytes()
        .chunks(2)
        .map(octet)
        .collect::<Option<_>>()
        .ok_or_else(|| format!("{hex:?} is not pairs of hexadecimal digits"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn query(name: &str, record_type: RecordType) -> Query {
        Query::new(name.parse().unwrap(), record_type)
    }

    fn error(json: &str) -> String {
        Answers::from_json(json).unwrap_err().to_string()
    }

    fn one(query: Query, response: Response) -> Answers {
        [(query, response.into_answer())].into_iter().collect()
    }

    #[test]
    fn every_kind_of_answer_has_its_form() {
        let mx = RecordData::Mx { preference: 10, exchange: "mx.example.org".parse().unwrap() };
        let answers: Answers = [
            (query("c.test", RecordType::Txt), Err(DnsError::Servfail)),
            (query("b.test", RecordType::Mx), Response::new([mx]).with_ttl(60).into_answer()),
            (
                query("b.test", RecordType::A),
                Response::no_data().with_aliases(["x.test".parse().unwrap()]).into_answer(),
            ),
            (query("a.test", RecordType::Ptr), Response::nxdomain().into_answer()),
        ]
        .into_iter()
        .collect();
        let json = answers.to_json();
        let expected = r#"[
{"name":"a.test","type":"PTR","records":null},
{"name":"b.test","type":"A","records":[],"aliases":["x.test"]},
{"name":"b.test","type":"MX","records":[{"exchange":"mx.example.org","preference":10}],"ttl":60},
{"name":"c.test","type":"TXT","error":"servfail"}
]
"#;
        assert_eq!(json, expected);
        assert_eq!(Answers::from_json(&json), Ok(answers.clone()));
        assert_eq!(serde_json::from_str::<Answers>(&serde_json::to_string(&answers).unwrap()).unwrap(), answers);
    }

    #[test]
    fn an_error_of_another_kind_is_not_taken_for_a_stable_word() {
        for error in [DnsError::Timeout, DnsError::other("timeout"), DnsError::other("other: timeout")] {
            let answers: Answers = [(query("a.test", RecordType::A), Err(error))].into_iter().collect();
            assert_eq!(Answers::from_json(&answers.to_json()), Ok(answers));
        }
    }

    #[test]
    fn texts_keep_their_cuts_and_octets() {
        let forms: [(Text, &str); 4] = [
            ("v=spf1 \u{e9}\n".into(), r#""v=spf1 é\n""#),
            (Text::from_strings(["a", ""]), r#"{"strings":["a",""]}"#),
            (Text::from_strings([b"\xff".as_slice(), b"\x00"]), r#"{"hex":["ff","00"]}"#),
            (Text::from_strings([""]), r#""""#),
        ];
        for (text, form) in forms {
            let answers = one(query("a.test", RecordType::Txt), Response::new([RecordData::Txt(text)]));
            assert!(answers.to_json().contains(&format!("\"records\":[{form}]")), "{}", answers.to_json());
            assert_eq!(Answers::from_json(&answers.to_json()), Ok(answers));
        }
    }

    #[test]
    fn any_octets_survive() {
        // A fixed stream of numbers (Knuth's MMIX), so that a failure repeats.
        let mut state = 1u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        for _ in 0..400 {
            let mut octets = |most: usize| -> Vec<u8> {
                let (length, utf8) = (next(most), next(2) == 0);
                (0..length).map(|_| u8::try_from(next(if utf8 { 128 } else { 256 })).unwrap()).collect()
            };
            let mut name = || {
                DomainName::from_labels([
                    [b"x".as_slice(), &octets(60)].concat(),
                    octets(5).repeat(2).into_iter().chain(*b"y").collect(),
                ])
                .unwrap()
            };
            let (owner, target, alias) = (name(), name(), name());
            let text = Text::from_strings([octets(600), octets(3)]);
            for data in [RecordData::Txt(text), RecordData::Ptr(target.clone()), RecordData::Cname(target)] {
                for record_type in [data.record_type(), RecordType::A] {
                    let response =
                        Response::new([data.clone(), data.clone()]).with_aliases([alias.clone()]).with_ttl(7);
                    let answers = one(Query::new(owner.clone(), record_type), response);
                    assert_eq!(Answers::from_json(&answers.to_json()), Ok(answers));
                }
            }
        }
    }

    #[test]
    fn an_error_says_what_and_where() {
        assert_eq!(
            error(
                "[\n{\"name\":\"a.test\",\"type\":\"A\",\"records\":[\"192.0.2.1\"]},\n{\"name\":\"b..test\",\"type\":\"A\",\"records\":[]}]"
            ),
            "answers, line 3, column 17, entry 2: a label is empty: a domain name has one dot between labels and none in front (at byte 2)"
        );
        let entry = |fields: &str| error(&format!(r#"[{{"name":"a.test",{fields}}}]"#));
        assert!(entry(r#""type":"SPF","records":[]"#).contains(r#"record type "SPF" is none of"#));
        assert!(
            entry(r#""type":"A","records":["::1"]"#).ends_with(r#"a.test A, record 1: "::1" is not an IPv4 address"#)
        );
        assert!(entry(r#""type":"MX","records":["mx"]"#).contains("a.test MX, record 1: invalid type"));
        assert!(
            entry(r#""type":"TXT","records":[{"hex":["f"]}]"#).ends_with(r#""f" is not pairs of hexadecimal digits"#)
        );
        assert!(entry(r#""type":"TXT","records":[{"strings":[]}]"#).contains("no character-string"));
        assert!(entry(r#""type":"A""#).ends_with(r#"a.test A has neither "records" nor "error""#));
        assert!(entry(r#""type":"A","records":[],"error":"timeout""#).ends_with(r#"has both "records" and "error""#));
        assert!(entry(r#""type":"A","error":"timeout","ttl":1"#).contains("beside it"));
        assert!(entry(r#""type":"A","records":"192.0.2.1""#).ends_with(r#""records" is neither a list nor null"#));
        assert!(entry(r#""type":"A","record":[]"#).contains("unknown field `record`"));
        assert!(error("{}").contains("entry 0: invalid type: map, expected a list of answers"));
        assert!(error("[] x").contains("trailing characters"));
        assert!(error("[").contains("EOF"));
        let twice = r#"{"name":"a.test","type":"A","records":[]}"#;
        assert!(error(&format!("[{twice},{twice}]")).ends_with("entry 2: a.test A is answered twice"));
    }

    #[test]
    fn a_long_string_written_by_hand_is_cut() {
        let json = format!(r#"[{{"name":"a.test","type":"TXT","records":["{}"]}}]"#, "x".repeat(300));
        let answers = Answers::from_json(&json).unwrap();
        let response = Arc::clone(answers.get(&query("a.test", RecordType::Txt)).unwrap().as_ref().unwrap());
        assert_eq!(response.texts().next().unwrap().strings().count(), 2);
        assert!(error(&json.replace("[\"x", "[{\"strings\":[\"x").replace("\"]}]", "\"]}]}]")).contains("300 octets"));
    }
}
