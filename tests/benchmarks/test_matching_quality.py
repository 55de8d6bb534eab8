import time

import numpy as np
import pytest

from benchmarks.matching_quality import Bin, Score, cross, quality, reliability

PERSONS = [1, 1, 1, 2, 2, 3]
GROUPS = [7, 7, 8, 8, 9, 9]
"""One of three groups is right; each person is in two groups or shares one."""


def test_pairwise_figures_are_those_counted_by_hand() -> None:
    # 3 pairs in groups: (0,1) right, (2,3) and (4,5) wrong; 4 true pairs: (0,1) (0,2) (1,2) (3,4).
    pairwise = quality(GROUPS, PERSONS).pairwise

    assert (pairwise.precision, pairwise.recall) == (1 / 3, 1 / 4)
    assert pairwise.f1 == pytest.approx(2 / 7)


def test_b_cubed_figures_are_those_counted_by_hand() -> None:
    # Precision of the records: 1, 1, 1/2, 1/2, 1/2, 1/2; recall: 2/3, 2/3, 1/3, 1/2, 1/2, 1.
    b_cubed = quality(GROUPS, PERSONS).b_cubed

    assert b_cubed.precision == pytest.approx(4 / 6)
    assert b_cubed.recall == pytest.approx(11 / 18)


def test_largest_wrong_counts_all_records_of_the_largest_group_of_several_persons() -> None:
    groups, persons = [1, 1, 1, 1, 2, 2, 2, 3, 3], [5, 5, 5, 5, 6, 6, 7, 8, 9]

    assert quality(groups, persons).largest_wrong == 3


def test_a_perfect_grouping_has_full_marks_and_no_wrong_group() -> None:
    perfect = quality([30, 30, 10, 20, 20], [1, 1, 2, 3, 3])

    assert perfect.pairwise == perfect.b_cubed == Score(1.0, 1.0)
    assert perfect.largest_wrong == 0


def test_records_each_in_a_group_of_its_own_are_precise_and_find_nothing() -> None:
    alone = quality([0, 1, 2], [4, 4, 4])

    assert alone.pairwise == Score(1.0, 0.0)
    assert alone.pairwise.f1 == 0.0
    assert alone.b_cubed.precision == 1.0
    assert alone.b_cubed.recall == pytest.approx(1 / 3)


def test_one_group_of_all_is_found_wholly_and_hardly_right() -> None:
    together = quality([0, 0, 0, 0], [1, 1, 2, 2])

    assert together.pairwise == Score(2 / 6, 1.0)
    assert together.largest_wrong == 4


def test_no_records_claim_nothing_and_miss_nothing() -> None:
    assert quality([], []).pairwise == Score(1.0, 1.0)


def test_groups_and_persons_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="2 groups for 3 persons"):
        cross([1, 2], [1, 2, 3])


def test_reliability_sets_the_share_of_right_groups_beside_their_confidence() -> None:
    groups = [1, 1, 2, 2, 3, 3, 4, 4, 5]
    persons = [1, 1, 2, 2, 3, 4, 5, 6, 7]
    confidence = [0.92, 0.92, 0.94, 0.94, 0.9, 0.9, 0.4, 0.4, 1.0]

    low, high = reliability(groups, persons, confidence, edges=(0.0, 0.5, 0.9, 0.95, 1.0))

    assert low == Bin(0.0, 0.5, 1, 0.4, 0.0)
    assert (high.low, high.high, high.groups) == (0.9, 0.95, 3)
    assert high.confidence == pytest.approx(0.92)
    assert high.right == pytest.approx(2 / 3)


def test_reliability_puts_the_highest_confidence_in_the_last_bin() -> None:
    assert reliability([1, 1], [2, 2], [1.0, 1.0]) == [Bin(0.99, 1.0, 1, 1.0, 1.0)]


def test_large_groups_do_not_overflow() -> None:
    # 300,000 records in one group are 45 thousand million pairs.
    together = quality(np.zeros(300_000, dtype=np.int64), np.arange(300_000) // 300)

    assert together.pairwise.precision == pytest.approx(299 / 299_999)


def test_a_million_records_take_seconds() -> None:
    persons = np.random.default_rng(1).integers(0, 700_000, 1_000_000)
    started = time.perf_counter()

    quality(persons // 2, persons)

    assert time.perf_counter() - started < 10
