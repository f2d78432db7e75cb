//! Welcome lists (RFC 5782 §2.2): entries are a reason to accept.

use super::row::{BASE, Code, Row, VALIDITY_REFUSALS, code, codes};
use crate::dnsbl::pattern::Pattern;
use crate::dnsbl::words::{Kind, Role, Terms};

/// dnswl.org's values: the third octet is the trade, the last the trust.
const DNSWL_CODES: &[Code] = &[
    codes([127, 0, 2, 0], [127, 0, 20, 0], "trust none: not to be refused outright").number(),
    codes([127, 0, 2, 1], [127, 0, 20, 1], "trust low").number(),
    codes([127, 0, 2, 2], [127, 0, 20, 2], "trust medium").number(),
    codes([127, 0, 2, 3], [127, 0, 20, 3], "trust high").number(),
    codes([127, 0, 2, 0], [127, 0, 2, 3], "trade: financial services"),
    codes([127, 0, 3, 0], [127, 0, 3, 3], "trade: e-mail service providers"),
    codes([127, 0, 4, 0], [127, 0, 4, 3], "trade: organizations"),
    codes([127, 0, 5, 0], [127, 0, 5, 3], "trade: network and service providers"),
    codes([127, 0, 6, 0], [127, 0, 6, 3], "trade: personal and private servers"),
    codes([127, 0, 7, 0], [127, 0, 7, 3], "trade: travel and leisure"),
    codes([127, 0, 8, 0], [127, 0, 8, 3], "trade: public sector"),
    codes([127, 0, 9, 0], [127, 0, 9, 3], "trade: media and technology"),
    codes([127, 0, 11, 0], [127, 0, 11, 3], "trade: education"),
    codes([127, 0, 12, 0], [127, 0, 12, 3], "trade: health care"),
    codes([127, 0, 13, 0], [127, 0, 13, 3], "trade: manufacturing"),
    codes([127, 0, 14, 0], [127, 0, 14, 3], "trade: retail and services"),
    codes([127, 0, 15, 0], [127, 0, 15, 3], "trade: e-mail marketing"),
];
/// 127.0.10.3, the best level, was given for every address to those who ask too much.
const DNSWL_REFUSALS: &[(Pattern, &str)] = &[
    (Pattern::one([127, 0, 0, 255]), "over the query limit"),
    (Pattern::between([127, 0, 10, 0], [127, 0, 10, 255]), "over the query limit"),
];

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        zone: "list.dnswl.org",
        default: true,
        kind: Kind::Ip,
        role: Role::Welcome,
        operator: "dnswl.org",
        codes: DNSWL_CODES,
        refusals: DNSWL_REFUSALS,
        listed: &[("127.0.0.2", Some([127, 0, 10, 0]))],
        delist: Some("https://www.dnswl.org/"),
        terms: Terms::Limited,
        access: "free below a daily limit",
        source: "rspamd rbl.conf (2026-08-21); rspamd PR 4627 (2023-10-05); haraka-plugin-dns-list (2026-05-28); SpamAssassin rules (2024-10-24); dnswl.org return codes",
        ..BASE
    },
    Row {
        zone: "dwl.dnswl.org",
        default: true,
        kind: Kind::Domain,
        role: Role::Welcome,
        operator: "dnswl.org",
        codes: DNSWL_CODES,
        refusals: DNSWL_REFUSALS,
        terms: Terms::Limited,
        access: "free below a daily limit",
        source: "rspamd rbl.conf (2026-08-21)",
        ..BASE
    },
    Row {
        zone: "wl.mailspike.net",
        default: true,
        role: Role::Welcome,
        operator: "Mailspike",
        codes: &[
            code([127, 0, 0, 18], "good reputation").number(),
            code([127, 0, 0, 19], "very good reputation").number(),
            code([127, 0, 0, 20], "excellent reputation").number(),
        ],
        terms: Terms::Limited,
        access: "free under 100,000 messages and 100,000 queries a day",
        source: "mailspike.org/usage.html; mailcow postfix.sh (2026-08-05)",
        ..BASE
    },
    Row {
        zone: "iadb.isipp.com",
        default: true,
        role: Role::Welcome,
        operator: "ISIPP SuretyMail",
        codes: &[
            codes([127, 0, 0, 1], [127, 0, 0, 2], "present"),
            code([127, 0, 1, 255], "vouched for"),
            codes([127, 2, 0, 0], [127, 2, 255, 255], "a fact about the sender"),
        ],
        note: Some("several values at once; 127.0.0.1 is a good answer"),
        source: "SpamAssassin rules (2024-10-24); suretymail.com/codelist.php",
        ..BASE
    },
    Row {
        zone: "sa-trusted.bondedsender.org",
        role: Role::Welcome,
        operator: "Validity Certification",
        codes: &[codes([127, 0, 0, 0], [127, 0, 0, 255], "certified")],
        refusals: VALIDITY_REFUSALS,
        terms: Terms::Registration,
        access: "with a MyValidity account",
        source: "SpamAssassin rules (2024-10-24); check_rbl Changes",
        ..BASE
    },
    Row {
        zone: "dnswl.spfbl.net",
        kind: Kind::Ipv4AndDomain,
        role: Role::Welcome,
        operator: "SPFBL",
        codes: &[codes([127, 0, 0, 2], [127, 0, 0, 5], "good")],
        source: "luids-io xlist-database dnsxl (2020-12-28)",
        ..BASE
    },
];
