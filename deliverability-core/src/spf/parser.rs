//! Reads records, one function per production (RFC 7208 §4.5, §4.6.1, §5, §6, §12).

use core::net::{IpAddr, Ipv4Addr};

use super::cidr::{dual_cidr, dual_cidr_start, ip4_network, ip6_network, plain_ip4_network};
use super::lexer::{Token, contains, visible_text};
use super::macro_parser::{Place, macro_string};
use super::macro_string::{MacroString, Segment};
use super::parse_error::{ErrorKind, ParseError};
use super::record::{Directive, DomainSpec, DualCidr, Mechanism, Modifier, Qualifier, Record, Term, TermKind};
use super::selection::version_end;
use crate::domain::DomainName;
use crate::network::Network;
use crate::span::Span;

/// `record = version terms *SP`
pub(super) fn record(bytes: &[u8]) -> Result<Record, Box<ParseError>> {
    let Some(start) = version_end(bytes) else {
        return Err(ParseError::boxed(ErrorKind::NoVersion, Span::new(0, bytes.len().min(6))));
    };
    let (text, forbidden) = visible_text(bytes);
    let mut terms = Terms::with_room_for(text);
    let mut rest = Token { text, start: 0 }.split_at(start).1;
    loop {
        while let Some(after) = rest.after(b' ') {
            rest = after;
        }
        // Records are made of these: they go a short way, unless something is wrong with them.
        if let Some((address, bits, length)) = plain_ip4(rest.text) {
            let (word, after) = rest.split_at(length);
            terms.directive(word.span(), Qualifier::Pass, (address, bits), ip4);
            rest = after;
            continue;
        }
        let (word, after) = rest.until(b' ');
        // A word that a forbidden octet cuts off is none.
        if word.is_empty() || (after.is_empty() && forbidden.is_some()) {
            break;
        }
        if !plain_term(word, &mut terms) {
            term(word, &mut terms)?;
        }
        rest = after;
    }
    forbidden.map_or(Ok(Record { terms: terms.list }), Err)
}

/// `ip4` as most write it: its network and its length, up to a space or the end.
#[inline]
fn plain_ip4(text: &[u8]) -> Option<(Ipv4Addr, u8, usize)> {
    const NAME: &[u8] = b"ip4:";
    let (address, bits, length) = plain_ip4_network(text.strip_prefix(NAME)?)?;
    Some((address, bits, NAME.len().saturating_add(length)))
}

/// Adds a term that is written as most write it, and says whether it is one.
#[inline]
fn plain_term(token: Token<'_>, terms: &mut Terms) -> bool {
    let (written, unqualified) = qualifier(token);
    let (span, qualifier) = (token.span(), written.unwrap_or_default());
    match unqualified.text {
        b"all" => terms.directive(span, qualifier, (), |()| Mechanism::All),
        b"a" => terms.directive(span, qualifier, (None, DualCidr::default()), a),
        b"mx" => terms.directive(span, qualifier, (None, DualCidr::default()), mx),
        text => match text.strip_prefix(b"include:").and_then(plain_domain) {
            Some(name) => terms.directive(span, qualifier, DomainSpec::Name(name), Mechanism::Include),
            None => return false,
        },
    }
    true
}

/// A domain-spec that is a short name.
#[inline]
fn plain_domain(text: &[u8]) -> Option<DomainName> {
    if contains(b'%', text) || !is_domain_end(text) {
        return None;
    }
    DomainName::short_from_ascii(text)
}

/// The terms read so far. Each production adds its own: to hand a term from one to the next takes
/// longer than to read it.
struct Terms {
    list: Vec<Term>,
    redirect: bool,
    explanation: bool,
}

impl Terms {
    fn with_room_for(text: &[u8]) -> Self {
        // Terms have about 16 bytes: seldom too little room, never much too much.
        let list = Vec::with_capacity(text.len() / 16 + 2);
        Self { list, redirect: false, explanation: false }
    }

    /// Adds the directive that `make` makes of its parts: where it stays, so a function for each.
    #[inline(never)]
    fn directive<P>(&mut self, span: Span, qualifier: Qualifier, parts: P, make: impl FnOnce(P) -> Mechanism) {
        // `push` would make the term elsewhere and move it.
        self.list.extend(core::iter::once_with(|| {
            let directive = Directive { qualifier, mechanism: make(parts) };
            Term { span, kind: TermKind::Directive(directive) }
        }));
    }

    fn modifier(&mut self, span: Span, modifier: Modifier) -> Result<(), Box<ParseError>> {
        // RFC 7208 §6: redirect and exp stand at most once each.
        let (seen, name) = match &modifier {
            Modifier::Redirect(_) => (&mut self.redirect, "redirect"),
            Modifier::Explanation(_) => (&mut self.explanation, "exp"),
            Modifier::Unknown { .. } => (&mut false, ""),
        };
        if core::mem::replace(seen, true) {
            return Err(ParseError::boxed(ErrorKind::DuplicateModifier { name }, span));
        }
        self.list.push(Term { span, kind: TermKind::Modifier(modifier) });
        Ok(())
    }
}

/// `directive / modifier`
fn term(token: Token<'_>, terms: &mut Terms) -> Result<(), Box<ParseError>> {
    let (qualifier, unqualified) = qualifier(token);
    let (name, key, rest) = name(unqualified);
    if name.is_empty() {
        return Err(not_a_term(token));
    }
    // RFC 7208 §4.6.1: a "=" right after the name, before any ":" or "/", makes a modifier.
    match rest.after(b'=') {
        Some(_) if qualifier.is_some() => token.error(ErrorKind::QualifiedModifier { name: name.shown() }),
        Some(value) => terms.modifier(token.span(), modifier(name, key, value)?),
        None => directive(token.span(), qualifier.unwrap_or_default(), (name, key), rest, terms),
    }
}

/// `qualifier = "+" / "-" / "?" / "~"`
#[inline]
fn qualifier(token: Token<'_>) -> (Option<Qualifier>, Token<'_>) {
    let (qualifier, text) = match token.text {
        [b'+', text @ ..] => (Qualifier::Pass, text),
        [b'-', text @ ..] => (Qualifier::Fail, text),
        [b'?', text @ ..] => (Qualifier::Neutral, text),
        [b'~', text @ ..] => (Qualifier::Softfail, text),
        _ => return (None, token),
    };
    (Some(qualifier), Token { text, start: token.start + 1 })
}

/// `name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )` and its [`key`]; empty if there is none.
fn name(token: Token<'_>) -> (Token<'_>, u64, Token<'_>) {
    if !token.first().is_some_and(|b| b.is_ascii_alphabetic()) {
        let (none, rest) = token.split_at(0);
        return (none, 0, rest);
    }
    let (mut key, mut length) = (0, 0);
    for byte in token.text {
        let folded = FOLDED_IN_NAMES.get(usize::from(*byte)).copied().unwrap_or(0);
        if folded == 0 {
            break;
        }
        key = key << 8 | u64::from(folded);
        length += 1;
    }
    let (name, rest) = token.split_at(length);
    (name, if length > 8 { 0 } else { key }, rest)
}

/// What a name may hold, each octet as it stands in a [`key`]; 0 for all else.
const FOLDED_IN_NAMES: [u8; 256] = {
    let mut table = [0; 256];
    let mut rest: &mut [u8] = &mut table;
    let mut byte = 0u8;
    while let [folded, after @ ..] = rest {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            *folded = byte | CASE;
        }
        rest = after;
        byte = byte.wrapping_add(1);
    }
    table
};

/// This bit makes lower case of a letter, and no letter or digit of anything else in a name.
const CASE: u8 = 0x20;

#[allow(clippy::unnecessary_box_returns, reason = "results hold errors boxed")]
fn not_a_term(token: Token<'_>) -> Box<ParseError> {
    let address = token.until(b'/').0;
    let kind = match address.as_str().parse() {
        Ok(ip) => ErrorKind::BareAddress { text: token.shown(), mechanism: mechanism_for(ip) },
        Err(_) => ErrorKind::NotATerm { text: token.shown() },
    };
    ParseError::boxed(kind, token.span())
}

fn mechanism_for(ip: IpAddr) -> &'static str {
    if ip.is_ipv4() { "ip4" } else { "ip6" }
}

/// `mechanism = ( all / include / a / mx / ptr / ip4 / ip6 / exists )`
fn directive(
    span: Span,
    qualifier: Qualifier,
    (name, key): (Token<'_>, u64),
    rest: Token<'_>,
    terms: &mut Terms,
) -> Result<(), Box<ParseError>> {
    const DOMAIN: &str = "a domain name";
    match key {
        ALL => {
            nothing("all", rest)?;
            terms.directive(span, qualifier, (), |()| Mechanism::All);
        }
        INCLUDE => {
            let domain = domain_spec(required("include", name, rest, DOMAIN)?)?;
            terms.directive(span, qualifier, domain, Mechanism::Include);
        }
        A => {
            let parts = domain_and_cidr("a", rest)?;
            terms.directive(span, qualifier, parts, a);
        }
        MX => {
            let parts = domain_and_cidr("mx", rest)?;
            terms.directive(span, qualifier, parts, mx);
        }
        PTR => {
            let domain = optional_domain("ptr", rest)?;
            terms.directive(span, qualifier, domain, |domain_spec| Mechanism::Ptr { domain_spec });
        }
        IP4 => {
            let network = ip4_network(required("ip4", name, rest, "an IPv4 address")?)?;
            terms.directive(span, qualifier, network, ip4);
        }
        IP6 => {
            let network = ip6_network(required("ip6", name, rest, "an IPv6 address")?)?;
            terms.directive(span, qualifier, network, Mechanism::Ip6);
        }
        EXISTS => {
            let domain = domain_spec(required("exists", name, rest, DOMAIN)?)?;
            terms.directive(span, qualifier, domain, Mechanism::Exists);
        }
        REDIRECT if !rest.is_empty() => return name.error(ErrorKind::ModifierAsMechanism { name: "redirect" }),
        EXP if !rest.is_empty() => return name.error(ErrorKind::ModifierAsMechanism { name: "exp" }),
        _ => return name.error(ErrorKind::UnknownMechanism { name: name.shown() }),
    }
    Ok(())
}

fn a((domain_spec, cidr): (Option<DomainSpec>, DualCidr)) -> Mechanism {
    Mechanism::A { domain_spec, cidr }
}

fn mx((domain_spec, cidr): (Option<DomainSpec>, DualCidr)) -> Mechanism {
    Mechanism::Mx { domain_spec, cidr }
}

fn ip4((address, bits): (Ipv4Addr, u8)) -> Mechanism {
    Mechanism::Ip4(Network::new(address.into(), bits).unwrap_or(Network::host(address.into())))
}

const ALL: u64 = key(b"all");
const INCLUDE: u64 = key(b"include");
const A: u64 = key(b"a");
const MX: u64 = key(b"mx");
const PTR: u64 = key(b"ptr");
const IP4: u64 = key(b"ip4");
const IP6: u64 = key(b"ip6");
const EXISTS: u64 = key(b"exists");
const REDIRECT: u64 = key(b"redirect");
const EXP: u64 = key(b"exp");

/// A name without case as one number, to tell it by one comparison. A name longer than any known
/// has 0.
const fn key(name: &[u8]) -> u64 {
    let (mut key, mut rest) = (0, name);
    while let [byte, after @ ..] = rest {
        key = key << 8 | (*byte | CASE) as u64;
        rest = after;
    }
    key
}

/// `all = "all"`
fn nothing(mechanism: &'static str, rest: Token<'_>) -> Result<(), Box<ParseError>> {
    if rest.is_empty() {
        return Ok(());
    }
    rest.error(ErrorKind::UnexpectedText { mechanism, text: rest.shown(), expected: "nothing but a space" })
}

/// `":" argument`
fn required<'a>(
    mechanism: &'static str,
    name: Token<'a>,
    rest: Token<'a>,
    argument: &'static str,
) -> Result<Token<'a>, Box<ParseError>> {
    match rest.after(b':') {
        Some(value) if !value.is_empty() => Ok(value),
        None if !rest.is_empty() => {
            rest.error(ErrorKind::UnexpectedText { mechanism, text: rest.shown(), expected: "a colon" })
        }
        _ => {
            let span = Span::new(name.start, rest.span().end);
            Err(ParseError::boxed(ErrorKind::MissingArgument { mechanism, argument }, span))
        }
    }
}

/// `[ ":" domain-spec ]`
fn optional_domain(mechanism: &'static str, rest: Token<'_>) -> Result<Option<DomainSpec>, Box<ParseError>> {
    match rest.after(b':') {
        Some(value) => domain_after(':', rest, value).map(Some),
        None if rest.is_empty() => Ok(None),
        None => rest.error(ErrorKind::UnexpectedText { mechanism, text: rest.shown(), expected: "a colon or nothing" }),
    }
}

/// `[ ":" domain-spec ] [ dual-cidr-length ]`
#[inline]
fn domain_and_cidr(
    mechanism: &'static str,
    rest: Token<'_>,
) -> Result<(Option<DomainSpec>, DualCidr), Box<ParseError>> {
    if rest.is_empty() {
        return Ok((None, DualCidr::default()));
    }
    match rest.after(b':') {
        Some(value) => {
            let (domain, cidr) = value.split_at(dual_cidr_start(value.text));
            Ok((Some(domain_after(':', rest, domain)?), dual_cidr(cidr)?))
        }
        None if rest.first() == Some(b'/') => Ok((None, dual_cidr(rest)?)),
        None => {
            let expected = "a colon, a slash or nothing";
            rest.error(ErrorKind::UnexpectedText { mechanism, text: rest.shown(), expected })
        }
    }
}

/// `modifier = redirect / explanation / unknown-modifier`
fn modifier(name: Token<'_>, key: u64, value: Token<'_>) -> Result<Modifier, Box<ParseError>> {
    // A known name with a bad value is an error, never an unknown modifier.
    match key {
        REDIRECT => domain_after('=', name, value).map(Modifier::Redirect),
        EXP => domain_after('=', name, value).map(Modifier::Explanation),
        _ => {
            let value = macro_string(value, Place::Term)?;
            Ok(Modifier::Unknown { name: name.as_str().into(), value })
        }
    }
}

fn domain_after(after: char, before: Token<'_>, value: Token<'_>) -> Result<DomainSpec, Box<ParseError>> {
    if value.is_empty() {
        let span = Span::new(before.start, value.start);
        return Err(ParseError::boxed(ErrorKind::EmptyDomainSpec { after }, span));
    }
    domain_spec(value)
}

/// `domain-spec = macro-string domain-end`
fn domain_spec(token: Token<'_>) -> Result<DomainSpec, Box<ParseError>> {
    if contains(b'%', token.text) {
        let text = macro_string(token, Place::Term)?;
        if let Some(Segment::Literal(end)) = text.segments.last() {
            let end = token.split_at(token.text.len().saturating_sub(end.len())).1;
            if !is_domain_end(end.text) {
                return Err(no_domain_end(token, end));
            }
        }
        return Ok(DomainSpec::Macro(text));
    }
    if !is_domain_end(token.text) {
        return Err(no_domain_end(token, token));
    }
    Ok(match DomainName::from_ascii(token.text) {
        Ok(name) => DomainSpec::Name(name),
        // The grammar allows empty and overlong labels; they become no match (§4.8).
        Err(_) => DomainSpec::Macro(MacroString { segments: vec![Segment::Literal(token.as_str().into())] }),
    })
}

/// `domain-end = ( "." toplabel [ "." ] ) / macro-expand`, for text after the last macro.
#[inline]
fn is_domain_end(text: &[u8]) -> bool {
    let text = text.strip_suffix(b".").unwrap_or(text);
    let label = last_label(text);
    label.len() < text.len() && is_toplabel(label)
}

fn last_label(text: &[u8]) -> &[u8] {
    let length = text.iter().rev().take_while(|b| **b != b'.').count();
    text.get(text.len() - length..).unwrap_or_default()
}

/// What is wrong with the end of a domain-spec.
#[allow(clippy::unnecessary_box_returns, reason = "results hold errors boxed")]
fn no_domain_end(whole: Token<'_>, end: Token<'_>) -> Box<ParseError> {
    if let Ok(ip) = whole.as_str().parse() {
        let kind = ErrorKind::AddressAsDomain { text: whole.shown(), mechanism: mechanism_for(ip) };
        return ParseError::boxed(kind, whole.span());
    }
    let text = end.text.strip_suffix(b".").unwrap_or(end.text);
    let start = text.len() - last_label(text).len();
    let label = end.split_at(text.len()).0.split_at(start).1;
    match start {
        0 => ParseError::boxed(ErrorKind::SingleLabel { text: whole.shown() }, whole.span()),
        _ => ParseError::boxed(ErrorKind::BadTopLabel { label: label.shown() }, label.span()),
    }
}

/// `toplabel`: alphanumerics and inner hyphens, not digits alone.
#[inline]
fn is_toplabel(label: &[u8]) -> bool {
    if label.iter().all(u8::is_ascii_alphabetic) {
        return !label.is_empty();
    }
    let [first, .., last] = label else { return label.first().is_some_and(u8::is_ascii_alphabetic) };
    let mut digits_alone = true;
    first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
        && label.iter().all(|b| {
            digits_alone &= b.is_ascii_digit();
            b.is_ascii_alphanumeric() || *b == b'-'
        })
        && !digits_alone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Record {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn mechanisms(text: &str) -> Vec<Mechanism> {
        parse(text).directives().map(|directive| directive.mechanism.clone()).collect()
    }

    #[test]
    fn terms_know_where_they_stand() {
        let text = "v=spf1  +mx a:a.test/24   -all ";
        let spans: Vec<_> = parse(text).terms.iter().map(|t| t.span.of(text.as_bytes()).to_vec()).collect();
        assert_eq!(spans, [&b"+mx"[..], b"a:a.test/24", b"-all"]);
    }

    #[test]
    fn printing_and_reading_again_gives_the_same() {
        for text in [
            "v=spf1",
            "v=spf1 mx -all",
            "v=spf1 a:a.test/24//64 mx/0 ptr:b.test ?ip4:192.0.2.0/24 ip6:2001:db8::/32 ~exists:%{ir}.%{l1r-+}._spf.%{d}",
            "v=spf1 include:%{D2}.a.test redirect=_spf.a.test exp=why.%{o} unknown.mod=%{i}%%%_%-x",
            "v=spf1 a:foo:bar/baz.a.test a:b..test a:c\\.d.test",
        ] {
            let record = parse(text);
            assert_eq!(record.to_string(), text);
            assert_eq!(parse(&record.to_string()), record);
        }
        assert_eq!(parse("V=SPF1 +ALL  IP4:192.0.2.1/32 a:A.test.").to_string(), "v=spf1 all ip4:192.0.2.1 a:A.test");
    }

    #[test]
    fn a_slash_may_belong_to_the_domain() {
        // RFC 7208 §7.1: a domain-spec is any visible text that ends in a top label or a macro.
        let [Mechanism::A { domain_spec, cidr }] = &mechanisms("v=spf1 a:x/1.%{d}/24//64")[..] else { panic!() };
        assert_eq!(domain_spec.as_ref().unwrap().to_string(), "x/1.%{d}");
        assert_eq!(*cidr, DualCidr { ip4: Some(24), ip6: Some(64) });
        let [Mechanism::Mx { cidr, .. }] = &mechanisms("v=spf1 mx:a.test//0")[..] else { panic!() };
        assert_eq!(*cidr, DualCidr { ip4: None, ip6: Some(0) });
    }

    #[test]
    fn an_equals_sign_right_after_a_name_makes_a_modifier() {
        // RFC 7208 §6: unknown modifiers have no effect, whatever their name.
        let record = parse("v=spf1 ip4=192.0.2.1 include=a.test moo.cow-far_out=man:dog/cat empty=");
        assert_eq!((record.directives().count(), record.modifiers().count()), (0, 4));
        assert!("v=spf1 1up=foo".parse::<Record>().is_err());
    }

    #[test]
    fn networks() {
        let net = |text: &str, bits| Network::new(text.parse().unwrap(), bits).unwrap();
        let expected = [Mechanism::Ip4(net("192.0.2.1", 0)), Mechanism::Ip6(net("::ffff:192.0.2.1", 128))];
        assert_eq!(mechanisms("v=spf1 ip4:192.0.2.1/0 ip6:::ffff:192.0.2.1"), expected);
    }

    #[test]
    fn redirect_and_exp_are_found_wherever_they_stand() {
        let record = parse("v=spf1 exp=a.test mx REDIRECT=b.test");
        assert_eq!(record.explanation().unwrap().to_string(), "a.test");
        assert_eq!(record.redirect().unwrap().to_string(), "b.test");
    }
}
