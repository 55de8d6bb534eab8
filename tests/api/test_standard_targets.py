"""What a mapping may write to the standard objects beside the profile, and how it is shown.

Source: Field definitions in Customer Profiles object type mappings; Reference for standard objects in Customer
Profiles; the public travel and loyalty samples.
"""

from typing import Any

import pytest

from .calls import DomainApi, data
from .mappings import Definition, Field, computed, definition, key, products, text, tickets

OBJECTS = data("standard_objects.json")
PROFILE_FIELDS = data("profile_fields.json")
IDENTIFIERS: dict[str, str] = OBJECTS["identifiers"]


def records(name: str, kind: str, **targets: str) -> Definition:
    """Records of a system on one kind of standard object, found by the key `record` in all systems.

    `targets`: member of the record → field of the standard object.
    """
    fields: dict[str, Field] = {member: text(member, f"{kind}.{target}") for member, target in targets.items()}
    keys = {
        f"{name}Id": key("id", "UNIQUE"),
        "who": key("who", "PROFILE"),
        "record": key("record", IDENTIFIERS[kind]),
    }
    return definition({"id": text("id"), "who": text("who"), "record": text("record"), **fields}, keys)


def standard(api: DomainApi, kind: str, who: str = "ann") -> list[dict[str, Any]]:
    """A customer's standard objects, without the ids that the service gives."""
    found = api.objects(api.one("who", who)["ProfileId"], kind)
    own = {target.partition(".")[2] for target in OBJECTS["forbidden"] if target.startswith(f"{kind}.")}
    return [{name: value for name, value in one.items() if name not in own} for one in found]


def put(api: DomainApi, name: str, **members: Any) -> None:
    api.put(name, {"id": "1", "who": "ann", "record": "r1", **members})


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_each_standard_object_takes_attributes_and_is_listed(api: DomainApi, kind: str) -> None:
    api.define("crm", records("crm", kind, note="Attributes.note"))
    put(api, "crm", note="x")
    assert standard(api, kind) == [{"Attributes": {"note": "x"}}]


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_a_listed_standard_object_has_an_id_of_its_own(api: DomainApi, kind: str) -> None:
    api.define("crm", records("crm", kind, note="Attributes.note"))
    put(api, "crm", note="x")
    [shown] = api.objects(api.one("who", "ann")["ProfileId"], kind)
    [own] = shown.keys() - {"Attributes"}
    assert f"{kind}.{own}" in OBJECTS["forbidden"]


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_the_identifier_attaches_records_of_two_systems_to_one_standard_object(api: DomainApi, kind: str) -> None:
    for name in ("crm", "shop"):
        api.define(name, records(name, kind, note=f"Attributes.{name}"))
        put(api, name, note="x")
    assert standard(api, kind) == [{"Attributes": {"crm": "x", "shop": "x"}}]


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_another_value_of_the_identifier_makes_another_standard_object(api: DomainApi, kind: str) -> None:
    api.define("crm", records("crm", kind, note="Attributes.note"))
    put(api, "crm", note="x")
    put(api, "crm", id="2", record="r2", note="y")
    assert sorted(one["Attributes"]["note"] for one in standard(api, kind)) == ["x", "y"]


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_an_object_that_two_standard_objects_fit_is_not_stored(api: DomainApi, kind: str) -> None:
    mapping = records("crm", kind, note="Attributes.note")
    mapping["Fields"]["second"] = text("second")
    mapping["Keys"]["second"] = [key("second", IDENTIFIERS[kind])]
    api.define("crm", mapping)
    put(api, "crm", note="x")
    put(api, "crm", id="2", record="r2", second="s2", note="y")
    put(api, "crm", id="3", record="r1", second="s2", note="z")
    assert sorted(one["Attributes"]["note"] for one in standard(api, kind)) == ["x", "y"]
    assert len(api.objects(api.one("who", "ann")["ProfileId"], "crm")) == 2


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_an_identifier_without_a_target_writes_no_standard_object(api: DomainApi, kind: str) -> None:
    api.define("crm", records("crm", kind))
    put(api, "crm")
    assert standard(api, kind) == []


# Names that AWS's public samples write to; their definitions are not published whole.
TRAVEL = {
    "_loyalty": ["MembershipId", "Status", "Group", "UpdatedDate", "CreatedDate"],
    "_hotelStayRevenue": [
        *("ReservationId", "GuestId", "HotelCode", "StartDate", "Type", "Description", "Amount", "CurrencyCode"),
        *("CurrencyName", "CurrencySymbol", "ProcessedDate", "Status", "CreatedOn", "CreatedBy", "LastUpdatedOn"),
        "LastUpdatedBy",
    ],
}


@pytest.mark.parametrize("kind", TRAVEL)
def test_the_fields_of_the_travel_samples_are_written(api: DomainApi, kind: str) -> None:
    members = {f"m{number}": field for number, field in enumerate(TRAVEL[kind])}
    api.define("crm", records("crm", kind, **members))
    put(api, "crm", **{member: f"{field} as it came" for member, field in members.items()})
    assert standard(api, kind) == [{field: f"{field} as it came" for field in TRAVEL[kind]}]


def test_travel_samples_link_their_types_by_one_custom_key(api: DomainApi) -> None:
    for name, kind, target in (("stays", "_hotelStayRevenue", "GuestId"), ("members", "_loyalty", "MembershipId")):
        fields = {"id": text("id"), "guest": text("GuestId", f"{kind}.{target}")}
        keys = {f"{name}Id": key("id", "UNIQUE", IDENTIFIERS[kind]), "LoyaltyId": key("guest", "PROFILE")}
        api.define(name, definition(fields, keys))
        api.put(name, {"id": "1", "GuestId": "g-1"})
    profile_id = api.one("LoyaltyId", "g-1")["ProfileId"]
    assert [len(api.objects(profile_id, name)) for name in ("stays", "members")] == [1, 1]


def test_an_event_of_a_communication_has_attributes(api: DomainApi) -> None:
    api.define("crm", records("crm", "_communicationRecord", link="Events.open.Attributes.link"))
    put(api, "crm", link="x")
    assert standard(api, "_communicationRecord") == [{"Events": {"open": {"Attributes": {"link": "x"}}}}]


def test_an_attribute_of_an_event_is_a_target(api: DomainApi) -> None:
    target = "_communicationRecord.Events.open.Attributes.link"
    api.define("crm", records("crm", "_communicationRecord", link="Events.open.Attributes.link"))
    assert api.definition("crm")["Fields"]["link"]["Target"] == target


ADDRESS = {member: f"{member} of the order" for member in ("Name", *PROFILE_FIELDS["address_members"])}


@pytest.mark.parametrize("address", ["BillingAddress", "ShippingAddress"])
def test_an_address_of_an_order_has_a_name_and_all_members(api: DomainApi, address: str) -> None:
    api.define("crm", records("crm", "_order", **{member: f"{address}.{member}" for member in ADDRESS}))
    put(api, "crm", **ADDRESS)
    assert standard(api, "_order") == [{address: ADDRESS}]


@pytest.mark.parametrize("code", ["DRAFT", "ACTIVATED"])
def test_an_order_has_a_status_code(api: DomainApi, code: str) -> None:
    api.define("crm", records("crm", "_order", code="StatusCode"))
    put(api, "crm", code=code)
    assert standard(api, "_order") == [{"StatusCode": code}]


def test_scalars_of_an_order_are_texts(api: DomainApi) -> None:
    mapping = records("crm", "_order", total="TotalPrice", weight="TotalWeight", gift="Attributes.gift")
    mapping["Fields"]["count"] = computed("_source.lines[].count", "_order.OrderItems[].Quantity")
    api.define("crm", mapping)
    put(api, "crm", total=12.50, weight=900, gift=True, lines=[{"count": 2}])
    assert standard(api, "_order") == [
        {"TotalPrice": "12.5", "TotalWeight": "900", "Attributes": {"gift": "true"}, "OrderItems": [{"Quantity": "2"}]}
    ]


@pytest.mark.parametrize("address", PROFILE_FIELDS["addresses"])
def test_an_object_mapped_as_string_gives_a_whole_address(api: DomainApi, address: str) -> None:
    whole = {member: f"{member} of the customer" for member in PROFILE_FIELDS["address_members"]}
    field = {"Source": "_source.Address", "Target": f"_profile.{address}", "ContentType": "STRING"}
    api.define("crm", definition({"id": text("id"), "address": field}, {"crmId": key("id", "PROFILE", "UNIQUE")}))
    api.put("crm", {"id": "1", "Address": whole})
    assert api.one("crmId", "1")[address] == whole


def test_cases_are_filtered_by_a_key_of_their_object(api: DomainApi) -> None:
    api.define("tickets", tickets())
    for ticket in ("T1", "T2"):
        api.put("tickets", {"email": "ann@example.com", "ticket": ticket, "title": ticket})
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    wanted = {"KeyName": "serviceTicketId", "Values": ["T2"]}
    assert [case["Title"] for case in api.objects(profile_id, "_case", ObjectFilter=wanted)] == ["T2"]


# Template → the kind that it writes to, and the key of its objects.
FILTERED = {
    "Salesforce-Asset": ("_asset", "_salesforceAssetId"),
    "Zendesk-tickets": ("_case", "_zendeskTicketId"),
    "Shopify-Order": ("_order", "_shopifyOrderId"),
}


@pytest.mark.parametrize("template_id", FILTERED)
def test_standard_objects_are_filtered_by_the_key_of_their_template(api: DomainApi, template_id: str) -> None:
    kind, name = FILTERED[template_id]
    sample = data(f"templates/{template_id}.json")
    api.put(template_id, sample["Object"])
    value = sample["FoundBy"][name]
    profile_id = api.one(name, value)["ProfileId"]
    found, missed = (
        api.objects(profile_id, kind, ObjectFilter={"KeyName": name, "Values": [wanted]}) for wanted in (value, "0")
    )
    assert (len(found), missed) == (1, [])


def test_the_key_of_an_assets_id_finds_the_profile_that_owns_it(api: DomainApi) -> None:
    api.define("products", products())
    api.put("products", {"email": "ann@example.com", "serial": "S1"})
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    [asset] = api.objects(profile_id, "_asset")
    keys = {"repairId": key("id", "UNIQUE"), "_assetId": key("asset", "PROFILE", "LOOKUP_ONLY")}
    mapping = definition({"id": text("id"), "asset": text("asset")}, keys, AllowProfileCreation=False)
    api.define("repairs", mapping)
    api.put("repairs", {"id": "1", "asset": asset["AssetId"]})
    assert len(api.objects(profile_id, "repairs")) == 1
