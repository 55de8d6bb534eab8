"""SourceLastUpdatedTimestamp: `EpochMilli`, or a pattern of Java's SimpleDateFormat, compiled once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from openprofiles.errors import BadRequestException

Parser = Callable[[str], int]
"""A timestamp's text → milliseconds since the epoch. Raises ValueError."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOST_MILLISECONDS = 253_402_300_799_999

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
ZONES = {
    "Z": 0,
    "UTC": 0,
    "GMT": 0,
    "UT": 0,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}

ZONE_PATTERN = r"Z|[+-]\d{2}:?\d{2}|[+-]\d{2}|(?:GMT|UTC)[+-]\d{1,2}:?\d{2}|[A-Z]{2,4}"
PATTERNS = {
    "y": r"\d{2,4}",
    "M": r"[A-Za-z]{3,9}|\d{1,2}",
    "d": r"\d{1,2}",
    "H": r"\d{1,2}",
    "h": r"\d{1,2}",
    "m": r"\d{1,2}",
    "s": r"\d{1,2}",
    "S": r"\d{1,9}",
    "a": r"[AaPp]\.?[Mm]\.?",
    "Z": ZONE_PATTERN,
    "X": ZONE_PATTERN,
    "z": ZONE_PATTERN,
    "E": r"[A-Za-z]{3,9}",
}
LETTER = re.compile(r"[A-Za-z]")
TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+", re.DOTALL)


@lru_cache(512)
def timestamp_parser(pattern: str) -> Parser:
    """Raises BadRequestException where the pattern can not be read."""
    if pattern.lower() == "epochmilli":
        return _epoch_milli
    expression, letters = _expression(pattern)
    if not letters:
        raise BadRequestException(f"SourceLastUpdatedTimestampFormat {pattern} holds no part of a date.")
    compiled = re.compile(expression)
    return lambda text: _parse(compiled, text)


def _epoch_milli(text: str) -> int:
    if "_" in text:
        raise ValueError(text)  # Python reads 1_000 as a number; nobody else does
    return _in_range(int(text.strip()), text)


def _expression(pattern: str) -> tuple[str, set[str]]:
    """The pattern as a regular expression with one named group for each letter."""
    expression, letters, position = "", set[str](), 0
    while position < len(pattern):
        match = TOKEN.match(pattern, position)
        if match is None or (match[2] and (match[2] not in PATTERNS or match[2] in letters)):
            raise BadRequestException(
                f"SourceLastUpdatedTimestampFormat {pattern} can not be read at position {position}."
            )
        if match[2]:
            letters.add(match[2])
            neighbours = pattern[max(position - 1, 0) : position] + pattern[match.end() : match.end() + 1]
            expression += f"(?P<{match[2]}>{_digits(match[2], len(match[0]), LETTER.search(neighbours) is not None)})"
        elif match[1] is not None:
            expression += re.escape(match[1].replace("''", "'") or "'")
        else:
            expression += re.escape(match[0])
        position = match.end()
    return expression, letters


def _digits(letter: str, length: int, beside: bool) -> str:
    """Letters beside each other, as in yyyyMMdd, take as many digits as they are; others may lack leading zeros."""
    if letter not in "yMdHhms" or length < 2 or (letter == "M" and length > 2):
        return PATTERNS[letter]
    if beside or (letter == "y" and length > 2):
        return rf"\d{{{length}}}"
    return PATTERNS["y"] if letter == "y" else rf"\d{{1,{length}}}"


def _parse(compiled: re.Pattern[str], text: str) -> int:
    match = compiled.fullmatch(text) or compiled.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    found = {letter: value for letter, value in match.groupdict().items() if value is not None}
    fraction = found.get("S", "0")
    try:
        milliseconds = (_moment(found) - EPOCH) // timedelta(milliseconds=1)
    except OverflowError:
        raise ValueError(text) from None
    return _in_range(milliseconds + int(fraction[:3] if len(fraction) > 3 else fraction), text)


def _moment(found: dict[str, str]) -> datetime:
    return datetime(
        _year(found.get("y", "1970")),
        _month(found.get("M", "1")),
        int(found.get("d", "1")),
        _hour(found),
        int(found.get("m", "0")),
        int(found.get("s", "0")),
        tzinfo=_zone(next((found[letter] for letter in "XZz" if letter in found), "Z")),
    )


def _in_range(milliseconds: int, text: str) -> int:
    if abs(milliseconds) > MOST_MILLISECONDS:
        raise ValueError(text)
    return milliseconds


def _year(text: str) -> int:
    return int(text) + (2000 if int(text) < 70 else 1900) if len(text) <= 2 else int(text)


def _month(text: str) -> int:
    return int(text) if text.isdigit() else MONTHS.index(text[:3].lower()) + 1


def _hour(found: dict[str, str]) -> int:
    if "H" in found or "h" not in found:
        return int(found.get("H", "0"))
    hour = int(found["h"])
    if hour > 12:
        raise ValueError(found["h"])
    return hour % 12 + (12 if found.get("a", "a").lower().startswith("p") else 0)


def _zone(text: str) -> timezone:
    if text in ZONES:
        return timezone(timedelta(hours=ZONES[text]))
    offset = re.fullmatch(r"(?:GMT|UTC)?([+-])(\d{1,2}):?([0-5]\d)?", text)
    if offset is None:
        raise ValueError(text)
    sign = -1 if offset[1] == "-" else 1
    return timezone(sign * timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0)))
