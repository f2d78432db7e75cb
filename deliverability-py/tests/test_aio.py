"""Event loops: many checks at once, cancelled ones, and loops that go away."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import deliverability as dv
import pytest
from conftest import NameServer


def test_a_hundred_checks_at_once(server: NameServer) -> None:
    resolver = dv.Resolver([server.address], timeout=10)

    async def main() -> list[dv.SpfEvaluation]:
        checks = (dv.aio.check_host("198.51.100.7", f"u{n}@example.org", resolver=resolver) for n in range(100))
        return await asyncio.gather(*checks)

    evaluations = asyncio.run(main())
    assert [evaluation.result for evaluation in evaluations] == ["fail"] * 100
    assert [evaluation.sender for evaluation in evaluations] == [f"u{n}@example.org" for n in range(100)]


#: What the names of functions that look up begin with.
BLOCKING = ("check_", "diagnose", "evaluate_", "explain", "spf_", "rewrite_", "verify_", "what_if")


def test_every_function_is_there(zone: dv.Zone) -> None:
    async def main() -> None:
        lists = [dv.DnsblList("bl.example.org", "ip")]
        assert await dv.aio.check_dnsbl("192.0.2.7", lists, zone) == dv.check_dnsbl("192.0.2.7", lists, zone)
        assert await dv.aio.check_reverse_dns("192.0.2.1", zone) == dv.check_reverse_dns("192.0.2.1", zone)
        assert await dv.aio.check_mail_route("example.org", zone) == dv.check_mail_route("example.org", zone)
        assert await dv.aio.check_dkim_key("s1", "example.org", zone) == dv.check_dkim_key("s1", "example.org", zone)
        assert await dv.aio.check_dkim_set_up("a.test", ["s"], zone) == dv.check_dkim_set_up("a.test", ["s"], zone)
        helo = ("mx.example.org", "192.0.2.1", zone)
        assert await dv.aio.check_helo(*helo) == dv.check_helo(*helo)
        wanted = {"authorize": ["192.0.2.77"], "resolver": zone}
        assert await dv.aio.rewrite_spf("example.org", **wanted) == dv.rewrite_spf("example.org", **wanted)  # type: ignore[arg-type]
        if_so = ([("192.0.2.77", "amy@example.org")], [("example.org", "v=spf1 mx -all")], zone)
        assert await dv.aio.what_if(*if_so) == dv.what_if(*if_so)
        sets = {("mx.example.org", "A"): ["192.0.2.77"]}
        assert await dv.aio.what_if(*if_so, sets=sets) == dv.what_if(*if_so, sets=sets)
        assert await dv.aio.spf_tree("example.org", resolver=zone) == dv.spf_tree("example.org", resolver=zone)

    asyncio.run(main())
    blocking = {name for name in dv.__all__ if name.startswith(BLOCKING)}
    # A sweep is iterated, which test_sweep.py does.
    assert set(dv.aio.__all__) == blocking | {"DnsblSweep", "sweep_dnsbl"}


def test_a_cancelled_task_stops_its_look_ups(silent: NameServer) -> None:
    resolver = dv.Resolver([silent.address], timeout=0.2, attempts=20)

    async def main() -> None:
        task = asyncio.create_task(dv.aio.check_host("192.0.2.1", "amy@example.org", resolver=resolver))
        while not silent.asked:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.05)
        asked = len(silent.asked)
        # Two tries later, there was no other try.
        await asyncio.sleep(0.5)
        assert len(silent.asked) == asked

    asyncio.run(main())


if sys.version_info >= (3, 11):

    def test_asyncio_timeout_ends_a_check(silent: NameServer) -> None:
        resolver = dv.Resolver([silent.address], timeout=60)

        async def main() -> None:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await dv.aio.check_host("192.0.2.1", "amy@example.org", resolver=resolver)

        asyncio.run(main())


def test_wait_for_ends_a_check(silent: NameServer) -> None:
    resolver = dv.Resolver([silent.address], timeout=60)

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError):
            check = dv.aio.check_host("192.0.2.1", "amy@example.org", resolver=resolver)
            await asyncio.wait_for(check, 0.1)

    asyncio.run(main())


class Waiting:
    """An async resolver that never answers some queries, and notes what became of them."""

    def __init__(self, zone: dv.Zone, never: str) -> None:
        self.zone = zone
        self.never = never
        self.under_way = 0
        self.cancelled = 0

    async def resolve(self, query: dv.Query) -> Any:
        if query.record_type != self.never:
            return self.zone.resolve(query)
        self.under_way += 1
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


def test_a_cancelled_task_cancels_a_python_resolver(zone: dv.Zone) -> None:
    resolver = Waiting(zone, "A")

    async def main() -> None:
        task = asyncio.create_task(dv.aio.check_mail_route("example.org", resolver))
        while resolver.under_way < 2:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # They have ended when the task has.
        assert resolver.cancelled == resolver.under_way == 2

    asyncio.run(main())


def test_look_ups_that_were_not_needed_are_cancelled(zone: dv.Zone) -> None:
    # The first include decides; the MX that is foreseen behind it never answers.
    records: dict[tuple[str, str], Any] = {
        ("example.org", "TXT"): ["v=spf1 include:a.example.org mx -all"],
        ("a.example.org", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"],
    }
    resolver = Waiting(dv.Zone(records), "MX")

    async def main() -> dv.SpfEvaluation:
        check = dv.aio.check_host("192.0.2.1", "amy@example.org", resolver=resolver)
        return await asyncio.wait_for(check, 20)

    assert asyncio.run(main()).result == "pass"
    assert resolver.cancelled == resolver.under_way == 1


def test_a_broken_resolver_leaves_no_task_behind(zone: dv.Zone) -> None:
    resolver = Waiting(zone, "A")

    class Breaks:
        async def resolve(self, query: dv.Query) -> Any:
            if query.record_type == "AAAA":
                while resolver.under_way < 2:
                    await asyncio.sleep(0)
                raise LookupError("broken")
            return await resolver.resolve(query)

    async def main() -> None:
        with pytest.raises(LookupError, match="broken"):
            await dv.aio.check_mail_route("example.org", Breaks())
        assert resolver.cancelled == resolver.under_way
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())


def test_a_loop_that_is_closed_meanwhile(silent: NameServer) -> None:
    resolver = dv.Resolver([silent.address], timeout=0.1, attempts=1)
    loop = asyncio.new_event_loop()
    task: asyncio.Task[Any] = loop.create_task(dv.aio.check_host("192.0.2.1", "amy@example.org", resolver=resolver))
    loop.run_until_complete(asyncio.sleep(0.01))
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    loop.close()
    # Its outcome comes in here, and finds the loop closed.
    assert dv.check_host("192.0.2.1", "amy@example.org", resolver=resolver).result == "temperror"


def test_asyncio_is_not_imported_before_it_is_used() -> None:
    import subprocess

    script = "import sys, deliverability; sys.exit('asyncio' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)
