"""Resolvers of dnspython, plain and async, as resolvers of this package."""

from __future__ import annotations

from ._errors import DnsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ._core import Query


def asking(resolver: Any) -> Callable[[Query], Any]:
    """What to call for an answer: plain or `async`, as the resolver is."""
    from inspect import iscoroutinefunction

    async def ask_async(query: Query) -> Any:
        try:
            return _values(query, await resolver.resolve(query.name + ".", query.record_type, search=False))
        except Exception as raised:
            return _failed(raised)

    def ask(query: Query) -> Any:
        try:
            return _values(query, resolver.resolve(query.name + ".", query.record_type, search=False))
        except Exception as raised:
            return _failed(raised)

    return ask_async if iscoroutinefunction(resolver.resolve) else ask


def _values(query: Query, answer: Any) -> list[Any]:
    if query.record_type == "MX":
        return [(record.preference, record.exchange.to_text()) for record in answer]
    if query.record_type == "TXT":
        return [record.strings for record in answer]
    return [record.to_text() for record in answer]


def _failed(raised: Exception) -> None | list[Any] | DnsError:
    import dns.exception
    import dns.resolver

    if isinstance(raised, dns.resolver.NXDOMAIN):
        return None
    if isinstance(raised, dns.resolver.NoAnswer):
        return []
    if isinstance(raised, dns.exception.Timeout):
        return DnsError("timeout")
    if isinstance(raised, dns.resolver.NoNameservers):
        text = str(raised)
        return DnsError("refused" if "REFUSED" in text else "servfail" if "SERVFAIL" in text else text)
    raise raised
