"""Signatures, DMARC, reports and the records around the mailbox."""

from __future__ import annotations

import asyncio
import doctest
import gzip
import pickle
import time

import deliverability as dv
import pytest
from signing import MESSAGE, key_record, signed

REPORT = b"""<feedback>
  <report_metadata><org_name>Example</org_name><report_id>1</report_id>
    <date_range><begin>1767225600</begin><end>1767312000</end></date_range></report_metadata>
  <policy_published><domain>example.org</domain><p>none</p></policy_published>
  <record>
    <row><source_ip>192.0.2.1</source_ip><count>7</count>
      <policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>
    <identifiers><header_from>example.org</header_from></identifiers>
    <auth_results><spf><domain>esp.example</domain><result>pass</result></spf></auth_results>
  </record>
</feedback>"""


@pytest.fixture
def world() -> dv.Zone:
    return dv.Zone({
        ("s1._domainkey.example.org", "TXT"): [key_record()],
        ("s1._domainkey.esp.example", "TXT"): [key_record()],
        ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=none; sp=reject"],
        ("bounce.example.org", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"],
        ("h.example.org", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"],
    })


def test_a_signed_message_verifies(world: dv.Zone) -> None:
    [outcome] = dv.verify_dkim(signed(), world, at=int(time.time()))
    assert (outcome.result, outcome.cause, outcome.causes) == (dv.DkimResult.PASS, None, ())
    assert (outcome.domain, outcome.selector, outcome.identity) == ("example.org", "s1", "@example.org")
    assert (outcome.algorithm, outcome.canonicalization) == ("rsa-sha256", "relaxed/relaxed")
    assert outcome.signed_fields == ("from", "subject")
    assert outcome.key is not None and outcome.key.bits == 2048
    checks = (outcome.is_in_time, outcome.body_matches, outcome.signature_verifies, outcome.identity_allowed)
    assert checks == (True, True, True, True)
    assert str(outcome) == "pass for example.org"
    assert list(outcome.answers) == [dv.Query("s1._domainkey.example.org", "TXT")]
    assert dv.verify_dkim(MESSAGE, world) == []


def test_a_change_is_explained(world: dv.Zone) -> None:
    [outcome] = dv.verify_dkim(signed() + b"-- \r\nThe list\r\n", world)
    assert (outcome.result, outcome.cause) == ("fail", "dkim.body-changed.footer")
    assert outcome.causes[0].advice and str(outcome.causes[0]) in str(outcome)
    [problem] = outcome.problems
    assert problem.rule == "dkim.body-changed"
    [body_hash] = outcome.text.split("bh=")[1].split(";")[:1]
    assert "".join(problem.span.of(outcome.text).split()) == "".join(body_hash.split())
    assert (outcome.body_matches, outcome.signature_verifies, outcome.is_in_time) == (False, True, None)
    [changed] = dv.verify_dkim(signed().replace(b"Subject: hello", b"Subject: [list] hello"), world)
    assert changed.cause is not None and changed.cause.startswith("dkim.header-changed")


def test_what_is_not_known_is_said() -> None:
    slow = dv.Zone({("s1._domainkey.example.org", "TXT"): dv.DnsError("timeout")})
    [unknown] = dv.verify_dkim(signed(), slow)
    assert (unknown.result, unknown.key, unknown.signature_verifies) == ("temperror", None, None)
    [missing] = dv.verify_dkim(signed(), dv.Zone())
    assert missing.result == "permerror" and missing.cause is not None and missing.cause.startswith("dkim.key.missing")


def test_each_signature_is_judged_for_itself(world: dv.Zone) -> None:
    message = signed(signed(domain="esp.example"), selector="gone")
    outcomes = dv.verify_dkim(message, world)
    assert [(outcome.domain, outcome.result) for outcome in outcomes] == [
        ("example.org", "permerror"),
        ("esp.example", "pass"),
    ]
    assert pickle.loads(pickle.dumps(outcomes)) == outcomes
    assert asyncio.run(dv.aio.verify_dkim(message, world)) == outcomes


def test_a_message_that_is_signed_passes_dmarc(world: dv.Zone) -> None:
    evaluation = dv.evaluate_dmarc(signed(), resolver=world)
    assert (evaluation.result, evaluation.author_domain) == (dv.DmarcResult.PASS, "news.example.org")
    assert (evaluation.policy, evaluation.requested, evaluation.spf) == (dv.DmarcPolicy.REJECT, None, None)
    [identifier] = evaluation.rfc9989.identifiers
    assert (identifier.mechanism, identifier.alignment, identifier.mode) == ("dkim", "relaxed", "relaxed")
    assert [outcome.result for outcome in evaluation.dkim] == ["pass"]
    assert dv.evaluate_dmarc(signed(), resolver=evaluation.answers) == evaluation
    assert asyncio.run(dv.aio.evaluate_dmarc(signed(), resolver=world)) == evaluation


def test_a_message_that_is_not_aligned_fails_dmarc(world: dv.Zone) -> None:
    evaluation = dv.evaluate_dmarc(
        signed(domain="esp.example"), ip="192.0.2.2", sender="b@bounce.example.org", helo="h.example", resolver=world
    )
    verdict = evaluation.rfc9989
    assert (evaluation.result, verdict.cause, verdict.requested) == ("fail", dv.DmarcCause.NOT_ALIGNED, "reject")
    assert evaluation.spf is not None and evaluation.spf.result == "fail"
    assert evaluation.spf == dv.check_host("192.0.2.2", "b@bounce.example.org", helo="h.example", resolver=world)
    assert verdict.record is not None and verdict.span is not None
    assert (verdict.tag, verdict.span.of(verdict.record), verdict.record_domain) == ("sp", "sp=reject", "example.org")
    assert evaluation.rfc7489.result == "fail" and evaluation.disagreements == ()
    assert "not aligned" in str(evaluation)


def test_spf_alone_can_make_dmarc_pass(world: dv.Zone) -> None:
    # RFC 9989 §3.2.4: with a null sender it is the HELO name.
    for sender in ("b@bounce.example.org", ""):
        evaluation = dv.evaluate_dmarc(MESSAGE, ip="192.0.2.1", sender=sender, helo="h.example.org", resolver=world)
        assert (evaluation.result, evaluation.rfc9989.cause, evaluation.dkim) == ("pass", "aligned", ())
    assert dv.evaluate_dmarc("example.org", ip="192.0.2.9", sender="", helo="h.example.org", resolver=world).result == "fail"


def test_the_two_rfcs_are_told_apart() -> None:
    zone = dv.Zone.parse('_dmarc.example.org TXT "v=DMARC1; p=reject; np=none; t=y; pct=20"')
    evaluation = dv.evaluate_dmarc("gone.example.org", resolver=zone)
    kinds = {disagreement.kind for disagreement in evaluation.disagreements}
    assert {dv.DisagreementKind.POLICY_TAG, dv.DisagreementKind.TEST_MODE, dv.DisagreementKind.PERCENTAGE} <= kinds
    assert (evaluation.rfc9989.policy, evaluation.rfc7489.policy) == ("none", "reject")


def test_what_cannot_be_evaluated_is_refused() -> None:
    for message, at in ((b"Subject: x\r\n\r\n", ""), (b"From: a@b.test, c@d.test\r\n\r\nFrom: x", ",")):
        with pytest.raises(dv.ParseError) as raised:
            dv.evaluate_dmarc(message, resolver=dv.Zone())
        assert raised.value.span.of(raised.value.text) == at
    with pytest.raises(TypeError, match="both ip and sender"):
        dv.evaluate_dmarc("example.org", ip="192.0.2.1", resolver=dv.Zone())
    failing = dv.Zone({("_dmarc.example.org", "TXT"): dv.DnsError("servfail")})
    unknown = dv.evaluate_dmarc("example.org", resolver=failing)
    assert (unknown.result, unknown.policy, unknown.rfc9989.cause) == ("temperror", None, "dns")


def test_dmarc_records() -> None:
    record = dv.DmarcRecord.parse("v=DMARC1; p=reject; sp=quarantine; adkim=s; rua=mailto:d@example.org,mailto:e@example.org!5m")
    assert (record.p, record.sp, record.np) == (dv.DmarcPolicy.REJECT, "quarantine", None)
    assert (record.adkim, record.aspf, record.is_testing, record.is_public_suffix) == ("strict", "relaxed", False, None)
    assert record.rua == ("mailto:d@example.org", "mailto:e@example.org!5m")
    with pytest.raises(dv.ParseError) as raised:
        dv.DmarcRecord.parse("v=DMARC1; p=rejct")
    assert (raised.value.kind, raised.value.span.of(raised.value.text)) == ("policy", "rejct")
    [problem] = dv.lint_dmarc("v=DMARC1; p=rejct")
    assert problem.edit is not None and problem.edit.replacement == "reject"


def test_the_record_that_applies(world: dv.Zone) -> None:
    found = dv.check_dmarc("news.example.org", world)
    assert (found.status, found.policy, found.tag) == (dv.DmarcStatus.FOUND, "reject", "sp")
    assert (found.record_domain, found.record) == ("example.org", "v=DMARC1; p=none; sp=reject")
    broken = dv.check_dmarc("a.test", dv.Zone.parse('_dmarc.a.test TXT "v=DMARC1; p=rejct"'))
    assert (broken.status, broken.policy, broken.record) == ("invalid", None, None)
    [faulty] = broken.problems
    assert (faulty.query.name, faulty.problem.span.of(faulty.text)) == ("_dmarc.a.test", "rejct")
    slow = dv.check_dmarc("a.test", dv.Zone({("_dmarc.a.test", "TXT"): dv.DnsError("timeout")}))
    assert (slow.status, slow.failed, slow.error) == (
        "unknown",
        dv.Query("_dmarc.a.test", "TXT"),
        dv.DnsError("timeout"),
    )
    assert asyncio.run(dv.aio.check_dmarc("news.example.org", world)) == found


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_aggregate_reports(pack: type[bytes]) -> None:
    report = dv.read_aggregate_report(pack(REPORT))
    assert (report.metadata.org_name, report.metadata.begin, report.messages) == ("Example", 1767225600, 7)
    assert (report.policy.p, report.records[0].passed, report.unread_records) == ("none", False, 0)
    [source] = report.failing_sources
    assert (source.ip, source.failing) == ("192.0.2.1", 7)
    assert source.causes[0] == ("SPF passed for esp.example, which is not aligned", 7)
    with pytest.raises(dv.ParseError, match="no DMARC aggregate report") as raised:
        dv.read_aggregate_report("<html></html>")
    assert raised.value.kind == "not_a_report"


def test_failure_reports() -> None:
    report = dv.read_failure_report(b"Feedback-Type: auth-failure\r\nAuth-Failure: dmarc\r\nIdentity-Alignment: dkim\r\n")
    assert report is not None and (report.auth_failure, report.not_aligned) == ("dmarc", ("dkim",))
    assert dv.read_failure_report("Feedback-Type: abuse\n") is None


def test_transport_records() -> None:
    zone = dv.Zone.parse('_mta-sts.a.test TXT "v=STSv1; id=2026-01-01;"\n_smtp._tls.a.test TXT "v=TLSRPTv1; rua=mailto:a@a.test"')
    found = {kind: dv.check_transport(kind, "a.test", zone) for kind in ("mta_sts", "tls_reporting", "bimi")}
    assert [outcome.status for outcome in found.values()] == ["invalid", "found", "missing"]
    mta_sts = found["mta_sts"]
    assert mta_sts.text is not None and dv.apply_edits(mta_sts.text, mta_sts.problems) == "v=STSv1; id=20260101;"
    assert dv.lint_transport(dv.TransportKind.BIMI, "v=BIMI1; l=; a=;") == []
    with pytest.raises(ValueError, match="TransportKind"):
        dv.check_transport("dane", "a.test", zone)
    assert asyncio.run(dv.aio.check_transport("bimi", "a.test", zone)) == found["bimi"]


def test_authentication_results() -> None:
    text = 'mx.example.net; spf=pass (ok) smtp.mailfrom=example.org; dkim=fail reason="bad" header.d=example.org'
    field = dv.AuthenticationResults.parse(text)
    assert field.is_by("MX.example.net") and field.departures == ()
    [result] = field.of("DKIM")
    assert (result.result, result.reason, result.property("header", "d")) == ("fail", "bad", "example.org")
    assert dv.AuthenticationResults.parse(str(field)) == field
    # Whatever the texts hold, it is one field.
    forged = dv.AuthenticationResults("h\r\nBcc: x", None, (), ())
    assert "\r\nBcc" not in str(forged)
    assert dv.AuthenticationResults.parse("spf=pass").departures == (dv.Departure.NO_AUTHSERV_ID,)


def test_what_receivers_ignore_today() -> None:
    policy = dv.DomainKeysPolicy.parse("t=y; o=-; r=a@b.test")
    assert (policy.signs_all, policy.is_testing, policy.reports_to) == (True, True, "a@b.test")
    key = dv.DomainKeysKey.parse("g=amy; k=rsa; p=MEww DQYJ")
    assert (key.granularity, key.public_key, key.is_testing) == ("amy", "MEwwDQYJ", False)
    assert dv.read_adsp("dkim=all") is dv.AdspPractices.ALL
    for read in (dv.DomainKeysPolicy.parse, dv.DomainKeysKey.parse, dv.read_adsp):
        with pytest.raises(dv.ParseError):
            read("v=spf1 -all")


@pytest.mark.parametrize("name", ["lint_dmarc", "lint_transport", "read_adsp", "AuthenticationResults.parse"])
def test_examples_of_the_compiled_half_run(name: str) -> None:
    # Doctest itself collects no compiled functions.
    part: object = dv
    for attribute in name.split("."):
        part = getattr(part, attribute)
    examples = doctest.DocTestParser().get_doctest(part.__doc__ or "", {}, name, None, None)
    assert examples.examples and doctest.DocTestRunner().run(examples).failed == 0


def test_of_several_author_domains_each_is_judged() -> None:
    # RFC 9989 §11.5.
    message = signed().replace(b"From: ", b"From: eve@other.test, ", 1)
    several = "From: amy@a.test, bob@b.test\n\nhello"
    assert dv.author_domains(several) == ["a.test", "b.test"]
    world = dv.Zone.parse('_dmarc.a.test TXT "v=DMARC1; p=reject"\n_dmarc.b.test TXT "v=DMARC1; p=none"')
    with pytest.raises(dv.ParseError):
        dv.evaluate_dmarc(several, resolver=world)
    each = [dv.evaluate_dmarc(several, author_domain=domain, resolver=world) for domain in dv.author_domains(several)]
    assert [(found.author_domain, found.requested) for found in each] == [("a.test", "reject"), ("b.test", "none")]
    assert [pickle.loads(pickle.dumps(found)) for found in each] == each and each[0] != each[1]
    assert asyncio.run(dv.aio.evaluate_dmarc(several, author_domain="a.test", resolver=world)) == each[0]
    assert len(dv.evaluate_dmarc(message, author_domain="other.test", resolver=world).dkim) == 1
    with pytest.raises(dv.ParseError) as raised:
        dv.author_domains("To: amy@a.test\n\nhello")
    assert raised.value.kind == "missing"
    with pytest.raises(TypeError, match="author_domain goes with a message"):
        dv.evaluate_dmarc("a.test", author_domain="b.test", resolver=world)
    report = dv.diagnose("a.test", lists=[], message=several, resolver=world)
    assert report.case.message is not None
    assert (report.case.message.author_domain, report.case.message.author_domains) == (None, ("a.test", "b.test"))
