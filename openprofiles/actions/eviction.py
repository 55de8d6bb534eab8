"""Which object goes when a profile gets one more than it may have ("Customer Profiles data limits")."""

from openprofiles.actions.delete import delete_object
from openprofiles.actions.incoming import Ingestion
from openprofiles.actions.known import Known
from openprofiles.actions.object_types import caps
from openprofiles.actions.records import ProfileRecord
from openprofiles.mapping.parsing import MAX_CHARACTERS
from openprofiles.storage import keys, profile_objects
from openprofiles.storage.profile_objects import ObjectRow

BYTES_OF_CHARACTER = 3
"""At most so many bytes of UTF-8 for what the size of an object counts as one."""


def make_room(known: Known, ingestion: Ingestion, profile: ProfileRecord) -> None:
    """After an object has been added: where there are too many, or too many bytes of them, the oldest go, as if they
    were deleted. It takes locks late, so that others may have to begin again; few profiles get that far.
    """
    while (victim := _victim(known, ingestion, profile)) is not None:
        known.writes.flush(known.tx)
        keys.lock(known.tx, known.domain, [victim.unique_key])
        name = profile_objects.type_names(known.tx, known.domain)[victim.object_type]
        delete_object(ingestion.call, known.domain, victim, name)
        known.forget(victim, profile.id)
        profile = known.record(ingestion.call, profile.id) or profile


def _victim(known: Known, ingestion: Ingestion, profile: ProfileRecord) -> ObjectRow | None:
    """One object too many of its own type goes first; then one of the type that is furthest over its cap; then of the
    type that came in; at last any.
    """
    quotas, cap = ingestion.call.quotas, ingestion.compiled.cap
    may_be_large = profile.row.objects * MAX_CHARACTERS * BYTES_OF_CHARACTER > quotas.object_bytes_per_profile
    if cap is None and profile.row.objects <= quotas.objects_per_profile and not may_be_large:
        return None
    known.writes.flush_objects(known.tx)
    of_types = profile_objects.counts_of_profile(known.tx, known.domain, profile.id)
    own = ingestion.object_type.number
    if cap is not None and of_types[own].count > cap:
        return _oldest(known, ingestion, profile, own)
    total = sum(counted.size for counted in of_types.values())
    if profile.row.objects <= quotas.objects_per_profile and total <= quotas.object_bytes_per_profile:
        return None
    over = {number: of_types[number].count - most for number, most in _caps(known).items() if number in of_types}
    furthest = max(over, key=lambda number: over[number], default=own)
    if over.get(furthest, 0) > 0:
        return _oldest(known, ingestion, profile, furthest)
    return _oldest(known, ingestion, profile, own) or _oldest(known, ingestion, profile, None)


def _caps(known: Known) -> dict[int, int]:
    return caps(known.tx, known.domain)


def _oldest(known: Known, ingestion: Ingestion, profile: ProfileRecord, object_type: int | None) -> ObjectRow | None:
    """Of a type, or of all; never the object that has just come in."""
    return profile_objects.oldest(known.tx, known.domain, profile.id, object_type, ingestion.unique_key)
