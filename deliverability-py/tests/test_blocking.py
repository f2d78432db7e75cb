"""Blocking calls: they let other threads run, and Ctrl-C ends them."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import deliverability as dv
import pytest
from conftest import NameServer


def test_the_interpreter_is_released(silent: NameServer) -> None:
    resolver = dv.Resolver([silent.address], timeout=0.5, attempts=1)
    ended = threading.Event()

    def check() -> None:
        dv.check_host("192.0.2.1", "amy@example.org", resolver=resolver)
        ended.set()

    thread = threading.Thread(target=check)
    thread.start()
    turns = 0
    while not ended.is_set():
        turns += 1
        time.sleep(0.001)
    thread.join()
    assert turns > 20


def test_many_threads_check_at_once(server: NameServer) -> None:
    resolver = dv.Resolver([server.address], timeout=5)
    results: list[str] = []

    def check() -> None:
        results.append(dv.check_host("198.51.100.7", "amy@example.org", resolver=resolver).result)

    threads = [threading.Thread(target=check) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["fail"] * 20


INTERRUPTED = """
import deliverability as dv, signal, sys
# A test run in the background of a shell hands SIGINT down ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
resolver = dv.Resolver([sys.argv[1]], timeout=60, attempts=1)
print("asking", flush=True)
try:
    dv.check_host("192.0.2.1", "amy@example.org", resolver=resolver)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to one process there")
def test_ctrl_c_ends_a_blocking_call(silent: NameServer) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, silent.address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "asking\n"
        while not silent.asked and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=20)
    assert (out, errors, process.returncode) == ("interrupted\n", "", 0)
