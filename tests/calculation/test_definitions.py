"""What a definition takes of an object, and which definitions make sense."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from openprofiles.calculation.definitions import (
    CalculatedAttributeDocument,
    Verdict,
    check_definition,
    compile_definition,
)
from openprofiles.calculation.moments import DAY
from openprofiles.calculation.series import Entry
from openprofiles.errors import BadRequestException
from openprofiles.shapes import RangeOverride
from tests.calculation.definitions import KEY, LATER, NOW, attribute, document, reading

RED = {
    "Include": "ALL",
    "Groups": [
        {"Type": "ALL", "Dimensions": [{"Attributes": {"c": {"DimensionType": "INCLUSIVE", "Values": ["red"]}}}]}
    ],
}
TIMED = {"Range": {"TimestampSource": "{Order.at}"}}
TEXT_STATISTICS = ["FIRST_OCCURRENCE", "LAST_OCCURRENCE", "MAX_OCCURRENCE", "RECENT_OCCURRENCES"]
NUMBER_STATISTICS = ["SUM", "MINIMUM", "MAXIMUM", "AVERAGE"]


def taken(statistic: str, value: dict[str, Any], expression: str = "{Order.a}", **members: Any) -> Entry | Verdict:
    return attribute(statistic, expression, **members).entry(KEY, 3, NOW, LATER, reading(value))


@pytest.mark.parametrize("statistic", TEXT_STATISTICS)
def test_most_statistics_take_the_value_as_text(statistic: str) -> None:
    assert taken(statistic, {"a": "1.50"}) == Entry(KEY, NOW, 3, "1.50", LATER)


@pytest.mark.parametrize("statistic", NUMBER_STATISTICS)
def test_numeric_statistics_take_the_value_as_a_number(statistic: str) -> None:
    assert taken(statistic, {"a": "1.50"}) == Entry(KEY, NOW, 3, Decimal("1.50"), LATER)


def test_a_count_takes_no_value() -> None:
    assert taken("COUNT", {"a": "x"}) == Entry(KEY, NOW, 3, None, LATER)


def test_the_time_is_that_of_the_timestamp_source() -> None:
    found = taken("COUNT", {"a": 1, "at": "2024-01-01"}, Conditions=TIMED)

    assert found == Entry(KEY, 1_704_067_200_000, 3, None, LATER)


@pytest.mark.parametrize(
    ("statistic", "expression", "value", "verdict"),
    [
        ("COUNT", "{Order.a}", {"c": "blue", "a": 1, "at": "2024-01-01"}, "FILTERED"),
        ("COUNT", "{Order.a}", {"c": "red", "a": 1}, "NO_TIMESTAMP"),
        ("COUNT", "{Order.a}", {"c": "red", "a": 1, "at": "never"}, "NO_TIMESTAMP"),
        ("COUNT", "{Order.a}", {"c": "red", "at": "2024-01-01"}, "NO_VALUE"),
        ("LAST_OCCURRENCE", "{Order.a}", {"c": "red", "at": "2024-01-01", "a": []}, "NO_VALUE"),
        ("SUM", "{Order.a}", {"c": "red", "at": "2024-01-01", "a": ""}, "NO_VALUE"),
        ("SUM", "{Order.a}", {"c": "red", "at": "2024-01-01", "a": "many"}, "NOT_A_NUMBER"),
        ("SUM", "{Order.a} + {Order.b}", {"c": "red", "at": "2024-01-01", "a": 1}, "NO_VALUE"),
        ("COUNT", "{Order.a} + 1", {"c": "red", "at": "2024-01-01", "a": "many"}, "NOT_A_NUMBER"),
        ("LAST_OCCURRENCE", "1 / {Order.a}", {"c": "red", "at": "2024-01-01", "a": 0}, "NOT_A_NUMBER"),
    ],
)
def test_an_object_that_does_not_count_has_a_reason(
    statistic: str, expression: str, value: dict[str, Any], verdict: Verdict
) -> None:
    assert taken(statistic, value, expression, Filter=RED, Conditions=TIMED) == verdict


@pytest.mark.parametrize(
    ("created_at", "historical", "counts"),
    [
        (NOW + 1, None, False),
        (NOW + 1, False, False),
        (NOW + 1, True, True),
        (NOW, None, True),
        (0, None, True),
        (None, None, True),
    ],
)
def test_objects_from_before_the_definition_count_only_with_historical_data(
    created_at: int | None, historical: bool | None, counts: bool
) -> None:
    members: dict[str, Any] = {} if historical is None else {"UseHistoricalData": historical}
    found = attribute("COUNT", created_at=created_at, **members).entry(KEY, 3, NOW, LATER, reading({"a": 1}))

    assert found == (Entry(KEY, NOW, 3, None, LATER) if counts else "BEFORE_DEFINITION")


def test_the_floor_bounds_every_range() -> None:
    narrow = attribute(Conditions={"Range": {"Value": 7}}, Floor=NOW - 3 * DAY)

    assert narrow.window(NOW)[0] == NOW - 3 * DAY
    assert narrow.window(NOW, RangeOverride(start=30, unit="DAYS"))[0] == NOW - 3 * DAY
    assert narrow.window(NOW + 5 * DAY)[0] == NOW - 2 * DAY


def test_a_document_is_stored_by_the_apis_names() -> None:
    whole = document("SUM", "{Order.a}", ["a"], Floor=5, UseHistoricalData=True, DisplayName="Sum")

    stored = msgspec.json.encode(whole)

    assert msgspec.json.decode(stored) == {
        "DisplayName": "Sum",
        "Statistic": "SUM",
        "AttributeDetails": {"Attributes": [{"Name": "a"}], "Expression": "{Order.a}"},
        "UseHistoricalData": True,
        "Floor": 5,
    }
    assert msgspec.json.decode(stored, type=CalculatedAttributeDocument) == whole


def test_a_definition_is_compiled_once() -> None:
    stored = msgspec.json.encode(document()).decode()

    assert compile_definition(stored, 1) is compile_definition(stored, 1)
    assert compile_definition(stored, 1).object_type == "Order"


@pytest.mark.parametrize("statistic", ["COUNT", *TEXT_STATISTICS, *NUMBER_STATISTICS])
def test_each_statistic_makes_sense(statistic: str) -> None:
    check_definition(document(statistic, "{Order.a} / {Order.b}", Conditions=TIMED, Filter=RED))


@pytest.mark.parametrize(
    ("expression", "members", "problem"),
    [
        ("{Order.a} +", {}, "at its end"),
        ("{Order.z}", {}, "z is not among the Attributes"),
        ("{Other.a}", {"Conditions": TIMED}, "the Expression is of the object type Other"),
        ("{Order.a}", {"Conditions": {"Range": {"ValueRange": {"Start": 1, "End": 2}}}}, "Start 1 lies after End 2"),
        (
            "{Order.a}",
            {
                "Filter": {
                    "Include": "ALL",
                    "Groups": [
                        {
                            "Type": "ALL",
                            "Dimensions": [{"Attributes": {"c": {"DimensionType": "BETWEEN", "Values": ["1"]}}}],
                        }
                    ],
                }
            },
            "BETWEEN takes two Values",
        ),
    ],
)
def test_a_definition_without_sense_is_refused(expression: str, members: dict[str, Any], problem: str) -> None:
    with pytest.raises(BadRequestException, match=problem):
        check_definition(document("SUM", expression, **members))
