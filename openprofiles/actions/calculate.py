"""Values of calculated attributes: right as of the moment of the call, whatever a worker has kept in advance.

What the objects of a profile mean to a definition is its series. Of a profile with many objects a series is stored, as
of a version of the profile; the profile's history tells which objects have changed since, and only those are read.
"""

import msgspec

from openprofiles.actions.lookup import profile_id_bytes
from openprofiles.actions.object_types import NO_NUMBER, find_object_type
from openprofiles.calculation.definitions import (
    CalculatedAttributeDocument,
    CompiledAttribute,
    Verdict,
    compile_definition,
)
from openprofiles.calculation.results import Calculated, calculate
from openprofiles.calculation.series import Entry, Series
from openprofiles.calculation.upkeep import MANY_OBJECTS
from openprofiles.call import Call
from openprofiles.errors import BadRequestException, ResourceNotFoundException
from openprofiles.mapping.attributes import NO_FIELDS, Attributes, Fields, fields_of
from openprofiles.mapping.parsing import parse_stored_object
from openprofiles.mapping.standard_objects import SYSTEM_IDS
from openprofiles.shapes import RangeOverride
from openprofiles.storage import calculated_series, definitions, history, profile_objects, profiles, standard_objects
from openprofiles.storage.calculated_series import StoredSeries
from openprofiles.storage.definitions import CALCULATED_ATTRIBUTE, Definition
from openprofiles.storage.domains import Domain
from openprofiles.storage.history import Touched
from openprofiles.storage.profile_objects import ObjectBody
from openprofiles.storage.profiles import Size

MOST_CHANGES = 200
"""Changes of a profile beyond which its objects are read anew."""

MOST_STEPS = 1_000_000
"""Of the sources of all objects that a call looks at: some tenths of a second."""

NO_EXPIRY = 1 << 62

KEY, KEY_OF_STANDARD_OBJECT = slice(12), slice(4, 16)
"""Which bytes of a unique key stand for it in a series. That of a standard object begins with the time at which it was
made; the bytes behind it are random.
"""

decode_document = msgspec.json.Decoder(CalculatedAttributeDocument).decode


class Budget:
    """How much work the mappings may make of all objects that one call looks at."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def spend(self, steps: int) -> None:
        """Raises BadRequestException where there is nothing left."""
        self._left -= steps
        if self._left < 0:
            raise BadRequestException(
                f"The sources of the object type take more than {MOST_STEPS} steps on the objects."
            )


class ProfileObjects:
    """The objects of one profile as definitions see them; each is read and parsed once, for all definitions."""

    def __init__(self, call: Call, domain: Domain, profile: bytes, size: Size, budget: Budget) -> None:
        self.call = call
        self.domain = domain
        self.profile = profile
        self.version = size.version
        self._has_many = size.objects >= MANY_OBJECTS
        self._budget = budget
        self._of_type: dict[str, list[tuple[ObjectBody, Attributes]]] = {}
        self._changes: dict[int, list[Touched]] = {}
        self._types: dict[str, Definition] = {}

    def value(self, definition: Definition, override: RangeOverride | None = None) -> Calculated:
        attribute = compiled(definition)
        return calculate(attribute, self._series_to_calculate(definition, attribute), self.call.now, override)

    def _series_to_calculate(self, definition: Definition, attribute: CompiledAttribute) -> Series:
        """Of few objects nothing is stored, and their order is all that counts."""
        if self._has_many:
            return self.series(definition, attribute)
        return Series.to_calculate(one for _, one in self.entries(attribute) if isinstance(one, Entry))

    def series(self, definition: Definition, attribute: CompiledAttribute) -> Series:
        """From what is stored and what has changed since; or from all objects. Of standard objects nothing is stored:
        they change with objects of other profiles too.
        """
        if attribute.object_type in SYSTEM_IDS:
            return self.series_of_all(attribute)
        stored = calculated_series.find(self.call.tx, self.domain.number, definition.number, self.profile)
        found = None if stored is None else self._brought_up(stored, attribute)
        if found is None or found.first_expiry <= self.call.now:
            return self.series_of_all(attribute)
        return found

    def series_of_all(self, attribute: CompiledAttribute) -> Series:
        return Series.of(one for _, one in self.entries(attribute) if isinstance(one, Entry))

    def entries(self, attribute: CompiledAttribute) -> list[tuple[ObjectBody, Entry | Verdict]]:
        """What each object contributes, or why nothing. What has expired is as good as gone."""
        return [
            (body, self._entry(attribute, body, attributes))
            for body, attributes in self._all_of_type(attribute.object_type)
            if body.expires_at > self.call.now
        ]

    def _brought_up(self, stored: StoredSeries, attribute: CompiledAttribute) -> Series | None:
        """None where the history does not tell which objects have changed."""
        series = Series.decode(stored.document)
        if stored.version >= self.version:
            return series
        changes = self._changes_since(stored.version)
        if not _tells_all(changes, stored.version, self.version):
            return None
        touched = {
            change.unique_key
            for change in changes
            if change.object_type == attribute.object_type and change.unique_key is not None
        }
        self._replace(series, attribute, sorted(touched))
        return series

    def _replace(self, series: Series, attribute: CompiledAttribute, touched: list[bytes]) -> None:
        """The objects as they are now, in place of what they were."""
        if not touched:
            return
        tx, number = self.call.tx, self._type(attribute.object_type).number
        found = profile_objects.bodies(tx, self.domain.number, self.profile, number, touched)
        fields = self._fields(attribute.object_type)
        entries = [self._entry(attribute, body, Attributes(fields, parse_stored_object(body.object))) for body in found]
        series.replace([unique_key[KEY] for unique_key in touched], [one for one in entries if isinstance(one, Entry)])

    def _changes_since(self, version: int) -> list[Touched]:
        if version not in self._changes:
            self._changes[version] = history.since(
                self.call.tx, self.domain.number, self.profile, version, MOST_CHANGES
            )
        return self._changes[version]

    def _entry(self, attribute: CompiledAttribute, body: ObjectBody, attributes: Attributes) -> Entry | Verdict:
        before = attributes.steps
        part = KEY_OF_STANDARD_OBJECT if attribute.object_type in SYSTEM_IDS else KEY
        entry = attribute.entry(
            body.unique_key[part], body.sequence, body.ingested_at, body.expires_at, attributes.value
        )
        if attributes.steps > before:
            self._budget.spend(attributes.steps - before)
        return entry

    def _all_of_type(self, object_type: str) -> list[tuple[ObjectBody, Attributes]]:
        if object_type not in self._of_type:
            fields, bodies = self._fields(object_type), self._bodies(object_type)
            self._of_type[object_type] = [
                (body, Attributes(fields, parse_stored_object(body.object))) for body in bodies
            ]
        return self._of_type[object_type]

    def _bodies(self, object_type: str) -> list[ObjectBody]:
        tx, number = self.call.tx, self.domain.number
        if object_type in SYSTEM_IDS:
            rows = standard_objects.newest(
                tx,
                number,
                self.profile,
                object_type,
                standard_objects.END_OF_TIME,
                self.call.quotas.objects_per_profile,
            )
            return [ObjectBody(row.id * 2, row.updated_at, row.updated_at, NO_EXPIRY, row.document) for row in rows]
        return profile_objects.bodies_of_type(tx, number, self.profile, self._type(object_type).number)

    def _fields(self, object_type: str) -> Fields:
        return NO_FIELDS if object_type in SYSTEM_IDS else fields_of(self._type(object_type).document)

    def _type(self, name: str) -> Definition:
        if name not in self._types:
            self._types[name] = _type_or_nothing(self.call, self.domain, name)
        return self._types[name]


NOTHING = Definition("", NO_NUMBER, 0, 0, '{"Description":"-"}', "{}")
"""A type that is not there, or not any more: no object is of it."""


def _type_or_nothing(call: Call, domain: Domain, name: str) -> Definition:
    try:
        return find_object_type(call, domain, name)
    except ResourceNotFoundException:
        return NOTHING


def compiled(definition: Definition) -> CompiledAttribute:
    return compile_definition(definition.document, definition.created_at)


def _tells_all(changes: list[Touched], after: int, version: int) -> bool:
    """Whether these are all changes behind `after`, and each names its object: a merge moves many."""
    is_whole = len(changes) >= version - after and all(
        change.version == after + place for place, change in enumerate(changes, start=1)
    )
    return is_whole and all(change.action != "MERGED" for change in changes)


def find_attribute(call: Call, domain: Domain, name: str) -> Definition:
    """Raises ResourceNotFoundException."""
    definition = definitions.find(call.tx, domain.number, CALCULATED_ATTRIBUTE, name)
    if definition is None:
        raise ResourceNotFoundException(f"Calculated attribute {name} does not exist in domain {domain.name}.")
    return definition


def objects_of(call: Call, domain: Domain, profile_id: str, budget: Budget) -> ProfileObjects:
    """Raises ResourceNotFoundException."""
    profile = profile_id_bytes(profile_id)
    size = profiles.sizes(call.tx, domain.number, [profile]).get(profile)
    if size is None:
        raise ResourceNotFoundException(f"Profile {profile_id} does not exist in domain {domain.name}.")
    return ProfileObjects(call, domain, profile, size, budget)
