"""The filter of a calculated attribute: which objects it lets in.

Sources: the API's model; Create a custom calculated attribute definition.
"""

import pytest

from .attributes import Answer, Attributes, dimension, filter_of, only, with_orders
from .calls import DomainApi


@pytest.fixture
def attributes(api: DomainApi) -> Attributes:
    return with_orders(api)


# Kind of dimension → its values, levels that pass, and levels that do not.
FILTERS: dict[str, tuple[list[str], list[object], list[object]]] = {
    "INCLUSIVE": (["gold", "7"], ["gold", 7], ["Gold", "silver", "", None]),
    "EXCLUSIVE": (["gold", "7"], ["Gold", "silver", "", None], ["gold", 7]),
    "CONTAINS": (["ol", "x"], ["gold", "fox"], ["silver", "", None]),
    "BEGINS_WITH": (["go", "si"], ["gold", "silver"], ["Gold", "ego", None]),
    "ENDS_WITH": (["ld", "er"], ["gold", "silver"], ["golden", None]),
    "BEFORE": (["2026-02-01"], ["2026-01-31T23:59:59Z", 1_760_000_000_000], ["2026-02-01", "2026-03-01T00:00Z", "x"]),
    "AFTER": (["2026-02-01"], ["2026-02-02", "2026-02-02T00:00:00Z"], ["2026-02-01T23:59:59Z", "2025-02-03", None]),
    "ON": (["2026-02-01"], ["2026-02-01", "2026-02-01T23:59:59Z"], ["2026-02-02T00:00:00Z", "2026-01-31", 1]),
    "BETWEEN": (["1", "10"], [1, "2.5", 10], [0.99, 11, "x", None]),
    "NOT_BETWEEN": (["1", "10"], [0.99, 11], [1, "2.5", 10, "x", None]),
    "GREATER_THAN": (["9"], [10, "9.01"], [9, 8, "x", None]),
    "LESS_THAN": (["9"], [8, "8.99", -1], [9, 10, "x", None]),
    "GREATER_THAN_OR_EQUAL": (["9"], [9, "9.0", 10], [8.99, "x", None]),
    "LESS_THAN_OR_EQUAL": (["9"], [9, "9.0", 8], [9.01, "x", None]),
    "EQUAL": (["9", "10"], [9, "9.0", 10], [8, "x", None]),
}

DATES: dict[str, tuple[list[object], list[object]]] = {
    "BETWEEN": (["2026-02-01", "2026-02-28T23:59:59Z"], ["2026-01-31", "2026-03-01T00:00:00Z", None]),
    "NOT_BETWEEN": (["2026-01-31", "2026-03-01T00:00:00Z"], ["2026-02-01", "2026-02-28T23:59:59Z", None]),
}


def passed(attributes: Attributes, members: Answer, objects: list[Answer]) -> int:
    """How many of these objects a filter lets in."""
    attributes.define("x", "COUNT", "{orders.id}", Filter=members)
    return int(attributes.value("x", attributes.put(*objects)) or 0)


@pytest.mark.parametrize("kind", FILTERS)
def test_each_kind_of_dimension_lets_in_what_it_says(attributes: Attributes, kind: str) -> None:
    values, inside, outside = FILTERS[kind]
    objects = [{"level": tier} for tier in (*inside, *outside)]
    counted = passed(attributes, only(kind, *values, name="level"), objects)
    assert counted == len(inside)


@pytest.mark.parametrize("kind", FILTERS)
def test_each_kind_of_dimension_leaves_out_the_rest(attributes: Attributes, kind: str) -> None:
    values, _, outside = FILTERS[kind]
    objects = [{"level": tier} for tier in outside]
    assert passed(attributes, only(kind, *values, name="level"), objects) == 0


@pytest.mark.parametrize("kind", DATES)
def test_dates_may_lie_between_dates(attributes: Attributes, kind: str) -> None:
    inside, outside = DATES[kind]
    between = only(kind, "2026-02-01", "2026-02-28", name="level")
    assert passed(attributes, between, [{"level": level} for level in (*inside, *outside)]) == len(inside)


GOLD, LARGE = dimension("INCLUSIVE", "gold"), dimension("GREATER_THAN", "10", name="price")

ALL_FOUR: list[Answer] = [
    {"tier": "gold", "price": 20},
    {"tier": "gold", "price": 5},
    {"tier": "none", "price": 20},
    {"tier": "none", "price": 5},
]

COMBINATIONS = {
    "all dimensions": (filter_of("ALL", ("ALL", [GOLD, LARGE])), 1),
    "any dimension": (filter_of("ALL", ("ANY", [GOLD, LARGE])), 3),
    "no dimension": (filter_of("ALL", ("NONE", [GOLD, LARGE])), 1),
    "all groups": (filter_of("ALL", ("ALL", [GOLD]), ("ALL", [LARGE])), 1),
    "any group": (filter_of("ANY", ("ALL", [GOLD]), ("ALL", [LARGE])), 3),
    "no group": (filter_of("NONE", ("ALL", [GOLD]), ("ALL", [LARGE])), 1),
    "neither none nor all": (filter_of("ANY", ("NONE", [GOLD, LARGE]), ("ALL", [GOLD, LARGE])), 2),
    "all attributes of a dimension": (
        filter_of("ALL", ("ANY", [{"Attributes": {**GOLD["Attributes"], **LARGE["Attributes"]}}])),
        1,
    ),
}


@pytest.mark.parametrize(("members", "count"), COMBINATIONS.values(), ids=COMBINATIONS.keys())
def test_dimensions_and_groups_are_combined_as_they_say(attributes: Attributes, members: Answer, count: int) -> None:
    assert passed(attributes, members, ALL_FOUR) == count


def test_a_filter_reads_the_path_of_a_member(attributes: Attributes) -> None:
    agent = only("INCLUSIVE", "a-7", name="agent.id")
    assert passed(attributes, agent, [{"agent": {"id": "a-7"}}, {"agent": {"id": "a-8"}}]) == 1
