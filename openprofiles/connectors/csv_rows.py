"""CSV → objects. A row that can not be read costs none of those behind it."""

import csv
import json
from collections.abc import Iterator, Sequence
from typing import TextIO

from openprofiles.connectors.files import Line
from openprofiles.errors import BadRequestException
from openprofiles.mapping.parsing import MAX_CHARACTERS


class _PhysicalLines(Iterator[str]):
    """The lines of a file; those that a row took can be given back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._returned: list[str] = []
        self.number = 0
        self.row: list[str] = []

    def __next__(self) -> str:
        line = self._returned.pop() if self._returned else next(self._file)
        self.number += 1
        self.row.append(line)
        return line

    def give_back_all_but_first(self) -> str:
        """The first line of the row; the others come again."""
        first, *others = self.row
        self._returned.extend(reversed(others))
        self.number -= len(others)
        return first


def csv_lines(file: TextIO) -> Iterator[Line]:
    """One object a row, its members named by the header; all values are text, empty ones are left out. A row that
    spans lines has the number of its last one.

    Raises BadRequestException for a header that can not be read or that names a column twice.
    """
    csv.field_size_limit(MAX_CHARACTERS + 1)
    lines = _PhysicalLines(file)
    header: list[str] | None = None
    while (row := _next_row(lines)) is not None:
        if header is None:
            header = _checked_header(row) if row else None
        elif isinstance(row, Line):
            yield row
        elif row:
            yield _line(lines.number, header, row)


def _next_row(lines: _PhysicalLines) -> list[str] | Line | None:
    """None at the end. Where a quotation mark is never closed, only the line in which it stands is at fault."""
    lines.row = []
    try:
        return next(csv.reader(lines, strict=True), None)
    except csv.Error as error:
        text = lines.give_back_all_but_first().rstrip("\r\n")
        return Line(lines.number, text, BadRequestException(f"The row can not be read as CSV: {error}."))


def _checked_header(row: Sequence[str] | Line) -> list[str]:
    if isinstance(row, Line):
        raise row.fault or BadRequestException("The header can not be read as CSV.")
    twice = {name for name in row if name and row.count(name) > 1}
    if twice:
        raise BadRequestException(f"The header names {', '.join(sorted(twice))} more than once.")
    return list(row)


def _line(number: int, header: Sequence[str], row: Sequence[str]) -> Line:
    if len(row) > len(header):
        fault = BadRequestException(f"The row has {len(row)} cells, and the header {len(header)}.")
        return Line(number, json.dumps(row, ensure_ascii=False), fault)
    members = {name: value for name, value in zip(header, row, strict=False) if name and value}
    return Line(number, json.dumps(members, ensure_ascii=False))
