"""The way to an attribute of an object."""

from typing import Any

import pytest

from openprofiles.mapping.attributes import value_at

OBJECT = {
    "a": 1,
    "agent": {"id": "x", "tags": ["p", "q"]},
    "b.c": 2,
    "b": {"c": 3, "d": 4},
    "e/f": {"~g": 5},
    "": 6,
    "n": None,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", 1),
        ("agent.id", "x"),
        ("/agent/id", "x"),
        ("agent.tags.1", "q"),
        ("/agent/tags/0", "p"),
        ("b.c", 2),
        ("/b/c", 3),
        ("b.d", 4),
        ("/e~1f/~0g", 5),
        ("/", 6),
        ("Agent.ID", "x"),
    ],
)
def test_a_path_is_dotted_or_a_json_pointer(path: str, value: Any) -> None:
    assert value_at(OBJECT, path) == value


@pytest.mark.parametrize(
    "path", ["z", "n", "n.a", "a.b", "agent.z", "agent.tags.2", "agent.tags.-1", "agent.tags.x", "agent..id", "/z/z"]
)
def test_there_is_no_value_where_the_path_leads_nowhere(path: str) -> None:
    assert value_at(OBJECT, path) is None
