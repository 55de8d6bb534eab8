"""GetCalculatedAttributeForProfile: what the objects of a profile give.

Sources: the API's page on the operation; Calculated attributes APIs.
"""

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .attributes import Answer, Attributes, with_orders
from .calls import NOBODY, DomainApi, missing
from .mappings import definition, key, text


@pytest.fixture
def attributes(api: DomainApi) -> Attributes:
    return with_orders(api)


# --- statistics

PRICES: list[object] = [3, "10", 2.5, 3, "2.5", "3.0"]

STATISTICS = {
    "FIRST_OCCURRENCE": "3",
    "LAST_OCCURRENCE": "3.0",
    "COUNT": "6",
    "SUM": "24",
    "MINIMUM": "2.5",
    "MAXIMUM": "10",
    "AVERAGE": "4",
    "RECENT_OCCURRENCES": '["3.0","2.5","3","2.5","10","3"]',
}


@pytest.mark.parametrize("statistic", STATISTICS)
def test_each_statistic_has_its_value(attributes: Attributes, statistic: str) -> None:
    attributes.define("x", statistic)
    profile_id = attributes.put(*({"price": price} for price in PRICES))
    assert attributes.value("x", profile_id) == STATISTICS[statistic]


def test_the_most_frequent_value_wins(attributes: Attributes) -> None:
    attributes.define("x", "MAX_OCCURRENCE", "{orders.channel}")
    profile_id = attributes.put(
        *({"channel": channel} for channel in ("CHAT", "VOICE", "VOICE", "CHAT", "VOICE", "TASK"))
    )
    assert attributes.value("x", profile_id) == "VOICE"


def test_of_equally_frequent_values_the_one_seen_last_wins(attributes: Attributes) -> None:
    attributes.define("x", "MAX_OCCURRENCE", "{orders.channel}")
    profile_id = attributes.put(*({"channel": channel} for channel in ("VOICE", "CHAT", "CHAT", "VOICE", "TASK")))
    assert attributes.value("x", profile_id) == "VOICE"


@pytest.mark.parametrize(
    ("prices", "total"), [((0.1, 0.2), "0.3"), (("1.10", 2.2), "3.3"), ((1e3, -1), "999"), ((5,), "5")]
)
def test_sums_are_decimal(attributes: Attributes, prices: tuple[object, ...], total: str) -> None:
    attributes.define("x")
    assert attributes.value("x", attributes.put(*({"price": price} for price in prices))) == total


@pytest.mark.parametrize(("prices", "mean"), [((1, 2), "1.5"), ((1, 2, 3), "2"), ((0.1, 0.2), "0.15"), ((-1, 1), "0")])
def test_an_average_is_as_short_as_it_can_be(attributes: Attributes, prices: tuple[object, ...], mean: str) -> None:
    attributes.define("x", "AVERAGE")
    assert attributes.value("x", attributes.put(*({"price": price} for price in prices))) == mean


@pytest.mark.parametrize("other", ["n/a", "", None, True, [1], {"amount": 1}])
def test_what_is_no_number_is_left_out_of_a_sum(attributes: Attributes, other: object) -> None:
    attributes.define("x")
    assert attributes.value("x", attributes.put({"price": 2}, {"price": other}, {}, {"price": 3})) == "5"


@pytest.mark.parametrize("other", ["", None, [1], {"amount": 1}])
def test_an_object_without_the_attribute_is_not_counted(attributes: Attributes, other: object) -> None:
    attributes.define("x", "COUNT")
    assert attributes.value("x", attributes.put({"price": 2}, {"price": other}, {}, {"price": "n/a"})) == "2"


@pytest.mark.parametrize(("given", "shown"), [(True, "true"), (1.50, "1.5"), ("1.50", "1.50"), ("ÅÄ 🙂", "ÅÄ 🙂")])
def test_an_occurrence_is_shown_as_text(attributes: Attributes, given: object, shown: str) -> None:
    attributes.define("x", "LAST_OCCURRENCE")
    assert attributes.value("x", attributes.put({"price": given})) == shown


@pytest.mark.parametrize("statistic", ["FIRST_OCCURRENCE", "LAST_OCCURRENCE", "MAX_OCCURRENCE"])
def test_a_value_has_at_most_255_characters(attributes: Attributes, statistic: str) -> None:
    attributes.define("x", statistic)
    assert attributes.value("x", attributes.put({"price": "x" * 300})) == "x" * 255


def test_recent_occurrences_are_as_many_as_fit_into_a_value(attributes: Attributes) -> None:
    attributes.define("x", "RECENT_OCCURRENCES")
    profile_id = attributes.put(*({"price": f"{number}" * 100} for number in range(1, 5)))
    newest, second = "4" * 100, "3" * 100
    assert attributes.value("x", profile_id) == f'["{newest}","{second}"]'


def test_the_most_recent_occurrence_is_shown_however_long_it_is(attributes: Attributes) -> None:
    attributes.define("x", "RECENT_OCCURRENCES")
    assert attributes.value("x", attributes.put({"price": "x" * 255})) != "[]"


# --- expressions

LINES: list[Answer] = [{"price": "2.50", "quantity": 3}, {"price": 4, "quantity": "2"}]

EXPRESSIONS = {
    "{orders.price} * {orders.quantity}": "15.5",
    "{orders.price} + {orders.quantity}": "11.5",
    "{orders.price} - {orders.quantity}": "1.5",
    "{orders.price} / 2": "3.25",
    "({orders.price} + 1) * {orders.quantity}": "20.5",
    "{orders.price} + 1 * {orders.quantity}": "11.5",
    "-{orders.price} + .5": "-5.5",
    "10 - {orders.price} - {orders.price}": "7",
    "{orders.price} * {orders.price}": "22.25",
}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_is_worked_out_for_each_object(attributes: Attributes, expression: str) -> None:
    attributes.define("x", expression=expression)
    assert attributes.value("x", attributes.put(*LINES)) == EXPRESSIONS[expression]


def test_an_object_without_one_of_two_attributes_does_not_count(attributes: Attributes) -> None:
    attributes.define("x", "COUNT", "{orders.price} * {orders.quantity}")
    assert attributes.value("x", attributes.put(*LINES, {"price": 1}, {"price": 1, "quantity": "many"})) == "2"


def test_an_object_that_divides_by_zero_does_not_count(attributes: Attributes) -> None:
    attributes.define("x", expression="{orders.price} / {orders.quantity}")
    assert attributes.value("x", attributes.put({"price": 9, "quantity": 3}, {"price": 1, "quantity": 0})) == "3"


def test_three_thirds_are_one(attributes: Attributes) -> None:
    attributes.define("x", expression="{orders.price} / {orders.quantity}")
    assert attributes.value("x", attributes.put(*[{"price": 1, "quantity": 3}] * 3)) == "1"


def test_a_name_is_the_path_of_a_member(attributes: Attributes) -> None:
    attributes.define("x", "LAST_OCCURRENCE", "{orders.agent.id}")
    assert attributes.value("x", attributes.put({"agent": {"id": "a-7"}})) == "a-7"


def test_a_member_whose_name_holds_the_dots_goes_before_the_path(attributes: Attributes) -> None:
    attributes.define("x", "LAST_OCCURRENCE", "{orders.agent.id}")
    assert attributes.value("x", attributes.put({"agent": {"id": "a-7"}, "agent.id": "a-8"})) == "a-8"


def test_a_name_is_that_of_a_field_of_the_mapping(api: DomainApi) -> None:
    fields = {"id": text("id"), "customer": text("customer"), "cost": text("bill.sum")}
    keys = {"ordersId": key("id", "UNIQUE"), "customer": key("customer", "PROFILE")}
    api.define("orders", definition(fields, keys))
    attributes = Attributes(api)
    attributes.define("x", expression="{orders.cost}")
    assert attributes.value("x", attributes.put({"bill": {"sum": 7}})) == "7"


def test_a_member_does_not_stand_in_for_the_field_of_its_name(api: DomainApi) -> None:
    fields = {"id": text("id"), "customer": text("customer"), "price": text("net")}
    keys = {"ordersId": key("id", "UNIQUE"), "customer": key("customer", "PROFILE")}
    api.define("orders", definition(fields, keys))
    attributes = Attributes(api)
    attributes.define("x")
    assert attributes.value("x", attributes.put({"net": 1, "price": 100}, {"price": 100})) == "1"


# --- what counts


def test_objects_of_another_profile_do_not_count(attributes: Attributes) -> None:
    attributes.define("x")
    profile_id = attributes.put({"price": 1})
    attributes.put({"price": 10}, customer="other")
    assert attributes.value("x", profile_id) == "1"


def test_objects_of_another_type_do_not_count(attributes: Attributes) -> None:
    attributes.define("x")
    attributes.api.define("gifts", definition({"id": text("id"), "customer": text("customer")}, GIFT_KEYS))
    profile_id = attributes.put({"price": 1})
    attributes.api.put("gifts", {"id": "1", "customer": "c", "price": 10})
    assert attributes.value("x", profile_id) == "1"


GIFT_KEYS = {"giftsId": key("id", "UNIQUE"), "customer": key("customer", "PROFILE")}


def test_objects_from_before_the_definition_do_not_count(attributes: Attributes) -> None:
    profile_id = attributes.put({"price": 1})
    attributes.define("x")
    assert attributes.value("x", profile_id) is None


@pytest.mark.parametrize(("historical", "value"), [(True, "1"), (False, None)])
def test_objects_from_before_the_definition_count_where_it_says_so(
    attributes: Attributes, historical: bool, value: str | None
) -> None:
    profile_id = attributes.put({"price": 1})
    attributes.define("x", UseHistoricalData=historical)
    assert attributes.value("x", profile_id) == value


def test_a_replaced_object_counts_as_it_is_now(attributes: Attributes) -> None:
    attributes.define("x")
    profile_id = attributes.put({"price": 1}, {"price": 2})
    attributes.put({"price": 5})
    assert attributes.value("x", profile_id) == "7"


def test_a_deleted_object_does_not_count(attributes: Attributes) -> None:
    attributes.define("x")
    profile_id = attributes.put({"price": 1}, {"price": 2})
    unique_key = attributes.api.put("orders", {"id": "9", "customer": "c", "price": 5})
    attributes.client.delete_profile_object(
        DomainName=attributes.api.domain,
        ObjectTypeName="orders",
        ProfileId=profile_id,
        ProfileObjectUniqueKey=unique_key,
    )
    assert attributes.value("x", profile_id) == "3"


def test_objects_that_a_merge_moves_count_in_the_main_profile(attributes: Attributes) -> None:
    attributes.define("x")
    main, other = attributes.put({"price": 1}), attributes.put({"price": 10}, customer="other")
    attributes.api.merge(main, other)
    assert attributes.value("x", main) == "11"
    with missing(other):
        attributes.calculated("x", other)


# --- without objects


@pytest.mark.parametrize("statistic", [*STATISTICS, "MAX_OCCURRENCE"])
def test_without_objects_only_a_count_has_a_value(attributes: Attributes, statistic: str) -> None:
    attributes.define("x", statistic)
    assert attributes.value("x", attributes.api.create()) == ("0" if statistic == "COUNT" else None)


@pytest.mark.parametrize("statistic", [*STATISTICS, "MAX_OCCURRENCE"])
@pytest.mark.parametrize("operator", ["EQUAL_TO", "GREATER_THAN"])
def test_without_objects_a_threshold_is_not_reached(attributes: Attributes, statistic: str, operator: str) -> None:
    attributes.define("x", statistic, Conditions={"Threshold": {"Value": "5", "Operator": operator}})
    assert attributes.value("x", attributes.api.create()) == "false"


@pytest.mark.parametrize("operator", ["LESS_THAN", "NOT_EQUAL_TO"])
def test_without_objects_a_count_is_not_below_its_threshold_either(attributes: Attributes, operator: str) -> None:
    """ "No objects yet: … thresholded false"."""
    attributes.define("x", "COUNT", Conditions={"Threshold": {"Value": "5", "Operator": operator}})
    assert attributes.value("x", attributes.api.create()) == "false"


def test_without_objects_there_is_no_time_of_the_last_one(attributes: Attributes) -> None:
    attributes.define("x", "COUNT")
    assert "LastObjectTimestamp" not in attributes.calculated("x", attributes.api.create())


# --- what is not there

OF_PROFILES: dict[str, Answer] = {
    "get_calculated_attribute_for_profile": {"CalculatedAttributeName": "x", "ProfileId": NOBODY},
    "list_calculated_attributes_for_profile": {"ProfileId": NOBODY},
    "batch_get_calculated_attribute_for_profile": {"CalculatedAttributeName": "x", "ProfileIds": [NOBODY]},
}


@pytest.mark.parametrize("operation", OF_PROFILES)
def test_an_unknown_domain_is_not_found(client: CustomerProfilesClient, operation: str) -> None:
    with missing("no-such-domain"):
        getattr(client, operation)(DomainName="no-such-domain", **OF_PROFILES[operation])


@pytest.mark.parametrize("operation", [name for name in OF_PROFILES if not name.startswith("list")])
def test_an_unknown_attribute_is_not_found(attributes: Attributes, operation: str) -> None:
    with missing("x", attributes.api.domain):
        getattr(attributes.client, operation)(DomainName=attributes.api.domain, **OF_PROFILES[operation])


@pytest.mark.parametrize("operation", [name for name in OF_PROFILES if not name.startswith("batch")])
def test_an_unknown_profile_is_not_found(attributes: Attributes, operation: str) -> None:
    attributes.define("x")
    with missing(NOBODY):
        getattr(attributes.client, operation)(DomainName=attributes.api.domain, **OF_PROFILES[operation])


def test_a_deleted_profile_has_no_values(attributes: Attributes) -> None:
    attributes.define("x")
    profile_id = attributes.put({"price": 1})
    attributes.api.delete(profile_id)
    with missing(profile_id):
        attributes.calculated("x", profile_id)


def test_objects_of_a_deleted_type_do_not_count(attributes: Attributes) -> None:
    attributes.define("x", "COUNT")
    profile_id = attributes.put({"price": 1})
    attributes.api.forget("orders")
    assert attributes.value("x", profile_id) == "0"


def test_objects_of_a_type_made_anew_count(attributes: Attributes) -> None:
    attributes.define("x")
    profile_id = attributes.put({"price": 1})
    attributes.api.add_key(profile_id, "_account", "a")
    attributes.api.forget("orders")
    attributes = with_orders(attributes.api)
    other = attributes.put({"price": 2})
    assert attributes.value("x", other) == "2"
