"""What the tests share: a domain, and name servers on the loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import deliverability as dv
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

#: A small DNS world: three look-ups deep, with one of everything.
RECORDS: dict[tuple[str, str], Any] = {
    ("example.org", "TXT"): ["v=spf1 include:a.example.org a:mx.example.org -all", "other"],
    ("a.example.org", "TXT"): ["v=spf1 include:b.example.org ?all"],
    ("b.example.org", "TXT"): ["v=spf1 ip4:192.0.2.9 ?all"],
    ("example.org", "MX"): [(10, "mx.example.org"), (20, "slow.example.org")],
    ("mx.example.org", "A"): ["192.0.2.1"],
    ("mx.example.org", "AAAA"): ["2001:db8::1"],
    ("slow.example.org", "A"): dv.DnsError("timeout"),
    ("1.2.0.192.in-addr.arpa", "PTR"): ["mx.example.org"],
    ("s1._domainkey.example.org", "TXT"): ["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="],
    ("2.0.0.127.bl.example.org", "A"): ["127.0.0.2"],
    ("7.2.0.192.bl.example.org", "A"): ["127.0.0.2"],
    ("7.2.0.192.bl.example.org", "TXT"): ["see https://bl.example.org/"],
}


@pytest.fixture
def zone() -> dv.Zone:
    return dv.Zone(RECORDS)


class NameServer:
    """A name server on the loopback that answers from a zone, or never, or not for names below one."""

    def __init__(self, zone: dv.Zone | None, silent_below: str | None = None) -> None:
        self.zone = zone
        self.silent_below = silent_below
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:{}".format(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            wire, peer = self._socket.recvfrom(4096)
            if wire == b"stop":
                return
            message = dns.message.from_wire(wire)
            question = message.question[0]
            name, record_type = question.name.to_text(), question.rdtype.name
            self.asked.append(f"{name} {record_type}")
            is_silent = self.silent_below is not None and name.endswith(f".{self.silent_below}.")
            if self.zone is not None and not is_silent:
                self._socket.sendto(self._answer(message, name, record_type).to_wire(), peer)

    def _answer(self, message: dns.message.Message, name: str, record_type: str) -> dns.message.Message:
        assert self.zone is not None
        response = dns.message.make_response(message, recursion_available=True)
        try:
            values = self.zone.resolve(dv.Query(name, record_type))
        except dv.DnsError:
            response.set_rcode(dns.rcode.SERVFAIL)
            return response
        if values is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif values:
            texts = [_text(value) for value in values]
            response.answer.append(dns.rrset.from_text_list(name, 60, "IN", record_type, texts))
        return response

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            host, port = self.address.split(":")
            sender.sendto(b"stop", (host, int(port)))
        self._thread.join()
        self._socket.close()


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return f"{value[0]} {value[1]}."
    text = str(value)
    if " " in text or "=" in text:
        return f'"{text}"'
    return text if text[0].isdigit() else f"{text}."


@pytest.fixture
def server(zone: dv.Zone) -> Iterator[NameServer]:
    server = NameServer(zone)
    yield server
    server.close()


@pytest.fixture
def silent() -> Iterator[NameServer]:
    server = NameServer(None)
    yield server
    server.close()
