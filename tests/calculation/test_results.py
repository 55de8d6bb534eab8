"""The value of a calculated attribute, and which entries took part in it."""

import json
from decimal import Decimal
from typing import Any

import pytest

from openprofiles.calculation.definitions import CompiledAttribute
from openprofiles.calculation.moments import DAY
from openprofiles.calculation.results import Calculated, calculate, parts
from openprofiles.calculation.series import Entry, Series
from openprofiles.shapes import RangeOverride
from tests.calculation.definitions import NOW, attribute, entries, entry, numbers

STATISTICS = [
    "FIRST_OCCURRENCE",
    "LAST_OCCURRENCE",
    "COUNT",
    "SUM",
    "MINIMUM",
    "MAXIMUM",
    "AVERAGE",
    "MAX_OCCURRENCE",
    "RECENT_OCCURRENCES",
]
WEEK = {"Range": {"Value": 7, "Unit": "DAYS"}}
TIMED_WEEK = {"Range": {"Value": 7, "Unit": "DAYS", "TimestampSource": "{Order.at}"}}


def result(
    definition: CompiledAttribute, contributed: list[Entry], override: RangeOverride | None = None
) -> Calculated:
    return calculate(definition, Series.of(contributed), NOW, override)


def value(statistic: str, contributed: list[Entry], **conditions: Any) -> str | None:
    return result(attribute(statistic, Conditions=conditions), contributed).value


@pytest.mark.parametrize(
    ("statistic", "texts", "expected"),
    [
        ("FIRST_OCCURRENCE", ["b", "a", "c"], "b"),
        ("LAST_OCCURRENCE", ["b", "a", "c"], "c"),
        ("LAST_OCCURRENCE", ["7", "1.50"], "1.50"),
        ("MAX_OCCURRENCE", ["a", "b", "a", "c"], "a"),
        ("MAX_OCCURRENCE", ["a", "b", "a", "b"], "b"),
        ("MAX_OCCURRENCE", ["b", "b", "a", "a", "c"], "a"),
        ("RECENT_OCCURRENCES", ["a", "b", "b"], '["b","b","a"]'),
        ("RECENT_OCCURRENCES", ['é"', "7"], '["7","é\\""]'),
    ],
)
def test_statistics_of_texts(statistic: str, texts: list[str], expected: str) -> None:
    assert value(statistic, entries(*texts)) == expected


def test_count_is_the_number_of_objects() -> None:
    assert value("COUNT", entries(None, None, None)) == "3"


@pytest.mark.parametrize(
    ("statistic", "texts", "expected"),
    [
        ("SUM", ["0.1", "0.2"], "0.3"),
        ("SUM", ["1.50", "2.50"], "4"),
        ("SUM", ["1E+50", "0.01"], "1" + "0" * 50 + ".01"),
        ("SUM", ["-1", "1"], "0"),
        ("MINIMUM", ["10", "9", "-0.50"], "-0.5"),
        ("MAXIMUM", ["10", "9", "9.99"], "10"),
        ("AVERAGE", ["1", "2"], "1.5"),
        ("AVERAGE", ["2", "4"], "3"),
        ("AVERAGE", ["1", "1", "2"], "1.3333333333333333"),
        ("AVERAGE", ["0.1", "0.1", "0.1"], "0.1"),
        ("AVERAGE", ["0", "0"], "0"),
        ("AVERAGE", ["1E+20", "1E+20"], "1" + "0" * 20),
    ],
)
def test_statistics_of_numbers_are_exact_and_plain(statistic: str, texts: list[str], expected: str) -> None:
    assert value(statistic, numbers(*texts)) == expected


def test_three_thirds_are_one() -> None:
    third = attribute("SUM", "{Order.a} / {Order.b}").expression.number({"a": 1, "b": 3}.get)

    summed = result(attribute("SUM", "{Order.a} / {Order.b}"), [entry(each, NOW, third) for each in range(3)])

    assert summed.value == "1"


@pytest.mark.parametrize("statistic", ["SUM", "MINIMUM", "MAXIMUM", "AVERAGE"])
def test_a_value_of_extreme_numbers_has_255_characters_at_most(statistic: str) -> None:
    extreme = [entry(1, NOW, Decimal("9E+100")), entry(2, NOW, Decimal("0." + "0" * 99 + "1" * 100))]

    found = value(statistic, extreme)

    assert found is not None
    assert 1 <= len(found) <= 255


def test_recent_occurrences_are_as_many_whole_ones_as_fit() -> None:
    found = value("RECENT_OCCURRENCES", entries(*[f"value-{each:03}" for each in range(50)]))

    assert found is not None
    assert json.loads(found) == [f"value-{each:03}" for each in range(49, 28, -1)]
    assert len(found) <= 255 < len(found) + len(',"value-028"')


def test_recent_occurrences_stop_at_the_first_that_does_not_fit() -> None:
    assert value("RECENT_OCCURRENCES", entries("a", "x" * 255, "b")) == '["b"]'
    assert value("RECENT_OCCURRENCES", entries("a", "x" * 251)) == json.dumps(["x" * 251])


def test_of_a_recent_occurrence_that_is_too_long_the_beginning_is_shown() -> None:
    assert value("RECENT_OCCURRENCES", entries("a", "x" * 252)) == json.dumps(["x" * 251])
    assert value("RECENT_OCCURRENCES", entries("\x1f" * 255)) == json.dumps(["\x1f" * 41])


@pytest.mark.parametrize("statistic", STATISTICS)
def test_without_entries_a_count_is_zero_and_nothing_else_has_a_value(statistic: str) -> None:
    found = result(attribute(statistic), [])

    assert (found.value, found.last) == ("0" if statistic == "COUNT" else None, None)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_without_entries_a_threshold_is_not_passed(statistic: str) -> None:
    assert value(statistic, [], Threshold={"Operator": "GREATER_THAN", "Value": "1"}) == "false"


def test_without_objects_no_threshold_is_reached() -> None:
    assert value("COUNT", [], Threshold={"Operator": "LESS_THAN", "Value": "1"}) == "false"
    assert value("SUM", [], Threshold={"Operator": "LESS_THAN", "Value": "1"}) == "false"


@pytest.mark.parametrize(("bound", "expected"), [("2", "true"), ("3", "false")])
def test_a_threshold_makes_a_value_true_or_false(bound: str, expected: str) -> None:
    threshold = {"Operator": "GREATER_THAN", "Value": bound}

    assert value("COUNT", entries(None, None, None), Threshold=threshold) == expected


def test_both_ends_of_the_range_count() -> None:
    edges = [entry(1, NOW - 7 * DAY - 1), entry(2, NOW - 7 * DAY), entry(3, NOW), entry(4, NOW + 1)]

    found = result(attribute("COUNT", Conditions=TIMED_WEEK), edges)

    assert (found.value, found.last) == ("2", NOW)


def test_a_range_may_reach_into_the_future() -> None:
    around = {"Range": {"ValueRange": {"Start": 7, "End": -7}, "TimestampSource": "{Order.at}"}}
    times = [-8, -7, 0, 7, 8]

    found = result(
        attribute("COUNT", Conditions=around), [entry(each, NOW + day * DAY) for each, day in enumerate(times)]
    )

    assert (found.value, found.last) == ("3", NOW + 7 * DAY)


def test_an_ingestion_that_a_faster_clock_dated_counts() -> None:
    found = result(attribute("COUNT", Conditions=WEEK), [entry(1, NOW + 5)])

    assert (found.value, found.last) == ("1", NOW + 5)


def test_without_a_range_the_last_366_days_count() -> None:
    assert value("COUNT", [entry(1, NOW - 366 * DAY - 1), entry(2, NOW - 366 * DAY)]) == "1"


def test_without_an_object_count_the_newest_hundred_count() -> None:
    many = [entry(each, NOW - each, str(each)) for each in range(101)]

    assert value("FIRST_OCCURRENCE", many) == "99"


def test_of_the_range_the_newest_objects_count() -> None:
    ages = {each: entry(each, NOW - each * DAY, str(each)) for each in range(9)}
    definition = attribute("RECENT_OCCURRENCES", Conditions={"Range": {"Value": 5}, "ObjectCount": 3})

    assert result(definition, list(ages.values())).value == '["0","1","2"]'
    assert result(definition, [ages[4], ages[5], ages[6]]).value == '["4","5"]'


def test_of_objects_of_one_time_the_last_to_arrive_is_the_newest() -> None:
    same = [entry(1, NOW, "second", order=8), entry(2, NOW, "first", order=7)]

    assert value("LAST_OCCURRENCE", same, ObjectCount=1) == "second"


def test_an_override_replaces_the_range_for_one_call() -> None:
    ages = [entry(each, NOW - each * DAY) for each in range(31)]
    definition = attribute("COUNT", Conditions=WEEK)

    assert result(definition, ages).value == "8"
    assert result(definition, ages, RangeOverride(start=3, unit="DAYS")).value == "4"
    assert result(definition, ages, RangeOverride(start=30, end=29, unit="DAYS")).value == "2"


def test_the_floor_holds_whatever_the_range() -> None:
    ages = [entry(each, NOW - each * DAY) for each in range(31)]
    definition = attribute("COUNT", Conditions=WEEK, Floor=NOW - 2 * DAY)

    assert result(definition, ages).value == "3"
    assert result(definition, ages, RangeOverride(start=30, unit="DAYS")).value == "3"
    assert result(definition, ages, RangeOverride(start=30, end=5, unit="DAYS")) == Calculated("0", True, None)


@pytest.mark.parametrize(("age", "is_partial"), [(0, True), (6, True), (7, False), (8, False)])
def test_data_is_partial_until_the_range_has_passed_since_the_definition(age: int, is_partial: bool) -> None:
    definition = attribute("COUNT", created_at=NOW - age * DAY, Conditions=WEEK)

    assert result(definition, []).is_partial is is_partial


@pytest.mark.parametrize(("age", "is_partial"), [(365, True), (366, False)])
def test_without_a_range_its_default_has_to_pass(age: int, is_partial: bool) -> None:
    assert result(attribute("COUNT", created_at=NOW - age * DAY), []).is_partial is is_partial


def test_the_part_of_a_range_that_is_to_come_has_not_to_pass() -> None:
    to_come = {"Range": {"ValueRange": {"Start": 1, "End": -90}, "TimestampSource": "{Order.at}"}}

    assert not result(attribute("COUNT", created_at=NOW - DAY, Conditions=to_come), []).is_partial


@pytest.mark.parametrize(("count", "is_partial"), [(0, True), (1, True), (2, False), (3, False)])
def test_data_is_partial_until_the_object_count_is_reached(count: int, is_partial: bool) -> None:
    definition = attribute("COUNT", Conditions={"ObjectCount": 2})

    assert result(definition, entries(*[None] * count)).is_partial is is_partial


def test_a_built_in_definition_was_always_there() -> None:
    assert not result(attribute("COUNT", created_at=None, Conditions=WEEK), []).is_partial


def test_data_is_partial_where_an_override_reaches_before_the_definition() -> None:
    definition = attribute("COUNT", created_at=NOW - 7 * DAY, Conditions=WEEK)

    assert result(definition, [], RangeOverride(start=8, unit="DAYS")).is_partial
    assert not result(definition, [], RangeOverride(start=6, unit="DAYS")).is_partial


def test_data_is_partial_where_the_range_reaches_before_the_floor() -> None:
    assert result(attribute("COUNT", Conditions=WEEK, Floor=NOW - 6 * DAY), []).is_partial
    assert not result(attribute("COUNT", Conditions=WEEK, Floor=NOW - 7 * DAY), []).is_partial


def test_each_entry_has_its_part() -> None:
    ages = [entry(each, NOW - each * DAY) for each in (9, 7, 3, 1)]
    conditions = {**TIMED_WEEK, "ObjectCount": 2}

    found = parts(attribute("COUNT", Conditions=conditions), Series.of([*ages, entry(0, NOW + DAY)]), NOW)

    assert [(int.from_bytes(key, "big"), part) for key, part in found.items()] == [
        (9, "OUTSIDE_RANGE"),
        (7, "BEYOND_OBJECT_COUNT"),
        (3, "COUNTED"),
        (1, "COUNTED"),
        (0, "OUTSIDE_RANGE"),
    ]
