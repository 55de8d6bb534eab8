"""A profile while it is being changed: loaded with its claims, saved with its record, default keys and history."""

from typing import Any

import msgspec

from openprofiles.call import Call
from openprofiles.errors import BadRequestException
from openprofiles.mapping.keys import default_keys, search_hash
from openprofiles.mapping.standard_objects import render
from openprofiles.merging.provenance import RecordClaims, StoredClaims, from_stored, to_stored
from openprofiles.merging.survivorship import ClaimValue
from openprofiles.storage import domains, history, keys, profiles
from openprofiles.storage.domains import Counts
from openprofiles.storage.keys import FIELD_SUPPLIER, KeyRow
from openprofiles.storage.profiles import ProfileRow
from openprofiles.storage.database import Transaction

DAY = 86_400_000
MAX_PROFILE_BYTES = 250 * 1024

decode_claims = msgspec.json.Decoder(StoredClaims).decode
decode_document = msgspec.json.Decoder(dict[str, Any]).decode
encode = msgspec.json.Encoder().encode


class ProfileRecord(msgspec.Struct):
    """A profile between `load` and `save`. `sequence` is the version that this change makes."""

    row: ProfileRow
    claims: RecordClaims
    sequence: int
    values_before: dict[str, ClaimValue]
    objects_before: int
    is_new: bool = False

    @property
    def id(self) -> bytes:
        return self.row.id


def new(profile: bytes, now: int) -> ProfileRecord:
    """A profile that does not exist yet, without any claim."""
    row = ProfileRow(profile, 0, now, now, 0, 0, "{}", "{}")
    return ProfileRecord(row, RecordClaims(), 1, {}, 0, is_new=True)


def load(tx: Transaction, domain: int, profile: bytes) -> ProfileRecord | None:
    """The profile, to be changed and saved in this transaction."""
    row = profiles.find(tx, domain, profile)
    return None if row is None else record_of(row)


def record_of(row: ProfileRow) -> ProfileRecord:
    claims = from_stored(decode_claims(row.claims))
    return ProfileRecord(row, claims, row.version + 1, claims.values(), row.objects)


def keep_until(record: ProfileRecord, now: int, days: int) -> None:
    """The profile lives at least `days` days longer; nothing shortens its life."""
    record.row.expires_at = max(record.row.expires_at, now + days * DAY)


def save(
    call: Call,
    domain: int,
    record: ProfileRecord,
    action: str,
    object_type: str | None = None,
    unique_key: bytes | None = None,
) -> None:
    """Fold is done: write the record, its default keys, its counters and one history row.

    Raises BadRequestException where the record would be larger than a profile may be.
    """
    row, before, after = record.row, record.values_before, record.claims.values()
    if before != after or record.is_new:
        _set_document(call.tx, domain, record, after)
    row.version = record.sequence
    row.updated_at = call.now
    row.claims = encode(to_stored(record.claims)).decode()
    (profiles.add if record.is_new else profiles.update)(call.tx, domain, row)
    profiles_more, metered_before = (1, 0) if record.is_new else (0, metered(record.objects_before))
    domains.count(call.tx, domain, Counts(profiles_more, 0, 0, metered(row.objects) - metered_before))
    change = history.Change(
        row.id,
        row.version,
        call.new_id(),
        action,
        call.now,
        call.principal.arn,
        object_type,
        unique_key,
        _changes(before, after),
    )
    history.add(call.tx, domain, change)


def _set_document(tx: Transaction, domain: int, record: ProfileRecord, values: dict[str, ClaimValue]) -> None:
    document = {"ProfileId": record.id.hex(), **render(values, "_profile")}
    text = encode(document)
    if len(text) > MAX_PROFILE_BYTES:
        raise BadRequestException(f"Profile {record.id.hex()} would be larger than {MAX_PROFILE_BYTES} bytes.")
    old = {} if record.is_new else _default_key_rows(decode_document(record.row.document))
    new_rows = _default_key_rows(document)
    keys.remove(tx, domain, record.id, FIELD_SUPPLIER, old.keys() - new_rows.keys())
    keys.add(tx, domain, record.id, FIELD_SUPPLIER, [row for key, row in new_rows.items() if key not in old])
    record.row.document = text.decode()


def _default_key_rows(document: dict[str, Any]) -> dict[bytes, KeyRow]:
    rows = (
        KeyRow(search_hash(name, value), keys.MATCH_AND_SEARCH, name, value) for name, value in default_keys(document)
    )
    return {row.hash: row for row in rows}


def _changes(before: dict[str, ClaimValue], after: dict[str, ClaimValue]) -> str | None:
    """The fields that changed, with their new values (null: it is empty now), as JSON."""
    changes = {field: value for field, value in after.items() if before.get(field) != value}
    changes |= {field: None for field in before if field not in after}
    return encode(changes).decode() if changes else None


def metered(objects: int) -> int:
    """How often a profile counts for MeteringProfileCount: once for each started hundred objects."""
    return max(1, -(-objects // 100))
