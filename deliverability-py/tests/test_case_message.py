"""The message of a case: what a report says of it, the same as in Rust."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import pickle
import shutil
import subprocess
from pathlib import Path
from typing import Any

import deliverability as dv
import pytest
from signing import MESSAGE, key_record, signed

ROOT = Path(__file__).parents[2]
CASES = ROOT / "examples" / "cases"


@pytest.fixture
def world() -> dv.Zone:
    return dv.Zone({
        ("s1._domainkey.example.org", "TXT"): [key_record()],
        ("_dmarc.example.org", "TXT"): ["v=DMARC1; p=reject"],
        ("example.org", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"],
    })


def test_what_a_receiver_makes_of_the_message(world: dv.Zone) -> None:
    message = b"Received: from x.test (x.test [198.51.100.7])\r\n\tby mx.test; now\r\n" + signed()
    report = dv.diagnose("example.org", lists=[], message=message, resolver=world)
    facts = report.case.message
    assert facts is not None and report.case.at is None
    assert (facts.octets, facts.sha256) == (len(message), hashlib.sha256(message).hexdigest())
    assert (facts.author_domain, facts.source) == ("news.example.org", "198.51.100.7")
    results = {judged.method: judged.result for judged in report.at_receiver}
    assert results == {"spf": "fail", "dkim": "pass", "dmarc": "pass"}
    [dkim] = [judged for judged in report.at_receiver if judged.method == "dkim"]
    assert str(dkim) == f"dkim=pass ({dkim.identity}): {dkim.reason}" and str(dkim) in str(report)
    assert "## The message at a receiver" in report.to_markdown()
    assert dv.diagnose("example.org", lists=[], resolver=world).at_receiver == ()
    assert dv.diagnose("example.org", lists=[], resolver=world).case.message is None
    again = asyncio.run(dv.aio.diagnose("example.org", lists=[], message=message, resolver=world))
    assert again == report == pickle.loads(pickle.dumps(report))


def test_times_are_judged_only_if_one_is_given(world: dv.Zone) -> None:
    # It was signed now, which is long after 1970.
    reports = [dv.diagnose("example.org", lists=[], message=signed(), at=at, resolver=world) for at in (None, 1000)]
    results = [judged.result for report in reports for judged in report.at_receiver if judged.method == "dkim"]
    assert results[0] == "pass" != results[1]
    assert reports[1].case.at == reports[1].to_dict()["case"]["message"]["at"] == 1000


def test_claims_are_compared_where_their_host_is_trusted(world: dv.Zone) -> None:
    field = b"Authentication-Results: mx.test; spf=pass smtp.mailfrom=amy@example.org; dkim=pass header.d=example.org\r\n"
    message = b"Received: from x.test (x.test [198.51.100.7])\r\n\tby mx.test; now\r\n" + field + signed()
    plain = dv.diagnose("example.org", lists=[], message=message, resolver=world)
    assert [(claim.authserv_id, claim.trusted, claim.here) for claim in plain.claims] == [("mx.test", False, None)] * 2
    report = dv.diagnose("example.org", lists=[], message=message, trusted_authserv_ids=["mx.test"], resolver=world)
    assert report.case.trusted_authserv_ids == ("mx.test",)
    found = {claim.method: (claim.trusted, claim.result, claim.here, claim.disagrees) for claim in report.claims}
    assert found == {"spf": (True, "pass", "fail", True), "dkim": (True, "pass", "pass", False)}
    [spf] = [claim for claim in report.claims if claim.method == "spf"]
    assert str(spf) == spf.text and spf.text in str(report)
    assert dv.Report.from_json(report.to_json(), message=message) == report == pickle.loads(pickle.dumps(report))
    awaited = dv.aio.diagnose("example.org", lists=[], message=message, trusted_authserv_ids=["mx.test"], resolver=world)
    assert asyncio.run(awaited) == report
    assert dv.diagnose("example.org", lists=[], resolver=world).claims == ()


def test_a_report_of_a_message_is_read_with_it(world: dv.Zone) -> None:
    report = dv.diagnose("example.org", ["192.0.2.1"], lists=[], message=signed(), at=7, resolver=world)
    assert dv.Report.from_json(report.to_json(), message=signed()) == report
    with pytest.raises(dv.ParseError, match="pass message= too"):
        dv.Report.from_json(report.to_json())
    with pytest.raises(dv.ParseError, match="another message"):
        dv.Report.from_json(report.to_json(), message=MESSAGE)
    plain = dv.diagnose("example.org", lists=[], resolver=world)
    with pytest.raises(dv.ParseError, match="or of none"):
        dv.Report.from_json(plain.to_json(), message=MESSAGE)
    with pytest.raises(TypeError, match="a message"):
        dv.diagnose("example.org", message=7, resolver=world)  # type: ignore[arg-type]


def diagnosed(folder: Path) -> tuple[dict[str, Any], dv.Report]:
    case = json.loads((folder / "case.json").read_text())
    records = dv.Zone.parse((folder / "zone.txt").read_text())
    failing = {(query["name"], query["type"]): dv.DnsError(query["error"]) for query in case["failures"]}

    class Resolver:
        def resolve(self, query: dv.Query) -> list[Any] | None:
            if error := failing.get((query.name, query.record_type)):
                raise error
            return records.resolve(query)

    message = (folder / case["message"]).read_bytes() if "message" in case else None
    report = dv.diagnose(
        case["domain"],
        case["sending_ips"],
        helo=case["helo"],
        selectors=case["selectors"],
        lists=[known for known in dv.dnsbl_catalogue() if known.zone in case["lists"]],
        message=message,
        resolver=Resolver() if failing else records,
    )
    return case, report


@pytest.mark.parametrize("name", ["newsletter", "spoofed-domain"])
def test_a_message_tells_the_rest_of_a_story(name: str) -> None:
    case, report = diagnosed(CASES / name)
    found = {(finding.rule, finding.severity, finding.subject, finding.remedy.proven) for finding in report.findings}
    for wanted in case["message_finds"]:
        matching = [f for f in found if f[0] == wanted["rule"] and f[1] == wanted["severity"] and f[2] == wanted["subject"]]
        assert matching and wanted.get("proven", matching[0][3]) == matching[0][3], wanted


@pytest.mark.parametrize("name", sorted(folder.name for folder in CASES.glob("*") if (folder / "case.json").exists()))
def test_rust_and_python_write_the_same_report(name: str) -> None:
    cargo = shutil.which(os.environ.get("CARGO", "cargo"))
    if cargo is None:
        assert not os.environ.get("DELIVERABILITY_REQUIRE_ALL"), "cargo is needed"
        pytest.skip("there is no cargo to run the example with")
    command = [cargo, "run", "--quiet", "--locked", "--package", "deliverability-examples", "--example", "diagnose"]
    shown = subprocess.run([*command, "--", "--case", name, "--json"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert diagnosed(CASES / name)[1].to_json() == shown.stdout.rstrip("\n")
