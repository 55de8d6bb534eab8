"""Conditions: the range, the object's time, the threshold."""

from typing import Any

import msgspec
import pytest

from openprofiles.calculation.conditions import (
    CompiledConditions,
    check_conditions,
    check_range_override,
    compile_conditions,
    compile_threshold,
)
from openprofiles.calculation.moments import DAY, NEVER
from openprofiles.errors import BadRequestException
from openprofiles.shapes import Conditions, RangeOverride
from tests.calculation.definitions import NOW, reading


def compiled(**days: Any) -> CompiledConditions:
    """Conditions with a Range of these members."""
    return compile_conditions(msgspec.convert({"Range": days}, Conditions), "Order")


def window(override: RangeOverride | None = None, **days: Any) -> tuple[float, float]:
    """In days before now, of objects that have a time of their own."""
    earliest, latest = compiled(TimestampSource="{Order.at}", **days).window(NOW, override)
    return (NOW - earliest) / DAY, (NOW - latest) / DAY


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({}, (366, 0)),
        ({"Value": 30, "Unit": "DAYS"}, (30, 0)),
        ({"Value": 0}, (0, 0)),
        ({"ValueRange": {"Start": 7, "End": -7}}, (7, -7)),
        ({"ValueRange": {"Start": 14, "End": 7}}, (14, 7)),
        ({"ValueRange": {"Start": -1, "End": -8}}, (-1, -8)),
        ({"ValueRange": {"Start": 3, "End": 3}}, (3, 3)),
        ({"Value": 30, "ValueRange": {"Start": 7, "End": 1}}, (7, 1)),
        ({"Value": 2147483647}, (2147483647, 0)),
    ],
)
def test_the_range_counts_days_before_now(days: dict[str, Any], expected: tuple[int, int]) -> None:
    assert window(**days) == expected


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        (RangeOverride(start=7, unit="DAYS"), (7, 0)),
        (RangeOverride(start=7, end=-2, unit="DAYS"), (7, -2)),
    ],
)
def test_an_override_takes_the_place_of_the_range(override: RangeOverride, expected: tuple[int, int]) -> None:
    assert window(override, Value=30) == expected


def test_a_range_that_reaches_now_has_no_end_for_times_of_ingestion() -> None:
    assert compiled(Value=1).window(NOW) == (NOW - DAY, NEVER)
    assert compiled(ValueRange={"Start": 2, "End": 1}).window(NOW) == (NOW - 2 * DAY, NOW - DAY)


@pytest.mark.parametrize(("start", "end"), [(1, 7), (-7, 7), (-2, -1), (0, 1)])
def test_a_range_without_a_day_is_refused(start: int, end: int) -> None:
    with pytest.raises(BadRequestException, match=f"ValueRange: Start {start} lies after End {end}"):
        compiled(ValueRange={"Start": start, "End": end})
    with pytest.raises(BadRequestException, match=f"ConditionOverrides.Range: Start {start} lies after End {end}"):
        check_range_override(RangeOverride(start=start, end=end, unit="DAYS"))


def test_an_override_ends_now_where_it_does_not_say() -> None:
    check_range_override(RangeOverride(start=0, unit="DAYS"))

    with pytest.raises(BadRequestException, match="Start -1 lies after End 0"):
        check_range_override(RangeOverride(start=-1, unit="DAYS"))


@pytest.mark.parametrize(
    ("source", "document"),
    [
        ("{Order.at}", {"at": 1_704_067_200}),
        ("{Order.generatedAt.timestamp}", {"generatedAt": {"timestamp": "1704067200000"}}),
        ("{Order./generatedAt/timestamp}", {"generatedAt": {"timestamp": "2024-01-01T00:00:00Z"}}),
        ("{Order.time of sale}", {"time of sale": "2024-01-01"}),
    ],
)
def test_the_timestamp_source_leads_to_the_objects_time(source: str, document: dict[str, Any]) -> None:
    conditions = compiled(TimestampSource=source)

    assert conditions.time_of(reading(document), NOW) == 1_704_067_200_000


@pytest.mark.parametrize("document", [{}, {"at": None}, {"at": "yesterday"}, {"at": {}}])
def test_an_object_without_a_readable_timestamp_has_no_time(document: dict[str, Any]) -> None:
    assert compiled(TimestampSource="{Order.at}").time_of(reading(document), NOW) is None


def test_the_format_says_which_timestamps_are_read() -> None:
    epoch = compiled(TimestampSource="{Order.at}", TimestampFormat="EPOCHMILLI")
    iso = compiled(TimestampSource="{Order.at}", TimestampFormat="ISO_8601")

    assert epoch.time_of(reading({"at": "2024-01-01"}), NOW) is None
    assert iso.time_of(reading({"at": "2024-01-01"}), NOW) == 1_704_067_200_000


def test_without_a_timestamp_source_the_ingestion_gives_the_time() -> None:
    assert compiled(TimestampFormat="ISO_8601").time_of(reading({"at": "2024-01-01"}), NOW) == NOW


@pytest.mark.parametrize(
    ("days", "problem"),
    [
        ({"TimestampSource": "{Other.at}"}, "TimestampSource {Other.at}: the Expression is of the object type Order."),
        ({"TimestampSource": "Order.at"}, "TimestampSource Order.at: expected {Order.path.to.the.timestamp}."),
        ({"TimestampSource": "{Order}"}, "TimestampSource {Order}: expected {Order.path.to.the.timestamp}."),
        ({"TimestampSource": "{Order.}"}, "TimestampSource {Order.}: expected {Order.path.to.the.timestamp}."),
        ({"TimestampSource": "{Order.a..b}"}, "TimestampSource {Order.a..b}: expected {Order.path.to.the.timestamp}."),
        ({"TimestampFormat": "RFC_2822"}, "TimestampFormat RFC_2822 is neither EPOCHMILLI nor ISO_8601."),
    ],
)
def test_times_that_could_not_be_read_are_refused(days: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadRequestException) as caught:
        check_conditions(msgspec.convert({"Range": days}, Conditions), "Order")

    assert caught.value.message == problem


@pytest.mark.parametrize(
    ("value", "bound", "operators"),
    [
        ("5", "5.0", "EQUAL_TO"),
        ("6", "5", "GREATER_THAN NOT_EQUAL_TO"),
        ("10", "9", "GREATER_THAN NOT_EQUAL_TO"),
        ("-1", "0", "LESS_THAN NOT_EQUAL_TO"),
        ("voice", "voice", "EQUAL_TO"),
        ("voice", "chat", "NOT_EQUAL_TO"),
        ("chat", "voice", "NOT_EQUAL_TO"),
        ("7", "voice", "NOT_EQUAL_TO"),
        ("voice", "7", "NOT_EQUAL_TO"),
    ],
)
def test_a_threshold_compares_numbers_else_texts(value: str, bound: str, operators: str) -> None:
    known = ["EQUAL_TO", "GREATER_THAN", "LESS_THAN", "NOT_EQUAL_TO"]

    assert " ".join(each for each in known if compile_threshold(each, bound)(value)) == operators
