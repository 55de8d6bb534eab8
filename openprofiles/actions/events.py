"""Events of what an action changes, for those who listen to the domain: written in the transaction of the change."""

from openprofiles.actions.writes import Writes
from openprofiles.call import Call
from openprofiles.events.records import (
    CREATED,
    DELETED,
    MERGED,
    OF_OBJECT,
    OF_PROFILE,
    UPDATED,
    Event,
    merge_text,
    position_of,
)
from openprofiles.storage import event_streams, outbox
from openprofiles.storage.profiles import ProfileRow

NO_OBJECT = '{"ProfileId":"%s"}'
"""What a deletion shows of a profile."""


def writes_of(call: Call, domain: int) -> Writes:
    """Writes of a domain whose listeners are told of them."""
    return Writes(domain, call.seed, event_streams.listening(call.tx, domain))


def tell_of_profile(call: Call, writes: Writes, row: ProfileRow, sequence: int, is_new: bool) -> None:
    """The profile's record was made or has changed; `row.document` is the record."""
    position = position_of(sequence, OF_PROFILE)
    event_type = CREATED if is_new else UPDATED
    writes.tell(Event(row.id, position, call.new_id(), call.now, event_type, object=row.document))


def tell_of_merge(
    call: Call, writes: Writes, row: ProfileRow, sequence: int, merge_id: bytes, absorbed: list[str]
) -> None:
    """The profile has absorbed others, whose records these were."""
    merge = merge_text(merge_id, absorbed)
    position = position_of(sequence, OF_PROFILE)
    writes.tell(Event(row.id, position, call.new_id(), call.now, MERGED, object=row.document, merge=merge))


def tell_of_object(
    call: Call, writes: Writes, profile: bytes, sequence: int, name: tuple[str, bytes], text: str, is_new: bool
) -> None:
    """An object has come in, for the first time or again. `name`: its type's name and its unique key."""
    event_type, position = CREATED if is_new else UPDATED, position_of(sequence, OF_OBJECT)
    writes.tell(Event(profile, position, call.new_id(), call.now, event_type, *name, object=text))


def tell_of_deleted_object(call: Call, writes: Writes, profile: bytes, sequence: int, name: tuple[str, bytes]) -> None:
    """An object is gone; AWS's streams are not told."""
    event = Event(profile, position_of(sequence, OF_OBJECT), call.new_id(), call.now, DELETED, *name)
    writes.tell_of_deletion(event)


def tell_of_deleted_profile(call: Call, domain: int, row: ProfileRow, sequence: int, absorbed: list[bytes]) -> None:
    """A profile is gone, with what it had absorbed: nobody is told any more what they were. AWS's streams are not told
    that it is gone either.
    """
    streams = event_streams.numbers(call.tx, domain)
    if not streams:
        return
    for profile in (row.id, *absorbed):
        outbox.delete_of_profile(call.tx, domain, streams, profile)
    writes, position = writes_of(call, domain), position_of(sequence, OF_PROFILE)
    shown = NO_OBJECT % row.id.hex()
    writes.tell_of_deletion(Event(row.id, position, call.new_id(), call.now, DELETED, object=shown))
    writes.flush(call.tx)
