"""Every way in which a blocklist is known to mislead, served by a real `rbldnsd`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import deliverability as dv
import dns.exception
import dns.message
import dns.query
import dns.rrset
import pytest

CLEAN, LISTED = "192.0.2.7", "192.0.2.66"
ROOT = Path(__file__).parents[2]
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

#: What is served: a value, and who has it; "0/0" is everybody.
SERVED = {
    "healthy.test": ("127.0.0.2", ["127.0.0.2", LISTED]),
    "world.test": ("127.0.0.2", ["0/0"]),
    "parked.test": ("198.51.100.1", ["0/0"]),
    "public.test": ("127.255.255.254", ["0/0"]),
    "volume.test": ("127.255.255.255", ["0/0"]),
    "mistyped.test": ("127.255.255.252", ["0/0"]),
    "bits.test": ("127.0.0.1", ["0/0"]),
    "list.dnswl.org": ("127.0.0.255", ["0/0"]),
    "emptied.test": ("127.0.0.2", []),
    "welcome.test": ("127.0.0.2", ["127.0.0.2", CLEAN]),
}

#: What has to come out. The server answers REFUSED for the last but one, and nobody for the last.
EXPECTED = {
    "healthy.test": dv.ListStatus.NOT_LISTED,
    "world.test": dv.ListStatus.UNHEALTHY,
    "parked.test": dv.ListStatus.UNHEALTHY,
    "public.test": dv.ListStatus.REFUSED,
    "volume.test": dv.ListStatus.REFUSED,
    "mistyped.test": dv.ListStatus.REFUSED,
    "bits.test": dv.ListStatus.REFUSED,
    "list.dnswl.org": dv.ListStatus.REFUSED,
    "emptied.test": dv.ListStatus.UNHEALTHY,
    "welcome.test": dv.ListStatus.LISTED,
    "refused.test": dv.ListStatus.REFUSED,
    "silent.test": dv.ListStatus.FAILED,
}


#: As URIBL does: bit 1 says that the query was refused.
BITS = """
[[list]]
zone = "bits.test"
kind = "ip"
clean = []

[[list.refusal]]
values = "bit 1"
why = "query refused"
"""


def asked() -> list[dv.DnsblList | str]:
    def a_list(zone: str) -> dv.DnsblList | str:
        if zone == "list.dnswl.org":
            return zone
        if zone == "bits.test":
            return dv.lists_from_toml(BITS)[0]
        role = dv.ListRole.WELCOME if zone == "welcome.test" else dv.ListRole.BLOCK
        return dv.DnsblList(zone, "ip", role=role)

    return [a_list(zone) for zone in EXPECTED]


def judge(resolver: dv.Resolver | None) -> None:
    verdicts = dv.check_dnsbl(CLEAN, asked(), resolver)
    assert {verdict.zone: verdict.status for verdict in verdicts} == EXPECTED
    assert not any(verdict.is_blocked for verdict in verdicts)
    assert verdicts[-1].error is not None and verdicts[-1].error.word == "timeout"
    verdicts = dv.check_dnsbl(LISTED, asked(), resolver)
    assert [verdict.zone for verdict in verdicts if verdict.is_blocked] == ["healthy.test"]


@pytest.fixture
def lists(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """Where `rbldnsd` serves the lists."""
    install = ["sh", str(ROOT / "deliverability-core/tests/support/install_servers.sh")]
    if shutil.which("rbldnsd", path=PATH) is None and subprocess.run(install).returncode != 0:
        assert "DELIVERABILITY_REQUIRE_ALL" not in os.environ, "rbldnsd is not installed"
        pytest.skip("rbldnsd is not installed")
    tmp_path.chmod(0o755)  # it gives up root
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        address = free.getsockname()
    command = ["rbldnsd", "-n", "-w", str(tmp_path), "-b", f"127.0.0.1/{address[1]}"]
    for zone, (value, entries) in SERVED.items():
        head = "$SOA 60 ns.invalid. hostmaster.invalid. 0 600 300 86400 300\n$NS 60 ns.invalid.\n"
        (tmp_path / zone).write_text(f"{head}:{value}:see https://{zone}/\n" + "\n".join(entries) + "\n")
        command.append(f"{zone}:ip4trie:{zone}")
    server = subprocess.Popen(command, env={**os.environ, "PATH": PATH}, stdout=subprocess.DEVNULL)
    wait_for(address)
    yield address
    server.terminate()
    server.wait()


def wait_for(address: tuple[str, int]) -> None:
    question = dns.message.make_query("2.0.0.127.healthy.test", "A")
    for _ in range(100):
        try:
            dns.query.udp(question, address[0], port=address[1], timeout=0.1)
            return
        except (OSError, dns.exception.Timeout):
            time.sleep(0.02)
    raise AssertionError("rbldnsd did not start")


def front(lists: tuple[str, int], bind: tuple[str, int]) -> str:
    """A server before the lists, silent about `silent.test`, with a wildcard at `wildcard.test`."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.bind(bind)

    def serve() -> None:
        while True:
            wire, client = listening.recvfrom(4096)
            question = dns.message.from_wire(wire)
            name = question.question[0].name.to_text().lower()
            if name.endswith("wildcard.test."):
                answer = dns.message.make_response(question, recursion_available=True)
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", "A", "127.0.0.2"))
                listening.sendto(answer.to_wire(), client)
            elif not name.endswith("silent.test."):
                answer = dns.query.udp(question, lists[0], port=lists[1], timeout=5)
                listening.sendto(answer.to_wire(), client)

    threading.Thread(target=serve, daemon=True).start()
    host, port = listening.getsockname()
    return f"{host}:{port}"


def test_no_trap_of_twelve_misleads(lists: tuple[str, int]) -> None:
    judge(dv.Resolver([front(lists, ("127.0.0.1", 0))], timeout=0.5, attempts=2))


#: The system's files inside the namespace: relative names, and the hosts file, find everybody listed.
RESOLV_CONF = "nameserver 127.0.53.2\nsearch wildcard.test\noptions ndots:15 timeout:1 attempts:1\n"
HOSTS = "127.0.0.1 localhost\n127.0.0.2 7.2.0.192.healthy.test 7.2.0.192.emptied.test 2.0.0.127.emptied.test\n"


def test_no_trap_misleads_whatever_the_system_is_set_to(lists: tuple[str, int], tmp_path: Path) -> None:
    (tmp_path / "resolv.conf").write_text(RESOLV_CONF)
    (tmp_path / "hosts").write_text(HOSTS)
    script = (
        'mount --bind "$0/resolv.conf" /etc/resolv.conf && mount --bind "$0/hosts" /etc/hosts || exit 77\n'
        'exec "$1" "$2" "$3"'
    )
    inside = [str(tmp_path), sys.executable, __file__, str(lists[1])]
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script, *inside], capture_output=True, text=True)
    if done.returncode == 77 or "unshare failed" in done.stderr:
        assert "DELIVERABILITY_REQUIRE_ALL" not in os.environ, done.stderr
        pytest.skip("no mount namespace: " + done.stderr)
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    front(("127.0.0.1", int(sys.argv[1])), ("127.0.53.2", 53))
    for name in ("7.2.0.192.emptied.test", "7.2.0.192.refused"):
        assert socket.gethostbyname(name) == "127.0.0.2", "the system itself is misled"
    judge(None)
