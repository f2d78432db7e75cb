"""What the checks find, as Python sees it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import deliverability as dv
import pytest

CASES = Path(__file__).parents[2] / "examples" / "cases"


def test_check_host(zone: dv.Zone) -> None:
    evaluation = dv.check_host("198.51.100.7", "amy@example.org", helo="h.example", resolver=zone)
    assert (evaluation.result, evaluation.identity, evaluation.domain) == ("fail", "mailfrom", "example.org")
    assert (evaluation.cause.term, evaluation.cause.kind) == ("-all", dv.CauseKind.MATCHED)
    assert [visit.domain for visit in evaluation.trace.visits] == ["example.org", "a.example.org", "b.example.org"]
    assert (evaluation.trace.ledger.lookups, evaluation.trace.ledger.void_lookups) == (3, 0)
    assert len(evaluation.answers) == 4 and dv.Query("example.org", "TXT") in evaluation.answers
    assert [str(query) for query in evaluation.answers][:2] == ["a.example.org TXT", "b.example.org TXT"]


def test_the_explanation_sees_the_receiver() -> None:
    zone = dv.Zone.parse('example.org TXT "v=spf1 exp=why.example.org -all"\nwhy.example.org TXT "%{i} says %{r}"')
    evaluation = dv.check_host("192.0.2.1", "amy@example.org", receiver="mx.example.net", resolver=zone)
    assert evaluation.explanation == "192.0.2.1 says mx.example.net"


def test_check_dnsbl(zone: dv.Zone) -> None:
    own = dv.DnsblList("bl.example.org", "ip", codes={"127.0.0.2": "spam source"}, delist="https://bl.example.org/out")
    listed, unknown = dv.check_dnsbl("192.0.2.7", [own, "zen.spamhaus.org"], zone)
    assert (listed.status, listed.is_blocked, listed.delist) == ("listed", True, "https://bl.example.org/out")
    assert listed.codes == (dv.DnsblCode("127.0.0.2", "spam source", None, dv.ListRole.BLOCK, None, None, None),)
    assert listed.reason == "see https://bl.example.org/"
    # A list that does not answer for its own test point is not "clean".
    assert unknown.is_unknown and not unknown.is_listed and unknown.why is not None
    assert len(dv.check_dnsbl("192.0.2.7", resolver=zone)) > 1


def test_check_reverse_dns(zone: dv.Zone) -> None:
    outcome = dv.check_reverse_dns("192.0.2.1", zone)
    assert (outcome.result, outcome.confirmed_names) == (dv.IprevResult.PASS, ("mx.example.org",))
    assert dv.check_reverse_dns("198.51.100.7", zone).result is dv.IprevResult.PERMERROR


def test_check_helo(zone: dv.Zone) -> None:
    outcome = dv.check_helo("mx.example.org", "192.0.2.1", zone)
    assert (outcome.form, outcome.resolves_to_client) == (dv.HeloForm.HOST_NAME, dv.Ternary.YES)
    assert dv.check_helo("app.corp.local", "192.0.2.1", zone).form is dv.HeloForm.PRIVATE


def test_check_mail_route(zone: dv.Zone) -> None:
    route = dv.check_mail_route("example.org", zone)
    assert (route.kind, route.accepts_mail) == (dv.RouteKind.MX, dv.Ternary.YES)
    assert [host.state for host in route.hosts] == [dv.HostState.ADDRESSES, dv.HostState.FAILED]
    assert route.hosts[1].error == dv.DnsError("timeout")


def test_check_dkim_key(zone: dv.Zone) -> None:
    outcome = dv.check_dkim_key("s1", "example.org", zone)
    assert outcome.status is dv.KeyStatus.USABLE and outcome.key is not None
    assert (outcome.key.key_type, len(outcome.key.data), outcome.key.bits) == ("ed25519", 32, None)
    assert dv.check_dkim_key("s2", "example.org", zone).status is dv.KeyStatus.MISSING
    assert dv.check_dkim_key("a..b", "example.org", zone).status is dv.KeyStatus.BAD_SELECTOR


def test_check_dkim_set_up(zone: dv.Zone) -> None:
    fine = dv.check_dkim_set_up("example.org", ["s1"], zone)
    assert (fine.domain, fine.namespace, fine.namespace_query, fine.error) == ("example.org", None, None, None)
    [selector] = fine.selectors
    key = dv.check_dkim_key("s1", "example.org", zone)
    assert (selector.status, selector.key, selector.text, selector.query) == (key.status, key.key, key.text, key.query)
    # RFC 8020 §2: nothing stands below a name that does not exist.
    nothing = dv.check_dkim_set_up("a.test", resolver=zone)
    assert (nothing.selectors, nothing.namespace) == ((), dv.DkimNamespace.EMPTY)
    assert str(nothing) == "_domainkey.a.test does not exist: no selector is published there (RFC 8020 §2)"
    failed = dv.check_dkim_set_up("a.test", ["s1"], dv.Zone({("s1._domainkey.a.test", "TXT"): dv.DnsError("timeout")}))
    assert (failed.selectors[0].status, failed.selectors[0].error) == ("unknown", dv.DnsError("timeout"))
    slow = dv.check_dkim_set_up("a.test", resolver=dv.Zone({("_domainkey.a.test", "TXT"): dv.DnsError("servfail")}))
    assert (slow.namespace, slow.error) == ("unknown", dv.DnsError("servfail"))
    with pytest.raises(TypeError, match="selectors is a list"):
        dv.check_dkim_set_up("a.test", "s1")


def test_a_key_is_found_behind_a_cname_without_its_final_dot() -> None:
    # RFC 1035 §5.1: a name without a final dot is completed with that of the zone.
    key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    zone = dv.Zone({
        ("s1._domainkey.a.test", "CNAME"): ["s1.keys.b.test.a.test"],
        ("s1.keys.b.test", "TXT"): [key],
    })
    [selector] = dv.check_dkim_set_up("a.test", ["s1"], zone).selectors
    assert selector.status is dv.KeyStatus.MISSING and selector.doubled is None
    assert selector.behind_cname == dv.Query("s1.keys.b.test", "TXT")
    assert str(selector).endswith("; a key stands at s1.keys.b.test")


def test_lint_dkim_key() -> None:
    text = r"v=DKIM1\; k=ed25519\; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    problem = dv.lint_dkim_key(text)[0]
    assert (problem.rule, problem.severity) == ("dkim.key-bad", dv.Severity.BLOCKS)
    assert problem.edit is not None
    mended = text[: problem.edit.span.start] + problem.edit.replacement + text[problem.edit.span.end :]
    assert dv.lint_dkim_key(mended) == [] and dv.DkimKey.parse(mended).key_type == "ed25519"
    # RFC 6376 §3.6.2.2, RFC 1035 §3.3: one record, in strings of 255 octets.
    long = dv.DkimKey.parse("v=DKIM1; k=later; p=" + "QUJD" * 100)
    assert [len(string) for string in long.strings] == [255, 165]
    assert dv.DkimKey.parse("".join(long.strings)) == long
    assert dv.lint_dkim_key([part.encode() for part in (mended[:9], mended[9:])]) == []


def test_diagnose_gives_a_report(zone: dv.Zone) -> None:
    report = dv.diagnose("example.org", ["198.51.100.7"], helo="mx.example.org", lists=[], resolver=zone)
    assert report.verdict is dv.Verdict.EXPLAINED
    finding = next(finding for finding in report.findings if finding.rule == "spf.ip-not-authorized")
    assert (finding.severity, finding.acts, finding.remedy.proven) == ("blocks", "sender_dns", "yes")
    assert "ip4:198.51.100.7" in (finding.remedy.changes[0].new or "")
    evidence = next(evidence for evidence in finding.evidence if evidence.span is not None)
    assert evidence.span is not None and evidence.span.of(evidence.answer)
    # A DNS failure takes nothing away, and is named.
    assert any("slow.example.org" in unknown.question for unknown in report.unknown)
    assert "spf.ip-not-authorized" in str(report)


def test_a_report_is_read_again(zone: dv.Zone) -> None:
    report = dv.diagnose("example.org", ["198.51.100.7", "192.0.2.1"], selectors=["s1"], lists=[], resolver=zone)
    assert dv.Report.from_json(report.to_json()) == report
    assert dv.diagnose(
        "example.org", ["198.51.100.7", "192.0.2.1"], selectors=["s1"], lists=[], resolver=report.answers
    ) == report
    written = report.to_dict()
    assert written["version"] == 1 and written["verdict"] == "explained"
    assert [finding["rule"] for finding in written["findings"]] == [finding.rule for finding in report.findings]
    in_full = dv.diagnose("example.org", ["198.51.100.7"], resolver=zone)
    assert dv.Report.from_json(in_full.to_json()) == in_full
    assert in_full.case.lists == dv.dnsbl_default_lists()


def stories() -> list[Any]:
    folders = sorted(folder for folder in CASES.glob("*") if (folder / "case.json").exists())
    if not folders and os.environ.get("DELIVERABILITY_REQUIRE_ALL"):
        raise FileNotFoundError(CASES)
    return [pytest.param(folder, id=folder.name) for folder in folders]


@pytest.mark.parametrize("folder", stories())
def test_the_stories_are_told(folder: Path) -> None:
    case = json.loads((folder / "case.json").read_text())
    zone = dv.Zone.parse((folder / "zone.txt").read_text())
    if case["failures"]:
        pytest.skip("the case has queries that fail")
    report = dv.diagnose(
        case["domain"],
        case["sending_ips"],
        helo=case["helo"],
        selectors=case["selectors"],
        lists=case["lists"],
        resolver=zone,
    )
    assert report.verdict == case["verdict"]
    found = {(finding.rule, finding.subject) for finding in report.findings}
    assert {(finds["rule"], finds["subject"]) for finds in case["finds"]} <= found


def test_check_helo_against_the_receiver(zone: dv.Zone) -> None:
    assert dv.check_helo("mx.example.net", "192.0.2.1", zone, receiver="MX.example.net").is_receivers
    assert not dv.check_helo("mx.example.net", "192.0.2.1", zone).is_receivers


def test_a_delegated_block_says_where_its_records_stand() -> None:
    zone = dv.Zone({
        ("1.2.0.192.in-addr.arpa", "CNAME"): ["1.0-63.2.0.192.in-addr.arpa"],
        ("1.0-63.2.0.192.in-addr.arpa", "PTR"): ["mail.example.org"],
        ("mail.example.org", "CNAME"): ["h.example.org"],
        ("h.example.org", "A"): ["192.0.2.1"],
    })
    outcome = dv.check_reverse_dns("192.0.2.1", zone)
    assert (outcome.result, outcome.owner) == ("pass", "1.0-63.2.0.192.in-addr.arpa")
    assert outcome.pointers[0].aliases == ("h.example.org",)


def test_split_horizon() -> None:
    inside = dv.Zone({
        ("1.2.0.192.in-addr.arpa", "PTR"): ["app.example.org"],
        ("app.example.org", "A"): ["192.0.2.1"],
    })
    slow = dv.Zone({("1.2.0.192.in-addr.arpa", "PTR"): dv.DnsError("timeout")})
    within, without, quiet = (
        dv.diagnose("example.org", ["192.0.2.1"], lists=[], resolver=zone) for zone in (inside, dv.Zone(), slow)
    )
    horizon = dv.split_horizon(within, without)
    assert horizon.is_split is dv.Ternary.YES
    [pointer] = horizon.differences
    assert (pointer.inside.answer, pointer.outside.answer) == ("app.example.org", "no such name (NXDOMAIN)")
    assert [finding.rule for finding in pointer.only_outside] == ["ptr.missing"]
    assert [finding.rule for finding in horizon.findings] == ["dns.split-horizon"]
    assert "only outside: ptr.missing" in " ".join(str(horizon).split())
    assert dv.split_horizon(within, within).is_split is dv.Ternary.NO
    unknown = dv.split_horizon(within, quiet)
    assert (unknown.is_split, unknown.open[0][0].name) == ("unknown", "1.2.0.192.in-addr.arpa")


def test_a_generic_name_shows_its_pieces() -> None:
    name = dv.generic_name("dsl-1-2-0-192.isp.example", "192.0.2.1")
    assert [(piece.span.of(name.text), piece.kind, piece.weight) for piece in name.pieces] == [
        ("1-2-0-192", dv.PieceKind.WHOLE_ADDRESS, 8),
        ("dsl", dv.PieceKind.WORD, 4),
    ]
    assert (name.score, name.is_generic, name.speaks_of_mail) == (12, True, False)
    assert str(name) == name.why == "holds the whole address (1-2-0-192) and the word dsl"
    mail = dv.generic_name("mail.example.org", "2001:db8::1")
    assert (mail.score, mail.is_generic, mail.speaks_of_mail) == (-3, False, True)
    assert mail.to_dict()["score"] == json.loads(mail.to_json())["score"] == -3


def test_a_split_horizon_is_plain_data(zone: dv.Zone) -> None:
    inside, outside = (dv.diagnose("example.org", ["192.0.2.1"], lists=[], resolver=world) for world in (zone, dv.Zone()))
    horizon = dv.split_horizon(inside, outside)
    plain = json.loads(horizon.to_json())
    assert plain == horizon.to_dict()
    assert plain["is_split"] == "yes" and plain["text"] == str(horizon)
    assert {difference["query"] for difference in plain["differences"]} >= {"example.org TXT"}
