"""Statements of the storage files in PostgreSQL's words, worked out once for each text."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from openprofiles.storage.database import Value

NAME = re.compile(r"(?<![:\w]):(\w+)")
NAME_OR_LIST = re.compile(r"(?:\b(?P<negated>NOT)\s+)?\bIN\s*:(?P<list>\w+)|(?<![:\w]):(?P<name>\w+)", re.IGNORECASE)
ENGINE_COMMENT = re.compile(r"/\*postgres:\s*(.*?)\s*\*/", re.DOTALL)

INSERT = re.compile(
    r"\s*INSERT\s+INTO\s+(?P<table>\w+)\s*\((?P<columns>[^)]*)\)\s*"
    r"VALUES\s*\((?P<values>.*?)\)\s*(?P<conflict>ON\s+CONFLICT\b.*)?",
    re.IGNORECASE | re.DOTALL,
)
UPSERT = re.compile(r"ON\s+CONFLICT\s*\((?P<columns>[^)]*)\)\s*DO\s+UPDATE\b.*", re.IGNORECASE | re.DOTALL)
QUERY = re.compile(r"\s*SELECT\b", re.IGNORECASE)
OFFSET = re.compile(r"\bOFFSET\b", re.IGNORECASE)


class Statement(NamedTuple):
    """A text with `$1`, `$2`; the names whose values stand there, and which of them stand for lists."""

    text: bytes
    names: tuple[str, ...]
    lists: frozenset[str]


class ManyRows(NamedTuple):
    """An INSERT for rows that come as one array for each column. `text` is put together by `for_columns`.

    `conflict_places`: where in a row the columns stand by which a later row replaces an earlier one.
    """

    table: str
    columns: str
    values: str
    conflict: str
    conflict_places: tuple[int, ...]


@lru_cache(maxsize=4096)
def statement(sql: str, writes: bool) -> Statement:
    """A transaction that only reads can lock no rows: there, `/*postgres: FOR UPDATE */` stays a comment."""
    places: dict[str, int] = {}
    lists = set()

    def placed(match: re.Match[str]) -> str:
        name = match["list"] or match["name"]
        place = places.setdefault(name, len(places) + 1)
        if match["list"] is None:
            return f"${place}"
        lists.add(name)
        return f"<> ALL(${place})" if match["negated"] else f"= ANY(${place})"

    text = NAME_OR_LIST.sub(placed, plain(sql) if writes else sql)
    return Statement(text.encode(), tuple(places), frozenset(lists))


def plain(sql: str) -> str:
    """The text with what stands in `/*postgres: … */` made plain."""
    return ENGINE_COMMENT.sub(r"\1", sql)


@lru_cache(maxsize=512)
def many_rows(sql: str) -> ManyRows | None:
    """What `run_many` makes of an INSERT; None for what has to be run row by row."""
    match = INSERT.fullmatch(plain(sql))
    if match is None:
        return None
    conflict = match["conflict"] or ""
    places = _conflict_places(match["columns"], match["values"], conflict)
    if places is None or NAME.search(conflict):
        return None
    return ManyRows(match["table"], match["columns"], match["values"], conflict, places)


def _conflict_places(columns: str, values: str, conflict: str) -> tuple[int, ...] | None:
    """PostgreSQL changes no row twice in one statement, so it must be known which rows meet in one."""
    upsert = UPSERT.match(conflict)
    if upsert is None:
        return ()
    given = dict(zip(_listed(columns), _listed(values), strict=False))
    names = list(dict.fromkeys(NAME.findall(values)))
    wanted = [given.get(column, "") for column in _listed(upsert["columns"])]
    if not all(NAME.fullmatch(value) for value in wanted):
        return None
    return tuple(names.index(value[1:]) for value in wanted)


def _listed(text: str) -> list[str]:
    return [piece.strip() for piece in text.split(",")]


def waves(many: ManyRows, rows: Sequence[Sequence[Value]]) -> list[list[Sequence[Value]]]:
    """The rows in as few lists as it takes for no list to change a row twice; later rows come in later lists."""
    if not many.conflict_places or len(rows) == 1:
        return [list(rows)]
    found: list[list[Sequence[Value]]] = []
    times: dict[tuple[Value, ...], int] = {}
    for row in rows:
        key = tuple(row[place] for place in many.conflict_places)
        time = times[key] = times.get(key, -1) + 1
        if time == len(found):
            found.append([])
        found[time].append(row)
    return found


@lru_cache(maxsize=1024)
def insert_arrays(many: ManyRows, filled: tuple[bool, ...]) -> bytes:
    """The INSERT for columns given as arrays. A column without any value has no type of its own, and is a plain
    NULL.
    """
    values = _from_columns(many.values, filled)
    source = f"unnest({_parameters(filled)}) AS given_row ({_columns(filled)})"
    return f"INSERT INTO {many.table} ({many.columns}) SELECT {values} FROM {source} {many.conflict}".encode()


@lru_cache(maxsize=1024)
def look_up_arrays(sql: str, filled: tuple[bool, ...], writes: bool) -> bytes | None:
    """The query run for each row of some columns, with the row's place beside what it finds; None where the text does
    not allow it. OFFSET keeps it a look-up for each row, which no plan turns into a scan.
    """
    if QUERY.match(sql) is None or OFFSET.search(sql) or not any(filled):
        return None
    query = _from_columns(plain(sql) if writes else sql, filled)
    source = f"unnest({_parameters(filled)}) WITH ORDINALITY AS given_row ({_columns(filled)}, place)"
    return f"SELECT given_row.place, found.* FROM {source} CROSS JOIN LATERAL ({query} OFFSET 0) AS found".encode()


def _from_columns(text: str, filled: tuple[bool, ...]) -> str:
    places: dict[str, int] = {}

    def column(match: re.Match[str]) -> str:
        place = places.setdefault(match[1], len(places))
        return f"given_row.c{place}" if filled[place] else "NULL"

    return NAME.sub(column, text)


def _parameters(filled: tuple[bool, ...]) -> str:
    return ", ".join(f"${number}" for number in range(1, sum(filled) + 1))


def _columns(filled: tuple[bool, ...]) -> str:
    return ", ".join(f"c{place}" for place, is_filled in enumerate(filled) if is_filled)
