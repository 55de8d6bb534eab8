"""Sources: accessors, constants and templates without blocks; what is refused says where."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprofiles.errors import BadRequestException
from openprofiles.mapping.sources import compile_source
from openprofiles.mapping.work import Work

READS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "member": ("_source.a", {"a": "x"}, "x"),
    "nested member": ("_source.a.b.c", {"a": {"b": {"c": 7}}}, 7),
    "element": ("_source.a[1].b", {"a": [{}, {"b": "y"}]}, "y"),
    "element beyond the end": ("_source.a[2]", {"a": [1]}, None),
    "element as a member": ("_source.a.0", {"a": ["x"]}, "x"),
    "quoted member": ("_source.['a b']", {"a b": "x"}, "x"),
    "quoted member without a dot": ('_source["a.b"].c', {"a.b": {"c": "x"}}, "x"),
    "member in brackets": ("_source.[a b]", {"a b": "x"}, "x"),
    "each element": ("_source.a[].b", {"a": [{"b": 1}, {}, {"b": 3}]}, [1, None, 3]),
    "elements of elements": ("_source.a[].b[].c", {"a": [{"b": [{"c": 1}]}, {}, {"b": [{"c": 2}]}]}, [1, 2]),
    "each element of what is no list": ("_source.a[].b", {"a": "x"}, None),
    "missing member": ("_source.a.b", {}, None),
    "member of a text": ("_source.a.b", {"a": "x"}, None),
    "constant": ("web shop", {}, "web shop"),
    "no source": ("", {"a": "x"}, ""),
    "text around": ("Dr. {{ _source.a }}!", {"a": "Ann"}, "Dr. Ann!"),
    "triple braces": ("{{{_source.a}}}", {"a": "<b>"}, "<b>"),
    "no escaping": ("{{_source.a}}", {"a": "O'Neil & <Co>"}, "O'Neil & <Co>"),
    "values that are no text": ("{{_source.a}}{{_source.b}}{{_source.c}}", {"a": 1.5, "b": True, "c": None}, "1.5true"),
    "a structure in a text": ("<{{_source.a}}>", {"a": {"b": 1}}, "<>"),
}


@pytest.mark.parametrize(("source", "value", "expected"), READS.values(), ids=READS.keys())
def test_a_source_reads(source: str, value: dict[str, Any], expected: Any) -> None:
    assert compile_source(source)(value, Work()) == expected


REFUSED: dict[str, tuple[str, str]] = {
    "other root": ("_profile.FirstName", "_profile"),
    "other root in a template": ("{{_target.a}}", "_target"),
    "not closed": ("ab {{_source.a", "character 4"),
    "empty expression": ("{{}}", "{{}}"),
    "empty member": ("_source..a", "member name"),
    "negative index": ("_source.a[-1]", "[-1]"),
    "two paths": ("{{_source.a _source.b}}", "more than one path"),
}


@pytest.mark.parametrize(("source", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_source_is_refused_with_its_reason(source: str, words: str) -> None:
    with pytest.raises(BadRequestException) as refused:
        compile_source(source)
    assert words in refused.value.message


@given(st.text("_source.{}[]#/'\"a 0", max_size=40))
def test_any_text_is_a_source_or_a_bad_request(text: str) -> None:
    try:
        compile_source(text)({"a": "x"}, Work())
    except BadRequestException as refused:
        assert text in refused.message  # noqa: PT017
