"""Runs a check in an event loop."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from . import _core, _run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import ThreadPoolExecutor
    from typing import Any, TypeVar

    from .typing import ResolverLike, RustResolver

    T = TypeVar("T")

#: The threads on which a plain resolver is called, for as long as it lives.
_pools: WeakKeyDictionary[Any, ThreadPoolExecutor] = WeakKeyDictionary()


async def run(check: _core.Check[T], resolver: ResolverLike | None) -> T:
    """Runs `check` to its end; what is under way stops when the awaiting task is cancelled."""
    if resolver is None:
        return await _run_native(check, _run.system())
    if isinstance(resolver, (_core.Resolver, _core.Keyed, _core.HealthMemory)):
        return await _run_native(check, resolver)
    if isinstance(resolver, (_core.Zone, _core.Answers)):
        return check.run_known(resolver)
    ask, threads = _run.python_resolver(resolver)
    if _run.is_async(ask):
        return await _drive(check, ask, _run.IN_FLIGHT)
    pool = _pool(resolver, threads)

    async def ask_beside(query: _core.Query) -> Any:
        answer = await asyncio.wrap_future(pool.submit(ask, query))
        return await answer if hasattr(answer, "__await__") else answer

    return await _drive(check, ask_beside, threads)


def run_blocking(check: _core.Check[T], ask: Callable[[_core.Query], Awaitable[Any]]) -> T:
    """Runs `check` over an `async` resolver from code that is not."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_drive(check, ask, _run.IN_FLIGHT))
    raise RuntimeError("an async resolver cannot block a running event loop: await the function of deliverability.aio")


async def _run_native(check: _core.Check[T], resolver: RustResolver) -> T:
    return await outcome_of(lambda ended: check.start_on(resolver, ended))


async def outcome_of(start: Callable[[Callable[[], Any]], _core.Task[T]]) -> T:
    """Awaits a task; `start` is given what to call, from any thread, when it has ended."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def end() -> None:
        if not ended.done():
            ended.set_result(None)

    task = start(lambda: loop.call_soon_threadsafe(end))
    try:
        await ended
    finally:
        task.cancel()
    return task.outcome()


async def _drive(check: _core.Check[T], ask: Callable[[_core.Query], Awaitable[Any]], in_flight: int) -> T:
    loop = asyncio.get_running_loop()
    drive = check.drive(in_flight)
    under_way: dict[asyncio.Task[Any], _core.Asking] = {}
    arrived: list[asyncio.Task[Any]] = []
    wake: asyncio.Future[None] = loop.create_future()

    def land(task: asyncio.Task[Any]) -> None:
        arrived.append(task)
        if not wake.done():
            wake.set_result(None)

    async def answer(query: _core.Query) -> Any:
        return await ask(query)

    try:
        while (outcome := drive.poll()) is None:
            for asking in drive.asked():
                task = loop.create_task(answer(asking.query))
                under_way[task] = asking
                task.add_done_callback(land)
            await wake
            wake = loop.create_future()
            while arrived:
                task = arrived.pop()
                _run.hand_in(under_way.pop(task), task)
        return outcome
    except GeneratorExit:
        # The loop went away without ending this task: there is nothing left to wait in.
        under_way.clear()
        raise
    finally:
        for task in under_way:
            task.cancel()
        if under_way:
            await asyncio.gather(*under_way, return_exceptions=True)


def _pool(resolver: Any, threads: int) -> ThreadPoolExecutor:
    from concurrent.futures import ThreadPoolExecutor

    try:
        pool = _pools.get(resolver)
        if pool is None:
            pool = _pools[resolver] = ThreadPoolExecutor(threads, "deliverability-resolver")
        return pool
    except TypeError:
        # Neither hashed nor referred to weakly: it is called on threads of this check's own.
        return ThreadPoolExecutor(threads, "deliverability-resolver")
