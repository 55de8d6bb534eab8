"""What a call, or a list of calls, changes in the profiles of a domain: gathered in memory, then written together."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from openprofiles.events.records import Event
from openprofiles.storage import (
    calculated_series,
    dead_letters,
    domains,
    history,
    key_supplies,
    keys,
    letters_to_send,
    outbox,
    profile_objects,
    profiles,
)
from openprofiles.storage.database import Transaction
from openprofiles.storage.dead_letters import DeadLetter
from openprofiles.storage.domains import Counts
from openprofiles.storage.event_streams import Listener
from openprofiles.storage.history import Change
from openprofiles.storage.key_supplies import Keys, Supply
from openprofiles.storage.keys import KeyRow
from openprofiles.storage.profile_objects import ObjectRow
from openprofiles.storage.profiles import ProfileRow

AT_ONCE = 0
"""The time from which on a letter may be sent."""

ObjectName = tuple[int, bytes]
"""The number of an object's type and its unique key."""


class Record(Protocol):
    """A profile that was changed, perhaps several times before it is written."""

    def stored(self) -> ProfileRow: ...


class Writes:
    """Rows of one domain that wait to be written; of several changes to one row only the last is.

    `seed` spreads the domain's counters. `owners`: who owns the key values that have been looked up, kept right here
    while values are added; a value that is removed is forgotten, and has to be looked up again. `listeners`: whom
    events are written for.
    """

    def __init__(self, domain: int, seed: bytes, listeners: Sequence[Listener] = ()) -> None:
        self.domain = domain
        self.listeners = listeners
        self.owners: dict[bytes, list[bytes]] = {}
        self._seed = seed
        self._records: dict[bytes, Record] = {}
        self._objects: dict[ObjectName, ObjectRow] = {}
        self._supplied: dict[Supply, Keys] = {}
        self._keys: dict[Supply, dict[bytes, KeyRow | None]] = {}
        self._changes: list[Change] = []
        self._letters: list[DeadLetter] = []
        self._to_send: list[bytes] = []
        self._events: list[Event] = []
        self._deletions: list[Event] = []
        self._recalculated: list[bytes] = []
        self._counts = Counts()

    def put_profile(self, profile: bytes, record: Record, change: Change, counts: Counts) -> None:
        """A change of a profile: its record, its history, the domain's sums."""
        self._records[profile] = record
        self._changes.append(change)
        self._counts.add(counts)

    def put_object(self, row: ObjectRow) -> None:
        self._objects[row.object_type, row.unique_key] = row

    def add_dead_letter(self, letter: DeadLetter, is_to_send: bool) -> None:
        """`is_to_send`: the domain has a queue that is told of it."""
        self._letters.append(letter)
        if is_to_send:
            self._to_send.append(letter.id)

    def tell(self, event: Event) -> None:
        """All listeners are to be told."""
        self._events.append(event)

    def tell_of_deletion(self, event: Event) -> None:
        """Those listeners are to be told that hear of deletions."""
        self._deletions.append(event)

    def want_recalculation(self, profile: bytes) -> None:
        """What is kept of the profile's many objects for calculated attributes is to be brought up to date."""
        self._recalculated.append(profile)

    def know_supplied(self, supply: Supply, by_the_store: Keys) -> None:
        """What a supplier has given until now. Asking the store is spared, before it changes for the first time."""
        if supply not in self._keys:
            self._supplied[supply] = by_the_store

    def add_keys(self, supply: Supply, rows: Iterable[KeyRow]) -> None:
        owner, changes = supply[0], self._keys.setdefault(supply, {})
        for row in rows:
            changes[row.hash] = row
            owners = self.owners.get(row.hash)
            if owners is not None and row.role != keys.SEARCH and owner not in owners:
                owners.append(owner)

    def remove_keys(self, supply: Supply, hashes: Iterable[bytes]) -> None:
        changes = self._keys.setdefault(supply, {})
        for key_hash in hashes:
            changes[key_hash] = None
            self.owners.pop(key_hash, None)

    def flush_keys(self, tx: Transaction) -> None:
        """Write the key values, so that the store can be asked for them."""
        changes, before = self._keys, self._supplied
        self._keys, self._supplied = {}, {}
        asked = [supply for supply in changes if supply not in before]
        before |= zip(asked, key_supplies.supplied(tx, self.domain, asked), strict=True)
        after = {supply: _changed(before[supply], changed) for supply, changed in changes.items()}
        key_supplies.change(tx, self.domain, before, after)

    def flush_objects(self, tx: Transaction) -> None:
        """Write the objects, so that the store can be asked for those of a profile."""
        objects, self._objects = self._objects, {}
        profile_objects.put_all(tx, self.domain, objects.values())

    def flush(self, tx: Transaction) -> None:
        """Write all. The counters come last: others may wait for their rows."""
        self.flush_keys(tx)
        self.flush_objects(tx)
        profiles.put_all(tx, self.domain, [record.stored() for record in self._records.values()])
        history.add_all(tx, self.domain, self._changes)
        dead_letters.add_all(tx, self.domain, self._letters)
        letters_to_send.add_all(tx, self.domain, self._to_send, AT_ONCE)
        self._flush_events(tx)
        calculated_series.want_recalculation(tx, self.domain, self._recalculated)
        domains.count(tx, self.domain, self._counts, self._seed)
        self._records, self._changes, self._letters, self._to_send, self._recalculated = {}, [], [], [], []
        self._counts = Counts()

    def _flush_events(self, tx: Transaction) -> None:
        of_deletions = [listener for listener in self.listeners if listener.carries_deletions]
        outbox.add_all(tx, self.domain, self.listeners, self._events)
        outbox.add_all(tx, self.domain, of_deletions, self._deletions)
        self._events, self._deletions = [], []


def _changed(before: Keys, changes: dict[bytes, KeyRow | None]) -> Keys:
    """Values that the supplier gives already stay as they are."""
    if not before:
        return {key_hash: row for key_hash, row in changes.items() if row is not None}
    left = {key_hash: row for key_hash, row in before.items() if changes.get(key_hash, row) is not None}
    return left | {key_hash: row for key_hash, row in changes.items() if row is not None and key_hash not in left}
