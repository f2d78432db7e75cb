"""Why mail does not arrive, the proof, and exactly what to change.

>>> import deliverability as dv
>>> zone = dv.Zone({("example.org", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"]})
>>> evaluation = dv.check_host("198.51.100.7", "amy@example.org", resolver=zone)
>>> evaluation.result
SpfResult.FAIL
>>> print(evaluation.cause)
the term "-all" in the SPF record of example.org matches

Every check takes a `resolver`: nothing for the system's name servers, a `Resolver` for others, a
`Zone` or recorded `Answers`, a resolver of dnspython, or any object with a method
`resolve(query)`, plain or `async`. Look-ups never raise: what went wrong in DNS is part of the
outcome. `deliverability.aio` has the same functions for `await`.
"""

from __future__ import annotations

TYPE_CHECKING = False

# First of all: it refuses what the rest would hang in.
from . import _interpreter as _interpreter  # isort: skip
from . import _core
from ._core import (
    Answers,
    Case,
    Change,
    DkimKey,
    DkimKeyOutcome,
    DkimSelector,
    DkimSetUp,
    DnsblCell,
    DnsblChange,
    DeadDnsblList,
    DnsblCode,
    DnsblList,
    DnsblSighting,
    DnsblSweep,
    DnsblVerdict,
    Edit,
    Evidence,
    Finding,
    GenericName,
    HealthMemory,
    HeloOutcome,
    IprevOutcome,
    Keyed,
    MxHost,
    NamePiece,
    Pointer,
    Pra,
    Problem,
    Query,
    ReceivedSpf,
    RecordChange,
    Remedy,
    Report,
    ReportComparison,
    Resolver,
    RouteOutcome,
    SenderIdRecord,
    Span,
    SpfCause,
    SpfComparison,
    SpfDifference,
    SpfDirective,
    SpfEvaluated,
    SpfEvaluation,
    SpfExplanation,
    SpfKnownSender,
    SpfLedger,
    SpfLimits,
    SpfLookup,
    SpfLoop,
    SpfModifier,
    SpfNode,
    SpfPlace,
    SpfProof,
    SpfRecord,
    SpfRewrite,
    SpfSpender,
    SpfStep,
    SpfTrace,
    SpfTree,
    SpfUnproven,
    SpfVerdict,
    SpfVia,
    SpfVisit,
    SplitDifference,
    SplitHorizon,
    Stream,
    SweepProgress,
    Unknown,
    Zone,
    apply_edits,
    compare_dnsbl,
    compare_reports,
    authentication_result,
    dnsbl_catalogue,
    dnsbl_default_lists,
    generic_name,
    known_list,
    lint_dkim_key,
    lint_spf,
    purported_responsible_address,
    lists_from_toml,
    received_spf,
    split_horizon,
    DkimOutcome,
    DkimCause,
    DkimNote,
    DmarcRecord,
    DmarcEvaluation,
    author_domains,
    DmarcVerdict,
    DmarcIdentifier,
    DmarcProblem,
    DmarcDisagreement,
    DmarcDiscovery,
    AggregateReport,
    ReportMetadata,
    PublishedPolicy,
    ReportRecord,
    PolicyOverride,
    DkimResultSeen,
    SpfResultSeen,
    FailingSource,
    FailureReport,
    TransportOutcome,
    AuthenticationResults,
    MethodResult,
    ResultProperty,
    DomainKeysPolicy,
    DomainKeysKey,
    lint_dmarc,
    lint_transport,
    read_adsp,
    read_aggregate_report,
    read_failure_report,
    ArcOutcome,
    ArcFailure,
    ArcSet,
    ArcMessageSignature,
    ArcSeal,
    DmarcDestinations,
    DmarcDestination,
    MtaStsRecord,
    TlsReportingRecord,
    BimiRecord,
    CaseMessage,
    Claimed,
    Judged,
    overall_dkim,
    Reply,
    Parameters,
    NamedList,
    Bounce,
    Recipient,
    Original,
    classify_reply,
    read_bounce,
    Received,
    ReceivedWord,
    ReceivedAddress,
    ReceivedAuthentication,
    ReceivedTls,
    ReceivedProtocol,
    ReceivedSubmission,
    ReceivedDate,
    Feedback,
    ReceiverPolicy,
    receiver_policies,
    Trace,
    Hop,
    Source,
    Script,
    TraceNote,
    CaseBounce,
    Returned,
    Confirmation,
    Inferred,
    trace,
    SourceOutcome,
)
from ._errors import DnsError, Error, ParseError
from ._run import for_sweep as _for_sweep
from ._run import run as _blocking
from ._words import (
    Acts,
    CauseKind,
    HeloForm,
    HostState,
    Impact,
    IprevResult,
    KeyStatus,
    ListCause,
    ListFate,
    ListKind,
    ListRole,
    ListingChange,
    ListStatus,
    ListTerms,
    MechanismName,
    NameForm,
    PieceKind,
    PointerState,
    PraField,
    ProofStatus,
    Qualifier,
    RouteKind,
    RsaForm,
    DkimNamespace,
    Severity,
    SpfClaim,
    SpfIdentity,
    SpfResult,
    SpfStanding,
    TermOutcome,
    Ternary,
    UnprovenKind,
    Verdict,
    DkimResult,
    DmarcResult,
    DmarcPolicy,
    AlignmentMode,
    DmarcMechanism,
    DmarcAlignment,
    DmarcCause,
    DmarcStatus,
    DisagreementKind,
    TransportKind,
    TransportStatus,
    Departure,
    AdspPractices,
    ArcResult,
    ChainStatus,
    ArcField,
    DmarcPermission,
    BimiAddressPreference,
    Cause,
    Receiver,
    Actor,
    Permanence,
    BounceKind,
    BounceAction,
    Transmission,
    AuthenticatedBy,
    TlsVersion,
    PolicyScope,
    Requirement,
    ConfirmationOutcome,
    Boundary,
    Origin,
    AddressKind,
    SourceKind,
    TraceNoteKind,
    SourceRelation,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from os import PathLike
    from types import ModuleType

    from . import aio as aio
    from .typing import Address, Network, ResolverLike, RustResolver, Values


def diagnose(
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
    """Why mail whose envelope sender is at `domain` does not arrive, and what to change.

    `ips` are the addresses that it is sent from, `helo` the name that the sending server gives,
    `selectors` the DKIM selectors in use (the `s=` tags of signatures), `lists` what to ask about
    the addresses and names in place of the default ones (`[]` to ask none).

    `message` is a message in question, as it was sent or as it came back, header and body, best as
    `bytes`: its signatures are verified, and SPF and DMARC judged for the address that handed it
    over and for `ips`. `at` is the time that it is judged at, as for `verify_dkim`. Its
    Authentication-Results fields and those of an ARC chain are told as `Report.claims`;
    `trusted_authserv_ids` are the hosts whose results may be believed, such as one's own MX: those
    are compared with what is found here.

    `bounce` is a returned mail, a reply of an SMTP server or a line of a log about the mail: what it
    says is put to the test for each recipient (`Report.returned`), and what was not given is taken
    from it (`Report.inferred`).

    >>> zone = Zone.parse('_dmarc.a.test TXT "v=DMARC1; p=reject"\\na.test TXT "v=spf1 -all"')
    >>> message = "From: amy@a.test\\nDate: Thu, 1 Jan 2026 00:00:00 +0000\\nMessage-ID: <1@a.test>\\n\\nhello\\n"
    >>> report = diagnose("a.test", ["192.0.2.1"], lists=[], message=message, resolver=zone)
    >>> [(judged.method, judged.result) for judged in report.at_receiver]
    [('spf', 'fail'), ('dmarc', 'fail')]
    """
    check = _core.diagnose(domain, ips, helo, selectors, lists, message, at, bounce, trusted_authserv_ids)
    return _blocking(check, resolver)


def explain(
    raw: str | bytes,
    *,
    domain: str | None = None,
    ips: Iterable[Address] = (),
    helo: str | None = None,
    selectors: Iterable[str] = (),
    lists: Iterable[DnsblList | str] | None = None,
    resolver: ResolverLike | None = None,
) -> Report:
    """Why a mail came back, whether that is so now, and what to change.

    `raw` is a whole returned message, best as `bytes`, a bare reply of an SMTP server, or a line of a
    mail server's log. The case is taken from it: the sender's domain, the address that was refused,
    its name in HELO, the message if it came back whole. `Report.inferred` says what was taken from
    where; what is told here goes before it, as for `diagnose`.

    >>> zone = Zone.parse('a.test TXT "v=spf1 ip4:192.0.2.1 -all"')
    >>> report = explain("550 5.7.23 SPF check failed: 198.51.100.7 may not send for a.test", resolver=zone, lists=[])
    >>> [returned] = report.returned
    >>> returned.cause, returned.confirmation.outcome, returned.findings
    (Cause.SPF_FAIL, ConfirmationOutcome.CONFIRMED, (('spf.ip-not-authorized', '198.51.100.7'),))
    """
    return _blocking(_core.diagnose(domain, ips, helo, selectors, lists, None, None, raw, ()), resolver)


def check_host(
    ip: Address,
    sender: str,
    *,
    helo: str | None = None,
    receiver: str | None = None,
    resolver: ResolverLike | None = None,
) -> SpfEvaluation:
    """Whether a client may send mail in the name of a sender: `check_host()` of RFC 7208.

    `sender` and `helo` are raw session text: anything that a client can say is accepted, and what
    is malformed gives the RFC's result. "" is the null sender, for which the HELO name is checked.
    `receiver` is the name of the receiving host, for explanations.
    """
    return _blocking(_core.check_host(ip, sender, helo, receiver), resolver)


def check_dnsbl(
    ip: Address,
    lists: Iterable[DnsblList | str] | None = None,
    resolver: ResolverLike | None = None,
) -> list[DnsblVerdict]:
    """What DNS lists say about an address: one verdict for each list that holds such addresses.

    `lists` are `DnsblList`s or zones of the catalogue; without, the default ones are
    asked, see `dnsbl_default_lists`.
    """
    return _blocking(_core.check_dnsbl(ip, lists), resolver)


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
    """What DNS lists say about many addresses: an iterator of cells, as they are known.

    `addresses` are addresses, networks (all of their addresses) and domain names, taken as they are
    needed, so that a generator of millions is held in little memory; one that cannot be read raises
    `ParseError` from the iterator, which goes on with the next. `lists` are as for `check_dnsbl`.

    `nameservers` are asked, with at most `in_flight` queries at once at each, `timeout` seconds for
    each try and `attempts` tries. In place of them `resolver` takes a `Resolver`, a `Zone`, or a
    `Keyed` around one of those.

    With a `journal`, the path of a file, what is answered is kept: a later sweep with it passes over
    all that was handed out before, whether that was to its end, to Ctrl-C or to a crash. Of what was
    under way then, nothing is kept; `finish()` and iterating to the end waits for it.

    >>> zone = Zone.parse("2.0.0.127.bl.test A 127.0.0.2\\n7.2.0.192.bl.test A 127.0.0.2")
    >>> with sweep_dnsbl(["192.0.2.0/29"], [DnsblList("bl.test", "ip")], resolver=zone) as sweep:
    ...     for cell in sweep:
    ...         if cell.is_listed:
    ...             print(cell)
    192.0.2.7 bl.test: listed: 127.0.0.2
    >>> print(sweep.progress)
    8 settled, 1 listed, 0 unknown (0 left alone), 0 passed over, 0 under way
    """
    asked = _for_sweep(nameservers, resolver, timeout, attempts)
    return _core.sweep_dnsbl(addresses, lists, asked, journal, in_flight)


def check_reverse_dns(ip: Address, resolver: ResolverLike | None = None) -> IprevOutcome:
    """Whether a PTR name of an address resolves back to it (iprev, RFC 8601 §2.7.3)."""
    return _blocking(_core.check_reverse_dns(ip), resolver)


def check_mail_route(domain: str, resolver: ResolverLike | None = None) -> RouteOutcome:
    """Where mail to a domain goes: MX, implicit MX and null MX (RFC 5321 §5.1, RFC 7505)."""
    return _blocking(_core.check_mail_route(domain), resolver)


def check_source(ip: Address, domain: str, resolver: ResolverLike | None = None) -> SourceOutcome:
    """What an address is to a domain: one of its mail hosts, its web host, authorised by SPF, or a stranger.

    >>> zone = Zone.parse("a.test A 192.0.2.80\\na.test MX 10 mx.b.test\\nmx.b.test A 198.51.100.1")
    >>> check_source("192.0.2.80", "a.test", zone).relation
    SourceRelation.WEB_HOST
    """
    return _blocking(_core.check_source(ip, domain), resolver)


def check_helo(
    helo: str, ip: Address, resolver: ResolverLike | None = None, *, receiver: str | None = None
) -> HeloOutcome:
    """Whether a HELO name is one that a client may give, and leads to it (RFC 5321 §4.1.1.1).

    `helo` is raw session text: what is malformed is an outcome. `receiver` is the receiver's name
    or address, which no other client may say.
    """
    return _blocking(_core.check_helo(helo, ip, receiver), resolver)


def check_dkim_key(selector: str, domain: str, resolver: ResolverLike | None = None) -> DkimKeyOutcome:
    """Whether a DKIM selector has a key that verifiers can use (RFC 6376 §3.6)."""
    return _blocking(_core.check_dkim_key(selector, domain), resolver)


def check_dkim_set_up(
    domain: str, selectors: Iterable[str] = (), resolver: ResolverLike | None = None
) -> DkimSetUp:
    """How the DKIM selectors of a domain are published, and whether there can be any (RFC 6376 §3.6.2.1, RFC 8020).

    Where a selector has no key, the places are looked at where keys are published by mistake, and it
    is asked whether anything stands below `_domainkey`: without `selectors` that alone.

    >>> key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    >>> zone = Zone({("s1._domainkey.a.test.a.test", "TXT"): [key]})
    >>> outcome = check_dkim_set_up("a.test", ["s1"], zone)
    >>> [selector] = outcome.selectors
    >>> selector.status, selector.doubled.name, outcome.namespace
    (KeyStatus.MISSING, 's1._domainkey.a.test.a.test', DkimNamespace.EMPTY)
    """
    return _blocking(_core.check_dkim_set_up(domain, selectors), resolver)


def spf_tree(
    domain: str,
    *,
    senders: Iterable[Address] = (),
    hosts: bool = False,
    resolver: ResolverLike | None = None,
) -> SpfTree:
    """The tree of SPF records behind a domain, and the most look-ups on any path through it.

    `senders` are addresses to evaluate too, each as `postmaster@` the domain: which of them pass
    before the limit bites. With `hosts`, the hosts of `a`, `mx` and `exists` terms are asked for as
    well, so that void look-ups are known. At most 256 domains are read, 20 levels deep; what lies
    beyond, or behind a failed query, is told as unknown.
    """
    return _blocking(_core.spf_tree(domain, senders, hosts), resolver)


def rewrite_spf(
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
    """The SPF record of a domain rewritten, with the proof that nothing else changes.

    What is asked for is done in this order: `merge` makes one record of several; `authorize` adds
    addresses, networks or terms ("a:host", "mx", "include:domain") in front of the first term that
    decides against them; `remove` takes out terms written so; `flatten` puts the addresses that
    domains authorize today in the place of their includes; `prune` takes out what can decide
    nothing; `split` moves terms to further names until every answer fits so many octets (at least
    512). Nothing is published. A rewrite that cannot be made has a `refusal`, one that cannot be
    proven a `proof` that says so. Raises `ParseError` for what is no sender or no domain name.
    """
    return _blocking(_core.rewrite_spf(domain, authorize, merge, prune, flatten, remove, split), resolver)


def what_if(
    senders: Iterable[tuple[Address, str] | tuple[Address, str, str | None]],
    changes: Iterable[RecordChange | tuple[str, str]] = (),
    resolver: ResolverLike | None = None,
    *,
    sets: Mapping[tuple[str, str], Values] | None = None,
) -> SpfComparison:
    """What proposed records would change for senders; nothing has to be published for it.

    `senders` are tuples of an address, a MAIL FROM address and, if wanted, a HELO name, as for
    `check_host`. `changes` are those of a rewrite, or tuples of a domain name and the record to
    publish there in place of all SPF records; other texts at the name stay. `sets` maps names and
    types, as `Zone` takes them, to all records that are to stand there; none deletes them.

    >>> zone = Zone({("a.test", "TXT"): ["v=spf1 mx -all"], ("a.test", "MX"): [(1, "m.test")]})
    >>> move = {("m.test", "A"): ["192.0.2.7"]}
    >>> print(what_if([("192.0.2.7", "amy@a.test")], resolver=zone, sets=move))
    192.0.2.7 amy@a.test: fail -> pass
    """
    return _blocking(_core.what_if(senders, changes, sets or {}), resolver)


def verify_dkim(message: str | bytes, resolver: ResolverLike | None = None, *, at: int | None = None) -> list[DkimOutcome]:
    """Whether the DKIM signatures of a message verify, and why not: one outcome a signature, from the top down.

    `message` is the whole message as it came, best as `bytes`. `at` is the time that `t=` and `x=`
    are judged at, in seconds since 1970, such as `int(time.time())`; without it they are not judged.

    >>> field = "DKIM-Signature: v=1; a=rsa-sha256; d=a.test; s=s1; h=from; bh=AAAA; b=AAAA"
    >>> message = field + "\\nFrom: amy@a.test\\n\\nhello"
    >>> zone = Zone({("s1._domainkey.a.test", "TXT"): ["v=DKIM1; p="]})
    >>> [outcome] = verify_dkim(message, zone)
    >>> outcome.result, [cause.code for cause in outcome.causes]
    (DkimResult.PERMERROR, ['dkim.signature.body-hash-length', 'dkim.key.revoked'])
    """
    return _blocking(_core.verify_dkim(message, at), resolver)


def evaluate_dmarc(
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
    """What receivers make of a message: SPF, DKIM, and DMARC over both (RFC 9989, RFC 7489).

    `message` is a whole message, or an author domain alone. `ip`, `sender` and `helo` are those of
    the session, as for `check_host`; without `ip` and `sender` SPF is not evaluated. The signatures
    of a message are verified; `signed_by` are domains whose signatures are taken to pass as well.
    `at` is as for `verify_dkim`. Raises `ParseError` if the message has no single author domain:
    `author_domain` is judged in place of its From field, such as each of `author_domains(message)`.

    >>> zone = Zone.parse('_dmarc.a.test TXT "v=DMARC1; p=reject"')
    >>> evaluation = evaluate_dmarc("news.a.test", signed_by=["b.test"], resolver=zone)
    >>> evaluation.result, evaluation.requested
    (DmarcResult.FAIL, DmarcPolicy.REJECT)
    >>> evaluate_dmarc("news.a.test", signed_by=["a.test"], resolver=zone).result
    DmarcResult.PASS
    """
    check = _core.evaluate_dmarc(message, ip, sender, helo, signed_by, at, author_domain)
    return _blocking(check, resolver)


def check_dmarc(domain: str, resolver: ResolverLike | None = None) -> DmarcDiscovery:
    """Which DMARC record applies to mail with a domain in its From field, or why none does (RFC 9989 §4.10.1).

    Where none applies, the places are looked at where records are published by mistake.

    >>> outcome = check_dmarc("a.test", Zone.parse('a.test TXT "v=DMARC1; p=none"'))
    >>> outcome.status, outcome.misplaced
    (DmarcStatus.NONE, ((Query(name='a.test', record_type='TXT'), 'v=DMARC1; p=none'),))
    """
    return _blocking(_core.check_dmarc(domain), resolver)


def verify_arc(message: str | bytes, resolver: ResolverLike | None = None) -> ArcOutcome:
    """Whether the Authenticated Received Chain of a message holds, and why not (RFC 8617, an experiment).

    Every seal and every message signature is judged, whatever failed before. No receiver has to
    look at a chain.

    >>> outcome = verify_arc("ARC-Seal: i=1; cv=fail; a=rsa-sha256; d=a.test; s=s1; b=AAAA\\n\\nhello", Zone())
    >>> outcome.result, outcome.cause
    (ArcResult.FAIL, 'arc.cv.fail')
    """
    return _blocking(_core.verify_arc(message), resolver)


def check_dmarc_destinations(
    domain: str, record: DmarcRecord | str | bytes, resolver: ResolverLike | None = None
) -> DmarcDestinations:
    """Whether the hosts that a DMARC record sends reports to take them (RFC 9990 §4).

    `record` stands at `_dmarc` below `domain`; raises `ParseError` if it is none.

    >>> outcome = check_dmarc_destinations("a.test", "v=DMARC1; p=none; rua=mailto:d@b.test", Zone())
    >>> print(outcome.destinations[0])
    b.test does not take reports about a.test: it must publish a.test._report._dmarc.b.test TXT "v=DMARC1;"
    """
    return _blocking(_core.check_dmarc_destinations(domain, record), resolver)


def check_transport(kind: TransportKind | str, domain: str, resolver: ResolverLike | None = None) -> TransportOutcome:
    """Whether a domain has a record of MTA-STS (RFC 8461), TLS reporting (RFC 8460) or BIMI.

    `kind` is "mta_sts", "tls_reporting" or "bimi". What the records point at is not fetched.
    """
    return _blocking(_core.check_transport(kind, domain), resolver)


def __getattr__(name: str) -> ModuleType:
    # Imported when first used: asyncio takes longer to load than all of this.
    if name == "aio":
        from importlib import import_module

        return import_module("deliverability.aio")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Acts",
    "Answers",
    "Case",
    "CauseKind",
    "Change",
    "DeadDnsblList",
    "DkimKey",
    "DkimKeyOutcome",
    "DkimSelector",
    "DkimSetUp",
    "DnsError",
    "DnsblCell",
    "DnsblChange",
    "DnsblCode",
    "DnsblList",
    "DnsblSighting",
    "DnsblSweep",
    "DnsblVerdict",
    "Edit",
    "Error",
    "Evidence",
    "Finding",
    "GenericName",
    "HealthMemory",
    "HeloForm",
    "HeloOutcome",
    "HostState",
    "Impact",
    "IprevOutcome",
    "IprevResult",
    "Keyed",
    "KeyStatus",
    "ListCause",
    "ListFate",
    "ListKind",
    "ListRole",
    "ListStatus",
    "ListingChange",
    "ListTerms",
    "MechanismName",
    "MxHost",
    "NameForm",
    "NamePiece",
    "ParseError",
    "PieceKind",
    "Pointer",
    "PointerState",
    "Pra",
    "PraField",
    "Problem",
    "ProofStatus",
    "Qualifier",
    "Query",
    "ReceivedSpf",
    "RecordChange",
    "Remedy",
    "Report",
    "ReportComparison",
    "Resolver",
    "RouteKind",
    "RouteOutcome",
    "RsaForm",
    "DkimNamespace",
    "SenderIdRecord",
    "Severity",
    "Span",
    "SpfCause",
    "SpfClaim",
    "SpfComparison",
    "SpfDifference",
    "SpfDirective",
    "SpfEvaluated",
    "SpfEvaluation",
    "SpfExplanation",
    "SpfIdentity",
    "SpfKnownSender",
    "SpfLedger",
    "SpfLimits",
    "SpfLookup",
    "SpfLoop",
    "SpfModifier",
    "SpfNode",
    "SpfPlace",
    "SpfProof",
    "SpfRecord",
    "SpfResult",
    "SpfRewrite",
    "SpfSpender",
    "SpfStanding",
    "SpfStep",
    "SpfTrace",
    "SpfTree",
    "SpfUnproven",
    "SpfVerdict",
    "SpfVia",
    "SpfVisit",
    "SplitDifference",
    "SplitHorizon",
    "Stream",
    "SweepProgress",
    "TermOutcome",
    "Ternary",
    "Unknown",
    "UnprovenKind",
    "Verdict",
    "Zone",
    "aio",
    "apply_edits",
    "compare_dnsbl",
    "compare_reports",
    "authentication_result",
    "author_domains",
    "check_dkim_key",
    "check_dkim_set_up",
    "check_dnsbl",
    "check_helo",
    "check_host",
    "check_mail_route",
    "check_reverse_dns",
    "diagnose",
    "dnsbl_catalogue",
    "dnsbl_default_lists",
    "generic_name",
    "known_list",
    "lint_dkim_key",
    "lint_spf",
    "purported_responsible_address",
    "lists_from_toml",
    "received_spf",
    "rewrite_spf",
    "spf_tree",
    "split_horizon",
    "sweep_dnsbl",
    "what_if",
    "DkimOutcome",
    "DkimCause",
    "DkimNote",
    "DmarcRecord",
    "DmarcEvaluation",
    "DmarcVerdict",
    "DmarcIdentifier",
    "DmarcDisagreement",
    "AggregateReport",
    "ReportMetadata",
    "PublishedPolicy",
    "ReportRecord",
    "PolicyOverride",
    "DkimResultSeen",
    "SpfResultSeen",
    "FailingSource",
    "FailureReport",
    "TransportOutcome",
    "AuthenticationResults",
    "MethodResult",
    "ResultProperty",
    "DomainKeysPolicy",
    "DomainKeysKey",
    "DkimResult",
    "DmarcResult",
    "DmarcPolicy",
    "AlignmentMode",
    "DmarcMechanism",
    "DmarcAlignment",
    "DmarcCause",
    "DisagreementKind",
    "TransportKind",
    "TransportStatus",
    "Departure",
    "AdspPractices",
    "lint_dmarc",
    "lint_transport",
    "read_adsp",
    "read_aggregate_report",
    "read_failure_report",
    "DmarcDiscovery",
    "DmarcProblem",
    "DmarcStatus",
    "check_dmarc",
    "check_transport",
    "evaluate_dmarc",
    "verify_dkim",
    "ArcOutcome",
    "ArcFailure",
    "ArcSet",
    "ArcMessageSignature",
    "ArcSeal",
    "DmarcDestinations",
    "DmarcDestination",
    "MtaStsRecord",
    "TlsReportingRecord",
    "BimiRecord",
    "CaseMessage",
    "Claimed",
    "Judged",
    "ArcResult",
    "ChainStatus",
    "ArcField",
    "DmarcPermission",
    "BimiAddressPreference",
    "overall_dkim",
    "verify_arc",
    "check_dmarc_destinations",
    "Reply",
    "Parameters",
    "NamedList",
    "Bounce",
    "Recipient",
    "Original",
    "Cause",
    "Receiver",
    "Actor",
    "Permanence",
    "BounceKind",
    "BounceAction",
    "classify_reply",
    "read_bounce",
    "Received",
    "ReceivedWord",
    "ReceivedAddress",
    "ReceivedAuthentication",
    "ReceivedTls",
    "ReceivedProtocol",
    "ReceivedSubmission",
    "ReceivedDate",
    "Feedback",
    "Transmission",
    "AuthenticatedBy",
    "TlsVersion",
    "ReceiverPolicy",
    "PolicyScope",
    "Requirement",
    "receiver_policies",
    "Trace",
    "Hop",
    "Source",
    "Script",
    "TraceNote",
    "CaseBounce",
    "Returned",
    "Confirmation",
    "Inferred",
    "ConfirmationOutcome",
    "Boundary",
    "Origin",
    "AddressKind",
    "SourceKind",
    "TraceNoteKind",
    "trace",
    "explain",
    "SourceOutcome",
    "SourceRelation",
    "check_source",
]
