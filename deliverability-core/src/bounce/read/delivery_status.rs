//! The fields of a delivery report ([RFC 3464](https://www.rfc-editor.org/rfc/rfc3464) §2,
//! [RFC 6533](https://www.rfc-editor.org/rfc/rfc6533) §3 and §4 for `utf-8` addresses).

use std::borrow::Cow;

use super::address::is_address;
use super::draft::Draft;
use super::joined::joined;
use super::text::{said, without_tail};
use crate::bounce::returned::Action;
use crate::bounce::status_code::EnhancedStatusCode;

/// A report's fields.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) reporting_mta: Option<String>,
    pub(super) recipients: Vec<Draft>,
}

impl Report {
    /// Reads `message/delivery-status` content; recipients beyond `limit` are left out.
    pub(super) fn parse(text: &str, limit: usize) -> Self {
        let mut report = Self::default();
        let mut group = Draft::default();
        for field in fields(text) {
            match field {
                Line::Blank => report.end(&mut group, limit),
                Line::Field(name, value) if name.eq_ignore_ascii_case("Diagnostic-Code") => {
                    take_diagnostic(&mut group, &value);
                }
                Line::Field(name, value) => report.take(&mut group, name, &on_one_line(value), limit),
            }
        }
        report.end(&mut group, limit);
        report
    }

    /// Finds report fields within running text: reports that gateways flattened into `text/plain`. With where they begin.
    pub(super) fn embedded(text: &str, limit: usize) -> Option<(usize, Self)> {
        let mut start = None;
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let field = line.trim_start();
            let is_recipient = begins(field, "Final-Recipient:") || begins(field, "Original-Recipient:");
            if start.is_none() && (is_recipient || begins(field, "Reporting-MTA:") || begins(field, "Action:")) {
                start = Some(offset);
            }
            if is_recipient {
                let report = Self::parse(text.get(start?..)?, limit);
                return (!report.recipients.is_empty()).then_some((start?, report));
            }
            offset += line.len();
        }
        None
    }

    fn take(&mut self, group: &mut Draft, name: &str, value: &str, limit: usize) {
        let is_final = name.eq_ignore_ascii_case("Final-Recipient");
        let is_original = name.eq_ignore_ascii_case("Original-Recipient");
        // RFC 3464 §2.3: each recipient's fields stand alone; a report without the empty line between is told by the repetition.
        if (is_final && group.address.is_some()) || (is_original && group.original_address.is_some()) {
            self.end(group, limit);
        }
        if is_final {
            group.address = address(value);
        } else if is_original {
            group.original_address = address(value);
        } else if name.eq_ignore_ascii_case("Reporting-MTA") {
            self.reporting_mta = self.reporting_mta.take().or_else(|| host(value));
        } else {
            take_detail(group, name, value);
        }
    }

    fn end(&mut self, group: &mut Draft, limit: usize) {
        let mut group = core::mem::take(group);
        // A source route or a bare local part is no address that anybody could act on.
        if !group.address.as_deref().is_some_and(is_address) {
            group.address = group.original_address.clone().or(group.address);
        }
        let has_address = group.address.is_some();
        let has_verdict = group.action.is_some() && group.status.is_some();
        if (has_address || has_verdict) && self.recipients.len() < limit {
            self.recipients.push(group);
        }
    }
}

fn take_detail(group: &mut Draft, name: &str, value: &str) {
    if name.eq_ignore_ascii_case("Action") {
        group.action = action(value);
    } else if name.eq_ignore_ascii_case("Status") {
        group.status = group.status.or_else(|| status(value));
        // RFC 3464 §2.3.4 allows a comment; some reports have the whole reason there.
        if let Some((_, comment)) = value.split_once('(').filter(|_| group.replies.is_empty()) {
            group.status_comment = Some(comment.trim_end_matches(')').to_owned());
        }
    } else if name.eq_ignore_ascii_case("Remote-MTA") {
        group.remote_host = host(value);
    } else if name.eq_ignore_ascii_case("X-Actual-Recipient") {
        group.address = group.address.take().or_else(|| address(value));
    }
}

/// The reply (RFC 3464 §2.3.6), or what a server tells of it in its own words.
fn take_diagnostic(group: &mut Draft, value: &str) {
    let text = joined(typed(value).1.lines(), usize::MAX);
    if let Some(reply) = quoted_by_ironport(&text) {
        group.add_reply(&reply);
    }
    if text.starts_with("host ") && text.contains(" said: ") {
        group.add_reply(said(&text).unwrap_or_default());
    }
    let is_reply = text.starts_with(['4', '5']);
    group.add_reply(if is_reply { without_tail(&text) } else { &text });
}

/// Cisco: `5.1.0 - Unknown address error 550-'5.7.1 <a@example.org>... Access denied' (delivery attempts: 0)`.
fn quoted_by_ironport(text: &str) -> Option<String> {
    let (kind, rest) = text.split_once(" error ")?;
    status(kind)?;
    let (code, quoted) = rest.split_once("-'").or_else(|| rest.split_once(" '"))?;
    let (reply, _) = quoted.rsplit_once('\'')?;
    (code.len() == 3).then(|| format!("{code} {reply}"))
}

/// A line of a report.
enum Line<'a> {
    Blank,
    Field(&'a str, Cow<'a, str>),
}

/// The fields, unfolded. A line that is no field continues the one before, indented or not: gateways lose the indent.
fn fields(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut lines = text.lines().map(|line| (line, field(line))).peekable();
    core::iter::from_fn(move || {
        loop {
            let (line, field) = lines.next()?;
            let Some((name, value)) = field else {
                if line.trim().is_empty() {
                    return Some(Line::Blank);
                }
                continue;
            };
            let mut value = Cow::Borrowed(value.trim());
            while let Some((next, _)) = lines.next_if(|(next, field)| continues(next, field.is_some())) {
                let value = value.to_mut();
                value.push('\n');
                value.push_str(next.trim());
            }
            return Some(Line::Field(name, value));
        }
    })
}

fn continues(line: &str, is_field: bool) -> bool {
    if is_field { line.starts_with([' ', '\t']) && !is_known(line) } else { !line.trim().is_empty() }
}

/// The lines of a value with a space between them.
fn on_one_line(value: Cow<'_, str>) -> Cow<'_, str> {
    match value {
        Cow::Owned(lines) => Cow::Owned(lines.replace('\n', " ")),
        line @ Cow::Borrowed(_) => line,
    }
}

/// An indented report (every line, or this one only) still has its fields.
fn is_known(line: &str) -> bool {
    const NAMES: [&str; 6] =
        ["Final-Recipient:", "Original-Recipient:", "Action:", "Status:", "Diagnostic-Code:", "Remote-MTA:"];
    let line = line.trim_start();
    NAMES.iter().any(|name| begins(line, name))
}

fn field(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    line.bytes().next().filter(u8::is_ascii_alphabetic)?;
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end();
    let is_name = name.bytes().all(|octet| octet.is_ascii_alphanumeric() || octet == b'-');
    (is_name && (name.contains('-') || name.eq_ignore_ascii_case("Action") || name.eq_ignore_ascii_case("Status")))
        .then_some((name, value))
}

/// Whether a text begins with a word, whatever its case.
pub(super) fn begins(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// The type and the value of a typed field: `smtp; 550 …` (RFC 3464 §2.1.2).
fn typed(value: &str) -> (&str, &str) {
    match value.split_once(';') {
        Some((kind, rest)) if is_type(kind.trim()) => (kind.trim(), rest.trim()),
        _ => ("", value.trim()),
    }
}

fn is_type(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 24
        && word.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-_./".contains(&octet))
        && !word.bytes().all(|octet| octet.is_ascii_digit())
}

fn host(value: &str) -> Option<String> {
    let name = typed(value).1;
    let name = name.split([' ', '(']).next().unwrap_or_default().trim_matches(['.', '[', ']']);
    (!name.is_empty()).then(|| name.to_owned())
}

/// The address of a recipient field.
fn address(value: &str) -> Option<String> {
    let (kind, rest) = typed(value);
    let rest = match (rest.find('<'), rest.rfind('>')) {
        (Some(open), Some(close)) if open < close => rest.get(open + 1..close).unwrap_or(rest),
        _ => rest,
    };
    let rest = rest.trim().trim_matches(['\'', ',']);
    let rest = rest.strip_prefix("mailto:").unwrap_or(rest);
    if rest.is_empty() {
        return None;
    }
    Some(if kind.eq_ignore_ascii_case("utf-8") { unescaped(rest) } else { decoded_xtext(rest) })
}

/// RFC 6533 §3: `\x{5B57}` is the character of that number.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x{") {
        plain.push_str(before);
        let known = after
            .split_once('}')
            .and_then(|(hex, left)| u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).map(|c| (c, left)));
        if let Some((c, left)) = known {
            plain.push(c);
            rest = left;
        } else {
            plain.push_str("\\x{");
            rest = after;
        }
    }
    plain.push_str(rest);
    plain
}

/// RFC 3464 §2.3.1 wants the address without the xtext of RFC 3461 §4. Where a server left it, only what xtext *must*
/// encode is decoded, `+` and `=`: other octets after a plus are a user's own tag.
fn decoded_xtext(text: &str) -> String {
    text.replace("+2B", "+").replace("+3D", "=")
}

/// The word of an `Action` field (RFC 3464 §2.3.3), with what servers write in its place.
fn action(value: &str) -> Option<Action> {
    let word = value.split(|c: char| !c.is_ascii_alphabetic()).next()?.to_ascii_lowercase();
    Some(match word.as_str() {
        "failed" | "fail" | "failure" | "error" | "bounced" => Action::Failed,
        "delayed" | "delay" | "deferred" => Action::Delayed,
        "delivered" | "delivery" => Action::Delivered,
        "relayed" => Action::Relayed,
        "expanded" => Action::Expanded,
        _ => return None,
    })
}

/// The first three numbers with dots between, as `Status: 5.1.1 (comment)` has them.
pub(super) fn status(value: &str) -> Option<EnhancedStatusCode> {
    let word = value.trim_start().trim_start_matches('#').split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let mut numbers = word.splitn(3, '.').map(|number| number.parse::<u16>().ok().filter(|&number| number < 1000));
    let (class, subject, detail) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let class = u8::try_from(class).ok().filter(|class| matches!(class, 2 | 4 | 5))?;
    Some(EnhancedStatusCode { class, subject, detail })
}
