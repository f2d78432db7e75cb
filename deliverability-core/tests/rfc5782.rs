//! RFC 5782: query names, test points, and lists that would lie to a checker that believes them.
#![cfg(feature = "zone-file")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use deliverability_core::dns::{
    Answer, Answers, DnsError, Driver, Needed, Query, RecordData, Resolver, Response, Zone,
};
use deliverability_core::dnsbl::{
    Kind, List, Lookup, Pattern, Role, Status, Subject, Verdict, default_lists, query_name,
};
use deliverability_core::{Check, DomainName, Step};

const SUBJECT: &str = "192.0.2.7";

fn name(text: &str) -> DomainName {
    text.parse().unwrap()
}

fn healthy(zone: &str) -> List {
    List::new(name(zone), Kind::Ip).with_rfc_test_points()
}

/// A list's own records below `zone`, from pairs of relative name and data.
fn records(zone: &str, entries: &[(&str, &str)]) -> String {
    let lines: Vec<String> = entries.iter().map(|(label, data)| format!("{label}.{zone} {data}\n")).collect();
    lines.concat()
}

fn lookup(lists: &[List]) -> Lookup {
    Lookup::of(SUBJECT.parse().unwrap()).lists(lists)
}

fn word(status: &Status) -> &'static str {
    match status {
        Status::Listed { .. } => "listed",
        Status::NotListed => "not listed",
        Status::Refused { .. } => "refused",
        Status::Unhealthy { .. } => "unhealthy",
        Status::Untestable => "untestable",
        Status::Failed(_) => "failed",
        other => panic!("{other:?}"),
    }
}

// Query names.

#[test]
fn section_2_1_the_octets_of_ipv4_are_reversed() {
    let asked = query_name(&Subject::Ip("192.0.2.99".parse().unwrap()), &name("bad.example.com")).unwrap();
    assert_eq!(asked.to_string(), "99.2.0.192.bad.example.com");
}

#[test]
fn section_2_4_the_nibbles_of_ipv6_are_reversed() {
    let subject = Subject::Ip("2001:db8:1:2:3:4:567:89ab".parse().unwrap());
    assert_eq!(
        query_name(&subject, &name("ugly.example.com")).unwrap().to_string(),
        "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ugly.example.com"
    );
}

#[test]
fn section_3_a_domain_stands_in_front_of_the_zone() {
    let verdicts = Lookup::of_domain(name("invalid.edu"))
        .lists(&[List::new(name("doms.example.net"), Kind::Domain)])
        .in_zone(&Zone::new());
    assert_eq!(verdicts[0].query(), &Query::a(name("invalid.edu.doms.example.net")));
}

#[test]
fn a_mapped_address_is_asked_as_ipv4() {
    let lists = [healthy("both.test"), List::new(name("six.test"), Kind::Ipv6)];
    let verdicts = Lookup::of("::ffff:192.0.2.7".parse().unwrap()).lists(&lists).in_zone(&Zone::new());
    assert_eq!(verdicts.len(), 1, "a list of IPv6 addresses does not hold it");
    assert_eq!(verdicts[0].query(), &Query::a(name("7.2.0.192.both.test")));
}

#[test]
fn a_name_over_the_limit_is_an_unknown_with_a_reason() {
    let long = name(&["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(60)].join("."));
    for subject in [long, DomainName::root()] {
        let verdict =
            &Lookup::of_domain(subject).lists(&[List::new(name("dom.test"), Kind::Domain)]).in_zone(&Zone::new())[0];
        assert!(verdict.is_unknown());
        assert!(verdict.to_string().contains("in front of dom.test makes no domain name"), "{verdict}");
        assert_eq!(verdict.queries().count(), 0);
    }
}

// Test points.

#[test]
fn section_5_names_the_test_points() {
    let list = List::new(name("l.test"), Kind::IpAndDomain).with_rfc_test_points();
    let points = |ip: &str| {
        let subject = Subject::Ip(ip.parse().unwrap());
        [list.listed_point(&subject), list.clean_point(&subject)].map(|point| point.unwrap().query.name.to_string())
    };
    assert_eq!(points(SUBJECT), ["2.0.0.127.l.test", "1.0.0.127.l.test"]);
    // ::FFFF:7F00:2 is asked in its IPv6 form.
    let zeros = "0.".repeat(20);
    assert_eq!(points("2001:db8::1"), [2, 1].map(|last| format!("{last}.0.0.0.0.0.f.7.f.f.f.f.{zeros}l.test")));
    let domain = Subject::Domain(name("example.org"));
    assert_eq!(list.listed_point(&domain).unwrap().query.name, name("test.l.test"));
    assert_eq!(list.clean_point(&domain).unwrap().query.name, name("invalid.l.test"));
}

/// One list of the trap battery.
struct Trap {
    list: List,
    zone: &'static str,
    records: &'static [(&'static str, &'static str)],
    /// Names below the zone that fail; `*` is every name that the check can ask.
    failing: &'static [(&'static str, DnsError)],
    want: &'static str,
}

impl Trap {
    const fn new(
        list: List,
        zone: &'static str,
        records: &'static [(&'static str, &'static str)],
        want: &'static str,
    ) -> Self {
        Self { list, zone, records, failing: &[], want }
    }

    fn failing(self, failing: &'static [(&'static str, DnsError)]) -> Self {
        Self { failing, ..self }
    }
}

const QUESTION: &str = "7.2.0.192";
const LISTED: &str = "2.0.0.127";
const CLEAN: &str = "1.0.0.127";

fn traps() -> Vec<Trap> {
    let uribl =
        healthy("uribl.test").with_refusal(Pattern::bit(1), "query refused").with_code(Pattern::bit(2), "black");
    let dnswl = healthy("dnswl.test")
        .with_role(Role::Welcome)
        .with_refusal(Pattern::one([127, 0, 0, 255]), "over the limit")
        .with_refusal(Pattern::between([127, 0, 10, 0], [127, 0, 10, 255]), "over the limit")
        .with_listed_point_giving(Subject::Ip("127.0.0.2".parse().unwrap()), [127, 0, 10, 0].into());
    let welcome = healthy("welcome.test").with_role(Role::Welcome);
    let bare = List::new(name("bare.test"), Kind::Ipv4);
    let pointless = List::new(name("pointless.test"), Kind::Ipv4).without_clean_points();
    let at = |zone: &'static str, records, want| Trap::new(healthy(zone), zone, records, want);
    vec![
        at("hit.test", &[(LISTED, "A 127.0.0.2"), (QUESTION, "A 127.0.0.2")], "listed"),
        at("clean.test", &[(LISTED, "A 127.0.0.2")], "not listed"),
        at("world.test", &[("*", "A 127.0.0.2")], "unhealthy"),
        at("parked.test", &[("*", "A 91.195.240.117")], "unhealthy"),
        at("half-parked.test", &[(QUESTION, "A 127.0.0.2"), (QUESTION, "A 91.195.240.117")], "unhealthy"),
        at("open-resolver.test", &[("*", "A 127.255.255.254")], "refused"),
        at("volume.test", &[("*", "A 127.255.255.255")], "refused"),
        at("typo.test", &[("*", "A 127.255.255.252")], "refused"),
        at("refused-at-point.test", &[(LISTED, "A 127.255.255.254")], "refused"),
        Trap::new(uribl, "uribl.test", &[("*", "A 127.0.0.1")], "refused"),
        Trap::new(dnswl.clone(), "dnswl.test", &[("*", "A 127.0.0.255")], "refused"),
        at("emptied.test", &[], "unhealthy"),
        at("rcode-refused.test", &[], "refused").failing(&[("*", DnsError::Refused)]),
        at("silent.test", &[], "failed").failing(&[("*", DnsError::Timeout)]),
        at("silent-point.test", &[], "failed").failing(&[(LISTED, DnsError::Timeout)]),
        at("silent-control.test", &[(LISTED, "A 127.0.0.2"), (QUESTION, "A 127.0.0.2")], "failed")
            .failing(&[(CLEAN, DnsError::Servfail)]),
        at("hit-silent-point.test", &[(QUESTION, "A 127.0.0.2")], "listed").failing(&[(LISTED, DnsError::Timeout)]),
        Trap::new(welcome, "welcome.test", &[(LISTED, "A 127.0.0.2"), (QUESTION, "A 127.0.2.3")], "listed"),
        at("many.test", &[(LISTED, "A 127.0.0.2"), (QUESTION, "A 127.0.0.2"), (QUESTION, "A 127.0.0.10")], "listed"),
        Trap::new(bare.clone(), "bare.test", &[], "untestable"),
        Trap::new(pointless, "pointless.test", &[(QUESTION, "A 127.0.0.2")], "untestable"),
    ]
}

fn world(traps: &[Trap]) -> Zone {
    let text: String = traps.iter().map(|trap| records(trap.zone, trap.records)).collect();
    let mut zone: Zone = text.parse().unwrap();
    for trap in traps {
        for (label, error) in trap.failing {
            let labels = if *label == "*" { vec![QUESTION, LISTED, CLEAN] } else { vec![*label] };
            for label in labels {
                zone.fail(Query::a(name(&format!("{label}.{}", trap.zone))), error.clone());
            }
        }
    }
    zone
}

#[test]
fn no_trap_is_taken_for_listed_or_clean() {
    let traps = traps();
    let lists: Vec<List> = traps.iter().map(|trap| trap.list.clone()).collect();
    let verdicts = lookup(&lists).in_zone(&world(&traps));
    assert_eq!(verdicts.len(), traps.len());
    for (trap, verdict) in traps.iter().zip(&verdicts) {
        assert_eq!((verdict.list(), word(verdict.status())), (&trap.list, trap.want), "{verdict}");
        assert_eq!(verdict.is_listed(), trap.want == "listed");
        assert_eq!(verdict.is_unknown(), !matches!(trap.want, "listed" | "not listed"));
        assert_eq!(verdict.is_blocked(), verdict.is_listed() && trap.zone != "welcome.test");
        assert_eq!(verdict.query(), verdict.queries().next().unwrap());
    }
}

#[test]
fn every_unknown_says_why_in_plain_words() {
    let traps = traps();
    let lists: Vec<List> = traps.iter().map(|trap| trap.list.clone()).collect();
    let verdicts = lookup(&lists).in_zone(&world(&traps));
    let said = |zone: &str| verdicts.iter().find(|v| v.list().zone() == &name(zone)).unwrap().to_string();
    for (zone, want) in [
        ("hit.test", "listed: 127.0.0.2"),
        ("many.test", "listed: 127.0.0.2, 127.0.0.10"),
        ("clean.test", "not listed"),
        (
            "parked.test",
            "unknown: the list cannot be believed: it answers 91.195.240.117, and no list has values outside \
             127.0.0.0/8: its domain may be parked",
        ),
        (
            "world.test",
            "unknown: the list cannot be believed: its test point 127.0.0.1 must not be listed and is: the list may \
             list everything",
        ),
        (
            "emptied.test",
            "unknown: the list cannot be believed: its test point 127.0.0.2 must be listed and is not: the list was \
             emptied or does not serve this resolver",
        ),
        (
            "open-resolver.test",
            "unknown: the list refused to answer: 127.255.255.254: asked through a public or open resolver",
        ),
        ("uribl.test", "unknown: the list refused to answer: 127.0.0.1: query refused"),
        ("silent.test", "unknown: no answer in time"),
        ("silent-point.test", "unknown: no answer in time (its test point 2.0.0.127.silent-point.test A)"),
        ("bare.test", "unknown: no test point of the list is known that could confirm its answer"),
    ] {
        assert_eq!(said(zone), format!("{zone}: {want}"));
    }
}

/// What can stand at one name of a list.
const THINGS: [&str; 8] = ["none", "no data", "entry", "refusal", "foreign", "timeout", "servfail", "rcode refused"];

fn thing(which: &str) -> Answer {
    let a = |value: [u8; 4]| Response::new([RecordData::A(value.into())]).into_answer();
    match which {
        "none" => Response::nxdomain().into_answer(),
        "no data" => Response::no_data().into_answer(),
        "entry" => a([127, 0, 0, 2]),
        "refusal" => a([127, 255, 255, 254]),
        "foreign" => a([198, 51, 100, 1]),
        "timeout" => Err(DnsError::Timeout),
        "servfail" => Err(DnsError::Servfail),
        _ => Err(DnsError::Refused),
    }
}

#[test]
fn section_5_an_entry_needs_an_empty_control_and_no_entry_a_full_one() {
    let lookup = lookup(&[healthy("l.test")]);
    let is_empty = |which| matches!(which, "none" | "no data");
    let is_disowned = |which| matches!(which, "refusal" | "foreign" | "rcode refused");
    for question in THINGS {
        for listed in THINGS {
            for clean in THINGS {
                let answers: Answers = [(QUESTION, question), (LISTED, listed), (CLEAN, clean)]
                    .map(|(label, which)| (Query::a(name(&format!("{label}.l.test"))), thing(which)))
                    .into_iter()
                    .collect();
                let verdict = &lookup.replay(&answers)[0];
                let trusted = !is_disowned(listed) && !is_disowned(clean);
                let case = format!("{question} / {listed} / {clean}: {verdict}");
                assert_eq!(verdict.is_listed(), trusted && question == "entry" && is_empty(clean), "{case}");
                let not_listed = is_empty(question) && listed == "entry" && clean != "entry";
                assert_eq!(verdict.status() == &Status::NotListed, trusted && not_listed, "{case}");
            }
        }
    }
}

// What is asked, and when.

#[test]
fn the_questions_come_first_then_the_test_points_then_the_reasons() {
    let lists = [healthy("one.test"), healthy("two.test")];
    let ask = |labels: &[&str]| labels.iter().map(|label| Query::a(name(label))).collect::<Vec<_>>();
    let needed = |answers: &Answers| match lookup(&lists).step(answers) {
        Step::Need(Needed { blocking, foreseen, .. }) => (blocking, foreseen),
        Step::Done(verdicts) => panic!("{verdicts:?}"),
    };
    let (blocking, foreseen) = needed(&Answers::new());
    assert_eq!(blocking, ask(&["7.2.0.192.one.test"]));
    assert_eq!(
        foreseen,
        ask(&[
            "7.2.0.192.two.test",
            "2.0.0.127.one.test",
            "1.0.0.127.one.test",
            "2.0.0.127.two.test",
            "1.0.0.127.two.test"
        ])
    );
    // An entry on the first list; the second refuses and is left alone.
    let mut answers: Answers = [("7.2.0.192.one.test", "entry"), ("7.2.0.192.two.test", "refusal")]
        .map(|(label, which)| (Query::a(name(label)), thing(which)))
        .into_iter()
        .collect();
    assert_eq!(needed(&answers), (ask(&["2.0.0.127.one.test"]), ask(&["1.0.0.127.one.test"])));
    answers.insert(Query::a(name("2.0.0.127.one.test")), thing("entry"));
    answers.insert(Query::a(name("1.0.0.127.one.test")), thing("none"));
    assert_eq!(needed(&answers), (vec![Query::txt(name("7.2.0.192.one.test"))], vec![]));
}

/// A zone behind a delay: the same for all, or another for each query.
struct Delayed<'a> {
    zone: &'a Zone,
    delay: fn(u64) -> Duration,
    asked: AtomicU64,
}

impl<'a> Delayed<'a> {
    fn by(zone: &'a Zone, delay: fn(u64) -> Duration) -> Self {
        Self { zone, delay, asked: AtomicU64::new(0) }
    }
}

#[async_trait]
impl Resolver for Delayed<'_> {
    async fn resolve(&self, query: &Query) -> Answer {
        let nth = self.asked.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep((self.delay)(nth)).await;
        self.zone.answer(query)
    }
}

const SECOND: Duration = Duration::from_secs(1);

fn twenty() -> (Vec<List>, Zone) {
    let zones: Vec<String> = (0..20).map(|n| format!("l{n}.test")).collect();
    let text: String = zones.iter().map(|zone| records(zone, &[(LISTED, "A 127.0.0.2")])).collect();
    (zones.iter().map(|zone| healthy(zone)).collect(), text.parse().unwrap())
}

async fn rounds(lists: &[List], zone: &Zone) -> (Vec<Verdict>, u64, u64) {
    let resolver = Delayed::by(zone, |_| SECOND);
    let start = tokio::time::Instant::now();
    let verdicts = lookup(lists).run(&resolver).await;
    (verdicts, start.elapsed().as_secs(), resolver.asked.into_inner())
}

#[tokio::test(start_paused = true)]
async fn twenty_lists_take_one_round_and_a_second_one_for_reasons() {
    let (lists, mut zone) = twenty();
    let (verdicts, seconds, asked) = rounds(&lists, &zone).await;
    assert!(verdicts.iter().all(|verdict| verdict.status() == &Status::NotListed));
    assert_eq!((seconds, asked), (1, 60));

    let hits = "7.2.0.192.l3.test A 127.0.0.2\n7.2.0.192.l3.test TXT \"see https://l3.test/192.0.2.7\"\n7.2.0.192.l9.test A 127.0.0.4";
    zone.merge(hits.parse().unwrap());
    let (verdicts, seconds, asked) = rounds(&lists, &zone).await;
    assert_eq!((seconds, asked), (2, 62));
    let reasons: Vec<_> = verdicts
        .iter()
        .filter_map(|verdict| match verdict.status() {
            Status::Listed { reason, .. } => Some(reason.as_deref()),
            _ => None,
        })
        .collect();
    assert_eq!(reasons, [Some("see https://l3.test/192.0.2.7"), None]);
}

#[tokio::test(start_paused = true)]
async fn the_verdicts_do_not_depend_on_the_driver() {
    let traps = traps();
    let lists: Vec<List> = traps.iter().map(|trap| trap.list.clone()).collect();
    let zone = world(&traps);
    let lookup = lookup(&lists);
    let in_zone = lookup.in_zone(&zone);
    assert_eq!(lookup.run_with(|query| zone.answer(query)), in_zone);
    assert_eq!(lookup.run(&zone).await, in_zone);
    let (frugal, asked) = Driver::default().frugal().drive(&lookup, &zone).await;
    assert_eq!(frugal, in_zone);
    assert_eq!(lookup.replay(&asked), in_zone, "what was asked is enough to replay");
    // Answers in any order, one at a time or many.
    for in_flight in [1, 3, 64] {
        let scattered = Delayed::by(&zone, |nth| Duration::from_millis((nth * 7919) % 101));
        assert_eq!(Driver::default().in_flight(in_flight).drive(&lookup, &scattered).await.0, in_zone);
    }
}

#[tokio::test]
async fn a_list_that_refused_is_left_alone() {
    let zone: Zone = "*.l.test A 127.255.255.254".parse().unwrap();
    let (verdicts, asked) = Driver::default().frugal().drive(&lookup(&[healthy("l.test")]), &zone).await;
    assert_eq!((word(verdicts[0].status()), asked.len()), ("refused", 1));
}

// What an entry says.

#[test]
fn the_reason_is_escaped_bounded_and_keeps_its_url() {
    let list = healthy("l.test").with_delist("https://l.test/remove").with_code(Pattern::one([127, 0, 0, 2]), "spam");
    let mut zone: Zone = "7.2.0.192.l.test A 127.0.0.2".parse().unwrap();
    let hostile = format!("https://l.test/why \u{1b}]0;pwned\u{7} {}", "padding ".repeat(1000));
    zone.insert(name("7.2.0.192.l.test"), RecordData::Txt(hostile.as_str().into()));
    let verdict = &lookup(&[list]).in_zone(&zone)[0];
    let Status::Listed { codes, reason, delist, .. } = verdict.status() else { panic!("{verdict}") };
    assert_eq!(codes[0].to_string(), "127.0.0.2 (spam)");
    assert_eq!(delist.as_deref(), Some("https://l.test/remove"));
    let reason = reason.as_deref().unwrap();
    assert!(reason.starts_with("https://l.test/why \\u{1b}]0;pwned\\u{7} padding"), "{reason}");
    assert!(reason.chars().count() <= 520 && !reason.contains(char::is_control));
}

#[test]
fn a_reason_that_cannot_be_had_leaves_the_listing() {
    let mut zone: Zone = "7.2.0.192.l.test A 127.0.0.2".parse().unwrap();
    zone.fail(Query::txt(name("7.2.0.192.l.test")), DnsError::Timeout);
    let verdict = &lookup(&[healthy("l.test")]).in_zone(&zone)[0];
    assert!(matches!(verdict.status(), Status::Listed { reason: None, .. }), "{verdict}");
}

#[test]
fn a_failure_in_foreign_words_is_escaped() {
    let mut zone = Zone::new();
    zone.fail(Query::a(name("7.2.0.192.l.test")), DnsError::other("oh\u{1b}[2Jno"));
    assert_eq!(lookup(&[healthy("l.test")]).in_zone(&zone)[0].to_string(), "l.test: unknown: oh\\u{1b}[2Jno");
}

// The catalogue, over zones made for it.

fn catalogue_verdict(subject: Subject, zone: &str, records: &str) -> Verdict {
    let check = match subject {
        Subject::Ip(ip) => Lookup::of(ip),
        Subject::Domain(domain) => Lookup::of_domain(domain),
        other => panic!("{other}"),
    };
    let verdicts = check.in_zone(&records.parse().unwrap());
    verdicts.into_iter().find(|verdict| verdict.list().zone() == &name(zone)).unwrap()
}

#[test]
fn dnswl_answers_its_test_point_with_a_value_that_refuses_elsewhere() {
    let ip = || Subject::Ip(SUBJECT.parse().unwrap());
    let point = "2.0.0.127.list.dnswl.org A 127.0.10.0\n";
    assert_eq!(catalogue_verdict(ip(), "list.dnswl.org", point).status(), &Status::NotListed);
    let trusted = format!("{point}7.2.0.192.list.dnswl.org A 127.0.5.3");
    let trusted = catalogue_verdict(ip(), "list.dnswl.org", &trusted);
    assert!(trusted.is_listed() && !trusted.is_blocked());
    assert!(trusted.to_string().contains("trust high"), "{trusted}");
    // Over the limit, everybody is trusted most: that is a refusal.
    let refused = catalogue_verdict(ip(), "list.dnswl.org", "*.list.dnswl.org A 127.0.10.3");
    assert_eq!(word(refused.status()), "refused", "{refused}");
}

#[test]
fn domain_lists_decode_sums_and_refusals() {
    let domain = || Subject::Domain(name("shop.example"));
    let surbl = "surbl-org-permanent-test-point.com.multi.surbl.org A 127.0.0.254\n";
    let listed = format!("{surbl}shop.example.multi.surbl.org A 127.0.0.80");
    assert_eq!(
        catalogue_verdict(domain(), "multi.surbl.org", &listed).to_string(),
        "multi.surbl.org: listed: 127.0.0.80 (MW: malware), 127.0.0.80 (ABUSE: spam and abuse)"
    );
    let blocked = catalogue_verdict(domain(), "multi.surbl.org", "*.multi.surbl.org A 127.0.0.1");
    assert_eq!(word(blocked.status()), "refused");
    let wrong = catalogue_verdict(domain(), "dbl.spamhaus.org", "shop.example.dbl.spamhaus.org A 127.0.1.255");
    assert_eq!(word(wrong.status()), "refused");
}

#[test]
fn the_default_set_fits_the_subject() {
    let zone = Zone::new();
    let count = |kind: Subject| default_lists().iter().filter(|list| list.kind().holds(&kind)).count();
    for ip in [SUBJECT, "2001:db8::7"] {
        let ip = ip.parse().unwrap();
        let verdicts = Lookup::of(ip).in_zone(&zone);
        assert_eq!(verdicts.len(), count(Subject::Ip(ip)));
        assert!(verdicts.iter().all(Verdict::is_unknown), "lists that do not exist are not clean");
    }
    let verdicts = Lookup::of_domain(name("shop.example")).in_zone(&zone);
    assert_eq!(verdicts.len(), count(Subject::Domain(name("shop.example"))));
    assert!(verdicts.iter().all(|verdict| verdict.list().kind() == Kind::Domain));
}
