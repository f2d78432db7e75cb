"""DKIM from Python beside dkimpy: ratios of medians, ours over dkimpy's, from one run.

Both verify the same message of 50 KB, signed with rsa-sha256 and a key of 2048 bits, and get the
key from memory. They are measured in turns, so that whatever else the machine does meets both alike.
"""

import base64
import statistics
import time

import deliverability as dv
import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SELECTOR, DOMAIN = b"s1", b"example.org"
HEADER = b"From: Amy <amy@example.org>\r\nTo: bob@example.net\r\nSubject: hello\r\n\r\n"
LINE = b"The quick brown fox jumps over the lazy dog and runs on through the wood.\r\n"


def message_of(octets):
    """The message signed, and the record of its key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    message = HEADER + LINE * (octets // len(LINE))
    field = dkim.sign(message, SELECTOR, DOMAIN, pem, canonicalize=(b"relaxed", b"relaxed"))
    return field + message, "v=DKIM1; k=rsa; p=" + base64.b64encode(der).decode()


def ours(message, record):
    zone = dv.Zone({("s1._domainkey.example.org", "TXT"): [record]})
    return lambda: dv.verify_dkim(message, zone)[0].result == "pass"


def theirs(message, record):
    def look_up(name, timeout=5):
        return record.encode()

    return lambda: dkim.verify(message, dnsfunc=look_up)


def sample(check, runs):
    start = time.perf_counter_ns()
    for _ in range(runs):
        check()
    return (time.perf_counter_ns() - start) / runs


def measure(octets, samples=201):
    message, record = message_of(octets)
    checks = [ours(message, record), theirs(message, record)]
    assert [check() for check in checks] == [True, True]
    runs = [max(1, round(1_000_000 / sample(check, 5))) for check in checks]
    times = [[], []]
    for _ in range(samples):
        for check, count, found in zip(checks, runs, times):
            found.append(sample(check, count))
    mine, peer = map(statistics.median, times)
    print(f"verify {octets // 1000} KB: {mine / 1000:.1f} us, dkimpy {peer / 1000:.1f} us, ratio 1/{peer / mine:.1f}")


measure(1_000)
measure(50_000)
