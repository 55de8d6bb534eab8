"""What a range takes in as time goes by and as the definition is updated.

Sources: UpdateCalculatedAttributeDefinition; Create a custom calculated attribute definition.
"""

from typing import Any

import pytest

from openprofiles.actions.records import DAY
from tests.api.mappings import system

from .shop import Shop
from .test_calculated_attributes import MANY, define, explained, fill, put, recalculated, value

HOUR = 3_600_000


def days(count: int, **members: Any) -> dict[str, Any]:
    return {"Range": {"Value": count, "Unit": "DAYS"}, **members}


def window(start: int, end: int) -> dict[str, Any]:
    """A range of the times that orders carry themselves."""
    return {
        "Range": {"Unit": "DAYS", "ValueRange": {"Start": start, "End": end}, "TimestampSource": "{orders.at}"},
    }


@pytest.fixture
def store(shop: Shop) -> Shop:
    shop.define("orders", system("orders"))
    return shop


def update(shop: Shop, **members: Any) -> Any:
    return shop.run("UpdateCalculatedAttributeDefinition", CalculatedAttributeName="spent", **members)


def wait(shop: Shop, count: float) -> None:
    """The next call comes so many days later."""
    shop.now += int(count * DAY)


def is_partial(shop: Shop) -> str:
    answer = shop.run(
        "GetCalculatedAttributeForProfile", CalculatedAttributeName="spent", ProfileId=shop.one("customer", "c1")
    )
    return str(answer.is_data_partial)


# --- as time goes by


def test_objects_leave_a_range_one_after_the_other(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    seen = []
    for number in range(4):
        put(store, number, 10**number)
        wait(store, 4)
        seen.append(value(store, "spent"))
    assert seen == ["1", "11", "110", "1100"]


def test_an_object_counts_to_the_end_of_the_last_day(store: Shop) -> None:
    define(store, "spent", "COUNT", Conditions=days(1))
    put(store, 1)
    store.now += DAY - HOUR
    before = value(store, "spent")
    store.now += 2 * HOUR
    assert (before, value(store, "spent")) == ("1", "0")


def test_a_put_again_begins_the_time_of_an_object_anew(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    put(store, 1, 5)
    wait(store, 8)
    put(store, 1, 6)
    wait(store, 8)
    assert value(store, "spent") == "6"


def test_an_object_comes_into_a_window_when_its_time_comes(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=window(7, -7))
    put(store, 1, 5, at=store.now + 10 * DAY)
    before = value(store, "spent")
    wait(store, 5)
    during = value(store, "spent")
    wait(store, 15)
    assert (before, during, value(store, "spent")) == (None, "5", None)


def test_the_range_is_a_year_and_a_day_unless_it_is_said(store: Shop) -> None:
    store.define("orders", system("orders", ExpirationDays=1000))
    define(store, "spent", "SUM")
    put(store, 1, 5)
    wait(store, 200)
    put(store, 2, 7)
    wait(store, 165)
    before = value(store, "spent")
    wait(store, 2)
    assert (before, value(store, "spent")) == ("12", "7")


def test_a_value_is_partial_until_its_range_has_elapsed(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    put(store, 1)
    wait(store, 9)
    before = is_partial(store)
    wait(store, 2)
    assert (before, is_partial(store)) == ("true", "false")


def test_a_value_of_too_few_objects_stays_partial(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10, ObjectCount=2))
    put(store, 1)
    wait(store, 9)
    put(store, 2)
    wait(store, 2)
    assert is_partial(store) == "true"


# --- narrower


def test_a_narrower_range_drops_objects_at_once(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(60))
    put(store, 1, 5)
    wait(store, 20)
    put(store, 2, 7)
    update(store, Conditions=days(10))
    assert value(store, "spent") == "7"


def test_a_narrower_range_drops_what_was_worked_out_in_advance(store: Shop) -> None:
    define(store, "spent", "COUNT", Conditions=days(60))
    fill(store)
    recalculated(store)
    wait(store, 20)
    put(store, 1000)
    recalculated(store)
    before = value(store, "spent")
    update(store, Conditions=days(10))
    recalculated(store)
    assert (before, value(store, "spent")) == (str(MANY + 1), "1")


def test_a_range_that_is_widened_again_brings_nothing_back(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(60))
    put(store, 1, 5)
    wait(store, 20)
    put(store, 2, 7)
    update(store, Conditions=days(10))
    update(store, Conditions=days(60))
    assert value(store, "spent") == "7"


def test_nothing_comes_back_by_many_updates(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(60))
    put(store, 1, 5)
    wait(store, 20)
    for count in (10, 60, 30, 365, 366):
        update(store, Conditions=days(count))
    put(store, 2, 7)
    assert value(store, "spent") == "7"


# --- wider


def test_a_wider_range_does_not_take_in_what_the_former_one_left_out(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    put(store, 1, 5)
    wait(store, 20)
    put(store, 2, 7)
    update(store, Conditions=days(60))
    assert value(store, "spent") == "7"


def test_a_wider_range_keeps_what_counted_when_it_came(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    put(store, 1, 5)
    wait(store, 8)
    update(store, Conditions=days(60))
    wait(store, 40)
    assert value(store, "spent") == "5"


def test_a_wider_range_drops_objects_when_it_has_elapsed(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    put(store, 1, 5)
    update(store, Conditions=days(30))
    wait(store, 31)
    assert value(store, "spent") is None


def test_history_does_not_come_in_with_a_wider_range(store: Shop) -> None:
    put(store, 1, 5)
    wait(store, 20)
    define(store, "spent", "SUM", Conditions=days(10), UseHistoricalData=True)
    put(store, 2, 7)
    update(store, Conditions=days(60))
    assert value(store, "spent") == "7"


def test_conditions_without_a_range_are_a_wider_range(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    put(store, 1, 5)
    wait(store, 20)
    put(store, 2, 7)
    update(store, Conditions={"ObjectCount": 50})
    assert value(store, "spent") == "7"


def test_a_window_is_widened_like_a_number_of_days(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=window(7, 0))
    for number, when in enumerate((-20, -5, 5)):
        put(store, number, 10**number, at=store.now + when * DAY)
    update(store, Conditions=window(30, -30))
    assert value(store, "spent") == "110"


def test_a_window_that_ends_later_takes_in_what_lies_between(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=window(30, 10))
    for number, when in enumerate((-40, -20, -5)):
        put(store, number, 10**number, at=store.now + when * DAY)
    update(store, Conditions=window(30, 0))
    assert value(store, "spent") == "110"


def test_a_value_is_partial_until_the_wider_range_has_elapsed(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    put(store, 1)
    wait(store, 20)
    update(store, Conditions=days(30))
    put(store, 2)
    before = is_partial(store)
    wait(store, 21)
    assert (before, is_partial(store)) == ("true", "false")


def test_an_override_brings_back_nothing_either(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    put(store, 1, 5)
    wait(store, 20)
    put(store, 2, 7)
    update(store, Conditions=days(12))
    assert overridden(store, 60) == "7"


def test_an_override_may_be_wider_than_a_range_that_was_never_updated(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    put(store, 1, 5)
    wait(store, 20)
    put(store, 2, 7)
    assert overridden(store, 60) == "12"


def overridden(shop: Shop, start: int) -> str | None:
    answer = shop.run(
        "BatchGetCalculatedAttributeForProfile",
        CalculatedAttributeName="spent",
        ProfileIds=[shop.one("customer", "c1")],
        ConditionOverrides={"Range": {"Start": start, "Unit": "DAYS"}},
    )
    found: str | None = answer.calculated_attribute_values[0].value
    return found


def test_an_object_that_a_wider_range_leaves_out_is_explained_so(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    put(store, 1, 5)
    wait(store, 20)
    put(store, 2, 7)
    update(store, Conditions=days(60))
    assert explained(store, "spent") == ["COUNTED", "OUTSIDE_RANGE"]


# --- what else an update leaves as it is


def test_an_update_of_the_names_leaves_the_range_alone(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(30))
    put(store, 1, 5)
    wait(store, 20)
    update(store, DisplayName="Spent", Description="x")
    assert (value(store, "spent"), is_partial(store)) == ("5", "true")


def test_an_update_does_not_begin_the_time_of_the_definition_anew(store: Shop) -> None:
    put(store, 1, 5)
    define(store, "spent", "SUM", Conditions=days(30))
    put(store, 2, 7)
    wait(store, 20)
    update(store, Conditions=days(30, ObjectCount=50))
    assert value(store, "spent") == "7"


def test_the_same_range_again_changes_nothing(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(30))
    put(store, 1, 5)
    wait(store, 20)
    update(store, Conditions=days(30))
    before = value(store, "spent")
    wait(store, 11)
    assert (before, value(store, "spent")) == ("5", None)


def test_a_change_of_the_object_type_brings_nothing_back(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    put(store, 1, 5)
    wait(store, 20)
    put(store, 2, 7)
    update(store, Conditions=days(60))
    store.define("orders", system("orders", ExpirationDays=100))
    assert value(store, "spent") == "7"


def test_a_threshold_can_be_changed_and_holds_at_once(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10, Threshold={"Value": "10", "Operator": "GREATER_THAN"}))
    put(store, 1, 5)
    before = value(store, "spent")
    update(store, Conditions=days(10, Threshold={"Value": "4", "Operator": "GREATER_THAN"}))
    assert (before, value(store, "spent")) == ("false", "true")


def test_another_source_of_the_time_holds_for_the_objects_there(store: Shop) -> None:
    define(store, "spent", "SUM", Conditions=days(10))
    put(store, 1, 5, at=store.now - 3 * DAY)
    put(store, 2, 7)
    update(store, Conditions=window(10, 0))
    assert value(store, "spent") == "5"
