"""Keys of lists: on the wire, and nowhere else."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import deliverability as dv
import pytest
from conftest import NameServer

KEY = "abcd1234secret"
LIST = dv.DnsblList("_key_.zen.dq.test", "ip", delist="https://dq.test/")
RECORDS: dict[tuple[str, str], Any] = {
    (f"2.0.0.127.{KEY}.zen.dq.test", "A"): ["127.0.0.2"],
    (f"7.2.0.192.{KEY}.zen.dq.test", "A"): ["127.0.0.2"],
    (f"7.2.0.192.{KEY}.zen.dq.test", "TXT"): [f"see https://dq.test/?key={KEY.upper()}"],
}
WORLD = dv.Zone(RECORDS)


@pytest.fixture
def lists() -> Iterator[NameServer]:
    server = NameServer(WORLD)
    yield server
    server.close()


@pytest.fixture(params=["resolver", "zone"])
def keyed(request: pytest.FixtureRequest, lists: NameServer) -> dv.Keyed:
    inner = dv.Resolver([lists.address], timeout=2) if request.param == "resolver" else WORLD
    return dv.Keyed(inner, {"dq.test": KEY})


def outputs(value: Any) -> Iterator[str]:
    """All that a value can be turned into."""
    yield from (repr(value), str(value), str(vars(value)) if hasattr(value, "__dict__") else "")
    for method in ("to_json", "to_dict"):
        if hasattr(value, method):
            yield str(getattr(value, method)())
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        yield pickle.dumps(value, protocol).decode("latin-1")
    for name in dir(value):
        if not name.startswith("__") and not callable(getattr(value, name)):
            yield str(getattr(value, name))


def search(*values: Any) -> None:
    for value in values:
        for output in outputs(value):
            assert KEY not in output.lower(), value
            if hasattr(value, "answers"):
                assert KEY not in value.answers.to_json().lower()


def test_no_output_of_a_check_holds_the_key(keyed: dv.Keyed) -> None:
    (verdict,) = dv.check_dnsbl("192.0.2.7", [LIST], keyed)
    assert verdict.is_blocked and verdict.reason == "see https://dq.test/?key=_key_"
    assert [query.name for query in verdict.queries][0] == "7.2.0.192._key_.zen.dq.test"
    (awaited,) = asyncio.run(dv.aio.check_dnsbl("192.0.2.7", [LIST], keyed))
    assert awaited == verdict == pickle.loads(pickle.dumps(verdict))
    report = dv.diagnose("example.org", ["192.0.2.7"], lists=[LIST], resolver=keyed)
    assert any(finding.rule.startswith("dnsbl.") for finding in report.findings)
    search(verdict, *verdict.queries, report, *report.findings, *report.unknown)
    assert KEY not in json.dumps(report.to_dict()).lower()


def test_no_output_of_a_sweep_holds_the_key(keyed: dv.Keyed, tmp_path: Path) -> None:
    with dv.sweep_dnsbl(["192.0.2.0/28"], [LIST], resolver=keyed, journal=tmp_path / "journal") as sweep:
        cells = list(sweep)
        assert KEY not in repr(sweep).lower()
    assert [cell.subject for cell in cells if cell.is_listed] == ["192.0.2.7"]
    search(*cells)
    assert KEY not in (tmp_path / "journal").read_text().lower()


def test_the_key_is_on_the_wire(lists: NameServer) -> None:
    keyed = dv.Keyed(dv.Resolver([lists.address], timeout=2), {"dq.test": KEY})
    dv.check_dnsbl("192.0.2.7", [LIST], keyed)
    list(dv.sweep_dnsbl(["192.0.2.8"], [LIST], resolver=keyed))
    assert {f"7.2.0.192.{KEY}.zen.dq.test. A", f"8.2.0.192.{KEY}.zen.dq.test. A"} <= set(lists.asked)
    assert not any("_key_" in question for question in lists.asked)


def test_a_keyed_shows_its_zones_and_is_not_pickled(keyed: dv.Keyed) -> None:
    assert keyed.zones == ("dq.test",) and "dq.test" in repr(keyed)
    assert KEY not in repr(keyed) + str(keyed)
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="a Keyed is not pickled: its keys would be in the pickle"):
            attempt(keyed)


@pytest.mark.parametrize("key", ["abcd.secret", "s3cret!", "short", KEY * 9, ""])
def test_what_can_be_no_key_is_refused_and_not_shown(key: str) -> None:
    with pytest.raises(ValueError, match="the key for dq.test is not 8 to 63 letters") as caught:
        dv.Keyed(WORLD, {"dq.test": key})
    assert not key or key not in "".join(traceback.format_exception_only(caught.value))


def test_arguments_that_cannot_be_meant() -> None:
    with pytest.raises(TypeError, match="the key for dq.test is not a str"):
        dv.Keyed(WORLD, {"dq.test": KEY.encode()})  # type: ignore[dict-item]
    with pytest.raises(dv.ParseError):
        dv.Keyed(WORLD, {"dq..test": KEY})
    with pytest.raises(TypeError, match="only a Resolver, a Zone or what is around one of them"):
        dv.Keyed(object(), {})  # type: ignore[arg-type]


def test_without_a_key_nobody_is_asked() -> None:
    (verdict,) = dv.check_dnsbl("192.0.2.7", [LIST], dv.Keyed(WORLD, {"other.test": KEY}))
    assert verdict.is_unknown and "no key is known for" in str(verdict)
