use super::*;
use crate::dns::{Answers, DnsError, Query, Zone};
use crate::network::Network;
use crate::result::SpfResult;

fn name(text: &str) -> DomainName {
    text.parse().unwrap()
}

fn rewriter() -> Rewriter {
    Rewriter::of(name("a.test"))
}

fn zone(record: &str, others: &str) -> Zone {
    format!("a.test TXT \"{record}\"\n{others}").parse().unwrap()
}

fn rewrite(rewriter: &Rewriter, record: &str, others: &str) -> Rewrite {
    rewriter.in_zone(&zone(record, others)).unwrap()
}

/// Holds that the rewrite is proven to be one record at the domain.
#[track_caller]
fn assert_proven(rewriter: &Rewriter, record: &str, others: &str, new: &str) {
    let rewrite = rewrite(rewriter, record, others);
    let texts: Vec<&str> = rewrite.changes().iter().map(|change| change.new.as_str()).collect();
    assert_eq!(texts, [new], "{rewrite}");
    assert!(rewrite.proof().is_proven(), "{rewrite}");
}

fn claim(rewrite: &Rewrite) -> (Claim, usize) {
    match rewrite.proof() {
        Proof::Proven { claim, repaired, .. } => (*claim, *repaired),
        other => panic!("{other}"),
    }
}

fn address(text: &str) -> Sender {
    Sender::Address(text.parse().unwrap())
}

const HOSTS: &str = "h.test A 192.0.2.1\nh.test AAAA 2001:db8::1\na.test MX 1 h.test";

#[test]
fn a_sender_comes_in_front_of_what_refuses_it_and_no_earlier() {
    let add = |ip: &str| rewriter().authorize(address(ip));
    assert_proven(&add("192.0.2.7"), "v=spf1 mx  ~all", HOSTS, "v=spf1 mx  ip4:192.0.2.7 ~all");
    assert_proven(&add("2001:db8::7"), "v=spf1 mx", HOSTS, "v=spf1 mx ip6:2001:db8::7");
    assert_proven(&add("::ffff:192.0.2.7"), "v=spf1 -all", "", "v=spf1 ip4:192.0.2.7 -all");
    assert_proven(
        &add("192.0.2.7"),
        "v=spf1 mx -ip4:192.0.2.0/24 ip4:198.51.100.1 -all",
        HOSTS,
        "v=spf1 mx ip4:192.0.2.7 -ip4:192.0.2.0/24 ip4:198.51.100.1 -all",
    );
    let redirected = "v=spf1 redirect=b.test";
    assert_proven(&add("192.0.2.7"), redirected, "b.test TXT \"v=spf1 -all\"", "v=spf1 ip4:192.0.2.7 redirect=b.test");
}

#[test]
fn a_sender_who_passes_already_changes_nothing() {
    let rewrite = rewrite(&rewriter().authorize(address("192.0.2.1")), "v=spf1 mx -all", HOSTS);
    assert_eq!(rewrite.changes(), []);
    assert!(rewrite.proof().is_proven());
}

#[test]
fn hosts_networks_and_providers_can_be_senders() {
    let network = Network::new("192.0.2.0".parse().unwrap(), 24).unwrap();
    // Part of the network passes already, part is refused: all of it passes then.
    assert_proven(
        &rewriter().authorize(network),
        "v=spf1 mx ?ip4:192.0.2.128/25 -all",
        HOSTS,
        "v=spf1 mx ip4:192.0.2.0/24 ?ip4:192.0.2.128/25 -all",
    );
    assert_proven(&rewriter().authorize(Sender::Host(name("h.test"))), "v=spf1 -all", HOSTS, "v=spf1 a:h.test -all");
    let provider = rewriter().authorize(Sender::Include(name("p.test")));
    assert_proven(
        &provider,
        "v=spf1 -all",
        "p.test TXT \"v=spf1 ip4:192.0.2.0/24 ~all\"",
        "v=spf1 include:p.test -all",
    );
    // RFC 7208 §5.2: an include without a record would be permerror for everybody.
    let gone = provider.in_zone(&zone("v=spf1 -all", ""));
    assert_eq!(gone.unwrap_err().to_string(), "\"include:p.test\" would authorize nobody");
}

#[test]
fn a_domain_without_a_record_gets_one() {
    let zone: Zone = format!("a.test TXT other\n{HOSTS}").parse().unwrap();
    let rewrite = rewriter().authorize(Sender::OwnMx).authorize(address("192.0.2.7")).in_zone(&zone).unwrap();
    assert_eq!(rewrite.changes()[0].new, "v=spf1 mx ip4:192.0.2.7 ~all");
    assert_eq!(claim(&rewrite), (Claim::OnlyAddedPass, 0));
    let none = rewriter().prune().in_zone(&zone);
    assert_eq!(none.unwrap_err().to_string(), "a.test has no SPF record");
}

#[test]
fn several_records_become_one() {
    // RFC 7208 §4.5.
    let merged = |records: &str| rewriter().merge().in_zone(&records.parse().unwrap());
    let two = "a.test TXT \"v=spf1 ip4:192.0.2.1 -all\"\na.test TXT \"v=spf1 ip4:192.0.2.2 ip4:192.0.2.1 -all\"";
    let rewrite = merged(two).unwrap();
    assert_eq!(rewrite.changes()[0].new, "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 -all");
    assert_eq!(rewrite.changes()[0].old.len(), 2);
    assert_eq!(claim(&rewrite).0, Claim::SamePass);
    let redirect = "a.test TXT \"v=spf1 redirect=b.test\"\na.test TXT \"v=spf1 ip4:192.0.2.2 ?all\"\nb.test TXT \"v=spf1 ip4:192.0.2.1 ?all\"";
    assert_eq!(merged(redirect).unwrap().changes()[0].new, "v=spf1 ip4:192.0.2.2 include:b.test ?all");
    let bad = merged(&two.replace("ip4:192.0.2.2", "ipv4:192.0.2.2"));
    assert!(matches!(bad, Err(Refusal::Malformed(_))), "{bad:?}");
    let unmerged = rewriter().prune().in_zone(&two.parse().unwrap());
    assert_eq!(unmerged.unwrap_err().to_string(), "a.test has 2 SPF records; merge them first");
}

#[test]
fn a_merge_that_would_refuse_somebody_is_refuted() {
    let zone = "a.test TXT \"v=spf1 -ip4:192.0.2.1 -all\"\na.test TXT \"v=spf1 ip4:192.0.2.1 -all\"";
    let rewrite = rewriter().merge().in_zone(&zone.parse().unwrap()).unwrap();
    assert_eq!(rewrite.proof().to_string(), "refuted: 192.0.2.1 gets fail where pass is claimed");
}

#[test]
fn what_decides_nothing_goes() {
    // RFC 7208 §5.1, §6.1 and what follows from §4.6.2.
    assert_proven(
        &rewriter().prune(),
        "v=spf1 +a:h.test ip4:192.0.2.0/24 ?ip4:192.0.2.9  A:h.test a:gone.test include:n.test redirect=b.test ~all mx exp=e.test",
        &format!("{HOSTS}\nn.test TXT \"v=spf1 -all\""),
        "v=spf1 +a:h.test ip4:192.0.2.0/24 ~all exp=e.test",
    );
    let kept = rewrite(&rewriter().prune(), "v=spf1 ip4:192.0.2.1 mx exists:%{i}.e.test ptr -all", HOSTS);
    assert_eq!(kept.changes(), [], "what a host's owner can change stays, and so does what depends on the client");
}

#[test]
fn dead_lookups_that_broke_the_limit_are_repaired() {
    // RFC 7208 §4.6.4: the third void look-up is permerror.
    let record = "v=spf1 a:x.test a:y.test a:z.test ip4:192.0.2.1 -all";
    let rewrite = rewrite(&rewriter().prune(), record, "");
    assert_eq!(rewrite.changes()[0].new, "v=spf1 ip4:192.0.2.1 -all");
    let (claim, repaired) = claim(&rewrite);
    assert!(claim == Claim::SameVerdicts && repaired > 0, "{rewrite}");
}

#[test]
fn an_include_becomes_the_fewest_networks() {
    let tree = "b.test TXT \"v=spf1 -ip4:192.0.2.64/26 ip4:192.0.2.0/25 include:c.test ?all\"\n\
                c.test TXT \"v=spf1 ip4:192.0.2.128/25 a:h.test redirect=d.test\"\nd.test TXT \"v=spf1 ip6:2001:db8::2 -all\"\n\
                h.test AAAA 2001:db8::3";
    assert_proven(
        &rewriter().flatten(name("b.test")),
        "v=spf1 mx ~include:B.test ip4:198.51.100.1 -all",
        &format!("{tree}\na.test MX 1 h.test"),
        "v=spf1 mx ~ip4:192.0.2.0/26 ~ip4:192.0.2.128/25 ~ip6:2001:db8::2/127 ip4:198.51.100.1 -all",
    );
    let all = "v=spf1 ip4:0.0.0.0/0 ip6:::/0 -all";
    assert_proven(&rewriter().flatten(name("b.test")), "v=spf1 include:b.test -all", "b.test TXT \"v=spf1 +all\"", all);
}

#[test]
fn what_depends_on_who_sends_is_never_flattened() {
    for term in ["exists:%{i}.b.test", "ptr", "a:%{h}", "include:%{l}.b.test", "exists:%{s}"] {
        let zone = zone("v=spf1 include:b.test -all", &format!("b.test TXT \"v=spf1 {term} -all\""));
        let flat = rewriter().flatten(name("b.test")).in_zone(&zone);
        assert!(matches!(flat, Err(Refusal::NotFlat { .. })), "{term}: {flat:?}");
    }
    let broken = rewriter().flatten(name("b.test")).in_zone(&zone("v=spf1 include:b.test -all", ""));
    let why = "include:b.test cannot become addresses: it gives permerror for some senders";
    assert_eq!(broken.unwrap_err().to_string(), why);
    let other = rewriter().flatten(name("x.test")).in_zone(&zone("v=spf1 include:b.test -all", ""));
    assert_eq!(other.unwrap_err().to_string(), "the record has no term \"include:x.test\"");
}

#[test]
fn exists_and_ptr_are_kept_and_do_not_stop_a_proof() {
    let record = "v=spf1 exists:%{ir}.%{v}.e.test include:b.test ptr:c.test ?exists:%{i}.f.test -all";
    let tree = "b.test TXT \"v=spf1 ip4:192.0.2.1 -all\"";
    let new = "v=spf1 exists:%{ir}.%{v}.e.test ip4:192.0.2.1 ptr:c.test ?exists:%{i}.f.test -all";
    assert_proven(&rewriter().flatten(name("b.test")), record, tree, new);
    // The added sender passes whatever the answers for it are, but not behind what may refuse it.
    let added = "v=spf1 exists:%{ir}.%{v}.e.test include:b.test ptr:c.test ip4:192.0.2.9 ?exists:%{i}.f.test -all";
    let rewrite = rewrite(&rewriter().authorize(address("192.0.2.9")), record, tree);
    // A failing `exists` is temperror (RFC 7208 §5.7), so only the very front is safe.
    assert_ne!(rewrite.changes()[0].new, added);
    assert!(rewrite.changes()[0].new.starts_with("v=spf1 ip4:192.0.2.9 exists:"), "{rewrite}");
    assert!(rewrite.proof().is_proven(), "{rewrite}");
}

#[test]
fn what_cannot_be_proven_is_called_so() {
    let unproven = |record: &str| rewrite(&rewriter().authorize(address("192.0.2.9")), record, "").proof().to_string();
    let why = "not proven: where the term \"include:%{l}.b.test\" in the record of a.test leads depends on who sends";
    assert_eq!(unproven("v=spf1 include:%{l}.b.test -all"), why);
    let mut zone = zone("v=spf1 include:b.test ip4:192.0.2.1 ip4:192.0.2.1 -all", "");
    zone.fail(Query::txt(name("b.test")), DnsError::Timeout);
    let rewrite = rewriter().prune().in_zone(&zone).unwrap();
    assert_eq!(rewrite.proof().to_string(), "not proven: b.test TXT could not be asked: no answer in time");
    zone.fail(Query::txt(name("a.test")), DnsError::Servfail);
    assert!(matches!(rewriter().prune().in_zone(&zone), Err(Refusal::Dns { .. })));
}

#[test]
fn a_broken_term_can_be_taken_out() {
    // RFC 7208 §5.2: an include without a record is permerror.
    let removed = rewrite(&rewriter().remove("include:gone.test"), "v=spf1 mx include:gone.test -all", HOSTS);
    assert_eq!(removed.changes()[0].new, "v=spf1 mx -all");
    let (claim, repaired) = claim(&removed);
    assert!(claim == Claim::SameVerdicts && repaired > 0, "{removed}");
    let live = rewrite(&rewriter().remove("mx"), "v=spf1 mx -all", HOSTS);
    let Proof::Refuted { difference } = live.proof() else { panic!("{live}") };
    assert_eq!((difference.expected, difference.after), (SpfResult::Pass, SpfResult::Fail));
}

#[test]
fn a_large_record_is_spread_over_names_that_are_free() {
    let networks: Vec<String> = (0..100).map(|n| format!("ip4:192.0.{n}.0/25")).collect();
    let record = format!("v=spf1 mx ?ip4:198.51.100.1 {} -all exp=e.test", networks.join(" "));
    let taken = "_spf2.a.test TXT taken";
    for budget in [AnswerSize::CLASSIC, AnswerSize::UDP] {
        let rewrite = rewrite(&rewriter().split(budget), &record, &format!("{HOSTS}\n{taken}"));
        let names: Vec<String> = rewrite.changes().iter().map(|change| change.name.to_string()).collect();
        assert!(names.len() > 1 && !names.contains(&"_spf2.a.test".to_owned()), "{names:?}");
        assert!(rewrite.changes().iter().all(|change| change.new.len() + 55 <= budget.octets()), "{rewrite}");
        assert!(rewrite.proof().is_proven(), "{rewrite}");
    }
    let small = rewrite(&rewriter().split(AnswerSize::CLASSIC), "v=spf1 mx -all", HOSTS);
    assert_eq!(small.changes(), []);
    let others: Vec<String> = (0..12).map(|n| format!("a.test TXT \"{n}{}\"", "x".repeat(100))).collect();
    let full = rewriter().split(AnswerSize::UDP).in_zone(&zone("v=spf1 -all", &others.join("\n")));
    assert!(matches!(full, Err(Refusal::TooLarge { .. })), "{full:?}");
}

#[test]
fn names_that_no_record_can_hold_are_refused() {
    let space = DomainName::from_labels(["a b", "test"]).unwrap();
    let refused = rewriter().authorize(Sender::Host(space)).in_zone(&zone("v=spf1 -all", ""));
    assert!(matches!(refused, Err(Refusal::NotWritable { .. })), "{refused:?}");
    let tld = Rewriter::of(name("test")).prune().in_zone(&zone("v=spf1 -all", ""));
    assert_eq!(tld.unwrap_err().to_string(), "test is no domain that SPF is evaluated for");
}

#[test]
fn hostile_sizes_end_without_a_proof() {
    let record = |of: u32| {
        let networks = (of..of + 3_500).map(|n| format!(" ip4:{}", core::net::Ipv4Addr::from_bits(n * 7)));
        format!("i{of}.test TXT \"v=spf1{} -all\"\n", networks.collect::<String>())
    };
    let records = [0, 4_000, 8_000].map(record).concat();
    let includes = "v=spf1 include:i0.test include:i4000.test include:i8000.test -all";
    let rewrite = rewrite(&rewriter().authorize(address("192.0.2.9")), includes, &records);
    assert_eq!(*rewrite.proof(), Proof::Unproven { why: Unproven::TooManyEdges });
}

#[test]
fn all_that_a_tree_needs_is_asked_in_rounds_of_its_depth() {
    let zone = zone(
        "v=spf1 include:b.test include:c.test mx -all",
        &format!(
            "{HOSTS}\nb.test TXT \"v=spf1 a:h.test -all\"\nc.test TXT \"v=spf1 include:d.test -all\"\nd.test TXT \"v=spf1 mx:a.test -all\""
        ),
    );
    let rewriter = rewriter().prune().flatten(name("b.test")).flatten(name("c.test"));
    let (mut answers, mut rounds) = (Answers::new(), 0);
    let rewrite = loop {
        match rewriter.step(&answers) {
            Step::Done(outcome) => break outcome.unwrap(),
            Step::Need(needed) => {
                rounds += 1;
                answers
                    .extend(needed.blocking.into_iter().chain(needed.foreseen).map(|q| (q.clone(), zone.answer(&q))));
            }
        }
    };
    assert_eq!(rewrite.changes()[0].new, "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 ip4:192.0.2.1 ip6:2001:db8::1 mx -all");
    assert!(rewrite.proof().is_proven());
    assert_eq!(rounds, 3, "a.test; what it names; what that names, for both families");
}

#[test]
fn a_record_behind_an_alias_is_changed_where_it_stands() {
    // RFC 1034 §3.6.2: nothing stands beside a CNAME.
    let zone: Zone = "a.test CNAME p.test\np.test TXT \"v=spf1 -all\"\np.test TXT other".parse().unwrap();
    let rewrite = rewriter().authorize(address("192.0.2.7")).in_zone(&zone).unwrap();
    assert_eq!(
        rewrite.changes()[0].to_string(),
        "- p.test. TXT \"v=spf1 -all\"\n+ p.test. TXT \"v=spf1 ip4:192.0.2.7 -all\""
    );
    assert!(rewrite.proof().is_proven(), "{rewrite}");
    let none: Zone = "a.test CNAME p.test\np.test A 192.0.2.1".parse().unwrap();
    let rewrite = rewriter().authorize(Sender::OwnHost).ending(Qualifier::Fail).in_zone(&none).unwrap();
    assert_eq!(rewrite.changes()[0].to_string(), "+ p.test. TXT \"v=spf1 a -all\"");
    assert_eq!(claim(&rewrite).0, Claim::OnlyAddedPass);
}

#[test]
fn no_record_is_written_that_cannot_be_published() {
    // RFC 1035 §3.2.1: RDATA has at most 65,535 octets.
    let long = format!("v=spf1 {}-all", "ip4:203.0.113.9 ".repeat(4062));
    let mut zone = Zone::new();
    zone.insert(name("a.test"), crate::dns::RecordData::Txt(long.as_str().into()));
    let refused = rewriter().authorize(address("192.0.2.7")).in_zone(&zone);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "a record would take 65017 octets, and at most 65000 can be published"
    );
}

#[test]
fn own_names_become_addresses_and_those_of_others_stay() {
    let others = "a.test MX 1 h.a.test\nh.a.test A 192.0.2.1\nw.a.test CNAME cdn.test\ncdn.test A 192.0.2.9\n\
        s.a.test TXT \"v=spf1 ip4:192.0.2.2 -all\"\na.test A 192.0.2.3\np.test TXT \"v=spf1 ip4:198.51.100.1 -all\"";
    assert_proven(
        &rewriter().flatten_own(),
        "v=spf1 mx a ?a:w.a.test include:s.a.test include:p.test a:gone.a.test -all",
        others,
        "v=spf1 ip4:192.0.2.1 ip4:192.0.2.3 ?a:w.a.test ip4:192.0.2.2 include:p.test a:gone.a.test -all",
    );
    let outside = others.replace("MX 1 h.a.test", "MX 1 mx.p.test\nmx.p.test A 192.0.2.4");
    let kept = rewrite(&rewriter().flatten_own(), "v=spf1 mx -all", &outside);
    assert!(kept.changes().is_empty(), "{kept}");
}
