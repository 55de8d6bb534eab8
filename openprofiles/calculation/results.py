"""The value of a calculated attribute at a moment, and which entries took part in it."""

from bisect import bisect_left, bisect_right
from decimal import Decimal
from typing import Literal

import msgspec

from openprofiles.calculation.conditions import DEFAULT_OBJECT_COUNT
from openprofiles.calculation.definitions import CompiledAttribute
from openprofiles.calculation.numbers import rounded
from openprofiles.calculation.series import Series
from openprofiles.calculation.statistics import COUNT, NUMERIC, STATISTICS
from openprofiles.mapping.content_types import plain_decimal
from openprofiles.shapes import RangeOverride

Part = Literal["COUNTED", "OUTSIDE_RANGE", "BEYOND_OBJECT_COUNT"]


class Calculated(msgspec.Struct, frozen=True):
    """`value`: None where nothing took part and the statistic has no value for that. `last`: the time of the newest
    entry that took part.
    """

    value: str | None
    is_partial: bool
    last: int | None


def calculate(
    attribute: CompiledAttribute, series: Series, now: int, override: RangeOverride | None = None
) -> Calculated:
    """`override` takes the place of the definition's range; its floor holds all the same."""
    first, after = _counted(attribute, series, *attribute.window(now, override))
    return Calculated(
        _value(attribute, series, first, after),
        _is_partial(attribute, after - first, now, override),
        series.times[after - 1] if first < after else None,
    )


def parts(
    attribute: CompiledAttribute, series: Series, now: int, override: RangeOverride | None = None
) -> dict[bytes, Part]:
    """For each entry's key whether it took part, oldest first."""
    earliest, latest = attribute.window(now, override)
    first, _ = _counted(attribute, series, earliest, latest)

    def part(index: int, time: int) -> Part:
        if not earliest <= time <= latest:
            return "OUTSIDE_RANGE"
        return "COUNTED" if index >= first else "BEYOND_OBJECT_COUNT"

    return {key: part(index, series.times[index]) for index, key in enumerate(series.keys_in_order())}


def _counted(attribute: CompiledAttribute, series: Series, earliest: int, latest: int) -> tuple[int, int]:
    """The newest entries inside the range: the first index and the one after the last."""
    after = bisect_right(series.times, latest)
    oldest = min(bisect_left(series.times, earliest), after)
    return max(oldest, after - (attribute.conditions.object_count or DEFAULT_OBJECT_COUNT)), after


def _value(attribute: CompiledAttribute, series: Series, first: int, after: int) -> str | None:
    """Without objects a threshold is not reached, whatever it asks for."""
    judge = attribute.conditions.judge
    if judge is None:
        return _unjudged(attribute, series, first, after)
    return "false" if first == after else judge(_unjudged(attribute, series, first, after))


def _unjudged(attribute: CompiledAttribute, series: Series, first: int, after: int) -> str | None:
    if first == after:
        return "0" if attribute.statistic == COUNT else None
    value = STATISTICS[attribute.statistic](series, first, after)
    if attribute.expression.divides and attribute.statistic in NUMERIC:
        return plain_decimal(rounded(Decimal(value)))
    return value


def _is_partial(attribute: CompiledAttribute, count: int, now: int, override: RangeOverride | None) -> bool:
    """The range begins before the definition, or before its floor; or fewer objects than its ObjectCount took part."""
    earliest, _ = attribute.conditions.window(now, override)
    begin = attribute.created_at if attribute.floor is None else max(attribute.created_at, attribute.floor)
    return earliest < begin or count < (attribute.conditions.object_count or 0)
