"""How long is waited, and what is remembered meanwhile."""

from __future__ import annotations

import asyncio
import os
import pickle
import time
from collections.abc import Iterator
from typing import Any

import deliverability as dv
import pytest
from conftest import NameServer

GOOD = [dv.DnsblList(f"l{n}.test", "ip") for n in range(58)]
SILENT = [dv.DnsblList(f"l{n}.silent.test", "ip") for n in range(2)]
RECORDS: dict[tuple[str, str], Any] = {(f"2.0.0.127.l{n}.test", "A"): ["127.0.0.2"] for n in range(58)}


@pytest.fixture
def lists() -> Iterator[NameServer]:
    server = NameServer(dv.Zone(RECORDS), silent_below="silent.test")
    yield server
    server.close()


def judge(verdicts: list[dv.DnsblVerdict]) -> None:
    assert [verdict.zone for verdict in verdicts if verdict.is_unknown] == [each.zone for each in SILENT]
    assert {verdict.error for verdict in verdicts if verdict.is_unknown} == {dv.DnsError("timeout")}


def test_the_last_few_are_not_waited_for_as_long(lists: NameServer) -> None:
    resolver = dv.Resolver([lists.address], timeout=10, deadline=20, shrinking=True)
    for _ in range(2):
        start = time.monotonic()
        judge(dv.check_dnsbl("192.0.2.7", GOOD + SILENT, resolver))
        judge(asyncio.run(dv.aio.check_dnsbl("192.0.2.7", GOOD + SILENT, dv.HealthMemory(resolver))))
        # Each check has a deadline of its own.
        assert time.monotonic() - start < 8


def test_a_deadline_is_for_the_check_as_a_whole(lists: NameServer) -> None:
    resolver = dv.Resolver([lists.address], timeout=10, deadline=1)
    start = time.monotonic()
    judge(dv.check_dnsbl("192.0.2.7", GOOD + SILENT, resolver))
    assert 0.9 < time.monotonic() - start < 4


def test_a_deadline_is_part_of_a_resolver() -> None:
    resolver = dv.Resolver(["192.0.2.53"], deadline=20, shrinking=True)
    assert (resolver.deadline, resolver.shrinking) == (20, True)
    assert pickle.loads(pickle.dumps(resolver)) == resolver != dv.Resolver(["192.0.2.53"], deadline=20)
    assert eval(repr(resolver), dict(vars(dv))) == resolver
    with pytest.raises(ValueError, match="deadline must be a positive number of seconds"):
        dv.Resolver(["192.0.2.53"], deadline=0)
    with pytest.raises(ValueError, match="shrinking needs a deadline"):
        dv.Resolver(["192.0.2.53"], shrinking=True)


def test_the_health_of_lists_is_asked_once(lists: NameServer) -> None:
    memory = dv.HealthMemory(dv.Resolver([lists.address], timeout=5), GOOD)
    dv.check_dnsbl("192.0.2.7", GOOD, memory)
    # The question and two test points each; then the question alone.
    assert len(lists.asked) == 3 * 58
    assert not any(verdict.is_unknown for verdict in dv.check_dnsbl("192.0.2.8", GOOD, memory))
    assert len(lists.asked) == 4 * 58
    asyncio.run(dv.aio.check_dnsbl("192.0.2.9", GOOD, memory))
    assert len(lists.asked) == 5 * 58
    memory.clear()
    dv.check_dnsbl("192.0.2.8", GOOD, memory)
    assert len(lists.asked) == 8 * 58


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_remembers_for_itself(lists: NameServer) -> None:
    memory = dv.HealthMemory(dv.Resolver([lists.address], timeout=5), GOOD[:2])
    dv.check_dnsbl("192.0.2.7", GOOD[:2], memory)
    child = os.fork()
    if child == 0:
        fine = not any(verdict.is_unknown for verdict in dv.check_dnsbl("192.0.2.8", GOOD[:2], memory))
        os._exit(0 if fine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(lists.asked) == 12


def test_a_memory_is_around_resolvers_of_this_package() -> None:
    memory = dv.HealthMemory(dv.Keyed(dv.Zone(), {"dq.test": "abcd1234"}), ["zen.spamhaus.org"])
    assert "of 1 lists" in repr(memory) and "abcd1234" not in repr(memory)
    assert repr(pickle.loads(pickle.dumps(dv.HealthMemory(dv.Zone(), GOOD)))) == repr(dv.HealthMemory(dv.Zone(), GOOD))
    with pytest.raises(TypeError, match="only a Resolver, a Zone"):
        dv.HealthMemory(memory)  # type: ignore[arg-type]
