//! DMARC as receivers apply it: the cases and examples of RFC 9989, the same messages under RFC 7489, DNS
//! failures, drivers, and report destinations.
#![cfg(all(feature = "psl", feature = "zone-file"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[allow(dead_code, reason = "shared with other suites")]
mod drivers;

use std::fs;
use std::path::PathBuf;

use deliverability_core::dmarc::{
    Alignment, Cause, Destinations, Disagreement, Discovery, Evaluation, Identities, MAX_IDENTIFIERS, Mechanism,
    Outcome, Permission, Policy, Record, RecordStatus, TagName,
};
use deliverability_core::dns::{DnsError, Driver, Query, RecordData, Text, Zone};
use deliverability_core::{Check, DmarcResult, DomainName, SpfResult, Step};
use drivers::{Random, all_agree, block_on};

fn name(text: &str) -> DomainName {
    text.parse().unwrap()
}

/// A zone from `domain: record` lines, each at `_dmarc` below the domain; other lines are master-file text.
fn zone(lines: &str) -> Zone {
    let mut zone = Zone::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (domain, record) = line.split_once(": ").unwrap();
        let at_itself = domain.strip_prefix('=').map(name);
        let domain = at_itself.unwrap_or_else(|| name(domain).child("_dmarc").unwrap());
        match record {
            "A" => zone.insert(domain, RecordData::A("192.0.2.1".parse().unwrap())),
            "TIMEOUT" => zone.fail(Query::txt(domain), DnsError::Timeout),
            "NO A" => zone.fail(Query::a(domain), DnsError::Servfail),
            record => zone.insert(domain, RecordData::Txt(Text::from(record))),
        }
    }
    zone
}

fn evaluate(author: &str, spf: &str, dkim: &[&str], lines: &str) -> Outcome {
    let identities = Identities::new(name(author));
    let identities = if spf.is_empty() { identities } else { identities.spf(SpfResult::Pass, name(spf)) };
    let identities = dkim.iter().fold(identities, |identities, domain| identities.dkim_pass(name(domain)));
    all_agree(&Evaluation::of(identities), &zone(lines), 7)
}

#[test]
fn the_cases_of_rfc_9989() {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora/dmarc/rfc9989_cases.json"));
    if !path.exists() {
        assert!(std::env::var_os("DELIVERABILITY_REQUIRE_ALL").is_none(), "{} is absent", path.display());
        eprintln!("SKIPPED: {} is absent", path.display());
        return;
    }
    let cases: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let cases = cases.as_array().unwrap();
    for case in cases {
        let text = |field: &str| case[field].as_str().unwrap_or_default();
        let mut zone = Zone::new();
        for (at, records) in case["txt"].as_object().unwrap() {
            for record in records.as_array().unwrap() {
                zone.insert(name(at), RecordData::Txt(Text::from(record.as_str().unwrap())));
            }
        }
        let exists = case["exists"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
        // No data: the name has another record.
        let exists = exists.chain(case["rcode"].as_object().unwrap().keys().cloned());
        exists.for_each(|at| zone.insert(name(&at), RecordData::Mx { preference: 1, exchange: name("mx.test") }));
        let mut identities = Identities::new(name(text("author")));
        if !text("spf_pass").is_empty() {
            identities = identities.spf(SpfResult::Pass, name(text("spf_pass")));
        }
        for domain in case["dkim_pass"].as_array().unwrap() {
            identities = identities.dkim_pass(name(domain.as_str().unwrap()));
        }
        let outcome = all_agree(&Evaluation::of(identities), &zone, 1);
        let verdict = outcome.rfc9989();
        let case_name = text("name");
        assert_eq!(verdict.result().as_str(), text("result"), "{case_name}: {verdict}");
        assert_eq!(verdict.policy().map_or("-", Policy::as_str), text("policy"), "{case_name}: {verdict}");
        if let Some(organization) = case["org"].as_str() {
            assert_eq!(verdict.organizational_domain(), Some(&name(organization)), "{case_name}");
        }
        if let Some(decision) = verdict.decision() {
            assert!(decision.span().end <= decision.text().len(), "{case_name}");
        }
    }
    assert_eq!(cases.len(), 23);
}

#[test]
fn the_examples_of_rfc_9989_appendix_b_4() {
    let two = "example.com: v=DMARC1; p=reject\nsigning.example.com: v=DMARC1; p=none";
    for author in ["example.com", "a.b.c.d.e.f.g.h.i.j.k.example.com"] {
        let outcome = evaluate(author, "example.com", &["signing.example.com"], two);
        let verdict = outcome.rfc9989();
        assert_eq!(verdict.result(), DmarcResult::Pass, "{author}");
        assert!(verdict.identifiers().iter().all(|found| found.alignment().is_aligned()), "{author}");
        assert_eq!(verdict.decision().unwrap().domain(), &name("example.com"));
    }
    let bank = "bank.example: v=DMARC1; p=reject; psd=y\ngiant.bank.example: v=DMARC1; p=quarantine";
    let outcome = evaluate("giant.bank.example", "mail.giant.bank.example", &["mail.mega.bank.example"], bank);
    let verdict = outcome.rfc9989();
    let found: Vec<_> = verdict.identifiers().iter().map(|found| found.alignment().clone()).collect();
    assert_eq!(found, [Alignment::Relaxed, Alignment::No]);
    assert_eq!(verdict.organizational_domain(), Some(&name("giant.bank.example")));
    assert_eq!(verdict.policy(), Some(Policy::Quarantine));
}

#[test]
fn the_verdict_says_which_bytes_decided() {
    let record = "v=DMARC1; p=none; sp=quarantine; np=reject";
    let decided = |author: &str, lines: &str| {
        let outcome = evaluate(author, "", &[], lines);
        let decision = outcome.rfc9989().decision().unwrap().clone();
        (decision.tag(), String::from_utf8_lossy(decision.span().of(decision.text())).into_owned(), decision.policy())
    };
    let lines = format!("example.org: {record}\n=real.example.org: A");
    assert_eq!(decided("example.org", &lines), (TagName::P, "p=none".to_owned(), Policy::None));
    assert_eq!(decided("real.example.org", &lines), (TagName::Sp, "sp=quarantine".to_owned(), Policy::Quarantine));
    let gone = evaluate("gone.example.org", "", &[], &lines);
    assert!(gone.queries().contains(&&Query::a(name("gone.example.org"))));
    assert_eq!(decided("gone.example.org", &lines), (TagName::Np, "np=reject".to_owned(), Policy::Reject));
    // RFC 9989 §4.10.1: acts as p=none, because of this tag.
    let broken = "example.org: v=DMARC1; p=reject; sp=rejct; rua=mailto:d@example.org";
    assert_eq!(decided("example.org", broken), (TagName::Sp, "rejct".to_owned(), Policy::None));
}

#[test]
fn test_mode_asks_for_less_and_none_stays_none() {
    // RFC 9989 §4.7, t.
    for (p, requested) in [("reject", Policy::Quarantine), ("quarantine", Policy::None), ("none", Policy::None)] {
        let outcome = evaluate("example.org", "", &[], &format!("example.org: v=DMARC1; p={p}; t=y"));
        assert_eq!(outcome.rfc9989().requested(), Some(requested), "{p}");
        assert!(outcome.rfc9989().to_string().ends_with(", in test mode"));
    }
    let passed = evaluate("example.org", "example.org", &[], "example.org: v=DMARC1; p=reject");
    assert_eq!(passed.rfc9989().requested(), None);
}

#[test]
fn a_failed_query_is_never_no_record() {
    // RFC 9989 §5.3.6.
    let temperror = |author: &str, dkim: &[&str], lines: &str| {
        let outcome = evaluate(author, "", dkim, lines);
        assert_eq!(outcome.result(), DmarcResult::Temperror, "{lines}");
        match outcome.rfc9989().cause() {
            Cause::Dns { query, .. } => query.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(temperror("example.org", &[], "example.org: TIMEOUT"), "_dmarc.example.org TXT");
    // The record may be further up.
    assert_eq!(temperror("a.example.org", &[], "example.org: TIMEOUT"), "_dmarc.example.org TXT");
    // There is a record, but whose organization is not known.
    let lines = "a.example.org: v=DMARC1; p=reject\nexample.org: TIMEOUT";
    assert_eq!(temperror("a.example.org", &["example.org"], lines), "_dmarc.example.org TXT");
    assert_eq!(
        temperror("a.example.org", &["b.example.org"], "example.org: v=DMARC1; p=none\nb.example.org: TIMEOUT"),
        "_dmarc.b.example.org TXT"
    );
}

#[test]
fn a_failed_query_that_does_not_matter_does_no_harm() {
    // RFC 9989 §4.10.2, its note: no walk is needed for the same domain, nor with strict alignment.
    let lines = "a.example.org: v=DMARC1; p=reject\nexample.org: TIMEOUT";
    assert_eq!(evaluate("a.example.org", "", &["a.example.org"], lines).result(), DmarcResult::Pass);
    // No organization has both of two names under different top-level domains.
    assert_eq!(evaluate("a.example.org", "", &["a.example.net"], lines).result(), DmarcResult::Fail);
    let strict = "a.example.org: v=DMARC1; p=reject; adkim=s\nexample.org: TIMEOUT";
    assert_eq!(evaluate("a.example.org", "", &["example.org"], strict).result(), DmarcResult::Fail);
    // One that is aligned is enough.
    let lines = "example.org: v=DMARC1; p=none\nb.example.org: TIMEOUT";
    assert_eq!(evaluate("a.example.org", "", &["b.example.org", "c.example.org"], lines).result(), DmarcResult::Pass);
}

#[test]
fn whether_the_author_domain_exists_may_be_unknown() {
    let lines = "example.org: v=DMARC1; p=none; np=reject\n=a.example.org: NO A";
    let outcome = evaluate("a.example.org", "", &[], lines);
    assert_eq!((outcome.result(), outcome.rfc9989().policy()), (DmarcResult::Fail, None));
    assert_eq!(outcome.rfc9989().unknown_policy(), Some(&DnsError::Servfail));
    // It does not matter where np says the same.
    let same = lines.replace("np=reject", "np=none");
    assert_eq!(evaluate("a.example.org", "", &[], &same).rfc9989().policy(), Some(Policy::None));
}

#[test]
fn an_authentication_that_failed_for_now_is_temperror_if_it_could_count() {
    let record = zone("example.org: v=DMARC1; p=reject");
    let result = |identities: Identities| Evaluation::of(identities).in_zone(&record).result();
    let author = || Identities::new(name("example.org"));
    assert_eq!(result(author().spf(SpfResult::Temperror, name("mail.example.org"))), DmarcResult::Temperror);
    assert_eq!(result(author().spf(SpfResult::Temperror, name("example.net"))), DmarcResult::Fail);
    assert_eq!(result(author().dkim_temperror(name("example.org"))), DmarcResult::Temperror);
    assert_eq!(result(author().dkim_temperror(name("example.org")).dkim_pass(name("example.org"))), DmarcResult::Pass);
    for spf in [SpfResult::None, SpfResult::Neutral, SpfResult::Softfail, SpfResult::Fail, SpfResult::Permerror] {
        assert_eq!(result(author().spf(spf, name("example.org"))), DmarcResult::Fail, "{spf}");
    }
}

#[test]
fn several_records_walk_on_and_a_broken_one_stops() {
    // RFC 9989 §4.10: several are discarded, the walk goes on; §4.10.1: a retrieved record without a valid
    // policy ends it.
    let several =
        "a.example.org: v=DMARC1; p=none\na.example.org: v=DMARC1; p=none; t=n\nexample.org: v=DMARC1; p=reject";
    let outcome = evaluate("a.example.org", "", &[], several);
    assert_eq!((outcome.result(), outcome.rfc9989().policy()), (DmarcResult::Fail, Some(Policy::Reject)));
    // RFC 7489 §6.6.3 step 5 stops.
    assert_eq!(outcome.rfc7489().result(), DmarcResult::None);
    assert!(outcome.disagreements().iter().any(|d| matches!(d, Disagreement::SeveralRecords { .. })));
    let broken = "a.example.org: v=DMARC1; p=rejct\nexample.org: v=DMARC1; p=reject";
    let outcome = evaluate("a.example.org", "", &["a.example.org"], broken);
    let verdict = outcome.rfc9989();
    assert_eq!(verdict.result(), DmarcResult::None);
    assert!(matches!(verdict.cause(), Cause::RecordIgnored { tag: TagName::P, .. }));
}

#[test]
fn the_two_rfcs_disagree_for_these_reasons() {
    let reasons = |author: &str, dkim: &[&str], lines: &str| {
        let outcome = evaluate(author, "", dkim, lines);
        let reasons: Vec<String> = outcome.disagreements().iter().map(ToString::to_string).collect();
        (outcome.result(), outcome.rfc7489().result(), reasons)
    };
    let none: &[String] = &[];
    let agreed = reasons("a.example.org", &["b.example.org"], "example.org: v=DMARC1; p=reject");
    assert_eq!((agreed.0, agreed.1, &agreed.2[..]), (DmarcResult::Pass, DmarcResult::Pass, none));

    // An organization below the registered domain says so with psd=n.
    let lines = "dept.example.org: v=DMARC1; p=reject; psd=n\nexample.org: v=DMARC1; p=none";
    let parted = reasons("dept.example.org", &["example.org"], lines);
    assert_eq!((parted.0, parted.1), (DmarcResult::Fail, DmarcResult::Pass));
    assert_eq!(
        parted.2,
        [
            "the organizational domain is dept.example.org by the tree walk of RFC 9989, example.org by the public suffix list of RFC 7489",
            "example.org, by DKIM, is aligned under RFC 7489 and not under RFC 9989",
        ]
    );
    // A record between the two is found by the walk only.
    let found = reasons("a.dept.example.org", &[], "dept.example.org: v=DMARC1; p=reject");
    assert_eq!((found.0, found.1), (DmarcResult::Fail, DmarcResult::None));
    assert_eq!(found.2[1], "RFC 9989 applies the record of dept.example.org, RFC 7489 no record");

    let gone = reasons("gone.example.org", &[], "example.org: v=DMARC1; p=none; np=reject; pct=20; t=y");
    assert_eq!(
        gone.2,
        [
            "RFC 9989 takes the policy from np=, RFC 7489 from p=",
            "t=y lowers the policy by one level under RFC 9989 only",
            "pct=20 counts under RFC 7489 only",
        ]
    );
}

#[test]
fn one_round_and_few_queries() {
    let identities = Identities::new(name("a.b.example.org"))
        .spf(SpfResult::Pass, name("bounce.example.org"))
        .dkim_pass(name("k.b.example.org"))
        .dkim_pass(name("esp.example"));
    let check = Evaluation::of(identities);
    let Step::Need(needed) = check.step(&deliverability_core::dns::Answers::new()) else { panic!("nothing needed") };
    assert_eq!(needed.blocking, [Query::txt(name("_dmarc.a.b.example.org"))]);
    let world = zone("example.org: v=DMARC1; p=reject; np=none");
    let answers = needed.blocking.iter().chain(&needed.foreseen).map(|query| (query.clone(), world.answer(query)));
    assert!(matches!(check.step(&answers.collect::<deliverability_core::dns::Answers>()), Step::Done(_)));
    let (_, asked) = block_on(Driver::default().frugal().drive(&check, &world));
    assert_eq!(asked.len(), 7, "{asked:?}");
}

#[test]
fn a_thousand_signatures_cost_a_bounded_number_of_queries() {
    let identities = (0..1_000).fold(Identities::new(name("x.example.org")), |identities, n| {
        identities.dkim_pass(name(&format!("a.b.c.d.e.n{n}.example.org")))
    });
    let world = zone("example.org: v=DMARC1; p=reject; psd=n");
    let outcome = Evaluation::of(identities.clone()).in_zone(&world);
    // All are of one organization: the first one is enough, and beyond the limit none is looked at.
    assert_eq!(outcome.result(), DmarcResult::Pass);
    let mut asked = 0;
    let never = zone("x.example.org: v=DMARC1; p=reject; psd=n");
    let outcome = Evaluation::of(identities).run_with(|query| {
        asked += 1;
        never.answer(query)
    });
    assert_eq!((outcome.result(), asked), (DmarcResult::Fail, 1));
    let below = (0..1_000).fold(Identities::new(name("x.example.org")), |identities, n| {
        identities.dkim_pass(name(&format!("n{n}.x.example.org")))
    });
    let lines: Vec<String> = (0..1_000).map(|n| format!("n{n}.x.example.org: v=DMARC1; p=none; psd=n")).collect();
    let mut asked = 0;
    let world = zone(&format!("x.example.org: v=DMARC1; p=reject\n{}", lines.join("\n")));
    let outcome = Evaluation::of(below).run_with(|query| {
        asked += 1;
        world.answer(query)
    });
    assert_eq!(outcome.result(), DmarcResult::Permerror);
    assert_eq!(outcome.rfc9989().cause(), &Cause::TooManyIdentifiers);
    assert!(asked <= MAX_IDENTIFIERS * 8 + 10, "{asked}");
}

#[test]
fn drivers_agree_on_random_worlds() {
    const NAMES: &[&str] = &["org", "example.org", "a.example.org", "b.example.org", "c.a.example.org", "example.net"];
    const TAGS: &[&str] = &[
        "p=none",
        "p=reject",
        "p=x",
        "sp=quarantine",
        "np=reject",
        "psd=y",
        "psd=n",
        "adkim=s",
        "t=y",
        "rua=mailto:a@b",
    ];
    for seed in 0..400 {
        let mut random = Random(seed);
        let mut lines = String::new();
        for at in NAMES {
            for _ in 0..random.below(3) {
                let record = match random.below(8) {
                    0 => "TIMEOUT".to_owned(),
                    1 => "v=spf1 -all".to_owned(),
                    _ => format!("v=DMARC1; {}; {}", TAGS[random.below(TAGS.len())], TAGS[random.below(TAGS.len())]),
                };
                lines.extend([at, ": ", &record, "\n"]);
            }
        }
        let mut pick = || name(NAMES[1 + random.below(NAMES.len() - 1)]);
        let identities = Identities::new(pick()).spf(SpfResult::Pass, pick()).dkim_pass(pick()).dkim_temperror(pick());
        let world = zone(&lines);
        let outcome = all_agree(&Evaluation::of(identities), &world, seed);
        assert!(outcome.walk().levels().count() <= 8);
        all_agree(&Discovery::of(pick()), &world, seed);
        let record: Record = "v=DMARC1; p=none; rua=mailto:a@b.example.org,mailto:c@example.net".parse().unwrap();
        all_agree(&Destinations::of(pick(), &record), &world, seed);
    }
}

#[test]
fn a_record_in_the_wrong_place_is_found() {
    let doubled = "=_dmarc.example.org.example.org: v=DMARC1; p=none\n=example.org: v=DMARC1; p=reject";
    let outcome = all_agree(&Discovery::of(name("example.org")), &zone(doubled), 3);
    assert_eq!(outcome.status(), &RecordStatus::None);
    let places: Vec<String> = outcome.misplaced().map(|(query, _)| query.name.to_string()).collect();
    assert_eq!(places, ["example.org", "_dmarc.example.org.example.org"]);

    let several = "example.org: v=DMARC1; p=none\nexample.org: v=DMARC1; p=reject\nexample.org: v=spf1 -all";
    let outcome = all_agree(&Discovery::of(name("www.example.org")), &zone(several), 3);
    assert_eq!(
        outcome.to_string(),
        "no DMARC record applies to www.example.org: 2 DMARC records stand at _dmarc.example.org, which count as none"
    );
    let problems: Vec<String> = outcome.problems().map(|(_, _, problem)| problem.message.clone()).collect();
    assert_eq!(
        problems,
        [
            "this is an SPF record, not a DMARC record: it is ignored here",
            "2 DMARC records stand at one name and count as none; keep one (RFC 9989 §4.10)",
        ]
    );
    let unknown = all_agree(&Discovery::of(name("www.example.org")), &zone("example.org: TIMEOUT"), 3);
    assert!(matches!(unknown.status(), RecordStatus::Unknown(..)));
    let found =
        all_agree(&Discovery::of(name("www.example.org")), &zone("example.org: v=DMARC1; p=none; sp=reject"), 3);
    assert_eq!(found.to_string(), "the DMARC record of example.org applies to www.example.org: sp=reject");
}

#[test]
fn external_destinations_must_say_that_they_take_reports() {
    // RFC 9990 §4.
    let record: Record = "v=DMARC1; p=none; rua=mailto:a@example.org,mailto:b@mail.example.org,mailto:c@red.test,\
                          mailto:d@blue.test,mailto:e@green.test,mailto:f@slow.test; ruf=mailto:g@RED.test,mailto:h@none.test"
        .parse()
        .unwrap();
    let lines = "example.org: v=DMARC1; p=none
        =example.org._report._dmarc.red.test: v=DMARC1
        =example.org._report._dmarc.red.test: v=spf1 -all
        =example.org._report._dmarc.blue.test: v=DMARC1; rua=mailto:x@blue.test
        =example.org._report._dmarc.green.test: v=DMARC1; rua=mailto:x@victim.test
        =example.org._report._dmarc.slow.test: TIMEOUT
        =example.org._report._dmarc.none.test: v=dmarc1";
    let outcome = all_agree(&Destinations::of(name("example.org"), &record), &zone(lines), 5);
    let found: Vec<_> = outcome.destinations().iter().map(|found| (found.host(), found.is_allowed())).collect();
    assert_eq!(
        found,
        [
            ("example.org", Some(true)),
            ("mail.example.org", Some(true)),
            ("red.test", Some(true)),
            ("blue.test", Some(true)),
            ("green.test", Some(false)),
            ("slow.test", None),
            ("none.test", Some(false)),
        ]
    );
    assert!(matches!(outcome.destinations()[3].permission(), Permission::Granted { rua, .. } if rua.len() == 1));
    assert!(matches!(outcome.destinations()[4].permission(), Permission::SentElsewhere { .. }));
    assert_eq!(outcome.destinations()[0].permission(), &Permission::SameOrganization);
}

#[test]
fn hosts_of_destinations_are_bounded_and_hostile_ones_do_no_harm() {
    let hosts: Vec<String> = (0..50).map(|n| format!("mailto:a@h{n}.test")).collect();
    let record = Record { rua: Vec::new(), ..format!("v=DMARC1; rua={}", hosts.join(",")).parse().unwrap() };
    assert!(record.rua.is_empty());
    let record: Record = format!("v=DMARC1; rua={},mailto:x@..", hosts.join(",")).parse().unwrap();
    let outcome = Destinations::of(name("example.org"), &record).in_zone(&Zone::new());
    assert_eq!((outcome.destinations().len(), outcome.left_out()), (20, 31));
    let record: Record = "v=DMARC1; rua=mailto:x@..,mailto:y@a".parse().unwrap();
    let long = name(&vec!["a".repeat(60); 4].join("."));
    let outcome = Destinations::of(long, &record).in_zone(&Zone::new());
    assert_eq!(outcome.destinations()[0].permission(), &Permission::NoHost);
    assert_eq!(outcome.destinations()[1].permission(), &Permission::NameTooLong);
    assert!(Mechanism::Spf.to_string() == "SPF");
}
