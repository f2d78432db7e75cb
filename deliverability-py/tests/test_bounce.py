"""Returned mail and replies."""

from __future__ import annotations

import doctest
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import deliverability as dv
import pytest

ROOT = Path(__file__).parents[2]
CORPUS = ROOT.parent / "shared" / "corpora" / "bounces"
REQUIRED = bool(os.environ.get("DELIVERABILITY_REQUIRE_ALL"))

REPORT = b"""From: MAILER-DAEMON@mx.example.org
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Original-Recipient: rfc822; alias@example.net
Final-Recipient: rfc822; bob@example.net
Action: failed
Status: 5.7.1
Remote-MTA: dns; mx.example.net
Diagnostic-Code: smtp; 550 5.7.23 SPF check failed

--b
Content-Type: text/rfc822-headers

From: amy@example.org
Subject: hello

--b--
"""


def test_a_delivery_report_is_read() -> None:
    bounce = dv.read_bounce(REPORT)
    assert (bounce.kind, bounce.reporting_mta, bounce.feedback) == (dv.BounceKind.DELIVERY_REPORT, "mx.example.org", None)
    [recipient] = bounce.recipients
    assert (recipient.address, recipient.original_address) == ("bob@example.net", "alias@example.net")
    assert (recipient.action, recipient.status, recipient.remote_host) == ("failed", "5.7.1", "mx.example.net")
    assert recipient.reply.text == "550 5.7.23 SPF check failed" and recipient.cause is recipient.reply.cause
    assert bounce.original is not None and not bounce.original.is_whole
    assert bounce.original.octets.startswith(b"From: amy@example.org")
    assert dv.read_bounce(REPORT.decode()) == bounce == dv.read_bounce(REPORT.replace(b"\n", b"\r\n"))
    nothing = dv.read_bounce(b"From: amy@example.org\n\nhello")
    assert (nothing.kind, nothing.recipients) == ("other", ())
    with pytest.raises(TypeError, match="a returned message is read from str or bytes"):
        dv.read_bounce(7)  # type: ignore[arg-type]


def test_a_complaint_is_read() -> None:
    bounce = dv.read_bounce(
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nSource-IP: 192.0.2.7\n\n--b--\n"
    )
    assert bounce.kind == "feedback_report" and bounce.feedback is not None
    assert (bounce.feedback.kind, bounce.feedback.source_ip) == ("abuse", "192.0.2.7")


def test_causes_say_who_must_act() -> None:
    assert dv.Cause.SPF_FAIL.actor is dv.Actor.SENDER_DNS and dv.Cause.USER_UNKNOWN.actor == "sender"
    assert {cause.actor for cause in dv.Cause} == set(dv.Actor)
    assert dv.Receiver.MICROSOFT365.display_name == "Microsoft 365"
    assert all(receiver.display_name for receiver in dv.Receiver)


def test_received_fields() -> None:
    text = "Received: from é (b.test [192.0.2.7])\r\n\tby c.test with ESMTPSA id 1; Tue, 2 Mar 2004 12:51:44 -0500 (x y)"
    field = dv.Received.parse(text)
    assert field.ip is not None and field.by is not None and field.date is not None and field.rdns is not None
    assert (field.ip.ip, field.ip.span.of(field.text), field.rdns.text) == ("192.0.2.7", "192.0.2.7", "b.test")
    assert (field.date.seconds, field.date.offset, field.by.span.of(text)) == (1078249904, -300, "c.test")
    assert field.is_encrypted and field.is_authenticated and field.transmission is dv.Transmission.SMTP
    assert field.protocol is not None and str(field.protocol) == "ESMTPSA"
    assert field.authentication is not None and (field.authentication.by, field.authentication.word) == ("protocol", "ESMTPSA")
    local = dv.Received.parse(b"by d.test (Postfix, from userid 33)\n\tid 9; Tue, 3 Feb 2026 04:12:08 +0000")
    assert not local.has_client and local.submission is not None and local.submission.uid == 33
    nothing = dv.Received.parse(b"\xff")
    assert (nothing.ip, nothing.helo, nothing.text) == (None, None, "\ufffd")


@pytest.mark.parametrize("name", ["Received", "classify_reply", "read_bounce", "receiver_policies", "AuthenticationResults.parse_arc", "overall_dkim"])
def test_examples_of_the_compiled_half_run(name: str) -> None:
    part: object = dv
    for attribute in name.split("."):
        part = getattr(part, attribute)
    examples = doctest.DocTestParser().get_doctest(part.__doc__ or "", {}, name, None, None)
    assert examples.examples and doctest.DocTestRunner().run(examples).failed == 0


def read(file: str) -> dict[str, Any]:
    """What Python makes of a file of the corpus, or of an entry in one."""
    if file.endswith(".eml"):
        bounce = dv.read_bounce((CORPUS / file).read_bytes()).to_dict()
        for recipient in bounce["recipients"]:
            shorten(recipient["reply"])
        return bounce
    name, number = file.split()
    case = json.loads((CORPUS / name).read_text(encoding="utf-8"))[int(number)]
    if name == "replies.json":
        reply = dv.classify_reply(case["text"]).to_dict()
        shorten(reply)
        return reply
    field = dv.Received.parse(case["received"])
    words = {key: getattr(field, key) for key in ("helo", "rdns", "by", "id", "ident", "envelope_from")}
    return {
        **{key: word and word.text for key, word in words.items()},
        "ip": field.ip and field.ip.ip,
        "date": field.date and field.date.seconds,
        "is_authenticated": field.is_authenticated,
        "is_encrypted": field.is_encrypted,
    }


def shorten(reply: dict[str, Any]) -> None:
    """Of a known list its zone says enough."""
    named = reply["parameters"]["list"]
    if named is not None and named["known"] is not None:
        named["known"] = named["known"]["zone"]


def test_rust_and_python_read_the_same(tmp_path: Path) -> None:
    cargo = shutil.which(os.environ.get("CARGO", "cargo"))
    if cargo is None or not CORPUS.exists():
        assert not REQUIRED, "cargo and the bounces are needed"
        pytest.skip("there is no cargo, or there are no bounces at hand")
    written = tmp_path / "bounces.jsonl"
    command = [cargo, "test", "--quiet", "--locked", "-p", "deliverability-core", "--all-features", "--test", "bounces_as_json"]
    environment = {**os.environ, "DELIVERABILITY_BOUNCES_JSON": str(written)}
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=environment)
    lines = [json.loads(line) for line in written.read_text(encoding="utf-8").split("\n")]
    files = {f"{file.parent.name}/{file.name}" for file in CORPUS.glob("*/*.eml")}
    entries = {f"{name} {n}" for name in ("replies.json", "received_cases.json") for n in range(entries_of(name))}
    assert {line["file"] for line in lines} == files | entries and len(files) > 400
    differing = [line["file"] for line in lines if read(line["file"]) != line["read"]]
    assert differing == []
    reported = [line for line in lines if "report" in line]
    assert [line["file"] for line in reported if explained(line["file"]) != line["report"]] == []
    assert len(reported) == len(files)


def explained(file: str) -> str:
    return dv.explain((CORPUS / file).read_bytes(), lists=[], resolver=dv.Zone()).to_json()


def entries_of(name: str) -> int:
    return len(json.loads((CORPUS / name).read_text(encoding="utf-8")))


def test_no_more_is_read_than_the_reader_wants() -> None:
    line = (
        "Mar  2 12:51:44 mx postfix/smtp[7]: 4F7D2: to=<u{}@a.test>, relay=m.a.test[192.0.2.7]:25, dsn=5.1.1, "
        "status=bounced (host m.a.test[192.0.2.7] said: 550 5.1.1 no such user)\n"
    )
    log = "".join(line.format(n) for n in range(3))
    assert [len(dv.read_bounce(log, recipients=most).recipients) for most in (2, 9)] == [2, 3]
    assert dv.read_bounce(log, octets=100).recipients == ()
    assert len(dv.read_bounce("550 5.1.1 no such user here", reply=12).recipients[0].reply.text) <= 12
    with pytest.raises(TypeError):
        dv.read_bounce(log, 7)  # type: ignore[call-arg]
