"""One dimension of a filter: whether a JSON value stands in a relation to any of some values.

- Texts, in their case: INCLUSIVE equals one, EXCLUSIVE equals none, CONTAINS, BEGINS_WITH, ENDS_WITH.
- Numbers: GREATER_THAN, LESS_THAN, GREATER_THAN_OR_EQUAL, LESS_THAN_OR_EQUAL, EQUAL.
- Moments: BEFORE, AFTER, ON (the same day in UTC). Epoch seconds or milliseconds, or ISO 8601; a date without a time is
  the whole day in UTC, so that a moment is before it, on it or after it.
- BETWEEN and NOT_BETWEEN take two values, both included. They compare moments where all three are moments, else numbers
  where all three are numbers; a number under nine digits is no moment.

What is absent or empty, an object or a list, or of another kind than asked for, passes EXCLUSIVE alone.
"""

import operator
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from openprofiles.calculation.moments import DAY, moment_of, span_of
from openprofiles.calculation.numbers import number_of
from openprofiles.errors import BadRequestException
from openprofiles.mapping.json_values import text_of

Holds = Callable[[Any], bool]
"""JSON value → whether the dimension holds for it."""

Span = tuple[int, int]
T = TypeVar("T")


@lru_cache(4_096)
def compile_dimension(dimension_type: str, values: tuple[str, ...]) -> Holds:
    """Raises BadRequestException for values that the type can never be compared with."""
    build = TYPES.get(dimension_type)
    if build is None:
        raise BadRequestException(f"DimensionType {dimension_type} is not known here.")
    return build(dimension_type, values)


def _inclusive(_: str, values: tuple[str, ...]) -> Holds:
    wanted = frozenset(values)
    return lambda value: text_of(value) in wanted


def _exclusive(_: str, values: tuple[str, ...]) -> Holds:
    unwanted = frozenset(values)
    return lambda value: text_of(value) not in unwanted


def _contains(_: str, values: tuple[str, ...]) -> Holds:
    def holds(value: Any) -> bool:
        text = text_of(value)
        return any(part in text for part in values)

    return holds


def _begins_with(_: str, values: tuple[str, ...]) -> Holds:
    return lambda value: text_of(value).startswith(values)


def _ends_with(_: str, values: tuple[str, ...]) -> Holds:
    return lambda value: text_of(value).endswith(values)


COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "GREATER_THAN": operator.gt,
    "LESS_THAN": operator.lt,
    "GREATER_THAN_OR_EQUAL": operator.ge,
    "LESS_THAN_OR_EQUAL": operator.le,
    "EQUAL": operator.eq,
}


def _number(dimension_type: str, values: tuple[str, ...]) -> Holds:
    bounds = [_number_value(dimension_type, text) for text in values]
    compare = COMPARISONS[dimension_type]

    def holds(value: Any) -> bool:
        number = number_of(value)
        return number is not None and any(compare(number, bound) for bound in bounds)

    return holds


def _number_value(dimension_type: str, text: str) -> Decimal:
    number = number_of(text)
    if number is None:
        raise BadRequestException(f"DimensionType {dimension_type} takes numbers: {text} is none.")
    return number


RELATIONS: dict[str, Callable[[int, Span], bool]] = {
    "BEFORE": lambda moment, span: moment < span[0],
    "AFTER": lambda moment, span: moment > span[1],
    "ON": lambda moment, span: moment // DAY == span[0] // DAY,
}


def _moment(dimension_type: str, values: tuple[str, ...]) -> Holds:
    spans = [_span_value(dimension_type, text) for text in values]
    relation = RELATIONS[dimension_type]

    def holds(value: Any) -> bool:
        moment = moment_of(value)
        return moment is not None and any(relation(moment, span) for span in spans)

    return holds


def _span_value(dimension_type: str, text: str) -> Span:
    span = span_of(text)
    if span is None:
        raise BadRequestException(
            f"DimensionType {dimension_type} takes dates (ISO 8601, or seconds or milliseconds since 1970): "
            f"{text} is none."
        )
    return span


def _between(dimension_type: str, values: tuple[str, ...]) -> Holds:
    is_inside = _inside(dimension_type, values)
    return lambda value: is_inside(value) is True


def _not_between(dimension_type: str, values: tuple[str, ...]) -> Holds:
    is_inside = _inside(dimension_type, values)
    return lambda value: is_inside(value) is False


def _inside(dimension_type: str, values: tuple[str, ...]) -> Callable[[Any], bool | None]:
    """None for a value that can not be compared with the two."""
    if len(values) != 2:
        raise BadRequestException(f"DimensionType {dimension_type} takes two Values, not {len(values)}.")
    spans, numbers = _both(span_of, values), _both(number_of, values)
    moments = None if spans is None else (spans[0][0], spans[1][1])
    _check_bounds(dimension_type, values, numbers or moments)

    def inside(value: Any) -> bool | None:
        found = _within(moment_of(value), moments)
        return _within(number_of(value), numbers) if found is None else found

    return inside


def _both(parse: Callable[[str], T | None], values: tuple[str, ...]) -> tuple[T, T] | None:
    low, high = map(parse, values)
    return None if low is None or high is None else (low, high)


def _check_bounds(dimension_type: str, values: tuple[str, ...], bounds: tuple[Any, Any] | None) -> None:
    if bounds is None:
        raise BadRequestException(
            f"DimensionType {dimension_type} takes two dates or two numbers, not {values[0]} and {values[1]}."
        )
    if bounds[0] > bounds[1]:
        raise BadRequestException(f"DimensionType {dimension_type}: {values[0]} is greater than {values[1]}.")


def _within(value: Any, bounds: tuple[Any, Any] | None) -> bool | None:
    return None if value is None or bounds is None else bool(bounds[0] <= value <= bounds[1])


TYPES: dict[str, Callable[[str, tuple[str, ...]], Holds]] = {
    "INCLUSIVE": _inclusive,
    "EXCLUSIVE": _exclusive,
    "CONTAINS": _contains,
    "BEGINS_WITH": _begins_with,
    "ENDS_WITH": _ends_with,
    **dict.fromkeys(COMPARISONS, _number),
    **dict.fromkeys(RELATIONS, _moment),
    "BETWEEN": _between,
    "NOT_BETWEEN": _not_between,
}
