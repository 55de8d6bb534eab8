"""An event as a record of a stream ("Export your unified customer profile data", and what users have seen of it)."""

import base64
import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec

SCHEMA_VERSION = 0

PROFILE = "_profile"

ADDRESSES = ("Address", "ShippingAddress", "MailingAddress", "BillingAddress")

CREATED, UPDATED, MERGED, DELETED = "CREATED", "UPDATED", "MERGED", "DELETED"


class Event(msgspec.Struct, frozen=True):
    """What happened to a profile, or to an object of it, at a time in milliseconds.

    `position` orders the events of one profile; `id` is 16 bytes and stays the same however often the event is sent.
    `object_type` is None for the profile itself; `object` is the JSON of the object or of the profile; `merge` that of
    a Merge.
    """

    profile: bytes
    position: int
    id: bytes
    at: int
    type: str
    object_type: str | None = None
    unique_key: bytes | None = None
    object: str | None = None
    merge: str | None = None


class Merge(msgspec.Struct, frozen=True, rename="pascal"):
    """What an event says of a merge: its id, and the profiles that were absorbed, as they were."""

    merge_id: str
    duplicate_profiles: list[msgspec.Raw]


class _Record(msgspec.Struct, frozen=True, rename="pascal", omit_defaults=True):
    schema_version: int
    event_id: str
    event_timestamp: str
    event_type: str
    domain_name: str
    object_type_name: str
    is_message_real_time: bool
    object: msgspec.Raw | None = None
    associated_profile_id: str | None = None
    profile_object_unique_key: str | None = None
    merge_id: str | None = None
    duplicate_profiles: list[msgspec.Raw] | None = None


PROFILE_BITS = 2
"""Room for the events of one change of a profile: its own, then that of the object that caused it."""

OF_PROFILE, OF_OBJECT = 0, 1


def position_of(sequence: int, part: int) -> int:
    """Where an event of the change with this sequence of claims comes among those of its profile."""
    return sequence << PROFILE_BITS | part


def dashed(id_: bytes) -> str:
    """16 bytes as a UUID."""
    return str(uuid.UUID(bytes=id_))


_encode = msgspec.json.Encoder().encode
_decode_merge = msgspec.json.Decoder(Merge).decode
_decode_profile = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_id = msgspec.json.Decoder(dict[str, Any]).decode


def merge_text(merge_id: bytes, absorbed: list[str]) -> str:
    """The `merge` of an event, from the JSON of the profiles that were absorbed."""
    bodies = [msgspec.Raw(_of_profile(document)) for document in absorbed]
    return _encode(Merge(dashed(merge_id), bodies)).decode()


def _of_profile(document: str) -> bytes:
    """A profile as streams show it: an address that is empty is `{}`."""
    profile = _decode_profile(document)
    return _encode({**profile, **{name: msgspec.Raw(b"{}") for name in ADDRESSES if name not in profile}})


def record(event: Event, domain_name: str) -> bytes:
    """The event as JSON. MergeId, DuplicateProfiles and what says whose object it is stand only where they apply."""
    is_profile = event.object_type is None
    merge = None if event.merge is None else _decode_merge(event.merge)
    return _encode(
        _Record(
            schema_version=SCHEMA_VERSION,
            event_id=dashed(event.id),
            event_timestamp=iso(event.at),
            event_type=event.type,
            domain_name=domain_name,
            object_type_name=event.object_type or PROFILE,
            is_message_real_time=True,
            object=_object(event, is_profile),
            associated_profile_id=None if is_profile else event.profile.hex(),
            profile_object_unique_key=None if event.unique_key is None else base64.b64encode(event.unique_key).decode(),
            merge_id=None if merge is None else merge.merge_id,
            duplicate_profiles=None if merge is None else merge.duplicate_profiles,
        )
    )


def _object(event: Event, is_profile: bool) -> msgspec.Raw | None:
    if event.object is None:
        return None
    if is_profile:
        return msgspec.Raw(event.object.encode() if event.type == DELETED else _of_profile(event.object))
    return msgspec.Raw(_in_one_line(event.object))


def _in_one_line(text: str) -> bytes:
    """A file has one line for each record, however its object was written."""
    return msgspec.json.format(text.encode(), indent=-1) if "\n" in text or "\r" in text else text.encode()


def cut(event: Event) -> Event:
    """The event with only the ids of the profiles that were absorbed, for where it is too large with all of them."""
    if event.merge is None:
        return event
    merge = _decode_merge(event.merge)
    ids = [_encode({"ProfileId": _decode_id(body)["ProfileId"]}) for body in merge.duplicate_profiles]
    short = _encode(Merge(merge.merge_id, [msgspec.Raw(body) for body in ids])).decode()
    return msgspec.structs.replace(event, merge=short)


def iso(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
