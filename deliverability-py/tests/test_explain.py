"""Returned mail explained: cause, proof and change, the same as in Rust."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import deliverability as dv
import pytest

ROOT = Path(__file__).parents[2]
CASES = ROOT / "examples" / "cases"
RETURNED = {folder.name: file for folder in CASES.iterdir() for file in folder.glob("returned.*")}
ZONE = dv.Zone.parse('a.test TXT "v=spf1 ip4:192.0.2.1 -all"\na.test MX 10 mx.a.test\nmx.a.test A 192.0.2.1')
SPF_FAILED = "550 5.7.23 SPF check failed: {} is not allowed to send mail for a.test"


def test_a_reply_is_put_to_the_test() -> None:
    confirmed, refuted = (dv.explain(SPF_FAILED.format(ip), lists=[], resolver=ZONE) for ip in ("198.51.100.7", "192.0.2.1"))
    [returned] = confirmed.returned
    assert (returned.cause, returned.actor) == (dv.Cause.SPF_FAIL, dv.Actor.SENDER_DNS)
    assert returned.confirmation.outcome is dv.ConfirmationOutcome.CONFIRMED and returned.advice
    assert returned.findings == (("spf.ip-not-authorized", "198.51.100.7"),)
    assert (confirmed.findings[0].rule, confirmed.findings[0].remedy.proven) == ("spf.ip-not-authorized", "yes")
    assert {(inferred.what, inferred.value) for inferred in confirmed.inferred} == {
        ("domain", "a.test"),
        ("sending_ip", "198.51.100.7"),
    }
    assert (confirmed.case.domain, confirmed.case.sending_ips) == ("a.test", ("198.51.100.7",))
    assert confirmed.case.bounce is not None and confirmed.case.bounce.bounce.kind == "reply"
    assert refuted.returned[0].confirmation.outcome == "refuted" and "not so now" in str(refuted.returned[0].confirmation)
    assert refuted.returned[0].reply.status_meaning


def test_what_is_told_goes_before_what_is_read() -> None:
    report = dv.explain(SPF_FAILED.format("198.51.100.7"), domain="b.test", ips=["192.0.2.1"], lists=[], resolver=ZONE)
    assert (report.case.domain, report.case.sending_ips) == ("b.test", ("192.0.2.1",))
    # A reply names its domain; what says nothing leaves it open.
    nothing = dv.explain(b"hello", resolver=dv.Zone())
    assert (nothing.case.domain, nothing.verdict) == (None, dv.Verdict.UNKNOWN)
    assert dv.Report.from_json(nothing.to_json(), bounce=b"hello") == nothing


def test_a_diagnosis_takes_a_returned_mail() -> None:
    raw = SPF_FAILED.format("198.51.100.7").encode()
    report = dv.diagnose("a.test", lists=[], bounce=raw, resolver=ZONE)
    assert report.returned == dv.explain(raw, lists=[], resolver=ZONE).returned
    assert {inferred.what for inferred in report.inferred} == {"sending_ip"}
    assert dv.diagnose("a.test", lists=[], resolver=ZONE).returned == ()
    again = asyncio.run(dv.aio.diagnose("a.test", lists=[], bounce=raw, resolver=ZONE))
    assert again == report == pickle.loads(pickle.dumps(report))
    assert asyncio.run(dv.aio.explain(raw, lists=[], resolver=ZONE)) == dv.explain(raw, lists=[], resolver=ZONE)
    with pytest.raises(dv.ParseError, match="pass bounce= too"):
        dv.Report.from_json(report.to_json())
    with pytest.raises(dv.ParseError, match="another returned mail"):
        dv.Report.from_json(report.to_json(), bounce=raw + b" ")


def story(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((CASES / name / "case.json").read_text(encoding="utf-8"))["explained"]
    return told


def explained(name: str) -> dv.Report:
    zone = dv.Zone.parse((CASES / name / "zone.txt").read_text(encoding="utf-8"))
    return dv.explain(RETURNED[name].read_bytes(), lists=story(name)["lists"], resolver=zone)


@pytest.mark.parametrize("name", sorted(RETURNED))
def test_the_stories_are_told_from_what_came_back(name: str) -> None:
    report = explained(name)
    told = story(name)
    assert report.verdict == told["verdict"]
    wanted = [tuple(one[key] for key in ("recipient", "cause", "permanence", "acts", "confirmation")) for one in told["returned"]]
    assert wanted == [
        (one.recipient, one.cause, one.reply.permanence, one.actor, one.confirmation.outcome) for one in report.returned
    ]
    inferred = {(inferred.what, inferred.value) for inferred in report.inferred}
    assert {(what, value) for what, value in told["inferred"]} <= inferred
    assert dv.Report.from_json(report.to_json(), bounce=RETURNED[name].read_bytes()) == report


@pytest.mark.parametrize("name", sorted(RETURNED))
@pytest.mark.parametrize("form", ["--json", "--markdown", None])
def test_rust_and_python_explain_the_same(name: str, form: str | None) -> None:
    cargo = shutil.which(os.environ.get("CARGO", "cargo"))
    if cargo is None:
        assert not os.environ.get("DELIVERABILITY_REQUIRE_ALL"), "cargo is needed"
        pytest.skip("there is no cargo to run the example with")
    command = [cargo, "run", "--quiet", "--locked", "--package", "deliverability-examples", "--example", "explain", "--"]
    command += ["--case", name, *([form] if form else [])]
    shown = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    report = explained(name)
    assert {"--json": report.to_json() + "\n", "--markdown": report.to_markdown(), None: str(report)}[form] == shown


def run(*arguments: str, given: bytes = b"") -> tuple[int, str]:
    command = [sys.executable, str(ROOT / "examples" / "explain.py"), *arguments]
    done = subprocess.run(command, input=given, capture_output=True, timeout=60)
    return done.returncode, (done.stdout or done.stderr).decode()


def test_the_example_explains_a_file(tmp_path: Path) -> None:
    name = "accidental-spammer"
    zone = str(CASES / name / "zone.txt")
    lists = [option for listed in story(name)["lists"] for option in ("--list", listed)]
    code, text = run(str(RETURNED[name]), "--zone", zone, *lists, "--json")
    assert code == 1 and json.loads(text) == explained(name).to_dict()
    assert run("-", "--zone", zone, *lists, given=RETURNED[name].read_bytes()) == (1, str(explained(name)))
    code, text = run(str(tmp_path / "missing"), "--zone", zone)
    assert code == 2 and text.startswith("explain: ") and "missing" in text
