"""Sample objects → the record inside of them, and its leaves: each value that a source can name, in all samples."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Any

import msgspec

from openprofiles.mapping.detection.marks import ID_OWNERS
from openprofiles.mapping.detection.names import ITEM_LISTS
from openprofiles.mapping.detection.words import CUSTOMER, ENVELOPE_MEMBERS, ENVELOPES, IDS, SHORT, words
from openprofiles.mapping.handlebars_syntax import ROOT

EACH = -1
"""The step to all elements of a list; any other number is the step to the element of that place."""

MAX_LEAVES = 500
"""Places that are looked at on each level, and leaves in all: some hundredths of a second. AWS takes 120."""
MAX_DEPTH = 8
MAX_LINES = 4
"""Elements of a list of texts that are looked at: the lines of an address."""
MAX_NAME = 100
MAX_VENDOR = 3
MAX_SOURCE = 1000

Step = str | int
Words = tuple[str, ...]
Scalar = str | int | float | Decimal

ID_STEMS = CUSTOMER | words(" ".join(ID_OWNERS.values())) | words("owner account company record")
"""What stands before `id` in names without separators."""

WRAPPERS = ("set", "money")
"""Last words of names that say how a value is wrapped, and nothing of what it is: `total_tax_money`."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_CUSTOM = re.compile(r"__[cr]\Z")
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


class Node(msgspec.Struct, frozen=True):
    """A place in the samples, and what stands there in each of them: None where nothing does."""

    path: tuple[Step, ...]
    values: tuple[Any, ...]


class Leaf(msgspec.Struct, frozen=True, dict=True, eq=False):
    """A place with scalar values. `words`: those of each name of its path, from the record on."""

    path: tuple[Step, ...]
    values: tuple[Scalar | None, ...]
    words: tuple[Words, ...]

    @cached_property
    def filled(self) -> tuple[Scalar, ...]:
        return tuple(value for value in self.values if value is not None and value != "")

    @property
    def around(self) -> frozenset[str]:
        """The words of the objects around it."""
        return frozenset[str]().union(*self.words[:-1])

    @property
    def name(self) -> str:
        """The last of its names, as it is written."""
        return next(step for step in reversed(self.path) if isinstance(step, str))

    @property
    def compact(self) -> str:
        """The last of its names, as the tables have it."""
        return "".join(self.words[-1])

    @property
    def index(self) -> int | None:
        """Its place in a list of scalars."""
        return self.path[-1] if isinstance(self.path[-1], int) else None

    @property
    def is_element(self) -> bool:
        return EACH in self.path

    @property
    def is_listed(self) -> bool:
        """Whether it is in a list of things of which the record may have several."""
        return any(isinstance(step, int) for step in self.path)


def split(name: str) -> Words:
    """`firstName`, `first_name` and `First-Name` are the same words; custom fields of Salesforce lose their `__c`."""
    plain = unicodedata.normalize("NFKD", name[:MAX_NAME]).encode("ascii", "ignore").decode()
    found = [word.lower() for word in _WORD.findall(_CUSTOM.sub("", plain))]
    parts = tuple(part for word in found for part in _id_of(word))
    return parts[:-1] if len(parts) > 1 and parts[-1] in WRAPPERS else parts


def _id_of(word: str) -> Words:
    """`contactid` is two words, `valid` is one."""
    stem = word.removesuffix("id")
    return (stem, "id") if stem != word and stem in ID_STEMS else (word,)


def source_of(path: tuple[Step, ...]) -> str | None:
    """The path as a source, None where no source can name it."""
    text = ROOT
    for step in path:
        written = _written(step)
        if written is None:
            return None
        text += written
    return text if len(text) <= MAX_SOURCE and "{{" not in text else None


def _written(step: Step) -> str | None:
    if isinstance(step, int):
        return "[]" if step == EACH else f"[{step}]"
    if _PLAIN.fullmatch(step):
        return f".{step}"
    quote = "'" if "'" not in step else '"'
    return f"[{quote}{step}{quote}]" if step and quote not in step else None


def record_leaves(objects: Sequence[dict[str, Any]]) -> tuple[int, list[Leaf]]:
    """How deep in the samples the record lies, and its leaves, those that lie least deep first. Objects that are the
    same count once.
    """
    distinct = [each for place, each in enumerate(objects) if each not in objects[:place]]
    record = _record(Node((), tuple(distinct)))
    depth = len(record.path)
    named = [node for node in _leaf_nodes(record) if any(isinstance(step, str) for step in node.path[depth:])]
    leaves = [_leaf(node, depth) for node in named if source_of(node.path) is not None]
    return depth, _without_vendor(leaves)


def _without_vendor(leaves: Sequence[Leaf]) -> list[Leaf]:
    """Without the short first word that a system puts before its own members' names (`hs_lead_status`)."""
    firsts = Counter(leaf.words[-1][0] for leaf in leaves if len(leaf.words[-1]) > 1)
    vendors = {word for word, times in firsts.items() if times > 2 and len(word) <= MAX_VENDOR and word not in SHORT}
    return [
        msgspec.structs.replace(leaf, words=(*leaf.words[:-1], leaf.words[-1][1:]))
        if len(leaf.words[-1]) > 1 and leaf.words[-1][0] in vendors
        else leaf
        for leaf in leaves
    ]


def compact_names(objects: Sequence[dict[str, Any]]) -> set[str]:
    """The names of all members, those of envelopes too, as the tables have them."""
    names: set[str] = set()
    level: list[Any] = list(objects)
    for _ in range(MAX_DEPTH):
        members = [item for value in level if isinstance(value, dict) for item in islice(value.items(), MAX_LEAVES)]
        names.update("".join(split(name)) for name, _ in members[:MAX_LEAVES])
        level = [inner for _, inner in members[:MAX_LEAVES]]
    return names


def _leaf(node: Node, depth: int) -> Leaf:
    names = [step for step in node.path[depth:] if isinstance(step, str)]
    return Leaf(node.path, node.values, tuple(split(name) for name in names))


def _leaf_nodes(record: Node) -> list[Node]:
    found: list[Node] = []
    level = [record]
    for _ in range(MAX_DEPTH):
        children = list(islice((child for node in level for child in _children(node)), MAX_LEAVES))
        found += [child for child in children if _is_leaf(child)]
        level = [child for child in children if any(isinstance(value, (dict, list)) for value in child.values)]
    return found[:MAX_LEAVES]


def _is_leaf(node: Node) -> bool:
    """A place that is an object in another sample is none."""
    return all(value is None or isinstance(value, Scalar) for value in node.values)


def _children(node: Node) -> list[Node]:
    """The members of all samples, in the order in which the samples bring them up."""
    name = next((step for step in reversed(node.path) if isinstance(step, str)), "")
    is_items = "".join(split(name)) in ITEM_LISTS
    found: dict[Step, list[Any]] = {}
    for place, value in enumerate(node.values):
        for step, member in _members(value, is_items):
            found.setdefault(step, [None] * len(node.values))[place] = member
    return [Node((*node.path, step), tuple(values)) for step, values in found.items()]


def _members(value: Any, is_items: bool) -> Iterator[tuple[Step, Any]]:
    """Of a list of objects the first one, of a list of scalars the first lines; of order items each."""
    if isinstance(value, dict):
        yield from islice(value.items(), MAX_LEAVES)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield (EACH if is_items else 0), value[0]
    elif isinstance(value, list):
        yield from ((place, line) for place, line in enumerate(value[:MAX_LINES]) if isinstance(line, Scalar))


def _record(root: Node) -> Node:
    """The innermost record in its envelopes. An envelope's id is not the record's, if the record has one itself."""
    chain = [root]
    while len(chain) < MAX_DEPTH and (inner := _inner(chain[-1])) is not None:
        chain.append(inner)
    return next((node for node in reversed(chain) if _has_id(node)), chain[-1])


def _inner(node: Node) -> Node | None:
    """What lies in an envelope: beside it is nothing but what transports add."""
    children = _children(node)
    inner = [child for child in children if _is_object(child) and _compact(child) in ENVELOPES]
    others = [child for child in children if child not in inner]
    if inner and all(_compact(child) in ENVELOPE_MEMBERS for child in others):
        return max(inner, key=lambda child: len(_children(child)))
    return children[0] if len(children) == 1 and _is_object(children[0]) else None


def _is_object(node: Node) -> bool:
    return isinstance(node.path[-1], str) and any(isinstance(value, dict) for value in node.values)


def _compact(node: Node) -> str:
    return "".join(split(str(node.path[-1])))


def _has_id(node: Node) -> bool:
    names = [split(str(child.path[-1])) for child in _children(node) if not _is_object(child)]
    return any(name and name[-1] in IDS for name in names)
