"""Templates: blocks, scopes and whitespace as in handlebars; what is refused says where, and what is endless ends.

RENDERS was compared with handlebars.js 4.7.8 (`noEscape`): it gives the same texts but for two. It does not look for
`_source` outside of the block's own value, as Handlebars.java does, and it does not know `[]`.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprofiles.errors import BadRequestException
from openprofiles.mapping.sources import compile_source
from openprofiles.mapping.work import MAX_CHARACTERS, MAX_STEPS, Work

PEOPLE = {"people": [{"name": "Ann", "pets": ["cat", "dog"]}, {"name": "Bob"}], "title": "Dr."}

RENDERS: dict[str, tuple[str, dict[str, Any], str]] = {
    "if": ("{{#if _source.a}}yes{{/if}}!", {"a": "x"}, "yes!"),
    "if without a value": ("{{#if _source.a}}yes{{/if}}!", {}, "!"),
    "else": ("{{#if _source.a}}yes{{else}}no{{/if}}", {"a": ""}, "no"),
    "else as a caret": ("{{#if _source.a}}yes{{^}}no{{/if}}", {}, "no"),
    "else if": ("{{#if _source.a}}1{{else if _source.b}}2{{else}}3{{/if}}", {"b": "x"}, "2"),
    "behind every else if": ("{{#if _source.a}}1{{else if _source.b}}2{{else}}3{{/if}}", {}, "3"),
    "zero is false": ("{{#if _source.a}}yes{{else}}no{{/if}}", {"a": 0}, "no"),
    "an empty list is false": ("{{#if _source.a}}yes{{else}}no{{/if}}", {"a": []}, "no"),
    "an empty object is true": ("{{#if _source.a}}yes{{else}}no{{/if}}", {"a": {}}, "yes"),
    "unless": ("{{#unless _source.a}}none{{else}}some{{/unless}}", {}, "none"),
    "unless with a value": ("{{#unless _source.a}}none{{else}}some{{/unless}}", {"a": 1}, "some"),
    "each": ("{{#each _source.people}}{{name}} {{/each}}", PEOPLE, "Ann Bob "),
    "each of texts": ("{{#each _source.a}}<{{this}}>{{/each}}", {"a": ["x", "y"]}, "<x><y>"),
    "each of nothing": ("{{#each _source.a}}x{{else}}none{{/each}}", {"a": []}, "none"),
    "each member of an object": ("{{#each _source.a}}{{@key}}={{this}};{{/each}}", {"a": {"x": 1, "y": 2}}, "x=1;y=2;"),
    "index": ("{{#each _source.a}}{{@index}}{{this}}{{/each}}", {"a": ["x", "y"]}, "0x1y"),
    "first and last": (
        "{{#each _source.a}}{{#unless @first}}, {{/unless}}{{this}}{{#if @last}}.{{/if}}{{/each}}",
        {"a": ["x", "y", "z"]},
        "x, y, z.",
    ),
    "inside of each other": (
        "{{#each _source.people}}{{#each pets}}{{../name}}:{{this}}@{{@../index}}{{@index}} {{/each}}{{/each}}",
        PEOPLE,
        "Ann:cat@00 Ann:dog@01 ",
    ),
    "the object from inside": (
        "{{#each _source.people}}{{_source.title}}{{this.name}} {{/each}}",
        PEOPLE,
        "Dr.Ann Dr.Bob ",
    ),
    "with": ("{{#with _source.a}}{{b}}{{./c}}{{this.b}}{{/with}}", {"a": {"b": "x", "c": "y"}}, "xyx"),
    "with nothing": ("{{#with _source.a}}{{b}}{{else}}none{{/with}}", {}, "none"),
    "out of with": ("{{#with _source.a}}{{#with b}}{{../c}}{{/with}}{{/with}}", {"a": {"b": {"d": 1}, "c": "y"}}, "y"),
    "an if is no scope": ("{{#with _source.a}}{{#if b}}{{c}}{{/if}}{{/with}}", {"a": {"b": 1, "c": "y"}}, "y"),
    "an element of a list": ("{{#with _source.a}}{{[0].b}}{{/with}}", {"a": [{"b": "x"}]}, "x"),
    "elements of elements": ("{{#each _source.a[].b}}{{this}}{{/each}}", {"a": [{"b": "x"}, {"b": "y"}]}, "xy"),
    "extra space": ("{{#removeExtraSpace}} {{_source.a}}  {{_source.b}} {{/removeExtraSpace}}.", {"b": "B "}, "B."),
    "extra space around a block": (
        "{{#removeExtraSpace}}{{#each _source.a}} {{this}}  {{/each}}{{/removeExtraSpace}}",
        {"a": ["x", "y"]},
        "x y",
    ),
    "whitespace control": ("a {{~#if _source.a~}} b {{~/if~}} c", {"a": 1}, "abc"),
    "comments": ("a{{! not this }}b{{!-- nor }} this --}}c", {}, "abc"),
    "nothing is escaped": ("{{#with _source}}{{a}}{{{a}}}{{&a}}{{/with}}", {"a": "O'Neil & <Co>"}, "O'Neil & <Co>" * 3),
}


@pytest.mark.parametrize(("source", "value", "expected"), RENDERS.values(), ids=RENDERS.keys())
def test_a_template_renders(source: str, value: dict[str, Any], expected: str) -> None:
    assert compile_source(source)(value, Work()) == expected


REFUSED: dict[str, tuple[str, str]] = {
    "block not closed": ("{{#removeExtraSpace}}x", "character 23: block removeExtraSpace is not closed"),
    "block not opened": ("x{{/if}}", "character 2: block if is closed but was not opened"),
    "another block closed": (
        "{{#if _source.a}}x{{/each}}",
        "character 19: block each is closed where block if is open",
    ),
    "unknown block": ("{{#lookup _source.a}}x{{/lookup}}", "character 1: block lookup is not supported"),
    "if of nothing": ("{{#if}}x{{/if}}", "character 1: block if needs a value"),
    "extra space of something": ("{{#removeExtraSpace _source.a}}x{{/removeExtraSpace}}", "takes no value"),
    "else outside": ("a{{else}}b", "character 2: else stands outside"),
    "else in extra space": ("{{#removeExtraSpace}}a{{else}}b{{/removeExtraSpace}}", "character 23: else stands"),
    "second else": ("{{#if _source.a}}a{{else}}b{{else}}c{{/if}}", "character 28: block if has a second else"),
    "this outside": ("{{this.a}}", "an expression begins with _source"),
    "a name outside": ("{{#if _source.a}}{{b}}{{/if}}", "character 18: b is not supported here"),
    "out of the object": ("{{#each _source.a}}{{../b}}{{/each}}", "character 20: b is not supported here"),
    "index outside": ("{{@index}}", "character 1: @index stands outside of a block each"),
    "outer index outside": ("{{#each _source.a}}{{@../index}}{{/each}}", "@../index stands outside"),
    "index in the else of each": ("{{#each _source.a}}x{{else}}{{@index}}{{/each}}", "@index stands outside"),
    "helper": ("{{upper _source.a}}", "there are no helpers"),
    "deep": ("{{#if _source.a}}" * 11 + "{{/if}}" * 11, "nested deeper than 10 levels"),
}


@pytest.mark.parametrize(("source", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_template_is_refused_with_its_place(source: str, words: str) -> None:
    with pytest.raises(BadRequestException) as refused:
        compile_source(source)
    assert words in refused.value.message


def test_many_else_ifs_are_no_nesting() -> None:
    source = "{{#if _source.a0}}0" + "".join(f"{{{{else if _source.a{number}}}}}{number}" for number in range(1, 30))
    assert compile_source(source + "{{/if}}")({"a29": "x"}, Work()) == "29"


OPENING = ["{{#if _source.a}}", "{{#each _source.b}}", "{{#with this}}", "{{#removeExtraSpace}}", "{{else if b}}"]
CLOSING = ["{{/if}}", "{{/each}}", "{{/with}}", "{{/removeExtraSpace}}", "{{else}}"]
BETWEEN = [
    "{{this}}",
    "{{../a}}",
    "{{@index}}",
    "{{~c}}",
    "{{.}}",
    "{{./a}}",
    " x ",
    "{{",
    "}}",
    "{{!",
    "--}}",
    "{{[",
    "@",
]
PIECES = st.sampled_from([*OPENING, *CLOSING, *BETWEEN])


@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_pieces_are_a_template_or_a_bad_request(source: str) -> None:
    try:
        compile_source(source)({"a": "x", "b": [{"c": [1]}, None]}, Work())
    except BadRequestException as refused:
        assert source in refused.message  # noqa: PT017


def test_templates_give_no_more_text_than_an_object_may_have() -> None:
    source, work = compile_source("{{_source.a}}"), Work()
    value = {"a": "x" * (MAX_CHARACTERS // 2)}
    assert [len(source(value, work)) for _ in range(2)] == [MAX_CHARACTERS // 2] * 2
    with pytest.raises(BadRequestException, match="more than 256000 characters"):
        source({"a": "x"}, work)


def test_templates_take_no_more_steps_than_an_object_may_cost() -> None:
    source = compile_source("{{#each _source.a}}{{#each _source.a}}{{/each}}{{/each}}")
    with pytest.raises(BadRequestException, match="more than 200000 steps"):
        source({"a": [1] * 1000}, Work())


def test_element_wise_sources_take_steps_too() -> None:
    source, work = compile_source("_source.a[].b"), Work()
    value: dict[str, Any] = {"a": [{}] * (MAX_STEPS // 2)}
    source(value, work)
    with pytest.raises(BadRequestException, match="more than 200000 steps"):
        source(value, work)


def test_expressions_that_give_nothing_take_steps_too() -> None:
    source = compile_source("{{#each _source.a}}" + "{{b}}" * 100 + "{{/each}}")
    with pytest.raises(BadRequestException, match="more than 200000 steps"):
        source({"a": [0] * 2_500}, Work())
