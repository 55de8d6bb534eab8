import numpy as np
import pytest

from openprofiles.matching.probabilistic.closure import Scored, bounded_components, components, pair_key, unscored_pairs
from openprofiles.matching.probabilistic.linkage import link

Links = dict[tuple[int, int], float]


def scored(links: Links) -> Scored:
    pairs = np.array(sorted(links), np.int64).reshape(-1, 2)
    return Scored(pair_key(pairs[:, 0], pairs[:, 1]), np.array([links[pair] for pair in sorted(links)]))


def groups(records: int, links: Links) -> list[int]:
    pairs = scored(links)
    return [int(group) for group in link(records, bounded_components(records, pairs), pairs).group]


def clique(*members: int, odds: float = 5.0) -> Links:
    return {(a, b): odds for a in members for b in members if a < b}


def test_records_linked_through_others_are_one_component() -> None:
    root = components(6, np.array([4, 1, 2]), np.array([5, 4, 3]))

    assert root.tolist() == [0, 1, 2, 2, 1, 1]


def test_one_strong_bridge_does_not_join_two_groups_of_three() -> None:
    links = clique(0, 1, 2, odds=6.0) | clique(3, 4, 5, odds=6.0) | {(2, 3): 9.0}

    assert groups(6, links) == [0, 0, 0, 3, 3, 3]


def test_a_record_between_two_groups_goes_to_the_one_that_it_fits_best() -> None:
    links = clique(0, 1) | clique(3, 4) | {(0, 2): 1.0, (1, 2): 1.0, (2, 3): 3.0, (2, 4): 3.0}

    assert groups(5, links) == [0, 0, 2, 2, 2]


def test_a_group_is_as_sure_as_its_weakest_join() -> None:
    pairs = scored({(0, 1): 4.0, (0, 2): 1.0, (1, 2): 2.0})

    linked = link(3, bounded_components(3, pairs), pairs)

    assert linked.confidence == pytest.approx([1 / (1 + np.exp(-1.5))] * 3)


def test_a_record_alone_is_surely_one_customer() -> None:
    assert link(2, np.array([0, 1]), scored({})).confidence.tolist() == [1.0, 1.0]


def test_pairs_within_a_component_that_have_no_score_are_asked_for() -> None:
    pairs = scored({(0, 1): 2.0, (1, 2): 2.0, (3, 4): 2.0})

    missing = unscored_pairs(bounded_components(5, pairs), pairs)

    assert missing.tolist() == [pair_key(np.array(0), np.array(2))]


def test_a_component_over_the_limit_is_cut_at_a_higher_bar() -> None:
    chain = {(place, place + 1): 4.0 if place != 4 else 1.5 for place in range(9)}

    root = bounded_components(10, scored(chain), largest=5)

    assert root.tolist() == [0] * 5 + [5] * 5


def test_a_component_that_no_bar_cuts_falls_apart() -> None:
    root = bounded_components(4, scored(clique(0, 1, 2, odds=50.0)), largest=2)

    assert root.tolist() == [0, 1, 2, 3]


def test_ties_go_to_the_smallest_record() -> None:
    assert groups(3, {(0, 1): 2.0, (1, 2): 2.0, (0, 2): -9.0}) == [0, 0, 2]
