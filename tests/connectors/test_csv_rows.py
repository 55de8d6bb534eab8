"""Rows of CSV: what they give, and that a bad one costs none of the others."""

import io
import json

import pytest

from openprofiles.connectors.csv_rows import csv_lines
from openprofiles.connectors.files import Line
from openprofiles.errors import BadRequestException
from tests.actions.shop import Record

# What a CSV file is: RFC 4180, with a header.
CSV: dict[str, tuple[str, list[tuple[int, Record]]]] = {
    "a row for each object": ("a,b\n1,2\n3,4\n", [(2, {"a": "1", "b": "2"}), (3, {"a": "3", "b": "4"})]),
    "an empty value is left out": ("a,b\n1,\n", [(2, {"a": "1"})]),
    "a row that is too short": ("a,b,c\n1\n", [(2, {"a": "1"})]),
    "a column without a name": ("a,\n1,2\n", [(2, {"a": "1"})]),
    "quoted commas and quotes": ('a\n"1,""2"""\n', [(2, {"a": '1,"2"'})]),
    "a row that spans lines has the number of its last": (
        'a,b\n"1\n2",3\n4,5\n',
        [(3, {"a": "1\n2", "b": "3"}), (4, {"a": "4", "b": "5"})],
    ),
    "blank lines count": ("a\n\n1\n\n2\n", [(3, {"a": "1"}), (5, {"a": "2"})]),
    "line ends of Windows": ("a,b\r\n1,2\r\n", [(2, {"a": "1", "b": "2"})]),
    "letters beyond ASCII": ("a\nZoë\n", [(2, {"a": "Zoë"})]),
    "a header alone": ("a,b\n", []),
    "nothing": ("", []),
}


def lines_of(text: str) -> list[Line]:
    return list(csv_lines(io.StringIO(text, newline="")))


@pytest.mark.parametrize(("text", "rows"), CSV.values(), ids=CSV)
def test_csv_gives_numbered_objects_of_text(text: str, rows: list[tuple[int, Record]]) -> None:
    lines = lines_of(text)
    assert [(line.number, json.loads(line.text)) for line in lines] == rows
    assert [line.fault for line in lines] == [None] * len(lines)


def test_a_csv_field_may_be_as_long_as_an_object() -> None:
    """The standard library's own limit is half of that."""
    [line] = lines_of("a\n" + "x" * 200_000 + "\n")
    assert len(json.loads(line.text)["a"]) == 200_000


# The rows of a file, and which of them are at fault: number, text, and a word of the reason.
FAULTY: dict[str, tuple[str, list[tuple[int, str, str]], list[int]]] = {
    "a quotation mark that is never closed": (
        'a,b\n1,"open\n2,x\n3,y\n',
        [(2, '1,"open', "unexpected end of data")],
        [3, 4],
    ),
    "a quotation mark that a later row closes": (
        'a,b\n1,"open\n2,x\n3,"y"\n4,z\n',
        [(2, '1,"open', "expected after")],
        [3, 4, 5],
    ),
    "text behind a quotation mark": ('a,b\n1,"x"y\n2,z\n', [(2, '1,"x"y', "expected after")], [3]),
    "a field longer than an object may be": (
        f"a,b\n1,{'x' * 256_002}\n2,3\n",
        [(2, f"1,{'x' * 256_002}", "larger than field limit")],
        [3],
    ),
    "more cells than the header": ("a\n1,2,3\n4\n", [(2, '["1", "2", "3"]', "has 3 cells, and the header 1")], [3]),
}


@pytest.mark.parametrize(("text", "faulty", "good"), FAULTY.values(), ids=FAULTY)
def test_a_row_at_fault_is_told_and_those_behind_it_are_read(
    text: str, faulty: list[tuple[int, str, str]], good: list[int]
) -> None:
    lines = lines_of(text)
    assert [line.number for line in lines if line.fault is None] == good
    at_fault = [line for line in lines if line.fault is not None]
    assert [(line.number, line.text) for line in at_fault] == [(number, row) for number, row, _ in faulty]
    for line, (_, _, words) in zip(at_fault, faulty, strict=True):
        assert line.fault is not None
        assert words in line.fault.message


def test_a_header_that_names_a_column_twice_is_refused() -> None:
    with pytest.raises(BadRequestException, match="names id more than once"):
        lines_of("id,id,email\n1,2,3\n")


def test_a_header_that_can_not_be_read_is_refused() -> None:
    with pytest.raises(BadRequestException, match="can not be read as CSV"):
        lines_of('id,"name\nx1,ann\n')


def test_blank_lines_before_the_header_are_passed_over() -> None:
    [line] = lines_of("\na\n1\n")
    assert (line.number, json.loads(line.text)) == (3, {"a": "1"})
