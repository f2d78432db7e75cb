"""The words of outcomes, as `str` enums: `SpfResult.FAIL == "fail"`.

Those that the core has are held equal to it by a test.
"""

from __future__ import annotations

from enum import Enum


class _Word(str, Enum):
    """A word: prints as itself, also where it is formatted."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, spec: str) -> str:
        return format(str(self.value), spec)


class SpfResult(_Word):
    """What `check_host` returns (RFC 7208 §2.6)."""

    NONE = "none"
    NEUTRAL = "neutral"
    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class IprevResult(_Word):
    """What `check_reverse_dns` returns (RFC 8601 §2.7.3)."""

    PASS = "pass"
    FAIL = "fail"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class PointerState(_Word):
    """Where a PTR name leads."""

    CONFIRMED = "confirmed"
    ELSEWHERE = "elsewhere"
    NO_ADDRESS = "no_address"
    FAILED = "failed"


class RouteKind(_Word):
    """How mail finds its way to a domain (RFC 5321 §5.1, RFC 7505)."""

    MX = "mx"
    IMPLICIT_MX = "implicit_mx"
    NULL_MX = "null_mx"
    NO_SUCH_DOMAIN = "no_such_domain"
    NO_ROUTE = "no_route"
    UNKNOWN = "unknown"


class HostState(_Word):
    """What the name in an MX record resolves to."""

    ADDRESSES = "addresses"
    CNAME = "cname"
    ADDRESS_LITERAL = "address_literal"
    DANGLING = "dangling"
    PRIVATE_ONLY = "private_only"
    NULL = "null"
    FAILED = "failed"


class Ternary(_Word):
    """Yes, no, or not known. Only `YES` is true."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        return self is Ternary.YES
