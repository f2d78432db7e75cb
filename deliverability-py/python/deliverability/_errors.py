"""The exceptions of this package."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._core import Span


class Error(Exception):
    """Base of the exceptions of this package."""


class ParseError(Error, ValueError):
    """A text that cannot be read: an address, a domain, a record, a zone file, JSON.

    `kind` is a stable word, `span` the characters of `text` that are wrong.
    """

    kind: str
    span: Span
    text: str

    def __init__(self, message: str, kind: str, span: Span, text: str) -> None:
        super().__init__(message, kind, span, text)
        self.kind = kind
        self.span = span
        self.text = text

    def __str__(self) -> str:
        return str(self.args[0])


class DnsError(Error):
    """A look-up that failed: "timeout", "servfail", "refused", "not_recorded" or other words.

    Resolvers raise it and zones hold it; outcomes carry it as a value, so it compares and hashes
    by its word. Checks never raise it.
    """

    word: str

    def __init__(self, word: str) -> None:
        if not isinstance(word, str):
            raise TypeError(f"DnsError takes a word such as 'timeout', not {word!r}")
        super().__init__(word)
        self.word = word

    def __eq__(self, other: object) -> bool:
        return self.word == other.word if isinstance(other, DnsError) else NotImplemented

    def __hash__(self) -> int:
        return hash((DnsError, self.word))
