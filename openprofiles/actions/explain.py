"""Why a profile is as it is: where its values and its keys come from."""

from collections.abc import Iterable

import msgspec

from openprofiles.actions.incoming import text_of_key
from openprofiles.actions.object_claims import claims_of_objects
from openprofiles.actions.records import ProfileRecord
from openprofiles.extension_shapes import FieldExplanation, KeyExplanation, LosingClaim, ObjectExplanation
from openprofiles.merging.survivorship import MANUAL, MANUAL_RANK, Claim
from openprofiles.storage import key_supplies, profile_objects, standard_objects
from openprofiles.storage.database import Transaction
from openprofiles.storage.key_supplies import FIELD_SUPPLIER, HAND_SUPPLIER, MERGE_SUPPLIER

GONE_TYPE = "Deleted object type"
GONE_OBJECT = "Object that is gone"
SUPPLIERS = {FIELD_SUPPLIER: "Profile field", HAND_SUPPLIER: "AddProfileKey", MERGE_SUPPLIER: "Merge"}


class Sources:
    """The names of what makes claims on a profile and supplies its keys."""

    def __init__(self, tx: Transaction, domain: int, profile: bytes) -> None:
        self._types = profile_objects.type_names(tx, domain)
        self._objects = profile_objects.of_profile(tx, domain, profile)
        self._unique_keys = {one.source: text_of_key(one.unique_key) for one in self._objects}
        own_objects = standard_objects.ids_of_profile(tx, domain, profile)
        self._suppliers = SUPPLIERS | dict.fromkeys(own_objects, "Standard object")
        self._suppliers |= {one.supplier: self._type_name(one.object_type) for one in self._objects}

    def field(self, winner: Claim, losers: Iterable[Claim] = ()) -> FieldExplanation:
        told = [self._losing(loser) for loser in sorted(losers, key=lambda claim: -claim.sequence)]
        return FieldExplanation(
            merged_from=self._types.get(winner.origin) if winner.origin else None,
            losers=told or None,
            **msgspec.structs.asdict(self._losing(winner)),
        )

    def _losing(self, claim: Claim) -> LosingClaim:
        return LosingClaim(
            value=claim.value,
            source=self._source(claim),
            source_time=claim.time / 1000,
            source_priority=claim.rank if claim.rank < MANUAL_RANK else None,
            object_key=self._unique_keys.get(claim.source),
            source_gone=True if claim.gone else None,
        )

    def _source(self, claim: Claim) -> str:
        if claim.is_decision:
            return "Manual" if claim.source == MANUAL else "Merge"
        return self._type_name(claim.object_type)

    def supplier(self, supplier: bytes) -> str:
        return self._suppliers.get(supplier, GONE_OBJECT)

    def objects(self) -> list[ObjectExplanation]:
        """The objects of the profile, those that came last first."""
        newest_first = sorted(self._objects, key=lambda one: (-one.ingested_at, -one.sequence))
        return [
            ObjectExplanation(
                object_type_name=self._type_name(one.object_type),
                profile_object_unique_key=text_of_key(one.unique_key),
                ingested_at=one.ingested_at / 1000,
                expires_at=one.expires_at / 1000,
            )
            for one in newest_first
        ]

    def _type_name(self, number: int) -> str:
        return self._types.get(number, GONE_TYPE)


def explain_fields(
    tx: Transaction, domain: int, profile: ProfileRecord, sources: Sources
) -> dict[str, FieldExplanation]:
    """The winner of each field, and the claims that it beats."""
    losers: dict[str, list[Claim]] = {field: list(claims) for field, claims in profile.claims.own.items()}
    for claims in claims_of_objects(tx, domain, profile.id).values():
        for field, claim in claims.items():
            losers.setdefault(field, []).append(claim)
    return {
        field: sources.field(winner, [claim for claim in losers.get(field, ()) if claim != winner])
        for field, winner in sorted(profile.claims.winners.items())
    }


def explain_keys(tx: Transaction, domain: int, profile: bytes, sources: Sources) -> list[KeyExplanation]:
    """The key values of the profile, and who supplies each."""
    by_value: dict[tuple[str, str], list[str]] = {}
    for supplier, keys in key_supplies.of_owner(tx, domain, profile).items():
        for row in keys.values():
            told = by_value.setdefault((row.name, row.value), [])
            if (by := sources.supplier(supplier)) not in told:
                told.append(by)
    return [
        KeyExplanation(key_name=name, value=value, supplied_by=told) for (name, value), told in sorted(by_value.items())
    ]
