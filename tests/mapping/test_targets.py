"""Targets: which places of the standard objects a mapping may write to."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprofiles.errors import BadRequestException
from openprofiles.mapping.targets import ELEMENTS, PLAIN, PREFIXES, WHOLE, Target, parse_target

DATA = Path(__file__).parent.parent / "data"
OBJECTS = json.loads((DATA / "standard_objects.json").read_text(encoding="utf-8"))
PROFILE = json.loads((DATA / "profile_fields.json").read_text(encoding="utf-8"))

# Source: Standard profile, asset, case and order definitions in Customer Profiles.
FIELDS = [
    *(("_profile", field) for field in (*PROFILE["text"], "Gender", "PartyType", "ProfileType")),
    *(("_profile", f"{address}.{member}") for address in PROFILE["addresses"] for member in PROFILE["address_members"]),
    *((prefix, field) for prefix, fields in OBJECTS["fields"].items() for field in fields),
    *(
        ("_order", f"{address}.{member}")
        for address in ("BillingAddress", "ShippingAddress")
        for member in ("Name", *PROFILE["address_members"])
    ),
    ("_order", "StatusCode"),
]


@pytest.mark.parametrize(("prefix", "path"), FIELDS)
def test_a_field_of_a_standard_object_is_a_target_for_text(prefix: str, path: str) -> None:
    assert parse_target(f"{prefix}.{path}") == Target(prefix, path, PLAIN)


# Source: Field definitions in Customer Profiles object type mappings.
RIGHT: dict[str, tuple[str, Target]] = {
    "attribute": ("_profile.Attributes.tier", Target("_profile", "Attributes.tier")),
    "attribute of any name": ("_case.Attributes.shoe size.ü", Target("_case", "Attributes.shoe size.ü")),
    "attribute of an open object": ("_device.Attributes.a b", Target("_device", "Attributes.a b")),
    "free text of Gender": ("_profile.GenderString", Target("_profile", "Gender")),
    "free text of PartyType": ("_profile.PartyTypeString", Target("_profile", "PartyType")),
    "whole address": (
        "_profile.MailingAddress",
        Target("_profile", "MailingAddress", WHOLE, tuple(PROFILE["address_members"])),
    ),
    "whole address of an order": (
        "_order.BillingAddress",
        Target("_order", "BillingAddress", WHOLE, ("Name", *PROFILE["address_members"])),
    ),
    "member of each element": ("_order.OrderItems[].Title", Target("_order", "OrderItems", ELEMENTS, ("Title",))),
    "field of an open object": ("_loyalty.MembershipId", Target("_loyalty", "MembershipId")),
    "dotted name on an open object": ("_airSegment.Departure.Date", Target("_airSegment", "Departure.Date")),
    "id of another object": ("_hotelStayRevenue.ReservationId", Target("_hotelStayRevenue", "ReservationId")),
    "event of a communication": (
        "_communicationRecord.Events.open.Attributes.link",
        Target("_communicationRecord", "Events.open.Attributes.link"),
    ),
    "time of the source": (
        "_profile.SourceLastUpdatedTimestamp",
        Target("_profile", "SourceLastUpdatedTimestamp"),
    ),
}


@pytest.mark.parametrize(("text", "target"), RIGHT.values(), ids=RIGHT)
def test_a_target_says_where_its_value_goes(text: str, target: Target) -> None:
    assert parse_target(text) == target


@pytest.mark.parametrize("prefix", ["_profile", *OBJECTS["identifiers"]])
def test_every_standard_object_takes_attributes(prefix: str) -> None:
    assert parse_target(f"{prefix}.Attributes.tier").is_attribute


def test_no_other_object_takes_anything() -> None:
    assert set(PREFIXES) == {"_profile", *OBJECTS["identifiers"]}


@pytest.mark.parametrize("text", OBJECTS["forbidden"])
def test_what_the_service_sets_is_no_target(text: str) -> None:
    with pytest.raises(BadRequestException) as refused:
        parse_target(text)
    assert refused.value.message == f"Target {text} is set by the service and can not be a target."


NO_OBJECT = "does not begin with a standard object"
NO_FIELD = "names no field"
WRONG: dict[str, tuple[str, str]] = {
    "empty": ("", NO_OBJECT),
    "no prefix": ("FirstName", NO_OBJECT),
    "unknown prefix": ("_pet.Name", NO_OBJECT),
    "prefix in another case": ("_Profile.FirstName", NO_OBJECT),
    "prefix alone": ("_profile", NO_OBJECT),
    "prefix with a dot": ("_profile.", NO_OBJECT),
    "space before the prefix": (" _profile.FirstName", NO_OBJECT),
    "contact, which the service model does not have": ("_contact.Name", NO_OBJECT),
    "unknown profile field": ("_profile.BusinessEmail", NO_FIELD),
    "field in another case": ("_profile.firstName", NO_FIELD),
    "field with a line break": ("_profile.FirstName\n", NO_FIELD),
    "member of a text": ("_profile.FirstName.First", NO_FIELD),
    "unknown address member": ("_profile.Address.Planet", NO_FIELD),
    "member of an address member": ("_profile.Address.City.Name", NO_FIELD),
    "address with a dot": ("_profile.Address.", NO_FIELD),
    "name of a profile's address": ("_profile.Address.Name", NO_FIELD),
    "attributes as a whole": ("_profile.Attributes", NO_FIELD),
    "attribute without a name": ("_profile.Attributes.", NO_FIELD),
    "case of a profile field": ("_case.FirstName", NO_FIELD),
    "unknown asset field": ("_asset.Colour", NO_FIELD),
    "unknown order field": ("_order.Colour", NO_FIELD),
    "list as a whole": ("_order.OrderItems[]", NO_FIELD),
    "list without brackets": ("_order.OrderItems.Title", NO_FIELD),
    "unknown member of a list": ("_order.OrderItems[].Colour", NO_FIELD),
    "unknown list": ("_order.Parcels[].Title", NO_FIELD),
    "list of an object without lists": ("_profile.OrderItems[].Title", NO_FIELD),
    "open object: space": ("_loyalty.Membership Id", NO_FIELD),
    "open object: digit first": ("_loyalty.1st", NO_FIELD),
    "open object: empty name": ("_loyalty.a..b", NO_FIELD),
    "open object: line break": ("_loyalty.Tier\n", NO_FIELD),
}


@pytest.mark.parametrize(("text", "reason"), WRONG.values(), ids=WRONG)
def test_what_is_no_place_of_a_standard_object_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadRequestException) as refused:
        parse_target(text)
    assert (f"Target {text} " in refused.value.message, reason in refused.value.message) == (True, True)


@given(
    st.sampled_from([*PREFIXES, "_pet", ""]),
    st.lists(st.sampled_from(["Address", "City", "Attributes", "OrderItems[]", "Title", "AssetId", "a b", ""])),
)
def test_any_text_is_a_target_or_a_bad_request(prefix: str, steps: list[str]) -> None:
    text = ".".join([prefix, *steps])
    try:
        target = parse_target(text)
    except BadRequestException as refused:
        assert text in refused.message  # noqa: PT017
    else:
        assert text.replace("[]", "").startswith(f"{target.prefix}.{target.path.removesuffix('.')}".replace("[]", ""))


TIMES = [
    ("_profile.SourceLastUpdatedTimestamp", True),
    ("_loyalty.SourceLastUpdatedTimestamp", False),
    ("_profile.Attributes.SourceLastUpdatedTimestamp", False),
    ("_profile.BirthDate", False),
]


@pytest.mark.parametrize(("text", "is_timestamp"), TIMES)
def test_only_the_profiles_timestamp_is_the_time_of_the_source(text: str, is_timestamp: bool) -> None:
    assert parse_target(text).is_timestamp is is_timestamp


@pytest.mark.parametrize(
    ("text", "is_attribute"), [("_profile.Attributes.City", True), ("_profile.Address.City", False)]
)
def test_an_attribute_is_told_from_a_member(text: str, is_attribute: bool) -> None:
    assert parse_target(text).is_attribute is is_attribute
