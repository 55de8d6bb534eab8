"""A profile while it is being changed: loaded with its claims, saved with its record, default keys and history."""

from typing import Any

import msgspec

from openprofiles.call import Call
from openprofiles.errors import BadRequestException
from openprofiles.mapping.keys import KEY_FIELDS, default_keys, search_hash
from openprofiles.mapping.standard_objects import render
from openprofiles.merging.provenance import RecordClaims, StoredClaims, from_stored, to_stored
from openprofiles.merging.survivorship import ClaimValue
from openprofiles.storage import domains, history, keys, profiles
from openprofiles.storage.database import Transaction
from openprofiles.storage.domains import Counts
from openprofiles.storage.keys import FIELD_SUPPLIER, KeyRow
from openprofiles.storage.profiles import ProfileRow

DAY = 86_400_000
MAX_PROFILE_BYTES = 250 * 1024
SEQUENCE_BITS = 12
"""Room for the claims that are made in one millisecond."""

decode_claims = msgspec.json.Decoder(StoredClaims).decode
decode_document = msgspec.json.Decoder(dict[str, Any]).decode
encode = msgspec.json.Encoder().encode


class ProfileRecord(msgspec.Struct):
    """A profile between `load` and `save`.

    `sequence` is that of the claims that this change makes, `bytes_more` by how much the size of its objects changes,
    `document` the record as `check_size` has rendered it.
    """

    row: ProfileRow
    claims: RecordClaims
    sequence: int
    values_before: dict[str, ClaimValue]
    objects_before: int
    is_new: bool = False
    bytes_more: int = 0
    document: bytes = b""

    @property
    def id(self) -> bytes:
        return self.row.id


def new(call: Call) -> ProfileRecord:
    """A profile that does not exist yet, without any claim."""
    row = ProfileRow(call.new_id(), 0, call.now, call.now, 0, 0, "{}", "{}")
    return ProfileRecord(row, RecordClaims(), _next_sequence(call, 0), {}, 0, is_new=True)


def load(call: Call, domain: int, profile: bytes) -> ProfileRecord | None:
    """The profile, to be changed and saved in this transaction."""
    row = profiles.find(call.tx, domain, profile)
    if row is None:
        return None
    claims = from_stored(decode_claims(row.claims))
    return ProfileRecord(row, claims, _next_sequence(call, claims.last), claims.values(), row.objects)


def _next_sequence(call: Call, last: int) -> int:
    """Claims are ordered by when they were made, in all profiles: a merge puts the claims of several together.

    By time, then within the call; never before a claim that the profile has, should the clock go backwards.
    """
    return max(last + 1, (call.now << SEQUENCE_BITS) + call.ids_given)


def keep_until(record: ProfileRecord, now: int, days: int) -> None:
    """The profile lives at least `days` days longer; nothing shortens its life."""
    record.row.expires_at = max(record.row.expires_at, now + days * DAY)


def check_size(record: ProfileRecord) -> None:
    """Raises BadRequestException where the change makes the profile larger than one may be.

    Called when the fold is done, before any write.
    """
    record.document = _document(record, record.claims.values())
    if len(record.document) > max(MAX_PROFILE_BYTES, len(record.row.document)):
        raise BadRequestException(f"The profile would be larger than {MAX_PROFILE_BYTES} bytes.")


def save(
    call: Call,
    domain: int,
    record: ProfileRecord,
    action: str,
    object_type: str | None = None,
    unique_key: bytes | None = None,
) -> None:
    """Fold is done: write the record, its default keys, its counters and one history row."""
    row, before, after = record.row, record.values_before, record.claims.values()
    changes = _changes(before, after)
    if changes or record.is_new:
        row.document = (record.document or _document(record, after)).decode()
        _set_default_keys(call.tx, domain, record, changes, after)
    row.version += 1
    row.updated_at = call.now
    record.claims.last = record.sequence
    row.claims = encode(to_stored(record.claims)).decode()
    (profiles.add if record.is_new else profiles.update)(call.tx, domain, row)
    domains.count(call.tx, domain, _counts(record))
    content = encode(changes).decode() if changes else None
    add_change(call, domain, row, action, object_type, unique_key, content)


def add_change(
    call: Call,
    domain: int,
    row: ProfileRow,
    action: str,
    object_type: str | None = None,
    unique_key: bytes | None = None,
    content: str | None = None,
) -> None:
    """One history row for the profile's present version."""
    by, change_id = call.principal.arn, call.new_id()
    change = history.Change(row.id, row.version, change_id, action, call.now, by, object_type, unique_key, content)
    history.add(call.tx, domain, change)


def _counts(record: ProfileRecord) -> Counts:
    """What the domain's sums change by: the profile itself, its objects and how often it is metered."""
    objects, before = record.row.objects, record.objects_before
    metered_before = 0 if record.is_new else metered(before)
    return Counts(int(record.is_new), objects - before, record.bytes_more, metered(objects) - metered_before)


def _document(record: ProfileRecord, values: dict[str, ClaimValue]) -> bytes:
    return encode({"ProfileId": record.id.hex(), **render(values, "_profile")})


def _set_default_keys(
    tx: Transaction, domain: int, record: ProfileRecord, changes: dict[str, ClaimValue], after: dict[str, ClaimValue]
) -> None:
    if KEY_FIELDS.isdisjoint(changes):
        return
    old = set(default_keys(record.values_before))
    new_keys = default_keys(after)
    gone = old.difference(new_keys)
    keys.remove(tx, domain, record.id, FIELD_SUPPLIER, [search_hash(name, value) for name, value in gone])
    rows = [
        KeyRow(search_hash(name, value), keys.MATCH_AND_SEARCH, name, value)
        for name, value in new_keys
        if (name, value) not in old
    ]
    keys.add(tx, domain, record.id, FIELD_SUPPLIER, rows)


def _changes(before: dict[str, ClaimValue], after: dict[str, ClaimValue]) -> dict[str, ClaimValue]:
    """The fields that changed, with their new values; None where the field is empty now."""
    changes = {field: value for field, value in after.items() if before.get(field) != value}
    for field in before:
        if field not in after:
            changes[field] = None
    return changes


def metered(objects: int) -> int:
    """How often a profile counts for MeteringProfileCount: once for each started hundred objects."""
    return max(1, -(-objects // 100))
