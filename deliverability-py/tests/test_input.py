"""What is malformed gets an error that names what is wrong, and where."""

from __future__ import annotations

import ipaddress
import json
import pickle
from collections.abc import Callable
from typing import Any

import deliverability as dv
import pytest

EMPTY = dv.Zone()

MALFORMED: list[tuple[Callable[[], Any], str, str, str]] = [
    (lambda: dv.check_host("192.0.2", "a@b.example"), "address", "192.0.2", "neither an IPv4 nor an IPv6 address"),
    (lambda: dv.check_dnsbl("example.org"), "address", "example.org", "neither an IPv4 nor an IPv6 address"),
    (lambda: dv.check_reverse_dns("fe80::1%eth0"), "address", "fe80::1%eth0", "neither"),
    (lambda: dv.check_mail_route("a..b"), "empty_label", "", "one dot between labels"),
    (lambda: dv.diagnose("amy@e.test"), "address", "amy@", 'it is an address; pass its domain, "e.test"'),
    (lambda: dv.spf_tree("a@b@e.test"), "address", "a@b@", "pass its domain"),
    (lambda: dv.check_mail_route("amy@e.test"), "address", "amy@", "pass its domain"),
    (lambda: dv.rewrite_spf("amy@e.test"), "address", "amy@", "pass its domain"),
    (lambda: dv.check_mail_route(""), "empty", "", "write at least one label"),
    (lambda: dv.diagnose("x." + 64 * "a"), "label_too_long", 64 * "a", "64 octets; at most 63"),
    (lambda: dv.diagnose("example.org", ["1.2.3"]), "address", "1.2.3", "neither"),
    (lambda: dv.check_dkim_key("s1", "-\\999"), "bad_escape", "\\999", "three digits up to 255"),
    (lambda: dv.Query("example.org", "SOA"), "record_type", "SOA", "not one of A, AAAA, CNAME, MX, PTR, TXT"),
    (lambda: dv.Zone({("a..b", "A"): []}), "empty_label", "", "one dot"),
    (lambda: dv.Zone({("a.b", "NS"): []}), "record_type", "NS", "not one of"),
    (lambda: dv.Zone.parse("a.b A 192.0.2.1\nb.b A 192.0\n"), "zone_file", "b.b A 192.0", "zone file, line 2"),
    (lambda: dv.SpfRecord.parse("v=spf1 ipv4:x -all"), "unknown_mechanism", "ipv4", "mechanisms are all, include"),
    (lambda: dv.ReceivedSpf.parse("\r\n Received: from x"), "other_field", "Received", "this is the field Received"),
    (lambda: dv.ReceivedSpf.parse("(é) \xff"), "no_result", "", "a result is missing"),
    (lambda: dv.DkimKey.parse("v=DKIM1; p=a*=="), "base64_symbol", "*", "is no base64 character"),
    (lambda: dv.Answers.from_json('[\n{"name": "a..b", "type": "A"}]'), "json", "", "answers, line 2"),
    (lambda: dv.Answers.from_json("[1, ]"), "json", "", "answers, line 1"),
    (lambda: dv.Report.from_json('{"version": 1}'), "json", "", "missing field `case`"),
    (lambda: dv.Resolver(["nowhere"]), "nameserver", "nowhere", "an address, with or without a port"),
    (lambda: dv.DnsblList("bl.example.org", "ip", codes={"127": "x"}), "address", "127", "127.0.0.2"),
]


@pytest.mark.parametrize(("act", "kind", "part", "words"), MALFORMED)
def test_malformed_input_is_named(act: Callable[[], Any], kind: str, part: str, words: str) -> None:
    with pytest.raises(dv.ParseError) as raised:
        act()
    error = raised.value
    assert isinstance(error, ValueError) and isinstance(error, dv.Error)
    assert error.kind == kind
    assert words in str(error)
    assert part in error.text
    if part:
        assert error.span.of(error.text) == part
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.kind, again.span, again.text) == (str(error), error.kind, error.span, error.text)


def test_a_version_of_a_report_that_is_not_known() -> None:
    report = dv.diagnose("example.org", lists=[], resolver=EMPTY).to_dict()
    with pytest.raises(dv.ParseError, match="it is of version 2, only 1 is known"):
        dv.Report.from_json(json.dumps({**report, "version": 2}))


def test_bad_types_are_type_errors() -> None:
    for act in (
        lambda: dv.check_mail_route(7),  # type: ignore[arg-type]
        lambda: dv.check_host("192.0.2.1", None),  # type: ignore[arg-type]
        lambda: dv.SpfRecord.parse(7),  # type: ignore[arg-type]
        lambda: dv.diagnose("example.org", "192.0.2.1", resolver=EMPTY),
        lambda: dv.diagnose("example.org", selectors="s1", resolver=EMPTY),
        lambda: dv.Zone([("example.org", "TXT")]),  # type: ignore[arg-type]
        lambda: dv.Zone({("example.org", "TXT"): "v=spf1 -all"}),
        lambda: dv.check_dnsbl("192.0.2.1", [7], EMPTY),  # type: ignore[list-item]
    ):
        with pytest.raises(TypeError):
            act()
    with pytest.raises(TypeError, match=r"ips is a list, not one str: write \['192.0.2.1'\]"):
        dv.diagnose("example.org", "192.0.2.1", resolver=EMPTY)


def test_a_list_that_is_not_in_the_catalogue() -> None:
    with pytest.raises(ValueError, match="no list of the catalogue has the zone 'bl.example.org'|bl.example.org"):
        dv.check_dnsbl("192.0.2.1", ["bl.example.org"], EMPTY)
    with pytest.raises(ValueError, match="is not a ListKind"):
        dv.DnsblList("bl.example.org", "ipv5")


def test_session_text_is_never_refused() -> None:
    for sender in ("", "<>", "@", "no at sign", "a@b@c", "a@\udcff.example", "a@b..c", "x" * 1000):
        assert dv.check_host("192.0.2.1", sender, helo=sender, resolver=EMPTY).result == "none"
        assert dv.check_helo(sender, "192.0.2.1", EMPTY).client == "192.0.2.1"


def test_addresses_are_text_or_objects() -> None:
    address = ipaddress.ip_address("::ffff:192.0.2.1")
    assert dv.check_reverse_dns(address, EMPTY).address == "192.0.2.1"
    assert dv.check_reverse_dns(address, EMPTY).query == dv.Query("1.2.0.192.in-addr.arpa", "PTR")
