//! Lists of addresses of smaller operators.

use super::row::{BASE, Clean, Row, V4, V6, bit, code, codes};
use crate::dnsbl::words::{Cause, Impact, Kind, Role};

/// What the lists of 0spam.org share.
const ZERO_SPAM: Row = Row {
    impact: Some(Impact::Medium),
    operator: "0spam",
    codes: &[codes(
        [127, 0, 0, 1],
        [127, 0, 0, 9],
        "listed, for a reason that the number gives: spam, relay, backscatter, fraud and others",
    )],
    cause: Some(Cause::Spam),
    delist: Some("https://0spam.org/removal.php"),
    note: Some("127.0.0.1 is an entry here, no refusal"),
    source: "gsauthof check-dnsbl.py (2025-05-22); a zone catalogue checked live (2026); luids-io xlist-database dnsxl (2020-12-28)",
    ..BASE
};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        zone: "bl.suomispam.net",
        default: true,
        impact: Some(Impact::Low),
        operator: "Suomispam",
        codes: &[code([127, 0, 0, 2], "black")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://suomispam.net/"),
        source: "mailcow postfix.sh (2026-08-05); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "gl.suomispam.net",
        default: true,
        impact: Some(Impact::Low),
        operator: "Suomispam",
        codes: &[code([127, 0, 0, 2], "grey")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://suomispam.net/"),
        source: "mailcow postfix.sh (2026-08-05); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "bip.virusfree.cz",
        default: true,
        kind: Kind::Ip,
        impact: Some(Impact::Medium),
        operator: "virusfree.cz",
        codes: &[code([127, 0, 0, 2], "part of a botnet")],
        listed: &[V4, V6],
        cause: Some(Cause::Exploit),
        delist: Some("https://www.virusfree.cz/en/"),
        source: "rspamd rbl.conf (2026-08-21); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "rbl.efnetrbl.org",
        default: true,
        impact: Some(Impact::Low),
        operator: "EFnet",
        codes: &[
            code([127, 0, 0, 1], "open proxy").by(Cause::Relay),
            code([127, 0, 0, 2], "spam trap (spamtrap666)").by(Cause::Trap),
            code([127, 0, 0, 3], "spam trap (spamtrap50)").by(Cause::Trap),
            code([127, 0, 0, 4], "Tor").by(Cause::Relay),
            code([127, 0, 0, 5], "drone or flooding").by(Cause::Exploit),
        ],
        listed: &[V4],
        delist: Some("https://rbl.efnetrbl.org/"),
        note: Some("127.0.0.1 is an entry here, no refusal"),
        source: "luids-io xlist-database dnsxl (2020-12-28); inspircd docs/conf/providers",
        ..BASE
    },
    Row {
        zone: "torexit.dan.me.uk",
        default: true,
        role: Role::Information,
        impact: Some(Impact::Note),
        operator: "dan.me.uk",
        codes: &[code([127, 0, 0, 100], "Tor exit")],
        delist: Some("https://www.dan.me.uk/dnsbl"),
        source: "inspircd docs/conf/providers",
        ..BASE
    },
    Row { zone: "bl.0spam.org", ..ZERO_SPAM },
    Row { zone: "nbl.0spam.org", ..ZERO_SPAM },
    Row { zone: "rbl.0spam.org", ..ZERO_SPAM },
    Row {
        zone: "all.s5h.net",
        kind: Kind::Ip,
        impact: Some(Impact::Low),
        operator: "s5h.net",
        codes: &[code([127, 0, 0, 2], "hit a spam trap")],
        listed: &[V4, V6],
        cause: Some(Cause::Trap),
        delist: Some("https://www.usenix.org.uk/content/rbl.html"),
        source: "luids-io xlist-database dnsxl (2020-12-28); gsauthof check-dnsbl.py (2025-05-22); a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "bl.fmb.la",
        kind: Kind::Ipv4AndDomain,
        impact: Some(Impact::Low),
        operator: "fmb.la",
        codes: &[
            code([127, 0, 0, 2], "blocked"),
            code([127, 0, 1, 2], "blocked, level 2"),
            code([127, 0, 2, 2], "blocked, level 3"),
            codes([127, 0, 1, 24], [127, 0, 1, 28], "in a network with much spam").by(Cause::Network).number(),
            code([127, 1, 1, 2], "bad bitcoin address").meaning(Role::Information),
        ],
        delist: Some("https://fmb.la/pages/about"),
        source: "luids-io xlist-database dnsxl (2020-12-28); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "bl.nordspam.com",
        kind: Kind::Ip,
        impact: Some(Impact::Low),
        operator: "NordSpam",
        codes: &[code([127, 0, 0, 2], "spam source")],
        listed: &[V4, V6],
        cause: Some(Cause::Spam),
        delist: Some("https://www.nordspam.com/usage/"),
        source: "gsauthof check-dnsbl.py (2025-05-22); luids-io xlist-database dnsxl (2020-12-28)",
        ..BASE
    },
    Row {
        zone: "bl.rbl.polspam.pl",
        impact: Some(Impact::Low),
        operator: "PolSpam",
        codes: &[code([127, 0, 0, 2], "spam source")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://polspam.pl/"),
        source: "gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "bl.scientificspam.net",
        impact: Some(Impact::Low),
        operator: "Scientific Spam",
        codes: &[code([127, 0, 0, 2], "sends spam to academics")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://www.scientificspam.net"),
        source: "gsauthof check-dnsbl.py (2025-05-22); luids-io xlist-database dnsxl (2020-12-28)",
        ..BASE
    },
    Row {
        zone: "black.dnsbl.brukalai.lt",
        kind: Kind::Ipv4AndDomain,
        impact: Some(Impact::Low),
        operator: "Brukalai.lt",
        codes: &[code([127, 0, 0, 2], "junk mail")],
        listed: &[V4],
        delist: Some("https://www.brukalai.lt"),
        note: Some("it seems to include dnsbl-1.uceprotect.net"),
        source: "gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "bogons.cymru.com",
        role: Role::Information,
        impact: Some(Impact::High),
        operator: "Team Cymru",
        codes: &[code([127, 0, 0, 2], "range that is not allocated, or is reserved")],
        clean: Clean::None,
        delist: Some("https://www.team-cymru.com/bogon-networks"),
        note: Some("it lists 127.0.0.0/8 by its nature"),
        source: "luids-io xlist-database dnsxl (2020-12-28); a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "db.wpbl.info",
        impact: Some(Impact::Low),
        operator: "WPBL",
        codes: &[code([127, 0, 0, 2], "weighted private list")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("http://wpbl.info"),
        source: "gsauthof check-dnsbl.py (2025-05-22); luids-io xlist-database dnsxl (2020-12-28)",
        ..BASE
    },
    Row {
        zone: "dnsbl-1.uceprotect.net",
        impact: Some(Impact::Low),
        operator: "UCEPROTECT",
        codes: &[code([127, 0, 0, 2], "the address itself")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://www.uceprotect.net/en/rblcheck.php"),
        removal: Some(
            "none is needed: the entry falls off 7 days after the last spam; the express removal is paid, and there is no need to pay",
        ),
        source: "whatismyipaddress.com/uceprotect; a zone catalogue checked live (2026); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "dnsbl-2.uceprotect.net",
        impact: Some(Impact::Note),
        operator: "UCEPROTECT",
        codes: &[code([127, 0, 0, 2], "the allocation around addresses that spam")],
        listed: &[V4],
        cause: Some(Cause::Network),
        delist: Some("https://www.uceprotect.net/en/rblcheck.php"),
        note: Some("says nothing of the address itself: it can be ignored"),
        source: "whatismyipaddress.com/uceprotect; a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "dnsbl-3.uceprotect.net",
        impact: Some(Impact::Note),
        operator: "UCEPROTECT",
        codes: &[code([127, 0, 0, 2], "the whole network (AS) of the provider")],
        listed: &[V4],
        cause: Some(Cause::Network),
        delist: Some("https://www.uceprotect.net/en/rblcheck.php"),
        note: Some("says nothing of the address itself: it can be ignored"),
        source: "whatismyipaddress.com/uceprotect; a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "ips.backscatterer.org",
        impact: Some(Impact::Note),
        operator: "UCEPROTECT",
        codes: &[code([127, 0, 0, 2], "sent bounces or callouts to traps")],
        listed: &[V4],
        cause: Some(Cause::Backscatter),
        delist: Some("https://www.backscatterer.org/?target=test"),
        note: Some("meant for mail with an empty sender only: no spam list"),
        source: "haraka-plugin-dns-list (2026-05-28); a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "dnsbl.justspam.org",
        impact: Some(Impact::Low),
        operator: "JustSpam",
        codes: &[code([127, 0, 0, 2], "only spam was seen from it")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("http://www.justspam.org/"),
        source: "haraka-plugin-dns-list (2026-05-28); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "dnsbl.kempt.net",
        impact: Some(Impact::Note),
        operator: "Kempt",
        codes: &[code([127, 0, 0, 2], "private list")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://www.kempt.net/"),
        source: "a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "dnsbl.tornevall.org",
        impact: Some(Impact::Note),
        operator: "Tornevall",
        codes: &[
            bit(1, "reported, not confirmed").by(Cause::Relay),
            bit(2, "working proxy").by(Cause::Relay),
            bit(8, "tested, no answer"),
            bit(32, "proxy with another exit, or Tor").by(Cause::Relay),
            bit(64, "abusive").by(Cause::Attack),
            bit(128, "anonymizer").by(Cause::Relay),
        ],
        delist: Some("https://docs.tornevall.net"),
        source: "docs.tornevall.net",
        ..BASE
    },
    Row {
        zone: "dnsbl.zapbl.net",
        impact: Some(Impact::Low),
        operator: "ZapBL",
        codes: &[code([127, 0, 0, 2], "spam trap, or the administrator's choice")],
        listed: &[V4],
        cause: Some(Cause::Trap),
        delist: Some("https://zapbl.net/"),
        source: "gsauthof check-dnsbl.py (2025-05-22); a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "dnsblchile.org",
        impact: Some(Impact::Low),
        operator: "DNSBL Chile",
        codes: &[
            code([127, 0, 0, 10], "dynamic range, national").by(Cause::EndUserRange),
            code([127, 0, 0, 11], "dynamic range, foreign").by(Cause::EndUserRange),
            code([127, 0, 0, 12], "snowshoe spam").by(Cause::Spam),
            code([127, 0, 0, 13], "static range, national").by(Cause::Spam),
            code([127, 0, 0, 14], "static range, foreign").by(Cause::Spam),
        ],
        listed: &[V4],
        delist: Some("https://www.dnsblchile.org"),
        source: "luids-io xlist-database dnsxl (2020-12-28); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "dnsrbl.swinog.ch",
        impact: Some(Impact::Low),
        operator: "SwiNOG / ImproWare",
        codes: &[codes([127, 0, 0, 2], [127, 0, 0, 5], "hit a spam trap")],
        cause: Some(Cause::Trap),
        delist: Some("https://antispam.imp.ch/"),
        note: Some("it has no must-be-listed test point"),
        source: "gsauthof check-dnsbl.py (2025-05-22); a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "korea.services.net",
        role: Role::Information,
        impact: Some(Impact::Note),
        operator: "services.net",
        codes: &[code([127, 0, 0, 2], "a network in Korea, whatever it does")],
        listed: &[V4],
        cause: Some(Cause::Network),
        delist: Some("http://korea.services.net"),
        note: Some("geography, not abuse"),
        source: "gsauthof check-dnsbl.py (2025-05-22); a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "pofon.foobar.hu",
        kind: Kind::Ip,
        impact: Some(Impact::Low),
        operator: "foobar.hu",
        codes: &[code([127, 0, 0, 2], "network of spam bots; entries live shortly")],
        cause: Some(Cause::Exploit),
        delist: Some("https://rbl.foobar.hu"),
        note: Some("it has no must-be-listed test point"),
        source: "gsauthof check-dnsbl.py (2025-05-22); luids-io xlist-database dnsxl (2020-12-28)",
        ..BASE
    },
    Row {
        zone: "rbl.abuse.ro",
        impact: Some(Impact::Low),
        operator: "abuse.ro",
        codes: &[
            code([127, 0, 0, 2], "spam source").by(Cause::Spam),
            code([127, 0, 0, 3], "abused or infected").by(Cause::Exploit),
            code([127, 0, 0, 4], "spam class").by(Cause::Spam),
        ],
        listed: &[V4],
        delist: Some("https://abuse.ro"),
        source: "luids-io xlist-database dnsxl (2020-12-28); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "rbl.interserver.net",
        impact: Some(Impact::Low),
        operator: "InterServer",
        codes: &[code([127, 0, 0, 2], "abuse was seen")],
        listed: &[V4],
        cause: Some(Cause::Attack),
        delist: Some("https://rbl.interserver.net/"),
        source: "a zone catalogue checked live (2026); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "rbl.schulte.org",
        impact: Some(Impact::Note),
        operator: "Schulte",
        codes: &[code([127, 0, 0, 2], "private list")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://rbl.schulte.org/"),
        source: "gsauthof check-dnsbl.py (2025-05-22); a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "spamsources.fabel.dk",
        impact: Some(Impact::Low),
        operator: "Fabel",
        codes: &[code([127, 0, 0, 2], "spam source")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://www.spamsources.fabel.dk"),
        source: "gsauthof check-dnsbl.py (2025-05-22); a zone catalogue checked live (2026)",
        ..BASE
    },
];
