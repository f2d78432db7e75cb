"""The checks of `deliverability`, to be awaited: same arguments, same outcomes.

A cancelled task, or one that `asyncio.timeout` ends, stops its look-ups.
"""

from __future__ import annotations

from asyncio import sleep as _sleep

from . import _core
from ._run import for_sweep as _for_sweep
from ._run_async import outcome_of as _outcome_of
from ._run_async import run as _awaiting

#: How many cells that are known are handed out before other tasks have their turn.
_IN_A_ROW = 64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from os import PathLike
    from types import TracebackType

    from ._core import (
        ArcOutcome,
        DkimKeyOutcome,
        DkimSetUp,
        DkimOutcome,
        DmarcDestinations,
        DmarcDiscovery,
        DmarcEvaluation,
        DmarcRecord,
        DnsblCell,
        DnsblList,
        DnsblVerdict,
        HeloOutcome,
        IprevOutcome,
        RecordChange,
        Report,
        RouteOutcome,
        SourceOutcome,
        SpfComparison,
        SpfEvaluation,
        SpfRewrite,
        SpfTree,
        SweepProgress,
        TransportOutcome,
    )
    from ._words import TransportKind
    from .typing import Address, Network, ResolverLike, RustResolver, Values


async def diagnose(
    domain: str,
    ips: Iterable[Address] = (),
    *,
    helo: str | None = None,
    selectors: Iterable[str] = (),
    lists: Iterable[DnsblList | str] | None = None,
    message: str | bytes | None = None,
    at: int | None = None,
    bounce: str | bytes | None = None,
    trusted_authserv_ids: Iterable[str] = (),
    resolver: ResolverLike | None = None,
) -> Report:
    """As `deliverability.diagnose`."""
    check = _core.diagnose(domain, ips, helo, selectors, lists, message, at, bounce, trusted_authserv_ids)
    return await _awaiting(check, resolver)


async def explain(
    raw: str | bytes,
    *,
    domain: str | None = None,
    ips: Iterable[Address] = (),
    helo: str | None = None,
    selectors: Iterable[str] = (),
    lists: Iterable[DnsblList | str] | None = None,
    resolver: ResolverLike | None = None,
) -> Report:
    """As `deliverability.explain`."""
    return await _awaiting(_core.diagnose(domain, ips, helo, selectors, lists, None, None, raw, ()), resolver)


async def check_host(
    ip: Address,
    sender: str,
    *,
    helo: str | None = None,
    receiver: str | None = None,
    resolver: ResolverLike | None = None,
) -> SpfEvaluation:
    """As `deliverability.check_host`."""
    return await _awaiting(_core.check_host(ip, sender, helo, receiver), resolver)


async def check_dnsbl(
    ip: Address,
    lists: Iterable[DnsblList | str] | None = None,
    resolver: ResolverLike | None = None,
) -> list[DnsblVerdict]:
    """As `deliverability.check_dnsbl`."""
    return await _awaiting(_core.check_dnsbl(ip, lists), resolver)


def sweep_dnsbl(
    addresses: Iterable[Address | Network],
    lists: Iterable[DnsblList | str] | None = None,
    *,
    nameservers: Sequence[str] | None = None,
    resolver: RustResolver | None = None,
    journal: str | PathLike[str] | None = None,
    in_flight: int = 64,
    timeout: float | None = None,
    attempts: int | None = None,
) -> DnsblSweep:
    """As `deliverability.sweep_dnsbl`, for `async for`; `addresses` is a plain iterable."""
    asked = _for_sweep(nameservers, resolver, timeout, attempts)
    return DnsblSweep(_core.sweep_dnsbl(addresses, lists, asked, journal, in_flight))


class DnsblSweep:
    """A sweep under way: an async iterator of cells.

    It goes on while somebody iterates. Leaving an `async with` block, `close()` or dropping it ends
    what is under way. A task that is cancelled while it waits for a cell loses none.
    """

    def __init__(self, sweep: _core.DnsblSweep) -> None:
        self._sweep = sweep
        self._in_a_row = 0

    def __aiter__(self) -> DnsblSweep:
        return self

    async def __anext__(self) -> DnsblCell:
        while (cell := self._sweep._next_known()) is None:
            self._in_a_row = 0
            await _outcome_of(self._sweep._wait)
        self._in_a_row += 1
        if self._in_a_row == _IN_A_ROW:
            self._in_a_row = 0
            await _sleep(0)
        return cell

    @property
    def progress(self) -> SweepProgress:
        """How far it is."""
        return self._sweep.progress

    def finish(self) -> None:
        """Begins nothing new: iterating ends when what is under way is done."""
        self._sweep.finish()

    def close(self) -> None:
        """Ends what is under way, and iterating."""
        self._sweep.close()

    async def __aenter__(self) -> DnsblSweep:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self._sweep)


async def check_reverse_dns(ip: Address, resolver: ResolverLike | None = None) -> IprevOutcome:
    """As `deliverability.check_reverse_dns`."""
    return await _awaiting(_core.check_reverse_dns(ip), resolver)


async def check_mail_route(domain: str, resolver: ResolverLike | None = None) -> RouteOutcome:
    """As `deliverability.check_mail_route`."""
    return await _awaiting(_core.check_mail_route(domain), resolver)


async def check_source(ip: Address, domain: str, resolver: ResolverLike | None = None) -> SourceOutcome:
    """As `deliverability.check_source`."""
    return await _awaiting(_core.check_source(ip, domain), resolver)


async def check_helo(
    helo: str, ip: Address, resolver: ResolverLike | None = None, *, receiver: str | None = None
) -> HeloOutcome:
    """As `deliverability.check_helo`."""
    return await _awaiting(_core.check_helo(helo, ip, receiver), resolver)


async def check_dkim_key(selector: str, domain: str, resolver: ResolverLike | None = None) -> DkimKeyOutcome:
    """As `deliverability.check_dkim_key`."""
    return await _awaiting(_core.check_dkim_key(selector, domain), resolver)


async def check_dkim_set_up(
    domain: str, selectors: Iterable[str] = (), resolver: ResolverLike | None = None
) -> DkimSetUp:
    """As `deliverability.check_dkim_set_up`."""
    return await _awaiting(_core.check_dkim_set_up(domain, selectors), resolver)


async def spf_tree(
    domain: str,
    *,
    senders: Iterable[Address] = (),
    hosts: bool = False,
    resolver: ResolverLike | None = None,
) -> SpfTree:
    """As `deliverability.spf_tree`."""
    return await _awaiting(_core.spf_tree(domain, senders, hosts), resolver)


async def rewrite_spf(
    domain: str,
    *,
    authorize: Iterable[Address | Network] = (),
    merge: bool = False,
    prune: bool = False,
    flatten: Iterable[str] = (),
    remove: Iterable[str] = (),
    split: int | None = None,
    resolver: ResolverLike | None = None,
) -> SpfRewrite:
    """As `deliverability.rewrite_spf`."""
    return await _awaiting(_core.rewrite_spf(domain, authorize, merge, prune, flatten, remove, split), resolver)


async def what_if(
    senders: Iterable[tuple[Address, str] | tuple[Address, str, str | None]],
    changes: Iterable[RecordChange | tuple[str, str]] = (),
    resolver: ResolverLike | None = None,
    *,
    sets: Mapping[tuple[str, str], Values] | None = None,
) -> SpfComparison:
    """As `deliverability.what_if`."""
    return await _awaiting(_core.what_if(senders, changes, sets or {}), resolver)


async def verify_dkim(
    message: str | bytes, resolver: ResolverLike | None = None, *, at: int | None = None
) -> list[DkimOutcome]:
    """As `deliverability.verify_dkim`."""
    return await _awaiting(_core.verify_dkim(message, at), resolver)


async def evaluate_dmarc(
    message: str | bytes,
    *,
    ip: Address | None = None,
    sender: str | None = None,
    helo: str | None = None,
    signed_by: Iterable[str] = (),
    at: int | None = None,
    author_domain: str | None = None,
    resolver: ResolverLike | None = None,
) -> DmarcEvaluation:
    """As `deliverability.evaluate_dmarc`."""
    check = _core.evaluate_dmarc(message, ip, sender, helo, signed_by, at, author_domain)
    return await _awaiting(check, resolver)


async def check_dmarc(domain: str, resolver: ResolverLike | None = None) -> DmarcDiscovery:
    """As `deliverability.check_dmarc`."""
    return await _awaiting(_core.check_dmarc(domain), resolver)


async def verify_arc(message: str | bytes, resolver: ResolverLike | None = None) -> ArcOutcome:
    """As `deliverability.verify_arc`."""
    return await _awaiting(_core.verify_arc(message), resolver)


async def check_dmarc_destinations(
    domain: str, record: DmarcRecord | str | bytes, resolver: ResolverLike | None = None
) -> DmarcDestinations:
    """As `deliverability.check_dmarc_destinations`."""
    return await _awaiting(_core.check_dmarc_destinations(domain, record), resolver)


async def check_transport(
    kind: TransportKind | str, domain: str, resolver: ResolverLike | None = None
) -> TransportOutcome:
    """As `deliverability.check_transport`."""
    return await _awaiting(_core.check_transport(kind, domain), resolver)


__all__ = [
    "DnsblSweep",
    "check_dkim_key",
    "check_dkim_set_up",
    "check_dmarc",
    "check_dmarc_destinations",
    "check_dnsbl",
    "check_helo",
    "check_host",
    "check_mail_route",
    "check_reverse_dns",
    "check_source",
    "check_transport",
    "diagnose",
    "evaluate_dmarc",
    "explain",
    "rewrite_spf",
    "spf_tree",
    "sweep_dnsbl",
    "verify_arc",
    "verify_dkim",
    "what_if",
]
