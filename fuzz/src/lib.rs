//! The bodies of the fuzz targets, as plain functions: a body returns, or panics on a defect.
//!
//! `fuzz_targets/` wraps them for cargo-fuzz; `tests/replay.rs` replays them on stable Rust.

mod bounces;
mod chains;
mod dmarc;
mod hostile_zone;
mod lists;
mod messages;
mod trace;
mod replies;

use bounces::{BOUNCE_WORDS, LOG_WORDS};
pub use bounces::{bounce_message, log_line};
use chains::CHAIN_WORDS;
pub use chains::arc_chain;
pub use lists::{dnsbl_decode, list_file};
use messages::{AUTHENTICATION_RESULTS_WORDS, MESSAGE_WORDS, SIGNATURE_WORDS, is_one_field};
pub use messages::{authentication_results, dkim_signature, message_headers, verify_message};

pub use trace::received;
use replies::REPLY_WORDS;
pub use replies::smtp_reply;

pub use dmarc::{aggregate_report, dmarc_record, transport_records};

use deliverability_core::dkim::{KeyRecord, lint_key};
use deliverability_core::dns::resolvers::{Exchange, Reply};
use deliverability_core::dns::{DnsError, Driver, Query, RecordData, RecordType, Response, Text, Zone};
use deliverability_core::dnsbl::{Kind, List, Lookup, Pattern};
use deliverability_core::header::ReceivedSpf;
use deliverability_core::header::addresses::Mailbox;
use deliverability_core::historic::{adsp, domainkeys, sender_id};
use deliverability_core::problem::apply_edits;
use deliverability_core::reverse_dns::GenericName;
use deliverability_core::spf::{self, MacroString, Record, explain, lint, lint_text};
use deliverability_core::{Check, DomainName, Problem, RuleId, Severity, Span};
use futures_util::FutureExt as _;

/// A fuzz target: its name, its body, and the words its seeded inputs are made of.
pub struct Target {
    /// The name of the target and of its corpus folder.
    pub name: &'static str,
    /// Returns, or panics on a defect.
    pub body: fn(&[u8]),
    /// Pieces of the language it reads.
    pub words: &'static [&'static str],
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "spf_record", body: spf_record, words: SPF_WORDS },
    Target { name: "spf_lint", body: spf_lint, words: LINT_WORDS },
    Target { name: "spf_check_host", body: spf_check_host, words: SPF_WORDS },
    Target { name: "macro_string", body: macro_string, words: MACRO_WORDS },
    Target { name: "dkim_key_record", body: dkim_key_record, words: KEY_WORDS },
    Target { name: "dnsbl_response", body: dnsbl_response, words: &["\u{7f}", "\0", "\u{1}", "\u{2}", "~", "spam"] },
    Target {
        name: "domain_name",
        body: domain_name,
        words: &[".", "a", "_spf", "\\", "\\046", "xn--", "ü", "example", "-", "*"],
    },
    Target { name: "zone_file", body: zone_file, words: ZONE_WORDS },
    Target { name: "received", body: received, words: trace::RECEIVED_WORDS },
    Target { name: "received_spf", body: received_spf, words: RECEIVED_SPF_WORDS },
    Target { name: "smtp_reply", body: smtp_reply, words: REPLY_WORDS },
    Target { name: "bounce_message", body: bounce_message, words: BOUNCE_WORDS },
    Target { name: "log_line", body: log_line, words: LOG_WORDS },
    Target { name: "authentication_results", body: authentication_results, words: AUTHENTICATION_RESULTS_WORDS },
    Target {
        name: "dns_reply",
        body: dns_reply,
        words: &["\u{1}a\u{4}test\0", "\0\u{5}\0\u{1}", "\0\u{10}\0\u{1}", "\0\0\0\u{7f}", "\0\u{4}", "\u{3}abc", "\0"],
    },
    Target { name: "sender_id", body: sender_id, words: SENDER_ID_WORDS },
    Target { name: "generic_name", body: generic_name, words: GENERIC_NAME_WORDS },
    Target {
        name: "dnsbl_decode",
        body: dnsbl_decode,
        words: &["\0", "\u{1}", "\u{2}", "\u{4}", "\u{7f}\0\0", "\u{7f}\0\u{1}", "\u{7f}", "\n", "@", "P"],
    },
    Target { name: "list_file", body: list_file, words: LIST_FILE_WORDS },
    Target { name: "dkim_signature", body: dkim_signature, words: SIGNATURE_WORDS },
    Target { name: "message_headers", body: message_headers, words: MESSAGE_WORDS },
    Target { name: "verify_message", body: verify_message, words: MESSAGE_WORDS },
    Target { name: "arc_chain", body: arc_chain, words: CHAIN_WORDS },
    Target { name: "dmarc_record", body: dmarc_record, words: dmarc::RECORD_WORDS },
    Target { name: "aggregate_report", body: aggregate_report, words: dmarc::REPORT_WORDS },
    Target { name: "transport_records", body: transport_records, words: dmarc::TRANSPORT_WORDS },
];

const LIST_FILE_WORDS: &[&str] = &[
    "[[list]]\n",
    "[[list.code]]\n",
    "[[list.refusal]]\n",
    "zone = \"bl.test\"\n",
    "zone = \"",
    "kind = \"ip\"\n",
    "kind = \"domain\"\n",
    "role = \"welcome\"\n",
    "values = \"127.0.0.4-7\"\n",
    "values = \"bit 4\"\n",
    "meaning = \"spam\"\n",
    "why = \"no\"\n",
    "listed = []\n",
    "clean = [\"127.0.0.1\"]\n",
    "number = true\n",
    "source = 'x'\n",
    "\"",
    "\n",
    "# ",
    "ü",
];
const SPF_WORDS: &[&str] = &[
    "v=spf1",
    " ",
    "a",
    "mx",
    "ptr",
    "all",
    "-all",
    "~",
    "?",
    "include:",
    "exists:",
    "redirect=",
    "exp=",
    "ip4:192.0.2.1",
    "ip6:2001:db8::",
    "/24",
    "//64",
    "/0",
    "%{d}",
    "%{ir}",
    "%{l1r-}",
    "a.test",
    "b.test",
    ":",
    "x=y",
    "\n",
];
const LINT_WORDS: &[&str] = &[
    "v=spf1",
    "v=spf1 ",
    " ",
    " ",
    "a",
    "mx",
    "all",
    "-all",
    "~all",
    "include:",
    "include=",
    "ipv4:",
    "ip4:192.0.2.1",
    "192.0.2.0/24",
    "10.0.0.9/8",
    "ip6:2001:db8::",
    "a.test",
    "_spf.b.test",
    "redirect=c.test",
    "redirect:",
    "exp=",
    "%{ir}",
    ",",
    ";",
    ":",
    "/",
    "google-site-verification=x",
    "\u{2013}",
    "\u{a0}",
    "\u{200b}",
    "\"",
    "\\",
    "<x>",
    "\n",
    "ü",
];
const MACRO_WORDS: &[&str] = &[
    "%{", "}", "s", "l", "o", "d", "i", "p", "v", "h", "c", "r", "t", "1", "20", "0", "128", "-", "+", ",", "/", "_",
    "=", ".", "%%", "%_", "%-", "a", "S",
];
const KEY_WORDS: &[&str] = &[
    "v=DKIM1",
    ";",
    " ",
    "k=rsa",
    "k=ed25519",
    "p=",
    "h=sha256",
    "s=email",
    "t=y",
    "t=y:s",
    "n=x",
    "MIIB",
    "AAAA",
    "=",
    "\\;",
    "\"",
    "v=spf1 -all",
    "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    "-----BEGIN PUBLIC KEY-----",
    "\t",
];
const ZONE_WORDS: &[&str] = &[
    "a.test ",
    "TXT ",
    "\"x\"",
    "A 192.0.2.1",
    "MX 10 b",
    "CNAME ",
    "\n",
    "(",
    ")",
    ";",
    "$ORIGIN ",
    "$TTL 1\n",
    "@",
    "\\",
    "\\300",
    "\\100",
    "\"",
    " ",
    "$INCLUDE /",
    "*",
];
const RECEIVED_SPF_WORDS: &[&str] = &[
    "Received-SPF:",
    "pass ",
    "Fail ",
    "unknown ",
    "(a.test: no)",
    "(",
    ")",
    "\"",
    "\\",
    ";",
    "=",
    " ",
    "\r\n ",
    "\r",
    "\u{2028}",
    "client-ip=192.0.2.1",
    "envelope-from=<amy@a.test>",
    "helo=",
    "problem=no way ",
    "x-key",
];
const SENDER_ID_WORDS: &[&str] = &[
    "spf2.0/",
    "pra",
    "mfrom",
    ",",
    " -all",
    "Sender:",
    "From:",
    "Resent-From:",
    "Resent-Sender:",
    "Received: x",
    "\r\n",
    "\n ",
    "amy",
    "@",
    "a.test",
    ".",
    "<",
    ">",
    "\"",
    "(",
    ")",
    "\\",
    "[192.0.2.1]",
    ":",
    ";",
    "\u{ff20}",
    "\u{fc}",
    " ",
];

const GENERIC_NAME_WORDS: &[&str] = &[
    "192",
    "0",
    "2",
    "1",
    "002",
    "001",
    "c0",
    "00",
    "02",
    "01",
    "c0000201",
    "3221225985",
    "2001",
    "db8",
    "-",
    "--",
    ".",
    "_",
    "x",
    "dyn",
    "pool",
    "dsl",
    "mail",
    "smtp",
    "static",
    "host",
    "compute.amazonaws.com",
    "in-addr.arpa",
    "isp.test",
    "A",
    "ü",
    "9.a.b.c",
];

/// What parses prints and parses to the same record; spans lie in the text.
pub fn spf_record(data: &[u8]) {
    match Record::parse(data) {
        Ok(record) => {
            let printed = record.to_string();
            assert_eq!(Record::parse(printed.as_bytes()).as_ref(), Ok(&record), "{printed}");
            assert!(record.terms.iter().all(|term| term.span.end <= data.len() && term.span.start < term.span.end));
        }
        Err(error) => {
            assert!(error.span.start <= error.span.end && error.span.end <= data.len(), "{error}");
            assert!(!error.to_string().chars().any(char::is_control), "{error}");
        }
    }
}

/// Problems and edits lie in the text and do not overlap; mending ends, and keeps what parses.
pub fn spf_lint(data: &[u8]) {
    // Each round mends something that the one before it laid bare; there is not much of that.
    const ROUNDS: usize = 8;
    let mut record = data.to_vec();
    for round in 0.. {
        let problems = lint(&record);
        assert_eq!(Record::parse(&record).is_ok(), !problems.iter().any(is_syntax), "{problems:?}");
        check_edits(&record, &problems);
        if problems.iter().all(|problem| problem.edit.is_none()) {
            break;
        }
        assert!(round < ROUNDS, "{problems:?}");
        let mended = apply_edits(&record, &problems);
        assert!(Record::parse(&record).is_err() || Record::parse(&mended).is_ok(), "{problems:?}");
        record = mended;
    }
    let strings = data.chunks(1 + usize::from(data.first().copied().unwrap_or_default() % 16));
    let text = Text::from_strings(strings);
    check_edits(text.bytes(), &lint_text(&text));
}

fn is_syntax(problem: &Problem) -> bool {
    problem.rule == RuleId::SpfSyntax && problem.severity == Severity::Blocks
}

fn check_edits(record: &[u8], problems: &[Problem]) {
    let mut edits: Vec<Span> = problems.iter().filter_map(|problem| Some(problem.edit.as_ref()?.span)).collect();
    edits.sort();
    assert!(edits.windows(2).all(|pair| pair[0] != pair[1] && pair[0].end <= pair[1].start), "{problems:?}");
    for problem in problems {
        assert!(problem.span.start <= problem.span.end && problem.span.end <= record.len(), "{problem}");
        assert!(!problem.message.chars().any(char::is_control), "{problem}");
        assert!(problem.edit.as_ref().is_none_or(|edit| edit.span.end <= record.len()), "{problem}");
    }
}

/// Any zone: the walk ends within its limits, and every driver gives the same evaluation.
pub fn spf_check_host(data: &[u8]) {
    let (zone, check) = hostile_zone::of(data);
    let evaluation = check.in_zone(&zone);
    let ledger = evaluation.trace().ledger();
    assert!(ledger.lookups() <= 11 && ledger.void_lookups() <= 3, "{:?}", evaluation.cause());
    let told = explain(&evaluation, &zone).to_string();
    assert!(!told.replace('\n', "").chars().any(char::is_control), "{told:?}");
    let noted = spf::received_spf(&evaluation, "r.test").to_string();
    assert_eq!(ReceivedSpf::parse(noted.as_bytes()).map(|field| field.to_string()), Ok(noted));
    for driver in [Driver::default(), Driver::default().frugal(), Driver::default().in_flight(2)] {
        let (driven, asked) = driver.drive(&check, &zone).now_or_never().expect("a zone is always ready");
        assert_eq!(driven, evaluation);
        assert!(asked.len() <= 400, "{} queries", asked.len());
        assert_eq!(check.replay(&asked), evaluation);
    }
}

/// What parses prints and parses to the same macro string.
pub fn macro_string(data: &[u8]) {
    if let Ok(parsed) = MacroString::parse_explanation(data) {
        let printed = parsed.to_string();
        assert_eq!(MacroString::parse_explanation(printed.as_bytes()).as_ref(), Ok(&parsed), "{printed}");
    }
}

/// What parses prints and parses to the same key; every problem lies in the text.
pub fn dkim_key_record(data: &[u8]) {
    match KeyRecord::parse(data) {
        Ok(key) => {
            let printed = key.to_string();
            assert_eq!(KeyRecord::parse(printed.as_bytes()).as_ref(), Ok(&key), "{printed}");
        }
        Err(error) => assert!(error.span.end <= data.len(), "{error}"),
    }
    for problem in lint_key(&Text::new(data)) {
        assert!(problem.span.end <= data.len(), "{problem}");
        assert!(!problem.message.chars().any(char::is_control), "{problem}");
        assert!(problem.edit.is_none_or(|edit| edit.span.end <= data.len()));
    }
}

/// Any answers: a verdict comes, and no address outside 127/8 makes a listing.
pub fn dnsbl_response(data: &[u8]) {
    let (head, text) = data.split_at(data.len().min(12));
    let zone_name: DomainName = "bl.test".parse().expect("a name");
    let list = List::new(zone_name, Kind::Ipv4).with_rfc_test_points().with_code(Pattern::one([127, 0, 0, 2]), "spam");
    let mut zone = Zone::new();
    for (n, name) in ["7.2.0.192.bl.test", "2.0.0.127.bl.test", "1.0.0.127.bl.test"].into_iter().enumerate() {
        let name: DomainName = name.parse().expect("a name");
        match head.get(n * 4..n * 4 + 4) {
            Some(&[a, b, c, d]) if a != 0 => zone.insert(name.clone(), RecordData::A([a, b, c, d].into())),
            Some(&[_, 1, ..]) => zone.fail(deliverability_core::dns::Query::a(name.clone()), DnsError::Refused),
            _ => {}
        }
        zone.insert(name, RecordData::Txt(Text::new(text)));
    }
    let subject = [192, 0, 2, 7].into();
    let verdict = Lookup::of(core::net::IpAddr::V4(subject)).lists(&[list]).in_zone(&zone).remove(0);
    assert!(!verdict.is_listed() || head.first() == Some(&127), "{verdict}");
    assert!(!verdict.to_string().chars().any(char::is_control));
    assert!(Response::nxdomain().is_void());
}

/// What parses prints and parses to the same name, within the wire limits.
pub fn domain_name(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    match text.parse::<DomainName>() {
        Ok(name) => {
            let printed = name.to_string();
            assert_eq!(printed.parse::<DomainName>().as_ref(), Ok(&name), "{printed}");
            assert!(name.labels().map(|label| label.len() + 1).sum::<usize>() < 255);
            assert!(name.parents().all(|parent| name.is_within(&parent)));
        }
        Err(error) => assert!(error.span.start <= error.span.end, "{error}"),
    }
}

/// Any master file: read, or refused with a line of the text.
pub fn zone_file(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    match text.parse::<Zone>() {
        Ok(zone) => assert!(zone.records().count() <= text.len()),
        Err(error) => assert!(error.line <= text.lines().count() + 1, "{error}"),
    }
}

/// Whatever a field holds, what is written is one field that reads back as it was written.
pub fn received_spf(data: &[u8]) {
    let read = match ReceivedSpf::parse(data) {
        Ok(read) => read,
        Err(error) => return assert!(error.span.end <= data.len() * 3, "{error}"),
    };
    for field in
        [read.clone(), read.with("x-data", String::from_utf8_lossy(data)).comment(String::from_utf8_lossy(data))]
    {
        let written = field.to_string();
        is_one_field(&written);
        let again = ReceivedSpf::parse(written.as_bytes()).expect(&written);
        assert_eq!(again.pairs.len(), field.pairs.len(), "{written:?}");
        // What is escaped or cut once stays as it is.
        let twice = ReceivedSpf::parse(again.to_string().as_bytes()).expect(&written);
        assert_eq!(again, twice, "{written:?}");
    }
}

/// The records of protocols out of use print and parse to the same; an address found is one, and an
/// error lies in the text.
pub fn sender_id(data: &[u8]) {
    match domainkeys::Policy::parse(data) {
        Ok(policy) => assert_eq!(policy.to_string().parse().as_ref(), Ok(&policy)),
        Err(error) => {
            assert!(error.span.end <= data.len() && !domainkeys::in_words(data).chars().any(char::is_control))
        }
    }
    if let Err(error) = domainkeys::SelectorRecord::parse(data) {
        assert!(error.span.end <= data.len(), "{error}");
    }
    let _ = adsp::Practices::parse(data);
    let text = Text::new(data);
    let selected = sender_id::select([&text], &sender_id::Scope::Pra);
    match sender_id::Record::parse(data) {
        Ok(record) => {
            assert_eq!(record.to_string().parse().as_ref(), Ok(&record));
            let covers = record.covers(&sender_id::Scope::Pra);
            assert_eq!(selected == sender_id::Selected::SenderId(record), covers);
        }
        Err(error) => assert!(error.span.end <= data.len() && !error.to_string().chars().any(char::is_control)),
    }
    match sender_id::purported_responsible_address(data) {
        Ok(pra) => is_mailbox(&pra.mailbox),
        Err(error) => assert!(error.span.end <= data.len(), "{error}"),
    }
    match Mailbox::parse(data) {
        Ok(mailbox) => is_mailbox(&mailbox),
        Err(error) => assert!(error.span.end <= data.len(), "{error}"),
    }
}

fn is_mailbox(mailbox: &Mailbox) {
    let printed = mailbox.to_string();
    assert!(!printed.chars().any(char::is_control), "{printed:?}");
    assert_eq!(Mailbox::parse(printed.as_bytes()).map(|again| again.to_string()).as_ref(), Ok(&printed));
}

/// Any name: the pieces lie in it, the first is the strongest, and case changes nothing.
pub fn generic_name(data: &[u8]) {
    let Ok(Ok(name)) = core::str::from_utf8(data).map(str::parse::<DomainName>) else { return };
    for address in [[192, 0, 2, 1].into(), core::net::IpAddr::V6("2001:db8::9abc:0:1".parse().expect("an address"))] {
        let found = GenericName::of(&name, address);
        let text = found.text();
        assert!(text.is_ascii() && !text.chars().any(char::is_control), "{text:?}");
        for piece in found.pieces() {
            assert!(piece.span.start < piece.span.end && !piece.span.of_text(text).is_empty(), "{piece:?} {text}");
        }
        assert!(found.pieces().windows(2).all(|pair| pair[0].weight >= pair[1].weight), "{text}");
        let upper = text.to_ascii_uppercase().parse().expect("a name");
        assert_eq!(GenericName::of(&upper, address).pieces(), found.pieces(), "{text}");
    }
}

/// Whatever a name server sends, as it is and behind a header and question that fit: it is read or
/// passed over, and a chain of aliases ends.
pub fn dns_reply(data: &[u8]) {
    let Some((&[kind, flags, code, answers, others], rest)) = data.split_first_chunk::<5>() else { return };
    let record_type = RecordType::ALL[usize::from(kind) % RecordType::ALL.len()];
    let mut exchange = Exchange::of(&Query::new("a.test".parse().expect("a name"), record_type));
    let request = exchange.request(0);
    if request.is_answered_by(data) {
        exchange.read(data);
    }
    let question = &request.octets()[12..request.octets().len() - 11];
    let header = [0, 0, 0x80 | flags & 0x07, code & 0x8f, 0, 1, 0, answers & 7, 0, others & 3, 0, others >> 6];
    let reply = [&header, question, rest].concat();
    assert!(request.is_answered_by(&reply));
    let mut requests = 0;
    while exchange.read(&reply) == Reply::Further {
        requests += 1;
        assert!(requests < 20, "a chain of aliases never ends");
    }
}
