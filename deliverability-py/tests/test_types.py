"""Every class is frozen, compares, hashes, prints, pickles and matches."""

from __future__ import annotations

import copy
import inspect
import json
import pickle
from enum import Enum
from typing import Any

import deliverability as dv
import pytest
from samples import samples

SAMPLES = samples()
#: What is under way, what is secret and what remembers: none is a value.
NO_VALUES = {"DnsblSweep", "HealthMemory", "Keyed"}
CLASSES = [
    name
    for name in dv.__all__
    if name not in NO_VALUES and inspect.isclass(getattr(dv, name)) and not issubclass(getattr(dv, name), (Enum, BaseException))
]
EVERY = [pytest.param(name, value, id=f"{name}-{n}") for name, values in SAMPLES.items() for n, value in enumerate(values)]


def test_every_class_has_a_sample() -> None:
    assert set(SAMPLES) == set(CLASSES)


@pytest.mark.parametrize(("name", "value"), EVERY)
def test_pickles_and_copies_to_an_equal_value(name: str, value: object) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(value, protocol))
        assert type(again) is type(value)
        assert again == value
        assert hash(again) == hash(value)
        assert str(again) == str(value)
        assert repr(again) == repr(value)
    assert copy.deepcopy(value) == value


@pytest.mark.parametrize(("name", "value"), EVERY)
def test_is_frozen_and_prints(name: str, value: object) -> None:
    assert name in repr(value)
    assert str(value)
    assert value != object()
    assert value != repr(value)
    for attribute in (*getattr(type(value), "__match_args__", ()), "new_attribute"):
        with pytest.raises((AttributeError, TypeError)):
            setattr(value, attribute, None)


@pytest.mark.parametrize("name", CLASSES)
def test_different_values_differ(name: str) -> None:
    values = SAMPLES[name]
    for one in values:
        for other in values:
            assert (one == other) == (not one != other)
            assert one != other or hash(one) == hash(other)
    assert any(one != values[0] for one in values)


@pytest.mark.parametrize(("name", "value"), EVERY)
def test_pattern_arguments_are_attributes(name: str, value: object) -> None:
    for attribute in getattr(type(value), "__match_args__", ()):
        getattr(value, attribute)


def test_repr_of_plain_values_makes_them_again() -> None:
    for name in ("Span", "Query", "SpfVia", "SpfLimits", "SpfModifier", "SpfDirective", "Pointer", "SpfRecord", "Edit"):
        for value in SAMPLES[name]:
            assert eval(repr(value), dict(vars(dv))) == value


def test_terms_match_as_patterns() -> None:
    found: list[object] = []
    for term in dv.SpfRecord.parse("v=spf1 include:a.example -ip4:192.0.2.0/24 redirect=b.example").terms:
        match term:
            case dv.SpfDirective("+", "include", domain):
                found.append(domain)
            case dv.SpfDirective(dv.Qualifier.FAIL, mechanism=dv.MechanismName.IP4, network=network):
                found.append(network)
            case dv.SpfModifier("redirect", domain):
                found.append(domain)
    assert found == ["a.example", "192.0.2.0/24", "b.example"]
    match dv.Query("example.org", "TXT"):
        case dv.Query(name, "TXT"):
            assert name == "example.org"
        case _:
            pytest.fail("no match")


def test_where_a_term_stands_takes_no_part_in_equality() -> None:
    one, other = dv.SpfRecord.parse("v=spf1 +mx -all"), dv.SpfRecord.parse("v=spf1   mx -ALL")
    assert one == other and hash(one) == hash(other)
    assert one.terms == other.terms and one.terms[0].span != other.terms[0].span
    assert str(one) == str(other) == "v=spf1 mx -all"
    assert [str(term) for term in one.terms] == ["mx", "-all"]


@pytest.mark.parametrize("name", sorted(set(CLASSES) - {"Answers", "Query", "Resolver", "Zone"}))
def test_dicts_are_plain_and_the_same_as_json(name: str) -> None:
    for value in SAMPLES[name]:
        dict_is_plain(value)


def dict_is_plain(value: Any) -> None:
    to_dict = value.to_dict
    plain = json.loads(json.dumps(to_dict()))
    assert plain == to_dict()
    to_json = getattr(value, "to_json", None)
    if to_json is not None:
        assert json.loads(to_json()) == plain


def test_names_compare_without_case() -> None:
    assert dv.Query("Example.ORG.", "txt") == dv.Query("example.org", "TXT")
    assert hash(dv.Query("Example.ORG.", "txt")) == hash(dv.Query("example.org", "TXT"))


def test_spans_index_the_text_beside_them() -> None:
    record = dv.SpfRecord.parse("v=spf1 a:example.org -all")
    assert [term.span.of(record.text) for term in record.terms] == ["a:example.org", "-all"]
    # Characters, not bytes: U+2013 has three, an undecodable byte is one U+FFFD.
    for text in ("v=spf1 –:a b", b"v=spf1 \xff:a b"):
        with pytest.raises(dv.ParseError) as raised:
            dv.SpfRecord.parse(text)
        assert raised.value.span.of(raised.value.text) in ("–", "\ufffd")
    raw = dv.Zone({("example.org", "TXT"): ["v=spf1 exp=é.example ip5:x -all".encode()]})
    cause = dv.check_host("192.0.2.1", "amy@example.org", resolver=raw).cause
    assert cause.text is not None and cause.span is not None
    assert cause.span.of(cause.text) == cause.term


def test_words_are_those_of_the_core() -> None:
    words = dv._core._words()
    for name, values in words.items():
        assert [member.value for member in getattr(dv, name)] == values, name
    enums = {name for name in dv.__all__ if isinstance(getattr(dv, name), type) and issubclass(getattr(dv, name), Enum)}
    assert enums == set(words)


def test_words_are_strings() -> None:
    fail = dv.SpfResult.FAIL
    assert fail == "fail" and f"{fail:>6}" == "  fail" and str(fail) == "fail" and hash(fail) == hash("fail")
    assert repr(fail) == "SpfResult.FAIL" and json.dumps([fail]) == '["fail"]'
    assert pickle.loads(pickle.dumps(fail)) is fail
    # Not known is not yes.
    assert [bool(ternary) for ternary in dv.Ternary] == [True, False, False]


def test_errors_are_values() -> None:
    error = dv.DnsError("timeout")
    assert error == dv.DnsError("timeout") != dv.DnsError("servfail")
    assert len({error, dv.DnsError("timeout")}) == 1
    assert pickle.loads(pickle.dumps(error)) == error
    with pytest.raises(TypeError):
        dv.DnsError(None)  # type: ignore[arg-type]
