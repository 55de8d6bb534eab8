"""Conditions: which objects count by their time and number, and what a threshold makes of the value."""

import re
from collections.abc import Callable
from functools import lru_cache

import msgspec

from openprofiles.calculation.expressions import TYPE_NAME, Read
from openprofiles.calculation.moments import DAY, MOMENTS, NEVER, Moment, moment_of
from openprofiles.calculation.numbers import number_of
from openprofiles.errors import BadRequestException
from openprofiles.shapes import Conditions, Range, RangeOverride, Threshold

DEFAULT_DAYS = 366
DEFAULT_OBJECT_COUNT = 100

_TIMESTAMP_SOURCE = re.compile(rf"\{{({TYPE_NAME})\.(/[^{{}}]*|[^{{}}./]+(?:\.[^{{}}.]+)*)\}}")

Judge = Callable[[str | None], str]
"""Value of the statistic → "true" or "false"."""


class CompiledConditions(msgspec.Struct, frozen=True):
    """Days before now, negative ones after it. `object_count`: None where none is stated. `time_path`: None where an
    object's time is that of its ingestion.
    """

    start: int = DEFAULT_DAYS
    end: int = 0
    object_count: int | None = None
    time_path: str | None = None
    moment: Moment = moment_of
    judge: Judge | None = None

    def time_of(self, read: Read, ingested_at: int) -> int | None:
        """The object's time, None where it has none."""
        return ingested_at if self.time_path is None else self.moment(read(self.time_path))

    def window(self, now: int, override: RangeOverride | None = None) -> tuple[int, int]:
        """The first and the last millisecond of the range.

        An ingestion is never later than now: where ingestion gives the time, a range that reaches now has no end, so
        that nodes whose clocks differ do not hide what another one has just stored.
        """
        start, end = (self.start, self.end) if override is None else (override.start, override.end or 0)
        is_open = self.time_path is None and end <= 0
        return now - start * DAY, NEVER if is_open else now - end * DAY


def check_conditions(conditions: Conditions | None, object_type: str) -> None:
    """Raises BadRequestException for a range without a day, and for times that could not be read."""
    compile_conditions(conditions, object_type)


def check_range_override(override: RangeOverride) -> None:
    """Raises BadRequestException for a range without a day."""
    _check_days("ConditionOverrides.Range", override.start, override.end or 0)


def compile_conditions(conditions: Conditions | None, object_type: str) -> CompiledConditions:
    """Raises BadRequestException as `check_conditions` does."""
    conditions = conditions or Conditions()
    days = conditions.range or Range()
    start, end = _days(days)
    if days.timestamp_format not in MOMENTS:
        raise BadRequestException(f"TimestampFormat {days.timestamp_format} is neither EPOCHMILLI nor ISO_8601.")
    return CompiledConditions(
        start,
        end,
        conditions.object_count,
        _time_path(days.timestamp_source, object_type),
        MOMENTS[days.timestamp_format],
        _judge(conditions.threshold),
    )


def _days(days: Range) -> tuple[int, int]:
    """ValueRange goes before Value."""
    if days.value_range is not None:
        _check_days("ValueRange", days.value_range.start, days.value_range.end)
        return days.value_range.start, days.value_range.end
    return DEFAULT_DAYS if days.value is None else days.value, 0


def _check_days(member: str, start: int, end: int) -> None:
    if start < end:
        raise BadRequestException(
            f"{member}: Start {start} lies after End {end}. Both are days before now, negative ones days after it."
        )


def _time_path(source: str | None, object_type: str) -> str | None:
    if source is None:
        return None
    found = _TIMESTAMP_SOURCE.fullmatch(source)
    if found is None:
        raise BadRequestException(f"TimestampSource {source}: expected {{{object_type}.path.to.the.timestamp}}.")
    if found[1] != object_type:
        raise BadRequestException(f"TimestampSource {source}: the Expression is of the object type {object_type}.")
    return found[2]


def _judge(threshold: Threshold | None) -> Judge | None:
    if threshold is None:
        return None
    judge = compile_threshold(threshold.operator, threshold.value)
    return lambda value: "true" if value is not None and judge(value) else "false"


@lru_cache(1_024)
def compile_threshold(operator: str, bound: str) -> Callable[[str], bool]:
    """Two numbers compare as numbers; other texts are only equal or not, neither greater nor less."""
    number, compare = number_of(bound), OPERATORS[operator]

    def judge(value: str) -> bool:
        other = number_of(value)
        if number is None or other is None:
            return operator == ("EQUAL_TO" if value == bound else "NOT_EQUAL_TO")
        return compare((other > number) - (other < number))

    return judge


OPERATORS: dict[str, Callable[[int], bool]] = {
    "EQUAL_TO": lambda order: order == 0,
    "NOT_EQUAL_TO": lambda order: order != 0,
    "GREATER_THAN": lambda order: order > 0,
    "LESS_THAN": lambda order: order < 0,
}
"""By how a value compares: 1 greater, 0 equal, -1 less."""
