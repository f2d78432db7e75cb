//! Zones from master-file text (RFC 1035 §5), through hickory-proto's parser.

use core::str::FromStr;

use hickory_proto::rr::{Name, RData};
use hickory_proto::serialize::txt::Parser;

use super::Zone;
use crate::dns::{RecordData, Text};
use crate::domain::DomainName;

/// The TTL of records that state none, in seconds.
const DEFAULT_TTL: &str = "$TTL 3600\n";
/// Where octets written as `\DDD` are kept while hickory-proto reads them: it takes the digits
/// as hexadecimal otherwise. A private plane of Unicode; no DNS text uses it.
const OCTET_PLANE: u32 = 0x0010_ff00;

impl FromStr for Zone {
    type Err = ZoneFileError;

    /// Reads master-file text. Record types that mail checks do not ask for make their name exist
    /// and are left out otherwise.
    fn from_str(text: &str) -> Result<Self, ZoneFileError> {
        if let Some(line) = entry_starts(text).find(|at| is_include(text.get(*at..).unwrap_or_default())) {
            return Err(ZoneFileError {
                line: line_of(text, line),
                why: "$INCLUDE is not read; paste the file's text".into(),
            });
        }
        let records = parse(text).map_err(|why| ZoneFileError { line: failing_line(text), why })?;
        let mut zone = Self::new();
        for record in records {
            let at = |why: String| ZoneFileError { line: 0, why };
            let name = domain_name(&record.name).map_err(at)?;
            match record_data(&record.data).map_err(at)? {
                Some(data) => zone.insert_record(name, data, Some(record.ttl)),
                None => zone.add_name(&name),
            }
        }
        Ok(zone)
    }
}

/// A zone file that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("zone file, line {line}: {why}")]
#[non_exhaustive]
pub struct ZoneFileError {
    /// The line where the entry starts that cannot be read, counted from 1; 0 if unknown.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

fn parse(text: &str) -> Result<Vec<hickory_proto::rr::Record>, String> {
    let text = format!("{DEFAULT_TTL}{}", prepare(text));
    let (_, sets) = Parser::new(text, None, Some(Name::root())).parse().map_err(|error| error.to_string())?;
    Ok(sets.into_values().flat_map(|set| set.records_without_rrsigs().cloned().collect::<Vec<_>>()).collect())
}

/// Writes out what hickory-proto does not read: `\DDD` becomes one character of [`OCTET_PLANE`]
/// (a value over 255 stays and is refused), `@` inside an entry becomes the origin, and what
/// parentheses hold becomes one line: inside them it takes quotes for text.
fn prepare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut origin = ".".to_owned();
    let starts: Vec<usize> = entry_starts(text).chain([text.len()]).collect();
    for bounds in starts.windows(2) {
        let [start, end] = bounds else { continue };
        let entry = text.get(*start..*end).unwrap_or_default();
        if let Some(stated) = stated_origin(entry) {
            origin = stated;
        }
        prepare_entry(entry, &origin, &mut out);
    }
    out
}

fn stated_origin(entry: &str) -> Option<String> {
    let mut words = entry.split_ascii_whitespace();
    let directive = words.next().filter(|word| entry.starts_with(word))?;
    let origin = words.next().filter(|_| directive.eq_ignore_ascii_case("$ORIGIN"))?;
    Some(if origin.ends_with('.') { origin.to_owned() } else { format!("{origin}.") })
}

fn prepare_entry(entry: &str, origin: &str, out: &mut String) {
    let mut state = Lexical::default();
    let mut skip = 0;
    let mut before = None;
    for (at, character) in entry.char_indices() {
        let escaped = state.escaped;
        state.next(character);
        let rest = entry.get(at..).unwrap_or_default();
        if skip > 0 {
            skip -= 1;
        } else if character == '\\'
            && let (false, Some(octet)) = (escaped, decimal_octet(rest))
        {
            out.push(octet);
            skip = 3;
        } else if character == '\\'
            && let (false, Some(octet)) = (escaped || state.quoted || state.comment, escaped_mark(rest))
        {
            out.push(octet);
            skip = 1;
        } else if state.comment {
            continue;
        } else if !state.quoted && !escaped && (matches!(character, '(' | ')') || character == '\n' && state.depth > 0)
        {
            out.push(' ');
        } else if character == '@'
            && state.is_plain()
            && before.is_some_and(is_blank)
            && rest.chars().nth(1).is_none_or(is_blank)
        {
            out.push_str(origin);
        } else {
            out.push(character);
        }
        before = Some(character);
    }
}

fn is_blank(character: char) -> bool {
    character.is_ascii_whitespace() || matches!(character, '(' | ')' | ';')
}

/// The stand-in for an escaped mark outside quotes, as in `v=DKIM1\;`, which hickory-proto reads
/// otherwise there. The dot and the hyphen stay: it reads them in names.
fn escaped_mark(text: &str) -> Option<char> {
    let is_mark = |mark: &char| *mark == ' ' || mark.is_ascii_punctuation() && !matches!(mark, '.' | '-');
    let mark = text.chars().nth(1).filter(is_mark)?;
    char::from_u32(OCTET_PLANE.saturating_add(u32::from(mark)))
}

/// The stand-in for the `\DDD` that `text` starts with.
fn decimal_octet(text: &str) -> Option<char> {
    let digits = text.get(1..4).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    char::from_u32(OCTET_PLANE.saturating_add(u32::from(digits.parse::<u8>().ok()?)))
}

/// The octets of a character-string, with those that [`prepare`] hid.
fn octets(string: &[u8]) -> Vec<u8> {
    let Ok(text) = core::str::from_utf8(string) else { return string.to_vec() };
    let mut out = Vec::with_capacity(string.len());
    for character in text.chars() {
        match u32::from(character).checked_sub(OCTET_PLANE).and_then(|octet| u8::try_from(octet).ok()) {
            Some(octet) => out.push(octet),
            None => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out
}

fn domain_name(name: &Name) -> Result<DomainName, String> {
    if name.is_root() {
        return Ok(DomainName::root());
    }
    // Hickory keeps U-labels as UTF-8 octets; presentation form turns them into A-labels.
    let labels: Option<Vec<&str>> = name.iter().map(|label| core::str::from_utf8(label).ok()).collect();
    match labels.map(|labels| labels.join(".")) {
        Some(text) if !text.is_ascii() => text.parse(),
        _ => DomainName::from_labels(name.iter()),
    }
    .map_err(|error| format!("{name}: {error}"))
}

fn record_data(data: &RData) -> Result<Option<RecordData>, String> {
    Ok(Some(match data {
        RData::A(a) => RecordData::A(a.0),
        RData::AAAA(aaaa) => RecordData::Aaaa(aaaa.0),
        RData::CNAME(target) => RecordData::Cname(domain_name(&target.0)?),
        RData::MX(mx) => RecordData::Mx { preference: mx.preference, exchange: domain_name(&mx.exchange)? },
        RData::PTR(target) => RecordData::Ptr(domain_name(&target.0)?),
        RData::TXT(txt) => RecordData::Txt(Text::from_strings(txt.txt_data.iter().map(|s| octets(s)))),
        _ => return Ok(None),
    }))
}

/// The line on which the first entry starts that cannot be read: halves the text by entries.
fn failing_line(text: &str) -> usize {
    let starts: Vec<usize> = entry_starts(text).collect();
    let readable = starts.partition_point(|start| parse(text.get(..*start).unwrap_or_default()).is_ok());
    readable.checked_sub(1).and_then(|n| starts.get(n)).map_or(1, |start| line_of(text, *start))
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

fn is_include(entry: &str) -> bool {
    entry.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("$INCLUDE"))
}

/// The offsets of lines that start an entry: not inside quotes or parentheses.
fn entry_starts(text: &str) -> impl Iterator<Item = usize> {
    let mut state = Lexical::default();
    let after_newlines = text.char_indices().filter_map(move |(at, character)| {
        state.next(character);
        (character == '\n' && state.is_plain() && state.depth == 0).then_some(at.saturating_add(1))
    });
    core::iter::once(0).chain(after_newlines).filter(|start| *start < text.len())
}

/// Where a character of a master file stands (RFC 1035 §5.1).
#[derive(Default)]
struct Lexical {
    quoted: bool,
    comment: bool,
    escaped: bool,
    depth: usize,
}

impl Lexical {
    fn is_plain(&self) -> bool {
        !self.quoted && !self.comment
    }

    fn next(&mut self, character: char) {
        match character {
            _ if self.escaped => self.escaped = false,
            '\n' => self.comment = false,
            _ if self.comment => {}
            '\\' => self.escaped = true,
            '"' => self.quoted = !self.quoted,
            _ if self.quoted => {}
            ';' => self.comment = true,
            '(' => self.depth = self.depth.saturating_add(1),
            ')' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::{Query, RecordType};

    fn error(text: &str) -> String {
        text.parse::<Zone>().unwrap_err().to_string()
    }

    #[test]
    fn an_error_names_its_line() {
        assert!(error("a.test A 192.0.2.1\nb.test A 192.0.2\n").starts_with("zone file, line 2: "));
        assert!(error("a.test TXT (\n\"x\"\n)\n\nb.test BOGUS x").starts_with("zone file, line 5: "));
        assert!(error("a.test TXT \"never closed\nb.test A 192.0.2.1").starts_with("zone file, line 1: "));
    }

    #[test]
    fn no_file_is_read() {
        let message = error("a.test A 192.0.2.1\n$INCLUDE /etc/passwd\n");
        assert_eq!(message, "zone file, line 2: $INCLUDE is not read; paste the file's text");
    }

    #[test]
    fn octets_strings_and_origin() {
        let zone: Zone =
            "$ORIGIN example.org.\n@ 60 IN TXT \"a\\226\\128\\147\" \"\\\"b\\\\\"\n  MX 0 .\nwww CNAME @\n"
                .parse()
                .unwrap();
        let text = zone.answer(&Query::txt("example.org".parse().unwrap())).unwrap();
        assert_eq!(&text.texts().next().unwrap().bytes()[..], "a\u{2013}\"b\\".as_bytes());
        assert_eq!(text.ttl(), Some(60));
        let null = zone.answer(&Query::mx("example.org".parse().unwrap())).unwrap();
        assert!(null.exchanges().all(|(preference, host)| preference == 0 && host.is_root()));
    }

    #[test]
    fn marks_can_be_escaped_outside_quotes() {
        // RFC 1035 §5.1.
        let zone: Zone = "a.test TXT v=DKIM1\\;\\(p=\\\"x\\ y\\\\ ; a comment\nb.test TXT z".parse().unwrap();
        let text = zone.answer(&Query::txt("a.test".parse().unwrap())).unwrap();
        assert_eq!(text.texts().next().unwrap().to_text(), r#"v=DKIM1;(p="x y\"#);
        assert_eq!(zone.answer(&Query::txt("b.test".parse().unwrap())).unwrap().texts().count(), 1);
    }

    #[test]
    fn parentheses_join_lines_and_keep_quotes() {
        // RFC 1035 §5.1; the usual shape of a long DKIM key.
        let zone: Zone = r#"
a.test TXT ( "v=DKIM1; k=rsa; " ; the (version
             "p=(MI\"" )
b.test TXT x
test SOA a. b. ( 1 ; serial
                 2 3 4 5 )"#
            .parse()
            .unwrap();
        let text = zone.answer(&Query::txt("a.test".parse().unwrap())).unwrap();
        assert_eq!(text.records()[0].to_string(), r#""v=DKIM1; k=rsa; " "p=(MI\"""#);
        assert_eq!(zone.answer(&Query::txt("b.test".parse().unwrap())).unwrap().texts().count(), 1);
    }

    #[test]
    fn names_are_absolute_without_an_origin() {
        let zone: Zone = "example.org MX 10 mx.example.org\n_spf.example.org. TXT x\nother.test SOA a. b. 1 2 3 4 5"
            .parse()
            .unwrap();
        let answer = zone.answer(&Query::mx("example.org".parse().unwrap())).unwrap();
        assert_eq!(answer.records()[0].to_string(), "10 mx.example.org");
        assert!(!zone.answer(&Query::new("other.test".parse().unwrap(), RecordType::A)).unwrap().is_nxdomain());
    }
}
