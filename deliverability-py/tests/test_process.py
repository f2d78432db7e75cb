"""The edges of a process: forks, exits with work pending, sub-interpreters."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import deliverability as dv
import pytest
from conftest import NameServer

FORKED = """
import asyncio, os, sys
import deliverability as dv

resolver = dv.Resolver([sys.argv[1]], timeout=5)
ask = ("198.51.100.7", "amy@example.org")

def both():
    blocking = dv.check_host(*ask, resolver=resolver).result
    awaited = asyncio.run(dv.aio.check_host(*ask, resolver=resolver)).result
    return (blocking, awaited) == ("fail", "fail")

assert both()
child = os.fork()
if child == 0:
    # A child of the child's, too.
    grandchild = os.fork()
    ok = both()
    if grandchild != 0:
        ok = os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1]) == 0 and ok
    sys.exit(0 if ok else 1)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert both()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_checks_after_its_parent_did(server: NameServer) -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORKED, server.address], check=True, timeout=60)


FORKED_WHILE_UNDER_WAY = """
import asyncio, os, sys
import deliverability as dv

silent, resolver = dv.Resolver([sys.argv[2]], timeout=60), dv.Resolver([sys.argv[1]], timeout=5)
ask = ("198.51.100.7", "amy@example.org")

async def main():
    pending = [asyncio.create_task(dv.aio.check_host(*ask, resolver=silent)) for _ in range(70)]
    await asyncio.sleep(0.1)
    child = os.fork()
    if child == 0:
        # 64 queries of the parent's are under way over this resolver; here there are none.
        quick = dv.Resolver([sys.argv[2]], timeout=0.1, attempts=1)
        ok = dv.check_host(*ask, resolver=resolver).result == "fail"
        ok = ok and dv.check_host(*ask, resolver=quick).result == "temperror"
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        return 0 if ok else 1
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    return status

sys.exit(asyncio.run(main()))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_while_checks_are_under_way(server: NameServer, silent: NameServer) -> None:
    script = [sys.executable, "-W", "ignore", "-c", FORKED_WHILE_UNDER_WAY, server.address, silent.address]
    subprocess.run(script, check=True, timeout=60)


#: Interpreters that end at every stage of their work: with checks pending, just ended, in daemon threads.
EXITS = """
import asyncio, random, sys, threading, time
import deliverability as dv

seed = int(sys.argv[3])
random.seed(seed)
answering, silent = dv.Resolver([sys.argv[1]], timeout=5), dv.Resolver([sys.argv[2]], timeout=30)
ask = ("198.51.100.7", "amy@example.org")

def block():
    while True:
        dv.check_host(*ask, resolver=random.choice([answering, silent]))

def sweep():
    lists = [dv.DnsblList("bl.example.org", "ip"), dv.DnsblList("silent.example", "ip")]
    servers = [random.choice(sys.argv[1:3])]
    sweep = dv.sweep_dnsbl(["10.0.0.0/8"], lists, nameservers=servers, timeout=30)
    kept_sweeps.append(sweep)
    for _ in sweep:
        pass

kept_sweeps = []

async def sweep_async():
    async for _ in dv.aio.sweep_dnsbl(["10.0.0.0/8"], ["zen.spamhaus.org"], nameservers=[sys.argv[1]], timeout=30):
        pass

async def main():
    tasks = [asyncio.create_task(sweep_async()) for _ in range(2)] + [
        asyncio.create_task(dv.aio.check_host(*ask, resolver=random.choice([answering, silent])))
        for _ in range(20)
    ]
    await asyncio.sleep(random.random() * 0.05)
    return tasks

if seed % 3:
    for _ in range(3):
        threading.Thread(target=block, daemon=True).start()
    threading.Thread(target=sweep, daemon=True).start()
loop = asyncio.new_event_loop()
kept = loop.run_until_complete(main())
for task in kept:
    task._log_destroy_pending = False
if seed % 2:
    loop.close()
"""


def test_exits_with_work_pending_crash_none(server: NameServer, silent: NameServer) -> None:
    count = int(os.environ.get("DELIVERABILITY_EXITS", "60"))

    def end(seed: int) -> tuple[int, int, str]:
        script = [sys.executable, "-c", EXITS, server.address, silent.address, str(seed)]
        ended = subprocess.run(script, capture_output=True, text=True, timeout=120)
        return seed, ended.returncode, ended.stderr

    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        ends = list(pool.map(end, range(count)))
    assert [end for end in ends if end[1:] != (0, "")] == []


LATE = """
import atexit, asyncio, sys
import deliverability as dv

resolver = dv.Resolver(["127.0.0.1:9"], timeout=0.1, attempts=1)

def late():
    # A blocking call still works; what would have to be called back is refused.
    assert dv.check_host("192.0.2.1", "amy@example.org", resolver=resolver).result == "temperror"
    try:
        asyncio.run(dv.aio.check_host("192.0.2.1", "amy@example.org", resolver=resolver))
    except RuntimeError as error:
        print(error)

dv._core._close()
late()
"""


def test_checks_that_begin_too_late_are_refused() -> None:
    ended = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, timeout=60)
    assert ended.stdout == "the interpreter is shutting down: no new check can be awaited\n", ended.stderr
    assert ended.returncode == 0


SUB_INTERPRETER = """
import sys
if sys.version_info >= (3, 13):
    import _interpreters as interpreters
    make, run = (lambda: interpreters.create("legacy")), interpreters.exec
else:
    import _xxsubinterpreters as interpreters
    make, run = (lambda: interpreters.create(isolated=False)), interpreters.run_string
if sys.argv[1] == "after":
    import deliverability
error = run(make(), """ + repr("""
try:
    import deliverability
except ImportError as refused:
    print(refused, flush=True)
""") + """)
assert error is None, error
import deliverability
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_sub_interpreter_is_refused(when: str) -> None:
    script = [sys.executable, "-c", SUB_INTERPRETER, when]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=60)
    assert ended.stdout == "deliverability works in the main interpreter only, not in a sub-interpreter\n"
    assert (ended.returncode, ended.stderr) == (0, "")
