"""Key values: normalised parts, hashes, and the default keys that standard profile fields feed."""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations, islice, pairwise
from typing import Any

import msgspec

from openprofiles.mapping.content_types import NORMALISERS, normalise

MAX_PART = 255
MAX_SPLITS = 16
"""Ways to split a search value into the parts of a composite key: of many words there are millions."""

IDENTIFIER_OF_STANDARD_OBJECT = {
    "_asset": "ASSET",
    "_case": "CASE",
    "_order": "ORDER",
    "_communicationRecord": "COMMUNICATION_RECORD",
    "_airPreference": "AIR_PREFERENCE",
    "_hotelPreference": "HOTEL_PREFERENCE",
    "_airBooking": "AIR_BOOKING",
    "_airSegment": "AIR_SEGMENT",
    "_hotelReservation": "HOTEL_RESERVATION",
    "_hotelStayRevenue": "HOTEL_STAY_REVENUE",
    "_loyalty": "LOYALTY",
    "_loyaltyTransaction": "LOYALTY_TRANSACTION",
    "_loyaltyPromotion": "LOYALTY_PROMOTION",
    "_device": "DEVICE",
    "_webAnalytics": "WEB_ANALYTICS",
}
PREDEFINED_KEYS = {
    "_account": "STRING",
    "_profileId": "STRING",
    "_assetId": "STRING",
    "_caseId": "STRING",
    "_orderId": "STRING",
    "_fullName": "NAME",
    "_phone": "PHONE_NUMBER",
    "_email": "EMAIL_ADDRESS",
    "_ctrContactId": "STRING",
    "_marketoLeadId": "STRING",
    "_salesforceAccountId": "STRING",
    "_salesforceContactId": "STRING",
    "_salesforceAssetId": "STRING",
    "_zendeskUserId": "STRING",
    "_zendeskExternalId": "STRING",
    "_zendeskTicketId": "STRING",
    "_serviceNowSystemId": "STRING",
    "_serviceNowIncidentId": "STRING",
    "_serviceNowTaskId": "STRING",
    "_segmentUserId": "STRING",
    "_shopifyCustomerId": "STRING",
    "_shopifyOrderId": "STRING",
}
"""The key names that every domain knows, with how their values are compared ("SearchProfiles", "AddProfileKey")."""

FULL_NAME = "_fullName"
"""The one predefined key that does not tell people apart."""

PHONE_FIELDS = ("PhoneNumber", "MobilePhoneNumber", "HomePhoneNumber", "BusinessPhoneNumber")
EMAIL_FIELDS = ("EmailAddress", "PersonalEmailAddress", "BusinessEmailAddress")
NAME_FIELDS = ("FirstName", "MiddleName", "LastName")


class KeyValue(msgspec.Struct, frozen=True):
    """One key value of an object: the normalised parts of one definition of a key."""

    name: str
    parts: tuple[str, ...]
    identifiers: frozenset[str]

    @property
    def is_profile(self) -> bool:
        return "PROFILE" in self.identifiers

    @property
    def is_unique(self) -> bool:
        return "UNIQUE" in self.identifiers

    @property
    def is_secondary(self) -> bool:
        return "SECONDARY" in self.identifiers

    @property
    def lookup_only(self) -> bool:
        return "LOOKUP_ONLY" in self.identifiers

    @property
    def new_only(self) -> bool:
        return "NEW_ONLY" in self.identifiers

    def finds(self, kind: str) -> bool:
        """Whether the key finds standard objects of this kind (`_asset`)."""
        return IDENTIFIER_OF_STANDARD_OBJECT[kind] in self.identifiers


_ID = re.compile(r"[0-9a-f]{32}")


def id_of(text: str) -> bytes | None:
    """The 16 bytes of an id as it is written: 32 hex digits in lower case; None for any other text."""
    return bytes.fromhex(text) if _ID.fullmatch(text) else None


@lru_cache(4_096)
def match_hash(name: str, parts: tuple[str, ...]) -> bytes:
    """16 bytes of a key's name and its normalised parts. Kept, since an object asks for the same one several times.

    NUL keeps ("a", "b") and ("a b",) apart: no value holds one, because it is refused wherever values come in.
    """
    return blake2b("\0".join((name, *parts)).encode(), digest_size=16).digest()


def search_hash(name: str, value: str) -> bytes:
    """The hash that SearchProfiles looks up: that of the parts joined by a space."""
    return match_hash(name, (value,))


def key_content_type(name: str, content_type: str) -> str:
    """How a key's part is compared. A predefined key has its own content type, so that profile fields, objects and
    searches meet whatever the mapping says (`_account` is mapped as NUMBER and as STRING by AWS's own samples).
    """
    return PREDEFINED_KEYS.get(name, content_type)


def search_parts(value: str, content_types: list[list[str]]) -> list[tuple[str, ...]]:
    """The parts that a value given as one text may stand for, under the definitions of a key (content types each)."""
    found: dict[tuple[str, ...], None] = {}
    for types in content_types:
        if len(types) == 1:
            found[(normalise(types[0], value),)] = None
        else:
            found.update(dict.fromkeys(_composite_parts(value, types)))
    return [parts for parts in found if any(parts)]


def _composite_parts(value: str, types: list[str]) -> list[tuple[str, ...]]:
    """The value as given, and split at spaces into as many parts as the key has."""
    words = value.split(" ")
    candidates: list[tuple[str, ...]] = [(value,)]
    for cuts in islice(combinations(range(1, len(words)), len(types) - 1), MAX_SPLITS):
        bounds = [0, *cuts, len(words)]
        texts = [" ".join(words[start:end]) for start, end in pairwise(bounds)]
        parts = tuple(normalise(kind, text) for kind, text in zip(types, texts, strict=True))
        candidates += [parts, (" ".join(parts),)]
    return candidates


KEY_FIELDS = frozenset((*PHONE_FIELDS, *EMAIL_FIELDS, "AccountNumber", *NAME_FIELDS))
"""Fields of a standard profile that feed a default key."""


def default_keys(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The default keys that a standard profile's fields feed, with normalised values ("Standard profile definition in
    Customer Profiles"). A full name is found with and without its middle name.
    """
    phones = {fields[field]: "_phone" for field in PHONE_FIELDS if field in fields}
    emails = {fields[field]: "_email" for field in EMAIL_FIELDS if field in fields}
    names = [fields[field] for field in NAME_FIELDS if field in fields]
    found = [*phones.items(), *emails.items(), (" ".join(names), "_fullName")]
    if len(names) == 3:
        found.append((f"{names[0]} {names[2]}", "_fullName"))
    if "AccountNumber" in fields:
        found.append((fields["AccountNumber"], "_account"))
    values = {(name, NORMALISERS[PREDEFINED_KEYS[name]](value)): None for value, name in found}
    return [(name, value) for name, value in values if value and len(value) <= MAX_PART]
