"""The text of an object: what is taken, exactly as it was written, and what is refused."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprofiles.errors import BadRequestException
from openprofiles.mapping.parsing import MAX_CHARACTERS, MAX_DEPTH, parse_object

NOT_JSON = "Could not parse object string into JSON"
HALF_A_PAIR = "Could not parse object string into JSON: it has half of a surrogate pair"
NOT_OBJECT = "The object is JSON, but not a JSON object."
NUL = "The object holds a NUL character, which no store keeps."
TOO_DEEP = "The object is nested deeper than 512 levels."
TOO_LONG = "The object is longer than 256000 characters (250 KB)."


def nested(levels: int, innermost: str = "1", opening: str = '{"a":', closing: str = "}") -> str:
    """An object with that many levels, itself included."""
    return opening * levels + innermost + closing * levels


def of_text(text: str) -> str:
    """An object with one member, of this JSON text."""
    return f'{{"a":"{text}"}}'


REFUSED: dict[str, tuple[str, str]] = {
    "empty": ("", NOT_JSON),
    "spaces": ("  ", NOT_JSON),
    "no JSON": ("name: Ann", NOT_JSON),
    "not closed": ('{"a": 1', NOT_JSON),
    "two objects": ('{"a": 1} {"b": 2}', NOT_JSON),
    "trailing comma": ('{"a": 1,}', NOT_JSON),
    "single quotes": ("{'a': 1}", NOT_JSON),
    "number that is none": ('{"a": NaN}', NOT_JSON),
    "infinite number": ('{"a": -Infinity}', NOT_JSON),
    "exponent without end": ('{"a": 1e99999999999999999999}', NOT_JSON),
    "integer without end": ('{"a": ' + "9" * 5000 + "}", NOT_JSON),
    "byte order mark": ('\ufeff{"a": 1}', NOT_JSON),
    "control character": ('{"a": "\x01"}', NOT_JSON),
    "bare NUL": ('{"a": "\0"}', NOT_JSON),
    "lone surrogate": ('{"a": "\ud800"}', HALF_A_PAIR),
    "escaped lone high surrogate": ('{"a": "\\ud800"}', HALF_A_PAIR),
    "escaped lone low surrogate": ('{"a": "\\udc00"}', HALF_A_PAIR),
    "escaped high surrogate before a letter": ('{"a": "\\ud800\\u0041"}', HALF_A_PAIR),
    "escaped lone surrogate in a name": ('{"\\ud800": 1}', HALF_A_PAIR),
    "list": ('[{"a": 1}]', NOT_OBJECT),
    "text": ('"a"', NOT_OBJECT),
    "number": ("1", NOT_OBJECT),
    "null": ("null", NOT_OBJECT),
    "true": ("true", NOT_OBJECT),
    "escaped NUL": ('{"a": "x\\u0000y"}', NUL),
    "escaped NUL in a name": ('{"x\\u0000": 1}', NUL),
    "escaped NUL in a list": ('{"a": [1, {"b": "\\u0000"}]}', NUL),
    "escaped NUL in a name further in": ('{"a": [{"\\u0000": 1}]}', NUL),
    "escaped NUL at the deepest level": (nested(MAX_DEPTH, '"\\u0000"'), NUL),
    "a level too deep": (nested(MAX_DEPTH + 1), TOO_DEEP),
    "lists a level too deep": ('{"a":' + nested(MAX_DEPTH, "1", "[", "]") + "}", TOO_DEEP),
    "deep behind a text with quotes": ('{"t": "\\"{\\\\", "a":' + nested(MAX_DEPTH) + "}", TOO_DEEP),
    "far too deep": (nested(40_000), TOO_DEEP),
    "brackets only": ("[" * MAX_CHARACTERS, TOO_DEEP),
    "a character too long": (of_text("x" * (MAX_CHARACTERS - 7)), TOO_LONG),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_object_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(BadRequestException) as refused:
        parse_object(text)
    assert refused.value.message.startswith(reason)


TAKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "empty object": ("{}", {}),
    "space around": (' \r\n\t{"a" : 1}\n', {"a": 1}),
    "null": ('{"a": null}', {"a": None}),
    "a surrogate pair": ('{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
    "text that looks like NUL": ('{"a": "\\\\u0000"}', {"a": "\\u0000"}),
    "other escaped control characters": ('{"a": "\\u0001\\n"}', {"a": "\x01\n"}),
    "the last of two equal names": ('{"a": 1, "a": 2}', {"a": 2}),
    "empty name": ('{"": 1}', {"": 1}),
    "large integer": ('{"a": 123456789012345678901234567890}', {"a": 123456789012345678901234567890}),
}


@pytest.mark.parametrize(("text", "value"), TAKEN.values(), ids=TAKEN)
def test_an_object_is_read(text: str, value: dict[str, Any]) -> None:
    assert parse_object(text) == value


@pytest.mark.parametrize("number", ["1.50", "0.1", "1e3", "-0.0", "1e400", "3.141592653589793238462643383279"])
def test_a_number_keeps_the_digits_that_were_written(number: str) -> None:
    parsed = parse_object(f'{{"a": {number}}}')["a"]
    assert (type(parsed), parsed.as_tuple()) == (Decimal, Decimal(number).as_tuple())


def test_an_object_of_250_kb_is_taken() -> None:
    text = of_text("x" * (MAX_CHARACTERS - 8))
    assert (len(text), len(parse_object(text)["a"])) == (256_000, 255_992)


def test_characters_are_counted_and_not_bytes() -> None:
    assert len(parse_object(of_text("ü" * 255_000))["a"]) == 255_000


DEEP = {
    "objects": nested(MAX_DEPTH),
    "lists": '{"a":' + nested(MAX_DEPTH - 1, "1", "[", "]") + "}",
    "objects with brackets in a text": nested(MAX_DEPTH, '"[[{{"'),
    "text that looks like NUL": nested(MAX_DEPTH, '"\\\\u0000"'),
    "many beside each other": '{"a":[' + "[{}]," * 1000 + "1]}",
    "brackets in a text": of_text("{[" * 600),
    "brackets behind an escaped quote": of_text('\\"' + "{" * 600),
    "brackets behind an escaped backslash": '{"\\\\":"' + "{" * 600 + '"}',
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_512_levels_are_taken_and_only_levels_count(text: str) -> None:
    assert len(parse_object(text)) == 1


ANY_CHARACTER = st.characters(exclude_categories=())
JSON_PIECES = st.sampled_from(
    [
        *'{}[]",:0-.eE\\ \n\0',
        '"a"',
        "\\u0000",
        "\\ud800",
        "\\udc00",
        "null",
        "true",
        "1e999",
        "NaN",
        '{"a":',
        "é",
        "\ud800",
    ]
)


@given(st.text(ANY_CHARACTER) | st.lists(JSON_PIECES, max_size=30).map("".join))
def test_any_text_is_an_object_or_a_bad_request(text: str) -> None:
    try:
        assert isinstance(parse_object(text), dict)
    except BadRequestException as refused:
        assert refused.message  # noqa: PT017


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, VALUES, max_size=4), st.booleans())
def test_an_object_is_read_as_it_was_written(value: dict[str, Any], escaped: bool) -> None:
    assert parse_object(json.dumps(value, ensure_ascii=escaped)) == value
