"""What a careful engineer would map: the templates on their samples, and labelled exports of other systems.

    {"System": …, "Set": "labelled" (if absent), "once unseen" or "held out", "Objects": […],
     "Targets": {target: source | [source, …]}, "Attributes": {standard object: [source | [source, …], …]},
     "Optional": [source, …], "OptionalTargets": {…}, "Unique": source, "Profile": [source, …], "OptionalProfile": […]}

Of several sources one is wanted; `a + b` are two that are joined. What is optional is neither right nor wrong: Optional
are members that may be attributes or not as one likes.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from openprofiles.mapping.definitions import FieldDefinition, KeyDefinition
from openprofiles.mapping.object_type_templates import all_templates
from openprofiles.mapping.parsing import parse_object
from openprofiles.mapping.sources import compile_source
from openprofiles.mapping.work import Work

FOLDER = Path(__file__).parent / "data" / "detection"
TEMPLATES = Path(__file__).parents[1] / "tests" / "data" / "templates"

ROLES = ("UNIQUE", "PROFILE")
PATH = re.compile(r"_source(?:\.[A-Za-z0-9_-]+|\[[^\]]*\])+")
QUOTED = re.compile(r"\[['\"]([A-Za-z0-9_-]+)['\"]\]")

Sources = frozenset[str]
Pair = tuple[Sources, str]
"""What is read, and where it goes: a target, or UNIQUE or PROFILE."""


class Wanted(msgspec.Struct, frozen=True):
    """Of each tuple in `pairs` one is wanted; those in `free` are neither right nor wrong. `read`: the members that
    the answer says something of; None for all.
    """

    pairs: tuple[tuple[Pair, ...], ...]
    free: frozenset[Pair] = frozenset()
    read: Sources | None = None

    def is_unsaid(self, pair: Pair) -> bool:
        return self.read is not None and pair[0].isdisjoint(self.read)


class Answer(msgspec.Struct, frozen=True):
    name: str
    group: str
    objects: list[dict[str, Any]]
    targets: Wanted
    keys: Wanted
    content_types: Mapping[Pair, str] = {}


def paths(source: str) -> Sources:
    """`_source['a']` and `_source.a` are one."""
    return frozenset(QUOTED.sub(r".\1", path) for path in PATH.findall(source))


def target_pair(field: FieldDefinition) -> Pair:
    """Names of attributes are free."""
    target = field.target or ""
    prefix, dot, _ = target.partition(".Attributes.")
    return paths(field.source or ""), f"{prefix}.Attributes" if dot else target


def key_pairs(fields: Mapping[str, FieldDefinition], keys: Mapping[str, list[KeyDefinition]]) -> list[Pair]:
    return [
        (frozenset[str]().union(*(paths(fields[name].source or "") for name in one.field_names or ())), role)
        for definitions in keys.values()
        for one in definitions
        for role in ROLES
        if role in (one.standard_identifiers or ())
    ]


def labelled() -> list[Answer]:
    return [_labelled(json.loads(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.json"))]


def _labelled(label: dict[str, Any]) -> Answer:
    attributes = label["Attributes"].items()
    pairs = [_either(source, target) for target, source in label["Targets"].items()]
    pairs += [_either(source, f"{prefix}.Attributes") for prefix, sources in attributes for source in sources]
    free = {
        (paths(source), f"{prefix}.Attributes")
        for source in label["Optional"]
        for prefix in {"_profile", *label["Attributes"]}
    }
    free |= {pair for target, source in label.get("OptionalTargets", {}).items() for pair in _either(source, target)}
    keys = [_either(label["Unique"], "UNIQUE"), *(_either(source, "PROFILE") for source in label["Profile"])]
    free_keys = {(paths(source), "PROFILE") for source in label.get("OptionalProfile", [])}
    of_customers = all(target.startswith("_profile") for target in label["Targets"])
    return Answer(
        label["System"],
        f"{label.get('Set', 'labelled')}, {'customers' if of_customers else 'other objects'}",
        [parse_object(json.dumps(each)) for each in label["Objects"]],
        Wanted(tuple(pairs), frozenset(free)),
        Wanted(tuple(keys), frozenset(free_keys)),
    )


def _either(sources: str | list[str], target: str) -> tuple[Pair, ...]:
    return tuple((paths(source), target) for source in ([sources] if isinstance(sources, str) else sources))


def of_templates() -> list[Answer]:
    return [_of_template(path) for path in sorted(TEMPLATES.glob("*.json"))]


def _of_template(path: Path) -> Answer:
    """A template's source counts with those of its paths that the sample has."""
    sample = parse_object(json.dumps(json.loads(path.read_text("utf-8"))["Object"]))
    template = all_templates()[path.stem]
    fields = {
        name: msgspec.structs.replace(field, source=" ".join(_present(field.source or "", sample)))
        for name, field in template.fields.items()
    }
    mapped = [field for field in fields.values() if field.target and field.source]
    keys = [pair for pair in key_pairs(fields, template.keys) if pair[0]]
    return Answer(
        path.stem,
        "templates",
        [sample],
        _wanted(map(target_pair, mapped), frozenset().union(*(paths(field.source or "") for field in fields.values()))),
        _wanted(keys, frozenset().union(*(sources for sources, _ in keys), *_accounts(fields.values()))),
        {target_pair(field): field.content_type or "STRING" for field in mapped},
    )


def _wanted(pairs: Iterable[Pair], read: Sources) -> Wanted:
    return Wanted(tuple((pair,) for pair in dict.fromkeys(pairs)), read=read)


def _accounts(fields: Iterable[FieldDefinition]) -> list[Sources]:
    """All that a template reads and makes no key of is none by its will; but it leaves e-mail addresses and phone
    numbers to the keys that the profile has by itself.
    """
    return [
        paths(field.source or "") for field in fields if field.content_type not in ("EMAIL_ADDRESS", "PHONE_NUMBER")
    ]


def _present(source: str, sample: dict[str, Any]) -> list[str]:
    return [path for path in sorted(paths(source)) if compile_source(path)(sample, Work()) is not None]
