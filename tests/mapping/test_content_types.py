"""Normal forms of the content types."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprofiles.mapping.content_types import NORMALISERS, normalise
from openprofiles.mapping.json_values import text_of

FACTS = json.loads((Path(__file__).parent.parent / "data" / "normalisation.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("content_type", "one", "other"), FACTS["equal"])
def test_values_that_are_equal_have_one_normal_form(content_type: str, one: Any, other: str) -> None:
    assert normalise(content_type, text_of(one)) == normalise(content_type, other) != ""


@pytest.mark.parametrize(("content_type", "one", "other"), FACTS["different"])
def test_values_that_differ_have_different_normal_forms(content_type: str, one: str, other: str) -> None:
    assert normalise(content_type, one) != normalise(content_type, other)


@given(st.sampled_from(sorted(NORMALISERS)), st.text() | st.text("+10239. -xe()") | st.decimals().map(str))
def test_normalising_twice_changes_nothing(content_type: str, value: str) -> None:
    once = normalise(content_type, value)
    assert normalise(content_type, once) == once


@pytest.mark.parametrize("value", ["", "n/a", "ext.", "-", "00"])
def test_a_phone_number_without_digits_is_empty(value: str) -> None:
    assert normalise("PHONE_NUMBER", value) == ""


def test_digits_of_other_scripts_are_digits_of_a_phone_number() -> None:
    assert normalise("PHONE_NUMBER", "٢٠٦ ３４５ 7890") == "2063457890"


def test_a_foreign_number_that_begins_with_one_keeps_it() -> None:
    assert normalise("PHONE_NUMBER", "10123456789") == "10123456789"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1_000", "1,5", "1e9999", "0x10", "1" * 500 + ".0"])
def test_what_is_no_plain_number_is_compared_as_text(value: str) -> None:
    assert normalise("NUMBER", value).casefold() in (value.casefold(), "1e+9999")


@pytest.mark.parametrize(
    ("value", "form"), [("007", "7"), ("-0", "0"), ("0.00", "0"), ("+1.50", "1.5"), ("1E-3", "0.001")]
)
def test_a_number_has_one_decimal_form(value: str, form: str) -> None:
    assert normalise("NUMBER", value) == form


def test_a_long_text_is_no_phone_number_within_a_moment() -> None:
    start = time.process_time()
    assert normalise("PHONE_NUMBER", "x" + " " * 20_000 + "a") == ""
    assert time.process_time() - start < 0.5
