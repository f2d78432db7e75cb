"""One value of every class, or several."""

from __future__ import annotations

from collections.abc import Iterator

import deliverability as dv
from conftest import RECORDS
from signing import MESSAGE, key_record, sealed, signed


def samples() -> dict[str, list[object]]:
    """Values by the name of their class; equal classes, different values."""
    by_class: dict[str, list[object]] = {}
    for value in _values():
        by_class.setdefault(type(value).__name__, []).append(value)
    return by_class


def _values() -> Iterator[object]:
    zone = dv.Zone(RECORDS)
    text = dv.Zone.parse('example.net TXT "v=spf1 mx -all"\nexample.net MX 10 gone.example.net')
    yield from (zone, text, dv.Zone())
    yield from (dv.Query("example.org", "TXT"), dv.Query("example.org", "MX"))
    yield from (dv.Resolver(["127.0.0.1:5353"], timeout=0.5), dv.Resolver(["192.0.2.53"], attempts=2))
    yield dv.Resolver(["192.0.2.53"], deadline=20, shrinking=True)
    yield from (dv.DnsblList("bl.example.org", "ip", codes={"127.0.0.2": "spam"}), *dv.dnsbl_catalogue()[:2])
    yield from dv.lists_from_toml('[[list]]\nzone = "bl.test"\nkind = "ip"\n')
    yield from (dv.known_list("dnsbl.sorbs.net"), dv.known_list("dul.ru"))
    yield from (dv.DkimKey.parse("v=DKIM1; p="), dv.DkimKey.parse(RECORDS["s1._domainkey.example.org", "TXT"][0]))
    key = r"v=DKIM1\; k=ed25519\; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    for problem in (*dv.lint_dkim_key(key), *dv.lint_dkim_key("v=DKIM1; p=a*b"), *dv.lint_spf("v=spf1 ipv4:x –all")):
        yield from (problem, problem.span)
        if problem.edit is not None:
            yield problem.edit
    for ip, world in (("198.51.100.7", zone), ("192.0.2.1", text)):
        evaluation = dv.check_host(ip, "amy@example.org", helo="mx.example.org", receiver="r.test", resolver=world)
        yield from (evaluation, evaluation.answers, evaluation.cause, evaluation.trace, evaluation.trace.ledger)
        yield evaluation.trace.ledger.limits
        yield dv.ReceivedSpf.parse(dv.received_spf(evaluation, "r.test"))
        yield from (evaluation.explain(), *evaluation.explain().steps)
        yield from evaluation.trace.ledger.entries
        for visit in evaluation.trace.visits:
            yield visit
            yield from visit.evaluated
            if visit.via is not None:
                yield visit.via
            if visit.record is not None:
                yield visit.record
                yield from visit.record.terms
        yield dv.check_reverse_dns(ip, world)
        yield from dv.check_reverse_dns(ip, world).pointers
        yield dv.check_helo("mx.example.org", ip, world)
        yield from dv.check_dnsbl(ip, ["zen.spamhaus.org"], world)
    for name in ("dsl-1-2-0-192.isp.example", "mail.example.org"):
        generic = dv.generic_name(name, "192.0.2.1")
        yield from (generic, *generic.pieces)
    yield from dv.check_reverse_dns("192.0.2.1", zone).pointers
    yield from dv.check_reverse_dns("192.0.2.2", dv.Zone({("2.2.0.192.in-addr.arpa", "PTR"): ["x.test"]})).pointers
    yield from dv.SpfRecord.parse("v=spf1 redirect=example.org exp=why.example.org").terms
    for domain, world in (("example.org", zone), ("example.net", text)):
        yield dv.check_mail_route(domain, world)
        yield from dv.check_mail_route(domain, world).hosts
        yield dv.check_dkim_key("s1", domain, world)
        set_up = dv.check_dkim_set_up(domain, ["s1", "gone"], world)
        yield from (set_up, *set_up.selectors)
    loops = dv.Zone.parse('a.test TXT "v=spf1 a include:b.test include:gone.test"\nb.test TXT "v=spf1 redirect=a.test"')
    own = dv.Zone.parse('a.test TXT "v=spf1 include:a.test"')
    for domain, world in (("example.org", zone), ("a.test", loops), ("a.test", own)):
        tree = dv.spf_tree(domain, senders=["192.0.2.9", "198.51.100.7"], resolver=world)
        yield from (tree, *tree.nodes, *tree.spenders, *tree.loops, *tree.broken, *tree.unknown, *tree.senders)
        for node in tree.nodes:
            yield from node.callers
    for wanted in ("198.51.100.7", "192.0.2.0/24", "include:gone.test", "2001:db8::/32"):
        rewrite = dv.rewrite_spf("example.org", authorize=[wanted], prune=True, resolver=zone)
        yield from (rewrite, *rewrite.changes, *([rewrite.proof] if rewrite.proof else []))
    for sender in ("amy@example.org", "<>"):
        compared = dv.what_if([("192.0.2.9", sender, "h.test")], [("example.org", "v=spf1 mx -all")], zone)
        yield from (compared, *compared.verdicts)
    yield dv.SpfProof(dv.ProofStatus.REFUTED, "why", None, None, None, None, None)
    failing = dv.Zone({("a.test", "TXT"): ["v=spf1 a:b.test -all"], ("b.test", "A"): dv.DnsError("timeout")})
    for world in (failing, dv.Zone.parse('a.test TXT "v=spf1 exists:%{h}.b.test -all"')):
        proof = dv.rewrite_spf("a.test", authorize=["192.0.2.1"], resolver=world).proof
        yield from (proof, proof.reason) if proof and proof.reason else ()
    yield dv.what_if([("192.0.2.9", "amy@example.org")], resolver=zone, sets={("mx.example.org", "A"): ["192.0.2.9"]})
    yield from (dv.SenderIdRecord.parse("spf2.0/pra,mfrom +mx -all"), dv.SenderIdRecord.parse("spf2.1/x"))
    yield dv.purported_responsible_address("From: Amy <amy@a.test>")
    yield dv.purported_responsible_address(b'Sender: "a b"@b.test\nFrom: amy@a.test\n\nFrom: body@c.test')
    yield from _split_horizons(zone)
    yield from _messages()
    yield from _reports_and_fields()
    yield from _chains()
    yield from _mail_records()
    yield from _returned()
    yield from _received()
    yield from dv.receiver_policies()[:3]
    yield from _explained()
    yield from _traces()
    yield from (dv.SpfDifference("192.0.2.1", dv.SpfResult.PASS, fail) for fail in (dv.SpfResult.FAIL, dv.SpfResult.NONE))
    listed = dv.check_dnsbl("192.0.2.7", [dv.DnsblList("bl.example.org", "ip", codes={"127.0.0.2": "spam"})], zone)
    yield from listed
    yield from listed[0].codes
    sweep = dv.sweep_dnsbl(["192.0.2.0/29"], [dv.DnsblList("bl.example.org", "ip")], resolver=zone)
    yield from (sweep.progress, *sweep, sweep.progress)
    change = dv.compare_dnsbl(None, listed[0], 100)
    yield from (change, dv.DnsblSighting((), 7, None), dv.DnsblSighting(("127.0.0.3",), 7, 9))
    yield from (change.after, dv.compare_dnsbl(dv.DnsblSighting(("127.0.0.3",), 7, None), listed[0], 200))
    yield dv.SpfVia(0, 1)
    yield dv.SpfLimits(1, 2, 3, 4)
    yield dv.DnsblCode("127.0.0.3", None, dv.Impact.LOW, dv.ListRole.BLOCK, dv.ListCause.TRAP, "by yourself", 3)
    yield dv.Unknown("what", "why", True, ())
    reports = [dv.diagnose("example.org", ["192.0.2.1"], lists=[], resolver=world) for world in (zone, text)]
    yield from (dv.compare_reports(*reports), dv.compare_reports(reports[0], reports[0]))
    for ip in ("198.51.100.7", "192.0.2.1"):
        report = dv.diagnose("example.org", [ip], helo="mx.example.org", selectors=["s1"], lists=[], resolver=zone)
        yield from (report, report.case)
        yield from report.unknown
        for finding in report.findings:
            yield from (finding, finding.remedy, *finding.evidence, *finding.remedy.changes, *finding.remedy.streams)
            yield from (evidence.span for evidence in finding.evidence if evidence.span is not None)
    for message, ip in ((signed(), "198.51.100.7"), (MESSAGE, "192.0.2.1")):
        report = dv.diagnose("example.org", [ip], lists=[], message=message, at=1, resolver=zone)
        yield from (report, report.case, report.case.message, *report.at_receiver)
    claiming = b"Authentication-Results: mx.test; spf=pass smtp.mailfrom=example.org; dkim=fail\r\n" + signed()
    claimed = dv.diagnose("example.org", lists=[], message=claiming, trusted_authserv_ids=["mx.test"], resolver=zone)
    yield from (claimed, claimed.case, *claimed.claims)


def _split_horizons(zone: dv.Zone) -> Iterator[object]:
    for ip, helo in (("192.0.2.1", "mx.example.org"), ("198.51.100.7", "app.example.org")):
        inside, outside = (dv.diagnose("example.org", [ip], helo=helo, lists=[], resolver=r) for r in (zone, dv.Zone()))
        horizon = dv.split_horizon(inside, outside)
        yield from (horizon, *horizon.differences)


def _messages() -> Iterator[object]:
    zone = dv.Zone({
        ("s1._domainkey.example.org", "TXT"): [key_record()],
        ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=reject; np=none; t=y; pct=20"],
        ("example.org", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"],
    })
    for message in (signed(), signed() + b"footer\r\n", signed(selector="gone")):
        for outcome in dv.verify_dkim(message, zone, at=1):
            yield from (outcome, *outcome.causes, *outcome.notes)
    yield from (dv.DkimNote("dkim.note.testing", "testing", dv.Severity.NOTE), dv.DkimNote("a", "b", dv.Severity.ERROR))
    for message, ip in ((signed(), "192.0.2.1"), (MESSAGE, "192.0.2.2")):
        evaluation = dv.evaluate_dmarc(message, ip=ip, sender="amy@example.org", helo="h.test", resolver=zone)
        yield from (evaluation, evaluation.rfc9989, evaluation.rfc7489, *evaluation.disagreements)
        yield from evaluation.rfc9989.identifiers
    yield dv.evaluate_dmarc("example.org", signed_by=["a.test"], resolver=zone)
    yield from (dv.DmarcRecord.parse("v=DMARC1; p=none"), dv.DmarcRecord.parse("v=DMARC1; p=reject; rua=mailto:a@b.test"))
    for text in ("v=DMARC1; p=rejct", "v=DMARC1; p=none; x"):
        discovery = dv.check_dmarc("a.test", dv.Zone({("_dmarc.a.test", "TXT"): [text]}))
        yield from (discovery, *discovery.problems)
    yield from (dv.check_transport(kind, "a.test", zone) for kind in ("mta_sts", "bimi"))


def _reports_and_fields() -> Iterator[object]:
    for n in (1, 2):
        metadata = dv.ReportMetadata("org", "a@b.test", None, str(n), n, None, (), None)
        policy = dv.PublishedPolicy("a.test", dv.DmarcPolicy.NONE, None, None, None, None, None, None, n, None)
        override, signature = dv.PolicyOverride(f"kind {n}", None), dv.DkimResultSeen("a.test", None, f"pass {n}", None)
        spf = dv.SpfResultSeen("a.test", None, dv.SpfResult.PASS, str(n))
        record = dv.ReportRecord(
            "192.0.2.1", n, None, None, None, None, (override,), "a.test", None, None, (signature,), (spf,)
        )
        source = dv.FailingSource("192.0.2.1", n, n, (("no DKIM signature was seen", n),))
        yield from (metadata, policy, override, signature, spf, record, source)
        yield dv.AggregateReport(metadata, policy, (record,), n, (source,))
        yield dv.read_failure_report(f"Feedback-Type: auth-failure\nDKIM-Selector: s{n}\nIdentity-Alignment: spf")
        field = dv.AuthenticationResults.parse(f"mx{n}.test; spf=pass smtp.helo=h{n}.test")
        yield from (field, *field.results, *field.results[0].properties)
        yield from (dv.DomainKeysPolicy.parse(f"o=~; n=note {n}"), dv.DomainKeysKey.parse(f"p=AA{n}="))


def _chains() -> Iterator[object]:
    zone = dv.Zone({("s1._domainkey.example.org", "TXT"): [key_record()]})
    for message in (sealed(), sealed(sealed()), sealed() + b"footer\r\n", sealed(selector="gone"), MESSAGE):
        chain = dv.verify_arc(message, zone)
        yield from (chain, *chain.failures, *chain.sets)
        yield from (part for added in chain.sets for part in (added.message_signature, added.seal) if part is not None)


def _mail_records() -> Iterator[object]:
    for n in (1, 2):
        yield dv.MtaStsRecord.parse(f"v=STSv1; id={n};")
        yield dv.TlsReportingRecord.parse(f"v=TLSRPTv1; rua=mailto:a{n}@b.test")
        yield dv.BimiRecord.parse(f"v=BIMI1; l=https://a.test/{n}.svg; avp=personal")
    failing = dv.Zone({("a.test._report._dmarc.b.test", "TXT"): dv.DnsError("timeout")})
    for zone in (failing, dv.Zone.parse('a.test._report._dmarc.b.test TXT "v=DMARC1; rua=mailto:r@b.test"')):
        outcome = dv.check_dmarc_destinations("a.test", "v=DMARC1; p=none; rua=mailto:d@b.test", zone)
        yield from (outcome, *outcome.destinations)


def _returned() -> Iterator[object]:
    for n, zone in ((1, "zen.spamhaus.org"), (2, "dnsbl.sorbs.net")):
        listed = dv.NamedList(f"list-{n}", zone, dv.known_list(zone))
        named = dv.Parameters(listed, None, f"192.0.2.{n}", None, None, None, None, None, dv.SpfResult.PASS, None, None)
        reply = dv.Reply(
            "no", 550, f"5.7.{n}", dv.Cause.SPF_FAIL, None, named, dv.Receiver.GMAIL, dv.Permanence.PERMANENT, dv.Span(0, n)
        )
        recipient = dv.Recipient(f"amy@{n}.test", None, dv.BounceAction.FAILED, f"5.7.{n}", None, reply)
        original = dv.Original(b"From: amy@a.test\n", n == 1)
        complaint = dv.Feedback("abuse", f"192.0.2.{n}", None, None, None)
        yield from (listed, named, reply, recipient, original, complaint)
        yield dv.Bounce(dv.BounceKind.DELIVERY_REPORT, (recipient,), None, original, complaint)
    yield dv.classify_reply("550 no", status="5.1.1")
    yield dv.read_bounce("550 5.1.1 no")


def _received() -> Iterator[object]:
    for text in (
        "from a.test (b.test [192.0.2.7]) (using TLSv1.2 with cipher X) (Authenticated sender: amy)"
        " by c.test (Postfix) with ESMTPSA id 1; Tue, 2 Mar 2004 12:51:44 -0500",
        "Received: by d.test (Postfix, from userid 33)\n\tid 9; Tue, 3 Feb 2026 04:12:08 +0000",
        "from e.test ([192.0.2.8]) (using TLSv1.3 with cipher Y) (AUTH: LOGIN bob) by f.test with LMTP id 2",
        "(qmail 7 invoked by uid 501); 3 Feb 2026 04:12:09 -0000",
    ):
        field = dv.Received.parse(text)
        yield field
        parts = (field.helo, field.ip, field.authentication, field.tls, field.by, field.protocol, field.submission, field.date)
        yield from (part for part in parts if part is not None)


def _explained() -> Iterator[object]:
    zone = dv.Zone({**RECORDS, ("example.net", "TXT"): ["v=spf1 -all"]})
    for raw in (
        "550 5.7.23 SPF check failed for 198.51.100.7",
        "550 5.1.1 <bob@example.net>: no such user",
        "554 5.7.1 Client host [192.0.2.7] blocked using bl.example.org; see https://bl.example.org/",
    ):
        report = dv.explain(raw, domain="example.org", resolver=zone)
        yield from (report, report.case, report.case.bounce, *report.inferred, *report.findings)
        for returned in report.returned:
            yield from (returned, returned.confirmation)
    nothing = dv.explain("hello", resolver=zone)
    yield from (nothing, nothing.case)
    yield dv.Confirmation(dv.ConfirmationOutcome.REFUTED, "why", "not so now: why")
    yield from (dv.Inferred("domain", f"{n}.test", "the reply names it") for n in (1, 2))
    yield from (dv.CaseBounce(dv.read_bounce("hello"), n, None) for n in (1, 2))


def _traces() -> Iterator[object]:
    yield from (dv.check_source(ip, "example.org", dv.Zone(RECORDS)) for ip in ("192.0.2.1", "198.51.100.7"))
    lower = "Received: by web.a.test (Postfix, from userid 33) id 9; Tue, 2 Mar 2004 10:51:44 +0000\n"
    for text, script in (
        ("Received: from web.a.test (h7.b.test [192.0.2.7]) by mx.c.test; Tue, 2 Mar 2004 12:51:44 +0000\n", "33:a.php"),
        ("Received: from web.a.test ([172.17.0.1]) by mx.c.test; Tue, 2 Mar 2004 10:00:00 +0000\n", "48:b.php"),
    ):
        trace = dv.trace(f"{text}{lower}X-PHP-Originating-Script: {script}\n\n")
        yield from (trace, trace.source, trace.script, *trace.hops, *trace.notes)
