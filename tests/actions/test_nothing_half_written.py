"""An operation that fails in the middle leaves no trace, whatever it had written by then."""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import pytest

from openprofiles.errors import BadRequestException
from openprofiles.storage import (
    dead_letters,
    domains,
    history,
    key_supplies,
    keys,
    profile_objects,
    profiles,
    standard_objects,
)
from openprofiles.workers import purge_domains
from tests.api.mappings import Definition, definition, key, products, system, text

from .shop import Record, Shop, unique_key_text

OBJECT: Record = {"id": "new", "customer": "ann", "first": "Anna", "email": "anna@example.com"}
PRODUCT: Record = {"email": "ann@example.com", "serial": "S2", "name": "Drill"}


class Broken(Exception):
    """What a part of the store raises in these tests."""


Act = Callable[[Shop], object]


def remove_an_object(shop: Shop, profile_id: str) -> None:
    row = shop.rows("profile_object", profile=bytes.fromhex(profile_id))[0]
    [object_type] = shop.rows("definition", number=row["object_type"])
    shop.remove(object_type["name"], profile_id, unique_key_text(row["unique_key"]))


STEPS: dict[str, tuple[Act, list[tuple[ModuleType, str]]]] = {
    "PutProfileObject": (
        lambda shop: shop.put("crm", **OBJECT),
        [
            (profiles, "put_all"),
            (key_supplies, "change"),
            (domains, "count"),
            (history, "add_all"),
            (profile_objects, "put_all"),
        ],
    ),
    "PutProfileObject with a standard object": (
        lambda shop: shop.put("product", **PRODUCT),
        [(standard_objects, "put"), (profile_objects, "put_all")],
    ),
    "PutProfileObject that moves its object": (
        lambda shop: shop.put("crm", id="ann", customer="bob"),
        [(profiles, "add_gone_source"), (key_supplies, "change"), (profile_objects, "put_all")],
    ),
    "PutProfileObject that is rejected": (
        lambda shop: shop.put("lead", id="1", customer="nobody"),
        [(dead_letters, "add_all")],
    ),
    "BatchPutProfileObject": (
        lambda shop: shop.put_many("crm", [OBJECT, {"id": "second", "customer": "cem"}]),
        [(profiles, "put_all")],
    ),
    "DeleteProfileObject": (
        lambda shop: remove_an_object(shop, shop.one("customer", "ann")),
        [(key_supplies, "leave"), (profile_objects, "delete"), (history, "add_all")],
    ),
    "CreateProfile": (
        lambda shop: shop.create(FirstName="Cem", EmailAddress="cem@example.com"),
        [(key_supplies, "change"), (profiles, "put_all"), (domains, "count"), (history, "add_all")],
    ),
    "UpdateProfile": (
        lambda shop: shop.update(shop.one("customer", "ann"), EmailAddress="anna@example.com"),
        [(key_supplies, "change"), (profiles, "put_all"), (history, "add_all")],
    ),
    "DeleteProfile": (
        lambda shop: shop.delete(shop.one("customer", "ann")),
        [(standard_objects, "delete"), (profiles, "delete"), (history, "strip"), (history, "add_all")],
    ),
    "AddProfileKey": (
        lambda shop: shop.add_key(shop.one("customer", "ann"), "_account", "1"),
        [(history, "add_all")],
    ),
    "DeleteProfileKey": (
        lambda shop: shop.delete_key(shop.one("customer", "ann"), "customer", "ann"),
        [(history, "add_all")],
    ),
    "MergeProfiles": (
        lambda shop: shop.merge(shop.one("customer", "ann"), shop.one("customer", "bob")),
        [
            (profiles, "add_merge"),
            (key_supplies, "move"),
            (profiles, "delete"),
            (profiles, "put_all"),
            (history, "add_all"),
        ],
    ),
    "PutProfileObjectType": (
        lambda shop: shop.define("web", system("web")),
        [(keys, "set_names")],
    ),
    "DeleteProfileObjectType": (
        lambda shop: shop.forget("crm"),
        [(keys, "set_names"), (profile_objects, "add_purge"), (history, "add_all")],
    ),
    "CreateDomain": (
        lambda shop: Shop(shop.database, "another"),
        [(domains, "add")],
    ),
}
CASES = [(act, module, name) for act, broken in STEPS.values() for module, name in broken]
IDS = [
    f"{operation} at {module.__name__.rpartition('.')[2]}.{name}"
    for operation, (_, broken) in STEPS.items()
    for module, name in broken
]


@pytest.fixture
def filled(shop: Shop) -> Shop:
    """Two customers, known to two systems."""
    shop.define("crm", system("crm"))
    shop.define("product", products())
    shop.define("lead", system("lead", AllowProfileCreation=False))
    for name in ("ann", "bob"):
        shop.put("crm", id=name, customer=name, first=name, email=f"{name}@example.com")
    shop.put("product", email="ann@example.com", serial="S1", name="Saw")
    return shop


def fails_after_writing(original: Callable[..., Any]) -> Callable[..., Any]:
    """The same, but it raises when its work is done."""

    def broken(*arguments: Any, **named: Any) -> Any:
        original(*arguments, **named)
        raise Broken

    return broken


@pytest.mark.parametrize(("act", "module", "name"), CASES, ids=IDS)
def test_an_operation_that_fails_leaves_no_trace(
    filled: Shop, monkeypatch: pytest.MonkeyPatch, act: Act, module: ModuleType, name: str
) -> None:
    before = filled.contents()
    monkeypatch.setattr(module, name, fails_after_writing(getattr(module, name)))
    with pytest.raises(Broken):
        act(filled)
    assert filled.contents() == before


@pytest.mark.parametrize(("act", "module", "name"), CASES, ids=IDS)
def test_an_operation_that_failed_works_when_it_is_called_again(
    filled: Shop, act: Act, module: ModuleType, name: str
) -> None:
    before = filled.contents()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, fails_after_writing(getattr(module, name)))
        with pytest.raises(Broken):
            act(filled)
    act(filled)
    assert filled.contents() != before


def test_calls_beside_one_that_fails_are_not_disturbed(filled: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    original = history.add_all

    def broken_for_cem(tx: Any, domain: int, changes: Sequence[history.Change]) -> None:
        original(tx, domain, changes)
        if any("Cem" in (change.content or "") for change in changes):
            raise Broken

    monkeypatch.setattr(history, "add_all", broken_for_cem)
    names = ["Dora", "Cem", "Emil"]
    started = [filled.start("CreateProfile", FirstName=name) for name in names]
    failed = [future.exception(10) is not None for future in started]
    assert failed == [False, True, False]
    assert [len(filled.ids("_fullName", name)) for name in names] == [1, 0, 1]


def test_a_step_of_a_worker_that_fails_leaves_no_trace(filled: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    filled.run("DeleteDomain")
    before = filled.contents()
    monkeypatch.setattr(domains, "purge_step", fails_after_writing(domains.purge_step))
    with pytest.raises(Broken):
        purge_domains(filled.database, filled.now)
    assert filled.contents() == before


def test_a_type_that_is_refused_leaves_no_trace(filled: Shop) -> None:
    before = filled.contents()
    with pytest.raises(BadRequestException):
        filled.define("web", system("web") | {"Keys": {"other": [key("id", "UNIQUE")]}})
    assert filled.contents() == before


# --- a profile that would be larger than a profile may be


ATTRIBUTES = 248
"""So many attributes of 255 characters, four bytes each, are more than the 250 KB of a profile."""


def large() -> Definition:
    fields = {"id": text("id"), "customer": text("customer")}
    fields |= {
        f"a{number}": text(f"a{number}", f"_profile.Attributes.attribute_{number}") for number in range(ATTRIBUTES)
    }
    return definition(fields, {"largeId": key("id", "UNIQUE"), "customer": key("customer", "PROFILE")})


TOO_LARGE: Record = {"id": "2", "customer": "ann", **{f"a{number}": "\U0001f600" * 255 for number in range(ATTRIBUTES)}}


def test_an_object_that_makes_its_profile_too_large_leaves_no_trace(filled: Shop) -> None:
    filled.define("large", large())
    before = filled.contents()
    with pytest.raises(BadRequestException, match="larger than"):
        filled.put("large", **TOO_LARGE)
    assert filled.contents() == before


def test_an_object_that_makes_its_profile_too_large_does_not_disturb_its_neighbours(filled: Shop) -> None:
    filled.define("large", large())
    reasons = filled.put_many("large", [{"id": "1", "customer": "dora"}, TOO_LARGE, {"id": "3", "customer": "emil"}])
    assert [reason is None for reason in reasons] == [True, False, True]
    assert (len(filled.ids("largeId", "1")), filled.ids("largeId", "2"), len(filled.ids("largeId", "3"))) == (1, [], 1)
