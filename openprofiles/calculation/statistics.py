"""The statistics: a part of a series, never empty, → its value."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import msgspec

from openprofiles.calculation.numbers import MAX_CHARACTERS, QUOTIENT, unscaled
from openprofiles.calculation.series import Series
from openprofiles.mapping.content_types import plain_decimal

Calculate = Callable[[Series, int, int], str]
"""Series, first index, index after the last one → the value."""

NUMERIC = frozenset({"SUM", "MINIMUM", "MAXIMUM", "AVERAGE"})
COUNT = "COUNT"

_json = msgspec.json.encode


def _count(_: Series, first: int, after: int) -> str:
    return str(after - first)


def _of_numbers(reduce: Callable[[list[int]], int]) -> Calculate:
    def calculate(series: Series, first: int, after: int) -> str:
        return unscaled(reduce(series.numbers[first:after]), series.scale)[:MAX_CHARACTERS]

    return calculate


def _average(series: Series, first: int, after: int) -> str:
    total, count = sum(series.numbers[first:after]), after - first
    average = QUOTIENT.divide(Decimal(total), Decimal(count * 10**series.scale))
    return plain_decimal(average)


def _first_occurrence(series: Series, first: int, _: int) -> str:
    return series.texts[first]


def _last_occurrence(series: Series, _: int, after: int) -> str:
    return series.texts[after - 1]


def _max_occurrence(series: Series, first: int, after: int) -> str:
    """The most frequent value; of equally frequent ones the one seen last."""
    texts = series.texts[first:after]
    counts = Counter(texts)
    most = max(counts.values())
    return next(text for text in reversed(texts) if counts[text] == most)


def _recent_occurrences(series: Series, first: int, after: int) -> str:
    """A JSON array, newest first, of as many whole values as fit; of a newest one that is too long, its beginning."""
    newest, *others = reversed(series.texts[first:after])
    shown = [_fitting(newest)]
    length = len(_json(shown).decode())
    for text in others:
        length += len(_json(text).decode()) + 1
        if length > MAX_CHARACTERS:
            break
        shown.append(text)
    return _json(shown).decode()


def _fitting(text: str) -> str:
    """As much of it as a list of it alone has room for, where some characters are written as several."""
    while len(_json([text]).decode()) > MAX_CHARACTERS:
        text = text[: -max(1, (len(_json([text]).decode()) - MAX_CHARACTERS) // LONGEST_ESCAPE)]
    return text


LONGEST_ESCAPE = 6
"""Characters of one that is written as `\\u001f`."""

STATISTICS: dict[str, Calculate] = {
    "FIRST_OCCURRENCE": _first_occurrence,
    "LAST_OCCURRENCE": _last_occurrence,
    COUNT: _count,
    "SUM": _of_numbers(sum),
    "MINIMUM": _of_numbers(min),
    "MAXIMUM": _of_numbers(max),
    "AVERAGE": _average,
    "MAX_OCCURRENCE": _max_occurrence,
    "RECENT_OCCURRENCES": _recent_occurrences,
}
