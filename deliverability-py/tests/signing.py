"""Messages signed with a key that is made for the tests."""

from __future__ import annotations

import base64
from functools import cache

import dkim  # type: ignore[import-untyped]
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

MESSAGE = b"From: Amy <amy@news.example.org>\r\nTo: bob@example.net\r\nSubject: hello\r\n\r\nHello Bob,\r\nbye\r\n"


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem() -> bytes:
    return _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )


def key_record() -> str:
    """The record of the public key."""
    der = _key().public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return "v=DKIM1; k=rsa; p=" + base64.b64encode(der).decode()


@cache
def signed(message: bytes = MESSAGE, domain: str = "example.org", selector: str = "s1") -> bytes:
    """The message with a DKIM-Signature field in front, made once: it says when."""
    field: bytes = dkim.sign(
        message,
        selector.encode(),
        domain.encode(),
        _pem(),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[b"From", b"Subject"],
    )
    return field + message


@cache
def sealed(message: bytes = MESSAGE, domain: str = "example.org", selector: str = "s1") -> bytes:
    """The message with an ARC set in front, of a host that found `spf=pass` and the chain as it is."""
    results = f"Authentication-Results: mx.{domain}; spf=pass smtp.mailfrom=example.net; arc=none\r\n".encode()
    if message.startswith(b"ARC-Seal"):
        results = results.replace(b"arc=none", b"arc=pass")
    fields: list[bytes] = dkim.arc_sign(
        results + message, selector.encode(), domain.encode(), _pem(), f"mx.{domain}".encode(), include_headers=[b"from", b"subject"]
    )
    return b"".join(fields) + message
