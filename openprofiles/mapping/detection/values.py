"""What the values of a leaf look like, in all samples that have one."""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TypeGuard

from openprofiles.errors import BadRequestException
from openprofiles.mapping.detection.samples import Scalar
from openprofiles.mapping.detection.words import PLACEHOLDERS, words
from openprofiles.mapping.json_values import text_of
from openprofiles.mapping.timestamps import timestamp_parser

Looks = Callable[[Scalar], bool]

MOST = 64
"""Characters of a value that are looked at: no phone number, date or number is longer."""
LEAST_CODE, LEAST_DIGITS = 3, 5
"""Characters of a code; one of digits alone is no year and no count."""
LEAST_MILLISECONDS, MOST_MILLISECONDS = 10**11, 10**14
"""1973 to 5138. Smaller numbers are seconds since the epoch, which no format reads."""
PARTY_WORDS = words("individual person private consumer retail business company organization corporate b2b b2c other")

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_PHONE = re.compile(r"\+?[0-9\s().\-/x#*ext]+", re.IGNORECASE)
_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|([A-Z][a-z]{2,8},? )?(\d{1,2} [A-Z][a-z]{2,8}|[A-Z][a-z]{2,8} \d{1,2}),? \d{4}"
)
_DAY = re.compile(r"(--)?\d{1,2}[./-]\d{1,2}\.?|(19|20)\d{6}")
"""A birthday without its year, or a date without separators."""
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_POSTAL = re.compile(r"(?=.*[0-9A-Za-z])[0-9A-Za-z\s-]{2,12}")
_HOUSE = re.compile(r"\d{1,5}([\s/-]?[0-9A-Za-z]{1,4})?")
_OPAQUE = re.compile(
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.*\d)[0-9a-f]{16,}|(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w+/=-]{24,}",
    re.IGNORECASE,
)
_URL = re.compile(r"([a-z][a-z0-9+.-]*:)?//\S+|/\S*/\S*|www\.\S+", re.IGNORECASE)

_MAIL_DATE = re.compile(
    r"(?P<day>[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?P<zone>[+-]\d{4}|[A-Z]{3})"
)
_TIMESTAMP = re.compile(
    r"(?:\d{4}(?P<dash>[-/])\d{2}(?P=dash)\d{2}|\d{2}\.\d{2}\.\d{4})"
    r"(?:(?P<between>[T ])\d{2}:\d{2}(?P<seconds>:\d{2}(?P<fraction>\.\d{1,9})?)?"
    r"(?:(?P<space> ?)(?P<zone>Z|[+-]\d{2}(?::?\d{2})?))?)?"
)


def all_look(looks: Looks, values: Iterable[Scalar]) -> bool:
    """True for no values at all: nothing speaks against it."""
    return all(looks(value) for value in values)


def _text(value: Scalar) -> str:
    return text_of(value).strip()[:MOST]


def is_text(value: Scalar) -> TypeGuard[str]:
    return isinstance(value, str)


def is_bool(value: Scalar) -> bool:
    return isinstance(value, bool)


def is_flag(value: Scalar) -> bool:
    return isinstance(value, bool) or text_of(value).lower() in ("true", "false")


def is_email(value: Scalar) -> bool:
    return is_text(value) and _EMAIL.fullmatch(value.strip()[:256]) is not None


def is_phone(value: Scalar) -> bool:
    """Seven to twenty digits (short numbers are extensions), and nothing that is a date."""
    text = _text(value)
    if is_bool(value) or not _PHONE.fullmatch(text) or _DATE.match(text):
        return False
    return 7 <= sum(character.isdigit() for character in text) <= 20


def is_json_number(value: Scalar) -> TypeGuard[int | float | Decimal]:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def is_number(value: Scalar) -> bool:
    return is_json_number(value) or (is_text(value) and _NUMBER.fullmatch(_text(value)) is not None)


def is_written_date(value: Scalar) -> bool:
    return is_text(value) and _DATE.match(_text(value)) is not None


def is_date(value: Scalar) -> bool:
    """A date, a time, a day, or a number that may be one."""
    return (
        is_json_number(value) or is_written_date(value) or (is_text(value) and _DAY.fullmatch(_text(value)) is not None)
    )


def is_name(value: Scalar) -> bool:
    """A text that may be somebody's name."""
    return is_text(value) and "@" not in value and not is_url(value) and not _NUMBER.fullmatch(value[:MOST])


def is_organisation(value: Scalar) -> bool:
    return is_name(value) and not is_opaque(value)


def is_gender(value: Scalar) -> bool:
    return is_text(value) and len(value) <= 20 and not is_flag(value)


def is_party(value: Scalar) -> bool:
    """Whether the customer is a person or a company."""
    return is_text(value) and _text(value).lower() in PARTY_WORDS


def is_note(value: Scalar) -> bool:
    return is_text(value) and not is_url(value)


def is_place(value: Scalar) -> bool:
    """A text that may be the name, or the code, of a town, a state or a country."""
    return is_name(value) and len(text_of(value)) <= 100 and not is_flag(value)


def is_street(value: Scalar) -> bool:
    return is_text(value) and "@" not in value and not is_url(value) and not is_written_date(value)


def is_postal_code(value: Scalar) -> bool:
    return not is_bool(value) and _POSTAL.fullmatch(_text(value)) is not None


def is_house_number(value: Scalar) -> bool:
    """`12`, `12a`, `5-7`."""
    return not is_bool(value) and _HOUSE.fullmatch(_text(value)) is not None


def is_url(value: Scalar) -> bool:
    return is_text(value) and _URL.match(_text(value)) is not None


def is_opaque(value: Scalar) -> bool:
    """A token, a hash or a UUID: it says nothing to a reader."""
    return is_text(value) and _OPAQUE.fullmatch(value[:1000]) is not None


def is_id(value: Scalar) -> bool:
    """A text or a whole number that may name one thing. No flag, no date, no address of a page."""
    if is_bool(value) or is_url(value) or is_written_date(value):
        return False
    text = text_of(value).strip()
    return 0 < len(text) <= 255 and "\n" not in text and (isinstance(value, (str, int)) or text.isdigit())


def has_digit(value: Scalar) -> bool:
    return any(map(str.isdigit, text_of(value)))


def is_code(value: Scalar) -> bool:
    """A text, or a large number, that nothing but a machine would write: `00482211`, `AB-12`."""
    text = text_of(value)
    if not has_digit(value) or " " in text or is_date(text):
        return False
    return len(text) >= (LEAST_DIGITS if text.isdigit() else LEAST_CODE)


def is_placeholder(value: Scalar) -> bool:
    return text_of(value).strip().lower() in PLACEHOLDERS


def is_masked(value: Scalar) -> bool:
    """The last digits of a card, or a number of which only those can be read."""
    return sum(character.isdigit() for character in text_of(value)) <= 4


def timestamp_format(values: Sequence[Scalar]) -> str | None:
    """The SourceLastUpdatedTimestampFormat that reads all values; None where there is none, or more than one."""
    formats = {_format(value) for value in values}
    found = formats.pop() if len(formats) == 1 else None
    return found if found is not None and _reads(found, values) else None


def _format(value: Scalar) -> str | None:
    """None for days that may be months (02/03/2026), too."""
    if is_json_number(value):
        return "EpochMilli" if LEAST_MILLISECONDS <= value < MOST_MILLISECONDS else None
    text = _text(value)
    mail = _MAIL_DATE.fullmatch(text)
    if mail is not None:
        return f"{'EEE, ' if mail['day'] else ''}d MMM yyyy HH:mm:ss {'z' if mail['zone'].isalpha() else 'Z'}"
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    dash = match["dash"]
    return (f"yyyy{dash}MM{dash}dd" if dash else "dd.MM.yyyy") + _time_format(match)


def _time_format(match: re.Match[str]) -> str:
    if match["between"] is None:
        return ""
    between = "'T'" if match["between"] == "T" else " "
    fraction = "." + "S" * max(3, len(match["fraction"]) - 1) if match["fraction"] else ""
    zone = match["zone"]
    letters = "" if zone is None else "XXX" if zone == "Z" or ":" in zone else "Z" if len(zone) == 5 else "X"
    return f"{between}HH:mm{':ss' if match['seconds'] else ''}{fraction}{match['space'] or ''}{letters}"


def _reads(pattern: str, values: Sequence[Scalar]) -> bool:
    try:
        parse = timestamp_parser(pattern)
        for value in values:
            parse(text_of(value))
    except (ValueError, BadRequestException):
        return False
    return True
