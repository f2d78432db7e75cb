//! The catalogue's rows: facts, each with the source they were read from and the day.
//!
//! Test points are those that the list is known to have; where none is known the row says none.
//! Left out on purpose: parts of a list that is here (sbl, xbl and pbl of zen; z.mailspike),
//! lists asked by hash, and lists whose codes have different roles (hostkarma, rep.mailspike).

use super::list::{Impact, Kind, Role};
use super::pattern::Pattern;

/// One list's facts.
pub(super) struct Row {
    pub(super) zone: &'static str,
    pub(super) kind: Kind,
    pub(super) role: Role,
    pub(super) impact: Option<Impact>,
    pub(super) operator: &'static str,
    /// Values, their meaning, and their impact where it is not the list's.
    pub(super) codes: &'static [(Pattern, &'static str, Option<Impact>)],
    pub(super) refusals: &'static [(Pattern, &'static str)],
    /// Must-be-listed points, and the value of one that would be a refusal elsewhere.
    pub(super) listed: &'static [(&'static str, Option<[u8; 4]>)],
    /// Must-not-be-listed points, where they are others than those of RFC 5782 §5.
    pub(super) clean: &'static [&'static str],
    pub(super) delist: Option<&'static str>,
    pub(super) access: &'static str,
    pub(super) source: &'static str,
    pub(super) read: &'static str,
}

/// What a row has unless it says otherwise.
const BASE: Row = Row {
    zone: "",
    kind: Kind::Ipv4,
    role: Role::Block,
    impact: None,
    operator: "",
    codes: &[],
    refusals: &[],
    listed: &[],
    clean: &[],
    delist: None,
    access: "open",
    source: "",
    read: "2026-11-21",
};

/// The test points of RFC 5782 §5.
const V4: (&str, Option<[u8; 4]>) = ("127.0.0.2", None);
const V6: (&str, Option<[u8; 4]>) = ("::ffff:127.0.0.2", None);
const NAME: (&str, Option<[u8; 4]>) = ("test", None);

const fn code(value: [u8; 4], meaning: &'static str) -> (Pattern, &'static str, Option<Impact>) {
    (Pattern::one(value), meaning, None)
}

const fn codes(first: [u8; 4], last: [u8; 4], meaning: &'static str) -> (Pattern, &'static str, Option<Impact>) {
    (Pattern::between(first, last), meaning, None)
}

const fn bit(bit: u8, meaning: &'static str) -> (Pattern, &'static str, Option<Impact>) {
    (Pattern::bit(bit), meaning, None)
}

/// The same code with an impact of its own.
const fn weighed(
    (pattern, meaning, _): (Pattern, &'static str, Option<Impact>),
    impact: Impact,
) -> (Pattern, &'static str, Option<Impact>) {
    (pattern, meaning, Some(impact))
}

/// Spamhaus answers so since 2019-09-30 (spamhaus.org/news/article/788).
const SPAMHAUS_MISTYPED: (Pattern, &str) = (Pattern::one([127, 255, 255, 252]), "the list's zone name is mistyped");
const SPAMHAUS_PUBLIC: (Pattern, &str) = (
    Pattern::one([127, 255, 255, 254]),
    "asked through a public or open resolver, or one whose reverse name is generic",
);
const SPAMHAUS_VOLUME: (Pattern, &str) = (Pattern::one([127, 255, 255, 255]), "too many queries");

/// dnswl.org's trust levels: the third octet is the trade, the last the trust.
const DNSWL_TRUST: &[(Pattern, &str, Option<Impact>)] = &[
    codes([127, 0, 2, 0], [127, 0, 20, 0], "trust none: not to be refused outright"),
    codes([127, 0, 2, 1], [127, 0, 20, 1], "trust low"),
    codes([127, 0, 2, 2], [127, 0, 20, 2], "trust medium"),
    codes([127, 0, 2, 3], [127, 0, 20, 3], "trust high"),
];
/// 127.0.10.3, the best level, was given for every address to those who ask too much.
const DNSWL_REFUSALS: &[(Pattern, &str)] = &[
    (Pattern::one([127, 0, 0, 255]), "over the query limit"),
    (Pattern::between([127, 0, 10, 0], [127, 0, 10, 255]), "over the query limit"),
];

/// The catalogue, block lists of addresses first.
pub(super) const ROWS: &[Row] = &[
    Row {
        zone: "zen.spamhaus.org",
        kind: Kind::Ip,
        impact: Some(Impact::Critical),
        operator: "Spamhaus Project",
        codes: &[
            code([127, 0, 0, 2], "SBL: spam operation or service"),
            code([127, 0, 0, 3], "CSS: automated, snowshoe or low reputation"),
            codes([127, 0, 0, 4], [127, 0, 0, 7], "XBL: exploited or infected host"),
            code([127, 0, 0, 9], "DROP: hijacked or criminal network"),
            weighed(code([127, 0, 0, 10], "PBL: range not to send directly, by its provider's policy"), Impact::Medium),
            weighed(code([127, 0, 0, 11], "PBL: range not to send directly, by Spamhaus's policy"), Impact::Medium),
        ],
        refusals: &[SPAMHAUS_MISTYPED, SPAMHAUS_PUBLIC, SPAMHAUS_VOLUME],
        listed: &[V4, V6],
        delist: Some("https://check.spamhaus.org/"),
        access: "free below a volume limit; not through public resolvers or some hosting networks",
        source: "rspamd rbl.conf (2026-08-21); spamhaus.org/news/article/788; SpamAssassin 20_dnsbl_tests.cf (2024-10-24)",
        ..BASE
    },
    Row {
        zone: "bl.spamcop.net",
        impact: Some(Impact::High),
        operator: "Cisco SpamCop",
        codes: &[code([127, 0, 0, 2], "reported spam source")],
        listed: &[V4],
        delist: Some("https://www.spamcop.net/bl.shtml"),
        source: "rspamd rbl.conf (2026-08-21); SpamAssassin 20_dnsbl_tests.cf (2024-10-24)",
        ..BASE
    },
    Row {
        zone: "bl.mailspike.net",
        impact: Some(Impact::Medium),
        operator: "Mailspike",
        codes: &[
            code([127, 0, 0, 2], "in a running spam wave"),
            code([127, 0, 0, 10], "worst reputation (L5)"),
            code([127, 0, 0, 11], "very bad reputation (L4)"),
            code([127, 0, 0, 12], "bad reputation (L3)"),
        ],
        listed: &[V4],
        delist: Some("https://www.mailspike.org/iplookup.html"),
        access: "free under 100,000 messages and 100,000 queries a day",
        source: "mailspike.org/usage.html",
        ..BASE
    },
    Row {
        zone: "bl.spameatingmonkey.net",
        impact: Some(Impact::Medium),
        operator: "Spam Eating Monkey",
        codes: &[code([127, 0, 0, 2], "SEM-BLACK: spam source")],
        listed: &[V4],
        delist: Some("https://spameatingmonkey.com/lookup"),
        source: "rspamd rbl.conf (2026-08-21); mailcow postfix.sh (2026-08-05)",
        ..BASE
    },
    Row {
        zone: "bl.ipv6.spameatingmonkey.net",
        kind: Kind::Ipv6,
        impact: Some(Impact::Medium),
        operator: "Spam Eating Monkey",
        codes: &[code([127, 0, 0, 2], "SEM-IPV6BL: spam source")],
        listed: &[V6],
        delist: Some("https://spameatingmonkey.com/lookup"),
        source: "rspamd rbl.conf (2026-08-21); mailcow postfix.sh (2026-08-05)",
        ..BASE
    },
    Row {
        zone: "backscatter.spameatingmonkey.net",
        impact: Some(Impact::Note),
        operator: "Spam Eating Monkey",
        codes: &[code([127, 0, 0, 2], "sends bounces to forged senders (backscatter)")],
        listed: &[V4],
        delist: Some("https://spameatingmonkey.com/lookup"),
        source: "mailcow postfix.sh (2026-08-05)",
        ..BASE
    },
    Row {
        zone: "bl.blocklist.de",
        impact: Some(Impact::Medium),
        operator: "blocklist.de",
        codes: &[code([127, 0, 0, 2], "reported for attacks on servers")],
        listed: &[V4],
        delist: Some("https://www.blocklist.de/en/delist.html"),
        source: "rspamd rbl.conf (2026-08-21); rspamd PR 4143",
        ..BASE
    },
    Row {
        zone: "bl.suomispam.net",
        impact: Some(Impact::Low),
        operator: "Suomispam",
        codes: &[code([127, 0, 0, 2], "black")],
        listed: &[V4],
        delist: Some("https://suomispam.net/"),
        source: "mailcow postfix.sh (2026-08-05); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "gl.suomispam.net",
        impact: Some(Impact::Low),
        operator: "Suomispam",
        codes: &[code([127, 0, 0, 2], "grey")],
        listed: &[V4],
        delist: Some("https://suomispam.net/"),
        source: "mailcow postfix.sh (2026-08-05); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "bip.virusfree.cz",
        kind: Kind::Ip,
        impact: Some(Impact::Medium),
        operator: "virusfree.cz",
        codes: &[code([127, 0, 0, 2], "part of a botnet")],
        listed: &[V4, V6],
        delist: Some("https://www.virusfree.cz/en/"),
        source: "rspamd rbl.conf (2026-08-21); gsauthof check-dnsbl.py (2025-05-22)",
        ..BASE
    },
    Row {
        zone: "rbl.efnetrbl.org",
        impact: Some(Impact::Low),
        operator: "EFnet",
        codes: &[
            code([127, 0, 0, 1], "open proxy"),
            code([127, 0, 0, 2], "spam trap (spamtrap666)"),
            code([127, 0, 0, 3], "spam trap (spamtrap50)"),
            code([127, 0, 0, 4], "Tor"),
            code([127, 0, 0, 5], "drone or flooding"),
        ],
        listed: &[V4],
        delist: Some("https://rbl.efnetrbl.org/"),
        source: "luids-io xlist-database dnsxl (2020-12-28); inspircd docs/conf/providers",
        ..BASE
    },
    Row {
        zone: "torexit.dan.me.uk",
        role: Role::Information,
        impact: Some(Impact::Note),
        operator: "dan.me.uk",
        codes: &[code([127, 0, 0, 100], "Tor exit")],
        delist: Some("https://www.dan.me.uk/dnsbl"),
        source: "inspircd docs/conf/providers",
        ..BASE
    },
    Row {
        zone: "list.dnswl.org",
        kind: Kind::Ip,
        role: Role::Welcome,
        operator: "dnswl.org",
        codes: DNSWL_TRUST,
        refusals: DNSWL_REFUSALS,
        listed: &[("127.0.0.2", Some([127, 0, 10, 0]))],
        delist: Some("https://www.dnswl.org/"),
        access: "free below a daily limit",
        source: "rspamd rbl.conf (2026-08-21); rspamd PR 4627 (2023-10-05)",
        ..BASE
    },
    Row {
        zone: "wl.mailspike.net",
        role: Role::Welcome,
        operator: "Mailspike",
        codes: &[
            code([127, 0, 0, 18], "good reputation"),
            code([127, 0, 0, 19], "very good reputation"),
            code([127, 0, 0, 20], "excellent reputation"),
        ],
        access: "free under 100,000 messages and 100,000 queries a day",
        source: "mailspike.org/usage.html",
        ..BASE
    },
    Row {
        zone: "iadb.isipp.com",
        role: Role::Welcome,
        operator: "ISIPP SuretyMail",
        codes: &[
            codes([127, 0, 0, 1], [127, 0, 0, 2], "present"),
            code([127, 0, 1, 255], "vouched for"),
            codes([127, 2, 0, 0], [127, 2, 255, 255], "a fact about the sender"),
        ],
        source: "suretymail.com/codelist.php; SpamAssassin 20_dnsbl_tests.cf (2024-10-24)",
        ..BASE
    },
    Row {
        zone: "dbl.spamhaus.org",
        kind: Kind::Domain,
        impact: Some(Impact::Critical),
        operator: "Spamhaus Project",
        codes: &[
            code([127, 0, 1, 2], "spam domain"),
            code([127, 0, 1, 4], "phishing domain"),
            code([127, 0, 1, 5], "malware domain"),
            code([127, 0, 1, 6], "botnet command domain"),
            weighed(code([127, 0, 1, 102], "legitimate, abused for spam"), Impact::Medium),
            weighed(code([127, 0, 1, 103], "legitimate, abused as a redirector"), Impact::Medium),
            weighed(code([127, 0, 1, 104], "legitimate, abused for phishing"), Impact::Medium),
            weighed(code([127, 0, 1, 105], "legitimate, abused for malware"), Impact::Medium),
            weighed(code([127, 0, 1, 106], "legitimate, abused for botnet command"), Impact::Medium),
        ],
        refusals: &[
            SPAMHAUS_MISTYPED,
            SPAMHAUS_PUBLIC,
            SPAMHAUS_VOLUME,
            (Pattern::one([127, 0, 1, 255]), "asked about an address; the list holds domains only"),
        ],
        listed: &[("dbltest.com", None)],
        clean: &["example.com"],
        delist: Some("https://check.spamhaus.org/"),
        access: "free below a volume limit; not through public resolvers or some hosting networks",
        source: "rspamd rbl.conf (2026-08-21); SpamAssassin 25_uribl.cf (2024-10-24)",
        ..BASE
    },
    Row {
        zone: "multi.surbl.org",
        kind: Kind::Domain,
        impact: Some(Impact::High),
        operator: "SURBL",
        codes: &[
            bit(4, "DM: disposable mail"),
            bit(8, "PH: phishing"),
            bit(16, "MW: malware"),
            bit(32, "CT: click tracker"),
            bit(64, "ABUSE: spam and abuse"),
            bit(128, "CR: cracked site"),
        ],
        refusals: &[(Pattern::bit(1), "access blocked: a public resolver, or too many queries")],
        listed: &[("surbl-org-permanent-test-point.com", None)],
        delist: Some("https://surbl.org/surbl-analysis"),
        access: "free below a volume limit",
        source: "surbl.org/lists; rspamd rbl.conf (2026-08-21); SpamAssassin 25_uribl.cf (2024-10-24)",
        ..BASE
    },
    Row {
        zone: "multi.uribl.com",
        kind: Kind::Domain,
        impact: Some(Impact::High),
        operator: "URIBL",
        codes: &[
            bit(2, "black: seen in spam"),
            weighed(bit(4, "grey: bulk mail, not spam"), Impact::Note),
            weighed(bit(8, "red: under watch"), Impact::Low),
        ],
        refusals: &[(Pattern::bit(1), "query refused: a public resolver, or too many queries")],
        listed: &[("test.uribl.com", None)],
        delist: Some("https://admin.uribl.com/"),
        access: "free below a volume limit",
        source: "uribl.com/about.shtml and /refused.shtml; rspamd rbl.conf (2026-08-21)",
        ..BASE
    },
    Row {
        zone: "uribl.spameatingmonkey.net",
        kind: Kind::Domain,
        impact: Some(Impact::Medium),
        operator: "Spam Eating Monkey",
        codes: &[code([127, 0, 0, 2], "SEM-URI: seen in spam")],
        listed: &[NAME],
        delist: Some("https://spameatingmonkey.com/lookup"),
        source: "rspamd rbl.conf (2026-08-21)",
        ..BASE
    },
    Row {
        zone: "dwl.dnswl.org",
        kind: Kind::Domain,
        role: Role::Welcome,
        operator: "dnswl.org",
        codes: DNSWL_TRUST,
        refusals: DNSWL_REFUSALS,
        access: "free below a daily limit",
        source: "rspamd rbl.conf (2026-08-21)",
        ..BASE
    },
];
