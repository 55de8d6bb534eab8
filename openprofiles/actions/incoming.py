"""Objects on their way in, mapped: what each says, before anybody looks into the store."""

import base64
import hashlib
from collections.abc import Sequence

import msgspec

from openprofiles.actions.records import SEQUENCE_BITS
from openprofiles.actions.writes import ObjectName
from openprofiles.call import Call
from openprofiles.errors import ApiError
from openprofiles.mapping.keys import KeyValue, match_hash
from openprofiles.mapping.object_types import CompiledObjectType, MappedObject, compile_object_type, evaluate
from openprofiles.mapping.parsing import parse_object
from openprofiles.merging.survivorship import Stamp, rank_of
from openprofiles.storage.definitions import Definition
from openprofiles.storage.domains import Domain
from openprofiles.storage.profile_objects import source_of, supplier_of

PROFILE_ID = "_profileId"


class Incoming(msgspec.Struct, frozen=True):
    """An object as it was sent, and the call that it came with."""

    call: Call
    object_type: Definition
    text: str


class Ingestion(msgspec.Struct):
    """An object with what it says. `profile_keys`: its PROFILE keys in the order in which they are asked, with their
    hashes; `size` in bytes of UTF-8.
    """

    call: Call
    domain: Domain
    object_type: Definition
    compiled: CompiledObjectType
    text: str
    mapped: MappedObject
    unique_key: bytes
    days: int
    size: int
    source: str
    supplier: bytes
    profile_keys: list[tuple[KeyValue, bytes]]

    @property
    def name(self) -> ObjectName:
        return self.object_type.number, self.unique_key

    @property
    def identifying_keys(self) -> list[KeyValue]:
        """What tells whose object it is."""
        return [key for key in self.mapped.keys if key.is_profile or key.is_unique]

    @property
    def identifying_hashes(self) -> list[bytes]:
        """The same hashed, and the object's own key."""
        return [self.unique_key, *(match_hash(key.name, key.parts) for key in self.identifying_keys)]

    def stamp(self, sequence: int) -> Stamp:
        """What all claims of this ingestion share. Where the source tells no time, it is that of the sequence, which is
        the time of the ingestion and never goes back, whatever the clock does.
        """
        source_time = self.mapped.source_time
        time = sequence >> SEQUENCE_BITS if source_time is None else source_time
        return Stamp(self.source, rank_of(self.compiled.source_priority), time, sequence)


def prepare(domain: Domain, incoming: Sequence[Incoming]) -> list[Ingestion | ApiError]:
    """Each object with what it says, or why it is refused."""
    days = domain.default_expiration_days
    return [_prepare_one(domain, one, days) for one in incoming]


def _prepare_one(domain: Domain, incoming: Incoming, default_days: int) -> Ingestion | ApiError:
    object_type, text = incoming.object_type, incoming.text
    compiled = compile_object_type(object_type.document)
    try:
        mapped = evaluate(compiled, parse_object(text))
    except ApiError as refusal:
        return refusal
    unique_key = unique_key_of(domain.name, object_type.name, mapped.unique_parts)
    return Ingestion(
        call=incoming.call,
        domain=domain,
        object_type=object_type,
        compiled=compiled,
        text=text,
        mapped=mapped,
        unique_key=unique_key,
        days=compiled.document.expiration_days or default_days,
        size=len(text.encode()),
        source=source_of(object_type.number, unique_key),
        supplier=supplier_of(object_type.number, unique_key),
        profile_keys=_profile_keys(mapped.keys),
    )


def unique_key_of(domain: str, object_type: str, parts: tuple[str, ...]) -> bytes:
    """The same value of the UNIQUE key gives the same 32 bytes, in this domain and of this type."""
    text = "".join([f"{len(part)}:{part}" for part in (domain, object_type, *parts)])
    return hashlib.sha256(text.encode()).digest()


def text_of_key(unique_key: bytes) -> str:
    """ProfileObjectUniqueKey on the wire: standard base64 of the digest."""
    return base64.b64encode(unique_key).decode()


def _profile_keys(key_values: list[KeyValue]) -> list[tuple[KeyValue, bytes]]:
    """The PROFILE keys: primary ones, then secondary ones, each in the order of the mapping."""
    ordered: list[KeyValue] = []
    secondary: list[KeyValue] = []
    for key in key_values:
        if key.is_profile:
            (secondary if key.is_secondary else ordered).append(key)
    return [(key, match_hash(key.name, key.parts)) for key in ordered + secondary]
