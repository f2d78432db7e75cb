//! What one faulty term was meant to be (RFC 7208 §4.6.1, §5, §6, §12).

use super::address::{address_terms, is_address, prefix_length};
use super::glued::{is_foreign, is_qualifier};
use crate::domain::DomainName;
use crate::spf::record::{Modifier, Record, Term, TermKind};

/// How a faulty term reads.
#[derive(Clone, Debug)]
pub(super) enum Reading {
    /// It is well-formed.
    Terms(Vec<Term>),
    /// It is meant to be these terms; none if it is to go.
    Meant(Vec<Term>, Fault),
    /// Another record starts here.
    Version,
    /// It belongs to another TXT record.
    Foreign,
    /// Nobody can tell.
    Unknown,
}

/// What is wrong with a term, and the section that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) says: &'static str,
    pub(super) section: &'static str,
}

const fn fault(says: &'static str, section: &'static str) -> Fault {
    Fault { says, section }
}

const JUNK: Fault = fault("is neither a mechanism nor a modifier", "RFC 7208 §4.6.1");
const BARE_ADDRESS: Fault = fault("is an address without a mechanism", "RFC 7208 §5.6");
const BARE_HOST: Fault = fault("is a domain name without a mechanism", "RFC 7208 §4.6.1");
const MISPLACED_ADDRESS: Fault = fault("has an address where a domain name is expected", "RFC 7208 §7.1");
const MISPLACED_NAME: Fault = fault("has a domain name where an address is expected", "RFC 7208 §5.6");
const BAD_ADDRESS: Fault = fault("has an address that is not well-formed", "RFC 7208 §5.6");
const MISSPELLED: Fault = fault("misspells the mechanism", "RFC 7208 §4.6.1, §5");
const NO_COLON: Fault = fault("needs a colon between mechanism and argument", "RFC 7208 §5");
const NO_ARGUMENT: Fault = fault("lacks its argument", "RFC 7208 §5");
const STRAY: Fault = fault("has stray characters", "RFC 7208 §4.6.1");
const CUT_ALL: Fault = fault("is a qualifier without its mechanism", "RFC 7208 §4.6.1");
const STRAY_LENGTH: Fault = fault("has a prefix length that the mechanism does not take", "RFC 7208 §5");
const BAD_LENGTH: Fault = fault("has prefix lengths that are not well-formed", "RFC 7208 §5.6");
const MODIFIER: Fault = fault("is a modifier: it takes \"=\" and no qualifier", "RFC 7208 §4.6.1, §6");
const GLUED: Fault = fault("lacks spaces between its terms", "RFC 7208 §4.6.1");
const U_LABEL: Fault = fault("has letters outside ASCII; domain names are written in A-labels", "RFC 7208 §4.3");

/// What is known of a term's surroundings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Surroundings<'a> {
    /// The name of the mechanism that a list goes on with.
    pub(super) listed: Option<&'a str>,
    /// It stands right behind `all`, without a space.
    pub(super) tail: bool,
    pub(super) behind: Behind,
    /// Nothing stands after it.
    pub(super) last: bool,
}

/// What stands before a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Behind {
    /// Terms of the record, or nothing.
    #[default]
    Terms,
    /// An `all`, somewhere.
    All,
    /// The text of another record.
    Foreign,
}

/// The terms of a text, by the strict grammar.
pub(super) fn strict(text: &str) -> Option<Vec<Term>> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    let record = plain.then(|| Record::parse(format!("v=spf1 {text}").as_bytes()))?;
    record.ok().map(|record| record.terms)
}

/// How a text without spaces reads that stands in a record which does not parse.
pub(super) fn read(text: &str, around: Surroundings<'_>) -> Reading {
    if text.strip_prefix(is_qualifier).unwrap_or(text).eq_ignore_ascii_case("v=spf1") {
        return Reading::Version;
    }
    if is_foreign(text) {
        return Reading::Foreign;
    }
    let terms = strict(text);
    let is_other = |term: &Term| matches!(term.kind, TermKind::Modifier(Modifier::Unknown { .. }));
    match terms {
        Some(terms) if !terms.iter().any(is_other) => return Reading::Terms(terms),
        Some(_) if around.behind == Behind::Foreign || around.tail => return Reading::Foreign,
        None if around.tail => return read_tail(text),
        _ => {}
    }
    let meant = meant(text, around);
    let judged =
        meant.and_then(|(text, fault)| Some((strict(&text).or_else(|| text.is_empty().then(Vec::new))?, fault)));
    if let Some((terms, fault)) = judged {
        return Reading::Meant(terms, fault);
    }
    match terms {
        Some(terms) => Reading::Terms(terms),
        None if around.behind == Behind::Foreign => Reading::Foreign,
        None if around.behind == Behind::All && !text.contains('.') => Reading::Foreign,
        None => Reading::Unknown,
    }
}

/// What follows `all` without a space: a record of its own, a name, or a slip of the finger.
fn read_tail(text: &str) -> Reading {
    let is_slip = text.len() <= 2 || !text.bytes().any(|byte| byte.is_ascii_alphanumeric());
    match bare_host(text).and_then(|term| strict(&term)) {
        _ if is_slip => Reading::Meant(Vec::new(), STRAY),
        Some(terms) => Reading::Meant(terms, BARE_HOST),
        None => Reading::Foreign,
    }
}

/// The text that was meant, empty if there is to be none.
fn meant(text: &str, around: Surroundings<'_>) -> Option<(String, Fault)> {
    if around.last && matches!(text, "-" | "~" | "?") {
        return Some((format!("{text}all"), CUT_ALL));
    }
    let trimmed = text.trim_matches(['(', ')', '[', ']', '<', '>', '*', '!', ',', ';', '/', '@']);
    if !trimmed.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        return Some((String::new(), JUNK));
    }
    if trimmed != text && !trimmed.contains(":/") && strict(trimmed).is_some() {
        return Some((trimmed.to_owned(), STRAY));
    }
    let (qualifier, body) = split_qualifier(trimmed);
    let with_qualifier =
        |terms: Vec<String>| terms.iter().map(|t| format!("{qualifier}{t}")).collect::<Vec<_>>().join(" ");
    if let Some(terms) = address_terms(body) {
        return Some((with_qualifier(terms), BARE_ADDRESS));
    }
    if let Some(name) = around.listed.filter(|_| strict(body).is_none() && bare_host(body).is_some()) {
        return Some((format!("{qualifier}{name}:{body}"), BARE_HOST));
    }
    let length = body.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(body.len());
    let (name, rest) = body.split_at_checked(length)?;
    let term = match rest.strip_prefix([':', '=']) {
        Some(argument) => with_argument(qualifier, name, argument),
        None if rest.starts_with('/') => with_argument(qualifier, name, rest),
        None => without_argument(body, name, rest).map(|(terms, fault)| (with_qualifier(terms), fault)),
    };
    term.or_else(|| parted(body).map(|terms| (with_qualifier(terms), GLUED)))
}

/// The qualifier, without a `+`, and the rest.
fn split_qualifier(text: &str) -> (&str, &str) {
    let rest = text.strip_prefix(is_qualifier).unwrap_or(text);
    let qualifier = text.strip_suffix(rest).unwrap_or_default();
    (if qualifier == "+" { "" } else { qualifier }, rest)
}

/// A name, a colon or the like, and more.
fn with_argument(qualifier: &str, name: &str, argument: &str) -> Option<(String, Fault)> {
    let known = mechanism(name);
    if argument.is_empty() {
        let kept = known.filter(|known| matches!(*known, "a" | "mx" | "ptr" | "all"));
        return known.map(|_| (kept.map(|kept| format!("{qualifier}{kept}")).unwrap_or_default(), NO_ARGUMENT));
    }
    if let Some(terms) = address_terms(argument) {
        let fault = match known {
            Some("ip4" | "ip6") if name.len() == 3 => BAD_ADDRESS,
            Some("include" | "a" | "mx" | "exists" | "ptr") => MISPLACED_ADDRESS,
            _ => MISSPELLED,
        };
        return Some((terms.iter().map(|t| format!("{qualifier}{t}")).collect::<Vec<_>>().join(" "), fault));
    }
    if !argument.contains('.') && argument.contains('=') {
        // A verification token where a domain name should be.
        return known.map(|_| (String::new(), NO_ARGUMENT));
    }
    let known = known.or_else(|| names_spf(argument).then_some("include"))?;
    let misspelled = if known.eq_ignore_ascii_case(name) { STRAY } else { MISSPELLED };
    match known {
        "ip4" | "ip6" => domain(argument).map(|domain| (format!("{qualifier}a:{domain}"), MISPLACED_NAME)),
        "redirect" | "exp" => domain(argument).map(|domain| (format!("{known}={domain}"), MODIFIER)),
        "a" | "mx" => with_lengths(known, argument).map(|term| (format!("{qualifier}{term}"), BAD_LENGTH)),
        _ => {
            let (host, length) = argument.split_once('/').unwrap_or((argument, ""));
            let fault = if length.is_empty() { misspelled } else { STRAY_LENGTH };
            let fault = if argument.is_ascii() { fault } else { U_LABEL };
            let host = if length.bytes().all(|b| b.is_ascii_digit() || b == b'/') { host } else { argument };
            domain(host).map(|domain| (format!("{qualifier}{known}:{domain}"), fault))
        }
    }
}

/// `a` or `mx` with a domain, prefix lengths or both.
fn with_lengths(name: &str, argument: &str) -> Option<String> {
    let (host, lengths) = argument.split_once('/').map_or((argument, None), |(host, rest)| (host, Some(rest)));
    let host = if host.is_empty() { String::new() } else { format!(":{}", domain(host)?) };
    let Some(lengths) = lengths else { return Some(format!("{name}{host}")) };
    let mut both = lengths.trim_matches('/').split('/').filter(|length| !length.is_empty());
    let first = prefix_length(both.next()?, 128)?;
    match both.next() {
        Some(second) => Some(format!("{name}{host}/{first}//{}", prefix_length(second, 128)?)),
        None if lengths.starts_with('/') => Some(format!("{name}{host}//{first}")),
        None => Some(format!("{name}{host}/{first}")),
    }
}

/// A name with nothing behind it, or glued to its argument.
fn without_argument(body: &str, name: &str, rest: &str) -> Option<(Vec<String>, Fault)> {
    if rest.is_empty() {
        if let Some(all) = misspelled_word(name) {
            return Some((vec![all.to_owned()], MISSPELLED));
        }
        if let Some(names) = short_names(name) {
            return Some((names, GLUED));
        }
        if let Some(known) = mechanism(name) {
            // "ip4" and "include" say nothing alone.
            let kept = matches!(known, "a" | "mx" | "ptr" | "all").then(|| known.to_owned());
            return Some((kept.into_iter().collect(), NO_ARGUMENT));
        }
        return (name.len() == 1).then(|| (Vec::new(), JUNK));
    }
    glued_argument(body).map(|term| (vec![term], NO_COLON)).or_else(|| Some((vec![bare_host(body)?], BARE_HOST)))
}

/// `include_spf.a.test`, `ip4192.0.2.1`, `ip4.192.0.2.1`.
fn glued_argument(body: &str) -> Option<String> {
    let lower = body.to_ascii_lowercase();
    for (name, mechanism) in
        [("include", "include"), ("ipv4", "ip"), ("ipv6", "ip"), ("ip4", "ip"), ("ip6", "ip"), ("ip", "ip")]
    {
        let Some(argument) = lower.strip_prefix(name).and_then(|rest| body.get(body.len().checked_sub(rest.len())?..))
        else {
            continue;
        };
        let argument = argument.strip_prefix('.').unwrap_or(argument);
        if mechanism == "include" {
            return domain(argument).map(|domain| format!("include:{domain}"));
        }
        if let Some([term]) = address_terms(argument).as_deref() {
            return Some(term.clone());
        }
    }
    None
}

/// A domain name that stands alone: an include where it speaks of SPF, else a host, which
/// authorizes least.
fn bare_host(text: &str) -> Option<String> {
    let host = domain(text).filter(|_| !text.contains([':', '=', '/', '%']))?;
    Some(format!("{}:{host}", if names_spf(text) { "include" } else { "a" }))
}

/// Whether a label of a domain name speaks of SPF.
fn names_spf(text: &str) -> bool {
    text.contains('.') && text.to_ascii_lowercase().contains("spf")
}

/// The domain name in an argument: A-labels, without what surrounds it.
fn domain(text: &str) -> Option<String> {
    let text = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).unwrap_or(text);
    let text = text.trim_matches(['/', ':', '@', ',', ';', '(', ')', '<', '>', '[', ']', '=', '*', '!', '"']);
    let text = text.trim_start_matches('.');
    let plain =
        if text.is_ascii() { text.to_owned() } else { text.parse::<DomainName>().ok().map(|name| name.to_string())? };
    // What the grammar takes for a domain may still hold what no host name does.
    let is_odd = |c: char| matches!(c, '=' | ':' | ',' | ';' | '"') && !plain.contains('%');
    (!plain.contains(is_odd) && !is_address(&plain)).then_some(())?;
    strict(&format!("include:{plain}")).map(|_| plain)
}

/// The mechanism or modifier that a name means.
fn mechanism(name: &str) -> Option<&'static str> {
    const NAMES: &[&str] = &["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists", "redirect", "exp"];
    const LONGEST: usize = 12;
    let name = name.to_ascii_lowercase();
    if let Some(exact) = NAMES.iter().find(|known| **known == name) {
        return Some(exact);
    }
    match name.as_str() {
        "ip" | "ipv" | "ipv4" | "ip-4" | "ip_4" | "ipv-4" | "pi4" | "i4" | "p4" | "ip4v" | "ipp4" | "iip4" | "ip4s"
        | "4" => Some("ip4"),
        "ipv6" | "ip-6" | "ip_6" | "ipv-6" | "pi6" | "i6" | "p6" | "ip6v" | "6" => Some("ip6"),
        "prt" | "prtr" | "rptr" => Some("ptr"),
        "aaaa" => Some("a"),
        "explain" | "explanation" => Some("exp"),
        _ if name.len() > LONGEST || name.len() < 5 => None,
        _ => ["include", "redirect", "exists"].into_iter().find(|known| is_near(&name, known)),
    }
}

/// A misspelled word that needs no argument.
fn misspelled_word(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    match lower.as_str() {
        "al" | "alll" | "aall" | "lal" | "lall" | "ali" | "a11" | "al1" | "alle" | "allow" | "aal" => Some("all"),
        "prt" | "prtr" | "rptr" => Some("ptr"),
        "aaaa" => Some("a"),
        _ => None,
    }
}

/// `a`, `mx` and `ptr` run together, and `all` at their end.
fn short_names(name: &str) -> Option<Vec<String>> {
    const LONGEST: usize = 20;
    let lower = name.to_ascii_lowercase();
    let mut rest = Some(lower.as_str()).filter(|lower| lower.len() <= LONGEST)?;
    let mut names = Vec::new();
    while !rest.is_empty() {
        let name = ["all", "mx", "ptr", "a"].into_iter().find(|name| rest.starts_with(name))?;
        rest = rest.get(name.len()..)?;
        names.push(name.to_owned());
    }
    (names.len() > 1).then_some(names)
}

/// Whether two words differ in a letter more, less or other, or in two letters that changed places.
fn is_near(name: &str, known: &str) -> bool {
    let (a, b) = (name.as_bytes(), known.as_bytes());
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let tail = |skip_a: usize, skip_b: usize| {
        a.get(head.saturating_add(skip_a)..).is_some()
            && a.get(head.saturating_add(skip_a)..) == b.get(head.saturating_add(skip_b)..)
    };
    let swapped = a.get(head) == b.get(head.saturating_add(1)) && a.get(head.saturating_add(1)) == b.get(head);
    tail(1, 0) || tail(0, 1) || tail(1, 1) || (swapped && tail(2, 2))
}

/// Terms run together where the second one starts with a name that a domain may end in:
/// `ip4:192.0.2.1a:a.test`.
fn parted(text: &str) -> Option<Vec<String>> {
    const LONGEST: usize = 400;
    let bytes = Some(text.as_bytes()).filter(|bytes| bytes.len() <= LONGEST)?;
    let colons = bytes.iter().enumerate().filter(|(_, byte)| **byte == b':').map(|(at, _)| at).skip(1);
    for colon in colons.take(4) {
        for name in ["mx", "ptr", "a"] {
            let Some((first, second)) = colon.checked_sub(name.len()).and_then(|at| text.split_at_checked(at)) else {
                continue;
            };
            if second.starts_with(name) && strict(first).is_some() && strict(second).is_some() {
                return Some(vec![first.to_owned(), second.to_owned()]);
            }
        }
    }
    None
}
