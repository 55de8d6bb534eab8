"""`GET /-/domains/…/calculated-attributes/…/explain?profile=…`: which objects counted for a value."""

import time
from typing import Any

import pytest

from tests.server.process import RunningServer

from .attributes import Answer, Attributes, ago, days, only, with_orders
from .calls import NOBODY, DomainApi
from .extensions import Extensions
from .mappings import orders

DAY = 86_400


class Explained:
    """The explanations of a domain with orders."""

    def __init__(self, server: RunningServer, api: DomainApi) -> None:
        self.attributes = with_orders(api)
        self.extensions = Extensions(server, api)

    def answer(self, profile_id: str, name: str = "x") -> Answer:
        return self.extensions.get(f"/calculated-attributes/{name}/explain", profile=profile_id)

    def verdicts(self, profile_id: str) -> list[str]:
        """Of each object, newest first."""
        return [one["Verdict"] for one in self.answer(profile_id)["Objects"]]


@pytest.fixture
def explained(server: RunningServer, api: DomainApi) -> Explained:
    return Explained(server, api)


def test_each_object_that_counted_shows_its_key_value_and_time(explained: Explained) -> None:
    explained.attributes.define("x")
    profile_id = explained.attributes.put({"price": 1.50})
    unique_key = explained.attributes.api.put("orders", {"id": "9", "customer": "c", "price": "7"})
    newest, oldest = explained.answer(profile_id)["Objects"]
    assert abs(newest.pop("Timestamp") - time.time()) < 60
    assert newest == {"ProfileObjectUniqueKey": unique_key, "Verdict": "COUNTED", "Value": "7"}
    assert oldest["Value"] == "1.5"


def test_the_value_is_explained_as_it_is_read(explained: Explained) -> None:
    explained.attributes.define("x", DisplayName="Spent")
    profile_id = explained.attributes.put({"price": 1}, {"price": 2})
    read, answer = explained.attributes.calculated("x", profile_id), explained.answer(profile_id)
    last = read.pop("LastObjectTimestamp")
    assert {member: answer[member] for member in read} == read
    assert answer["LastObjectTimestamp"] == pytest.approx(last.timestamp(), abs=0.002)


BY_TIME = days(30, TimestampSource="{orders.at}")

VERDICTS: dict[str, tuple[Answer, Answer]] = {
    "COUNTED": ({}, {"price": 1}),
    "OUTSIDE_RANGE": ({"Conditions": BY_TIME}, {"price": 1, "at": ago(31)}),
    "FILTERED": ({"Filter": only("INCLUSIVE", "gold")}, {"price": 1, "tier": "none"}),
    "NO_TIMESTAMP": ({"Conditions": BY_TIME}, {"price": 1, "at": "soon"}),
    "NO_VALUE": ({}, {"cost": 1}),
    "NOT_A_NUMBER": ({}, {"price": "n/a"}),
}


@pytest.mark.parametrize("verdict", VERDICTS)
def test_an_object_has_its_verdict(explained: Explained, verdict: str) -> None:
    members, order = VERDICTS[verdict]
    explained.attributes.define("x", **members)
    assert explained.verdicts(explained.attributes.put(order)) == [verdict]


def test_an_object_that_newer_ones_have_pushed_out_says_so(explained: Explained) -> None:
    explained.attributes.define("x", Conditions={"ObjectCount": 1})
    profile_id = explained.attributes.put({"price": 1}, {"price": 2})
    assert explained.verdicts(profile_id) == ["COUNTED", "BEYOND_OBJECT_COUNT"]


def test_an_object_from_before_the_definition_says_so(explained: Explained) -> None:
    profile_id = explained.attributes.put({"price": 1})
    explained.attributes.define("x")
    assert explained.verdicts(profile_id) == ["BEFORE_DEFINITION"]


def test_an_object_shows_the_time_that_it_counts_by(explained: Explained) -> None:
    explained.attributes.define("x", Conditions=BY_TIME)
    at = ago(3)
    [one] = explained.answer(explained.attributes.put({"price": 1, "at": at}))["Objects"]
    assert one["Timestamp"] == pytest.approx(at / 1000, abs=0.002)


def test_the_range_is_shown_as_it_holds_now(explained: Explained) -> None:
    window = days(ValueRange={"Start": 30, "End": -7}, TimestampSource="{orders.at}")
    explained.attributes.define("x", Conditions=window)
    answer = explained.answer(explained.attributes.put({"price": 1, "at": ago(1)}))
    shown = [answer[name] - time.time() for name in ("RangeStart", "RangeEnd")]
    assert shown == pytest.approx([-30 * DAY, 7 * DAY], abs=60)


def test_a_range_that_takes_in_all_that_comes_has_no_end(explained: Explained) -> None:
    explained.attributes.define("x", Conditions=days(30))
    assert "RangeEnd" not in explained.answer(explained.attributes.put({"price": 1}))


def test_the_widest_range_is_explained_too(explained: Explained) -> None:
    explained.attributes.define("x", Conditions=days(2**31 - 1))
    assert explained.verdicts(explained.attributes.put({"price": 1})) == ["COUNTED"]


def test_without_objects_nothing_is_explained(explained: Explained) -> None:
    explained.attributes.define("x", "COUNT")
    answer = explained.answer(explained.attributes.api.create())
    assert (answer["Value"], answer["Objects"]) == ("0", [])


def test_standard_objects_are_explained(server: RunningServer, api: DomainApi) -> None:
    api.define("orders", orders())
    Attributes(api).define("x", expression="{_order.TotalPrice}")
    api.put("orders", {"email": "ann@example.com", "order": "1", "total": "9.90"})
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    answer = Extensions(server, api).get("/calculated-attributes/x/explain", profile=profile_id)
    [listed] = api.listed(profile_id, "_order")
    [one] = answer["Objects"]
    assert (one["Verdict"], one["Value"]) == ("COUNTED", "9.9")
    assert one["ProfileObjectUniqueKey"] == listed["ProfileObjectUniqueKey"]


UNKNOWN: dict[str, tuple[str, str, int]] = {
    "attribute": ("y", NOBODY, 404),
    "profile": ("x", NOBODY, 404),
    "no id": ("x", "ann", 400),
    "no name": ("with space", NOBODY, 400),
}


@pytest.mark.parametrize(("name", "profile", "status"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_what_is_not_there_is_not_explained(explained: Explained, name: str, profile: str, status: int) -> None:
    explained.attributes.define("x")
    answered, told = explained.extensions.ask(
        "GET", f"/calculated-attributes/{name.replace(' ', '%20')}/explain", profile=profile
    )
    assert (answered, bool(told["Message"])) == (status, True)


def test_a_question_without_a_profile_is_refused(explained: Explained) -> None:
    explained.attributes.define("x")
    status, told = explained.extensions.ask("GET", "/calculated-attributes/x/explain")
    assert (status, "profile" in told["Message"]) == (400, True)


def test_a_range_of_a_batch_explains_nothing(explained: Explained) -> None:
    """The explanation is of the definition; overrides are of one call."""
    explained.attributes.define("x", Conditions=BY_TIME)
    profile_id = explained.attributes.put({"price": 1, "at": ago(31)})
    overrides: Any = {"Range": {"Start": 50, "Unit": "DAYS"}}
    explained.attributes.batch("x", profile_id, ConditionOverrides=overrides)
    assert explained.verdicts(profile_id) == ["OUTSIDE_RANGE"]
