"""A check finds nothing in a store that is right, and whatever is damaged in it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from openprofiles.checking.findings import Finding
from openprofiles.checking.store import check_store
from tests.api.mappings import products, system

from .shop import Shop


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
    shop.create(FirstName="Cem", EmailAddress="cem@example.com")
    shop.forget("old")
    return shop


def found(shop: Shop, only: str | None = None) -> list[Finding]:
    return [finding for _, finding in check_store(shop.database, only, lambda *_: None)]


def test_nothing_is_wrong_in_a_store_in_which_much_has_happened(lived_in: Shop) -> None:
    assert found(lived_in) == []


def test_nothing_is_wrong_while_a_deleted_domain_is_purged(lived_in: Shop) -> None:
    lived_in.run("DeleteDomain")

    assert found(lived_in) == []


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


FIELD_KEYS = "DELETE FROM key_value WHERE owner = :id AND name = '_email' AND length(supplier) = 5"
STRAY = """
    INSERT INTO dead_letter (domain, id, at, object_type, object_type_name, unique_key, code, reason, object)
    VALUES (999, :id, 0, 0, '', :id, '', '', '')
"""

DAMAGES: dict[str, tuple[Damage, str, str]] = {
    "a record": (changed_document, "record", "not what its winning claims say"),
    "claims that nobody can read": (
        of("UPDATE profile SET claims = 'x' WHERE id = :id", "customer", "c3"),
        "claims",
        "can not be read",
    ),
    "an object's claim": (claim_without_effect, "fold", "winner of FirstName"),
    "a change that is not told": (
        of("DELETE FROM history WHERE profile = :id AND version = 1", "customer", "c3"),
        "history",
        "its history has",
    ),
    "an object that is not counted": (
        of("UPDATE profile SET objects = objects + 1 WHERE id = :id", "customer", "c3"),
        "objects",
        "it says that it has",
    ),
    "a key of a field": (
        of(FIELD_KEYS, "customer", "c3"),
        "keys",
        "is missing that a field has",
    ),
    "the keys of an object": (
        of("DELETE FROM key_value WHERE owner = :id AND name = 'crmId'", "customer", "c3"),
        "keys",
        "key values of its object",
    ),
    "the hash of a key": (
        of("UPDATE key_value SET value = 'other' WHERE owner = :id AND name = 'crmId'", "customer", "c3"),
        "keys",
        "has the hash of another",
    ),
    "the owner of keys and objects": (
        of("DELETE FROM profile WHERE id = :id", "customer", "c3"),
        "keys",
        "key values of what does not exist",
    ),
    "the profile of an asset": (
        of("DELETE FROM profile WHERE id = :id", "customer", "c3"),
        "standard object",
        "its profile does not exist",
    ),
    "the profile of an object": (
        of("DELETE FROM profile WHERE id = :id", "customer", "c3"),
        "object",
        "its profile does not exist",
    ),
    "a merged profile": (
        of("DELETE FROM profile WHERE id = :id", "customer", "c1"),
        "merge",
        "merges into what does not exist",
    ),
    "an asset": (
        everywhere("UPDATE standard_object SET document = '{}'"),
        "standard object",
        "its record is not",
    ),
    "an object type": (
        everywhere("DELETE FROM definition WHERE name = 'crm'"),
        "object",
        "its object type does not exist",
    ),
    "a key name": (everywhere("DELETE FROM key_name WHERE name = 'crmId'"), "key name", "otherwise"),
    "a counter": (everywhere("UPDATE domain_counter SET bytes = bytes + 1"), "counters", "recount"),
    "rows of no domain": (
        everywhere(STRAY, id=b"x"),
        "domain",
        "does not exist",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_check_finds_what_was_damaged(lived_in: Shop, name: str) -> None:
    damage, kind, text = DAMAGES[name]

    sql, values = damage(lived_in)

    lived_in.database.write(lambda tx: tx.run(sql, **values)).result(10)

    assert [finding for finding in found(lived_in) if finding.kind == kind and text in finding.text]


def test_a_check_of_one_domain_looks_at_no_other(lived_in: Shop) -> None:
    Shop(lived_in.database, "another")
    lived_in.database.write(lambda tx: tx.run("UPDATE profile SET objects = objects + 1")).result(10)

    assert found(lived_in, "another") == []
    assert found(lived_in, "shop") != []
