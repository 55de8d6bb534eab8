"""ListProfileObjects with its filter, and DeleteProfileObject."""

from typing import Any

import pytest

from .calls import NOBODY, DomainApi, missing, refused
from .mappings import definition, email, key, keyed, orders, products, system, tickets


def crm(api: DomainApi, *numbers: str, customer: str = "c") -> str:
    """Put objects of these ids; the id of the customer's profile."""
    api.define("crm", system("crm"))
    for number in numbers:
        api.put("crm", {"id": number, "customer": customer})
    return str(api.one("customer", customer)["ProfileId"])


def only(name: str, *values: str) -> dict[str, Any]:
    return {"ObjectFilter": {"KeyName": name, "Values": list(values)}}


def test_an_item_names_its_type_and_unique_key(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    unique_key = api.put("crm", {"id": "1", "customer": "c"})
    [item] = api.listed(api.one("customer", "c")["ProfileId"], "crm")
    assert (item["ObjectTypeName"], item["ProfileObjectUniqueKey"]) == ("crm", unique_key)


def test_the_newest_comes_first(api: DomainApi) -> None:
    profile_id = crm(api, "1", "2", "3")
    assert [value["id"] for value in api.objects(profile_id, "crm")] == ["3", "2", "1"]


def test_only_objects_of_the_profile_are_listed(api: DomainApi) -> None:
    crm(api, "1", customer="a")
    assert [value["id"] for value in api.objects(crm(api, "2", customer="b"), "crm")] == ["2"]


def test_only_objects_of_the_type_are_listed(api: DomainApi) -> None:
    profile_id = crm(api, "1")
    api.define("shop", system("shop"))
    api.put("shop", {"id": "2", "customer": "c"})
    assert [value["id"] for value in api.objects(profile_id, "shop")] == ["2"]


def test_a_type_without_objects_lists_nothing(api: DomainApi) -> None:
    api.define("shop", system("shop"))
    assert api.listed(crm(api, "1"), "shop") == []


def test_an_unknown_profile_lists_nothing(api: DomainApi) -> None:
    crm(api, "1")
    assert api.listed(NOBODY, "crm") == []


def test_an_unknown_type_is_not_found(api: DomainApi) -> None:
    with missing("shop"):
        api.listed(crm(api, "1"), "shop")


@pytest.mark.parametrize("object_type", ["_asset", "_case", "_order"])
def test_a_profile_without_standard_objects_lists_none(api: DomainApi, object_type: str) -> None:
    assert api.listed(crm(api, "1"), object_type) == []


def test_a_filter_keeps_objects_with_the_key_value(api: DomainApi) -> None:
    api.define("crm", keyed({"crmId": key("id", "UNIQUE"), "who": key("a", "PROFILE"), "colour": key("b")}))
    for number, colour in enumerate(["red", "blue", "red"]):
        api.put("crm", {"id": str(number), "a": "c", "b": colour})
    profile_id = api.one("who", "c")["ProfileId"]
    assert [value["id"] for value in api.objects(profile_id, "crm", **only("colour", "red"))] == ["2", "0"]


def test_a_filter_takes_any_of_several_values(api: DomainApi) -> None:
    profile_id = crm(api, "1", "2", "3")
    assert [value["id"] for value in api.objects(profile_id, "crm", **only("crmId", "3", "1", "9"))] == ["3", "1"]


def test_a_filter_value_is_normalised(api: DomainApi) -> None:
    fields = {"mail": email("mail")}
    api.define("crm", definition(fields, {"mail": key("mail", "PROFILE", "UNIQUE")}))
    api.put("crm", {"mail": "Ann@Example.com"})
    profile_id = api.one("mail", "ann@example.com")["ProfileId"]
    assert len(api.objects(profile_id, "crm", **only("mail", "ANN@example.COM"))) == 1


def test_a_filter_that_matches_nothing_lists_nothing(api: DomainApi) -> None:
    assert api.objects(crm(api, "1"), "crm", **only("crmId", "2")) == []


def test_a_filter_key_outside_the_pattern_is_refused(api: DomainApi) -> None:
    profile_id = crm(api, "1")
    with refused("keyName"):
        api.listed(profile_id, "crm", **only("crm id", "1"))


def with_assets(api: DomainApi) -> tuple[str, list[dict[str, Any]]]:
    api.define("products", products())
    for serial, name in [("S1", "Kettle"), ("S2", "Toaster")]:
        api.put("products", {"email": "ann@example.com", "serial": serial, "name": name})
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    return profile_id, api.objects(profile_id, "_asset")


# Source: shape ObjectFilter of ListProfileObjects.
@pytest.mark.parametrize(
    ("name", "member"),
    [("_assetId", "AssetId"), ("_assetName", "AssetName"), ("_serialNumber", "SerialNumber")],
)
def test_assets_are_filtered(api: DomainApi, name: str, member: str) -> None:
    profile_id, assets = with_assets(api)
    assert len(assets) == 2
    assert api.objects(profile_id, "_asset", **only(name, assets[0][member])) == [assets[0]]


def test_assets_are_filtered_by_a_key_of_their_object(api: DomainApi) -> None:
    profile_id, _ = with_assets(api)
    [asset] = api.objects(profile_id, "_asset", **only("productSerialNumber", "S2"))
    assert asset["AssetName"] == "Toaster"


def test_cases_are_filtered_by_id(api: DomainApi) -> None:
    api.define("tickets", tickets())
    for ticket in ("T1", "T2"):
        api.put("tickets", {"email": "ann@example.com", "ticket": ticket, "title": ticket})
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    first, _ = api.objects(profile_id, "_case")
    assert api.objects(profile_id, "_case", **only("_caseId", first["CaseId"])) == [first]


def test_orders_are_filtered_by_id(api: DomainApi) -> None:
    api.define("orders", orders())
    for order in ("O1", "O2"):
        api.put("orders", {"email": "ann@example.com", "order": order})
    profile_id = api.one("_email", "ann@example.com")["ProfileId"]
    first, _ = api.objects(profile_id, "_order")
    assert api.objects(profile_id, "_order", **only("_orderId", first["OrderId"])) == [first]


def test_a_listed_standard_object_names_its_type(api: DomainApi) -> None:
    profile_id, _ = with_assets(api)
    assert {item["ObjectTypeName"] for item in api.listed(profile_id, "_asset")} == {"_asset"}


def remove(api: DomainApi, profile_id: str, unique_key: str, object_type: str = "crm") -> str:
    answer = api.client.delete_profile_object(
        DomainName=api.domain,
        ObjectTypeName=object_type,
        ProfileId=profile_id,
        ProfileObjectUniqueKey=unique_key,
    )
    return answer["Message"]


def test_a_listed_object_is_deleted_by_its_unique_key(api: DomainApi) -> None:
    profile_id = crm(api, "1", "2")
    newest, _ = api.listed(profile_id, "crm")
    assert remove(api, profile_id, newest["ProfileObjectUniqueKey"])
    assert [value["id"] for value in api.objects(profile_id, "crm")] == ["1"]


def test_an_object_is_deleted_once(api: DomainApi) -> None:
    profile_id = crm(api, "1")
    [item] = api.listed(profile_id, "crm")
    remove(api, profile_id, item["ProfileObjectUniqueKey"])
    with missing():
        remove(api, profile_id, item["ProfileObjectUniqueKey"])


def test_an_object_of_another_profile_is_not_found(api: DomainApi) -> None:
    ann, bob = crm(api, "1", customer="a"), crm(api, "2", customer="b")
    [item] = api.listed(ann, "crm")
    with missing():
        remove(api, bob, item["ProfileObjectUniqueKey"])


def test_an_object_of_an_unknown_profile_is_not_found(api: DomainApi) -> None:
    [item] = api.listed(crm(api, "1"), "crm")
    with missing():
        remove(api, NOBODY, item["ProfileObjectUniqueKey"])


def test_an_object_of_an_unknown_type_is_not_found(api: DomainApi) -> None:
    profile_id = crm(api, "1")
    [item] = api.listed(profile_id, "crm")
    with missing():
        remove(api, profile_id, item["ProfileObjectUniqueKey"], "shop")


def test_the_profile_keeps_the_values_of_a_deleted_object(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    unique_key = api.put("crm", {"id": "1", "customer": "c", "first": "Ann"})
    profile_id = api.one("customer", "c")["ProfileId"]
    remove(api, profile_id, unique_key)
    assert api.profile(profile_id)["FirstName"] == "Ann"


def test_the_profile_keeps_the_keys_of_a_deleted_object(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    unique_key = api.put("crm", {"id": "1", "customer": "c"})
    profile_id = api.one("customer", "c")["ProfileId"]
    remove(api, profile_id, unique_key)
    assert (api.ids("customer", "c"), api.ids("crmId", "1")) == ([profile_id], [profile_id])


def test_a_value_left_by_a_deleted_object_goes_with_its_type(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    unique_key = api.put("crm", {"id": "1", "customer": "c", "first": "Ann"})
    profile_id = api.one("customer", "c")["ProfileId"]
    remove(api, profile_id, unique_key)
    api.forget("crm")
    assert "FirstName" not in api.profile(profile_id)


def test_a_deleted_object_may_come_back(api: DomainApi) -> None:
    profile_id = crm(api, "1")
    [item] = api.listed(profile_id, "crm")
    remove(api, profile_id, item["ProfileObjectUniqueKey"])
    assert api.put("crm", {"id": "1", "customer": "c"}) == item["ProfileObjectUniqueKey"]
    assert len(api.objects(profile_id, "crm")) == 1
