//! What a linter says of an SPF record, what its edits make of it, and what they leave alone: the
//! shapes seen in the wild one by one, then the published records of 58,000 names.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may fail loudly"
)]

#[path = "support/published.rs"]
mod published;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use deliverability_core::dns::{Text, Zone};
use deliverability_core::network::Network;
use deliverability_core::problem::apply_edits;
use deliverability_core::spf::{self, CheckHost, Directive, Mechanism, Modifier, Record, TermKind};
use deliverability_core::{Check as _, DomainName, Problem, RuleId, Severity};
use published::{lines, zone};

/// A record as published and as it was meant.
const REPAIRS: &[(&str, &str)] = &[
    // Characters (RFC 7208 §3.1, §4.6.1).
    ("v=spf1 mx –all", "v=spf1 mx -all"),
    ("v=spf1 mx —all", "v=spf1 mx -all"),
    ("v=spf1 mx\u{a0}-all", "v=spf1 mx -all"),
    ("v=spf1 \u{200b}include:a.test\u{a0}-all", "v=spf1 include:a.test -all"),
    ("\u{feff}v=spf1 mx -all", "v=spf1 mx -all"),
    ("v=spf1 mx -all\r\n", "v=spf1 mx -all"),
    ("v=spf1\tmx\ta -all\t", "v=spf1 mx a -all"),
    ("v=spf1 ip4:192.0.2.1\n -all", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 ip4：192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 mx&nbsp;-all", "v=spf1 mx -all"),
    ("\"v=spf1 mx -all\"", "v=spf1 mx -all"),
    ("v=spf1 mx ~all\"", "v=spf1 mx ~all"),
    ("v=spf1\"\"include:_spf.a.test\"\"-all", "v=spf1 include:_spf.a.test -all"),
    (r"v=spf1 mx\; -all\;", "v=spf1 mx -all"),
    ("v=spf1 ip4:192.0.2.1â\u{80}\u{8e} -all", "v=spf1 ip4:192.0.2.1 -all"),
    // The version (§4.5).
    ("v=spf1mx a -all", "v=spf1 mx a -all"),
    ("v=spf1amxinclude:spf.a.test~all", "v=spf1 a mx include:spf.a.test ~all"),
    ("v=spf1; include:spf.a.test~all;", "v=spf1 include:spf.a.test ~all"),
    ("spf1 mx -all", "v=spf1 mx -all"),
    ("v= spf1 mx -all", "v=spf1 mx -all"),
    ("v=spf1 ip4:192.0.2.1 ~allv=spf1 include:a.test -all", "v=spf1 ip4:192.0.2.1 include:a.test ~all"),
    ("v=spf1 redirect=v=spf1 include:a.test ?all", "v=spf1 include:a.test ?all"),
    // Names of mechanisms (§5).
    ("v=spf1 ipv4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 ip:192.0.2.0/24 -all", "v=spf1 ip4:192.0.2.0/24 -all"),
    ("v=spf1 ip:2001:db8::1 -all", "v=spf1 ip6:2001:db8::1 -all"),
    ("v=spf1 ip4:2001:db8::1 -all", "v=spf1 ip6:2001:db8::1 -all"),
    ("v=spf1 ip4192.0.2.1 ip4.192.0.2.2 -all", "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all"),
    ("v=spf1 pi4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 ip:a.test -all", "v=spf1 a:a.test -all"),
    ("v=spf1 includ:a.test inlcude:b.test -all", "v=spf1 include:a.test include:b.test -all"),
    ("v=spf1 include_spf.a.test include.b.test -all", "v=spf1 include:_spf.a.test include:b.test -all"),
    ("v=spf1 mx prt -al", "v=spf1 mx ptr -all"),
    ("v=spf1 mx ~alll", "v=spf1 mx ~all"),
    ("v=spf1 redirect:a.test", "v=spf1 redirect=a.test"),
    ("v=spf1 mx +redirect=a.test", "v=spf1 mx redirect=a.test"),
    ("v=spf1 ~ip4=192.0.2.1 include=a.test -all", "v=spf1 ~ip4:192.0.2.1 include:a.test -all"),
    // Arguments (§5.6, §7.1).
    ("v=spf1 192.0.2.0/27 2001:db8::1 -all", "v=spf1 ip4:192.0.2.0/27 ip6:2001:db8::1 -all"),
    ("v=spf1 a:192.0.2.1 include:192.0.2.9/32 -all", "v=spf1 ip4:192.0.2.1 ip4:192.0.2.9 -all"),
    ("v=spf1 ip4:192.0.2.1,198.51.100.7 -all", "v=spf1 ip4:192.0.2.1 ip4:198.51.100.7 -all"),
    ("v=spf1 ip:192.0.2.1 include:a.test,b.test -all", "v=spf1 ip4:192.0.2.1 include:a.test include:b.test -all"),
    ("v=spf1include:a.testinclude:b.test-all", "v=spf1 include:a.test include:b.test -all"),
    ("v=spf1 ip4:192.0.2.152/29/29 -all", "v=spf1 ip4:192.0.2.152/29 -all"),
    ("v=spf1 ip4:192.0.2.45186.227.205.43 -all", "v=spf1 ip4:192.0.2.45 ip4:186.227.205.43 -all"),
    ("v=spf1 ip4:192.0.2.1. ip4::192.0.2.2 -all", "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all"),
    ("v=spf1 include:a.test/32 -all", "v=spf1 include:a.test -all"),
    ("v=spf1 a/24/64 -all", "v=spf1 a/24//64 -all"),
    ("v=spf1 include:https://a.test/ -all", "v=spf1 include:a.test -all"),
    // Spaces too many (§4.6.1).
    ("v=spf1 ip4: 192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 include: a.test - all", "v=spf1 include:a.test -all"),
    ("v=spf1 ip 4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 ip4:192.0.\n2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 include: 192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 mx a: include: -all", "v=spf1 mx a -all"),
    // Spaces too few.
    ("v=spf1 include:_spf.a.test?all", "v=spf1 include:_spf.a.test ?all"),
    ("v=spf1 ip4:192.0.2.0/24-all", "v=spf1 ip4:192.0.2.0/24 -all"),
    ("v=spf1 +a+mx~all", "v=spf1 +a +mx ~all"),
    ("v=spf1 mxinclude:a.test ~all", "v=spf1 mx include:a.test ~all"),
    ("v=spf1 mxaip4:192.0.2.1ip4:192.0.2.2a:a.test~all", "v=spf1 mx a ip4:192.0.2.1 ip4:192.0.2.2 a:a.test ~all"),
    // What belongs elsewhere.
    ("v=spf1 mx ~allgoogle-site-verification=x_y-z", "v=spf1 mx ~all"),
    ("v=spf1 mx ?all;MS=D0389817203EA29B", "v=spf1 mx ?all"),
    ("v=spf1 mx ~allv=dmarc1; p=none;", "v=spf1 mx ~all"),
    ("v=spf1 mx -all / 3600", "v=spf1 mx -all"),
    ("v=spf1 mx >>> ~all.", "v=spf1 mx ~all"),
    ("v=spf1 _spf.a.test mail.b.test -all", "v=spf1 include:_spf.a.test a:mail.b.test -all"),
    // Order (§5.1, §6.1).
    ("v=spf1 mx ~all+ip4:192.0.2.1", "v=spf1 mx +ip4:192.0.2.1 ~all"),
    ("v=spf1 redirect=_spf.a.test~all", "v=spf1 include:_spf.a.test ~all"),
];

#[test]
fn every_shape_seen_in_the_wild_is_mended() {
    for (published, meant) in REPAIRS {
        let problems = spf::lint(published);
        let mended = text(apply_edits(published.as_bytes(), &problems));
        assert_eq!(mended, *meant, "{published:?}\n{problems:#?}");
        assert!(Record::parse(mended.as_bytes()).is_ok(), "{mended}");
        let left = spf::lint(&mended);
        assert!(left.iter().all(|problem| problem.rule != RuleId::SpfSyntax && problem.edit.is_none()), "{left:#?}");
    }
}

#[cfg(feature = "idna")]
#[test]
fn letters_outside_ascii_become_a_labels() {
    // RFC 7208 §4.3.
    let record = "v=spf1 include:bücher.test -all";
    let mended = text(apply_edits(record.as_bytes(), &spf::lint(record)));
    assert_eq!(mended, "v=spf1 include:xn--bcher-kva.test -all");
}

#[test]
fn what_could_mean_two_things_is_pointed_at_without_an_edit() {
    for (record, at) in [
        ("v=spf1 include:ekom21 ~all", "include:ekom21"),
        ("v=spf1 ip6:2001:db8:1:2:3 -all", "ip6:2001:db8:1:2:3"),
        ("v=spf1 ip4:192.0.2.1119.0.2.3 -all", "ip4:192.0.2.1119.0.2.3"),
        ("v=spf1 ip4:192.0.2.1/33 -all", "ip4:192.0.2.1/33"),
        ("v=spf1 a:%{x}.a.test -all", "a:%{x}.a.test"),
        ("v=spf1 redirect=a.test redirect=b.test", "redirect=b.test"),
        ("google-site-verification=x", "google"),
    ] {
        let problems = spf::lint(record);
        let found = problems.iter().find(|problem| problem.severity == Severity::Blocks).unwrap();
        assert_eq!((found.span.of_text(record), &found.edit), (at, &None), "{problems:#?}");
        assert!(found.message.contains("RFC 7208 §"), "{found}");
    }
}

#[test]
fn one_pass_names_all_problems() {
    let record = "v=spf1 ipv4:192.0.2.1 include: a.test mx mx 10.1.2.3 +all";
    let found: Vec<_> =
        spf::lint(record).iter().map(|p| (p.rule.as_str(), p.span.of_text(record).to_owned())).collect();
    let expected = [
        ("spf.syntax", "ipv4:192.0.2.1"),
        ("spf.syntax", "include: a.test"),
        ("spf.duplicate-term", "mx"),
        ("spf.syntax", "10.1.2.3"),
        ("spf.private-address", "10.1.2.3"),
        ("spf.weak-all", "+all"),
    ];
    assert_eq!(found, expected.map(|(rule, at)| (rule, at.to_owned())));
}

/// What is said of a record that parses: the rule, the place, the replacement.
fn advice(record: &str) -> Vec<(&'static str, String, Option<String>)> {
    let told = |p: Problem| (p.rule.as_str(), p.span.of_text(record).to_owned(), p.edit.map(|edit| edit.replacement));
    spf::lint(record).into_iter().map(told).collect()
}

#[test]
fn what_parses_and_is_unwise_is_named() {
    let gone = Some(String::new());
    for (record, rule, at, edit) in [
        ("v=spf1 mx +all", "spf.weak-all", "+all", None),
        ("v=spf1 mx ?all", "spf.weak-all", "?all", None),
        ("v=spf1 mx", "spf.weak-all", "", None),
        ("v=spf1 ip4:0.0.0.0/0 -all", "spf.weak-all", "ip4:0.0.0.0/0", None),
        ("v=spf1 ip4:16.0.0.0/8 -all", "spf.weak-all", "ip4:16.0.0.0/8", None),
        ("v=spf1 a:a.test/0 -all", "spf.weak-all", "a:a.test/0", None),
        ("v=spf1 ptr -all", "spf.ptr", "ptr", None),
        ("v=spf1 mx -all a", "spf.dead-term", "a", gone.clone()),
        ("v=spf1 redirect=a.test ~all", "spf.dead-term", "redirect=a.test", gone.clone()),
        ("v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.7 -all", "spf.dead-term", "ip4:192.0.2.7", gone.clone()),
        ("v=spf1 ip4:192.0.2.0/24 -ip4:192.0.2.7 -all", "spf.dead-term", "-ip4:192.0.2.7", None),
        ("v=spf1 ip4:192.0.2.7 a ip4:192.0.2.7 -all", "spf.duplicate-term", "ip4:192.0.2.7", gone),
        // RFC 7208 §4.6.4: to drop a look-up can lift a permerror, which is for its owner to decide.
        ("v=spf1 mx a +MX -all", "spf.duplicate-term", "+MX", None),
        ("v=spf1 include:a.test include:A.test -all", "spf.duplicate-term", "include:A.test", None),
        ("v=spf1 mx ?mx -all", "spf.duplicate-term", "?mx", None),
        ("v=spf1 ip4:192.168.1.1 -all", "spf.private-address", "ip4:192.168.1.1", None),
        ("v=spf1 ip6:fe80::1 -all", "spf.private-address", "ip6:fe80::1", None),
        ("v=spf1 ?ip4:192.0.2.9/24 -all", "spf.host-bits", "?ip4:192.0.2.9/24", Some("?ip4:192.0.2.0/24".into())),
        ("v=spf1 include=a.test -all", "spf.unknown-modifier", "include=a.test", None),
        ("v=spf1 mx -all ra=postmaster", "spf.unknown-modifier", "ra=postmaster", None),
        ("v=spf1 mx ~all MS=ms1234", "spf.unknown-modifier", "MS=ms1234", None),
        ("v=spf1 include:a.test-all", "spf.syntax", "include:a.test-all", None),
        ("v=spf1 a:a.test,b.test -all", "spf.syntax", "a:a.test,b.test", None),
        ("v=spf1 include:a.testinclude:b.test -all", "spf.syntax", "include:a.testinclude:b.test", None),
    ] {
        let found = advice(record);
        assert!(found.contains(&(rule, at.to_owned(), edit)), "{record}: {found:?}");
    }
}

#[test]
fn a_record_without_fault_has_no_problem() {
    for record in [
        "v=spf1 -all",
        "v=spf1  a mx/24//64 ip4:192.0.2.0/24 ip6:2001:db8::/32 include:_spf.a.test exists:%{ir}._s.a.test ~all ",
        "v=spf1 redirect=_spf.a.test",
        "v=spf1 -ip4:0.0.0.0/0 mx -all exp=why.a.test",
    ] {
        assert_eq!(spf::lint(record), [], "{record}");
    }
}

#[test]
fn a_second_record_behind_the_first_is_not_for_deletion() {
    // It parses: "v=spf1" is a modifier that nobody knows, and the rest stands behind all.
    let record = "v=spf1 mx -all v=spf1 include:a.test ~all";
    let problems = spf::lint(record);
    assert!(problems.len() > 1 && problems.iter().all(|problem| problem.edit.is_none()), "{problems:#?}");
}

#[test]
fn sizes_are_weighed_and_cuts_looked_at() {
    // RFC 7208 §3.3, §3.4.
    let long = format!("v=spf1 {}-all", "include:abcdefgh.test ".repeat(60).replace("abcdefgh", "x"));
    let said: Vec<_> = spf::lint(&long).into_iter().filter(|p| p.rule == RuleId::SpfRecordTooLong).collect();
    assert!(said.iter().any(|p| p.message.contains("255")) && said.iter().any(|p| p.message.contains("over 512")));
    let cut = Text::from_strings(["v=spf1 include:a.test", "mx -all"]);
    assert!(spf::lint_text(&cut).iter().any(|p| p.message.contains("joined without a space")), "a.testmx is a name");
    let cut = Text::from_strings(["v=spf1 ip4:192.0.2.1", "ip4:192.0.2.2", " -all"]);
    let problems = spf::lint_text(&cut);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert_eq!(text(apply_edits(cut.bytes(), &problems)), "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all");
    assert_eq!(spf::lint_text(&Text::from_strings(["v=spf1 m", "x -all"])), []);
}

#[test]
fn hostile_texts_end_soon_and_show_no_control_character() {
    let pieces = [
        "a:",
        "ip4:1.2.3.4",
        ",",
        "%{",
        "\u{200b}",
        "v=spf1",
        "~all",
        "<",
        "\\",
        "1.",
        "include:",
        "x",
        " ",
        "a,",
        "\u{a0}",
    ];
    for piece in pieces {
        for glue in ["", " "] {
            let record = format!("v=spf1 {}", [piece, glue].concat().repeat(64_000 / (piece.len() + glue.len())));
            let problems = spf::lint(&record);
            assert!(problems.len() <= 200);
            check_edits(record.as_bytes(), &problems);
        }
    }
    let every_network = (0..6_000)
        .fold("v=spf1".to_owned(), |text, n| format!("{text} ip4:10.{}.{}.0/{}", n / 256, n % 256, 8 + n % 25));
    assert!(!spf::lint(&every_network).is_empty());
}

/// Spans and edits lie in the text, no two edits overlap, messages can be shown.
fn check_edits(record: &[u8], problems: &[Problem]) {
    let mut edits: Vec<_> = problems.iter().filter_map(|problem| problem.edit.as_ref()).collect();
    edits.sort_by_key(|edit| edit.span);
    assert!(edits.iter().all(|edit| edit.span.end <= record.len()));
    assert!(edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start && pair[0].span != pair[1].span));
    for problem in problems {
        assert!(problem.span.start <= problem.span.end && problem.span.end <= record.len(), "{problem}");
        assert!(!problem.message.chars().any(char::is_control) && problem.message.contains("RFC "), "{problem}");
    }
}

#[test]
fn malformed_records_of_the_wild_are_mended() {
    let Some(texts) = published_texts() else { return };
    let (mut malformed, mut located, mut parse, mut faithful) = (0, 0, 0, 0);
    for published in texts.iter().filter(|text| Record::parse(text.as_bytes()).is_err()) {
        malformed += 1;
        let problems = spf::lint(published);
        check_edits(published.as_bytes(), &problems);
        located += usize::from(problems.iter().any(|p| p.severity == Severity::Blocks && p.rule == RuleId::SpfSyntax));
        let mended = text(apply_edits(published.as_bytes(), &problems));
        let Ok(record) = Record::parse(mended.as_bytes()) else { continue };
        parse += 1;
        let left = spf::lint(&mended);
        assert!(left.iter().all(|p| p.edit.is_none() && p.rule != RuleId::SpfSyntax), "{mended}: {left:#?}");
        match missing(published, &record) {
            Some(name) => eprintln!("{name} is missing: {published:?} became {mended:?}"),
            None => faithful += 1,
        }
    }
    eprintln!(
        "{malformed} malformed texts: {located} with a located finding, {parse} parse once edited, {faithful} and authorize what they plainly name"
    );
    assert!(malformed > 200 && located == malformed);
    assert!(faithful * 100 >= malformed * 85, "{faithful} of {malformed}");
}

/// What a text plainly names and a record does not authorize: an address, alone or with a prefix
/// length, or a domain name behind a word like "include".
fn missing(published: &str, record: &Record) -> Option<String> {
    let networks: Vec<Network> = record
        .directives()
        .filter_map(|d| if let Mechanism::Ip4(net) | Mechanism::Ip6(net) = d.mechanism { Some(net) } else { None })
        .collect();
    let authorized = |network: &Network| {
        networks.iter().any(|own| own.contains(network.address()) && own.prefix() <= network.prefix())
    };
    let address = named_networks(published).into_iter().find(|network| !authorized(network));
    let domains: Vec<String> = record.terms.iter().filter_map(domain).collect();
    let domain = named_domains(published).into_iter().find(|name| !domains.contains(name));
    address.map(|network| network.to_string()).or(domain)
}

fn domain(term: &spf::Term) -> Option<String> {
    match &term.kind {
        TermKind::Directive(Directive { mechanism, .. }) => mechanism.domain_spec(),
        TermKind::Modifier(Modifier::Redirect(domain_spec) | Modifier::Explanation(domain_spec)) => Some(domain_spec),
        TermKind::Modifier(_) => None,
    }
    .map(|domain_spec| domain_spec.to_string().to_ascii_lowercase())
}

/// Every run of address characters that is an address, with the prefix length behind it.
fn named_networks(text: &str) -> Vec<Network> {
    let mut networks = Vec::new();
    for alphabet in ["0123456789.", "0123456789abcdefABCDEF:"] {
        let mut at = 0;
        while at < text.len() {
            let length = text[at..].find(|c| !alphabet.contains(c)).unwrap_or(text.len() - at);
            let (run, rest) = text[at..].split_at(length);
            // "ip6:" ends in what an address may start with.
            let run = run.trim_end_matches('.').trim_start_matches("6:").trim_start_matches("4:");
            let is_host = rest.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic()) && alphabet.contains('.');
            if let Some(ip) =
                run.parse::<IpAddr>().ok().filter(|_| !is_host || rest.starts_with("ip") || rest.starts_with("-all"))
            {
                let digits: String =
                    rest.strip_prefix('/').unwrap_or_default().chars().take_while(char::is_ascii_digit).collect();
                let whole = if ip.is_ipv4() { 32 } else { 128 };
                networks.extend(Network::new(ip, digits.parse().unwrap_or(whole)));
            }
            at += length.max(rest.chars().next().map_or(1, char::len_utf8).min(text.len() - at));
            while !text.is_char_boundary(at) {
                at += 1;
            }
        }
    }
    networks
}

/// The domain names behind "include", however it is misspelled, and "redirect".
fn named_domains(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let mut names = Vec::new();
    for word in ["include:", "include=", "include: ", "includ:", "inlcude:", "redirect=", "redirect:"] {
        for (at, _) in lower.match_indices(word) {
            let rest = &lower[at + word.len()..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !".-_".contains(c)).unwrap_or(rest.len());
            let ends = ["ip4:", "include:", "google-", "-all"].iter().filter_map(|next| rest[..].find(next));
            let name = &rest[..ends.chain([end]).min().unwrap()];
            let is_domain =
                name.contains('.') && name.rsplit('.').next().unwrap().bytes().all(|b| b.is_ascii_alphabetic());
            names.extend((is_domain && !name.ends_with("spf1")).then(|| name.to_owned()));
        }
    }
    names
}

#[test]
fn edits_of_valid_records_change_no_meaning() {
    let Some(texts) = published_texts() else { return };
    let (mut valid, mut edited, mut rules) = (0, 0, BTreeMap::<RuleId, usize>::new());
    for published in &texts {
        let Ok(record) = Record::parse(published.as_bytes()) else { continue };
        valid += 1;
        let problems = spf::lint(published);
        check_edits(published.as_bytes(), &problems);
        problems
            .iter()
            .map(|p| p.rule)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .for_each(|rule| *rules.entry(rule).or_default() += 1);
        let mended = apply_edits(published.as_bytes(), &problems);
        edited += usize::from(mended != published.as_bytes());
        assert_eq!(effective(&Record::parse(&mended).unwrap()), effective(&record), "{published}");
    }
    let rules: Vec<String> = rules.into_iter().map(|(rule, records)| format!("{rule} {records}")).collect();
    eprintln!("{valid} valid texts, {edited} with edits; {}", rules.join(", "));
}

/// What a record says: its directives up to `all`, without those that an earlier one decides.
fn effective(record: &Record) -> Vec<String> {
    let (mut seen, mut networks, mut says): (BTreeSet<String>, Vec<Network>, Vec<String>) = Default::default();
    for directive in record.directives() {
        if let Mechanism::Ip4(net) | Mechanism::Ip6(net) = &directive.mechanism {
            let hidden = |earlier: &Network| earlier.contains(net.address()) && earlier.prefix() <= net.prefix();
            if !networks.iter().any(hidden) {
                networks.push(*net);
                says.push(format!("{:?} {} {}", directive.qualifier, first_address(*net), net.prefix()));
            }
        } else if seen.insert(directive.mechanism.to_string().to_ascii_lowercase()) {
            says.push(directive.to_string());
        }
        if directive.mechanism == Mechanism::All {
            break;
        }
    }
    let redirects = !record.directives().any(|directive| directive.mechanism == Mechanism::All);
    let counts = |modifier: &&Modifier| redirects || !matches!(modifier, Modifier::Redirect(_));
    says.extend(record.modifiers().filter(counts).map(ToString::to_string));
    says
}

fn first_address(network: Network) -> IpAddr {
    edges(network)[0]
}

/// The first and the last address of a network.
fn edges(network: Network) -> [IpAddr; 2] {
    match network.address() {
        IpAddr::V4(v4) => {
            let host = u32::MAX.checked_shr(network.prefix().into()).unwrap_or(0);
            [v4.to_bits() & !host, v4.to_bits() | host].map(|bits| std::net::Ipv4Addr::from_bits(bits).into())
        }
        IpAddr::V6(v6) => {
            let host = u128::MAX.checked_shr(network.prefix().into()).unwrap_or(0);
            [v6.to_bits() & !host, v6.to_bits() | host].map(|bits| std::net::Ipv6Addr::from_bits(bits).into())
        }
    }
}

/// The addresses beside a network's edges.
fn beside(ip: IpAddr) -> [IpAddr; 2] {
    match ip {
        IpAddr::V4(v4) => [v4.to_bits().wrapping_sub(1), v4.to_bits().wrapping_add(1)]
            .map(|bits| std::net::Ipv4Addr::from_bits(bits).into()),
        IpAddr::V6(v6) => [v6.to_bits().wrapping_sub(1), v6.to_bits().wrapping_add(1)]
            .map(|bits| std::net::Ipv6Addr::from_bits(bits).into()),
    }
}

#[test]
fn edits_of_valid_records_change_no_verdict() {
    let Some(lines) = lines("fixture_zone.jsonl.gz") else { return };
    let (before, after) = (zone(&lines, str::to_owned), zone(&lines, mended_if_valid));
    let domains: Vec<String> = published::lines("fixture_domains.jsonl")
        .unwrap()
        .iter()
        .map(|line| line["domain"].as_str().unwrap().to_owned())
        .collect();
    let mut checks = 0;
    for domain in &domains {
        for ip in clients(&before, domain) {
            let check = CheckHost::new(ip, format!("amy@{domain}")).helo("mx.example.org");
            let (old, new) = (check.in_zone(&before), check.in_zone(&after));
            checks += 1;
            assert_eq!(old.result(), new.result(), "{domain} {ip}: {} became {}", old.cause(), new.cause());
        }
    }
    eprintln!("{checks} checks of {} domains: 0 verdicts changed", domains.len());
    assert!(checks > 10_000 && edited(&before, &after) > 10, "{checks} checks");
}

/// How many texts differ.
fn edited(before: &Zone, after: &Zone) -> usize {
    let texts = |zone: &Zone| zone.records().map(|(_, data)| data.to_string()).collect::<Vec<_>>();
    texts(before).iter().zip(texts(after)).filter(|(old, new)| *old != new).count()
}

fn mended_if_valid(published: &str) -> String {
    if Record::parse(published.as_bytes()).is_err() {
        return published.to_owned();
    }
    text(apply_edits(published.as_bytes(), &spf::lint(published)))
}

/// Edges, and what lies beside them, of the networks in a domain's record and those it includes.
fn clients(zone: &Zone, domain: &str) -> Vec<IpAddr> {
    const MOST: usize = 30;
    let mut networks = Vec::new();
    let mut names: Vec<DomainName> = vec![domain.parse().unwrap()];
    for depth in 0..2 {
        for record in std::mem::take(&mut names).iter().flat_map(|name| records(zone, name)) {
            for directive in record.directives() {
                match &directive.mechanism {
                    Mechanism::Ip4(net) | Mechanism::Ip6(net) => networks.push(*net),
                    Mechanism::Include(spf::DomainSpec::Name(name)) if depth == 0 => names.push(name.clone()),
                    _ => {}
                }
            }
        }
    }
    let edges = networks.into_iter().flat_map(edges);
    let mut clients: Vec<IpAddr> = edges.flat_map(|edge| [edge, beside(edge)[0], beside(edge)[1]]).take(MOST).collect();
    clients.extend(["203.0.113.77".parse::<IpAddr>().unwrap(), "2001:db8::77".parse().unwrap()]);
    clients
}

fn records(zone: &Zone, name: &DomainName) -> Vec<Record> {
    let answer = zone.answer(&deliverability_core::dns::Query::txt(name.clone()));
    let texts = answer.ok().map(|response| response.texts().cloned().collect::<Vec<_>>()).unwrap_or_default();
    texts.iter().filter_map(|text| Record::parse(text.bytes()).ok()).collect()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Every distinct text of the corpora.
fn published_texts() -> Option<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    for file in ["fixture_zone.jsonl.gz", "published_zone.jsonl.gz", "top_provider_includes.jsonl"] {
        for line in lines(file)? {
            texts.extend(line["TXT"].as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()));
        }
    }
    Some(texts)
}
