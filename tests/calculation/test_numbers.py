"""Numbers of JSON values: exact, and within bounds."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openprofiles.calculation.numbers import number_of, scale_of, scaled, unscaled
from openprofiles.mapping.content_types import plain_decimal


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (12, "12"),
        (-3, "-3"),
        (1.5, "1.5"),
        (0.1, "0.1"),
        (Decimal("12.50"), "12.50"),
        ("12.50", "12.50"),
        (" 7 ", "7"),
        ("+7", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("1E100", "1E100"),
        ("9" * 100, "9" * 100),
        (10**50, "1E50"),
        (10**100, "1E100"),
        ("1" + "0" * 100, "1E100"),
        ("2." + "0" * 200, "2"),
        (" " * 254 + "7", "7"),
        ("0E-999", "0"),
    ],
)
def test_a_json_number_and_a_text_that_is_one_are_numbers(value: Any, number: str) -> None:
    assert number_of(value) == Decimal(number)


@pytest.mark.parametrize(
    "value",
    [None, True, False, "", " ", "abc", "1,5", "1_000", "0x10", "１２", "NaN", "Infinity", "--1", "1 2", [1], {"a": 1}],
)
def test_anything_else_is_no_number(value: Any) -> None:
    assert number_of(value) is None


@pytest.mark.parametrize(
    "value",
    [
        Decimal("1E999999999"),
        Decimal("1E-999999999"),
        Decimal("1E101"),
        Decimal("NaN"),
        "1E999999999",
        "1e-101",
        "9" * 101,
        "0." + "1" * 101,
        "9" * 100_000,
        10**101,
        10**4_000,
        float("inf"),
        float("nan"),
    ],
)
def test_a_number_beyond_the_bounds_is_none(value: Any) -> None:
    assert number_of(value) is None


@pytest.mark.parametrize(
    ("number", "scale", "whole"),
    [("12.50", 1, 125), ("1200", 0, 1200), ("-0.05", 2, -5), ("1E100", 0, 10**100), ("0", 0, 0)],
)
def test_a_number_takes_as_many_decimal_places_as_it_needs(number: str, scale: int, whole: int) -> None:
    assert (scale_of(Decimal(number)), scaled(Decimal(number), scale)) == (scale, whole)


@pytest.mark.parametrize(
    ("whole", "scale", "text"),
    [(1250, 2, "12.5"), (1200, 2, "12"), (-5, 2, "-0.05"), (0, 3, "0"), (7, 0, "7"), (-700, 0, "-700"), (5, 1, "0.5")],
)
def test_a_scaled_number_is_shown_plainly(whole: int, scale: int, text: str) -> None:
    assert unscaled(whole, scale) == text


def test_the_longest_number_is_exact_at_the_largest_scale() -> None:
    assert scaled(Decimal("9" * 100), 200) == int("9" * 100 + "0" * 200)


@settings(deadline=None)
@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40, places=12),
    st.integers(0, 9),
)
def test_scaling_loses_nothing(number: Decimal, extra: int) -> None:
    scale = scale_of(number) + extra

    text = unscaled(scaled(number, scale), scale)

    assert text == plain_decimal(number)
