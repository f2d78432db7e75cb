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


class SpfIdentity(_Word):
    """Which identity of a session is checked (RFC 7208 §2.3, §2.4)."""

    HELO = "helo"
    MAIL_FROM = "mailfrom"


class Qualifier(_Word):
    """What a match of a mechanism means (RFC 7208 §4.6.2)."""

    PASS = "+"
    FAIL = "-"
    SOFTFAIL = "~"
    NEUTRAL = "?"


class MechanismName(_Word):
    """The name of an SPF mechanism (RFC 7208 §5)."""

    ALL = "all"
    INCLUDE = "include"
    A = "a"
    MX = "mx"
    PTR = "ptr"
    IP4 = "ip4"
    IP6 = "ip6"
    EXISTS = "exists"


class TermOutcome(_Word):
    """What became of a term of an SPF record."""

    MATCH = "match"
    NO_MATCH = "no_match"
    ERROR = "error"
    NOT_EVALUATED = "not_evaluated"


class CauseKind(_Word):
    """What decided an SPF result."""

    MATCHED = "matched"
    NO_MATCH = "no_match"
    MALFORMED_DOMAIN = "malformed_domain"
    NO_DOMAIN = "no_domain"
    NO_RECORD = "no_record"
    MULTIPLE_RECORDS = "multiple_records"
    SYNTAX = "syntax"
    TOO_MANY_LOOKUPS = "too_many_lookups"
    TOO_MANY_VOID_LOOKUPS = "too_many_void_lookups"
    TOO_MANY_MX_HOSTS = "too_many_mx_hosts"
    INCLUDE_WITHOUT_RECORD = "include_without_record"
    REDIRECT_WITHOUT_RECORD = "redirect_without_record"
    INVALID_DOMAIN_SPEC = "invalid_domain_spec"
    DNS = "dns"
    OTHER = "other"


class SpfStanding(_Word):
    """Look-ups in the worst case against their limit; `NEAR` is all that is allowed, or one less."""

    WITHIN = "within"
    NEAR = "near"
    OVER = "over"
    UNKNOWN = "unknown"


class ProofStatus(_Word):
    """What came of comparing all verdicts before and after a rewrite."""

    PROVEN = "proven"
    UNPROVEN = "unproven"
    REFUTED = "refuted"


class SpfClaim(_Word):
    """What a rewrite claims, once proven."""

    SAME_VERDICTS = "same_verdicts"
    ADDED_PASS = "added_pass"
    SAME_PASS = "same_pass"
    ONLY_ADDED_PASS = "only_added_pass"
    OTHER = "other"


class UnprovenKind(_Word):
    """What stands in the way of a proof."""

    DNS = "dns"
    DEPENDS_ON_SESSION = "depends_on_session"
    COINCIDENCE = "coincidence"
    TOO_MANY_PTR = "too_many_ptr"
    TOO_MANY_EDGES = "too_many_edges"
    OTHER = "other"


class PraField(_Word):
    """A field that can give the purported responsible address, in the order of the steps (RFC 4407 §2)."""

    RESENT_SENDER = "Resent-Sender"
    RESENT_FROM = "Resent-From"
    SENDER = "Sender"
    FROM = "From"


class ListKind(_Word):
    """What a DNS list holds."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"
    IP = "ip"
    DOMAIN = "domain"
    IP_AND_DOMAIN = "ip_and_domain"
    IPV4_AND_DOMAIN = "ipv4_and_domain"


class ListRole(_Word):
    """What being listed means."""

    BLOCK = "block"
    WELCOME = "welcome"
    INFORMATION = "information"


class ListCause(_Word):
    """What an entry tells of its cause, and so what has to be stopped first."""

    SPAM = "spam"
    TRAP = "trap"
    EXPLOIT = "exploit"
    RELAY = "relay"
    ATTACK = "attack"
    END_USER_RANGE = "end_user_range"
    REVERSE_DNS = "reverse_dns"
    BACKSCATTER = "backscatter"
    NETWORK = "network"
    SPAM_DOMAIN = "spam_domain"
    HARMFUL_SITE = "harmful_site"
    ABUSED_SITE = "abused_site"
    NEW_DOMAIN = "new_domain"
    DUTY = "duty"


class ListTerms(_Word):
    """Who may ask a list."""

    OPEN = "open"
    LIMITED = "limited"
    REGISTRATION = "registration"
    KEY = "key"
    PAID = "paid"


class NameForm(_Word):
    """Which part of a host name a list of domains wants to be asked about."""

    HOST = "host"
    REGISTRABLE = "registrable"


class ListFate(_Word):
    """What became of a dead list."""

    GONE = "gone"
    EMPTIED = "emptied"
    LISTS_EVERYTHING = "lists_everything"
    UNRELIABLE = "unreliable"
    MERGED = "merged"
    DISTRUSTED = "distrusted"


class ListStatus(_Word):
    """What came out of asking a list. All but the first two mean: unknown."""

    LISTED = "listed"
    NOT_LISTED = "not_listed"
    REFUSED = "refused"
    UNHEALTHY = "unhealthy"
    UNTESTABLE = "untestable"
    FAILED = "failed"


class ListingChange(_Word):
    """What became of a listing from one look to the next."""

    NEWLY_LISTED = "newly_listed"
    CODES_CHANGED = "codes_changed"
    GONE = "gone"
    BECAME_UNKNOWN = "became_unknown"
    STILL_LISTED = "still_listed"
    NOT_LISTED = "not_listed"
    STILL_UNKNOWN = "still_unknown"


class Impact(_Word):
    """How much a listing matters, by who uses the list."""

    NOTE = "note"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Severity(_Word):
    """How much a problem or finding matters."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    BLOCKS = "blocks"


class KeyStatus(_Word):
    """Whether a DKIM selector has a key that verifiers can use."""

    USABLE = "usable"
    REVOKED = "revoked"
    MISSING = "missing"
    SEVERAL = "several"
    UNUSABLE = "unusable"
    UNKNOWN = "unknown"
    BAD_SELECTOR = "bad_selector"


class DkimNamespace(_Word):
    """Whether there can be a DKIM selector below a domain (RFC 8020 §2)."""

    EMPTY = "empty"
    EXISTS = "exists"
    CONTRADICTED = "contradicted"
    UNKNOWN = "unknown"


class RsaForm(_Word):
    """How an RSA key is written in a DKIM key record."""

    SUBJECT_PUBLIC_KEY_INFO = "subject_public_key_info"
    RSA_PUBLIC_KEY = "rsa_public_key"


class PieceKind(_Word):
    """What a piece of a host name is."""

    WHOLE_ADDRESS = "whole_address"
    PART_OF_ADDRESS = "part_of_address"
    PROVIDER_DEFAULT = "provider_default"
    REVERSE_NAME = "reverse_name"
    WORD = "word"
    MAIL_WORD = "mail_word"
    FIXED_LINE_WORD = "fixed_line_word"


class HeloForm(_Word):
    """What a HELO or EHLO argument is, by its form alone."""

    HOST_NAME = "host_name"
    ADDRESS_LITERAL = "address_literal"
    BARE_ADDRESS = "bare_address"
    NOT_QUALIFIED = "not_qualified"
    PRIVATE = "private"
    MALFORMED = "malformed"


class Verdict(_Word):
    """The answer of a diagnosis in one word."""

    EXPLAINED = "explained"
    AT_RISK = "at_risk"
    NOTHING_FOUND = "nothing_found"
    UNKNOWN = "unknown"


class Acts(_Word):
    """Who must act on a finding."""

    SENDER_DNS = "sender_dns"
    SENDER_SERVER = "sender_server"
    RECEIVER = "receiver"
    LIST_OPERATOR = "list_operator"
    RESOLVER = "resolver"
    FORWARDER = "forwarder"


class DkimResult(_Word):
    """What DKIM verification gives (RFC 8601 §2.7.1)."""

    NONE = "none"
    PASS = "pass"
    FAIL = "fail"
    POLICY = "policy"
    NEUTRAL = "neutral"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class DmarcResult(_Word):
    """What DMARC evaluation gives (RFC 9989 §9.2)."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"
    TEMPERROR = "temperror"
    PERMERROR = "permerror"


class DmarcPolicy(_Word):
    """What a domain owner asks to be done with mail that fails DMARC (RFC 9989 §4.7)."""

    NONE = "none"
    QUARANTINE = "quarantine"
    REJECT = "reject"


class AlignmentMode(_Word):
    """How an identifier must be aligned with the author domain (RFC 9989 §4.4)."""

    RELAXED = "relaxed"
    STRICT = "strict"


class DmarcMechanism(_Word):
    """An authentication mechanism of DMARC."""

    SPF = "spf"
    DKIM = "dkim"


class DmarcAlignment(_Word):
    """Whether an identifier is aligned with the author domain; `SAME` and `RELAXED` are."""

    SAME = "same"
    RELAXED = "relaxed"
    NO = "no"
    UNKNOWN = "unknown"
    UNEXAMINED = "unexamined"


class DmarcCause(_Word):
    """Why DMARC evaluation came to its result."""

    ALIGNED = "aligned"
    NOT_AUTHENTICATED = "not_authenticated"
    NOT_ALIGNED = "not_aligned"
    NO_RECORD = "no_record"
    SEVERAL_RECORDS = "several_records"
    RECORD_IGNORED = "record_ignored"
    DNS = "dns"
    AUTHENTICATION = "authentication"
    TOO_MANY_IDENTIFIERS = "too_many_identifiers"
    OTHER = "other"


class DisagreementKind(_Word):
    """What RFC 9989 and RFC 7489 see differently."""

    ORGANIZATIONAL_DOMAIN = "organizational_domain"
    POLICY_DOMAIN = "policy_domain"
    SEVERAL_RECORDS = "several_records"
    POLICY_TAG = "policy_tag"
    TEST_MODE = "test_mode"
    PERCENTAGE = "percentage"
    ALIGNMENT = "alignment"
    OTHER = "other"


class TransportKind(_Word):
    """A kind of record around the mailbox."""

    MTA_STS = "mta_sts"
    TLS_REPORTING = "tls_reporting"
    BIMI = "bimi"
    OTHER = "other"


class TransportStatus(_Word):
    """Whether a domain has a record."""

    FOUND = "found"
    INVALID = "invalid"
    SEVERAL = "several"
    MISSING = "missing"
    UNKNOWN = "unknown"


class Departure(_Word):
    """What departs from the grammar of Authentication-Results (RFC 8601 §2.2)."""

    NO_AUTHSERV_ID = "no_authserv_id"
    NO_RESULT = "no_result"
    NO_PROPERTY_TYPE = "no_property_type"
    STRAY_WORDS = "stray_words"
    NOTHING = "nothing"
    VERSION = "version"
    EMPTY_PART = "empty_part"
    NONE_BESIDE_RESULTS = "none_beside_results"
    LATE_REASON = "late_reason"
    NAME = "name"
    VALUE = "value"
    UNCLOSED = "unclosed"
    TOO_MANY = "too_many"
    OTHER = "other"


class AdspPractices(_Word):
    """What a domain said of mail without a signature of its own (RFC 5617)."""

    UNKNOWN = "unknown"
    ALL = "all"
    DISCARDABLE = "discardable"


class DmarcStatus(_Word):
    """Whether a DMARC record applies."""

    FOUND = "found"
    INVALID = "invalid"
    NONE = "none"
    UNKNOWN = "unknown"


class ArcResult(_Word):
    """What `verify_arc` finds (RFC 8617 §5.2)."""

    NONE = "none"
    PASS = "pass"
    FAIL = "fail"
    TEMPERROR = "temperror"


class ChainStatus(_Word):
    """What a seal states in `cv=` (RFC 8617 §4.4)."""

    NONE = "none"
    FAIL = "fail"
    PASS = "pass"


class ArcField(_Word):
    """A header field of an ARC set (RFC 8617 §4.1)."""

    AUTHENTICATION_RESULTS = "ARC-Authentication-Results"
    MESSAGE_SIGNATURE = "ARC-Message-Signature"
    SEAL = "ARC-Seal"


class DmarcPermission(_Word):
    """Whether reports may go to a host, and why (RFC 9990 §4)."""

    SAME_ORGANIZATION = "same_organization"
    GRANTED = "granted"
    SENT_ELSEWHERE = "sent_elsewhere"
    REFUSED = "refused"
    NAME_TOO_LONG = "name_too_long"
    NO_HOST = "no_host"
    UNKNOWN = "unknown"


class BimiAddressPreference(_Word):
    """Whose picture is shown."""

    BRAND = "brand"
    PERSONAL = "personal"


class Cause(_Word):
    """Why mail was refused or put off, as a reply says it."""

    IP_BLOCKLISTED = "ip_blocklisted"
    IP_BLOCKED_PRIVATE = "ip_blocked_private"
    IP_REPUTATION = "ip_reputation"
    IP_DYNAMIC = "ip_dynamic"
    DOMAIN_BLOCKLISTED = "domain_blocklisted"
    URL_BLOCKLISTED = "url_blocklisted"
    SPF_FAIL = "spf_fail"
    SPF_ERROR = "spf_error"
    DKIM_FAIL = "dkim_fail"
    DMARC_POLICY = "dmarc_policy"
    AUTH_MISSING = "auth_missing"
    AUTH_LEVEL = "auth_level"
    ARC_FAIL = "arc_fail"
    PTR_MISSING = "ptr_missing"
    PTR_MISMATCH = "ptr_mismatch"
    PTR_GENERIC = "ptr_generic"
    HELO_REJECTED = "helo_rejected"
    CALLOUT_UNREACHABLE = "callout_unreachable"
    CALLOUT_REJECTED = "callout_rejected"
    CALLOUT_NULL_SENDER_REFUSED = "callout_null_sender_refused"
    CALLOUT_POSTMASTER = "callout_postmaster"
    CALLOUT_GREYLISTED = "callout_greylisted"
    SENDER_VERIFY_FAILED = "sender_verify_failed"
    SENDER_UNROUTABLE = "sender_unroutable"
    SENDER_DOMAIN = "sender_domain"
    SENDER_NULL_MX = "sender_null_mx"
    SENDER_REJECTED = "sender_rejected"
    PRA_FAILURE = "pra_failure"
    GREYLISTED = "greylisted"
    RATE_LIMITED = "rate_limited"
    CONTENT_SPAM = "content_spam"
    POLICY_UNSPECIFIED = "policy_unspecified"
    SPOOFING_POLICY = "spoofing_policy"
    VIRUS = "virus"
    ATTACHMENT_BLOCKED = "attachment_blocked"
    RFC_NONCOMPLIANT = "rfc_noncompliant"
    TLS_REQUIRED = "tls_required"
    TLS_CERTIFICATE = "tls_certificate"
    RELAY_DENIED = "relay_denied"
    AUTH_REQUIRED = "auth_required"
    USER_UNKNOWN = "user_unknown"
    MAILBOX_FULL = "mailbox_full"
    MAILBOX_DISABLED = "mailbox_disabled"
    SIZE = "size"
    RECIPIENT_DOMAIN = "recipient_domain"
    RECIPIENT_NULL_MX = "recipient_null_mx"
    NETWORK = "network"
    LOOP = "loop"
    EXPIRED = "expired"
    SERVER_ERROR = "server_error"
    FEEDBACK = "feedback"
    AUTO_REPLY = "auto_reply"
    UNKNOWN = "unknown"

    @property
    def actor(self) -> Actor:
        """Who must act."""
        from ._core import _actor

        return _actor(self)


class Actor(_Word):
    """Who must act on a cause."""

    SENDER_DNS = "sender_dns"
    SENDER_SERVER = "sender_server"
    SENDER = "sender"
    RECEIVER = "receiver"
    RECIPIENT = "recipient"
    NOBODY = "nobody"


class Receiver(_Word):
    """A receiver, or a filter that receivers put in front of their servers, that speaks its own dialect."""

    GMAIL = "gmail"
    YAHOO = "yahoo"
    OUTLOOK = "outlook"
    MICROSOFT365 = "microsoft365"
    ICLOUD = "icloud"
    GMX = "gmx"
    LAPOSTE = "laposte"
    ORANGE = "orange"
    T_ONLINE = "t-online"
    COMCAST = "comcast"
    COX = "cox"
    SPECTRUM = "spectrum"
    ATT = "att"
    PROOFPOINT = "proofpoint"
    MIMECAST = "mimecast"
    BARRACUDA = "barracuda"
    CISCO = "cisco"
    MAIL_RU = "mail.ru"
    QQ = "qq"
    GODADDY = "godaddy"
    YANDEX = "yandex"

    @property
    def display_name(self) -> str:
        """Its name for people."""
        from ._core import _receiver_title

        return _receiver_title(self)


class Permanence(_Word):
    """Whether a later try can help (RFC 3463 §3.1)."""

    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


class BounceKind(_Word):
    """What a text about mail is."""

    DELIVERY_REPORT = "delivery_report"
    TEXT_REPORT = "text_report"
    FEEDBACK_REPORT = "feedback_report"
    AUTO_REPLY = "auto_reply"
    NOTIFICATION = "notification"
    REPLY = "reply"
    LOG_LINE = "log_line"
    OTHER = "other"


class BounceAction(_Word):
    """What became of a message for a recipient (RFC 3464 §2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


class Transmission(_Word):
    """How a message was handed over."""

    SMTP = "smtp"
    LMTP = "lmtp"
    HTTP = "http"
    MAPI = "mapi"
    LOCAL = "local"
    FETCHED = "fetched"
    OTHER = "other"


class AuthenticatedBy(_Word):
    """What says in a Received field that a client had authenticated itself."""

    PROTOCOL = "protocol"
    MECHANISM = "mechanism"
    POSTFIX = "postfix"
    SENDMAIL = "sendmail"
    CRITICAL_PATH = "critical_path"
    COMMUNI_GATE = "communi_gate"
    WEBMAIL = "webmail"
    OTHER = "other"


class TlsVersion(_Word):
    """A version of TLS, or the protocols before it."""

    SSL = "SSL"
    TLS_1_0 = "TLSv1"
    TLS_1_1 = "TLSv1.1"
    TLS_1_2 = "TLSv1.2"
    TLS_1_3 = "TLSv1.3"


class PolicyScope(_Word):
    """Of whom a receiver demands something."""

    ALL = "all"
    BULK = "bulk"


class Requirement(_Word):
    """What a receiver demands."""

    SPF_OR_DKIM = "spf-or-dkim"
    SPF = "spf"
    DKIM = "dkim"
    DMARC_RECORD = "dmarc-record"
    ALIGNMENT = "alignment"
    DMARC_POLICY = "dmarc-policy"
    PTR = "ptr"
    FORWARD_CONFIRMED = "forward-confirmed"
    PTR_NOT_GENERIC = "ptr-not-generic"
    HELO = "helo"
    TLS = "tls"
    ONE_CLICK_UNSUBSCRIBE = "one-click-unsubscribe"
    SPAM_RATE = "spam-rate"
    FORMAT = "format"
    SENDER_RESOLVABLE = "sender-resolvable"
    REPUTATION = "reputation"
    FORWARDING = "forwarding"


class ConfirmationOutcome(_Word):
    """Whether what a reply says is so now."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    UNKNOWN = "unknown"
    NOT_CHECKABLE = "not_checkable"


class Boundary(_Word):
    """How it was decided where the trusted fields of a trace end."""

    GIVEN = "given"
    INFERRED = "inferred"


class Origin(_Word):
    """How a client handed a message over."""

    LOCAL_SUBMISSION = "local_submission"
    SCRIPT = "script"
    WEBMAIL = "webmail"
    AUTHENTICATED_CLIENT = "authenticated_client"
    MTA = "mta"
    UNKNOWN = "unknown"


class AddressKind(_Word):
    """What kind of address a client has."""

    PUBLIC = "public"
    LOOPBACK = "loopback"
    CONTAINER_GATEWAY = "container_gateway"
    CONTAINER_NETWORK = "container_network"
    PRIVATE = "private"
    SHARED = "shared"
    LINK_LOCAL = "link_local"
    RESERVED = "reserved"


class SourceKind(_Word):
    """Who handed a message to the first trusted server."""

    CLIENT = "client"
    HIDDEN = "hidden"
    INSIDE = "inside"
    LOCAL = "local"
    UNNOTED = "unnoted"
    NONE = "none"


class TraceNoteKind(_Word):
    """Something about a trace that a reader should know."""

    HIDDEN_CLIENT = "hidden_client"
    BACKWARDS = "backwards"
    HELD = "held"
    LOOP = "loop"
    UNVERIFIED = "unverified"
    TOO_MANY = "too_many"
    OTHER = "other"


class SourceRelation(_Word):
    """What an address is to a domain."""

    MX_HOST = "mx_host"
    WEB_HOST = "web_host"
    AUTHORIZED = "authorized"
    STRANGER = "stranger"
    UNKNOWN = "unknown"
