"""A profile with all that hangs on it, in one piece: how profiles leave a store and come into another."""

from collections.abc import Iterable

import msgspec

from openprofiles.storage import history, key_supplies, profile_objects, profiles, standard_objects
from openprofiles.storage.database import Transaction
from openprofiles.storage.history import Change
from openprofiles.storage.keys import KeyRow
from openprofiles.storage.profile_objects import ObjectRow
from openprofiles.storage.profiles import Merge, ProfileRow
from openprofiles.storage.standard_objects import StandardObjectRow


class Supplied(msgspec.Struct, frozen=True):
    """The key values that a supplier gives to the profile or to a standard object of it."""

    owner: bytes
    supplier: bytes
    keys: list[KeyRow]


class Bundle(msgspec.Struct, frozen=True, omit_defaults=True):
    """`gone_types`: numbers of the types of whose gone objects the profile has claims or keys."""

    profile: ProfileRow
    objects: list[ObjectRow] = []
    standard_objects: list[StandardObjectRow] = []
    keys: list[Supplied] = []
    history: list[Change] = []
    merges: list[Merge] = []
    gone_types: list[int] = []


def read(tx: Transaction, domain: int, profile: bytes) -> Bundle | None:
    """As it is in one snapshot; None where the profile does not live."""
    row = profiles.find(tx, domain, profile)
    if row is None:
        return None
    own_objects = standard_objects.of_profile(tx, domain, profile)
    return Bundle(
        profile=row,
        objects=profile_objects.whole_of_profile(tx, domain, profile),
        standard_objects=own_objects,
        keys=_supplied(tx, domain, [profile, *(one.id for one in own_objects)]),
        history=history.of_profile(tx, domain, profile),
        merges=profiles.whole_merges(tx, domain, profile),
        gone_types=profiles.gone_types(tx, domain, profile),
    )


def _supplied(tx: Transaction, domain: int, owners: list[bytes]) -> list[Supplied]:
    of_each = key_supplies.of_owners(tx, domain, owners)
    return [
        Supplied(owner, supplier, [rows[key_hash] for key_hash in sorted(rows)])
        for owner, suppliers in zip(owners, of_each, strict=True)
        for supplier, rows in suppliers.items()
    ]


def add_all(tx: Transaction, domain: int, bundles: Iterable[Bundle]) -> None:
    """Write profiles that the domain has not."""
    added = list(bundles)
    profiles.put_all(tx, domain, [one.profile for one in added])
    profile_objects.put_all(tx, domain, [row for one in added for row in one.objects])
    history.add_all(tx, domain, [change for one in added for change in one.history])
    for one in added:
        for standard_object in one.standard_objects:
            standard_objects.put(tx, domain, standard_object)
        for merge in one.merges:
            profiles.add_merge(tx, domain, one.profile.id, merge.id, merge.at, merge.document)
        for object_type in one.gone_types:
            profiles.add_gone_source(tx, domain, object_type, one.profile.id)
    _add_keys(tx, domain, [supplied for one in added for supplied in one.keys])


def _add_keys(tx: Transaction, domain: int, supplied: list[Supplied]) -> None:
    after = {(one.owner, one.supplier): {row.hash: row for row in one.keys} for one in supplied}
    key_supplies.change(tx, domain, {supply: {} for supply in after}, after)
