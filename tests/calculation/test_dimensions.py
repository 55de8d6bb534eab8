"""One dimension of a filter."""

from typing import Any, get_args

import pytest

from openprofiles.calculation.dimensions import compile_dimension
from openprofiles.errors import BadRequestException
from openprofiles.shapes import FilterDimensionType

NEW_YEAR = 1_704_067_200
"""2024-01-01T00:00:00Z in seconds"""


def holds(dimension_type: str, values: str, value: Any) -> bool:
    """`values` with commas between them."""
    return compile_dimension(dimension_type, tuple(values.split(",")))(value)


@pytest.mark.parametrize(
    ("dimension_type", "values", "passing", "failing"),
    [
        ("INCLUSIVE", "red,blue", ["red", "blue"], ["Red", "redd", ""]),
        ("INCLUSIVE", "7,true", [7, True], [8, False]),
        ("EXCLUSIVE", "red,blue", ["Red", "green", ""], ["red", "blue"]),
        ("CONTAINS", "ed,lu", ["red", "blue", "ed"], ["RED", "e", ""]),
        ("BEGINS_WITH", "re,bl", ["red", "blue", "re"], ["Red", "a red", "r"]),
        ("ENDS_WITH", "ed,ue", ["red", "blue", "ed"], ["reD", "reds", "d"]),
    ],
)
def test_texts_compare_in_their_case_with_any_of_the_values(
    dimension_type: str, values: str, passing: list[Any], failing: list[Any]
) -> None:
    assert [holds(dimension_type, values, value) for value in passing] == [True] * len(passing)
    assert [holds(dimension_type, values, value) for value in failing] == [False] * len(failing)


@pytest.mark.parametrize(
    ("dimension_type", "below", "equal", "above"),
    [
        ("GREATER_THAN", False, False, True),
        ("LESS_THAN", True, False, False),
        ("GREATER_THAN_OR_EQUAL", False, True, True),
        ("LESS_THAN_OR_EQUAL", True, True, False),
        ("EQUAL", False, True, False),
    ],
)
def test_numbers_compare_as_numbers(dimension_type: str, below: bool, equal: bool, above: bool) -> None:
    assert [holds(dimension_type, "10.0", value) for value in (9, "9.99")] == [below, below]
    assert [holds(dimension_type, "10.0", value) for value in (10, "10.00")] == [equal, equal]
    assert [holds(dimension_type, "10.0", value) for value in (100, "1e2")] == [above, above]


def test_any_of_several_numbers_will_do() -> None:
    assert [value for value in range(5) if holds("EQUAL", "1,3", value)] == [1, 3]


@pytest.mark.parametrize(
    ("dimension_type", "values", "passing", "failing"),
    [
        ("BEFORE", "2024-01-01", ["2023-12-31", NEW_YEAR - 1], ["2024-01-01", NEW_YEAR]),
        ("AFTER", "2024-01-01", ["2024-01-02", NEW_YEAR + 86_400], ["2024-01-01", NEW_YEAR + 86_399]),
        ("AFTER", "2024-01-01T00:00:00Z", [NEW_YEAR + 1, "2024-01-01T00:00:00.001Z"], [NEW_YEAR, "2024-01-01"]),
        ("BEFORE", str(NEW_YEAR * 1000), [NEW_YEAR - 1], [NEW_YEAR]),
        ("ON", "2024-01-01", [NEW_YEAR, "2024-01-01T23:59:59Z", "2024-01-02T00:30:00+01:00"], ["2024-01-02"]),
        ("ON", "2024-01-01T15:00:00Z", [NEW_YEAR, "2024-01-01"], [NEW_YEAR - 1]),
        ("ON", "2024-01-01,2024-03-01", ["2024-01-01", "2024-03-01"], ["2024-02-01"]),
        ("BETWEEN", "2024-01-01,2024-01-03", [NEW_YEAR, "2024-01-03T23:59:59Z"], ["2023-12-31", "2024-01-04"]),
        ("BETWEEN", f"{NEW_YEAR},2024-01-03", ["2024-01-02", NEW_YEAR * 1000], [NEW_YEAR - 1]),
        ("NOT_BETWEEN", "2024-01-01,2024-01-03", ["2023-12-31", "2024-01-04"], ["2024-01-01", "2024-01-03"]),
    ],
)
def test_moments_compare_whatever_form_they_have(
    dimension_type: str, values: str, passing: list[Any], failing: list[Any]
) -> None:
    assert [holds(dimension_type, values, value) for value in passing] == [True] * len(passing)
    assert [holds(dimension_type, values, value) for value in failing] == [False] * len(failing)


def test_two_numbers_that_are_no_moments_bound_numbers() -> None:
    assert [value for value in range(12) if holds("BETWEEN", "5,9", value)] == [5, 6, 7, 8, 9]
    assert [value for value in range(12) if holds("NOT_BETWEEN", "2,9.5", value)] == [0, 1, 10, 11]
    assert [value for value in range(12) if holds("BETWEEN", "5,5", value)] == [5]


def test_a_number_that_is_no_moment_compares_with_large_numbers() -> None:
    assert holds("NOT_BETWEEN", "200000000,300000000", 5)
    assert not holds("BETWEEN", "200000000,300000000", 5)


@pytest.mark.parametrize("value", [None, "", {}, [], ["x"]])
def test_a_missing_value_passes_exclusive_alone(value: Any) -> None:
    values = {"BETWEEN": "1,2", "NOT_BETWEEN": "1,2", "BEFORE": "2024-01-01", "AFTER": "1970-01-01", "ON": "1970-01-01"}

    passed = [each for each in get_args(FilterDimensionType) if holds(each, values.get(each, "1"), value)]

    assert passed == ["EXCLUSIVE"]


@pytest.mark.parametrize("dimension_type", ["GREATER_THAN", "EQUAL", "BEFORE", "AFTER", "ON"])
def test_a_text_of_another_kind_does_not_pass(dimension_type: str) -> None:
    assert not holds(dimension_type, str(NEW_YEAR), "some day")


@pytest.mark.parametrize("dimension_type", ["BETWEEN", "NOT_BETWEEN"])
def test_what_is_neither_number_nor_date_is_neither_between_nor_not(dimension_type: str) -> None:
    assert not holds(dimension_type, "1,2", "some day")
    assert not holds(dimension_type, "2024-01-01,2024-01-02", 7)


@pytest.mark.parametrize(
    ("dimension_type", "values", "problem"),
    [
        ("BETWEEN", "1", "DimensionType BETWEEN takes two Values, not 1."),
        ("NOT_BETWEEN", "1,2,3", "DimensionType NOT_BETWEEN takes two Values, not 3."),
        ("BETWEEN", "a,b", "DimensionType BETWEEN takes two dates or two numbers, not a and b."),
        ("BETWEEN", "1,2024-01-01", "DimensionType BETWEEN takes two dates or two numbers, not 1 and 2024-01-01."),
        ("BETWEEN", "2,1", "DimensionType BETWEEN: 2 is greater than 1."),
        ("BETWEEN", "2024-01-02,2024-01-01", "DimensionType BETWEEN: 2024-01-02 is greater than 2024-01-01."),
        ("GREATER_THAN", "1,many", "DimensionType GREATER_THAN takes numbers: many is none."),
        ("EQUAL", "2024-01-01", "DimensionType EQUAL takes numbers: 2024-01-01 is none."),
        (
            "ON",
            "2024",
            "DimensionType ON takes dates (ISO 8601, or seconds or milliseconds since 1970): 2024 is none.",
        ),
        ("LIST_CONTAINS", "x", "DimensionType LIST_CONTAINS is not known here."),
    ],
)
def test_values_that_can_never_be_meant_are_refused(dimension_type: str, values: str, problem: str) -> None:
    with pytest.raises(BadRequestException) as caught:
        compile_dimension(dimension_type, tuple(values.split(",")))

    assert caught.value.message == problem
