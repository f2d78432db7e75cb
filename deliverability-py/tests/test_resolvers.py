"""What a resolver may be, and what it may answer."""

from __future__ import annotations

import asyncio
import functools
import ipaddress
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import deliverability as dv
import pytest
from conftest import NameServer

FAILED = ("198.51.100.7", "amy@example.org")


class Plain:
    """Answers from a zone, on whatever thread it is asked."""

    def __init__(self, zone: dv.Zone) -> None:
        self.zone = zone
        self.asked: list[dv.Query] = []
        self.threads: set[int] = set()

    def resolve(self, query: dv.Query) -> Any:
        self.asked.append(query)
        self.threads.add(threading.get_ident())
        return self.zone.resolve(query)


class Async(Plain):
    async def resolve(self, query: dv.Query) -> Any:
        await asyncio.sleep(0)
        return super().resolve(query)


class Parallel(Plain):
    concurrency = 4


class Partial:
    """An async resolver that does not look like one."""

    def __init__(self, zone: dv.Zone) -> None:
        self.resolve = functools.partial(self._resolve, zone)

    @staticmethod
    def _resolve(zone: dv.Zone, query: dv.Query) -> Awaitable[Any]:
        return Async(zone).resolve(query)


@pytest.mark.parametrize("kind", [Plain, Async, Parallel, Partial])
def test_every_kind_gives_the_same_outcome(zone: dv.Zone, kind: Callable[[dv.Zone], Any]) -> None:
    expected = dv.check_host(*FAILED, resolver=zone)
    assert expected.result is dv.SpfResult.FAIL
    assert dv.check_host(*FAILED, resolver=kind(zone)) == expected
    assert asyncio.run(dv.aio.check_host(*FAILED, resolver=kind(zone))) == expected


def test_name_servers_give_the_same_outcome(zone: dv.Zone, server: NameServer) -> None:
    expected = dv.check_host(*FAILED, resolver=zone)
    resolver = dv.Resolver([server.address], timeout=5)
    live = dv.check_host(*FAILED, resolver=resolver)
    awaited = asyncio.run(dv.aio.check_host(*FAILED, resolver=resolver))
    assert (live.result, live.cause, live.trace) == (expected.result, expected.cause, expected.trace)
    assert awaited == live
    assert "example.org. TXT" in server.asked


def test_recorded_answers_replay(zone: dv.Zone) -> None:
    evaluation = dv.check_host(*FAILED, resolver=zone)
    answers = dv.Answers.from_json(evaluation.answers.to_json())
    assert answers == evaluation.answers
    assert dv.check_host(*FAILED, resolver=answers) == evaluation
    # What was not recorded is a failed look-up, not an exception.
    other = dv.check_host("192.0.2.1", "amy@example.net", resolver=answers)
    assert (other.result, other.cause.error) == (dv.SpfResult.TEMPERROR, dv.DnsError("not_recorded"))
    with pytest.raises(dv.DnsError, match="not_recorded"):
        answers.resolve(dv.Query("example.net", "TXT"))


def test_a_plain_resolver_is_called_on_the_callers_thread(zone: dv.Zone) -> None:
    resolver = Plain(zone)
    dv.check_host(*FAILED, resolver=resolver)
    assert resolver.threads == {threading.get_ident()}
    # One at a time, each once, and in the order of evaluation.
    assert [str(query) for query in resolver.asked[:3]] == [
        "example.org TXT",
        "a.example.org TXT",
        "b.example.org TXT",
    ]
    assert len(resolver.asked) == len(set(resolver.asked))


def test_concurrency_asks_for_threads(zone: dv.Zone) -> None:
    barrier = threading.Barrier(2, timeout=20)

    class Both:
        concurrency = 2

        def resolve(self, query: dv.Query) -> Any:
            # Passes only if two queries are under way at once.
            if query.record_type == "A":
                barrier.wait()
            return zone.resolve(query)

    route = dv.check_mail_route("example.org", Both())
    assert route.accepts_mail is dv.Ternary.YES


def test_a_plain_resolver_leaves_the_event_loop_free(zone: dv.Zone) -> None:
    answered = threading.Event()

    class Slow:
        def resolve(self, query: dv.Query) -> Any:
            assert answered.wait(20)
            return zone.resolve(query)

    async def main() -> dv.SpfEvaluation:
        task = asyncio.create_task(dv.aio.check_host(*FAILED, resolver=Slow()))
        await asyncio.sleep(0.01)
        answered.set()
        return await task

    assert asyncio.run(main()).result == "fail"


class Gives:
    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def resolve(self, query: dv.Query) -> Any:
        return self.values.get(f"{query.name} {query.record_type}")


@pytest.mark.parametrize(
    "text",
    [
        "v=spf1 ip4:192.0.2.1 -all",
        b"v=spf1 ip4:192.0.2.1 -all",
        ["v=spf1 ip4:192", ".0.2.1 -all"],
        (b"v=spf1 ip4:192", b".0.2.1 -all"),
    ],
)
def test_a_txt_record_is_str_bytes_or_strings(text: Any) -> None:
    resolver = Gives({"example.org TXT": [text]})
    assert dv.check_host("192.0.2.1", "amy@example.org", resolver=resolver).result == "pass"


def test_values_of_the_other_types() -> None:
    resolver = Gives(
        {
            "example.org MX": [(10, "mx.example.org."), [20, "bücher.example"]],
            "mx.example.org A": [ipaddress.ip_address("192.0.2.1")],
            "mx.example.org AAAA": ("2001:db8::1",),
            "xn--bcher-kva.example A": [],
        }
    )
    route = dv.check_mail_route("example.org", resolver)
    assert [host.addresses for host in route.hosts] == [("192.0.2.1", "2001:db8::1"), ()]
    # NXDOMAIN and no data are told apart.
    assert [str(host) != "" and host.name for host in route.hosts] == ["mx.example.org", "xn--bcher-kva.example"]
    nothing = dv.check_mail_route("example.net", Gives({}))
    assert nothing.kind is dv.RouteKind.NO_SUCH_DOMAIN
    empty = dv.check_mail_route("example.net", Gives({"example.net MX": [], "example.net A": []}))
    assert empty.kind is dv.RouteKind.NO_ROUTE


@pytest.mark.parametrize("word", ["timeout", "servfail", "refused", "the line is down"])
def test_a_dns_error_is_part_of_the_outcome(word: str) -> None:
    class Raises:
        def resolve(self, query: dv.Query) -> Any:
            raise dv.DnsError(word)

    evaluation = dv.check_host(*FAILED, resolver=Raises())
    assert (evaluation.result, evaluation.cause.error) == (dv.SpfResult.TEMPERROR, dv.DnsError(word))
    assert evaluation == dv.check_host(*FAILED, resolver=dv.Zone({("example.org", "TXT"): dv.DnsError(word)}))


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        ("v=spf1 -all", TypeError, "answer to example.org TXT: expected a list"),
        (7, TypeError, "answer to example.org TXT: expected a list"),
        ([7], TypeError, "expected str, bytes"),
    ],
)
def test_a_wrong_answer_names_the_query(answer: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        dv.check_host(*FAILED, resolver=Gives({"example.org TXT": answer}))


@pytest.mark.parametrize(
    ("key", "values", "error", "words"),
    [
        ("example.org MX", ["10 mx.example.org"], TypeError, r"expected a tuple \(preference, host\)"),
        ("example.org MX", [(10, "a..b")], ValueError, "a label is empty"),
        ("example.org A", ["192.0.2"], ValueError, "answer to example.org A: .*not an IPv4 address"),
    ],
)
def test_a_wrong_value_names_the_query(key: str, values: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        dv.check_mail_route("example.org", Gives({"example.org MX": [], key: values}))


class Broken(Exception):
    pass


def broken(query: dv.Query) -> Any:
    raise Broken(str(query))


async def broken_async(query: dv.Query) -> Any:
    raise Broken(str(query))


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("resolve", [broken, broken_async])
def test_any_other_exception_reaches_the_caller_unchanged(resolve: Callable[[dv.Query], Any], concurrency: int) -> None:
    resolver: Any = type("Resolver", (), {"resolve": staticmethod(resolve), "concurrency": concurrency})()
    with pytest.raises(Broken, match="^example.org TXT$"):
        dv.check_host(*FAILED, resolver=resolver)
    with pytest.raises(Broken, match="^example.org TXT$"):
        asyncio.run(dv.aio.check_host(*FAILED, resolver=resolver))


def test_what_is_no_resolver_is_refused() -> None:
    for wrong in (object(), "192.0.2.53", 7):
        with pytest.raises(TypeError, match=r"a resolver has a method resolve\(query\)"):
            dv.check_host(*FAILED, resolver=wrong)  # type: ignore[arg-type]


def test_an_async_resolver_cannot_block_a_running_loop(zone: dv.Zone) -> None:
    async def main() -> None:
        with pytest.raises(RuntimeError, match=r"deliverability\.aio"):
            dv.check_host(*FAILED, resolver=Async(zone))

    asyncio.run(main())


def test_a_zone_can_be_asked_in_a_resolver_of_ones_own(zone: dv.Zone) -> None:
    assert zone.resolve(dv.Query("example.org", "MX")) == [(10, "mx.example.org"), (20, "slow.example.org")]
    assert zone.resolve(dv.Query("example.org", "A")) == []
    assert zone.resolve(dv.Query("example.net", "A")) is None
    with pytest.raises(dv.DnsError) as raised:
        zone.resolve(dv.Query("slow.example.org", "A"))
    assert raised.value == dv.DnsError("timeout")


def test_resolvers_of_dnspython(zone: dv.Zone, server: NameServer) -> None:
    import dns.asyncresolver
    import dns.resolver

    host, port = server.address.split(":")
    plain, awaited = dns.resolver.Resolver(configure=False), dns.asyncresolver.Resolver(configure=False)
    for resolver in (plain, awaited):
        resolver.nameservers = [host]
        resolver.port = int(port)
        resolver.lifetime = 5
        expected = dv.check_mail_route("example.org", dv.Resolver([server.address], timeout=5))
        route = dv.check_mail_route("example.org", resolver)
        assert [(mx.name, mx.state) for mx in route.hosts] == [(mx.name, mx.state) for mx in expected.hosts]
        assert dv.check_host(*FAILED, resolver=resolver) == dv.check_host(*FAILED, resolver=zone)
        assert asyncio.run(dv.aio.check_host("192.0.2.1", "a@example.net", resolver=resolver)).result == "none"


def test_name_server_settings() -> None:
    resolver = dv.Resolver(["127.0.0.1:5353", "192.0.2.53", "2001:db8::53"], timeout=0.5, attempts=2)
    assert resolver.nameservers == ("127.0.0.1:5353", "192.0.2.53:53", "[2001:db8::53]:53")
    assert (resolver.timeout, resolver.attempts) == (0.5, 2)
    for wrong in (["example.org"], ["192.0.2.53:x"], []):
        with pytest.raises(ValueError, match="name server"):
            dv.Resolver(wrong)
    for timeout in (0, -1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="positive number of seconds"):
            dv.Resolver(["192.0.2.53"], timeout=timeout)
    with pytest.raises(ValueError, match="attempts"):
        dv.Resolver(["192.0.2.53"], attempts=0)
