"""Runs a check over whatever resolver was given.

The package's own resolvers run in Rust. One written in Python is called on the caller's thread;
with an attribute `concurrency` above 1, on as many threads; if it is `async`, in an event loop.
"""

from __future__ import annotations

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, TypeVar

    from .typing import ResolverLike, RustResolver

    T = TypeVar("T")

#: How many queries are under way at once over an `async` resolver.
IN_FLIGHT = 64
#: How many threads a resolver of dnspython is called on.
DNSPYTHON_CONCURRENCY = 8

_system: _core.Resolver | None = None


def system() -> _core.Resolver:
    """The resolver that asks the system's name servers; read once."""
    global _system
    if _system is None:
        _system = _core.Resolver()
    return _system


def run(check: _core.Check[T], resolver: ResolverLike | None) -> T:
    """Runs `check` to its end, blocking."""
    if resolver is None:
        return check.run_on(system())
    if isinstance(resolver, (_core.Resolver, _core.Keyed, _core.HealthMemory)):
        return check.run_on(resolver)
    if isinstance(resolver, (_core.Zone, _core.Answers)):
        return check.run_known(resolver)
    ask, threads = python_resolver(resolver)
    if not is_async(ask):
        if threads > 1:
            return _run_on_threads(check, ask, threads)
        outcome = check.run_with(ask)
        if outcome is not None:
            return outcome
    from . import _run_async

    return _run_async.run_blocking(check, ask)


def for_sweep(
    nameservers: Sequence[str] | None, resolver: RustResolver | None, timeout: float | None, attempts: int | None
) -> RustResolver:
    """What a sweep asks: these name servers, or this resolver."""
    if resolver is None:
        if nameservers is None:
            raise TypeError('a sweep needs nameservers=["192.0.2.53"], such as can be asked much at once')
        return _core.Resolver(nameservers, timeout=timeout, attempts=attempts)
    if nameservers is not None or timeout is not None or attempts is not None:
        raise TypeError("nameservers, timeout and attempts are those of the resolver where one is given")
    return resolver


def replay(function: str, arguments: tuple[Any, ...], answers: _core.Answers) -> Any:
    """Gives an outcome again: how outcomes are unpickled."""
    return getattr(_core, function)(*arguments).run_known(answers)


def python_resolver(resolver: Any) -> tuple[Callable[[_core.Query], Any], int]:
    """What to call for an answer, and on how many threads at once."""
    if any(base.__module__.partition(".")[0] == "dns" for base in type(resolver).__mro__):
        from ._dnspython import asking

        return asking(resolver), getattr(resolver, "concurrency", DNSPYTHON_CONCURRENCY)
    ask = getattr(resolver, "resolve", None)
    if not callable(ask):
        raise TypeError(f"a resolver has a method resolve(query); {resolver!r} has none")
    threads = getattr(resolver, "concurrency", 1)
    if not isinstance(threads, int) or threads < 1:
        raise ValueError(f"concurrency of a resolver is a number from 1 up, not {threads!r}")
    return ask, threads


def is_async(ask: Callable[[_core.Query], Any]) -> bool:
    """Whether calling gives a coroutine, as far as can be seen without calling."""
    from inspect import iscoroutinefunction

    return iscoroutinefunction(ask) or iscoroutinefunction(getattr(ask, "__call__", None))


def _run_on_threads(check: _core.Check[T], ask: Callable[[_core.Query], Any], threads: int) -> T:
    from concurrent.futures import Future, ThreadPoolExecutor
    from queue import SimpleQueue

    drive = check.drive(threads)
    arrived: SimpleQueue[tuple[_core.Asking, Future[Any]]] = SimpleQueue()
    pool = ThreadPoolExecutor(threads, "deliverability-resolver")
    try:
        while (outcome := drive.poll()) is None:
            for asking in drive.asked():
                future = pool.submit(ask, asking.query)
                future.add_done_callback(lambda future, asking=asking: arrived.put((asking, future)))  # type: ignore[misc]
            asking, future = arrived.get()
            hand_in(asking, future)
        return outcome
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def hand_in(asking: _core.Asking, ended: Any) -> None:
    """Hands in what a future or a task came to; raises what is not a `DnsError`."""
    raised = ended.exception()
    if raised is None:
        asking.answer(ended.result())
    else:
        asking.fail(raised)
