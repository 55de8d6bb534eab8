"""The conditions of a calculated attribute: range, number of objects and threshold, and what a value says of them.

Sources: Create a custom calculated attribute definition; Validate calculated attribute values; the API's model.
"""

import time
from datetime import UTC, datetime

import pytest

from .attributes import BY_PAYMENT, PAID, Answer, Attributes, ago, days, only, with_orders
from .calls import DomainApi


@pytest.fixture
def attributes(api: DomainApi) -> Attributes:
    return with_orders(api)


def iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")


# --- conditions


@pytest.mark.parametrize(("count", "total"), [(1, "4"), (2, "6"), (3, "7"), (9, "7")])
def test_only_the_newest_objects_count_where_their_number_is_given(
    attributes: Attributes, count: int, total: str
) -> None:
    attributes.define("x", Conditions={"ObjectCount": count})
    assert attributes.value("x", attributes.put({"price": 1}, {"price": 2}, {"price": 4})) == total


def test_the_newest_hundred_count_where_no_number_is_given(attributes: Attributes) -> None:
    attributes.define("x", "COUNT")
    attributes.define("more", "COUNT", Conditions={"ObjectCount": 200})
    for start in range(0, 110, 10):
        attributes.api.put_batch(
            "orders", [{"id": str(start + number), "customer": "c", "price": 1} for number in range(10)]
        )
    profile_id = attributes.api.one("customer", "c")["ProfileId"]
    assert (attributes.value("x", profile_id), attributes.value("more", profile_id)) == ("100", "110")


RANGES = {
    "a month": (days(30), "6"),
    "a week": (days(7), "4"),
    "a year unless it is said": ({"Range": {}}, "7"),
    "a window around now": (days(ValueRange={"Start": 7, "End": -7}), "12"),
    "a window in the past": (days(ValueRange={"Start": 30, "End": 7}), "2"),
    "a window in the future": (days(ValueRange={"Start": -1, "End": -30}), "24"),
    "a window in place of days": (days(1, ValueRange={"Start": 50, "End": 30}), "1"),
}


@pytest.mark.parametrize(("conditions", "total"), RANGES.values(), ids=RANGES.keys())
def test_only_objects_in_the_range_count(attributes: Attributes, conditions: Answer, total: str) -> None:
    attributes.define("x", Conditions={"Range": {**conditions["Range"], **BY_PAYMENT}})
    assert attributes.value("x", attributes.put(*PAID)) == total


def test_of_the_objects_in_the_range_the_newest_count(attributes: Attributes) -> None:
    conditions = {**days(30, **BY_PAYMENT), "ObjectCount": 1}
    attributes.define("x", Conditions=conditions)
    assert attributes.value("x", attributes.put(*reversed(PAID))) == "4"


def test_occurrences_follow_the_time_of_the_objects_not_of_their_arrival(attributes: Attributes) -> None:
    conditions = days(366, **BY_PAYMENT)
    attributes.define("first", "FIRST_OCCURRENCE", Conditions=conditions)
    attributes.define("last", "LAST_OCCURRENCE", Conditions=conditions)
    profile_id = attributes.put(*reversed(PAID[:3]))
    assert (attributes.value("first", profile_id), attributes.value("last", profile_id)) == ("1", "4")


@pytest.mark.parametrize("source", ["{orders.paid.at}", "{orders./paid/at}"])
def test_a_timestamp_is_found_by_a_path_or_by_a_json_pointer(attributes: Attributes, source: str) -> None:
    attributes.define("x", Conditions=days(7, TimestampSource=source))
    assert (
        attributes.value("x", attributes.put({"price": 1, "paid": {"at": ago(1)}}, {"price": 2, "at": ago(1)})) == "1"
    )


MOMENT = ago(1) // 1000 * 1000

FORMATS: dict[str, tuple[str, object]] = {
    "milliseconds": ("EPOCHMILLI", MOMENT),
    "seconds": ("EPOCHMILLI", MOMENT // 1000),
    "milliseconds as text": ("EPOCHMILLI", str(MOMENT)),
    "no offset": ("ISO_8601", iso(MOMENT)),
    "Z": ("ISO_8601", iso(MOMENT) + "Z"),
    "fraction": ("ISO_8601", iso(MOMENT) + ".000Z"),
    "hours and minutes with a colon": ("ISO_8601", iso(MOMENT + 5_400_000) + "+01:30"),
    "hours and minutes": ("ISO_8601", iso(MOMENT - 5_400_000) + "-0130"),
}


@pytest.mark.parametrize(("format_", "value"), FORMATS.values(), ids=FORMATS.keys())
def test_each_form_of_a_timestamp_is_read(attributes: Attributes, format_: str, value: object) -> None:
    attributes.define("x", Conditions=days(7, TimestampSource="{orders.at}", TimestampFormat=format_))
    answer = attributes.calculated("x", attributes.put({"price": 1, "at": value}))
    assert answer["LastObjectTimestamp"].timestamp() * 1000 == MOMENT


@pytest.mark.parametrize(
    ("format_", "value"),
    [("EPOCHMILLI", iso(MOMENT)), ("ISO_8601", MOMENT), ("ISO_8601", "soon")],
    ids=["date as number", "number as date", "no time"],
)
def test_an_object_whose_timestamp_has_another_form_does_not_count(
    attributes: Attributes, format_: str, value: object
) -> None:
    attributes.define("x", Conditions=days(7, TimestampSource="{orders.at}", TimestampFormat=format_))
    assert attributes.value("x", attributes.put({"price": 1, "at": value})) is None


def test_an_object_without_its_timestamp_does_not_count(attributes: Attributes) -> None:
    attributes.define("x", Conditions=days(7, TimestampSource="{orders.at}"))
    assert attributes.value("x", attributes.put({"price": 1})) is None


THRESHOLDS = {
    ("SUM", "EQUAL_TO", "6"): "true",
    ("SUM", "EQUAL_TO", "6.0"): "true",
    ("SUM", "NOT_EQUAL_TO", "6"): "false",
    ("SUM", "GREATER_THAN", "5.5"): "true",
    ("SUM", "GREATER_THAN", "6"): "false",
    ("SUM", "LESS_THAN", "10"): "true",
    ("SUM", "LESS_THAN", "6"): "false",
    ("COUNT", "GREATER_THAN", "2"): "true",
    ("COUNT", "LESS_THAN", "2"): "false",
    ("LAST_OCCURRENCE", "EQUAL_TO", "gold"): "false",
    ("LAST_OCCURRENCE", "NOT_EQUAL_TO", "gold"): "true",
    ("LAST_OCCURRENCE", "GREATER_THAN", "gold"): "false",
    ("LAST_OCCURRENCE", "LESS_THAN", "gold"): "false",
}


@pytest.mark.parametrize(("statistic", "operator", "bound"), THRESHOLDS)
def test_a_threshold_makes_the_value_true_or_false(
    attributes: Attributes, statistic: str, operator: str, bound: str
) -> None:
    attributes.define("x", statistic, Conditions={"Threshold": {"Value": bound, "Operator": operator}})
    profile_id = attributes.put({"price": 1}, {"price": 2}, {"price": 3})
    assert attributes.value("x", profile_id) == THRESHOLDS[statistic, operator, bound]


def test_texts_are_compared_with_a_threshold_as_texts(attributes: Attributes) -> None:
    threshold = {"Threshold": {"Value": "gold", "Operator": "EQUAL_TO"}}
    attributes.define("x", "LAST_OCCURRENCE", "{orders.tier}", Conditions=threshold)
    assert attributes.value("x", attributes.put({"tier": "gold"})) == "true"


# --- the other members


def test_a_value_shows_these_members(attributes: Attributes) -> None:
    attributes.define("x", DisplayName="Spent")
    answer = attributes.calculated("x", attributes.put({"price": 1}))
    assert abs(answer.pop("LastObjectTimestamp").timestamp() - time.time()) < 60
    assert answer == {"CalculatedAttributeName": "x", "DisplayName": "Spent", "IsDataPartial": "true", "Value": "1"}


def test_the_name_of_an_attribute_without_a_display_name_stands_alone(attributes: Attributes) -> None:
    attributes.define("_x")
    answer = attributes.calculated("_x", attributes.put({"price": 1}))
    assert (answer["CalculatedAttributeName"], "DisplayName" in answer) == ("_x", False)


def test_the_last_object_is_the_newest_one_that_took_part(attributes: Attributes) -> None:
    attributes.define("x", Conditions=days(30, **BY_PAYMENT))
    answer = attributes.calculated("x", attributes.put(*PAID))
    assert answer["LastObjectTimestamp"].timestamp() == pytest.approx(PAID[2]["paid"]["at"] / 1000, abs=0.002)


def test_the_last_object_is_never_later_than_clients_can_read(attributes: Attributes) -> None:
    window = days(ValueRange={"Start": 1, "End": -(2**31)}, TimestampSource="{orders.at}")
    attributes.define("x", Conditions=window)
    attributes.calculated("x", attributes.put({"price": 1, "at": "9999-12-31T23:59:59-12:00"}))


def test_an_object_that_is_filtered_out_is_not_the_last_one(attributes: Attributes) -> None:
    attributes.define("x", Filter=only("INCLUSIVE", "gold"))
    profile_id = attributes.put({"tier": "gold", "price": 1})
    before = attributes.calculated("x", profile_id)
    attributes.api.put("orders", {"id": "9", "customer": "c", "tier": "none", "price": 1})
    assert attributes.calculated("x", profile_id) == before


@pytest.mark.parametrize(("objects", "partial"), [(1, "true"), (2, "false"), (3, "false")])
def test_a_value_of_fewer_objects_than_wanted_is_partial(attributes: Attributes, objects: int, partial: str) -> None:
    """The range begins after the definition, so that it is not the reason."""
    future = days(ValueRange={"Start": -1, "End": -30}, TimestampSource="{orders.at}")
    attributes.define("x", Conditions={**future, "ObjectCount": 2})
    answer = attributes.calculated("x", attributes.put(*[{"price": 1, "at": ago(-7)}] * objects))
    assert answer["IsDataPartial"] == partial


def test_a_value_is_partial_until_the_range_has_elapsed_since_the_definition(attributes: Attributes) -> None:
    attributes.define("x", Conditions=days(1), UseHistoricalData=True)
    assert attributes.calculated("x", attributes.put({"price": 1}))["IsDataPartial"] == "true"
