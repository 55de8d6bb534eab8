"""Expressions over the attributes of one object."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openprofiles.calculation.expressions import check_names, compile_expression
from openprofiles.errors import BadRequestException
from tests.calculation.definitions import reading


def number(expression: str, **document: Any) -> Decimal | None:
    return compile_expression(expression).number(reading(document))


def text(expression: str, **document: Any) -> str | None:
    return compile_expression(expression).text(reading(document))


def message(expression: str) -> str:
    with pytest.raises(BadRequestException) as caught:
        compile_expression(expression)
    return caught.value.message


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("{T.a}", "6"),
        ("({T.a})", "6"),
        ("{T.a}+{T.b}", "10"),
        ("{T.a} - {T.b} - 1", "1"),
        ("{T.a} / {T.b} / 3", "0.5"),
        ("{T.a} + {T.b} * 2", "14"),
        ("({T.a} + {T.b}) * 2", "20"),
        ("2 * ({T.a} - ({T.b} + 1))", "2"),
        ("-{T.a}", "-6"),
        ("- -{T.a}", "6"),
        ("-{T.a} * -{T.b}", "24"),
        ("10 - -{T.a}", "16"),
        ("-({T.a} + {T.b}) / 4", "-2.5"),
        ("{T.a} * .5 + 1.", "4"),
        ("{T.a} * {T.a} - {T.a}", "30"),
        ("\t{T.a}\n+ 1 ", "7"),
    ],
)
def test_arithmetic_follows_precedence_parentheses_and_signs(expression: str, value: str) -> None:
    assert text(expression, a=6, b=4) == value


def test_decimals_are_exact() -> None:
    assert text("{T.a} + {T.b}", a=0.1, b=0.2) == "0.3"


def test_a_number_may_be_a_text() -> None:
    assert text("{T.a} * 2", a="12.50") == "25"


def test_a_quotient_is_shown_with_fifteen_digits() -> None:
    assert text("{T.a} / 3 * 3", a=1) == "1"
    assert text("{T.a} / 3", a=2) == "0.666666666666667"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("voice", "voice"),
        (" ", " "),
        ("1.50", "1.50"),
        (Decimal("1.50"), "1.5"),
        (Decimal("1E+3"), "1000"),
        (7, "7"),
        (True, "true"),
        ("x" * 300, "x" * 255),
    ],
)
def test_a_term_alone_may_be_of_any_kind(value: Any, shown: str) -> None:
    assert text("{T.a}", a=value) == shown


@pytest.mark.parametrize("value", [None, "", {"b": 1}, ["b"]])
def test_what_is_empty_or_not_scalar_has_no_value(value: Any) -> None:
    assert text("{T.a}", a=value) is None


def test_a_name_may_be_dotted() -> None:
    assert text("{CTR.agent.id}", agent={"id": "x"}) == "x"


@pytest.mark.parametrize("value", [None, "", "abc", True, [1], Decimal("1E999999999"), "9" * 200])
def test_arithmetic_on_what_is_no_number_has_no_value(value: Any) -> None:
    assert number("{T.a} + 1", a=value) is None


@pytest.mark.parametrize("expression", ["{T.b} / {T.a}", "1 / ({T.a} - {T.a}) + {T.b}", "{T.a} / {T.a}"])
def test_a_division_by_zero_has_no_value(expression: str) -> None:
    assert number(expression, a=0, b=1) is None


@pytest.mark.parametrize("value", ["1e99", "1e-99"])
def test_a_result_beyond_all_bounds_has_no_value(value: str) -> None:
    assert number("{T.a} * {T.a}", a=value) is None


def test_a_result_of_zero_is_a_number_however_small_its_factors_are() -> None:
    assert number("{T.a} * {T.a} * {T.b}", a="1e-99", b=0) == 0


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("", "expected {Type.name}, a number or ( at its end"),
        ("1 + 2", "it has no {Type.name}"),
        ("{T.a} +", "expected {Type.name}, a number or ( at its end"),
        ("+{T.a}", "expected {Type.name}, a number or ( at '+{T.a}'"),
        ("{T.a} * / 2", "expected {Type.name}, a number or ( at '/ 2'"),
        ("{T.a} {T.b}", "expected an operator at '{T.b}'"),
        ("{T.a} 2", "expected an operator at '2'"),
        ("{T.a}(1)", "expected an operator at '(1)'"),
        ("({T.a}", "expected ) at its end"),
        ("{T.a})", "no ( belongs to the ) at ')'"),
        ("()", "expected {Type.name}, a number or ( at ')'"),
        ("{T.a} + {U.b}", "another type than T at '{U.b}'"),
        ("{T.a} + {T.b} + {T.c}", "more than 2 different attributes at '{T.c}'"),
        ("{T.a} % 2", "expected {Type.name}, a number, an operator or a parenthesis at '% 2'"),
        ("T.a", "expected {Type.name}, a number, an operator or a parenthesis at 'T.a'"),
        ("{a}", "expected {Type.name}, a number, an operator or a parenthesis at '{a}'"),
        ("{ T.a }", "expected {Type.name}, a number, an operator or a parenthesis at '{ T.a }'"),
        ("{T.}", "expected {Type.name}, a number, an operator or a parenthesis at '{T.}'"),
        ("{1T.a}", "expected {Type.name}, a number, an operator or a parenthesis at '{1T.a}'"),
        ("{T.a} * 1e3", "expected {Type.name}, a number, an operator or a parenthesis at 'e3'"),
        ("{T.a} * " + "1" * 101, "the number is too long at '1"),
    ],
)
def test_a_wrong_expression_is_refused_with_what_is_wrong_where(expression: str, problem: str) -> None:
    assert message(expression).startswith(f"Expression {expression}: {problem}")


def test_an_expression_over_255_characters_is_refused() -> None:
    assert message("{T.a}" + " " * 251) == "The Expression is longer than 255 characters."


@pytest.mark.parametrize(("before", "after"), [("(" * 125, ")" * 125), ("-" * 250, ""), ("-(" * 80, ")" * 80)])
def test_deep_nesting_works(before: str, after: str) -> None:
    assert number(f"{before}{{T.a}}{after}", a=5) == 5


@pytest.mark.parametrize("expression", ["(" * 255, ")" * 255, "-" * 255, "{" * 255, "({T.a}+" * 36])
def test_hostile_nesting_is_refused(expression: str) -> None:
    assert message(expression).startswith("Expression ")


def test_every_name_must_be_among_the_attributes() -> None:
    check_names("{T.a} + {T.b.c}", ["b.c", "a"])

    with pytest.raises(BadRequestException, match=r"Expression \{T.a\} \+ \{T.b.c\}: b.c is not among the Attributes"):
        check_names("{T.a} + {T.b.c}", ["a"])


def test_an_expression_knows_its_type_and_names() -> None:
    compiled = compile_expression("{_order-1.b} + {_order-1.a.x} + {_order-1.b}")

    assert (compiled.object_type, compiled.names) == ("_order-1", ("b", "a.x"))


LEAVES = st.sampled_from(["{T.a}", "{T.b}", "2", "0.25", "7"])
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", " * "]), inner).map("".join),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"-{text}"),
    ),
    max_leaves=8,
)
VALUES = st.decimals(min_value=-1000, max_value=1000, places=3)


@settings(deadline=None)
@given(EXPRESSIONS.filter(lambda text: "{" in text and len(text) <= 255), VALUES, VALUES)
def test_any_expression_is_what_exact_arithmetic_says(expression: str, a: Decimal, b: Decimal) -> None:
    python = expression.replace("0.25", "F('0.25')").replace("{T.a}", "F(a)").replace("{T.b}", "F(b)")

    assert number(expression, a=a, b=b) == eval(python, {"F": Fraction, "a": a, "b": b})


@settings(deadline=None)
@given(st.text("{}T.ab12+-*/() e", max_size=40))
def test_any_text_is_an_expression_or_refused(expression: str) -> None:
    try:
        compiled = compile_expression(expression)
    except BadRequestException:
        return
    assert compiled.text(reading({"a": 3, "b": 0})) is None or compiled.names


def test_the_difference_of_two_timestamps_is_in_seconds() -> None:
    times = {"end": "2026-11-01T10:02:30.500Z", "begin": "2026-11-01T12:00:00+02:00"}
    assert compile_expression("{T.end} - {T.begin}").number(times.get) == Decimal("150.5")
