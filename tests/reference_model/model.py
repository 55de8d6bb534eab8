"""The reference model: one domain in memory, written from the documents, knowing nothing of the server's code."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from .claims import MANUAL, NOW, Claim, Record, ingest, leave, rank_of, record, winners
from .keys import (
    EMAIL_FIELDS,
    PHONE_FIELDS,
    Definition,
    KeyValue,
    content_of,
    default_keys,
    entries,
    field_values,
    key_value,
    normalised,
)

ObjectId = tuple[str, str]
"""Object type and UNIQUE value."""

NAME_FIELDS = ("FirstName", "MiddleName", "LastName")
FED_TOGETHER = [dict.fromkeys([name]) for name in (*PHONE_FIELDS, *EMAIL_FIELDS, "AccountNumber")]
FED_TOGETHER.append(dict.fromkeys(NAME_FIELDS))
"""Fields that make a default key together, in their order."""

TIMESTAMP = "_profile.SourceLastUpdatedTimestamp"


@dataclass(frozen=True)
class KeyRow:
    """A key value with its supplier: "field", "hand", "merge", "object", or "gone" for an object that was deleted."""

    key: str
    value: str
    supplier: str
    type_name: str = ""
    unique: str = ""


def moved(row: KeyRow, origins: dict[KeyValue, str]) -> KeyRow:
    """What a field supplied to a profile that is merged: it goes with the type that it came from, if any."""
    if row.supplier != "field":
        return row
    type_name = origins.get((row.key, row.value), "")
    return replace(row, supplier="gone" if type_name else "merge", type_name=type_name)


@dataclass
class Profile:
    """Facts about one profile. What it shows is always computed from them.

    `fed` is what its record fed to the default keys when that was last looked at.
    """

    claims: list[Claim] = field(default_factory=list)
    fed: set[KeyValue] = field(default_factory=set)
    rows: set[KeyRow] = field(default_factory=set)
    objects: dict[ObjectId, str] = field(default_factory=dict)

    def record(self) -> Record:
        return record(self.claims)

    def key_values(self) -> set[KeyValue]:
        return {(row.key, row.value) for row in self.rows}

    def origins(self) -> dict[KeyValue, str]:
        """The object type that each default key's value comes from; none of what a person gave. A full name comes from
        the type of its first part that has one.
        """
        won = {name: claim for name, claim in winners(self.claims).items() if claim.value}
        found: dict[KeyValue, list[str]] = {}
        for fields in FED_TOGETHER:
            given = {name: won[name].value for name in fields if name in won}
            types = [won[name].type_name for name in given if won[name].type_name]
            for pair in default_keys(given):
                found.setdefault(pair, []).append(types[0] if types else "")
        return {pair: types[0] for pair, types in found.items() if "" not in types}

    def feed_default_keys(self, again: Iterable[str] = ()) -> None:
        """The default keys follow the record: what it newly shows comes, what it shows no more goes. Fields that are
        set `again` feed their keys again.
        """
        now, shown = default_keys(self.record()), self.record()
        given = {name for fields in FED_TOGETHER if fields.keys() & {*again} for name in fields}
        self.fed -= default_keys({name: shown[name] for name in given if name in shown})
        self.rows -= {KeyRow(key, value, "field") for key, value in self.fed - now}
        self.rows |= {KeyRow(key, value, "field") for key, value in now - self.fed}
        self.fed = now


@dataclass(frozen=True)
class Outcome:
    """What an ingestion did. `profile` is the profile that now has the object."""

    kind: Literal["created", "attached", "rejected", "dead letter"]
    profile: int = 0


@dataclass(frozen=True)
class Stats:
    """As GetDomain shows them; the size is in bytes."""

    profiles: int
    objects: int
    size: int
    metered: int


class Model:
    """A domain. Profiles are known by small numbers; `ids` says which ProfileId the server gave each."""

    def __init__(self) -> None:
        self.types: dict[str, Definition] = {}
        self.profiles: dict[int, Profile] = {}
        self.ids: dict[int, str] = {}
        self.ticks = 0

    # Object types

    def put_type(self, name: str, definition: Definition) -> None:
        self.types[name] = definition

    def delete_type(self, name: str) -> None:
        del self.types[name]
        for profile in self.profiles.values():
            profile.claims = [claim for claim in profile.claims if claim.type_name != name]
            profile.rows = {row for row in profile.rows if row.type_name != name}
            profile.objects = {of: text for of, text in profile.objects.items() if of[0] != name}
            profile.feed_default_keys()

    # Objects

    def put_object(self, type_name: str, text: str) -> Outcome:
        definition = self.types[type_name]
        values = field_values(definition, json.loads(text))
        unique = self.unique_value(type_name, values)
        if not unique or not self.profile_keys(definition, values):
            return Outcome("rejected")
        holder = self.holder((type_name, unique))
        target = self.resolve(definition, values)
        target = holder if target is None else target
        created = target is None
        if target is None:
            if not definition.get("AllowProfileCreation", False):
                return Outcome("dead letter")
            target = self.new_profile()
        if holder is not None and holder != target:
            self.leave(holder, (type_name, unique), gone_keys=False)
        self.store(target, (type_name, unique), text, values, created)
        return Outcome("created" if created else "attached", target)

    def store(self, target: int, of: ObjectId, text: str, values: Record, created: bool) -> None:
        profile = self.profiles[target]
        profile.rows = self.rows_after(profile.rows, of, values, created)
        profile.claims = ingest(profile.claims, self.claims_of(of, values, created))
        profile.objects[of] = text
        profile.feed_default_keys()

    def rows_after(self, rows: set[KeyRow], of: ObjectId, values: Record, created: bool) -> set[KeyRow]:
        """The object's former rows go, the ones that it carries come. NEW_ONLY is carried on creation or if there."""
        definition = self.types[of[0]]
        kept = {row for row in rows if not (row.supplier == "object" and (row.type_name, row.unique) == of)}
        for name, fields, identifiers in entries(definition):
            row = KeyRow(name, key_value(definition, fields, values), "object", *of)
            may_come = "NEW_ONLY" not in identifiers or created or row in rows
            if row.value and "LOOKUP_ONLY" not in identifiers and may_come:
                kept.add(row)
        return kept

    def claims_of(self, of: ObjectId, values: Record, created: bool) -> list[Claim]:
        definition = self.types[of[0]]
        order = self.tick()
        time = NOW + order
        targets: Record = {}
        for name, mapped in definition["Fields"].items():
            target = mapped.get("Target", "")
            if target == TIMESTAMP and values[name]:
                time = int(values[name])
            elif target.startswith("_profile.") and values[name]:
                targets[target.removeprefix("_profile.")] = values[name]
        if created:
            targets = inferred_fields(definition, values) | targets
        rank = rank_of(definition.get("SourcePriority"))
        return [Claim(name, value, rank, time, order, "object", *of) for name, value in targets.items()]

    def delete_object(self, number: int, of: ObjectId) -> None:
        self.leave(number, of, gone_keys=True)

    def leave(self, number: int, of: ObjectId, gone_keys: bool) -> None:
        """An object goes: its winning values stay; its keys stay too when it was deleted, but not when it moved."""
        profile = self.profiles[number]
        profile.claims = leave(profile.claims, *of)
        profile.feed_default_keys()
        own = {row for row in profile.rows if row.supplier == "object" and (row.type_name, row.unique) == of}
        profile.rows -= own
        if gone_keys:
            profile.rows |= {KeyRow(row.key, row.value, "gone", row.type_name) for row in own}
        del profile.objects[of]

    def unique_value(self, type_name: str, values: Record) -> str:
        definition = self.types[type_name]
        [fields] = [fields for _, fields, identifiers in entries(definition) if "UNIQUE" in identifiers]
        return key_value(definition, fields, values)

    def holder(self, of: ObjectId) -> int | None:
        return next((number for number, profile in self.profiles.items() if of in profile.objects), None)

    # Resolution

    def resolve(self, definition: Definition, values: Record) -> int | None:
        """Primary keys in the order of the mapping, then secondary ones; the first with exactly one owner decides."""
        listed = self.profile_keys(definition, values)
        for key, value, _ in sorted(listed, key=lambda entry: entry[2]):
            owners = self.owners(key, value)
            if len(owners) == 1:
                return owners.pop()
        return None

    def profile_keys(self, definition: Definition, values: Record) -> list[tuple[str, str, bool]]:
        """The PROFILE keys that have a value: name, value, whether secondary."""
        listed = [
            (name, key_value(definition, fields, values), "SECONDARY" in identifiers)
            for name, fields, identifiers in entries(definition)
            if "PROFILE" in identifiers
        ]
        return [entry for entry in listed if entry[1]]

    def owners(self, key: str, value: str) -> set[int]:
        return {number for number, profile in self.profiles.items() if (key, value) in profile.key_values()}

    # Profiles

    def new_profile(self) -> int:
        number = self.tick()
        self.profiles[number] = Profile()
        return number

    def create_profile(self, fields: Record) -> int:
        number = self.new_profile()
        self.update_profile(number, fields)
        return number

    def update_profile(self, number: int, fields: Record) -> None:
        """Manual claims by dotted field name; an empty value clears."""
        order = self.tick()
        profile = self.profiles[number]
        profile.claims += [Claim(name, value, MANUAL, NOW + order, order, "manual") for name, value in fields.items()]
        profile.feed_default_keys(fields)

    def delete_profile(self, number: int) -> None:
        del self.profiles[number]

    def add_key(self, number: int, key: str, values: list[str]) -> None:
        self.profiles[number].rows |= {KeyRow(key, self.search_value(key, value), "hand") for value in values}

    def delete_key(self, number: int, key: str, values: list[str]) -> None:
        """The value goes, whoever supplied it, until a supplier gives it anew."""
        removed = {self.search_value(key, value) for value in values}
        profile = self.profiles[number]
        profile.rows = {row for row in profile.rows if row.key != key or row.value not in removed}

    def merge(self, main: int, absorbed: list[int], sources: dict[str, int]) -> None:
        """`sources` says for an entry (a field, an address, one attribute as `Attributes.name`) whose value to take."""
        decisions = self.decisions(main, absorbed, sources)
        target = self.profiles[main]
        for number in absorbed:
            profile = self.profiles.pop(number)
            target.claims += profile.claims
            target.objects |= profile.objects
            origins = profile.origins()
            target.rows |= {moved(row, origins) for row in profile.rows}
        target.claims += decisions
        target.feed_default_keys()

    def decisions(self, main: int, absorbed: list[int], sources: dict[str, int]) -> list[Claim]:
        """One claim for each field that several have or that `sources` names.

        It is ranked and timed like the value that won, and goes with the object type that this value came from.
        """
        won = {number: winners(self.profiles[number].claims) for number in [main, *absorbed]}
        order = self.tick()
        made = []
        for name in sorted({name for found in won.values() for name in found}):
            source = sources.get(entry_of(name))
            having = [number for number in won if name in won[number]]
            if source is None and len(having) == 1:
                continue
            filled = [won[number][name] for number in having if source in (None, number) and won[number][name].value]
            best = filled[0] if filled else Claim(name, "", MANUAL, NOW + order, order, "merge")
            made.append(Claim(name, best.value, best.rank, best.time, order, "merge", best.type_name))
        return made

    # Reading

    def search(self, pairs: list[tuple[str, list[str]]], operator: str = "OR") -> dict[int, list[KeyValue]]:
        """Who is found, and by which of the (key, value as asked) pairs. With AND these are all that were asked for."""
        found = {}
        for number in self.profiles:
            hits = [(key, [value for value in values if self.has(number, key, value)]) for key, values in pairs]
            if operator == "AND" and all(matching for _, matching in hits):
                found[number] = [(key, value) for key, values in pairs for value in values]
            elif operator == "OR" and any(matching for _, matching in hits):
                found[number] = [(key, value) for key, matching in hits for value in matching]
        return found

    def has(self, number: int, key: str, value: str) -> bool:
        if key == "_profileId":
            return self.ids.get(number) == value
        return (key, self.search_value(key, value)) in self.profiles[number].key_values()

    def search_value(self, key: str, value: str) -> str:
        return normalised(content_of(list(self.types.values()), key), value)

    def objects_of(self, number: int, type_name: str) -> list[str]:
        """The profile's objects of a type, in no order that counts."""
        return sorted(text for of, text in self.profiles[number].objects.items() if of[0] == type_name)

    def stats(self) -> Stats:
        texts = [text for profile in self.profiles.values() for text in profile.objects.values()]
        size = sum(len(text.encode()) for text in texts)
        metered = sum(max(1, -(-len(profile.objects) // 100)) for profile in self.profiles.values())
        return Stats(len(self.profiles), len(texts), size, metered)

    def tick(self) -> int:
        self.ticks += 1
        return self.ticks


def inferred_fields(definition: Definition, values: Record) -> Record:
    """What an inferred profile gets by content type alone: the first e-mail address and the first phone number."""
    filled: Record = {}
    for name, mapped in definition["Fields"].items():
        if mapped.get("ContentType") == "EMAIL_ADDRESS" and values[name]:
            filled.setdefault(EMAIL_FIELDS[0], values[name])
        if mapped.get("ContentType") == "PHONE_NUMBER" and values[name]:
            filled.setdefault(PHONE_FIELDS[0], values[name])
    return filled


def entry_of(name: str) -> str:
    """The entry of FieldSourceProfileIds that a field belongs to: attributes one by one, an address as a whole."""
    return name if name.startswith("Attributes.") else name.partition(".")[0]


def as_answer(fields: Record) -> dict[str, Any]:
    """A record as the members of a Profile in an answer."""
    answer: dict[str, Any] = {}
    for name, value in fields.items():
        outer, _, inner = name.partition(".")
        if inner:
            answer.setdefault(outer, {})[inner] = value
        else:
            answer[outer] = value
    return answer
