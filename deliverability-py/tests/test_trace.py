"""The way of a message, as its Received fields tell."""

from __future__ import annotations

import asyncio
import doctest
import ipaddress

import deliverability as dv
import pytest

MESSAGE = (
    b"Received: from mx.c.test (mx.c.test [10.0.0.2]) by store.c.test with ESMTP; Tue, 2 Mar 2004 12:52:00 +0000\r\n"
    b"Received: from web.a.test (h7.b.test [192.0.2.7])\r\n\tby mx.c.test with ESMTP; Tue, 2 Mar 2004 12:51:50 +0000\r\n"
    b"Received: by web.a.test (Postfix, from userid 33) id 4F7D2; Tue, 2 Mar 2004 10:51:44 +0000\r\n"
    b"X-PHP-Originating-Script: 33:mail.php\r\n"
    b"From: amy@a.test\r\n\r\nReceived: from body (x.test [192.0.2.99]) by y.test\r\n"
)


def test_the_source_is_found_and_what_is_below_unverified() -> None:
    trace = dv.trace(MESSAGE)
    assert (trace.source_ip, trace.source, trace.boundary) == (
        "192.0.2.7",
        dv.Source(dv.SourceKind.CLIENT, 1, "192.0.2.7"),
        dv.Boundary.INFERRED,
    )
    assert [hop.is_trusted for hop in trace.hops] == [True, True, False]
    assert [hop.address_kind for hop in trace.hops] == ["private", "public", None]
    assert [hop.delay for hop in trace.hops] == [10, 7206, None]
    assert (trace.origin, trace.hops[2].origin) == (dv.Origin.SCRIPT, dv.Origin.LOCAL_SUBMISSION)
    assert [(note.kind, note.hop) for note in trace.notes] == [("held", 2), ("unverified", 2)]
    assert str(trace.notes[0]) == "web.a.test held the message for 2 h 0 min"
    # Spans of a hop index the header section, those of its field the field.
    hop = trace.hops[1]
    assert hop.span.of(trace.text) == hop.received.text and hop.received.ip is not None
    assert hop.received.ip.span.of(hop.received.text) == "192.0.2.7" and "body" not in trace.text
    assert trace.script is not None and (trace.script.path, trace.script.uid, trace.script.is_named) == ("mail.php", 33, True)
    assert dv.trace(MESSAGE.decode()) == trace


def test_the_reader_says_whom_it_trusts() -> None:
    for trusted in (["192.0.2.0/24", "c.test"], [ipaddress.ip_network("192.0.2.0/24"), ipaddress.ip_address("10.0.0.2")]):
        trace = dv.trace(MESSAGE, trusted)
        assert (trace.boundary, trace.source.kind) == ("given", "local")
    with pytest.raises(TypeError, match="trusted is a list"):
        dv.trace(MESSAGE, "c.test")
    with pytest.raises(dv.ParseError, match="domain name"):
        dv.trace(MESSAGE, ["a..b"])
    nothing = dv.trace(b"")
    assert (nothing.hops, nothing.source.kind, nothing.source_ip) == ((), "none", None)


def test_the_reader_says_what_is_worth_a_note() -> None:
    # The middle hop held the message for 7,206 seconds.
    assert [note.kind for note in dv.trace(MESSAGE).notes if note.kind == "held"] == ["held"]
    assert [note.kind for note in dv.trace(MESSAGE, held=7207).notes if note.kind == "held"] == []
    late = MESSAGE.replace(b"12:52:00", b"12:51:20")
    kinds = [[note.kind for note in dv.trace(late, tolerance=seconds).notes if note.kind == "backwards"] for seconds in (29, 30)]
    assert kinds == [["backwards"], []]
    few = dv.trace(MESSAGE, hops=1)
    assert len(few.hops) == 1 and few.notes[-1].kind is dv.TraceNoteKind.TOO_MANY


def test_a_container_network_hides_the_client() -> None:
    trace = dv.trace("Received: from x.test ([172.17.0.1]) by mx.c.test; Tue, 2 Mar 2004 12:51:50 +0000\n")
    assert (trace.source.kind, trace.source.ip, trace.source_ip) == ("hidden", "172.17.0.1", None)
    assert trace.notes[0].kind is dv.TraceNoteKind.HIDDEN_CLIENT and trace.notes[0].by == "mx.c.test"


def test_what_a_source_is_to_a_domain() -> None:
    zone = dv.Zone.parse(
        "a.test A 192.0.2.80\na.test MX 10 mx.b.test\nmx.b.test A 198.51.100.1\n"
        'a.test TXT "v=spf1 ip4:192.0.2.25 -all"'
    )
    found = {ip: dv.check_source(ip, "a.test", zone) for ip in ("198.51.100.1", "192.0.2.80", "192.0.2.25", "192.0.2.7")}
    assert [outcome.relation for outcome in found.values()] == ["mx_host", "web_host", "authorized", "stranger"]
    assert (found["192.0.2.80"].is_mx_host, found["192.0.2.80"].is_authorized) == (dv.Ternary.NO, dv.Ternary.NO)
    assert "stranger to a.test" in str(found["192.0.2.7"])
    slow = dv.check_source("192.0.2.7", "a.test", dv.Zone({("a.test", "MX"): dv.DnsError("timeout")}))
    assert (slow.relation, slow.error) == ("unknown", dv.DnsError("timeout"))
    assert asyncio.run(dv.aio.check_source("192.0.2.7", "a.test", zone)) == found["192.0.2.7"]


def test_the_example_of_the_compiled_half_runs() -> None:
    examples = doctest.DocTestParser().get_doctest(dv.trace.__doc__ or "", {}, "trace", None, None)
    assert examples.examples and doctest.DocTestRunner().run(examples).failed == 0
