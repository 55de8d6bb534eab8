"""Each fact on AWS's behaviour that the product follows names the tests that would fail if it did not.

`tests/data/behaviours.json` lists them. Marks: D documented, D-old documented until 2023, M said by the service model,
O observed in public programs. A fact without tests says what is missing (`open`), or why no test of a server can show
it (`not_ours`).
"""

import ast
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

TESTS = Path(__file__).parent
ROOT = TESTS.parent

Line = Annotated[str, Meta(pattern=r"\A\S[^\n]*\S\Z")]


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`id`: the section and a short name; `source`: the page that says it; `fact`: one sentence."""

    id: Annotated[str, Meta(pattern=r"\A[1-4]\.[0-9]{1,2}-[a-z0-9]+(-[a-z0-9]+)*\Z")]
    mark: Literal["D", "D-old", "M", "O"]
    source: Line
    fact: Annotated[str, Meta(pattern=r"\A[A-Z`][^\n]*\.\Z")]
    tests: list[Line]
    missing: Line | None = msgspec.field(name="open", default=None)
    not_ours: Line | None = None


BEHAVIOURS = msgspec.json.decode((TESTS / "data" / "behaviours.json").read_bytes(), type=list[Behaviour])


@lru_cache
def found_in(path: str) -> set[str]:
    """The tests of a file as pytest names them: `test_a`, `TestB::test_c`."""
    file = ROOT / path
    return _names(ast.parse(file.read_bytes()).body) if file.is_file() else set()


def _names(body: list[ast.stmt]) -> set[str]:
    functions = {node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
    classes = [node for node in body if isinstance(node, ast.ClassDef)]
    return functions | {f"{node.name}::{name}" for node in classes for name in _names(node.body)}


def exists(test: str) -> bool:
    """Whether there is such a test; the parameters behind its name do not count."""
    path, _, name = test.partition("::")
    return name.partition("[")[0] in found_in(path)


def test_each_behaviour_has_a_name_of_its_own() -> None:
    names = Counter(behaviour.id for behaviour in BEHAVIOURS)
    assert [name for name, times in names.items() if times > 1] == []


def test_each_behaviour_has_a_test_or_says_why_not() -> None:
    wrong = [
        behaviour.id
        for behaviour in BEHAVIOURS
        if [bool(behaviour.tests), bool(behaviour.missing), bool(behaviour.not_ours)].count(True) != 1
    ]
    assert wrong == []


def test_each_section_is_there() -> None:
    numbers = {1: 11, 2: 7, 3: 4, 4: 4}
    sections = {f"{chapter}.{number}" for chapter, last in numbers.items() for number in range(1, last + 1)}
    assert {behaviour.id.partition("-")[0] for behaviour in BEHAVIOURS} == sections


def test_each_named_test_exists() -> None:
    named = [(behaviour.id, test) for behaviour in BEHAVIOURS for test in behaviour.tests]
    assert [(name, test) for name, test in named if not exists(test)] == []


def test_no_behaviour_names_a_test_twice() -> None:
    assert [one.id for one in BEHAVIOURS if len(set(one.tests)) < len(one.tests)] == []


def test_the_check_sees_functions_methods_and_nothing_else() -> None:
    here = "tests/test_behaviours.py"
    known = [f"{here}::test_each_named_test_exists", f"{here}::test_each_named_test_exists[any id]"]
    method = "tests/api/test_profiles.py::TestPairsOfEnumAndText::test_an_enum_given_shows_as_text_too"
    assert [exists(test) for test in [*known, method]] == [True, True, True]
    assert [exists(test) for test in [f"{here}::exists", f"{here}::test_nothing", "tests/nowhere.py::test_a"]] == [
        False
    ] * 3
