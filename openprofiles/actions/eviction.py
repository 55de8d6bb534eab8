"""Which object goes when a profile gets one more than it may have ("Customer Profiles data limits")."""

from openprofiles.actions import records, standard_objects
from openprofiles.actions.delete import delete_object
from openprofiles.actions.incoming import Ingestion
from openprofiles.actions.known import Known
from openprofiles.actions.object_types import caps, decode_document, find_object_type
from openprofiles.actions.records import ProfileRecord
from openprofiles.mapping.parsing import MAX_CHARACTERS
from openprofiles.storage import keys, profile_objects
from openprofiles.storage import standard_objects as standard_rows
from openprofiles.storage.profile_objects import Counted, ObjectRow
from openprofiles.storage.standard_objects import StandardObjectRow

BYTES_OF_CHARACTER = 3
"""At most so many bytes of UTF-8 for what the size of an object counts as one."""


def make_room(known: Known, ingestion: Ingestion, profile: ProfileRecord) -> None:
    """After an object has been added: where there are too many, an old one goes, as if it were deleted; where they have
    too many bytes, old ones go until they fit. It takes locks late, so that others may have to begin again; few
    profiles get that far.
    """
    victim = _victim(known, ingestion, profile)
    while victim is not None:
        known.writes.flush(known.tx)
        keys.lock(known.tx, known.domain, [victim.unique_key])
        name = profile_objects.type_names(known.tx, known.domain)[victim.object_type]
        delete_object(ingestion.call, known.domain, victim, name)
        known.forget(victim, profile.id)
        profile = known.record(ingestion.call, profile.id) or profile
        victim = _victim(known, ingestion, profile, counts=False)


def _victim(known: Known, ingestion: Ingestion, profile: ProfileRecord, counts: bool = True) -> ObjectRow | None:
    """The oldest object of the type that is furthest over its own count; where none is, of the type that came in; where
    that has no other, of all.
    """
    quotas, cap, own = ingestion.call.quotas, ingestion.compiled.cap, ingestion.object_type.number
    is_full = profile.row.objects > quotas.objects_per_profile
    may_be_large = profile.row.objects * MAX_CHARACTERS * BYTES_OF_CHARACTER > quotas.object_bytes_per_profile
    if cap is None and not is_full and not may_be_large:
        return None
    known.writes.flush_objects(known.tx)
    of_types = profile_objects.counts_of_profile(known.tx, known.domain, profile.id)
    is_over = cap is not None and of_types[own].count > cap
    is_too_large = sum(counted.size for counted in of_types.values()) > quotas.object_bytes_per_profile
    if not is_too_large and not (counts and (is_full or is_over)):
        return None
    furthest, but = _furthest_over(known, of_types, own), ingestion.unique_key
    return profile_objects.oldest(known.tx, known.domain, profile.id, furthest, but) or profile_objects.oldest(
        known.tx, known.domain, profile.id, None, but
    )


def _furthest_over(known: Known, of_types: dict[int, Counted], own: int) -> int:
    """The number of the type that has the most objects beyond its count; `own` where none has any, and on a tie."""
    over = {
        number: of_types[number].count - most
        for number, most in caps(known.tx, known.domain).items()
        if number in of_types
    }
    over[own] = max(over.get(own, 0), 0)
    return max(over, key=lambda number: (over[number], number == own))


def make_room_for_standard_object(known: Known, ingestion: Ingestion, added: StandardObjectRow) -> None:
    """After a standard object has come to a profile: where there are more of its kind than its type says, the oldest
    goes.
    """
    definition = find_object_type(ingestion.call, ingestion.domain, added.kind)
    cap = decode_document(definition.document).max_profile_object_count
    if cap is None or standard_rows.count(known.tx, known.domain, added.profile, added.kind) <= cap:
        return
    oldest = standard_rows.oldest(known.tx, known.domain, added.profile, added.kind, added.id)
    profile = known.record(ingestion.call, added.profile)
    if oldest is not None:
        known.writes.flush_keys(known.tx)
        standard_objects.delete(known.tx, known.domain, oldest)
    if oldest is not None and profile is not None:
        records.change(ingestion.call, known.writes, profile, "UPDATED", added.kind, oldest.id * 2)
        known.note_record(profile)
