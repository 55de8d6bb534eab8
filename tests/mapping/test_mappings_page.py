"""The examples of docs/mappings.md give what the page says."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from openprofiles.mapping.json_values import text_of
from openprofiles.mapping.object_types import compile_object_type, evaluate
from openprofiles.mapping.sources import compile_source
from openprofiles.mapping.standard_objects import render
from openprofiles.mapping.work import Work

PAGE = (Path(__file__).parents[2] / "docs" / "mappings.md").read_text(encoding="utf-8")
OBJECT: dict[str, Any] = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])
CELL = re.compile(r"`(.*?)`(?=\s*\|)")


def rows(heads: str) -> list[list[str]]:
    """The cells in back-quotes of all tables with these heads."""
    tables = re.findall(rf"^\| {heads}.*\n\|[ -|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    return [CELL.findall(line) for table in tables for line in table.splitlines()]


SOURCES = rows(r"Source +\| gives")
TARGETS = rows(r"Source +\| Target")


def test_the_page_has_examples() -> None:
    assert (len(SOURCES), len(TARGETS)) == (15, 3)


@pytest.mark.parametrize(("source", "expected"), SOURCES)
def test_a_source_gives_what_the_page_says(source: str, expected: str) -> None:
    assert text_of(compile_source(source)(OBJECT, Work())) == expected


@pytest.mark.parametrize(("source", "target", "expected"), TARGETS)
def test_a_target_takes_what_the_page_says(source: str, target: str, expected: str) -> None:
    fields = {"id": {"Source": "_source.id"}, "value": {"Source": source, "Target": target}}
    keys = {"id": [{"FieldNames": ["id"], "StandardIdentifiers": ["UNIQUE", "PROFILE", "ORDER"]}]}

    mapped = evaluate(compile_object_type(json.dumps({"Description": "-", "Fields": fields, "Keys": keys})), OBJECT)

    prefix, _, _ = target.partition(".")
    records = {**mapped.standard_objects, "_profile": mapped.profile_fields}
    assert render(records[prefix], prefix) == json.loads(expected)
