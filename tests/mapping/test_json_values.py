"""JSON values as text."""

from decimal import Decimal
from typing import Any

import pytest

from openprofiles.mapping.json_values import json_text, text_of

TEXTS = [
    (1234, "1234"),
    (Decimal("1.50"), "1.5"),
    (1234.0, "1234"),
    (10**30, "1" + "0" * 30),
    (False, "false"),
    (None, ""),
]


@pytest.mark.parametrize(("value", "text"), TEXTS)
def test_a_scalar_has_its_json_text(value: Any, text: str) -> None:
    assert text_of(value) == json_text(value) == text


def test_a_structure_is_compact_json_only_where_that_is_wanted() -> None:
    value = {"b": [1, "x", Decimal("1.25")]}
    assert (text_of(value), json_text(value)) == ("", '{"b":[1,"x",1.25]}')
