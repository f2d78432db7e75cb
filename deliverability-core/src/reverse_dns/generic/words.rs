//! Words in a name: for access lines, for providers' defaults, and for mail servers.

use super::{Piece, PieceKind, stretches};
use crate::span::Span;

/// Words that are enough by themselves, then words that need company. Each counts once.
const FOR: &[(i32, &[&str])] = &[
    (
        4,
        &[
            "abo",
            "adsl",
            "broadband",
            "cable",
            "cablemodem",
            "catv",
            "cgnat",
            "dhcp",
            "dial",
            "dialin",
            "dialup",
            "dip",
            "docsis",
            "dsl",
            "dyn",
            "dynamic",
            "dynamicip",
            "dynamico",
            "dynip",
            "fbx",
            "fttb",
            "fttc",
            "ftth",
            "fttx",
            "gpon",
            "gprs",
            "hotspot",
            "hsd",
            "isdn",
            "nodns",
            "noptr",
            "nordns",
            "pool",
            "pools",
            "ppp",
            "pppoe",
            "rdns",
            "residential",
            "sdsl",
            "umts",
            "unallocated",
            "unassigned",
            "undefined",
            "unknown",
            "unused",
            "vdsl",
            "wimax",
            "xdsl",
        ],
    ),
    (3, &["bras", "cpe", "dynamicpool", "guest", "hsi", "kabel", "lte", "mobile", "modem", "wifi", "wireless", "wlan"]),
    (
        2,
        &[
            "access",
            "bb",
            "cli",
            "client",
            "clients",
            "compute",
            "cust",
            "customer",
            "customers",
            "fiber",
            "fibre",
            "home",
            "hosted",
            "instance",
            "ip",
            "ips",
            "ipv",
            "nat",
            "res",
            "rev",
            "reverse",
            "subscriber",
            "subscribers",
            "user",
            "users",
            "vds",
            "vps",
        ],
    ),
    (1, &["cloud", "colo", "dedicated", "host", "hosts", "internet", "line", "node", "ptr", "server", "vm"]),
];

/// Words for what a mail server does.
const MAIL: &[&str] = &[
    "bounce",
    "bounces",
    "correo",
    "courrier",
    "delivery",
    "esa",
    "exch",
    "exchange",
    "exim",
    "imap",
    "list",
    "lists",
    "mgw",
    "mout",
    "mta",
    "mx",
    "mxout",
    "newsletter",
    "out",
    "outbound",
    "outgoing",
    "pmta",
    "pochta",
    "poczta",
    "pop",
    "post",
    "posta",
    "postfix",
    "relay",
    "relays",
    "sender",
    "senders",
    "zimbra",
];

/// Parts of longer words: `mailout`, `smtprelay`, `webmail`.
const MAIL_PARTS: [&str; 2] = ["mail", "smtp"];

/// Words for a line with an address of its own, and for hosts that somebody named.
const FIXED: &[&str] = &["biz", "business", "fix", "fixed", "gateway", "gw", "ns", "static", "web", "www"];

/// Names under which providers and dynamic DNS services give a host its name.
const PROVIDER_DEFAULTS: &[&str] = &[
    "bc.googleusercontent.com",
    "clients.your-server.de",
    "cloudapp.azure.com",
    "compute-1.amazonaws.com",
    "compute.amazonaws.com",
    "compute.hwclouds-dns.com",
    "contabo.host",
    "contaboserver.net",
    "ddns.net",
    "dip0.t-ipconnect.de",
    "duckdns.org",
    "dyndns.org",
    "host.secureserver.net",
    "instances.scw.cloud",
    "ip.linodeusercontent.com",
    "linodeusercontent.com",
    "members.linode.com",
    "onlinehome-server.com",
    "onlinehome-server.info",
    "rev.poneytelecom.eu",
    "startdedicated.com",
    "startdedicated.de",
    "startdedicated.net",
    "stratoserver.net",
    "t-ipconnect.de",
    "vps.ovh.ca",
    "vps.ovh.net",
    "vps.ovh.us",
    "vultrusercontent.com",
];

/// The pieces of a name in lower case.
pub(super) fn find(text: &str) -> Vec<Piece> {
    let own = Span::new(0, registered_name(text));
    let mut pieces: Vec<Piece> = Vec::new();
    for span in stretches(own.of(text.as_bytes()), u8::is_ascii_alphabetic) {
        let Some((kind, weight)) = weigh(span.of_text(text)) else { continue };
        let is_same = |other: &Piece| other.span.of_text(text) == span.of_text(text);
        if !pieces.iter().any(is_same) {
            pieces.push(Piece::new(span, kind, weight));
        }
    }
    pieces.extend(registered_for_mail(text, own.end));
    pieces.extend(suffix(text));
    pieces
}

fn weigh(word: &str) -> Option<(PieceKind, i32)> {
    if MAIL.contains(&word) || MAIL_PARTS.iter().any(|part| word.starts_with(part) || word.ends_with(part)) {
        return Some((PieceKind::MailWord, -3));
    }
    if FIXED.contains(&word) {
        return Some((PieceKind::FixedLineWord, -1));
    }
    let (weight, _) = FOR.iter().find(|(_, words)| words.contains(&word))?;
    Some((PieceKind::Word, *weight))
}

/// Where the name begins that was registered, as far as the form tells: the last two labels, or
/// three under a country's second level such as `co.uk`. Its words are somebody's brand.
fn registered_name(text: &str) -> usize {
    let mut dots = text.rmatch_indices('.').map(|(at, _)| at);
    let (last, second) = (dots.next(), dots.next());
    let second_level = |last: usize, second: usize| {
        let length = last.saturating_sub(second).saturating_sub(1);
        length <= 3 && text.len().saturating_sub(last) == 3
    };
    match (last, second) {
        (Some(last), Some(second)) if second_level(last, second) => dots.next(),
        (_, second) => second,
    }
    .map_or(0, |dot| dot.saturating_add(1))
}

/// A registered name such as `mailgun.net`: its hosts' numbers are its own.
fn registered_for_mail(text: &str, start: usize) -> Option<Piece> {
    let part = MAIL_PARTS.iter().find_map(|part| Some((text.get(start..)?.find(part)?, part.len())));
    let (at, length) = part.filter(|_| start > 0)?;
    let at = start.saturating_add(at);
    Some(Piece::new(Span::new(at, at.saturating_add(length)), PieceKind::MailWord, -2))
}

fn suffix(text: &str) -> Option<Piece> {
    let within =
        |ancestor: &&&str| text.strip_suffix(**ancestor).is_some_and(|front| front.ends_with('.') && front.len() > 1);
    let of = |ancestor: &str, kind, weight| {
        Piece::new(Span::new(text.len().saturating_sub(ancestor.len()), text.len()), kind, weight)
    };
    if let Some(tree) = ["in-addr.arpa", "ip6.arpa"].iter().find(within) {
        return Some(of(tree, PieceKind::ReverseName, 6));
    }
    let default = PROVIDER_DEFAULTS.iter().find(within)?;
    Some(of(default, PieceKind::ProviderDefault, 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_in_one_table_in_lower_case() {
        let mut all: Vec<&str> = FOR.iter().flat_map(|(_, words)| *words).chain(MAIL).chain(FIXED).copied().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
    }

    #[test]
    fn the_registered_name_is_left_out() {
        let own = |text: &str| text.get(..registered_name(text)).map(str::to_owned);
        assert_eq!(own("a.b.example.org").as_deref(), Some("a.b."));
        assert_eq!(own("a.example.co.uk").as_deref(), Some("a."));
        assert_eq!(own("example.co.uk").as_deref(), Some(""));
        assert_eq!(own("co.uk").as_deref(), Some(""));
        assert_eq!(own("localhost").as_deref(), Some(""));
    }
}
