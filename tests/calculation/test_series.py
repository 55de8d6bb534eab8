"""The columns that hold what the objects of a profile contribute."""

from decimal import Decimal

import pytest

from openprofiles.calculation.moments import NEVER
from openprofiles.calculation.series import Entry, Series, Value
from tests.calculation.definitions import entry


def order_of(series: Series) -> list[int]:
    return [int.from_bytes(key, "big") for key in series.keys_in_order()]


def test_entries_are_in_the_order_of_time_arrival_and_key() -> None:
    series = Series.of([entry(1, 20), entry(2, 10, order=9), entry(4, 10, order=3), entry(3, 10, order=3)])

    assert order_of(series) == [3, 4, 2, 1]


@pytest.mark.parametrize("number", range(64))
def test_keys_are_in_the_order_of_their_bytes(number: int) -> None:
    series = Series.of([entry(number + 1, 10, order=0), entry(number, 10, order=0)])

    assert order_of(series) == [number, number + 1]


def test_put_finds_the_entrys_place() -> None:
    series = Series.of([entry(1, 10), entry(3, 10), entry(5, 30)])

    for each in (entry(2, 10), entry(0, 5), entry(9, 40), entry(4, 20)):
        series.put(each)

    assert order_of(series) == [0, 1, 2, 3, 4, 5, 9]


def test_put_takes_the_place_of_the_same_key() -> None:
    series = Series.of([entry(1, 10, "old"), entry(2, 20, "other")])

    series.put(entry(1, 30, "new"))

    assert (order_of(series), series.times, series.texts) == ([2, 1], [20, 30], ["other", "new"])


def test_of_two_entries_with_the_same_key_the_later_one_counts() -> None:
    assert Series.of([entry(1, 10, "old"), entry(1, 5, "new")]) == Series.of([entry(1, 5, "new")])


def test_remove_takes_one_entry_away() -> None:
    series = Series.of([entry(1, 10, "a"), entry(2, 20, "b"), entry(3, 30, "c")])

    series.remove(entry(2, 0).key)

    assert series == Series.of([entry(1, 10, "a"), entry(3, 30, "c")])


def test_remove_of_an_unknown_key_changes_nothing() -> None:
    series = Series.of([entry(1, 10)])

    series.remove(entry(2, 0).key)

    assert series == Series.of([entry(1, 10)])


def test_a_key_is_not_found_across_two_entries() -> None:
    series = Series.of([Entry(bytes(12), 1, 0, None, 9), Entry(b"\1" * 12, 2, 0, None, 9)])

    series.remove(bytes(11) + b"\1")

    assert len(series) == 2


def test_a_key_has_twelve_bytes() -> None:
    with pytest.raises(ValueError, match="12 bytes, not 3"):
        Series.of([Entry(b"abc", 1, 0, None, 9)])


@pytest.mark.parametrize("number", ["0.001", "1E+50", "-12.50", str(10**19)])
def test_numbers_share_the_smallest_scale_that_loses_nothing(number: str) -> None:
    series = Series.of([entry(1, 10, Decimal("1.5"))])

    series.put(entry(2, 20, Decimal(number)))

    assert series == Series.of([entry(2, 20, Decimal(number)), entry(1, 10, Decimal("1.5"))])
    assert [Decimal(each).scaleb(-series.scale) for each in series.numbers] == [Decimal("1.5"), Decimal(number)]


def test_the_scale_goes_with_the_number_that_needed_it() -> None:
    series = Series.of([entry(1, 10, Decimal(100)), entry(2, 20, Decimal("0.25"))])

    series.remove(entry(2, 0).key)

    assert (series.scale, series.numbers) == (0, [100])


def test_the_first_expiry_is_the_earliest() -> None:
    series = Series.of([entry(1, 10, expires_at=70), entry(2, 20, expires_at=50)])
    series.put(entry(3, 30, expires_at=60))

    assert series.first_expiry == 50


def test_the_first_expiry_is_never_too_late_and_goes_with_the_last_entry() -> None:
    series = Series.of([entry(1, 10, expires_at=50), entry(2, 20, expires_at=70)])

    series.remove(entry(1, 0).key)
    assert series.first_expiry <= 70

    series.remove(entry(2, 0).key)
    assert series == Series() == Series.of([])
    assert series.first_expiry == NEVER


@pytest.mark.parametrize("values", [(None, None), ("a", 'é "\n'), (Decimal("0.1"), Decimal("-1E+60"))])
def test_a_series_is_the_same_after_encoding(values: tuple[Value, Value]) -> None:
    series = Series.of([entry(number, 10, value) for number, value in enumerate(values)])

    assert Series.decode(series.encode()) == series


def test_an_empty_series_is_the_same_after_encoding() -> None:
    assert Series.decode(Series().encode()) == Series()
