"""Definitions of object types, and objects that may fit them."""

from typing import Any

from openprofiles.mapping.keys import IDENTIFIER_OF_STANDARD_OBJECT
from openprofiles.mapping.standard_objects import FIELDS, LISTS, STRUCTURES
from tests.api.mappings import Definition, orders, products, system
from tests.fuzz.chance import Chance, Told
from tests.fuzz.texts import written
from tests.fuzz.values import HOSTILE, text

TYPES = ("contact", "order", "product", "lead")

SOURCE_STEPS = [".a", "[0]", "['x y']", "[]", ".b.c", ".0", ".[a b]", "[999999]", '["a"]']
SOURCE_PIECES = ["{{_source.a}}", "{{{_source.b}}}", "{{#removeExtraSpace}} {{_source.c}} {{/removeExtraSpace}}", " "]
SOURCE_RUINS = [
    "{{",
    "}}",
    "_source",
    "_sourcex.a",
    ".",
    "[",
    "]",
    "''",
    "{{#each}}",
    "{{/removeExtraSpace}}",
    "\0",
    "{" * 90,
]

TARGETS = [
    *(f"{prefix}.{field}" for prefix in FIELDS for field in FIELDS[prefix]),
    *(f"{prefix}.{structure}" for prefix in STRUCTURES for structure in STRUCTURES[prefix]),
    *(f"{prefix}.{entry}[].{member}" for prefix in LISTS for entry in LISTS[prefix] for member in LISTS[prefix][entry]),
    *(f"{prefix}.Attributes.a.b" for prefix in ("_profile", "_order", "_asset", "_case")),
    "_profile.SourceLastUpdatedTimestamp",
]
TARGET_RUINS = [
    "_profile",
    "_profile.",
    "_order._orderId",
    "x.y",
    "_profile.Address.",
    "_profile.Attributes.",
    "..",
    "\n",
]
CONTENT_TYPES = ["STRING", "NUMBER", "EMAIL_ADDRESS", "PHONE_NUMBER", "NAME"]
FORMATS = [
    "EpochMilli",
    "yyyy-MM-dd",
    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "MMM d, yyyy h:mm a z",
    "QQQ",
    "'",
    "y" * 200,
    "%Y",
]
KEYS = [
    ("nick", ["PROFILE"]),
    ("card", ["PROFILE", "SECONDARY", "NEW_ONLY"]),
    ("_email", ["PROFILE"]),
    ("_phone", ["PROFILE", "ORDER", "ASSET", "CASE"]),
    ("_fullName", ["PROFILE", "SECONDARY"]),
    ("_profileId", ["PROFILE", "LOOKUP_ONLY"]),
    ("_orderId", ["ORDER", "LOOKUP_ONLY"]),
    ("other", ["AIR_SEGMENT", "AIR_PREFERENCE"]),
]
IDENTIFIERS = sorted({one for _, identifiers in KEYS for one in identifiers} | {"UNIQUE", "unique", "X"})


def definition(chance: Chance) -> Definition:
    """One that works, with some more fields and keys, which may be odd."""
    made = chance.choice([system(chance.choice(TYPES)), orders(), products()])
    for number in range(chance.choice([0, 1, 1, 3, 8])):
        made["Fields"][f"f{number}" if not chance.errs() else text(chance)] = field(chance)
    for _ in range(chance.choice([0, 0, 1, 2])):
        name, identifiers = chance.choice(KEYS)
        made["Keys"][name] = [key(chance, list(made["Fields"]), identifiers)]
    if chance.random() < 0.3:
        made["SourceLastUpdatedTimestampFormat"] = chance.choice(FORMATS[:-4] if not chance.errs() else FORMATS)
    for name in ("SourcePriority", "MaxProfileObjectCount", "ExpirationDays"):
        if chance.random() < 0.15:
            made[name] = chance.choice(HOSTILE) if chance.errs() else chance.randint(1, 3)
    carry_identifiers(chance, made)
    return without_something(chance, made) if chance.errs() else made


def carry_identifiers(chance: Chance, made: Definition) -> None:
    """The UNIQUE key names the kinds of standard objects that the fields make."""
    prefixes = {field.get("Target", "").partition(".")[0] for field in made["Fields"].values()}
    needed = [one for prefix, one in IDENTIFIER_OF_STANDARD_OBJECT.items() if prefix in prefixes and not chance.errs()]
    for keys in made["Keys"].values():
        if "UNIQUE" in keys[0]["StandardIdentifiers"]:
            keys[0]["StandardIdentifiers"] = sorted({*keys[0]["StandardIdentifiers"], *needed})


def field(chance: Chance) -> dict[str, Any]:
    made: dict[str, Any] = {"Source": source(chance)}
    if chance.random() < 0.8:
        made["Target"] = chance.choice(TARGET_RUINS if chance.errs() else TARGETS)
    if chance.random() < 0.4:
        made["ContentType"] = chance.choice([*CONTENT_TYPES, *HOSTILE] if chance.errs() else CONTENT_TYPES)
    return made


def source(chance: Chance) -> str:
    if chance.errs():
        return "".join(chance.choices(SOURCE_RUINS + SOURCE_STEPS + SOURCE_PIECES, k=chance.randint(1, 6)))
    if chance.random() < 0.3:
        return "".join(chance.choices(SOURCE_PIECES, k=chance.randint(1, 4)))
    if chance.random() < 0.3:
        return "_source." + chance.choice(["email", "customer", "first", "serial"])
    return "_source" + "".join(chance.choices(SOURCE_STEPS, k=chance.randint(0, 4)))


def key(chance: Chance, fields: list[str], identifiers: list[str]) -> dict[str, Any]:
    names = chance.sample(fields, chance.randint(1, min(3, len(fields))))
    if chance.errs():
        names, identifiers = [text(chance)], chance.choices(IDENTIFIERS, k=chance.randint(0, 4))
    return {"FieldNames": names, "StandardIdentifiers": identifiers}


def without_something(chance: Chance, made: Definition) -> Definition:
    inner = chance.choice([made, made["Fields"], made["Keys"]])
    inner[chance.choice(list(inner))] = chance.choice(HOSTILE)
    return made


def object_text(chance: Chance, _: Told | None = None) -> str:
    """An object for one of the types, whole or broken."""
    people, numbers = ["ann", "bob", "Ann B", "  ann"], ["1", "2", "3", 4]
    members: dict[str, Any] = {
        "id": chance.choice(numbers),
        "customer": chance.choice(people),
        "email": chance.choice(["a@b.c", "A@B.C", "b@b.c", "no mail"]),
        "serial": chance.choice(numbers),
        "order": chance.choice(numbers),
        "first": chance.choice(people),
        "time": chance.choice([1_700_000_000_000, "2024-01-31", "2024-02-30", -1, 10**30]),
        "a": chance.choice([{"b": {"c": [1, "x", None]}}, [[1], {"x y": 2}], "a", chance.choice(HOSTILE)]),
        "b": chance.choice(HOSTILE),
    }
    members = {name: chance.choice(HOSTILE) if chance.errs() else value for name, value in members.items()}
    if chance.is_seldom():
        members |= {text(chance, 1, 10): chance.choice(HOSTILE) for _ in range(chance.choice([1, 4, 1_000]))}
    return written(chance, members)
