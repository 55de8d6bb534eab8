"""What the store knows of objects that come in: read for a whole list at once, kept right while it is decided."""

from collections.abc import Iterable, Sequence

from openprofiles.actions import records, standard_objects
from openprofiles.actions.incoming import PROFILE_ID, Ingestion
from openprofiles.actions.records import ProfileRecord
from openprofiles.actions.writes import ObjectName, Writes
from openprofiles.call import Call
from openprofiles.mapping.keys import KeyValue, id_of
from openprofiles.storage import key_supplies, keys, profile_objects, profiles
from openprofiles.storage.database import RunAgain, Transaction
from openprofiles.storage.key_supplies import Keys, Supply
from openprofiles.storage.profile_objects import ObjectHead


class Known:
    """Objects, key values and profiles of one domain. What the list itself changes is found here too, once it is noted
    here or in `writes`.
    """

    def __init__(self, tx: Transaction, domain: int, writes: Writes) -> None:
        self.tx = tx
        self.domain = domain
        self.writes = writes
        self._objects: dict[ObjectName, ObjectHead] = {}
        self._supplied: dict[Supply, Keys] = {}
        self._records: dict[bytes, ProfileRecord | None] = {}

    def gather(self, ingestions: Sequence[Ingestion]) -> None:
        """Lock what the objects are decided by, and read it."""
        keys.lock(self.tx, self.domain, _locked_by(ingestions))
        self._gather_objects(ingestions)
        self._gather_owners([[key_hash for _, key_hash in ingestion.profile_keys] for ingestion in ingestions])
        self._gather_records(ingestions)
        self._gather_supplied()  # what a profile's suppliers give changes only under the profile's lock
        if not self.tx.runs_alone:
            self._check_nothing_changed()

    def _gather_objects(self, ingestions: Sequence[Ingestion]) -> None:
        names = list(dict.fromkeys(ingestion.name for ingestion in ingestions))
        for head in profile_objects.heads(self.tx, self.domain, names):
            self._objects[head.object_type, head.unique_key] = head

    def _gather_owners(self, keys_of_each: list[list[bytes]]) -> None:
        """A key is looked up only where those before it have decided nothing; unless others write meanwhile, and each
        look takes a round trip.
        """
        owners = self.writes.owners
        step = 1 if self.tx.runs_alone else max(map(len, keys_of_each))
        while keys_of_each:
            asked = list(dict.fromkeys(key_hash for hashes in keys_of_each for key_hash in hashes[:step]))
            owners.update(keys.matching_owners(self.tx, self.domain, asked))
            keys_of_each = [hashes[1:] for hashes in keys_of_each if len(hashes) > step and len(owners[hashes[0]]) != 1]

    def _gather_supplied(self) -> None:
        formers = [(former.profile, former.supplier) for former in self._objects.values()]
        self._supplied = dict(zip(formers, key_supplies.supplied(self.tx, self.domain, formers), strict=True))

    def _gather_records(self, ingestions: Sequence[Ingestion]) -> None:
        wanted = {former.profile for former in self._objects.values()}
        wanted |= {target for ingestion in ingestions if (target := self.target(ingestion)) is not None}
        if wanted:
            found = records.load_all(ingestions[0].call, self.domain, wanted)
            self._records = {profile: found.get(profile) for profile in wanted}

    def _check_nothing_changed(self) -> None:
        """Profiles may have gone, and keys left them, before their rows were locked. Raises RunAgain."""
        owners = self.writes.owners
        if None in self._records.values() or keys.matching_owners(self.tx, self.domain, list(owners)) != owners:
            raise RunAgain("key values have changed hands between the look at them and the look at their profiles")

    def object(self, name: ObjectName) -> ObjectHead | None:
        """The object as it is now."""
        return self._objects.get(name)

    def note_object(self, row: ObjectHead) -> None:
        self._objects[row.object_type, row.unique_key] = row

    def target(self, ingestion: Ingestion) -> bytes | None:
        """The profile of the first PROFILE key that belongs to exactly one. A key that belongs to several is ambiguous
        and attaches to none ("Profile matching and inferred profiles in Customer Profiles"). Else the profile that has
        the object already.
        """
        for key, key_hash in ingestion.profile_keys:
            found = self.profiles_of(key, key_hash)
            if len(found) == 1:
                return found[0]
        former = self._objects.get(ingestion.name)
        return None if former is None else former.profile

    def profiles_of(self, key: KeyValue, key_hash: bytes) -> list[bytes]:
        """The profiles that a PROFILE key belongs to."""
        return self._profile_of_id(key) if key.name == PROFILE_ID else self._owners(key_hash)

    def _owners(self, key_hash: bytes) -> list[bytes]:
        owners = self.writes.owners
        if key_hash not in owners:
            self.writes.flush_keys(self.tx)
            owners.update(keys.matching_owners(self.tx, self.domain, [key_hash]))
        return owners[key_hash]

    def _profile_of_id(self, key: KeyValue) -> list[bytes]:
        """The key `_profileId` is the profile's own id."""
        profile = id_of(key.parts[0])
        if profile is None:
            return []
        if profile not in self._records:
            return profiles.existing(self.tx, self.domain, [profile])
        return [] if self._records[profile] is None else [profile]

    def record(self, call: Call, profile: bytes) -> ProfileRecord | None:
        """The profile as it is now, ready for the next change."""
        if profile not in self._records:
            self._records[profile] = records.load(call, self.domain, profile)
        record = self._records[profile]
        if record is not None:
            records.begin_change(call, record)
        return record

    def record_of_target(self, ingestion: Ingestion, target: bytes) -> ProfileRecord | None:
        """The profile that `target` gave. One that nobody could foresee, since an earlier object of the list has taken
        keys from others, is locked only now: by then it may be gone, or the keys be another's. Raises RunAgain.
        """
        is_late = target not in self._records
        record = self.record(ingestion.call, target)
        if is_late and not self.tx.runs_alone:
            for _, key_hash in ingestion.profile_keys:
                self.writes.owners.pop(key_hash, None)
            if record is None or self.target(ingestion) != target:
                raise RunAgain("key values have changed hands between the look at them and the lock of their profile")
        return record

    def note_record(self, record: ProfileRecord) -> None:
        self._records[record.id] = record

    def forget(self, row: ObjectHead, profile: bytes) -> None:
        """The object went, and its profile was written without it."""
        self._objects.pop((row.object_type, row.unique_key), None)
        self._supplied.pop((profile, row.supplier), None)
        del self._records[profile]
        self.writes.owners.clear()

    def forget_profile(self, profile: bytes) -> None:
        """The profile went with all that it had."""
        self._objects = {name: head for name, head in self._objects.items() if head.profile != profile}
        self._supplied = {supply: keys for supply, keys in self._supplied.items() if supply[0] != profile}
        self._records[profile] = None
        self.writes.owners.clear()

    def supplied(self, supply: Supply) -> Keys:
        """The key values that the supplier gives to the owner now. Asked once before each change."""
        found = self._supplied.pop(supply, None)
        if found is None:
            self.writes.flush_keys(self.tx)
            [found] = key_supplies.supplied(self.tx, self.domain, [supply])
        return found


def _locked_by(ingestions: Sequence[Ingestion]) -> Iterable[bytes]:
    """Everything by which an object is found: its own key, its PROFILE keys, and the keys of standard objects."""
    for ingestion in ingestions:
        yield ingestion.unique_key
        yield from (key_hash for _, key_hash in ingestion.profile_keys)
        for kind in ingestion.mapped.standard_objects:
            yield from standard_objects.key_hashes(kind, ingestion.mapped.keys)
