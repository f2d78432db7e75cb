//! DMARC, written from the text of RFC 9989 and RFC 7489 section by section: what a receiver makes of messages under each.
#![cfg(all(feature = "psl", feature = "zone-file"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use deliverability_core::dmarc::{Destinations, Evaluation, Identities, Permission, Record, Verdict, lint};
use deliverability_core::dns::{RecordData, Text, Zone};
use deliverability_core::{Check, DomainName, SpfResult};

/// What it is, author domain, SPF domain, DKIM domains, records (`domain: text`; `=name: A` exists), and what comes out
/// under RFC 9989 and RFC 7489: result, requested policy, organizational domain (`-` where it is not looked at).
struct Case(
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    [&'static str; 3],
    [&'static str; 3],
);

const CASES: &[Case] = &[
    // RFC 9989 §4.10: at most eight queries, and seven labels behind the first.
    Case(
        "a record at the eighth label is asked for",
        "a.b.c.d.e.f.g.example.org",
        "",
        &[],
        &["b.c.d.e.f.g.example.org: v=DMARC1; p=reject"],
        ["none", "-", "-"],
        ["none", "-", "example.org"],
    ),
    Case(
        "seven labels are",
        "a.b.c.d.e.f.g.example.org",
        "",
        &[],
        &["c.d.e.f.g.example.org: v=DMARC1; p=reject"],
        ["fail", "reject", "c.d.e.f.g.example.org"],
        ["none", "-", "-"],
    ),
    Case(
        "eight labels, the parent has seven",
        "b.c.d.e.f.g.example.org",
        "",
        &[],
        &["c.d.e.f.g.example.org: v=DMARC1; p=quarantine"],
        ["fail", "quarantine", "-"],
        ["none", "-", "-"],
    ),
    Case(
        "many labels, the author's own record",
        "a.b.c.d.e.f.g.h.i.example.org",
        "",
        &[],
        &["a.b.c.d.e.f.g.h.i.example.org: v=DMARC1; p=reject"],
        ["fail", "reject", "-"],
        ["fail", "reject", "example.org"],
    ),
    // §4.10.2.
    Case(
        "psd=n at the author",
        "mail.example.org",
        "example.org",
        &[],
        &["mail.example.org: v=DMARC1; p=reject; psd=n", "example.org: v=DMARC1; p=none"],
        ["fail", "reject", "mail.example.org"],
        ["pass", "-", "example.org"],
    ),
    Case(
        "psd=y at the author is not one label below",
        "bank",
        "",
        &["bank"],
        &["bank: v=DMARC1; p=reject; psd=y"],
        ["pass", "-", "bank"],
        ["pass", "-", "-"],
    ),
    Case(
        "psd=y above",
        "mail.giant.bank",
        "",
        &["giant.bank"],
        &["bank: v=DMARC1; p=reject; psd=y"],
        ["pass", "-", "giant.bank"],
        ["none", "-", "-"],
    ),
    Case(
        "psd=y above, failing, sp of the PSD",
        "giant.bank",
        "",
        &[],
        &["bank: v=DMARC1; p=reject; sp=quarantine; psd=y", "=giant.bank: A"],
        ["fail", "quarantine", "giant.bank"],
        ["none", "-", "-"],
    ),
    Case(
        "psd=y above, failing, np of the PSD",
        "gone.bank",
        "",
        &[],
        &["bank: v=DMARC1; p=none; np=reject; psd=y"],
        ["fail", "reject", "gone.bank"],
        ["none", "-", "-"],
    ),
    Case(
        "psd=y stops the walk before the root",
        "a.b.example.org",
        "",
        &["example.org"],
        &["b.example.org: v=DMARC1; p=reject; psd=y", "example.org: v=DMARC1; p=none"],
        ["fail", "reject", "a.b.example.org"],
        ["pass", "-", "example.org"],
    ),
    Case(
        "psd=u is as nothing",
        "a.example.org",
        "",
        &["example.org"],
        &["a.example.org: v=DMARC1; p=reject; psd=u", "example.org: v=DMARC1; p=none"],
        ["pass", "-", "example.org"],
        ["pass", "-", "example.org"],
    ),
    Case(
        "a psd= that is none is discarded",
        "a.example.org",
        "",
        &["example.org"],
        &["a.example.org: v=DMARC1; p=reject; psd=x", "example.org: v=DMARC1; p=none"],
        ["pass", "-", "example.org"],
        ["pass", "-", "example.org"],
    ),
    Case(
        "the record between is not of the organization",
        "a.b.example.org",
        "",
        &[],
        &["b.example.org: v=DMARC1; p=reject", "example.org: v=DMARC1; p=quarantine; sp=none"],
        ["fail", "none", "example.org"],
        ["fail", "none", "example.org"],
    ),
    Case(
        "no record at all",
        "example.org",
        "example.org",
        &["example.org"],
        &[],
        ["none", "-", "-"],
        ["none", "-", "-"],
    ),
    Case(
        "an identifier's own psd=n",
        "example.org",
        "",
        &["a.example.org"],
        &["example.org: v=DMARC1; p=reject", "a.example.org: v=DMARC1; p=none; psd=n"],
        ["fail", "reject", "example.org"],
        ["pass", "-", "example.org"],
    ),
    // §4.7, p, sp, np.
    Case(
        "np is for what does not exist",
        "gone.example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=none; sp=quarantine; np=reject"],
        ["fail", "reject", "-"],
        ["fail", "quarantine", "-"],
    ),
    Case(
        "np is not for what exists",
        "a.example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=none; sp=quarantine; np=reject", "=a.example.org: A"],
        ["fail", "quarantine", "-"],
        ["fail", "quarantine", "-"],
    ),
    Case(
        "np is not for the domain itself",
        "example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=none; np=reject"],
        ["fail", "none", "-"],
        ["fail", "none", "-"],
    ),
    Case(
        "a name below exists, so it does",
        "a.example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=none; np=reject", "=b.a.example.org: A"],
        ["fail", "none", "-"],
        ["fail", "none", "-"],
    ),
    Case(
        "without sp and np, p",
        "a.example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=quarantine", "=a.example.org: A"],
        ["fail", "quarantine", "-"],
        ["fail", "quarantine", "-"],
    ),
    Case(
        "words in capitals",
        "example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=REJECT"],
        ["fail", "reject", "-"],
        ["fail", "reject", "-"],
    ),
    Case(
        "tags in capitals",
        "example.org",
        "",
        &[],
        &["example.org: V=DMARC1; P=reject"],
        ["fail", "reject", "-"],
        ["fail", "reject", "-"],
    ),
    Case(
        "the version in small letters is none",
        "example.org",
        "",
        &["example.org"],
        &["example.org: v=dmarc1; p=reject"],
        ["none", "-", "-"],
        ["none", "-", "-"],
    ),
    Case(
        "t=y",
        "example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=reject; t=y"],
        ["fail", "quarantine", "-"],
        ["fail", "reject", "-"],
    ),
    Case(
        "t=y and sp",
        "a.example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=reject; sp=quarantine; t=y", "=a.example.org: A"],
        ["fail", "none", "-"],
        ["fail", "quarantine", "-"],
    ),
    Case(
        "t=n",
        "example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=reject; t=n"],
        ["fail", "reject", "-"],
        ["fail", "reject", "-"],
    ),
    Case(
        "pct=0",
        "example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=reject; pct=0"],
        ["fail", "reject", "-"],
        ["fail", "quarantine", "-"],
    ),
    Case(
        "p is not first",
        "example.org",
        "",
        &[],
        &["example.org: v=DMARC1; rua=mailto:d@example.org; p=reject"],
        ["fail", "reject", "-"],
        ["fail", "reject", "-"],
    ),
    Case(
        "p is missing, rua is there",
        "example.org",
        "",
        &[],
        &["example.org: v=DMARC1; rua=mailto:d@example.org"],
        ["fail", "none", "-"],
        ["fail", "none", "-"],
    ),
    Case(
        "p is wrong, rua is wrong",
        "example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=rejct; rua=d@example.org"],
        ["none", "-", "-"],
        ["none", "-", "-"],
    ),
    Case(
        "np is wrong, no rua",
        "example.org",
        "",
        &["example.org"],
        &["example.org: v=DMARC1; p=reject; np=all"],
        ["none", "-", "-"],
        ["pass", "-", "-"],
    ),
    Case(
        "unknown tags",
        "example.org",
        "",
        &[],
        &["example.org: v=DMARC1; foo=bar; p=reject; zz=\u{20}1"],
        ["fail", "reject", "-"],
        ["fail", "reject", "-"],
    ),
    Case(
        "white space around everything",
        "example.org",
        "",
        &[],
        &["example.org: v = DMARC1 ;\tp =\treject ; "],
        ["fail", "reject", "-"],
        ["fail", "reject", "-"],
    ),
    Case(
        "no blank behind the semicolon",
        "example.org",
        "",
        &[],
        &["example.org: v=DMARC1;p=reject;adkim=s"],
        ["fail", "reject", "-"],
        ["fail", "reject", "-"],
    ),
    // §4.4.
    Case(
        "strict SPF",
        "example.org",
        "mail.example.org",
        &[],
        &["example.org: v=DMARC1; p=reject; aspf=s"],
        ["fail", "reject", "-"],
        ["fail", "reject", "-"],
    ),
    Case(
        "strict SPF leaves DKIM relaxed",
        "example.org",
        "",
        &["mail.example.org"],
        &["example.org: v=DMARC1; p=reject; aspf=s"],
        ["pass", "-", "-"],
        ["pass", "-", "-"],
    ),
    Case(
        "strict, the same",
        "mail.example.org",
        "mail.example.org",
        &[],
        &["example.org: v=DMARC1; p=reject; aspf=s; adkim=s"],
        ["pass", "-", "-"],
        ["pass", "-", "-"],
    ),
    Case(
        "strict in capitals",
        "example.org",
        "mail.example.org",
        &[],
        &["example.org: v=DMARC1; p=reject; aspf=S"],
        ["fail", "reject", "-"],
        ["fail", "reject", "-"],
    ),
    Case(
        "a mode that is none is relaxed",
        "example.org",
        "mail.example.org",
        &[],
        &["example.org: v=DMARC1; p=reject; aspf=strict"],
        ["pass", "-", "-"],
        ["pass", "-", "-"],
    ),
    Case(
        "the ends are alike, the labels are not",
        "example.org",
        "",
        &["badexample.org"],
        &["example.org: v=DMARC1; p=reject"],
        ["fail", "reject", "-"],
        ["fail", "reject", "-"],
    ),
    Case(
        "an identifier above the author",
        "a.b.example.org",
        "",
        &["b.example.org"],
        &["example.org: v=DMARC1; p=reject"],
        ["pass", "-", "-"],
        ["pass", "-", "-"],
    ),
    // §4.10.1: the walk finds a record of the registry that says nothing of psd.
    Case(
        "a record at the top-level domain",
        "example.org",
        "",
        &["other.org"],
        &["org: v=DMARC1; p=none"],
        ["pass", "-", "org"],
        ["none", "-", "-"],
    ),
    // RFC 7489 §6.6.3: several records are none; RFC 9989 walks on.
    Case(
        "several records at the organization",
        "a.example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=reject", "example.org: v=DMARC1; p=none"],
        ["none", "-", "-"],
        ["none", "-", "-"],
    ),
    Case(
        "one record and one of another version",
        "example.org",
        "",
        &[],
        &["example.org: v=DMARC1; p=reject", "example.org: v=DMARC2; p=none"],
        ["fail", "reject", "-"],
        ["fail", "reject", "-"],
    ),
    // The public suffix list has co.uk; the walk needs no list.
    Case(
        "a suffix of two labels",
        "a.example.co.uk",
        "",
        &["example.co.uk"],
        &["example.co.uk: v=DMARC1; p=reject"],
        ["pass", "-", "example.co.uk"],
        ["pass", "-", "example.co.uk"],
    ),
    Case(
        "two registrations under one suffix",
        "a.co.uk",
        "",
        &["b.co.uk"],
        &["a.co.uk: v=DMARC1; p=reject"],
        ["fail", "reject", "a.co.uk"],
        ["fail", "reject", "a.co.uk"],
    ),
];

fn name(text: &str) -> DomainName {
    text.parse().unwrap()
}

fn zone(lines: &[&str]) -> Zone {
    let mut zone = Zone::new();
    for line in lines {
        let (at, record) = line.split_once(": ").unwrap();
        match at.strip_prefix('=') {
            Some(at) => zone.insert(name(at), RecordData::A("192.0.2.1".parse().unwrap())),
            None => zone.insert(name(at).child("_dmarc").unwrap(), RecordData::Txt(Text::from(record))),
        }
    }
    zone
}

fn differs(verdict: &Verdict, [result, requested, organization]: [&str; 3]) -> bool {
    let is = verdict.requested().map_or("-", |policy| policy.as_str());
    let of = verdict.organizational_domain().map_or("-".to_owned(), ToString::to_string);
    verdict.result().as_str() != result || (requested != is) || (organization != "-" && organization != of)
}

#[test]
fn what_receivers_make_of_it() {
    let mut wrong = Vec::new();
    for Case(what, author, spf, dkim, records, rfc9989, rfc7489) in CASES {
        let identities = Identities::new(name(author));
        let identities = if spf.is_empty() { identities } else { identities.spf(SpfResult::Pass, name(spf)) };
        let identities = dkim.iter().fold(identities, |all, domain| all.dkim_pass(name(domain)));
        let outcome = Evaluation::of(identities).in_zone(&zone(records));
        for (verdict, expected) in [(outcome.rfc9989(), rfc9989), (outcome.rfc7489(), rfc7489)] {
            if differs(verdict, *expected) {
                let organization = verdict.organizational_domain().map(ToString::to_string);
                wrong
                    .push(format!("{what}: {verdict} ({:?}, {organization:?}), not {expected:?}", verdict.requested()));
            }
        }
    }
    eprintln!("{} cases under two sets of rules", CASES.len());
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// A record; whether it is one (RFC 9989 §4.8), and whether something is said about it.
const RECORDS: &[(&str, bool, bool)] = &[
    ("v=DMARC1; p=none; rua=mailto:d@example.org", true, false),
    ("v=DMARC1; p=none; rua=mailto:d@example.org;", true, false),
    ("v=DMARC1; p=none; rua=MAILTO:d@example.org", true, false),
    ("v=DMARC1; p=none; rua=mailto:a@example.org, mailto:b@example.org", true, false),
    ("v=DMARC1; p=none; rua=mailto:a@example.org mailto:b@example.org", false, true),
    ("v=DMARC1; p=none; rua=mailto:a@example.org!10m", true, true),
    ("v=DMARC1; p=none; rua=mailto:a@example.org!10x", false, true),
    ("v=DMARC1; p=none; rua=mailto:a%2Cb@example.org", true, false),
    ("v=DMARC1; p=none; rua=a@example.org", false, true),
    // RFC 6068 §2: an address is not needed for the URI to be one.
    ("v=DMARC1; p=none; rua=mailto:", true, true),
    ("v=DMARC1; p=none; rua=", false, true),
    ("v=DMARC1; p=none; ruf=mailto:d@example.org; fo=0:d", true, false),
    ("v=DMARC1; p=none; ruf=mailto:d@example.org; fo=s:d:0", true, false),
    ("v=DMARC1; p=none; ruf=mailto:d@example.org; fo=0:1", false, true),
    ("v=DMARC1; p=none; ruf=mailto:d@example.org; fo=1,d", false, true),
    ("v=DMARC1; p=none; fo=1; rua=mailto:d@example.org", true, true),
    ("v=DMARC1; p=none; pct=50; rua=mailto:d@example.org", true, true),
    ("v=DMARC1; p=none; ri=3600; rf=afrf; rua=mailto:d@example.org", true, true),
    ("v=DMARC1; p=none; p=reject", false, true),
    ("v=DMARC1 p=none", false, true),
    ("v=DMARC1: p=none", false, true),
    ("v=DMARC1; p:none", false, true),
    ("v=DMARC1; p=none\\; sp=reject", false, true),
    ("\"v=DMARC1; p=none\"", false, true),
    ("p=none; v=DMARC1", false, true),
    (" v=DMARC1; p=none", false, true),
    ("v=DMARC1; p=none; sp=", false, true),
    ("v=DMARC1; p=none; adkim=relaxed", false, true),
    ("v=DMARC1; p=\u{2003}none", false, true),
    ("v=DMARC1", true, true),
];

#[test]
fn records_with_oddities() {
    let mut wrong = Vec::new();
    for (record, is_one, is_said) in RECORDS {
        let (parsed, problems) = (record.parse::<Record>(), lint(record.as_bytes()));
        if parsed.is_ok() != *is_one || problems.is_empty() == *is_said {
            let messages: Vec<&str> = problems.iter().map(|problem| &*problem.message).collect();
            wrong.push(format!("{record}: {parsed:?} {messages:?}"));
        }
        assert!(problems.iter().all(|problem| problem.span.end <= record.len()), "{record}");
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// RFC 9990 §4: who may be sent the reports of `a.example.org`.
#[test]
fn external_reports() {
    let permission = |uri: &str, lines: &[&str]| {
        let record: Record = format!("v=DMARC1; p=none; rua={uri}").parse().unwrap();
        let mut zone = zone(&[]);
        for line in lines {
            let (at, text) = line.split_once(": ").unwrap();
            zone.insert(name(at), RecordData::Txt(Text::from(text)));
        }
        let outcome = Destinations::of(name("a.example.org"), &record).in_zone(&zone);
        outcome.destinations()[0].permission().clone()
    };
    let own = permission("mailto:d@example.org", &["_dmarc.example.org: v=DMARC1; p=none"]);
    assert!(!matches!(own, Permission::Refused), "{own:?}");
    let at = "a.example.org._report._dmarc.example.net";
    let of = |records: &[&str]| {
        let lines: Vec<String> = records.iter().map(|record| format!("{at}: {record}")).collect();
        permission("mailto:d@example.net", &lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert_eq!(of(&[]), Permission::Refused);
    assert_eq!(of(&["yes"]), Permission::Refused);
    for granted in ["v=DMARC1", "v=DMARC1;", "v=DMARC1; rua=mailto:x@example.net"] {
        assert!(matches!(of(&[granted]), Permission::Granted { .. }), "{granted}");
    }
    assert!(matches!(of(&["something else", "v=DMARC1"]), Permission::Granted { .. }));
    assert!(matches!(of(&["v=DMARC1; rua=mailto:x@example.com"]), Permission::SentElsewhere { .. }));
    let wildcard = permission("mailto:d@example.net", &["*._report._dmarc.example.net: v=DMARC1"]);
    assert!(matches!(wildcard, Permission::Granted { .. }));
}
