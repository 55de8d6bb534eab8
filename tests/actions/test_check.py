"""A check finds nothing in a store that is right, and whatever is damaged in it."""

import json
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import pytest

from openprofiles.checking.findings import Finding
from openprofiles.checking.store import check_store
from openprofiles.demo.object_types import OBJECT_TYPES
from openprofiles.demo.sample import make_sample
from openprofiles.errors import ApiError
from openprofiles.storage.database import Database, Work
from openprofiles.storage.key_supplies import FIELD_SUPPLIER
from tests.api.mappings import Definition, key, products, system, text

from .random_calls import RandomCalls
from .shop import SECOND, Shop

T = TypeVar("T")


class Reads:
    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, work: Work[T]) -> T:
        return self._database.read(work).result(60)


@pytest.fixture
def lived_in(shop: Shop) -> Shop:
    """Profiles made by hand and by objects, merged, edited, with assets, keys by hand, and types that are gone."""
    for name in ("crm", "old"):
        shop.define(name, system(name))
    shop.define("product", products())
    for number in range(8):
        shop.put("crm", id=str(number), customer=f"c{number}", first="Ann", email=f"{number}@example.com")
        shop.put("product", email=f"{number}@example.com", serial=str(number), name="Saw")
        shop.put("old", id=str(number), customer=f"c{number}", city="Rome")
    shop.merge(shop.one("customer", "c1"), shop.one("customer", "c2"))
    shop.update(shop.one("customer", "c3"), FirstName="Bea", PhoneNumber="+12065550100")
    shop.add_key(shop.one("customer", "c4"), "_account", "A-4")
    shop.delete_key(shop.one("customer", "c5"), "customer", "c5")
    shop.put("crm", id="6", customer="c7", first="Ann")
    shop.delete(shop.one("customer", "c0"))
    shop.remove("crm", shop.one("customer", "c7"), shop.put("crm", id="8", customer="c7", last="Berg"))
    shop.define("strict", system("strict", AllowProfileCreation=False))
    shop.put("strict", id="1", customer="nobody")
    shop.create(FirstName="Cem", EmailAddress="cem@example.com")
    shop.forget("old")
    return shop


def found(shop: Shop, only: str | None = None) -> list[Finding]:
    return [finding for _, finding in check_store(Reads(shop.database), only, lambda *_: None)]


# --- nothing is wrong


def test_nothing_is_wrong_in_a_store_in_which_much_has_happened(lived_in: Shop) -> None:
    assert found(lived_in) == []


def test_nothing_is_wrong_while_a_deleted_domain_is_purged(lived_in: Shop) -> None:
    lived_in.run("DeleteDomain")

    assert found(lived_in) == []


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_wrong_whatever_is_called(shop: Shop, seed: int) -> None:
    calls = RandomCalls(shop, seed)
    calls.define()
    for _ in range(3):
        calls.make(40)
        assert found(shop) == []


def test_nothing_is_wrong_while_others_write(shop: Shop) -> None:
    calls = RandomCalls(shop, 99)
    calls.define()
    checks = 0
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(calls.make, 250)
        while not writing.done():
            assert found(shop) == []
            checks += 1
        writing.result()

    assert checks > 3


def test_nothing_is_wrong_with_what_the_demo_sends(shop: Shop) -> None:
    for name, definition in OBJECT_TYPES.items():
        shop.define(name, {member: value for member, value in definition.items() if member != "ObjectTypeName"})
    for line in make_sample(250).lines:
        with suppress(ApiError):
            shop.run("PutProfileObject", ObjectTypeName=line.object_type, Object=line.text)

    assert found(shop) == []
    assert len(shop.rows("profile")) > 30


@pytest.mark.parametrize("purged", [False, True])
def test_nothing_is_wrong_before_and_after_deleted_types_are_purged(lived_in: Shop, purged: bool) -> None:
    for name in ("crm", "product", "strict"):
        lived_in.forget(name)
    if purged:
        lived_in.purge_types()

    assert found(lived_in) == []


@pytest.mark.parametrize("hours_back", [0, 1])
def test_nothing_is_wrong_where_an_older_call_redefines_a_type_after_a_newer_put(shop: Shop, hours_back: int) -> None:
    shop.define("crm", system("crm"))
    redefine = shop.work("PutProfileObjectType", ObjectTypeName="crm", **with_another_key(system("crm")))
    shop.now += (1 + 3600 * hours_back) * SECOND
    shop.put("crm", id="1", customer="c1", city="Rome")

    shop.database.write(redefine).result(10)

    assert found(shop) == []


def with_another_key(definition: Definition) -> Definition:
    fields = {**definition["Fields"], "place": text("city")}
    return {**definition, "Fields": fields, "Keys": {**definition["Keys"], "place": [key("place")]}}


# --- what was damaged is found

Damage = Callable[[Shop], tuple[str, dict[str, Any]]]
"""A statement, and its values, that damages what the shop has stored."""


def changed_document(shop: Shop) -> tuple[str, dict[str, Any]]:
    profile = shop.one("customer", "c3")
    document = json.dumps({"ProfileId": profile, "FirstName": "Mallory"})
    return "UPDATE profile SET document = :document WHERE id = :id", {
        "document": document,
        "id": bytes.fromhex(profile),
    }


def claim_without_effect(shop: Shop) -> tuple[str, dict[str, Any]]:
    """A claim of an object that the fold has not seen."""
    [row] = [row for row in shop.rows("profile_object") if row["object"].startswith('{"id": "4"')]
    values = {"claims": row["claims"].replace('"Ann"', '"Mallory"'), "unique_key": row["unique_key"]}
    return "UPDATE profile_object SET claims = :claims WHERE unique_key = :unique_key", values


def of(sql: str, key: str, value: str) -> Damage:
    """A statement on the profile that has this key."""
    return lambda shop: (sql, {"id": bytes.fromhex(shop.one(key, value))})


def everywhere(sql: str, **values: Any) -> Damage:
    return lambda _: (sql, values)


def of_gone(sql: str) -> Damage:
    """A statement on the profile that was deleted."""

    def damage(shop: Shop) -> tuple[str, dict[str, Any]]:
        [row] = shop.rows("history", action="DELETED_BY_CUSTOMER")
        return sql, {"id": row["profile"]}

    return damage


def of_standard_object(sql: str) -> Damage:
    """A statement on the first asset."""
    return lambda shop: (sql, {"id": min(row["id"] for row in shop.rows("standard_object"))})


Entry = list[Any]
"""Hash, role, name and value of a key."""


def of_key(name: str, change: Callable[[Entry], list[Entry]], supplier: bytes | None = None) -> Damage:
    """A change of what a supplier gives to customer c3 by this key."""

    def damage(shop: Shop) -> tuple[str, dict[str, Any]]:
        [row] = shop.key_rows(owner=bytes.fromhex(shop.one("customer", "c3")), name=name)
        [given] = shop.rows("key_supply", owner=row["owner"], supplier=supplier or row["supplier"])
        entry = [b64encode(row["hash"]).decode(), row["role"], row["name"], row["value"]]
        others = [one for one in json.loads(given["keys"]) if one[2] != name]
        values = {"keys": json.dumps([*others, *change(entry)]), "id": row["owner"], "supplier": given["supplier"]}
        return "UPDATE key_supply SET keys = :keys WHERE owner = :id AND supplier = :supplier", values

    return damage


def of_key_owner(sql: str) -> Damage:
    """A statement on the row by which customer c3 is found by its `crmId`."""

    def damage(shop: Shop) -> tuple[str, dict[str, Any]]:
        [row] = shop.key_rows(owner=bytes.fromhex(shop.one("customer", "c3")), name="crmId")
        return sql + " WHERE owner = :id AND hash = :hash", {"id": row["owner"], "hash": row["hash"]}

    return damage


def of_supplier(sql: str) -> Damage:
    """A statement on the supplier of customer c3's `crmId`."""

    def damage(shop: Shop) -> tuple[str, dict[str, Any]]:
        [row] = shop.key_rows(owner=bytes.fromhex(shop.one("customer", "c3")), name="crmId")
        return sql + " WHERE owner = :id AND supplier = :supplier", {"id": row["owner"], "supplier": row["supplier"]}

    return damage


NO_SUPPLIER = ("keys", "a value by which it is found says that 1 supply it, and 0 do")
LEFT = "INSERT INTO gone_source (domain, object_type, profile)"
LETTER = """
    INSERT INTO dead_letter (domain, id, at, object_type, object_type_name, unique_key, code, reason, object)
    SELECT :domain, :id, 0, :object_type, '', :id, '', '', '{}' FROM domain
"""

DAMAGES: dict[str, tuple[Damage, list[tuple[str, str]]]] = {
    "a record": (changed_document, [("record", "not what its winning claims say")]),
    "an object's claim": (claim_without_effect, [("fold", "winner of FirstName")]),
    "the claims of a profile": (
        of("UPDATE profile SET claims = 'x' WHERE id = :id", "customer", "c3"),
        [("json", "its claims can not be read")],
    ),
    "the text of a record": (
        of("UPDATE profile SET document = '{' WHERE id = :id", "customer", "c3"),
        [("json", "its record can not be read")],
    ),
    "a change": (
        of("DELETE FROM history WHERE profile = :id AND version = 4", "customer", "c3"),
        [("history", "its history has")],
    ),
    "the last change": (
        of("DELETE FROM history WHERE profile = :id AND version > 3", "customer", "c3"),
        [("history", "its history has 3 changes up to 3")],
    ),
    "the ingestion of an object": (
        of("UPDATE history SET action = 'UPDATED' WHERE profile = :id AND version = 1", "customer", "c3"),
        [("history", "no history tells of its object")],
    ),
    "the text of a change": (
        of("UPDATE history SET content = 'x' WHERE profile = :id AND version = 1", "customer", "c3"),
        [("json", "its change 1 can not be read")],
    ),
    "a change of a profile that is gone": (
        of_gone("DELETE FROM history WHERE profile = :id AND version = 1"),
        [("history", "its history has")],
    ),
    "the end of a profile that is gone": (
        of_gone("DELETE FROM history WHERE profile = :id AND action = 'DELETED_BY_CUSTOMER'"),
        [("history", "it does not exist, and")],
    ),
    "how many objects there are": (
        of("UPDATE profile SET objects = objects + 1 WHERE id = :id", "customer", "c3"),
        [("objects", "it says that it has")],
    ),
    "a key of a field": (
        of_key("_fullName", lambda _: []),
        [("keys", "a value of _fullName is missing that a field has"), NO_SUPPLIER],
    ),
    "a key of no field": (
        of_key("crmId", lambda entry: [entry], FIELD_SUPPLIER),
        [("keys", "a value of crmId is there that no field has"), ("keys", "says that 1 supply it, and 2 do")],
    ),
    "the key of an object": (
        of_key("crmId", lambda _: []),
        [("keys", "1 key values of its object"), NO_SUPPLIER],
    ),
    "the key of an asset": (
        of_key("_assetId", lambda _: []),
        [("keys", "the value of _assetId is missing"), NO_SUPPLIER],
    ),
    "the hash of a key": (
        of_key("crmId", lambda entry: [[*entry[:3], "other"]]),
        [("keys", "has the hash of another")],
    ),
    "the text of keys": (
        of_supplier("UPDATE key_supply SET keys = 'x'"),
        [("json", "what supplies it with key values can not be read")],
    ),
    "the supplier of keys": (
        of_supplier("UPDATE key_supply SET supplier = owner"),
        [
            *[("keys", "is supplied by what is not there")] * 2,
            ("keys", "2 key values of its object"),
        ],
    ),
    "who has a key": (
        of_key_owner("DELETE FROM key_owner"),
        [("keys", "it is not found by a value that is supplied to it")],
    ),
    "how many supply a key": (
        of_key_owner("UPDATE key_owner SET suppliers = 7"),
        [("keys", "a value by which it is found says that 7 supply it, and 1 do")],
    ),
    "a profile": (
        of("DELETE FROM profile WHERE id = :id", "customer", "c1"),
        [
            ("counters", "a recount gives"),
            *[("gone source", "its profile does not exist")] * 2,
            ("history", "it does not exist, and UPDATED is its last change"),
            ("keys", "key values of what does not exist"),
            ("merge", "merges into what does not exist"),
            *[("object", "its profile does not exist")] * 4,
            *[("standard object", "its profile does not exist")] * 2,
        ],
    ),
    "the owner of keys": (
        of_supplier("UPDATE key_supply SET owner = supplier"),
        [
            ("keys", "2 key values of its object"),
            ("keys", "key values of what does not exist"),
            *[("keys", "it is not found by a value that is supplied to it")] * 2,
            NO_SUPPLIER,
            NO_SUPPLIER,
        ],
    ),
    "the record of an asset": (
        of_standard_object("UPDATE standard_object SET document = '{}' WHERE id = :id"),
        [("record", "its record is not")],
    ),
    "the text of an asset": (
        of_standard_object("UPDATE standard_object SET document = 'x' WHERE id = :id"),
        [("json", "its record can not be read")],
    ),
    "the claims of an asset": (
        of_standard_object("UPDATE standard_object SET claims = 'x' WHERE id = :id"),
        [("json", "its claims can not be read")],
    ),
    "the supplier of an asset's key": (
        of_standard_object("UPDATE key_supply SET supplier = owner WHERE owner = :id"),
        [("keys", "a value of productSerialNumber is supplied by what is not there")],
    ),
    "what an object left behind": (
        of("DELETE FROM gone_source WHERE profile = :id", "_email", "6@example.com"),
        [("gone source", "would not find what its objects left")],
    ),
    "the profile of what was left behind": (
        everywhere(f"{LEFT} SELECT domain, number, :id FROM definition WHERE name = 'crm'", id=b"nobody"),
        [("gone source", "its profile does not exist")],
    ),
    "the type of what was left behind": (
        of(f"{LEFT} SELECT domain, 999, id FROM profile WHERE id = :id", "customer", "c3"),
        [("gone source", "its object type does not exist")],
    ),
    "an object type": (
        everywhere("DELETE FROM definition WHERE name = 'strict'"),
        [("dead letter", "its object type does not exist"), *[("key name", "define it otherwise")] * 2],
    ),
    "the text of a definition": (
        everywhere("UPDATE definition SET document = 'x' WHERE name = 'strict'"),
        [("json", "this definition can not be read")],
    ),
    "the tags of a definition": (
        everywhere("UPDATE definition SET tags = 'x' WHERE name = 'strict'"),
        [("json", "the tags of this definition can not be read")],
    ),
    "the settings of a domain": (
        everywhere("UPDATE domain SET document = '{}'"),
        [("json", "the settings or tags of the domain can not be read")],
    ),
    "a key name": (everywhere("DELETE FROM key_name WHERE name = 'crmId'"), [("key name", "otherwise")]),
    "the text of a key name": (
        everywhere("UPDATE key_name SET content_types = 'x' WHERE name = 'crmId'"),
        [("json", "content types of this key name")],
    ),
    "the text of a merge": (
        everywhere("UPDATE merge_journal SET document = '{}'"),
        [("history", "no history tells of its object")] * 2 + [("json", "its merge")],
    ),
    "the object of a dead letter": (
        everywhere("UPDATE dead_letter SET object = 'x'"),
        [("json", "the object of this dead letter can not be read")],
    ),
    "a dead letter": (
        everywhere("DELETE FROM dead_letter"),
        [("dead letter", "keys of what does not exist")],
    ),
    "a counter": (
        everywhere(
            "UPDATE domain_counter SET bytes = bytes + 1 WHERE shard IN (SELECT min(shard) FROM domain_counter)"
        ),
        [("counters", "a recount gives")],
    ),
    "rows of no domain": (
        everywhere(LETTER, domain=999, id=b"x", object_type=0),
        [("domain", "rows of a domain that does not exist")],
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_check_finds_what_was_damaged_and_nothing_else(lived_in: Shop, name: str) -> None:
    damage, expected = DAMAGES[name]
    sql, values = damage(lived_in)
    lived_in.database.write(lambda tx: tx.run(sql, **values)).result(10)

    findings, left = [], list(expected)
    for finding in found(lived_in):
        match = next((one for one in left if one[0] == finding.kind and one[1] in finding.text), None)
        left.remove(match) if match else findings.append(finding)
    assert (findings, left) == ([], [])


def test_a_check_of_one_domain_looks_at_no_other(lived_in: Shop) -> None:
    Shop(lived_in.database, "another")
    lived_in.database.write(lambda tx: tx.run("UPDATE profile SET objects = objects + 1")).result(10)

    assert found(lived_in, "another") == []
    assert found(lived_in, "shop") != []
