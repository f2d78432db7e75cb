"""Sweeps: many addresses and lists, as they are known; stopped and gone on with."""

from __future__ import annotations

import asyncio
import ipaddress
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import deliverability as dv
import pytest
from conftest import NameServer

LIST = dv.DnsblList("bl.test", "ip", codes={"127.0.0.2": "spam"})
OTHER = dv.DnsblList("other.test", "ip_and_domain")
RECORDS: dict[tuple[str, str], Any] = {
    ("2.0.0.127.bl.test", "A"): ["127.0.0.2"],
    ("2.0.0.127.other.test", "A"): ["127.0.0.2"],
    ("test.other.test", "A"): ["127.0.0.2"],
    ("7.2.0.192.bl.test", "A"): ["127.0.0.2"],
    ("7.2.0.192.bl.test", "TXT"): ["see https://bl.test/"],
    ("spam.example.other.test", "A"): ["127.0.0.2"],
    ("2.0.0.127.limited.test", "A"): ["127.0.0.2"],
    ("3.2.0.192.limited.test", "A"): ["127.255.255.255"],
}
WORLD = dv.Zone(RECORDS)


@pytest.fixture
def lists() -> Iterator[NameServer]:
    server = NameServer(WORLD)
    yield server
    server.close()


def asked_about(server: NameServer, network: str = "192.0.2.0/24") -> Counter[str]:
    """How often each address of a network was asked about."""
    wanted = {ip.reverse_pointer.replace("in-addr.arpa", "bl.test. A") for ip in ipaddress.ip_network(network)}
    return Counter(question for question in server.asked if question in wanted)


def test_cells_are_values() -> None:
    (cell,) = [cell for cell in dv.sweep_dnsbl(["192.0.2.0/28"], [LIST], resolver=WORLD) if cell.is_listed]
    assert (cell.subject, cell.zone, cell.role, cell.status) == ("192.0.2.7", "bl.test", "block", "listed")
    assert [(code.address, code.meaning) for code in cell.codes] == [("127.0.0.2", "spam")]
    assert cell.reason == "see https://bl.test/"
    assert cell.was_asked and cell.is_blocked and not cell.is_unknown
    assert str(cell) == "192.0.2.7 bl.test: listed: 127.0.0.2 (spam)"
    assert cell.to_dict()["codes"][0]["address"] == "127.0.0.2"


def test_a_welcome_list_blocks_nobody() -> None:
    welcome = dv.DnsblList("bl.test", "ip", role="welcome")
    cells = list(dv.sweep_dnsbl(["192.0.2.7"], [welcome], resolver=WORLD))
    assert [(cell.is_listed, cell.is_blocked) for cell in cells] == [(True, False)]


def test_all_that_can_be_asked_about() -> None:
    subjects: list[Any] = [
        "192.0.2.6",
        ipaddress.ip_address("192.0.2.7"),
        ipaddress.ip_network("192.0.2.8/31"),
        ipaddress.ip_interface("192.0.2.10/24"),
        "2001:db8::/127",
        "::ffff:192.0.2.11",
        "spam.example",
    ]
    cells = list(dv.sweep_dnsbl(subjects, [LIST, OTHER], resolver=WORLD))
    addresses = {f"192.0.2.{n}" for n in range(6, 12)} | {"2001:db8::", "2001:db8::1"}
    assert {cell.subject for cell in cells if cell.zone == "bl.test"} == addresses
    assert {cell.subject for cell in cells if cell.zone == "other.test"} == addresses | {"spam.example"}
    assert sorted(str(cell) for cell in cells if cell.is_listed) == [
        "192.0.2.7 bl.test: listed: 127.0.0.2 (spam)",
        "spam.example other.test: listed: 127.0.0.2",
    ]
    # A network is an iterable of its own addresses.
    assert len(list(dv.sweep_dnsbl(ipaddress.ip_network("192.0.2.0/28"), [LIST], resolver=WORLD))) == 16
    assert list(dv.sweep_dnsbl(itertools.repeat("192.0.2.1"), [], resolver=WORLD)) == []


@pytest.mark.parametrize("wrong", ["192.0.2", "192.0.2.300", "192.0.2.0/33", "a..b", "amy@example.org", "", "::g"])
def test_what_is_no_address_is_told_and_passed_over(wrong: str) -> None:
    sweep = dv.sweep_dnsbl(["192.0.2.7", wrong, "192.0.2.8"], [LIST], resolver=WORLD)
    with pytest.raises(dv.ParseError) as caught:
        next(sweep)
    assert caught.value.text == wrong
    assert {cell.subject for cell in sweep} == {"192.0.2.7", "192.0.2.8"}


def test_arguments_that_cannot_be_meant() -> None:
    with pytest.raises(TypeError, match=r"addresses is an iterable, not one str: write \['192.0.2.7'\]"):
        dv.sweep_dnsbl("192.0.2.7", [LIST], resolver=WORLD)
    with pytest.raises(TypeError, match="an address, a network or a domain name, not int"):
        next(dv.sweep_dnsbl([5], [LIST], resolver=WORLD))  # type: ignore[list-item]
    with pytest.raises(TypeError, match="a sweep needs nameservers"):
        dv.sweep_dnsbl([], [LIST])
    with pytest.raises(TypeError, match="those of the resolver where one is given"):
        dv.sweep_dnsbl([], [LIST], nameservers=["127.0.0.1"], resolver=WORLD)
    with pytest.raises(TypeError, match="only a Resolver, a Zone or what is around one of them can be used here, not object"):
        dv.sweep_dnsbl([], [LIST], resolver=object())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="in_flight must be at least 1"):
        dv.sweep_dnsbl([], [LIST], resolver=WORLD, in_flight=0)
    with pytest.raises(ValueError, match="no list of the catalogue"):
        dv.sweep_dnsbl([], ["bl.test"], resolver=WORLD)


def test_addresses_are_taken_as_they_are_needed() -> None:
    taken = itertools.count()
    endless = (f"10.{next(taken) >> 16 & 255}.{n >> 8 & 255}.{n & 255}" for n in itertools.count())
    sweep = dv.sweep_dnsbl(endless, [LIST], resolver=WORLD, in_flight=8)
    for _ in range(1000):
        next(sweep)
    assert next(taken) < 8000
    # A network of 2**32 addresses is not taken at once either.
    first = list(itertools.islice(dv.sweep_dnsbl(["0.0.0.0/0"], [LIST], resolver=WORLD), 3))
    assert [cell.status for cell in first] == ["not_listed"] * 3


def test_an_exception_of_the_iterable_is_raised_and_loses_no_cell() -> None:
    def broken() -> Iterator[str]:
        yield from ("192.0.2.6", "192.0.2.7")
        raise LookupError("the file ended")

    sweep = dv.sweep_dnsbl(broken(), [LIST], resolver=WORLD)
    with pytest.raises(LookupError):
        next(sweep)
    assert {cell.subject for cell in sweep} == {"192.0.2.6", "192.0.2.7"}


def test_iterating_from_its_own_addresses_is_refused() -> None:
    def addresses() -> Iterator[str]:
        yield next(sweep).subject

    sweep = dv.sweep_dnsbl(addresses(), [LIST], resolver=WORLD)
    with pytest.raises(RuntimeError, match="iterated already"):
        next(sweep)


def test_a_name_server_is_asked_each_question_once(lists: NameServer) -> None:
    with dv.sweep_dnsbl(["192.0.2.0/24"], [LIST], nameservers=[lists.address]) as sweep:
        cells = list(sweep)
        progress = sweep.progress
    assert len(cells) == 256 and {cell.subject for cell in cells if cell.is_listed} == {"192.0.2.7"}
    assert progress == dv.SweepProgress(256, 1, 0, 0, 0, 0)
    assert str(progress) == "256 settled, 1 listed, 0 unknown (0 left alone), 0 passed over, 0 under way"
    # One for each address, two test points, the text of the entry.
    assert len(lists.asked) == 259 and set(asked_about(lists).values()) == {1}


def test_what_fails_is_said_and_a_list_that_refuses_left_alone(silent: NameServer) -> None:
    sweep = dv.sweep_dnsbl(["192.0.2.1"], [LIST], nameservers=[silent.address], timeout=0.05, attempts=1)
    (cell,) = sweep
    assert cell.status == "failed" and cell.error == dv.DnsError("timeout") and cell.is_unknown
    limited = dv.DnsblList("limited.test", "ip")
    cells = list(dv.sweep_dnsbl(["192.0.2.0/24"], [limited], resolver=WORLD, in_flight=1))
    assert {cell.status for cell in cells} == {"not_listed", "refused"}
    alone = [cell for cell in cells if not cell.was_asked]
    assert len(alone) > 200 and all(cell.status == "refused" and cell.why for cell in alone)
    assert str(alone[0]).endswith("(left alone)")


def test_a_stopped_sweep_goes_on_without_asking_again(lists: NameServer, tmp_path: Path) -> None:
    def sweep() -> dv.DnsblSweep:
        return dv.sweep_dnsbl(
            ["192.0.2.0/24"], [LIST], nameservers=[lists.address], journal=tmp_path / "journal", in_flight=4
        )

    first = sweep()
    found = [next(first) for _ in range(100)]
    first.finish()
    found += first
    assert 100 < len(found) < 120 and first.progress.in_flight == 0
    second = sweep()
    found += second
    assert second.progress.resumed == first.progress.settled and second.progress.settled == 256 - first.progress.settled
    assert len(found) == len({cell.subject for cell in found}) == 256
    # Of the test points too nothing is asked twice.
    assert max(Counter(lists.asked).values()) == 1 and len(lists.asked) == 259
    assert list(sweep()) == [] and len(lists.asked) == 259


def test_what_was_handed_out_is_kept_whatever_ends_the_sweep(lists: NameServer, tmp_path: Path) -> None:
    journal = str(tmp_path / "journal")
    handed_out: set[str] = set()
    for _ in range(4):
        before = asked_about(lists)
        with dv.sweep_dnsbl(["192.0.2.0/24"], [LIST], nameservers=[lists.address], journal=journal, in_flight=4) as sweep:
            new = {cell.subject for cell in itertools.islice(sweep, 80)}
        assert list(sweep) == [], "it is closed"
        assert not new & handed_out
        again = asked_about(lists) - before
        assert not {f"{ipaddress.ip_address(ip).reverse_pointer[:-13]}.bl.test. A" for ip in handed_out} & set(again)
        handed_out |= new
    assert len(handed_out) == 256


def test_a_journal_that_is_none_is_left_as_it_is(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    journal.write_text("precious\n")
    with pytest.raises(dv.ParseError, match="not the journal of a sweep") as caught:
        dv.sweep_dnsbl(["192.0.2.1"], [LIST], resolver=WORLD, journal=journal)
    assert (caught.value.kind, caught.value.text) == ("not_a_journal", str(journal))
    assert journal.read_text() == "precious\n"
    list(dv.sweep_dnsbl(["192.0.2.1"], [LIST], resolver=WORLD, journal=tmp_path / "own"))
    with (tmp_path / "own").open("a") as own:
        own.write("what is this?\n")
    with pytest.raises(dv.ParseError, match=r"line \d+ of the journal cannot be read") as caught:
        dv.sweep_dnsbl(["192.0.2.1"], [LIST], resolver=WORLD, journal=tmp_path / "own")
    assert caught.value.kind == "malformed"
    with pytest.raises(FileNotFoundError):
        dv.sweep_dnsbl(["192.0.2.1"], [LIST], resolver=WORLD, journal=tmp_path / "none" / "journal")


FULL = """
import deliverability as dv, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
zone = dv.Zone.parse("2.0.0.127.bl.test A 127.0.0.2")
sweep = dv.sweep_dnsbl(["192.0.2.0/24"], [dv.DnsblList("bl.test", "ip")], resolver=zone, journal=sys.argv[1])
try:
    for cell in sweep:
        pass
except OSError as error:
    print("cannot be written", list(sweep))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="files cannot be limited there")
def test_a_journal_that_cannot_be_written_ends_the_sweep(tmp_path: Path) -> None:
    script = [sys.executable, "-c", FULL, str(tmp_path / "journal")]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=60)
    assert (ended.stdout, ended.stderr) == ("cannot be written []\n", "")


def test_the_interpreter_is_released(silent: NameServer) -> None:
    sweep = dv.sweep_dnsbl(["192.0.2.1"], [LIST], nameservers=[silent.address], timeout=0.5, attempts=1)
    ended = threading.Thread(target=lambda: list(sweep))
    ended.start()
    turns = 0
    while ended.is_alive():
        turns += 1
        time.sleep(0.001)
    assert turns > 20


def test_closing_ends_one_that_waits_elsewhere(silent: NameServer) -> None:
    sweep = dv.sweep_dnsbl(["192.0.2.1"], [LIST], nameservers=[silent.address], timeout=60)
    waiting = threading.Thread(target=lambda: list(sweep))
    waiting.start()
    while not silent.asked:
        time.sleep(0.01)
    with pytest.raises(RuntimeError, match="iterated already"):
        next(sweep)
    assert sweep.progress.in_flight == 1
    sweep.close()
    waiting.join(5)
    assert not waiting.is_alive() and sweep.progress.in_flight == 0


INTERRUPTED = """
import deliverability as dv, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
lists = [dv.DnsblList(zone, "ip") for zone in ("bl.test", "silent.test")]
resolver = dict(nameservers=[sys.argv[1]], journal=sys.argv[2], timeout=60, attempts=1)
sweep = dv.sweep_dnsbl(["192.0.2.0/28"], lists, **resolver)
found = []
try:
    for cell in sweep:
        found.append(cell)
        if len(found) == 16:
            print("waiting", flush=True)
except KeyboardInterrupt:
    print("interrupted", len(found), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to one process there")
def test_ctrl_c_keeps_what_is_done(tmp_path: Path) -> None:
    server = NameServer(WORLD, silent_below="silent.test")
    journal = tmp_path / "journal"
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, server.address, str(journal)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "waiting\n"
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=20)
    assert (out, errors, process.returncode) == ("interrupted 16\n", "", 0)
    assert time.monotonic() - start < 2
    before = len(asked_about(server, "192.0.2.0/28"))
    assert before == 16
    sweep = dv.sweep_dnsbl(["192.0.2.0/28"], [LIST], nameservers=[server.address], journal=journal)
    assert list(sweep) == [] and sweep.progress.resumed == 16
    assert max(asked_about(server).values()) == 1
    server.close()


def test_a_sweep_is_awaited(lists: NameServer, tmp_path: Path) -> None:
    async def sweep() -> list[dv.DnsblCell]:
        async with dv.aio.sweep_dnsbl(
            ["192.0.2.0/25"], [LIST], nameservers=[lists.address], journal=tmp_path / "journal"
        ) as found:
            cells = [cell async for cell in found]
            assert found.progress.settled + found.progress.resumed == 128
            return cells

    cells = asyncio.run(sweep())
    assert len({cell.subject for cell in cells}) == 128
    assert asyncio.run(sweep()) == []
    assert set(asked_about(lists).values()) == {1}


def test_other_tasks_have_their_turn() -> None:
    async def main() -> tuple[int, int]:
        turns = 0

        async def turn() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        other = asyncio.create_task(turn())
        cells = [cell async for cell in dv.aio.sweep_dnsbl(["192.0.0.0/22"], [LIST], resolver=WORLD)]
        other.cancel()
        return len(cells), turns

    cells, turns = asyncio.run(main())
    assert cells == 1024 and turns >= 16


def test_a_wait_that_is_cancelled_loses_no_cell(lists: NameServer) -> None:
    async def main() -> None:
        found: list[dv.DnsblCell] = []
        sweep = dv.aio.sweep_dnsbl(["192.0.2.0/25"], [LIST], nameservers=[lists.address], in_flight=2)
        while True:
            try:
                found.append(await asyncio.wait_for(sweep.__anext__(), 0.0005))
            except asyncio.TimeoutError:
                continue
            except StopAsyncIteration:
                break
        assert len(found) == len({cell.subject for cell in found}) == 128
        assert set(asked_about(lists).values()) == {1}

    asyncio.run(main())


def test_a_closed_sweep_stops_asking(silent: NameServer) -> None:
    async def main() -> None:
        sweep = dv.aio.sweep_dnsbl(["192.0.2.0/24"], [LIST], nameservers=[silent.address], timeout=0.2)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(sweep.__anext__(), 0.1)
        sweep.close()
        assert [cell async for cell in sweep] == []
        asked = len(silent.asked)
        await asyncio.sleep(0.5)
        assert len(silent.asked) == asked

    asyncio.run(main())


FORKED = """
import os, sys
import deliverability as dv

def sweep():
    return dv.sweep_dnsbl(["192.0.2.0/24"], [dv.DnsblList("bl.test", "ip")], nameservers=[sys.argv[1]], in_flight=4)

parents = sweep()
first = next(parents)
child = os.fork()
if child == 0:
    try:
        next(parents)
    except RuntimeError as error:
        refused = "begin one here" in str(error)
    parents.close()
    del parents
    sys.exit(0 if refused and len(list(sweep())) == 256 else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert len(list(parents)) == 255
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_begins_a_sweep_of_its_own(lists: NameServer) -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORKED, lists.address], check=True, timeout=60)
