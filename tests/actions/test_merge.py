"""A merge moves what hangs on the absorbed profiles, and keeps them as they were."""

import msgspec
import pytest

from openprofiles.actions.merge_journal import AbsorbedProfile, MergeJournal
from openprofiles.storage import profiles
from openprofiles.storage.profiles import ProfileRow
from tests.api.mappings import products, system

from .shop import Record, Shop

Pair = tuple[str, str]


@pytest.fixture
def pair(shop: Shop) -> Pair:
    """The ids of two profiles, each with an object, a product that it registered, and a key added by hand."""
    shop.define("crm", system("crm"))
    shop.define("product", products())
    for name in ("ann", "bob"):
        shop.put("crm", id=name, customer=name, first=name.title(), email=f"{name}@example.com")
        shop.put("product", email=f"{name}@example.com", serial=f"S-{name}", name="Saw")
        shop.add_key(shop.one("customer", name), "_account", f"account of {name}")
    return shop.one("customer", "ann"), shop.one("customer", "bob")


def journals(shop: Shop, profile_id: str) -> list[MergeJournal]:
    """What the merges into a profile have kept, oldest first."""
    rows = shop.rows("merge_journal", profile=bytes.fromhex(profile_id))
    rows.sort(key=lambda row: int(row["at"]))
    return [msgspec.json.decode(row["document"], type=MergeJournal) for row in rows]


def absorbed_in(shop: Shop, main: str) -> AbsorbedProfile:
    """The one profile that the one merge into `main` has kept."""
    [journal] = journals(shop, main)
    [absorbed] = journal.absorbed
    return absorbed


def row_of(shop: Shop, profile_id: str) -> ProfileRow | None:
    return shop.database.read(lambda tx: profiles.find(tx, shop.number, bytes.fromhex(profile_id))).result(5)


def keys_of(shop: Shop, profile_id: str) -> list[Record]:
    """The key rows of a profile, whoever owns them."""
    rows = shop.key_rows(owner=bytes.fromhex(profile_id))
    return [{name: row[name] for name in ("hash", "supplier", "role", "name", "value")} for row in rows]


# --- the journal


def test_the_journal_keeps_the_row_of_an_absorbed_profile(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    before = row_of(shop, bob)
    shop.merge(ann, bob)
    assert absorbed_in(shop, ann).row == before


def test_the_journal_keeps_the_keys_of_an_absorbed_profile(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    before = keys_of(shop, bob)
    shop.merge(ann, bob)
    kept = [dict(zip(before[0], key, strict=True)) for key in absorbed_in(shop, ann).keys]
    assert sorted(kept, key=repr) == sorted(before, key=repr)


def test_the_journal_names_the_objects_of_an_absorbed_profile(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    before = {
        (row["object_type"], row["unique_key"]) for row in shop.rows("profile_object", profile=bytes.fromhex(bob))
    }
    shop.merge(ann, bob)
    assert set(absorbed_in(shop, ann).objects) == before
    assert len(before) == 2


def test_the_journal_names_the_standard_objects_of_an_absorbed_profile(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    [asset] = shop.rows("standard_object", profile=bytes.fromhex(bob))
    shop.merge(ann, bob)
    assert absorbed_in(shop, ann).standard_objects == [asset["id"]]


def test_the_journal_keeps_the_main_profile_as_it_was(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    row, keys = row_of(shop, ann), keys_of(shop, ann)
    shop.merge(ann, bob)
    [journal] = journals(shop, ann)
    kept = [dict(zip(keys[0], key, strict=True)) for key in journal.main_keys]
    assert journal.main == row
    assert sorted(kept, key=repr) == sorted(keys, key=repr)


def test_the_journal_keeps_each_of_several_absorbed_profiles(shop: Shop, pair: Pair) -> None:
    main, others = shop.create(FirstName="Cem"), list(pair)
    before = [row_of(shop, other) for other in others]
    shop.merge(main, *others)
    [journal] = journals(shop, main)
    assert [absorbed.row for absorbed in journal.absorbed] == before


def test_a_second_merge_carries_the_first_journal_along(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    shop.merge(ann, bob)
    [first] = journals(shop, ann)
    main = shop.create(FirstName="Cem")
    shop.merge(main, ann)
    assert journals(shop, ann) == []
    assert journals(shop, main)[0] == first
    assert [journal.absorbed[0].row.id.hex() for journal in journals(shop, main)] == [bob, ann]


def test_a_later_change_leaves_the_journal_as_it_is(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    shop.merge(ann, bob)
    before = journals(shop, ann)
    shop.put("crm", id="bob", customer="bob", first="Robert")
    shop.update(ann, FirstName="Anna")
    assert journals(shop, ann) == before


# --- what moves


def test_the_objects_move_to_the_main_profile(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    everything = sorted([*shop.objects(ann), *shop.objects(bob)], key=str)
    shop.merge(ann, bob)
    assert shop.objects(ann) == everything
    assert shop.objects(bob) == []


def test_the_standard_objects_move_to_the_main_profile(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    shop.merge(ann, bob)
    assert [asset["SerialNumber"] for asset in shop.standard("_asset", ann)] == ["S-ann", "S-bob"]
    assert shop.standard("_asset", bob) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("customer", "bob"), ("_email", "bob@example.com"), ("_account", "account of bob"), ("_fullName", "bob")],
    ids=["of an object", "of a field", "by hand", "of a field that gives way"],
)
def test_the_main_profile_is_found_by_the_keys_of_the_absorbed_one(
    shop: Shop, pair: Pair, name: str, value: str
) -> None:
    ann, bob = pair
    assert shop.ids(name, value) == [bob]
    shop.merge(ann, bob)
    assert shop.ids(name, value) == [ann]


def test_no_key_stays_with_an_absorbed_profile(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    shop.merge(ann, bob)
    assert keys_of(shop, bob) == []


def test_a_key_that_both_have_is_held_once_for_each_supplier(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    shop.add_key(bob, "_account", "account of ann")
    shop.merge(ann, bob)
    assert [row["supplier"] for row in keys_of(shop, ann) if row["value"] == "account of ann"] == [b"hand"]


def test_a_moved_object_that_is_put_again_withdraws_what_it_no_longer_carries(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    shop.merge(ann, bob)
    shop.put("crm", id="bob", customer="robert")
    assert shop.keys(ann, "customer") == ["ann", "robert"]


def test_an_object_with_a_key_of_the_absorbed_profile_goes_to_the_main_one(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    shop.merge(ann, bob)
    shop.put("crm", id="3", customer="bob", last="Lee")
    assert shop.profile(ann)["LastName"] == "Lee"


def test_the_absorbed_profile_is_gone(shop: Shop, pair: Pair) -> None:
    ann, bob = pair
    shop.merge(ann, bob)
    assert row_of(shop, bob) is None


def test_what_gone_objects_left_goes_with_their_type_after_a_merge_too(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    unique_key = shop.put("crm", id="1", customer="ann", first="Ann")
    main, ann = shop.create(LastName="Lee"), shop.one("customer", "ann")
    shop.remove("crm", ann, unique_key)
    shop.merge(main, ann)
    assert shop.profile(main) == {"FirstName": "Ann", "LastName": "Lee"}
    shop.forget("crm")
    assert shop.profile(main) == {"LastName": "Lee"}
    assert (shop.keys(main, "customer"), shop.rows("gone_source")) == ([], [])


# --- what a merge decides, when the type that it came from goes


def two_systems(shop: Shop) -> Pair:
    """The ids of a profile that the system `crm` knows and of one that the system `web` knows."""
    for name in ("crm", "web"):
        shop.define(name, system(name))
        shop.put(name, id="1", customer=name, first=f"Ann of {name}")
    return shop.one("customer", "crm"), shop.one("customer", "web")


@pytest.mark.parametrize(("gone", "left"), [("crm", "web"), ("web", "crm")])
@pytest.mark.parametrize("chosen", ["crm", "web"])
def test_the_other_value_is_shown_when_a_type_goes_whatever_the_merge_chose(
    shop: Shop, chosen: str, gone: str, left: str
) -> None:
    main, other = two_systems(shop)
    shop.merge(main, other, FirstName=main if chosen == "crm" else other)
    shop.forget(gone)
    assert shop.profile(main) == {"FirstName": f"Ann of {left}"}


def test_a_value_that_only_the_absorbed_profile_had_goes_with_its_type(shop: Shop) -> None:
    main, other = shop.create(LastName="Lee"), two_systems(shop)[1]
    shop.merge(main, other)
    shop.forget("web")
    assert shop.profile(main) == {"LastName": "Lee"}
