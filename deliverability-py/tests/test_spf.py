"""SPF beyond the verdict: linted, explained and noted, as Python sees it."""

from __future__ import annotations

import deliverability as dv
import pytest


def test_lint_spf_and_its_edits() -> None:
    text = "v=spf1 ipv4:192.0.2.1 include: _spf.example.net –all"
    problems = dv.lint_spf(text)
    assert [problem.span.of(text) for problem in problems] == ["ipv4:192.0.2.1", "include: _spf.example.net", "–"]
    assert {problem.rule for problem in problems} == {"spf.syntax"}
    assert problems[0].severity is dv.Severity.BLOCKS and 'write "ip4:192.0.2.1"' in problems[0].message
    mended = dv.apply_edits(text, problems)
    assert mended == "v=spf1 ip4:192.0.2.1 include:_spf.example.net -all"
    assert dv.lint_spf(mended) == [] and str(dv.SpfRecord.parse(mended)) == mended
    # The order of the problems does not matter, nor does one that stands there twice.
    assert dv.apply_edits(text, [*reversed(problems), problems[0]]) == mended


def test_edits_of_text_that_is_not_ascii() -> None:
    # A span counts characters, and an octet that is not UTF-8 is one.
    raw = b"v=spf1 exp=\xff.example ipv4:192.0.2.1 -all"
    mended = dv.apply_edits(raw, dv.lint_spf(raw))
    assert isinstance(mended, bytes) and b"ip4:192.0.2.1 -all" in mended
    assert dv.apply_edits("–é–", [edit(1, 2, "e")]) == "–e–"
    assert dv.apply_edits("–é–", [edit(3, 3, "!")]) == "–é–!"


def test_edits_beyond_the_text_or_the_one_before_are_left_out() -> None:
    assert dv.apply_edits("abc", [edit(2, 4, "x"), edit(9, 9, "y"), edit(2, 1, "z")]) == "abc"
    assert dv.apply_edits("abc", [edit(0, 2, "x"), edit(1, 3, "y")]) == "xc"
    assert dv.apply_edits("abc", [dv.Problem("any", dv.Severity.NOTE, dv.Span(0, 1), "no edit", None)]) == "abc"


def edit(start: int, end: int, replacement: str) -> dv.Problem:
    span = dv.Span(start, end)
    return dv.Problem("any", dv.Severity.NOTE, span, "", dv.Edit(span, replacement))


def test_lint_spf_sees_where_strings_are_cut() -> None:
    (problem, *_) = dv.lint_spf(["v=spf1 mx", b"include:_spf.example.net -all"])
    assert "joined without a space" in problem.message
    assert dv.apply_edits("v=spf1 mxinclude:_spf.example.net -all", [problem]).startswith("v=spf1 mx include:")
    for wrong in (7, None, [7]):
        with pytest.raises(TypeError, match="str, bytes, or a sequence"):
            dv.lint_spf(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        dv.apply_edits(7, [])  # type: ignore[type-var]
    with pytest.raises(TypeError):
        dv.apply_edits("v=spf1", ["-all"])  # type: ignore[list-item]


def test_an_evaluation_explains_itself(zone: dv.Zone) -> None:
    evaluation = dv.check_host("198.51.100.7", "amy@example.org", resolver=zone)
    explanation = evaluation.explain()
    terms = [(step.term, step.depth, step.outcome) for step in explanation.steps if step.term is not None]
    assert ("include:a.example.org", 0, "no_match") in terms and ("?all", 2, "match") in terms
    assert terms[-1] == ("-all", 0, dv.TermOutcome.MATCH)
    # The words about addresses come from the answers that the evaluation rests on.
    sentence = next(step.sentence for step in explanation.steps if step.term == "a:mx.example.org")
    assert "192.0.2.1" in sentence
    for step in explanation.steps:
        text = evaluation.trace.visits[step.visit].text
        assert step.span is None or (text is not None and step.span.of(text) == step.term)
        assert str(step) in str(explanation)
    assert [step.lookup for step in explanation.steps if step.lookup] == [1, 2, 3]
    assert explanation.decision in str(explanation) and "-all" in explanation.decision
    assert 'ip4:198.51.100.7 in front of "-all"' in explanation.otherwise[0]
    assert explanation.spent and "198.51.100.7" in explanation.question


def test_received_spf_is_written_and_read(zone: dv.Zone) -> None:
    evaluation = dv.check_host("198.51.100.7", "amy@example.org", helo="h.example", resolver=zone)
    written = dv.received_spf(evaluation, "mx.example.net")
    assert written.startswith("Received-SPF: fail (mx.example.net: ")
    assert all(len(line) <= 78 for line in written.split("\r\n"))
    field = dv.ReceivedSpf.parse(written)
    assert str(field) == written and field == dv.ReceivedSpf.parse(written.encode())
    assert (field.result, field.meaning, field.client_ip) == ("fail", dv.SpfResult.FAIL, "198.51.100.7")
    assert field.reason is not None and str(evaluation.cause) in field.reason
    assert (field.get("ENVELOPE-FROM"), field.get("helo"), field.get("x")) == ("amy@example.org", "h.example", None)
    assert ("identity", "mailfrom") in field.pairs


def test_received_spf_as_seen_in_the_wild() -> None:
    old = dv.ReceivedSpf.parse("err_perm client-ip=192.0.2.1 envelope-from=<amy@example.org>;")
    assert (old.result, old.meaning, old.comment) == ("err_perm", dv.SpfResult.PERMERROR, None)
    assert dv.ReceivedSpf.parse("Pass").result == dv.SpfResult.PASS
    assert dv.ReceivedSpf.parse("maybe").meaning is None
    # Session text stays in its value.
    made = dv.ReceivedSpf(dv.SpfResult.PASS, None, (("helo", "a\r\nBcc: eve@example.net"),))
    assert "\n" not in str(made) and dv.ReceivedSpf.parse(str(made)).pairs[0][0] == "helo"
    with pytest.raises(TypeError, match="ReceivedSpf.pairs"):
        dv.ReceivedSpf("pass", None, ("helo",))  # type: ignore[arg-type]


def test_the_tree_and_its_budget(zone: dv.Zone) -> None:
    tree = dv.spf_tree("example.org", senders=["192.0.2.9", "198.51.100.7"], resolver=zone)
    assert (tree.lookups, tree.limit, tree.standing) == (3, 10, dv.SpfStanding.WITHIN)
    assert [(term.text, term.lookups) for term in tree.spenders] == [("include:a.example.org", 2), ("a:mx.example.org", 1)]
    root = tree.nodes[0]
    assert root.text is not None and all(term.span.of(root.text) == term.text for term in root.terms)
    assert tree.nodes[tree.spenders[0].child or 0].domain == "a.example.org"
    assert tree.spenders[1].target == "mx.example.org"
    assert [(sender.ip, sender.result) for sender in tree.senders] == [("192.0.2.9", "pass"), ("198.51.100.7", "fail")]
    assert (tree.loops, tree.broken, tree.unknown, tree.cut_off) == ((), (), (), None)
    assert "3 look-ups in the worst case; 10 are allowed" in str(tree)
    assert tree.to_svg().startswith("<svg") and "a.example.org" in tree.to_svg()
    # Void look-ups are known when the hosts are asked for.
    assert tree.void_standing is not dv.SpfStanding.OVER
    asked = dv.spf_tree("example.org", hosts=True, resolver=zone)
    assert (asked.void_lookups, asked.void_lookups_at_most) == (0, 0)
    assert dv.Query("mx.example.org", "AAAA") in asked.answers and asked != tree


def test_trees_that_are_over_the_limit_or_not_known() -> None:
    terms = " ".join(f"include:i{n}.test" for n in range(11))
    zone = dv.Zone({("a.test", "TXT"): [f"v=spf1 {terms} -all"], **{(f"i{n}.test", "TXT"): ["v=spf1 -all"] for n in range(11)}})
    over = dv.spf_tree("a.test", senders=["192.0.2.1"], resolver=zone)
    assert (over.lookups, over.standing) == (11, "over") and over.senders[0].is_cut_off
    assert over.cut_off is not None and over.cut_off.text == "include:i10.test"
    loop = dv.spf_tree("a.test", resolver=dv.Zone({("a.test", "TXT"): ["v=spf1 include:a.test"]}))
    assert (loop.lookups, loop.loops) == (None, (dv.SpfLoop(0, 0, (0,)),))
    failed = dv.Zone({("a.test", "TXT"): ["v=spf1 include:b.test"], ("b.test", "TXT"): dv.DnsError("timeout")})
    unknown = dv.spf_tree("a.test", resolver=failed)
    assert (unknown.standing, unknown.unknown) == (dv.SpfStanding.UNKNOWN, (dv.SpfPlace(0, 0),))
    assert (unknown.nodes[1].problem, unknown.nodes[1].error) == (dv.CauseKind.DNS, dv.DnsError("timeout"))
    with pytest.raises(TypeError, match="senders is a list, not one str"):
        dv.spf_tree("a.test", senders="192.0.2.1", resolver=failed)


def test_rewrite_spf_proves_what_it_changes() -> None:
    zone = dv.Zone.parse(
        'example.org TXT "v=spf1 include:_spf.example.net -ip4:198.51.100.0/24 ~all"\n'
        '_spf.example.net TXT "v=spf1 ip4:192.0.2.0/25 ip4:192.0.2.128/25 -all"'
    )
    added = dv.rewrite_spf("example.org", authorize=["198.51.100.7"], resolver=zone)
    new = "v=spf1 include:_spf.example.net ip4:198.51.100.7 -ip4:198.51.100.0/24 ~all"
    assert [(change.name, change.new) for change in added.changes] == [("example.org", new)]
    assert added.changes[0].old == ("v=spf1 include:_spf.example.net -ip4:198.51.100.0/24 ~all",)
    assert added.proof is not None and added.proof.status is dv.ProofStatus.PROVEN and added.proof.points
    assert str(added.changes[0]) in str(added) and str(added.proof) in str(added) and added.refusal is None
    flat = dv.rewrite_spf("example.org", flatten=["_spf.example.net"], resolver=zone)
    assert flat.changes[0].new == "v=spf1 ip4:192.0.2.0/24 -ip4:198.51.100.0/24 ~all"
    gone = dv.rewrite_spf("example.org", remove=["include:_spf.example.net"], resolver=zone)
    assert gone.proof is not None and gone.proof.status is dv.ProofStatus.REFUTED and gone.proof.difference is not None
    assert gone.proof.difference.expected is dv.SpfResult.PASS
    assert added.proof.claim is dv.SpfClaim.ADDED_PASS and (gone.proof.claim, gone.proof.reason) == (None, None)


def test_a_rewrite_that_is_not_proven_says_why_as_data() -> None:
    zone = dv.Zone({("a.test", "TXT"): ["v=spf1 a:b.test -all"], ("b.test", "A"): dv.DnsError("timeout")})
    proof = dv.rewrite_spf("a.test", authorize=["192.0.2.1"], resolver=zone).proof
    assert proof is not None and proof.status is dv.ProofStatus.UNPROVEN and proof.reason is not None
    assert proof.reason.kind is dv.UnprovenKind.DNS and proof.reason.error == dv.DnsError("timeout")
    assert proof.reason.query == dv.Query("b.test", "A") and str(proof.reason) in str(proof)
    macros = dv.Zone.parse('a.test TXT "v=spf1 exists:%{h}.b.test -all"')
    proof = dv.rewrite_spf("a.test", authorize=["192.0.2.1"], resolver=macros).proof
    assert proof is not None and proof.reason is not None and proof.reason.kind is dv.UnprovenKind.DEPENDS_ON_SESSION
    assert (proof.reason.domain, proof.reason.term) == ("a.test", "exists:%{h}.b.test")


def test_a_rewrite_that_is_not_made_says_why() -> None:
    two = dv.Zone({("a.test", "TXT"): ["v=spf1 ip4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.2 -all"]})
    refused = dv.rewrite_spf("a.test", prune=True, resolver=two)
    assert (refused.changes, refused.proof) == ((), None)
    assert refused.refusal == "a.test has 2 SPF records; merge them first" and refused.refusal in str(refused)
    merged = dv.rewrite_spf("a.test", merge=True, resolver=two)
    assert len(merged.changes[0].old) == 2 and "192.0.2.2" in merged.changes[0].new


def test_senders_to_authorize() -> None:
    from ipaddress import ip_address, ip_network

    zone = dv.Zone.parse('a.test TXT "v=spf1 -all"\na.test MX 1 m.test\nm.test A 192.0.2.1\nb.test TXT "v=spf1 mx:a.test -all"')
    for sender, term in (
        (ip_address("2001:db8::1"), "ip6:2001:db8::1"),
        (ip_network("192.0.2.0/24"), "ip4:192.0.2.0/24"),
        ("::ffff:192.0.2.9", "ip4:192.0.2.9"),
        ("ip4:192.0.2.9", "ip4:192.0.2.9"),
        ("a:m.test", "a:m.test"),
        ("mx", "mx"),
        ("include:b.test", "include:b.test"),
    ):
        rewrite = dv.rewrite_spf("a.test", authorize=[sender], resolver=zone)
        assert [change.new for change in rewrite.changes] == [f"v=spf1 {term} -all"], sender
    for wrong in ("m.test", "-mx", "192.0.2.0/33", "mx/24", "all", "ip4:192.0.2.1 ip4:192.0.2.2"):
        with pytest.raises(dv.ParseError, match="neither an address or a network") as raised:
            dv.rewrite_spf("a.test", authorize=[wrong], resolver=zone)
        assert raised.value.kind == "sender"


def test_what_if_i_publish() -> None:
    zone = dv.Zone.parse('a.test TXT "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 ~all"')
    senders = [("192.0.2.1", "amy@a.test"), ("192.0.2.2", "amy@a.test"), ("192.0.2.2", "", "a.test")]
    compared = dv.what_if(senders, [("a.test", "v=spf1 ip4:192.0.2.1 -all")], zone)  # type: ignore[arg-type]
    assert [verdict.before for verdict in compared.verdicts] == ["pass", "pass", "pass"]
    assert [str(verdict) for verdict in compared.changed][0] == "192.0.2.2 amy@a.test: pass -> fail"
    assert compared.changed[1].helo == "a.test" and len(compared.changed) == 2
    assert (compared.changed[0].cause_before.term, compared.changed[0].cause_after.term) == ("ip4:192.0.2.2", "-all")
    rewrite = dv.rewrite_spf("a.test", authorize=["192.0.2.3"], resolver=zone)
    again = dv.what_if([("192.0.2.3", "amy@a.test")], rewrite.changes, rewrite.answers)
    assert [(verdict.before, verdict.after) for verdict in again.verdicts] == [("softfail", "pass")]
    with pytest.raises(TypeError):
        dv.what_if(["192.0.2.1"], [], zone)  # type: ignore[list-item]
    with pytest.raises(dv.ParseError):
        dv.what_if([], [("a..b", "v=spf1 -all")], zone)


def test_what_if_whole_sets_of_records_were_published() -> None:
    zone = dv.Zone.parse('a.test TXT "v=spf1 mx -all"\na.test TXT "other"\na.test MX 1 m.test\nm.test A 192.0.2.1')
    sender = [("192.0.2.1", "amy@a.test")]

    def after(**sets: object) -> list[str]:
        (verdict,) = dv.what_if(sender, resolver=zone, **sets).verdicts  # type: ignore[arg-type]
        assert verdict.before is dv.SpfResult.PASS
        return [str(verdict.after)]

    assert after() == ["pass"]
    assert after(sets={("M.test", "a"): ["192.0.2.9"]}) == ["fail"]
    assert after(sets={("a.test", "MX"): [(1, "n.test")], ("n.test", "A"): ["192.0.2.1"]}) == ["pass"]
    # None, and an empty list, delete.
    assert after(sets={("a.test", "TXT"): []}) == after(sets={("a.test", "TXT"): None}) == ["none"]
    assert after(sets={("a.test", "TXT"): ["v=spf1 ?all"]}, changes=[("a.test", "v=spf1 ~all")]) == ["softfail"]
    with pytest.raises(TypeError, match="m.test A: a list of values"):
        after(sets={("m.test", "A"): dv.DnsError("timeout")})
    with pytest.raises(dv.ParseError):
        after(sets={("m.test", "A"): ["192.0.2"]})


def test_authentication_results_clause(zone: dv.Zone) -> None:
    evaluation = dv.check_host("198.51.100.7", "amy@example.org", resolver=zone)
    clause = dv.authentication_result(evaluation)
    assert clause.startswith('spf=fail reason="') and clause.endswith(" smtp.mailfrom=example.org")


def test_sender_id_records() -> None:
    record = dv.SenderIdRecord.parse("SPF2.0/mfrom,PRA,x  +mx -all ")
    assert (record.scopes, record.terms, record.minor) == (("mfrom", "pra", "x"), "+mx -all", "0")
    assert str(record) == "spf2.0/mfrom,pra,x +mx -all" and record == dv.SenderIdRecord.parse(str(record))
    assert len(dv.SpfRecord.parse(record.as_spf()).terms) == 2
    with pytest.raises(dv.ParseError, match="a scope is missing") as raised:
        dv.SenderIdRecord.parse("spf2.0 -all")
    assert raised.value.kind == "no_scope"


def test_the_purported_responsible_address() -> None:
    pra = dv.purported_responsible_address(b'Sender: "The List" <"a b"@B.test>\r\nFrom: f@f.test\r\n\r\nbody')
    assert (pra.field, pra.display_name, pra.local_part, pra.domain) == ("Sender", "The List", "a b", "B.test")
    assert str(pra) == pra.address == '"a b"@B.test'
    for message, kind, part in (
        ("To: x@x.test\n\nFrom: body@b.test", "no_from", ""),
        ("Sender: no address\nFrom: f@f.test\n", "malformed", ""),
        ("From: é <f@f.test>\nFrom: g@f.test\n", "several", " g@f.test"),
        ("From: f@[192.0.2.1]\n", "no_domain_name", " f@[192.0.2.1]"),
    ):
        with pytest.raises(dv.ParseError) as raised:
            dv.purported_responsible_address(message)
        error = raised.value
        assert (error.kind, error.span.of(error.text)) == (kind, part) and "body" not in error.text
    with pytest.raises(TypeError, match="a message is read from str or bytes"):
        dv.purported_responsible_address(7)  # type: ignore[arg-type]
