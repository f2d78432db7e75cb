//! Lists of addresses that many receivers use, and what belongs to them.

use super::row::Clean;
use super::row::{BASE, Code, PART_OF_ZEN, Row, SPAMHAUS_REFUSALS, V4, V6, VALIDITY_REFUSALS, bit, code, codes};
use crate::dnsbl::words::{Cause, Impact, Kind, Role, Terms};

/// spamhaus.org/sbl/delistingprocedure.
const SBL_REMOVAL: &str = "the provider of the address asks the SBL team, as the page of the entry says";
const LOOKUP_REMOVAL: &str = "by yourself on the lookup page, once the cause is gone";
/// spamhaus.org/pbl/removal.
const PBL_REMOVAL: &str = "by yourself on the lookup page, for one static address that has a PTR name of its own";

/// The codes of zen, with and without a key.
const ZEN: &[Code] = &[
    code([127, 0, 0, 2], "SBL: spam operation or service").by(Cause::Spam).removed(SBL_REMOVAL),
    code([127, 0, 0, 3], "CSS: automated, snowshoe or low reputation").by(Cause::Spam).removed(LOOKUP_REMOVAL),
    codes([127, 0, 0, 4], [127, 0, 0, 7], "XBL: exploited or infected host").by(Cause::Exploit).removed(LOOKUP_REMOVAL),
    code([127, 0, 0, 9], "DROP: hijacked or criminal network").by(Cause::Network).removed(SBL_REMOVAL),
    code([127, 0, 0, 10], "PBL: range not to send directly, by its provider's policy")
        .by(Cause::EndUserRange)
        .weighing(Impact::Medium)
        .removed(PBL_REMOVAL),
    code([127, 0, 0, 11], "PBL: range not to send directly, by Spamhaus's policy")
        .by(Cause::EndUserRange)
        .weighing(Impact::Medium)
        .removed(PBL_REMOVAL),
];

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        zone: "zen.spamhaus.org",
        default: true,
        kind: Kind::Ip,
        impact: Some(Impact::Critical),
        operator: "Spamhaus Project",
        codes: ZEN,
        refusals: SPAMHAUS_REFUSALS,
        listed: &[V4, V6],
        delist: Some("https://check.spamhaus.org/"),
        terms: Terms::Limited,
        access: "free below a volume limit; not through public resolvers or some hosting networks",
        source: "rspamd rbl.conf (2026-08-21); SpamAssassin rules (2024-10-24); spamhaus.org/news/article/788 (2019-09-30); securityzones.net error-return-codes-for-spamhaus-public-mirrors; mailcow postfix.sh (2026-08-05); spamhaus.org/sbl/delistingprocedure and /pbl/removal",
        ..BASE
    },
    Row {
        zone: "sbl.spamhaus.org",
        kind: Kind::Ip,
        impact: Some(Impact::Critical),
        operator: "Spamhaus Project",
        codes: &[
            code([127, 0, 0, 2], "SBL: spam operation or service").by(Cause::Spam).removed(SBL_REMOVAL),
            code([127, 0, 0, 3], "CSS: automated, snowshoe or low reputation").by(Cause::Spam).removed(LOOKUP_REMOVAL),
            code([127, 0, 0, 9], "DROP: hijacked or criminal network").by(Cause::Network).removed(SBL_REMOVAL),
        ],
        refusals: SPAMHAUS_REFUSALS,
        listed: &[V4, V6],
        delist: Some("https://check.spamhaus.org/"),
        note: Some(PART_OF_ZEN),
        terms: Terms::Limited,
        access: "free below a volume limit; not through public resolvers or some hosting networks",
        source: "rspamd rbl.conf (2026-08-21); SpamAssassin rules (2024-10-24)",
        ..BASE
    },
    Row {
        zone: "xbl.spamhaus.org",
        kind: Kind::Ip,
        impact: Some(Impact::Critical),
        operator: "Spamhaus Project",
        codes: &[codes([127, 0, 0, 4], [127, 0, 0, 7], "XBL: exploited or infected host")
            .by(Cause::Exploit)
            .removed(LOOKUP_REMOVAL)],
        refusals: SPAMHAUS_REFUSALS,
        listed: &[V4, V6],
        delist: Some("https://check.spamhaus.org/"),
        note: Some(PART_OF_ZEN),
        terms: Terms::Limited,
        access: "free below a volume limit; not through public resolvers or some hosting networks",
        source: "rspamd rbl.conf (2026-08-21); SpamAssassin rules (2024-10-24)",
        ..BASE
    },
    Row {
        zone: "pbl.spamhaus.org",
        kind: Kind::Ip,
        impact: Some(Impact::Medium),
        operator: "Spamhaus Project",
        codes: &[codes([127, 0, 0, 10], [127, 0, 0, 11], "PBL: range not to send directly")
            .by(Cause::EndUserRange)
            .removed(PBL_REMOVAL)],
        refusals: SPAMHAUS_REFUSALS,
        listed: &[V4, V6],
        delist: Some("https://check.spamhaus.org/"),
        note: Some(PART_OF_ZEN),
        terms: Terms::Limited,
        access: "free below a volume limit; not through public resolvers or some hosting networks",
        source: "rspamd rbl.conf (2026-08-21); SpamAssassin rules (2024-10-24)",
        ..BASE
    },
    Row {
        zone: "_key_.zen.dq.spamhaus.net",
        kind: Kind::Ip,
        impact: Some(Impact::Critical),
        operator: "Spamhaus Technology",
        codes: ZEN,
        refusals: SPAMHAUS_REFUSALS,
        listed: &[V4, V6],
        delist: Some("https://check.spamhaus.org/"),
        terms: Terms::Key,
        access: "with a key in the name",
        source: "spamhaus rspamd-dqs rbl.conf; mailcow postfix.sh (2026-08-05)",
        ..BASE
    },
    Row {
        zone: "_key_.authbl.dq.spamhaus.net",
        kind: Kind::Ip,
        impact: Some(Impact::High),
        operator: "Spamhaus Technology",
        codes: &[code([127, 0, 0, 20], "AuthBL: a bot that abuses SMTP logins").by(Cause::Exploit)],
        refusals: SPAMHAUS_REFUSALS,
        delist: Some("https://check.spamhaus.org/"),
        note: Some("not part of zen"),
        terms: Terms::Key,
        access: "with a key in the name",
        source: "spamhaus rspamd-dqs rbl.conf",
        ..BASE
    },
    Row {
        zone: "bl.spamcop.net",
        default: true,
        impact: Some(Impact::High),
        operator: "Cisco SpamCop",
        codes: &[code([127, 0, 0, 2], "reported spam source")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://www.spamcop.net/bl.shtml"),
        removal: Some("none is needed: the entry falls off by itself soon after the reports stop"),
        source: "rspamd rbl.conf (2026-08-21); SpamAssassin rules (2024-10-24); haraka-plugin-dns-list (2026-05-28); a zone catalogue checked live (2026); spamcop.net/bl.shtml",
        ..BASE
    },
    Row {
        zone: "b.barracudacentral.org",
        impact: Some(Impact::High),
        operator: "Barracuda Networks",
        codes: &[code([127, 0, 0, 2], "poor reputation")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://www.barracudacentral.org/rbl/removal-request"),
        removal: Some("by the form on the page"),
        note: Some("a resolver that is not registered may be left without an answer"),
        terms: Terms::Registration,
        access: "free, for resolvers that are registered",
        source: "whatismyipaddress.com/blacklist/barracudacentral; a zone catalogue checked live (2026); lupaxa-dns-blacklist-checker 0.1.5; haraka-plugin-dns-list (2026-05-28)",
        ..BASE
    },
    Row {
        zone: "_key_.combined.mail.abusix.zone",
        kind: Kind::Ip,
        impact: Some(Impact::High),
        operator: "Abusix Mail Intelligence",
        codes: &[
            code([127, 0, 0, 2], "block list").by(Cause::Spam),
            code([127, 0, 0, 3], "block list, derived").by(Cause::Spam),
            code([127, 0, 0, 4], "exploit list").by(Cause::Exploit),
            code([127, 0, 0, 11], "policy: generic PTR name").by(Cause::ReverseDns),
            code([127, 0, 0, 12], "policy: no PTR name").by(Cause::ReverseDns),
        ],
        delist: Some("https://lookup.abusix.com/"),
        removal: Some("by yourself on the lookup page; it takes effect within minutes"),
        note: Some("it has no must-be-listed test point"),
        terms: Terms::Key,
        access: "with a key in the name (free tier exists)",
        source: "lupaxa-dns-blacklist-checker 0.1.5; a zone catalogue checked live (2026); gsauthof check-dnsbl.py (2025-05-22); docs.abusix.ai: how does delisting work",
        ..BASE
    },
    Row {
        zone: "sip.invaluement.com",
        impact: Some(Impact::High),
        operator: "invaluement",
        codes: &[code([127, 0, 0, 2], "ivmSIP: spam source")],
        cause: Some(Cause::Spam),
        delist: Some("https://www.invaluement.com/lookup/"),
        terms: Terms::Paid,
        access: "paid",
        source: "a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "sip24.invaluement.com",
        impact: Some(Impact::Medium),
        operator: "invaluement",
        codes: &[code([127, 0, 0, 2], "ivmSIP/24: the network around spam sources")],
        cause: Some(Cause::Network),
        delist: Some("https://www.invaluement.com/lookup/"),
        terms: Terms::Paid,
        access: "paid",
        source: "a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "bl.mailspike.net",
        default: true,
        impact: Some(Impact::Medium),
        operator: "Mailspike",
        codes: &[
            code([127, 0, 0, 2], "in a running spam wave"),
            code([127, 0, 0, 10], "worst reputation (L5)").number(),
            code([127, 0, 0, 11], "very bad reputation (L4)").number(),
            code([127, 0, 0, 12], "bad reputation (L3)").number(),
        ],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://www.mailspike.org/iplookup.html"),
        terms: Terms::Limited,
        access: "free under 100,000 messages and 100,000 queries a day",
        source: "mailspike.org/usage.html; mailcow postfix.sh (2026-08-05)",
        ..BASE
    },
    Row {
        zone: "z.mailspike.net",
        impact: Some(Impact::Medium),
        operator: "Mailspike",
        codes: &[code([127, 0, 0, 2], "in a running spam wave")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://www.mailspike.org/iplookup.html"),
        note: Some("part of bl.mailspike.net"),
        terms: Terms::Limited,
        access: "free under 100,000 messages and 100,000 queries a day",
        source: "mailspike.org/usage.html",
        ..BASE
    },
    Row {
        zone: "rep.mailspike.net",
        role: Role::Information,
        operator: "Mailspike",
        codes: &[
            code([127, 0, 0, 10], "worst reputation")
                .by(Cause::Spam)
                .weighing(Impact::Medium)
                .meaning(Role::Block)
                .number(),
            code([127, 0, 0, 11], "very bad reputation")
                .by(Cause::Spam)
                .weighing(Impact::Medium)
                .meaning(Role::Block)
                .number(),
            code([127, 0, 0, 12], "bad reputation")
                .by(Cause::Spam)
                .weighing(Impact::Medium)
                .meaning(Role::Block)
                .number(),
            code([127, 0, 0, 13], "suspicious").number(),
            code([127, 0, 0, 14], "neutral, probably spam").number(),
            code([127, 0, 0, 15], "neutral").number(),
            code([127, 0, 0, 16], "neutral, probably legitimate").number(),
            code([127, 0, 0, 17], "possibly legitimate").number(),
            code([127, 0, 0, 18], "good reputation").meaning(Role::Welcome).number(),
            code([127, 0, 0, 19], "very good reputation").meaning(Role::Welcome).number(),
            code([127, 0, 0, 20], "excellent reputation").meaning(Role::Welcome).number(),
        ],
        delist: Some("https://www.mailspike.org/iplookup.html"),
        note: Some("an answer is a score, 10 to 20, not a listing"),
        terms: Terms::Limited,
        access: "free under 100,000 messages and 100,000 queries a day",
        source: "rspamd rbl.conf (2026-08-21); mailspike.org/usage.html; luids-io xlist-database dnsxl (2020-12-28)",
        ..BASE
    },
    Row {
        zone: "bl.score.senderscore.com",
        impact: Some(Impact::Medium),
        operator: "Validity",
        codes: &[
            bit(1, "bot").by(Cause::Exploit),
            bit(2, "no authentication").by(Cause::Duty),
            bit(4, "hit a pristine spam trap").by(Cause::Trap),
            bit(8, "suspect attachments").by(Cause::Exploit),
            bit(16, "low Sender Score").by(Cause::Spam),
        ],
        refusals: VALIDITY_REFUSALS,
        delist: Some("https://senderscore.org/"),
        terms: Terms::Registration,
        access: "with a MyValidity account",
        source: "rspamd rbl.conf (2026-08-21); SpamAssassin rules (2024-10-24)",
        ..BASE
    },
    Row {
        zone: "score.senderscore.com",
        role: Role::Information,
        operator: "Validity",
        codes: &[codes([127, 0, 4, 0], [127, 0, 4, 100], "Sender Score, from 0 (bad) to 100 (good)").number()],
        refusals: VALIDITY_REFUSALS,
        delist: Some("https://senderscore.org/"),
        note: Some("an answer is a number, not a listing"),
        terms: Terms::Registration,
        access: "with a MyValidity account",
        source: "rspamd rbl.conf (2026-08-21)",
        ..BASE
    },
    Row {
        zone: "psbl.surriel.com",
        default: true,
        impact: Some(Impact::Medium),
        operator: "PSBL / Spamikaze",
        codes: &[code([127, 0, 0, 2], "hit a spam trap")],
        listed: &[V4],
        cause: Some(Cause::Trap),
        delist: Some("https://psbl.org/remove"),
        removal: Some("by yourself on the page"),
        source: "a zone catalogue checked live (2026); haraka-plugin-dns-list (2026-05-28); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "truncate.gbudb.net",
        default: true,
        impact: Some(Impact::Medium),
        operator: "GBUdb / Message Sniffer",
        codes: &[code([127, 0, 0, 2], "all mail seen from it is bad")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://www.gbudb.com/truncate/"),
        removal: Some("none by hand: the entry clears within a couple of days"),
        source: "dnsbl.com status posts; haraka-plugin-dns-list (2026-05-28); a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "all.spamrats.com",
        impact: Some(Impact::Medium),
        operator: "SpamRATS (Linuxmagic)",
        codes: &[
            code([127, 0, 0, 36], "RATS-Dyna: generic or dynamic PTR name").by(Cause::ReverseDns),
            code([127, 0, 0, 37], "RATS-NoPtr: no PTR name").by(Cause::ReverseDns),
            code([127, 0, 0, 38], "RATS-Spam: spam source").by(Cause::Spam),
            code([127, 0, 0, 43], "RATS-Auth: password guessing").by(Cause::Attack),
        ],
        listed: &[V4],
        delist: Some("https://www.spamrats.com/lookup.php"),
        note: Some("it does not serve the resolvers of some hosting companies"),
        source: "luids-io xlist-database dnsxl (2020-12-28); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "bl.spameatingmonkey.net",
        default: true,
        impact: Some(Impact::Medium),
        operator: "Spam Eating Monkey",
        codes: &[code([127, 0, 0, 2], "SEM-BLACK: spam source")],
        listed: &[V4],
        cause: Some(Cause::Spam),
        delist: Some("https://spameatingmonkey.com/lookup"),
        source: "rspamd rbl.conf (2026-08-21); mailcow postfix.sh (2026-08-05); a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "bl.ipv6.spameatingmonkey.net",
        default: true,
        kind: Kind::Ipv6,
        impact: Some(Impact::Medium),
        operator: "Spam Eating Monkey",
        codes: &[code([127, 0, 0, 2], "SEM-IPV6BL: spam source")],
        listed: &[V6],
        cause: Some(Cause::Spam),
        delist: Some("https://spameatingmonkey.com/lookup"),
        source: "rspamd rbl.conf (2026-08-21); mailcow postfix.sh (2026-08-05)",
        ..BASE
    },
    Row {
        zone: "backscatter.spameatingmonkey.net",
        default: true,
        impact: Some(Impact::Note),
        operator: "Spam Eating Monkey",
        codes: &[code([127, 0, 0, 2], "sends bounces to forged senders (backscatter)")],
        listed: &[V4],
        cause: Some(Cause::Backscatter),
        delist: Some("https://spameatingmonkey.com/lookup"),
        source: "mailcow postfix.sh (2026-08-05); a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "netbl.spameatingmonkey.net",
        impact: Some(Impact::Note),
        operator: "Spam Eating Monkey",
        codes: &[code([127, 0, 0, 2], "low-reputation network")],
        listed: &[V4],
        cause: Some(Cause::Network),
        delist: Some("https://spameatingmonkey.com/lookup"),
        source: "gsauthof check-dnsbl.py (2025-05-22); luids-io xlist-database dnsxl (2020-12-28)",
        ..BASE
    },
    Row {
        zone: "origin.asn.spameatingmonkey.net",
        role: Role::Information,
        operator: "Spam Eating Monkey",
        codes: &[codes([127, 0, 0, 0], [127, 255, 255, 255], "names the network (AS) that announces the address")],
        note: Some("every routed address has an answer: no block list"),
        source: "luids-io xlist-database dnsxl (2020-12-28)",
        ..BASE
    },
    Row {
        zone: "bl.blocklist.de",
        default: true,
        impact: Some(Impact::Medium),
        operator: "blocklist.de",
        codes: &[code([127, 0, 0, 2], "reported for attacks on servers")],
        listed: &[V4],
        cause: Some(Cause::Attack),
        delist: Some("https://www.blocklist.de/en/delist.html"),
        source: "rspamd rbl.conf (2026-08-21); rspamd PR 4143; a zone catalogue checked live (2026)",
        ..BASE
    },
    Row {
        zone: "hostkarma.junkemailfilter.com",
        kind: Kind::IpAndDomain,
        role: Role::Information,
        operator: "Junk Email Filter",
        codes: &[
            code([127, 0, 0, 1], "white: sends no spam").meaning(Role::Welcome),
            code([127, 0, 0, 2], "black: spam source").by(Cause::Spam).weighing(Impact::Low).meaning(Role::Block),
            code([127, 0, 0, 3], "yellow: mixed, spam and good mail"),
            code([127, 0, 0, 4], "brown: nearly black").by(Cause::Spam).weighing(Impact::Low).meaning(Role::Block),
            code([127, 0, 0, 5], "NOBL: not to be looked up on other lists").meaning(Role::Welcome),
            code([127, 0, 1, 1], "ends its sessions with QUIT"),
            code([127, 0, 1, 2], "never ends its sessions with QUIT"),
            code([127, 0, 1, 3], "sometimes ends its sessions with QUIT"),
            codes([127, 0, 2, 1], [127, 0, 2, 3], "known for some days").number(),
        ],
        listed: &[V4],
        clean: Clean::None,
        delist: Some("https://ipadmin.junkemailfilter.com/remove.php"),
        note: Some("127.0.0.1 means welcome, and the address 127.0.0.1 has an entry by design"),
        source: "haraka-plugin-dns-list (2026-05-28); mailcow postfix.sh (2026-08-05); a zone catalogue checked live (2026)",
        ..BASE
    },
];
