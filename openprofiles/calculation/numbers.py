"""Numbers of JSON values: exact decimals within bounds, and integers that share one scale."""

import re
from collections.abc import Iterable
from decimal import Context, Decimal, DivisionByZero, InvalidOperation
from functools import reduce
from typing import Any

MAX_DIGITS = 100
"""A number with more significant digits, or whose first digit stands farther from the point, is no number: none is ever
written out digit by digit at the wish of who sent it.
"""

MAX_CHARACTERS = 255
"""The longest text that is looked at for a number, and the longest value that is shown."""

EXACT = Context(prec=MAX_DIGITS, traps=[DivisionByZero, InvalidOperation])
"""Sums and products as they are, as far as a number has digits."""

QUOTIENT = Context(prec=17, traps=[DivisionByZero, InvalidOperation])
"""Divisions seldom end; 17 digits are what a double needs."""

SHOWN_QUOTIENT = Context(prec=15)
"""Two digits fewer than quotients have, so that three thirds are 1."""

WIDE = Context(prec=4 * MAX_DIGITS)
"""Room for every number within the bounds, at every scale that another one asks for."""

_SMALL = 10**18
_MOST_BITS = (10 ** (MAX_DIGITS + 1)).bit_length()
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def number_of(value: Any) -> Decimal | None:
    """A JSON number, or a text that is one ("12.50"), as an exact decimal; None for anything else."""
    if isinstance(value, Decimal):
        return within_bounds(value) if value.is_finite() else None
    if isinstance(value, int):
        return _integer(value)
    if not isinstance(value, (str, float)):
        return None
    text = str(value).strip()
    if len(text) > MAX_CHARACTERS or not _NUMBER.fullmatch(text):
        return None
    return within_bounds(Decimal(text))


def _integer(value: int) -> Decimal | None:
    if isinstance(value, bool) or value.bit_length() > _MOST_BITS:
        return None
    return Decimal(value) if -_SMALL < value < _SMALL else within_bounds(Decimal(value))


def within_bounds(number: Decimal) -> Decimal | None:
    """The number without digits that say nothing; None where it is too long, too large or too small."""
    if not number:
        return Decimal(0)
    if abs(number.adjusted()) > MAX_DIGITS:
        return None
    fitted = EXACT.plus(number)
    return fitted if fitted == number else None


def rounded(number: Decimal) -> Decimal:
    """A result of divisions, as it is shown."""
    return SHOWN_QUOTIENT.plus(number)


def scale_of(number: Decimal) -> int:
    """How many decimal places it needs: 12.50 → 1, 1200 → 0."""
    return max(0, -int(number.normalize(WIDE).as_tuple().exponent))


def common_scale(numbers: Iterable[Decimal]) -> int:
    """How many decimal places suffice for all: an exact sum has as many as the term that is written with most."""
    return max(0, -int(reduce(WIDE.add, numbers, Decimal(0)).as_tuple().exponent))


def scaled(number: Decimal, scale: int) -> int:
    """12.5 at scale 2 → 1250. The scale is at least what the number needs."""
    return int(number.scaleb(scale, WIDE))


def unscaled(number: int, scale: int) -> str:
    """1250 at scale 2 → 12.5, plainly: no exponent, no trailing zeros."""
    if not scale:
        return str(number)
    digits = str(abs(number)).zfill(scale + 1)
    text = f"{digits[:-scale]}.{digits[-scale:]}".rstrip("0").rstrip(".")
    return f"-{text}" if number < 0 else text
