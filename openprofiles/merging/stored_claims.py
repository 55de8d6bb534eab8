"""Claims as they are stored: in groups, since all that one source said at one time shares everything but the value."""

from collections.abc import Iterable, Iterator

import msgspec

from openprofiles.merging.provenance import RecordClaims
from openprofiles.merging.survivorship import Claim, ClaimValue, Stamp


class ClaimGroup(msgspec.Struct, array_like=True, frozen=True):
    """Claims that one source made at one time, as they are stored."""

    source: str
    rank: int
    time: int
    sequence: int
    gone: bool
    origin: int
    fields: dict[str, ClaimValue]


def pack(claims: Iterable[tuple[str, Claim]]) -> list[ClaimGroup]:
    """Claims by field → groups: what all claims of an ingestion share is stored once."""
    groups: dict[Stamp, dict[str, ClaimValue]] = {}
    shared, fields = None, dict[str, ClaimValue]()
    for field, claim in claims:
        stamp = claim.stamp
        if stamp is not shared:
            shared, fields = stamp, groups.setdefault(stamp, {})
        fields[field] = claim.value
    return [
        ClaimGroup(stamp.source, stamp.rank, stamp.time, stamp.sequence, stamp.gone, stamp.origin, fields)
        for stamp, fields in groups.items()
    ]


def unpack(groups: Iterable[ClaimGroup]) -> Iterator[tuple[str, Claim]]:
    """Groups → claims by field."""
    for group in groups:
        stamp = Stamp(group.source, group.rank, group.time, group.sequence, group.gone, group.origin)
        for field, value in group.fields.items():
            yield field, Claim(value, stamp)


class StoredClaims(msgspec.Struct, omit_defaults=True):
    """RecordClaims as they are stored. `objects`: claims of objects that are kept with the record itself."""

    winners: list[ClaimGroup] = []
    own: list[ClaimGroup] = []
    objects: list[ClaimGroup] = []
    last: int = 0


def to_stored(record: RecordClaims, objects: Iterable[tuple[str, Claim]] = ()) -> StoredClaims:
    own = [(field, claim) for field, claims in record.own.items() for claim in claims]
    return StoredClaims(pack(record.winners.items()), pack(own) if own else [], pack(objects), record.last)


def from_stored(stored: StoredClaims) -> RecordClaims:
    own: dict[str, list[Claim]] = {}
    for field, claim in unpack(stored.own):
        own.setdefault(field, []).append(claim)
    return RecordClaims(dict(unpack(stored.winners)), own, stored.last)


class StoredObjectClaims(msgspec.Struct, omit_defaults=True):
    """The claims in an object's row: on its profile, and which standard object of each kind it writes to."""

    profile: list[ClaimGroup] = []
    standard: dict[str, str] = {}


decode_claims = msgspec.json.Decoder(StoredClaims).decode
decode_object_claims = msgspec.json.Decoder(StoredObjectClaims).decode
