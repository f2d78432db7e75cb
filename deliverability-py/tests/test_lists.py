"""Lists: the catalogue, the dead, and those of a file."""

from __future__ import annotations

import pickle
from pathlib import Path

import deliverability as dv
import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "lists.toml"


def test_a_zone_is_known_as_a_list_in_use_or_as_a_dead_one() -> None:
    zen = dv.known_list("ZEN.spamhaus.org")
    assert isinstance(zen, dv.DnsblList)
    assert (zen.impact, zen.terms, zen.name_form) == ("critical", "limited", "host")
    sorbs = dv.known_list("dnsbl.sorbs.net")
    assert isinstance(sorbs, dv.DeadDnsblList)
    assert (sorbs.fate, sorbs.since) == (dv.ListFate.EMPTIED, 2024)
    assert dv.known_list("bl.example.org") is dv.known_list("not..a name") is None


def test_the_default_lists_are_the_open_part_of_the_catalogue() -> None:
    assert set(dv.dnsbl_default_lists()) < set(dv.dnsbl_catalogue())
    assert {each.terms for each in dv.dnsbl_default_lists()} == {"open", "limited"}


def test_lists_of_a_file_are_asked_like_any_other() -> None:
    lists = dv.lists_from_toml(EXAMPLE.read_text(encoding="utf-8"))
    assert [each.zone for each in lists] == ["bl.example.net", "uri.example.net", "_key_.bl.example.com"]
    assert pickle.loads(pickle.dumps(lists)) == lists
    zone = dv.Zone.parse("2.0.0.127.bl.example.net A 127.0.0.2\n7.2.0.192.bl.example.net A 127.0.1.42")
    verdict, *_ = dv.check_dnsbl("192.0.2.7", lists, zone)
    (code,) = verdict.codes
    assert verdict.is_listed and not verdict.is_blocked
    assert (code.number, code.role, code.meaning) == (42, dv.ListRole.INFORMATION, "reputation, 100 is best")


def test_a_list_file_is_refused_with_its_line() -> None:
    text = '[[list]]\nzone = "bl.test"\nkind = "ip"\ncolour = "black"\n'
    with pytest.raises(dv.ParseError, match=r"list file: line 4, column 1: a list has no key `colour`") as caught:
        dv.lists_from_toml(text)
    assert caught.value.kind == "unknown_key"
    assert text[caught.value.span.start : caught.value.span.end] == "colour"


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('zone = "bl.test"', "line 8, column 8"),
        ('values = "127.0.0.300"', "line 8, column 10"),
        ("values = ", "line 8"),
    ],
)
def test_a_file_with_one_wrong_line_is_refused_with_its_place(tmp_path: Path, line: str, place: str) -> None:
    file = tmp_path / "lists.toml"
    good = '# Ours.\n[[list]]\nzone = "bl.test"\nkind = "ip"\n\n'
    section = "[[list]]\nkind = \"ip\"\n" if line.startswith("zone") else "\n[[list.refusal]]\n"
    file.write_text(good + section + line + "\n", encoding="utf-8")
    with pytest.raises(dv.ParseError, match=place) as caught:
        dv.lists_from_toml(file.read_text(encoding="utf-8"))
    # The span says the same place.
    assert caught.value.text[: caught.value.span.start].count("\n") + 1 == 8


def test_a_diagnosis_names_the_domain_that_is_listed() -> None:
    zone = dv.Zone.parse(
        "surbl-org-permanent-test-point.com.multi.surbl.org A 127.0.0.254\nexample.org.multi.surbl.org A 127.0.0.64"
    )
    report = dv.diagnose("news.example.org", lists=["multi.surbl.org"], resolver=zone)
    (found,) = [each for each in report.findings if each.rule == "dnsbl.domain-listed"]
    assert found.subject == "example.org (sender domain) at multi.surbl.org"
