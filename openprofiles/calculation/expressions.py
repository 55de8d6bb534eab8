"""Expressions over the attributes of one object: `{Order.Price} * {Order.Quantity} / 100`.

Terms `{Type.name}` of one type, numbers, + - * / and a minus sign, parentheses. At most two different names. A term
alone may be of any kind; arithmetic is of numbers, and of timestamps as seconds.
"""

import re
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any, NoReturn

import msgspec

from openprofiles.calculation.moments import iso_moment
from openprofiles.calculation.numbers import EXACT, MAX_CHARACTERS, QUOTIENT, number_of, rounded, within_bounds
from openprofiles.errors import BadRequestException
from openprofiles.mapping.content_types import plain_decimal
from openprofiles.mapping.json_values import text_of

MAX_NAMES = 2

Read = Callable[[str], Any]
"""Name of an attribute → its JSON value in one object, None where it has none."""

Operation = Callable[[Decimal, Decimal], Decimal]
Step = Decimal | str | Operation
"""Of a program in postfix order: a number, the name of an attribute, or what takes the last two numbers away."""

TYPE_NAME = r"[a-zA-Z_][a-zA-Z_0-9-]*"
_TOKEN = re.compile(
    rf"\{{(?P<type>{TYPE_NAME})\.(?P<name>[a-zA-Z0-9_.-]+)\}}"
    r"|(?P<number>[0-9]+\.?[0-9]*|\.[0-9]+)"
    r"|(?P<symbol>[-+*/()])"
)
_SPACE = re.compile(r"\s*")

MINUS_SIGN = "minus sign"
PRECEDENCE = {"(": 0, "+": 1, "-": 1, "*": 2, "/": 2, MINUS_SIGN: 3}
OPERATIONS: dict[str, Operation] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": QUOTIENT.divide,
    MINUS_SIGN: EXACT.subtract,  # from a zero before it
}


class Expression(msgspec.Struct, frozen=True):
    """A compiled expression. `names`: the attributes that it reads. `divides`: its results may be rounded ones."""

    object_type: str
    names: tuple[str, ...]
    program: tuple[Step, ...]
    divides: bool

    def number(self, read: Read) -> Decimal | None:
        """None where a term is no number, at a division by zero, and for a result beyond all bounds."""
        if self._is_one_term():
            return number_of(read(self.names[0]))
        try:
            result = _run(self.program, read)
        except ArithmeticError:
            return None
        return None if result is None else within_bounds(result)

    def text(self, read: Read) -> str | None:
        """The value as it is shown; None for what is absent or empty, an object or a list."""
        if self._is_one_term():
            return text_of(read(self.names[0]))[:MAX_CHARACTERS] or None
        number = self.number(read)
        if number is None:
            return None
        return plain_decimal(rounded(number) if self.divides else number)

    def is_filled(self, read: Read) -> bool:
        """Whether each of its attributes has a value."""
        return all(text_of(read(name)) for name in self.names)

    def _is_one_term(self) -> bool:
        return len(self.program) == 1


def _run(program: tuple[Step, ...], read: Read) -> Decimal | None:
    stack: list[Decimal] = []
    for step in program:
        if isinstance(step, Decimal):
            stack.append(step)
        elif isinstance(step, str):
            number = _term(read(step))
            if number is None:
                return None
            stack.append(number)
        else:
            right = stack.pop()
            stack[-1] = step(stack[-1], right)
    return stack[-1]


def _term(value: Any) -> Decimal | None:
    """In arithmetic a timestamp is its seconds since the epoch: the difference of two is a duration."""
    number = number_of(value)
    moment = iso_moment(value) if number is None else None
    return number if moment is None else Decimal(moment) / 1000


def check_names(text: str, attributes: Collection[str]) -> None:
    """Raises BadRequestException where the expression reads what the definition's Attributes do not list."""
    for name in compile_expression(text).names:
        if name not in attributes:
            raise BadRequestException(f"Expression {text}: {name} is not among the Attributes.")


@lru_cache(1_024)
def compile_expression(text: str) -> Expression:
    """Raises BadRequestException that says what is wrong where."""
    if len(text) > MAX_CHARACTERS:
        raise BadRequestException(f"The Expression is longer than {MAX_CHARACTERS} characters.")
    parser = _Parser(text)
    for token in _tokens(text):
        parser.take(token)
    program = parser.end()
    return Expression(parser.object_type, tuple(parser.names), program, OPERATIONS["/"] in program)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    position = _end_of_space(text, 0)
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            _refuse(text, "expected {Type.name}, a number, an operator or a parenthesis", position)
        yield token
        position = _end_of_space(text, token.end())


def _end_of_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return position if found is None else found.end()


def _refuse(text: str, problem: str, position: int) -> NoReturn:
    place = repr(text[position:]) if position < len(text) else "its end"
    raise BadRequestException(f"Expression {text}: {problem} at {place}.")


class _Parser:
    """Infix → postfix. Operators wait on a stack of their own: nesting is no recursion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.object_type = ""
        self.names: list[str] = []
        self.program: list[Step] = []
        self.waiting: list[str] = []
        self.expects_operand = True

    def take(self, token: re.Match[str]) -> None:
        if self.expects_operand:
            self._operand(token)
        else:
            self._operator(token)

    def end(self) -> tuple[Step, ...]:
        if self.expects_operand:
            self._refuse("expected {Type.name}, a number or (", len(self.text))
        self._release(1)
        if self.waiting:
            self._refuse("expected )", len(self.text))
        if not self.names:
            raise BadRequestException(f"Expression {self.text}: it has no {{Type.name}}.")
        return tuple(self.program)

    def _operand(self, token: re.Match[str]) -> None:
        if token["symbol"] == "(":
            self.waiting.append("(")
        elif token["symbol"] == "-":
            self.program.append(Decimal(0))
            self.waiting.append(MINUS_SIGN)
        elif token["symbol"]:
            self._refuse("expected {Type.name}, a number or (", token.start())
        else:
            self.program.append(self._number(token) if token["number"] else self._term(token))
            self.expects_operand = False

    def _number(self, token: re.Match[str]) -> Decimal:
        number = number_of(token["number"])
        if number is None:
            self._refuse("the number is too long", token.start())
        return number

    def _term(self, token: re.Match[str]) -> str:
        name = token["name"]
        if self.object_type not in ("", token["type"]):
            self._refuse(f"another type than {self.object_type}", token.start())
        if name not in self.names:
            self.names.append(name)
        if len(self.names) > MAX_NAMES:
            self._refuse(f"more than {MAX_NAMES} different attributes", token.start())
        self.object_type = token["type"]
        return name

    def _operator(self, token: re.Match[str]) -> None:
        symbol = token["symbol"]
        if symbol == ")":
            self._release(1)
            if not self.waiting:
                self._refuse("no ( belongs to the )", token.start())
            self.waiting.pop()
        elif symbol and symbol != "(":
            self._release(PRECEDENCE[symbol])
            self.waiting.append(symbol)
            self.expects_operand = True
        else:
            self._refuse("expected an operator", token.start())

    def _release(self, precedence: int) -> None:
        """Operators that bind as closely or closer go into the program."""
        while self.waiting and PRECEDENCE[self.waiting[-1]] >= precedence:
            self.program.append(OPERATIONS[self.waiting.pop()])

    def _refuse(self, problem: str, position: int) -> NoReturn:
        _refuse(self.text, problem, position)
