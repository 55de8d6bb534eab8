"""Method and raw path → the operation and its path members."""

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

import msgspec

from openprofiles.errors import BadRequestException, UnknownOperationException
from openprofiles.operations import Operation

NO_VALUE = {b"", b".", b".."}
"""Segments that stand for no member. A signature covers the normalised path: with dots in it, a signed request could be
sent to a sibling path."""

BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class Leaf(msgspec.Struct, frozen=True):
    """The end of a path template: the operation, and its placeholders with the segments that they stand for."""

    operation: Operation
    placeholders: tuple[tuple[int, str], ...]


class Node(msgspec.Struct):
    """What may follow after some segments of a path."""

    literals: dict[bytes, "Node"] = {}
    placeholder: "Node | None" = None
    leaf: Leaf | None = None


class Router:
    """A tree of path segments for each method, built once."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._roots: dict[str, Node] = {}
        for operation in operations:
            _plant(self._roots.setdefault(operation.method, Node()), operation)

    def find(self, method: str, raw_path: bytes) -> tuple[Operation, dict[str, str]]:
        """The operation of a method and a path as it came over the wire, and placeholder → decoded value.

        The path is split before it is decoded, so that a member may hold encoded slashes; literal segments win over
        placeholders, and an empty segment is no value. Raises UnknownOperationException, and BadRequestException where
        a member can not be decoded.
        """
        segments = raw_path.split(b"/")
        root = self._roots.get(method)
        leaf = None if root is None else _leaf(root, segments, 0)
        if leaf is None:
            raise UnknownOperationException("No operation has this method and path.")
        return leaf.operation, {name: percent_decoded(segments[index]) for index, name in leaf.placeholders}


def _plant(root: Node, operation: Operation) -> None:
    node, placeholders = root, []
    for index, segment in enumerate(operation.path.split("/")):
        if segment.startswith("{"):
            placeholders.append((index, segment.strip("{}")))
            node.placeholder = node.placeholder or Node()
            node = node.placeholder
        else:
            node = node.literals.setdefault(segment.encode(), Node())
    if node.leaf is not None:
        raise ValueError(f"{operation.name} and {node.leaf.operation.name} have one method and path")
    node.leaf = Leaf(operation, tuple(placeholders))


def _leaf(node: Node, segments: list[bytes], index: int) -> Leaf | None:
    """The leaf that the segments from `index` on lead to. Goes no deeper than the tree."""
    if index == len(segments):
        return node.leaf
    segment = segments[index]
    literal = node.literals.get(segment)
    if literal is not None:
        leaf = _leaf(literal, segments, index + 1)
        if leaf is not None:
            return leaf
    if node.placeholder is None or segment in NO_VALUE:
        return None
    return _leaf(node.placeholder, segments, index + 1)


def percent_decoded(raw: bytes) -> str:
    """The text that a part of a URL stands for (RFC 3986: a plus sign is a plus sign).

    Raises BadRequestException for a bad percent-escape, for what is not UTF-8, and for the NUL character.
    """
    if b"%" in raw:
        if BAD_ESCAPE.search(raw):
            raise BadRequestException("The URL has a percent sign that two hexadecimal digits do not follow.")
        raw = unquote_to_bytes(raw)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise BadRequestException("The URL is not UTF-8.") from None
    if "\0" in text:
        raise BadRequestException("The URL has a NUL character, which no member may have.")
    return text
