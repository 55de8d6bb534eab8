"""Moments: epoch seconds, epoch milliseconds, ISO 8601."""

from typing import Any

import pytest

from openprofiles.calculation.moments import DAY, MOMENTS, epoch_moment, iso_moment, moment_of, span_of

NEW_YEAR = 1_704_067_200_000
"""2024-01-01T00:00:00Z"""


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1_704_067_200, NEW_YEAR),
        ("1704067200", NEW_YEAR),
        (1_704_067_200_000, NEW_YEAR),
        ("1704067200000", NEW_YEAR),
        ("1704067200.125", NEW_YEAR + 125),
        ("1704067200000.9", NEW_YEAR),
        (-86_400, -DAY),
        (0, 0),
        (99_999_999_999, 99_999_999_999_000),
        (100_000_000_000, 100_000_000_000),
    ],
)
def test_an_epoch_number_is_of_seconds_or_milliseconds_by_its_size(value: Any, moment: int) -> None:
    assert epoch_moment(value) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-01T00:00:00Z", NEW_YEAR),
        ("2024-01-01t00:00:00z", NEW_YEAR),
        ("2024-01-01 00:00:00", NEW_YEAR),
        ("2024-01-01T00:00:00", NEW_YEAR),
        ("2024-01-01T00:00", NEW_YEAR),
        ("2024-01-01", NEW_YEAR),
        (" 2024-01-01 ", NEW_YEAR),
        ("2024-01-01T02:00:00+02:00", NEW_YEAR),
        ("2024-01-01T02:00:00+0200", NEW_YEAR),
        ("2024-01-01T02:00:00+02", NEW_YEAR),
        ("2023-12-31T18:30:00-05:30", NEW_YEAR),
        ("2024-01-01T00:00:00.1Z", NEW_YEAR + 100),
        ("2024-01-01T00:00:00.123Z", NEW_YEAR + 123),
        ("2024-01-01T00:00:00,123456789Z", NEW_YEAR + 123),
        ("2024-01-01T23:59:59.999Z", NEW_YEAR + DAY - 1),
        ("2024-02-29", NEW_YEAR + 59 * DAY),
        ("1969-12-31T23:59:59.999Z", -1),
    ],
)
def test_iso_8601_is_read_with_and_without_an_offset(text: str, moment: int) -> None:
    assert iso_moment(text) == moment


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "soon",
        "2024",
        "2024-01",
        "2024-13-01",
        "2023-02-29",
        "0000-01-01",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:00+25:00",
        "2024-01-01Z",
        "20240131",
        20_240_131,
        True,
        ["2024-01-01"],
        10**15,
    ],
)
def test_what_is_neither_is_no_moment(value: Any) -> None:
    assert moment_of(value) is None


def test_a_number_is_a_moment_from_nine_digits_on() -> None:
    assert moment_of(99_999_999) is None
    assert moment_of(100_000_000) == 100_000_000_000


@pytest.mark.parametrize(("stated", "value"), [("EPOCHMILLI", "2024-01-01"), ("ISO_8601", 1_704_067_200)])
def test_a_stated_format_is_the_only_one_that_is_read(stated: str, value: Any) -> None:
    assert MOMENTS[stated](value) is None
    assert MOMENTS[None](value) == NEW_YEAR


@pytest.mark.parametrize(
    ("value", "span"),
    [
        ("2024-01-01", (NEW_YEAR, NEW_YEAR + DAY - 1)),
        ("2024-01-01T00:00:00Z", (NEW_YEAR, NEW_YEAR)),
        (1_704_067_200, (NEW_YEAR, NEW_YEAR)),
    ],
)
def test_a_date_without_a_time_is_the_whole_day(value: Any, span: tuple[int, int]) -> None:
    assert span_of(value) == span
