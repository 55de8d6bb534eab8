"""Whatever came and went in whatever order, the value is what the objects that are there now say."""

import json
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openprofiles.calculation.definitions import CompiledAttribute
from openprofiles.calculation.moments import DAY
from openprofiles.calculation.results import calculate, parts
from openprofiles.calculation.series import Entry, Series, Value
from tests.calculation.definitions import NOW, attribute

Change = Entry | bytes | None
"""An entry to put, a key to remove, or None: encode and decode."""

RANGE, OBJECT_COUNT = 3, 4
CONDITIONS = {"Range": {"Value": RANGE, "TimestampSource": "{Order.at}"}, "ObjectCount": OBJECT_COUNT}

KEYS = st.integers(0, 7).map(lambda number: number.to_bytes(12, "big"))
TIMES = st.sampled_from([NOW - 4 * DAY, NOW - 3 * DAY, NOW - DAY, NOW - 1, NOW, NOW + 1]) | st.integers(
    NOW - 5 * DAY, NOW
)
NUMBERS = st.decimals(min_value=-(10**6), max_value=10**6, places=2) | st.sampled_from(
    [Decimal(text) for text in ("0", "1E+30", "-1E-30", "0.10", "100", str(2**63), "1000000.00")]
)
TEXTS = st.sampled_from(["a", "b", "c"]) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=255)
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "COUNT": st.none(),
    **dict.fromkeys(("SUM", "MINIMUM", "MAXIMUM", "AVERAGE"), NUMBERS),
    **dict.fromkeys(("FIRST_OCCURRENCE", "LAST_OCCURRENCE", "MAX_OCCURRENCE", "RECENT_OCCURRENCES"), TEXTS),
}


def changes(statistic: str) -> st.SearchStrategy[list[Change]]:
    entries = st.builds(Entry, KEYS, TIMES, st.integers(0, 3), VALUES[statistic], st.integers(NOW, NOW + 9))
    return st.lists(st.one_of(entries, entries, KEYS, st.none()), max_size=30)


def apply(made: list[Change]) -> tuple[Series, list[Entry]]:
    """The series, and the entries that should be in it."""
    series, kept = Series(), dict[bytes, Entry]()
    for change in made:
        if isinstance(change, Entry):
            series.put(change)
            kept[change.key] = change
        elif change is None:
            series = Series.decode(series.encode())
        else:
            series.remove(change)
            kept.pop(change, None)
    return series, list(kept.values())


def counted(entries: list[Entry]) -> list[Entry]:
    inside = [each for each in entries if NOW - RANGE * DAY <= each.time <= NOW]
    return sorted(inside, key=lambda each: (each.time, each.order, each.key))[-OBJECT_COUNT:]


def naive(statistic: str, entries: list[Entry]) -> str | Fraction | None:
    """Straight from the entries; a number as an exact fraction."""
    if statistic == "COUNT":
        return str(len(entries))
    if not entries:
        return None
    if statistic in ("SUM", "MINIMUM", "MAXIMUM", "AVERAGE"):
        return naive_number(statistic, [Fraction(each.value) for each in entries if isinstance(each.value, Decimal)])
    return naive_text(statistic, [str(each.value) for each in entries])


def naive_number(statistic: str, numbers: list[Fraction]) -> Fraction:
    if statistic in ("MINIMUM", "MAXIMUM"):
        return min(numbers) if statistic == "MINIMUM" else max(numbers)
    return sum(numbers, Fraction(0)) / (len(numbers) if statistic == "AVERAGE" else 1)


def naive_text(statistic: str, texts: list[str]) -> str:
    if statistic == "MAX_OCCURRENCE":
        return max(enumerate(texts), key=lambda each: (Counter(texts)[each[1]], each[0]))[1]
    if statistic == "RECENT_OCCURRENCES":
        arrays = [
            json.dumps(texts[::-1][:count], ensure_ascii=False, separators=(",", ":"))
            for count in range(len(texts) + 1)
        ]
        return max((array for array in arrays if len(array) <= 255), key=len)
    return texts[0] if statistic == "FIRST_OCCURRENCE" else texts[-1]


def assert_same(statistic: str, value: str | None, expected: str | Fraction | None) -> None:
    if statistic == "AVERAGE" and value is not None:
        assert isinstance(expected, Fraction)
        assert abs(Fraction(value) - expected) <= abs(expected) / 10**16
    elif statistic == "RECENT_OCCURRENCES" and value is not None:
        assert json.loads(value) == json.loads(str(expected))
    elif isinstance(expected, Fraction):
        assert value is not None
        assert Fraction(value) == expected
    else:
        assert value == expected


def definition(statistic: str) -> CompiledAttribute:
    return attribute(statistic, Conditions=CONDITIONS)


@pytest.mark.parametrize("statistic", list(VALUES))
@settings(deadline=None)
@given(st.data())
def test_a_series_does_not_know_how_it_came_to_be(statistic: str, data: st.DataObject) -> None:
    series, kept = apply(data.draw(changes(statistic)))

    built = Series.of(data.draw(st.permutations(kept)))

    assert series.first_expiry <= built.first_expiry
    built.first_expiry = series.first_expiry
    assert series == built


@pytest.mark.parametrize("statistic", list(VALUES))
@settings(deadline=None)
@given(st.data())
def test_the_value_is_what_the_entries_say(statistic: str, data: st.DataObject) -> None:
    series, kept = apply(data.draw(changes(statistic)))

    found = calculate(definition(statistic), series, NOW)

    taken = counted(kept)
    assert_same(statistic, found.value, naive(statistic, taken))
    assert found.last == (taken[-1].time if taken else None)
    assert found.is_partial == (len(taken) < OBJECT_COUNT)


@settings(deadline=None)
@given(changes("COUNT"))
def test_the_entries_that_are_said_to_count_are_those_that_do(made: list[Change]) -> None:
    series, kept = apply(made)

    found = parts(definition("COUNT"), series, NOW)

    assert set(found) == {each.key for each in kept}
    assert [key for key, part in found.items() if part == "COUNTED"] == [each.key for each in counted(kept)]
