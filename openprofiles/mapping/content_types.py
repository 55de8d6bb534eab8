"""Normal forms: two values of a content type are the same where their normal forms are equal.

Rules of "Field definitions in Customer Profiles object type mappings"; where it is silent (numbers, extensions, `00`)
the rule is this product's own. An empty normal form means that the value is empty. Normalising twice changes nothing.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

STRING = "STRING"
NUMBER = "NUMBER"
EMAIL_ADDRESS = "EMAIL_ADDRESS"
PHONE_NUMBER = "PHONE_NUMBER"
NAME = "NAME"

MAX_DIGITS = 100
"""A number whose exponent goes further is compared as text: it would be written out digit by digit."""

NANP_LENGTH = 11
DIGITS = "0123456789"

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_EXTENSION = re.compile(r"(?<=[0-9])[\s,;(]*(?:ext(?:ension)?|x|#)[.:=\s]*[0-9]{0,7}\)?\Z", re.IGNORECASE)
"""Behind the number: what stands before it is a label (`Fax 555…`, `#555…`)."""
_PHONE_PUNCTUATION = str.maketrans("", "", " +-().,/\t")


def normalise(content_type: str, value: str) -> str:
    """The normal form of a value in a content type."""
    return NORMALISERS[content_type](value)


def plain_decimal(number: Decimal) -> str:
    """A finite number without exponent and trailing zeros: 1.50 → 1.5, 1234.0 → 1234, 1e3 → 1000."""
    if abs(number.adjusted()) > MAX_DIGITS:
        return str(number)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _string(value: str) -> str:
    return value


def _number(value: str) -> str:
    if value.isdigit() and value.isascii():
        return value.lstrip("0") or "0"
    text = value.strip()
    if len(text) > 2 * MAX_DIGITS or not _NUMBER.fullmatch(text):
        return value if text else ""
    return plain_decimal(Decimal(text))


def _email_address(value: str) -> str:
    return value.strip().casefold()


def _name(value: str) -> str:
    return " ".join(value.split()).casefold()


@lru_cache(4_096)
def _phone_number(value: str) -> str:
    digits = value.translate(_PHONE_PUNCTUATION)
    if not (digits.isascii() and digits.isdigit()):
        digits = _digits_of(_EXTENSION.sub("", value.rstrip()))
    zeros = len(digits) - len(digits.lstrip("0"))
    digits = digits[zeros - zeros % 2 :]
    if len(digits) == NANP_LENGTH and digits[0] == "1" and digits[1] in "23456789":
        return digits[1:]
    return digits


def _digits_of(value: str) -> str:
    """The decimal digits of any script, as ASCII."""
    return "".join(DIGITS[unicodedata.decimal(character)] for character in value if character.isdecimal())


NORMALISERS: dict[str, Callable[[str], str]] = {
    STRING: _string,
    NUMBER: _number,
    EMAIL_ADDRESS: _email_address,
    PHONE_NUMBER: _phone_number,
    NAME: _name,
}
