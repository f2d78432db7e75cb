"""Authenticated Received Chains, and what is read around them."""

from __future__ import annotations

import asyncio
import pickle

import deliverability as dv
import pytest
from signing import MESSAGE, key_record, sealed, signed


@pytest.fixture
def world() -> dv.Zone:
    return dv.Zone({
        ("s1._domainkey.example.org", "TXT"): [key_record()],
        ("s1._domainkey.list.example", "TXT"): [key_record()],
    })


def test_a_chain_that_holds(world: dv.Zone) -> None:
    message = sealed(sealed(), domain="list.example")
    chain = dv.verify_arc(message, world)
    assert (chain.result, chain.status, chain.cause, chain.failures) == (dv.ArcResult.PASS, dv.ChainStatus.PASS, None, ())
    assert (chain.sealer, chain.oldest_pass) == ("list.example", 0)
    first, second = chain.sets
    assert (first.instance, second.instance) == (1, 2)
    assert first.results is not None and first.results.is_by("mx.example.org")
    assert first.results.of("spf")[0].result == "pass"
    assert first.seal is not None and second.seal is not None
    assert (first.seal.status, second.seal.status, second.seal.verifies) == ("none", "pass", True)
    signature = second.message_signature
    assert signature is not None and signature.key is not None
    assert (signature.domain, signature.selector, signature.key.bits) == ("list.example", "s1", 2048)
    assert (signature.body_matches, signature.verifies, signature.canonicalization) == (True, True, "relaxed/relaxed")
    assert "experimental" in str(chain) and "list.example" in str(chain)
    assert dv.verify_arc(message, chain.answers) == chain == pickle.loads(pickle.dumps(chain))
    assert asyncio.run(dv.aio.verify_arc(message, world)) == chain


def test_why_a_chain_does_not_hold(world: dv.Zone) -> None:
    chain = dv.verify_arc(sealed() + b"footer\r\n", world)
    assert (chain.result, chain.cause, chain.oldest_pass) == ("fail", "arc.body-changed", None)
    [failure] = chain.failures
    assert (failure.instance, failure.field) == (1, dv.ArcField.MESSAGE_SIGNATURE)
    # Where: in the header section.
    assert "".join(failure.span.of(chain.text).split()) in "".join(sealed().decode().split())
    assert chain.sets[0].message_signature is not None and chain.sets[0].message_signature.failures == (failure,)
    # RFC 8617 §5.2: a failed query is no failure of the chain, and its status counts as one.
    slow = dv.verify_arc(sealed(), dv.Zone({("s1._domainkey.example.org", "TXT"): dv.DnsError("timeout")}))
    assert (slow.result, slow.status) == ("temperror", "fail")
    assert {failure.result for failure in slow.failures} == {dv.ArcResult.TEMPERROR}
    none = dv.verify_arc(MESSAGE, world)
    assert (none.result, none.cause, none.sets, none.sealer) == ("none", None, (), None)


def test_results_under_a_seal_are_read() -> None:
    read = dv.AuthenticationResults.parse_arc("ARC-Authentication-Results: i=3; mx.example.net; dmarc=fail")
    assert read is not None
    instance, field = read
    assert (instance, field.authserv_id, field.of("dmarc")[0].result) == (3, "mx.example.net", "fail")
    assert dv.AuthenticationResults.parse_arc("mx.example.net; dmarc=fail") is None
    assert dv.AuthenticationResults.parse_arc(b"i=51; mx.example.net; dmarc=fail") is None


def test_one_result_for_many_signatures(world: dv.Zone) -> None:
    both = dv.verify_dkim(signed(signed(), selector="gone"), world)
    assert [outcome.result for outcome in both] == ["permerror", "pass"]
    assert dv.overall_dkim(both) is dv.DkimResult.PASS
    assert dv.overall_dkim(both[:1]) == "permerror" and dv.overall_dkim([]) == "none"
    with pytest.raises(TypeError):
        dv.overall_dkim(["pass"])  # type: ignore[list-item]


def test_who_takes_reports() -> None:
    zone = dv.Zone.parse('a.test._report._dmarc.yes.test TXT "v=DMARC1; rua=mailto:r@yes.test"')
    record = "v=DMARC1; p=none; rua=mailto:d@yes.test,mailto:d@no.test,mailto:d@a.test"
    outcome = dv.check_dmarc_destinations("a.test", record, zone)
    yes, no, own = outcome.destinations
    assert (yes.permission, yes.is_allowed, yes.rua) == (dv.DmarcPermission.GRANTED, True, ("mailto:r@yes.test",))
    assert (no.permission, no.is_allowed, no.query) == ("refused", False, dv.Query("a.test._report._dmarc.no.test", "TXT"))
    assert (own.permission, own.host) == ("same_organization", "a.test")
    assert "must publish" in str(no) and str(no) in str(outcome)
    failing = dv.Zone({("a.test._report._dmarc.no.test", "TXT"): dv.DnsError("timeout")})
    unknown = dv.check_dmarc_destinations("a.test", dv.DmarcRecord.parse(record), failing).destinations[1]
    assert (unknown.is_allowed, unknown.error) == (None, dv.DnsError("timeout"))
    assert asyncio.run(dv.aio.check_dmarc_destinations("a.test", record, zone)) == outcome
    with pytest.raises(dv.ParseError, match="DMARC record"):
        dv.check_dmarc_destinations("a.test", "v=DMARC1; p=rejct", zone)


def test_transport_records_are_parsed() -> None:
    assert dv.MtaStsRecord.parse("v=STSv1; id=20260101;").id == "20260101"
    assert dv.TlsReportingRecord.parse("v=TLSRPTv1; rua=mailto:a@b.test,https://b.test/r").rua == (
        "mailto:a@b.test",
        "https://b.test/r",
    )
    bimi = dv.BimiRecord.parse("v=BIMI1; l=https://a.test/l.svg; a=; avp=personal; lps=amy")
    assert (bimi.l, bimi.a, bimi.avp, bimi.lps) == ("https://a.test/l.svg", None, dv.BimiAddressPreference.PERSONAL, "amy")
    assert dv.BimiRecord.parse("v=BIMI1; l=; a=;").declines and not bimi.declines
    with pytest.raises(dv.ParseError) as raised:
        dv.MtaStsRecord.parse("v=STSv1; id=2026-01-01;")
    assert (raised.value.kind, raised.value.span.of(raised.value.text)) == ("id", "-")
    zone = dv.Zone.parse('_mta-sts.a.test TXT "v=STSv1; id=7;"\n_smtp._tls.a.test TXT "v=TLSRPTv1; rua=a@b.test"')
    assert dv.check_transport("mta_sts", "a.test", zone).record == dv.MtaStsRecord.parse("v=STSv1; id=7;")
    assert dv.check_transport("tls_reporting", "a.test", zone).record is None
