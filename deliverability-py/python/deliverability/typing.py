"""Types for annotations: what can be passed as an address or a resolver."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Protocol, TypeAlias

from ._core import Answers, HealthMemory, Keyed, Query, Resolver, Zone

#: An address.
Address: TypeAlias = str | IPv4Address | IPv6Address
#: A network as text or as an object; the SPF term that names senders is text too.
Network: TypeAlias = str | IPv4Network | IPv6Network

#: The values of one answer: A, AAAA, PTR and CNAME are `str`, MX is `(preference, host)`, TXT is
#: `str`, `bytes` or a sequence of those; `[]` is no data, `None` NXDOMAIN. A resolver raises
#: `DnsError` for a failure.
Values: TypeAlias = Iterable[Any] | None


class PlainResolver(Protocol):
    """A resolver that blocks. With an attribute `concurrency` it is called on as many threads."""

    def resolve(self, query: Query, /) -> Values:
        """Answers one query."""


class AsyncResolver(Protocol):
    """A resolver for event loops."""

    async def resolve(self, query: Query, /) -> Values:
        """Answers one query."""


class DnspythonResolver(Protocol):
    """A `dns.resolver.Resolver` or `dns.asyncresolver.Resolver` of dnspython."""

    nameservers: Any

    @property
    def resolve(self) -> Any:
        """Dnspython's own."""


#: A resolver that runs in Rust.
RustResolver: TypeAlias = Resolver | Zone | Keyed | HealthMemory

ResolverLike: TypeAlias = RustResolver | Answers | PlainResolver | AsyncResolver | DnspythonResolver
