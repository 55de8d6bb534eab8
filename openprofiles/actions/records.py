"""A profile while it is changed: loaded with its claims, saved with its record, default keys and history."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from openprofiles.actions.default_keys import set_default_keys
from openprofiles.actions.events import tell_of_merge, tell_of_profile, writes_of
from openprofiles.actions.writes import Writes
from openprofiles.calculation.upkeep import is_behind
from openprofiles.call import Call
from openprofiles.errors import BadRequestException
from openprofiles.mapping.keys import KEY_FIELDS
from openprofiles.mapping.standard_objects import render
from openprofiles.merging.provenance import RecordClaims
from openprofiles.merging.stored_claims import decode_claims, from_stored, to_stored
from openprofiles.merging.survivorship import ClaimValue
from openprofiles.storage import history, profiles
from openprofiles.storage.domains import Counts
from openprofiles.storage.history import Change
from openprofiles.storage.profiles import ProfileRow

DAY = 86_400_000
MAX_PROFILE_BYTES = 250 * 1024
SEQUENCE_BITS = 12
"""Room for the claims that are made in one millisecond."""

decode_document = msgspec.json.Decoder(dict[str, Any]).decode
encode = msgspec.json.Encoder().encode


class ProfileRecord(msgspec.Struct):
    """A profile while it is changed, once or several times, before it is written.

    `sequence` is that of the claims that this change makes, `values_before` what the record showed when the change
    began, `bytes_more` by how much the size of its objects changes, `bound` at least as large as the record will be in
    bytes, `is_stale` whether `row.document` is not the record yet.
    """

    row: ProfileRow
    claims: RecordClaims
    sequence: int
    values_before: dict[str, ClaimValue]
    objects_before: int
    bound: int
    is_new: bool = False
    is_stale: bool = False
    bytes_more: int = 0

    @property
    def id(self) -> bytes:
        return self.row.id

    def stored(self) -> ProfileRow:
        """The row as it is written."""
        self.refresh()
        self.row.claims = encode(to_stored(self.claims)).decode()
        return self.row

    def refresh(self) -> None:
        """`row.document` is the record as the last change has left it."""
        if self.is_stale:
            self.row.document = record_document(self.row.id, self.values_before).decode()
            self.is_stale = False


class Absorbed(msgspec.Struct, frozen=True):
    """What a change that is a merge has absorbed: the merge's id, and the records of the profiles."""

    merge_id: bytes
    documents: list[str]


def new(call: Call) -> ProfileRecord:
    """A profile that does not exist yet, without any claim."""
    row = ProfileRow(call.new_id(), 0, call.now, call.now, 0, 0, "{}", "{}")
    return ProfileRecord(row, RecordClaims(), _next_sequence(call, 0), {}, 0, 0, is_new=True, is_stale=True)


def load(call: Call, domain: int, profile: bytes) -> ProfileRecord | None:
    """The profile, to be changed and saved in this transaction."""
    row = profiles.locked(call.tx, domain, [profile]).get(profile)
    return None if row is None else opened(call, row)


def load_all(call: Call, domain: int, ids: Iterable[bytes]) -> dict[bytes, ProfileRecord]:
    """Those profiles that live, by id, to be changed and saved in this transaction."""
    return {profile: opened(call, row) for profile, row in profiles.locked(call.tx, domain, ids).items()}


def opened(call: Call, row: ProfileRow) -> ProfileRecord:
    claims = from_stored(decode_claims(row.claims))
    bound = len(row.document) if row.document.isascii() else len(row.document.encode())
    return ProfileRecord(row, claims, _next_sequence(call, claims.last), claims.values(), row.objects, bound)


def begin_change(call: Call, record: ProfileRecord) -> None:
    """The next change of a record that this transaction has perhaps changed before."""
    record.sequence = _next_sequence(call, record.claims.last)


def _next_sequence(call: Call, last: int) -> int:
    """Claims are ordered by when they were made, in all profiles: a merge puts the claims of several together.

    By time, then within the call; never before a claim that the profile has, should the clock go backwards.
    """
    return max(last + 1, (call.now << SEQUENCE_BITS) + call.ids_given)


def keep_until(record: ProfileRecord, now: int, days: int) -> None:
    """The profile lives at least `days` days longer; nothing shortens its life."""
    record.row.expires_at = max(record.row.expires_at, now + days * DAY)


BYTES_OF_CHARACTER = 6
BYTES_OF_MEMBER = 32
"""At most so many bytes of JSON are a character (an escaped one) and, besides its text, a member."""


def check_size(record: ProfileRecord, more: int) -> None:
    """Raises BadRequestException where the change, which adds at most `more` bytes, makes the profile larger than one
    may be.

    Called when the fold is done, before any write. The record is rendered only where it may be too large.
    """
    record.bound += more
    if record.bound > MAX_PROFILE_BYTES:
        record.bound = len(record_document(record.id, record.claims.values()))
        if record.bound > max(MAX_PROFILE_BYTES, len(record.row.document.encode())):
            raise BadRequestException(f"The profile would be larger than {MAX_PROFILE_BYTES} bytes.")


def bytes_of_texts(texts: Mapping[str, str]) -> int:
    """At least as many bytes as these members have in JSON."""
    return BYTES_OF_MEMBER * len(texts) + BYTES_OF_CHARACTER * (sum(map(len, texts)) + sum(map(len, texts.values())))


def save(
    call: Call,
    domain: int,
    record: ProfileRecord,
    action: str,
    object_type: str | None = None,
    unique_key: bytes | None = None,
    absorbed: Absorbed | None = None,
) -> Writes:
    """Fold is done: write the record, its default keys, its counters, one history row and its events. Answers the
    writes, which are done, so that the caller can tell of more.
    """
    writes = writes_of(call, domain)
    change(call, writes, record, action, object_type, unique_key, absorbed)
    writes.flush(call.tx)
    return writes


def change(
    call: Call,
    writes: Writes,
    record: ProfileRecord,
    action: str,
    object_type: str | None = None,
    unique_key: bytes | None = None,
    absorbed: Absorbed | None = None,
) -> None:
    """As `save`, to be written later with other changes."""
    after = record.claims.values()
    changes = _changes(record.values_before, after)
    if changes:
        record.is_stale = True
        if not KEY_FIELDS.isdisjoint(changes):
            set_default_keys(writes, record.id, record.values_before, after, record.is_new)
    record.row.version += 1
    record.row.updated_at = call.now
    record.claims.last = record.sequence
    content = encode(changes).decode() if changes else None
    told = _change(call, record.row, action, object_type, unique_key, content)
    writes.put_profile(record.id, record, told, _counts(record))
    if is_behind(record.objects_before, record.row.objects, record.row.version, absorbed is not None):
        writes.want_recalculation(record.id)
    record.values_before, record.objects_before = after, record.row.objects
    if writes.listeners and (record.is_new or changes or absorbed):
        _tell(call, writes, record, absorbed)
    record.is_new, record.bytes_more = False, 0


def _tell(call: Call, writes: Writes, record: ProfileRecord, absorbed: Absorbed | None) -> None:
    record.refresh()
    if absorbed is None:
        tell_of_profile(call, writes, record.row, record.sequence, record.is_new)
    else:
        tell_of_merge(call, writes, record.row, record.sequence, absorbed.merge_id, absorbed.documents)


def add_change(call: Call, domain: int, row: ProfileRow, action: str) -> None:
    """One history row, without content, for the present version of a profile that is gone."""
    history.add_all(call.tx, domain, [_change(call, row, action, None, None, None)])


def _change(
    call: Call, row: ProfileRow, action: str, object_type: str | None, unique_key: bytes | None, content: str | None
) -> Change:
    by, change_id = call.principal.arn, call.new_id()
    return Change(row.id, row.version, change_id, action, call.now, by, object_type, unique_key, content)


def _counts(record: ProfileRecord) -> Counts:
    """What the domain's sums change by: the profile itself, its objects and how often it is metered."""
    objects, before = record.row.objects, record.objects_before
    metered_before = 0 if record.is_new else metered(before)
    return Counts(int(record.is_new), objects - before, record.bytes_more, metered(objects) - metered_before)


def record_document(profile: bytes, values: dict[str, ClaimValue]) -> bytes:
    """The API's Profile as JSON."""
    return encode({"ProfileId": profile.hex(), **render(values, "_profile")})


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
