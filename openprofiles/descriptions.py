"""What an extension is to those who describe it: noun, verb, words, and the members of its request with their places.

Everything comes from its row in the table: the words are the docstring of its request.
"""

import re
from collections.abc import Iterator, Mapping
from inspect import cleandoc
from typing import Literal

import msgspec
from msgspec.inspect import Field, StructType, type_info

from openprofiles.extensions import EXTENSIONS
from openprofiles.operations import Operation, QueryKind

TWO_WORD_VERBS = ("DryRun",)
"""An operation's verb is the first word of its name, but for these."""

NEXT_TOKEN = "NextToken"  # noqa: S105 - a member of many requests and answers

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")


class Member(msgspec.Struct, frozen=True):
    """A member of a request: its wire name, where it travels, and its name there. `kind` is a query member's."""

    name: str
    place: Literal["path", "query", "body"]
    label: str
    field: Field
    kind: QueryKind | None = None


class Description(msgspec.Struct, frozen=True):
    """An operation in words. `noun` and `verb` are as in a command, `noun` empty where the name has none."""

    operation: Operation
    noun: str
    verb: str
    summary: str
    text: str
    members: tuple[Member, ...]

    @property
    def pages(self) -> bool:
        """Whether the answer is a page, with a token that leads to the next one."""
        shapes = (self.operation.request, self.operation.response)
        return not self.operation.streams and all(
            shape is not None and NEXT_TOKEN in shape.__struct_encode_fields__ for shape in shapes
        )


def descriptions(operations: Mapping[str, Operation] = EXTENSIONS) -> tuple[Description, ...]:
    """The operations of a table in words, in its order."""
    return tuple(map(_described, operations.values()))


def _described(operation: Operation) -> Description:
    verb, noun = verb_and_noun(operation)
    words = f"{verb} {noun}".replace("-", " ").strip()
    return Description(
        operation=operation,
        noun=_spelt(noun, operation.path),
        verb=verb,
        summary=words.capitalize(),
        text=cleandoc(operation.request.__doc__ or ""),
        members=tuple(_members(operation)),
    )


def verb_and_noun(operation: Operation) -> tuple[str, str]:
    """`ListDeadLetters` → `list`, `dead-letters`."""
    two_words = next((verb for verb in TWO_WORD_VERBS if operation.name.startswith(verb)), None)
    verb = two_words or WORD.findall(operation.name)[0]
    return _dashed(verb), _dashed(operation.name.removeprefix(verb))


def _dashed(name: str) -> str:
    return "-".join(WORD.findall(name)).lower()


def _spelt(noun: str, path: str) -> str:
    """The noun in the plural, unless its path has it as it is: there is one clock, `/-/clock`."""
    return noun if noun in path.split("/") else plural(noun)


def plural(noun: str) -> str:
    """By the rules of English that nouns of an API need; what ends in an s is a plural."""
    if not noun or noun.endswith("s"):
        return noun
    if noun.endswith(("x", "ch", "sh")):
        return f"{noun}es"
    return re.sub(r"(?<![aeiou])y\Z", "ie", noun) + "s"


def _members(operation: Operation) -> Iterator[Member]:
    """Those of the path, of the query and of the body, each in the order of the table or of the shape."""
    shape = type_info(operation.request)
    assert isinstance(shape, StructType)  # noqa: S101 - what every request is
    fields = {field.encode_name: field for field in shape.fields}
    for label, name in operation.path_members:
        yield Member(name, "path", label, fields.pop(name))
    for label, name, kind in operation.query_members:
        yield Member(name, "query", label, fields.pop(name), kind)
    if operation.streams:
        fields.pop(NEXT_TOKEN, None)  # the server's own, which leads it from one part of the stream to the next
    for name, field in fields.items():
        yield Member(name, "body", name, field)
