"""Assets, cases and orders belong to a profile and are decided from claims like one."""

import base64
from typing import Any

from tests.api.mappings import Definition, definition, key, products, text, tickets

from .shop import Shop
from .test_check import found


def things(name: str, **options: Any) -> Definition:
    """Records of one system on things, each with an id of its own and known to all systems by its serial number.

    The member `time` is the record's own time where there is a SourceLastUpdatedTimestampFormat among the options.
    """
    fields = {
        "id": text("id"),
        "customer": text("customer"),
        "serial": text("serial", "_asset.SerialNumber"),
        "name": text("name", "_asset.AssetName"),
        "status": text("status", "_asset.Status"),
    }
    if "SourceLastUpdatedTimestampFormat" in options:
        fields["time"] = text("time", "_profile.SourceLastUpdatedTimestamp")
    keys = {
        f"{name}Id": key("id", "UNIQUE"),
        "customer": key("customer", "PROFILE"),
        "serialNumber": key("serial", "ASSET"),
    }
    return definition(fields, keys, **options)


def with_systems(shop: Shop, **options: Any) -> None:
    """Two systems, `crm` and `web`, that know the same things."""
    shop.define("crm", things("crm", **options))
    shop.define("web", things("web"))


def assets(shop: Shop, customer: str) -> list[dict[str, Any]]:
    return shop.standard("_asset", shop.one("customer", customer))


# --- whose they are


def test_an_object_writes_to_the_standard_object_that_its_key_finds(shop: Shop) -> None:
    with_systems(shop)
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.put("web", id="1", customer="ann", serial="S1", status="sold")
    assert assets(shop, "ann") == [{"SerialNumber": "S1", "AssetName": "Saw", "Status": "sold"}]


def test_a_standard_object_moves_to_the_profile_of_the_object_that_writes_to_it(shop: Shop) -> None:
    with_systems(shop)
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.put("web", id="1", customer="bob", serial="S1", status="resold")
    assert assets(shop, "ann") == []
    assert assets(shop, "bob") == [{"SerialNumber": "S1", "AssetName": "Saw", "Status": "resold"}]


def test_the_key_of_a_moved_standard_object_finds_its_new_profile(shop: Shop) -> None:
    with_systems(shop)
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.put("web", id="1", customer="bob", serial="S1")
    [asset] = shop.rows("standard_object")
    assert shop.ids("_assetId", asset["id"].hex()) == shop.ids("customer", "bob")


def test_a_standard_object_moves_with_its_object(shop: Shop) -> None:
    with_systems(shop)
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.put("web", id="9", customer="bob")
    shop.put("crm", id="1", customer="bob", serial="S1", name="Saw")
    assert assets(shop, "bob") == [{"SerialNumber": "S1", "AssetName": "Saw"}]
    assert len(shop.rows("standard_object")) == 1


def test_an_object_that_names_another_thing_writes_to_that_one(shop: Shop) -> None:
    with_systems(shop)
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.put("crm", id="2", customer="ann", serial="S2", name="Drill")
    shop.put("web", id="1", customer="ann", serial="S1", status="sold")
    shop.put("web", id="1", customer="ann", serial="S2", status="lent")
    assert {asset["SerialNumber"]: asset["Status"] for asset in assets(shop, "ann")} == {"S1": "sold", "S2": "lent"}


def test_a_deleted_standard_object_is_gone_with_its_keys(shop: Shop) -> None:
    with_systems(shop)
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    [asset] = shop.rows("standard_object")
    answer = shop.run("ListProfileObjects", ObjectTypeName="_asset", ProfileId=shop.one("customer", "ann"))
    shop.remove("_asset", shop.one("customer", "ann"), answer.items[0].profile_object_unique_key)
    assert shop.rows("standard_object") == []
    assert shop.key_rows(owner=asset["id"]) == []
    assert shop.ids("_assetId", asset["id"].hex()) == []


# --- what they say


def test_a_later_object_wins(shop: Shop) -> None:
    with_systems(shop)
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.put("web", id="1", customer="ann", serial="S1", name="Chainsaw")
    assert assets(shop, "ann")[0]["AssetName"] == "Chainsaw"


def test_a_source_with_priority_wins_over_a_later_one_without(shop: Shop) -> None:
    with_systems(shop, SourcePriority=1)
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.put("web", id="1", customer="ann", serial="S1", name="Chainsaw")
    assert assets(shop, "ann")[0]["AssetName"] == "Saw"


def test_an_earlier_time_of_the_source_does_not_win(shop: Shop) -> None:
    shop.define("crm", things("crm", SourceLastUpdatedTimestampFormat="EpochMilli"))
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw", time="2000")
    shop.put("crm", id="2", customer="ann", serial="S1", name="Chainsaw", time="1000")
    assert assets(shop, "ann")[0]["AssetName"] == "Saw"


def test_the_value_of_a_deleted_object_stays(shop: Shop) -> None:
    with_systems(shop)
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.remove("crm", shop.one("customer", "ann"), shop.put("crm", id="1", customer="ann", serial="S1", name="Saw"))
    assert assets(shop, "ann") == [{"SerialNumber": "S1", "AssetName": "Saw"}]


# --- when a type goes


def test_a_standard_object_goes_with_the_type_that_wrote_it(shop: Shop) -> None:
    with_systems(shop)
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.forget("crm")
    assert shop.rows("standard_object") == []
    assert shop.key_rows(name="_assetId") == []


def test_a_standard_object_falls_back_to_what_other_types_say(shop: Shop) -> None:
    with_systems(shop)
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.put("web", id="1", customer="ann", serial="S1", name="Chainsaw", status="sold")
    shop.forget("web")
    assert assets(shop, "ann") == [{"SerialNumber": "S1", "AssetName": "Saw"}]


def test_a_standard_object_goes_when_the_object_that_wrote_it_was_deleted_before(shop: Shop) -> None:
    with_systems(shop)
    unique_key = shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.remove("crm", shop.one("customer", "ann"), unique_key)
    shop.forget("crm")
    assert shop.rows("standard_object") == []


def test_what_a_deleted_object_wrote_goes_from_a_standard_object_that_has_moved_since(shop: Shop) -> None:
    with_systems(shop)
    unique_key = shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.put("web", id="1", customer="bob", serial="S1", status="resold")
    shop.remove("crm", shop.one("customer", "ann"), unique_key)
    shop.forget("crm")
    assert assets(shop, "bob") == [{"SerialNumber": "S1", "Status": "resold"}]


def test_what_a_deleted_object_wrote_goes_from_a_standard_object_that_moves_afterwards(shop: Shop) -> None:
    with_systems(shop)
    unique_key = shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.remove("crm", shop.one("customer", "ann"), unique_key)
    shop.put("web", id="1", customer="bob", serial="S1", status="resold")
    shop.forget("crm")
    assert assets(shop, "bob") == [{"SerialNumber": "S1", "Status": "resold"}]


def test_what_an_object_wrote_before_it_moved_goes_with_its_type(shop: Shop) -> None:
    with_systems(shop)
    shop.put("web", id="1", customer="ann", serial="S1", status="sold")
    shop.put("web", id="2", customer="bob", serial="S2", status="sold")
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    shop.put("crm", id="1", customer="bob", serial="S2", name="Drill")
    shop.forget("crm")
    assert assets(shop, "ann") == [{"SerialNumber": "S1", "Status": "sold"}]
    assert assets(shop, "bob") == [{"SerialNumber": "S2", "Status": "sold"}]


def test_the_keys_that_a_type_gave_a_standard_object_go_with_it(shop: Shop) -> None:
    shop.define("product", products())
    shop.define("ticket", tickets())
    shop.put("product", email="ann@example.com", serial="S1", name="Saw")
    shop.put("ticket", email="ann@example.com", serial="S1", ticket="T1", title="Broken")
    shop.forget("product")
    [case] = shop.rows("standard_object")
    assert case["kind"] == "_case"
    assert {row["owner"] for row in shop.key_rows(name="productSerialNumber")} <= {
        case["id"],
        bytes.fromhex(shop.one("_email", "ann@example.com")),
    }


def test_a_standard_object_that_a_type_never_wrote_to_is_left_alone_when_the_type_goes(shop: Shop) -> None:
    with_systems(shop)
    shop.put("web", id="1", customer="ann", serial="S1", name="Saw")
    shop.put("crm", id="1", customer="ann")
    before = shop.rows("standard_object")
    shop.forget("crm")
    assert shop.rows("standard_object") == before


def test_the_deletion_of_a_type_finds_what_its_gone_objects_left_on_an_asset_that_has_moved(shop: Shop) -> None:
    with_systems(shop)
    shop.define("tag", definition({**things("tag")["Fields"], "mark": text("mark")}, tag_keys()))
    old = shop.put("tag", id="1", customer="ann", serial="S1", mark="Quetzal", name="Old")
    shop.put("crm", id="2", customer="ann", serial="S1", name="New")
    shop.remove("tag", shop.one("customer", "ann"), old)
    shop.put("web", id="3", customer="bob", serial="S1", name="Newer")

    shop.forget("tag")
    shop.purge_types()

    assert shop.key_rows(name="mark") == []
    assert found(shop) == []


def tag_keys() -> dict[str, Any]:
    return {
        "tagId": key("id", "UNIQUE"),
        "customer": key("customer", "PROFILE"),
        "serialNumber": key("serial", "ASSET"),
        "mark": key("mark", "ASSET"),
    }


def test_an_asset_that_moves_is_a_change_of_both_profiles(shop: Shop) -> None:
    with_systems(shop)
    shop.put("crm", id="1", customer="ann", serial="S1")
    shop.put("web", id="2", customer="bob", serial="S1")
    assert shop.actions(shop.one("customer", "ann")) == ["INGESTED", "UPDATED"]
    assert shop.actions(shop.one("customer", "bob")) == ["INGESTED"]
    assert found(shop) == []


def test_an_asset_that_is_deleted_is_a_change_of_its_profile(shop: Shop) -> None:
    with_systems(shop)
    shop.put("crm", id="1", customer="ann", serial="S1")
    ann = shop.one("customer", "ann")
    [asset] = shop.rows("standard_object")
    shop.remove("_asset", ann, base64.b64encode(asset["id"] * 2).decode())
    assert shop.actions(ann) == ["INGESTED", "UPDATED"]
    assert shop.rows("standard_object") == []


def test_an_asset_is_found_by_its_id_as_it_is_written_only(shop: Shop) -> None:
    shop.define("crm", things("crm"))
    fields = {name: text(name) for name in ("id", "customer", "asset")} | {"name": text("name", "_asset.AssetName")}
    keys = {"linkId": key("id", "UNIQUE"), "customer": key("customer", "PROFILE")}
    shop.define("link", definition(fields, {**keys, "_assetId": key("asset", "ASSET", "LOOKUP_ONLY")}))
    shop.put("crm", id="1", customer="ann", serial="S1", name="Saw")
    [asset] = shop.rows("standard_object")

    shop.put("link", id="1", customer="ann", asset=asset["id"].hex().upper(), name="Other")
    shop.put("link", id="2", customer="ann", asset=asset["id"].hex(), name="Axe")

    names = sorted(one["AssetName"] for one in assets(shop, "ann"))
    assert names == ["Axe", "Other"]
