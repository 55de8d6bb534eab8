"""Each key value of a profile has suppliers, and goes with the last of them."""

from typing import Any

import pytest

from openprofiles.actions import key_names, records
from openprofiles.checking.store import check_store
from openprofiles.mapping.keys import match_hash
from openprofiles.storage import key_supplies
from openprofiles.storage.domains import LONGEST_TRANSACTION
from openprofiles.storage.keys import KeyRow
from openprofiles.workers import purge_key_names
from tests.api.mappings import definition, key, system, text

from .shop import SECOND, Shop
from .test_check import found


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """A domain with two systems that know customers by the same key."""
    for name in ("crm", "web"):
        shop.define(name, system(name))
    return shop


def suppliers(shop: Shop, profile_id: str, value: str) -> int:
    """How many supply a value of the key `customer`."""
    rows = shop.key_rows(owner=bytes.fromhex(profile_id), name="customer", value=value)
    return len({row["supplier"] for row in rows})


def test_each_object_that_carries_a_value_supplies_it(shop: Shop) -> None:
    for system_name in ("crm", "web"):
        shop.put(system_name, id="1", customer="ann")
    assert suppliers(shop, shop.one("customer", "ann"), "ann") == 2


def test_an_object_put_again_supplies_its_value_once(shop: Shop) -> None:
    for _ in range(2):
        shop.put("crm", id="1", customer="ann")
    assert suppliers(shop, shop.one("customer", "ann"), "ann") == 1


def test_a_value_goes_with_its_last_supplier(shop: Shop) -> None:
    shop.put("crm", id="1", customer="ann")
    shop.put("web", id="1", customer="ann")
    shop.forget("web")
    assert len(shop.ids("customer", "ann")) == 1
    shop.forget("crm")
    assert shop.ids("customer", "ann") == []


def test_a_value_added_by_hand_stays_when_the_object_withdraws_it(shop: Shop) -> None:
    shop.put("crm", id="1", customer="ann")
    ann = shop.one("customer", "ann")
    shop.add_key(ann, "customer", "ann")
    shop.forget("crm")
    assert shop.keys(ann, "customer") == ["ann"]


def test_an_object_put_again_withdraws_the_value_that_it_no_longer_carries(shop: Shop) -> None:
    shop.put("crm", id="1", customer="ann")
    ann = shop.one("customer", "ann")
    shop.put("crm", id="1", customer="anna")
    assert shop.keys(ann, "customer") == ["anna"]


def test_a_withdrawn_value_stays_with_another_supplier(shop: Shop) -> None:
    shop.put("crm", id="1", customer="ann")
    shop.put("web", id="1", customer="ann")
    ann = shop.one("customer", "ann")
    shop.put("crm", id="1", customer="anna")
    assert shop.keys(ann, "customer") == ["ann", "anna"]


def test_an_object_that_moves_takes_its_keys_along(shop: Shop) -> None:
    shop.put("crm", id="1", customer="ann")
    shop.put("crm", id="2", customer="bob")
    ann, bob = shop.one("customer", "ann"), shop.one("customer", "bob")
    shop.put("crm", id="1", customer="bob")
    assert (shop.keys(ann, "crmId"), shop.keys(bob, "crmId")) == ([], ["1", "2"])
    assert shop.ids("customer", "ann") == []


@pytest.mark.parametrize("name", ["customer", "crmId", "_email"])
def test_the_keys_of_a_deleted_object_stay(shop: Shop, name: str) -> None:
    unique_key = shop.put("crm", id="1", customer="ann", email="ann@example.com")
    ann = shop.one("customer", "ann")
    before = shop.keys(ann, name)
    shop.remove("crm", ann, unique_key)
    assert shop.keys(ann, name) == before
    assert before != []


def test_an_object_is_attached_by_a_key_that_a_deleted_object_left(shop: Shop) -> None:
    unique_key = shop.put("crm", id="1", customer="ann")
    ann = shop.one("customer", "ann")
    shop.remove("crm", ann, unique_key)
    shop.put("web", id="1", customer="ann")
    assert shop.ids("webId", "1") == [ann]


@pytest.mark.parametrize("name", ["customer", "crmId", "_email"])
def test_the_keys_of_a_deleted_object_go_with_its_type(shop: Shop, name: str) -> None:
    unique_key = shop.put("crm", id="1", customer="ann", email="ann@example.com")
    ann = shop.one("customer", "ann")
    shop.remove("crm", ann, unique_key)
    shop.forget("crm")
    assert shop.keys(ann, name) == []


def test_the_keys_of_a_deleted_object_stay_when_another_type_goes(shop: Shop) -> None:
    unique_key = shop.put("crm", id="1", customer="ann")
    ann = shop.one("customer", "ann")
    shop.remove("crm", ann, unique_key)
    shop.forget("web")
    assert shop.ids("customer", "ann") == [ann]


def test_a_fields_value_goes_with_the_field(shop: Shop) -> None:
    ann = shop.create(EmailAddress="ann@example.com")
    shop.update(ann, EmailAddress="")
    assert shop.ids("_email", "ann@example.com") == []


def test_a_value_in_two_fields_stays_while_one_has_it(shop: Shop) -> None:
    ann = shop.create(EmailAddress="ann@example.com", PersonalEmailAddress="ann@example.com")
    shop.update(ann, EmailAddress="")
    assert shop.ids("_email", "ann@example.com") == [ann]


def test_a_deleted_key_goes_whoever_supplies_it(shop: Shop) -> None:
    for system_name in ("crm", "web"):
        shop.put(system_name, id="1", customer="ann")
    ann = shop.one("customer", "ann")
    shop.delete_key(ann, "customer", "ann")
    assert suppliers(shop, ann, "ann") == 0


def test_deleting_a_key_leaves_the_same_value_of_other_profiles(shop: Shop) -> None:
    ann, bob = shop.create(EmailAddress="us@example.com"), shop.create(EmailAddress="us@example.com")
    shop.delete_key(ann, "_email", "us@example.com")
    assert shop.ids("_email", "us@example.com") == [bob]


def test_a_value_for_look_up_alone_is_never_stored(shop: Shop) -> None:
    keys = {
        "noteId": key("id", "UNIQUE"),
        "number": key("number", "PROFILE"),
        "customer": key("customer", "PROFILE", "LOOKUP_ONLY"),
    }
    shop.define("note", definition({name: text(name) for name in ("id", "number", "customer")}, keys))
    shop.put("crm", id="1", customer="ann")
    ann = shop.one("customer", "ann")
    shop.put("note", id="1", number="7", customer="ann")
    assert shop.keys(ann, "number") == ["7"]
    assert suppliers(shop, ann, "ann") == 1


def test_a_value_that_is_deleted_while_its_object_comes_in_again_is_counted_right(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shop.runs_alone():
        pytest.skip("nobody writes beside an ingestion here")
    mapping = system("shop")
    fields = {**mapping["Fields"], "card": text("card"), "club": text("club")}
    shop.define(
        "shop", {**mapping, "Fields": fields, "Keys": {**mapping["Keys"], "card": [key("card")], "club": [key("club")]}}
    )
    shop.put("shop", id="1", customer="ann", card="7")
    ann, load_all = shop.one("customer", "ann"), records.load_all

    def meanwhile(*arguments: Any) -> Any:
        monkeypatch.undo()
        shop.delete_key(ann, "card", "7")
        return load_all(*arguments)

    monkeypatch.setattr(records, "load_all", meanwhile)
    shop.put("shop", id="1", customer="ann", card="7", club="9")
    assert list(check_store(lambda work: shop.database.read(work).result(9), None, lambda *_: None)) == []


def test_a_profile_id_is_matched_as_it_is_written_only(shop: Shop) -> None:
    fields = {"id": text("id"), "profile": text("profile"), "first": text("first", "_profile.FirstName")}
    keys = {"callId": key("id", "PROFILE", "UNIQUE"), "_profileId": key("profile", "PROFILE", "LOOKUP_ONLY")}
    shop.define("call", definition(fields, keys))
    profile = shop.create(LastName="Lee")
    for number, written in enumerate([profile.upper(), f" {profile}", f"{profile[:16]} {profile[16:]}"]):
        shop.put("call", id=f"c{number}", profile=written, first="Other")
    assert shop.profile(profile) == {"LastName": "Lee"}
    shop.put("call", id="c9", profile=profile, first="Ann")
    assert shop.profile(profile) == {"FirstName": "Ann", "LastName": "Lee"}


@pytest.mark.parametrize(
    "again", [{"PhoneNumber": "555 0100"}, {"PhoneNumber": "(555) 0100"}, {"MobilePhoneNumber": "5550100"}], ids=str
)
def test_a_key_that_was_deleted_comes_back_when_somebody_sets_its_field(shop: Shop, again: dict[str, str]) -> None:
    profile = shop.create(PhoneNumber="555 0100")
    shop.delete_key(profile, "_phone", "555 0100")
    assert shop.ids("_phone", "5550100") == []
    shop.update(profile, FirstName="Ann")
    assert shop.ids("_phone", "5550100") == []

    shop.update(profile, **again)

    assert shop.ids("_phone", "5550100") == [profile]
    assert found(shop) == []


# --- names that nobody uses any more ("Key definitions")


def with_key(name: str) -> dict[str, Any]:
    fields = {"id": text("id"), "customer": text("customer"), "mark": text("mark")}
    keys = {"recordId": key("id", "UNIQUE"), "customer": key("customer", "PROFILE")}
    return definition(fields, {**keys, name: key("mark", "PROFILE", "SECONDARY")})


@pytest.fixture(params=[1, 1_000], ids=["by the worker", "at once"])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(key_names, "REMOVED_AT_ONCE", request.param)
    return int(request.param)


def purge_names(shop: Shop) -> None:
    """All passes of the worker: the last one begins when nobody can write any more who began before."""
    for now in (shop.now, shop.now + LONGEST_TRANSACTION + SECOND):
        while purge_key_names(shop.database, now):
            pass


def test_values_of_a_key_that_no_type_uses_any_more_go(shop: Shop, at_once: int) -> None:
    shop.define("marked", with_key("mark"))
    for number in range(5):
        shop.put("marked", id=str(number), customer=f"c{number}", mark=f"m{number}")
    shop.add_key(shop.one("customer", "c0"), "mark", "by hand")

    shop.define("marked", with_key("sign"))
    purge_names(shop)

    assert shop.key_rows(name="mark") == []
    assert len(shop.key_rows(name="recordId")) == 5
    assert shop.rows("key_name_purge") == []
    assert found(shop) == []


def test_a_value_that_is_written_behind_the_first_look_goes_with_the_last(shop: Shop) -> None:
    if shop.database.write(lambda tx: tx.runs_alone).result(5):
        pytest.skip("nobody writes beside a step here")
    shop.define("marked", with_key("mark"))
    shop.put("marked", id="1", customer="ann", mark="m")
    shop.define("marked", with_key("sign"))
    purge_key_names(shop.database, shop.now)
    owner, row = bytes.fromhex(shop.one("customer", "ann")), KeyRow(match_hash("mark", ("late",)), 3, "mark", "late")
    shop.database.write(lambda tx: key_supplies.add(tx, shop.number, (owner, b"hand"), [row])).result(5)

    purge_names(shop)

    assert shop.key_rows(name="mark") == []
    assert shop.rows("key_name_purge") == []


def test_a_type_that_uses_the_key_later_does_not_meet_values_of_before(shop: Shop, at_once: int) -> None:
    shop.define("marked", with_key("mark"))
    shop.put("marked", id="1", customer="ann", mark="m")
    shop.define("marked", with_key("sign"))
    purge_names(shop)

    shop.define("other", keyed("mark"))
    shop.put("other", id="1", mark="m")

    assert len(shop.rows("profile")) == 2
    assert len(shop.ids("mark", "m")) == 1


def keyed(name: str) -> dict[str, Any]:
    return definition(
        {"id": text("id"), "mark": text("mark")}, {"otherId": key("id", "UNIQUE"), name: key("mark", "PROFILE")}
    )


def test_a_key_that_another_type_uses_keeps_its_values(shop: Shop, at_once: int) -> None:
    shop.define("marked", with_key("mark"))
    shop.define("other", keyed("mark"))
    shop.put("marked", id="1", customer="ann", mark="m")
    shop.define("marked", with_key("sign"))
    purge_names(shop)
    assert shop.ids("mark", "m") == [shop.one("customer", "ann")]


def test_a_predefined_key_keeps_its_values_whoever_uses_it(shop: Shop, at_once: int) -> None:
    shop.define("marked", with_key("_account"))
    shop.put("marked", id="1", customer="ann", mark="A-1")
    shop.define("marked", with_key("sign"))
    purge_names(shop)
    assert shop.ids("_account", "A-1") == [shop.one("customer", "ann")]


def test_a_key_that_was_added_by_hand_goes_with_the_last_type_that_had_it(shop: Shop, at_once: int) -> None:
    shop.define("marked", with_key("mark"))
    profile = shop.create(FirstName="Ann")
    shop.add_key(profile, "mark", "m")
    shop.forget("marked")
    shop.purge_types()
    purge_names(shop)
    assert shop.key_rows(name="mark") == []


def test_a_key_that_is_used_again_before_all_its_values_are_gone_is_not_cleaned_up_further(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_names, "REMOVED_AT_ONCE", 1)
    shop.define("marked", with_key("mark"))
    shop.define("marked", with_key("sign"))
    shop.define("marked", with_key("mark"))
    shop.put("marked", id="1", customer="ann", mark="m")
    purge_names(shop)
    assert shop.ids("mark", "m") == [shop.one("customer", "ann")]
