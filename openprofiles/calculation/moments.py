"""Moments of JSON values: milliseconds since the epoch, of epoch seconds or milliseconds or of ISO 8601."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from openprofiles.calculation.numbers import number_of
from openprofiles.mapping.timestamps import MOST_MILLISECONDS

DAY = 86_400_000
NEVER = 2**63 - 1

FEWEST_MILLISECONDS = 10**11
"""A number below is seconds: as milliseconds it would lie before March 1973, as seconds it reaches the year 5138."""

FEWEST_SECONDS = 10**8
"""Where nothing says that a number is a moment, a smaller one is none: 2024 is a year, 20240131 lacks its dashes."""

EPOCH_DAY = date(1970, 1, 1).toordinal()

_TIME = r"([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:[.,]([0-9]{1,9}))?)?"
_OFFSET = r"([Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)"
_ISO_8601 = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})(?:[Tt ]{_TIME}{_OFFSET}?)?")

Moment = Callable[[Any], int | None]
"""JSON value → milliseconds, None where it is no moment."""


def epoch_moment(value: Any) -> int | None:
    """Seconds or milliseconds since the epoch, as a number or as its text."""
    number = number_of(value)
    if number is None:
        return None
    moment = int(number if abs(number) >= FEWEST_MILLISECONDS else number * 1000)
    return moment if abs(moment) <= MOST_MILLISECONDS else None


def iso_moment(value: Any) -> int | None:
    """A date or a date with a time, to nanoseconds; without an offset (Z, HH:MM, HHMM, HH) it is UTC."""
    day = iso_span(value)
    return None if day is None else day[0]


def moment_of(value: Any) -> int | None:
    """Either of both."""
    span = span_of(value)
    return None if span is None else span[0]


def span_of(value: Any) -> tuple[int, int] | None:
    """The first and the last millisecond that a value means: a date without a time is a whole day in UTC."""
    number = number_of(value)
    if number is None:
        return iso_span(value)
    moment = epoch_moment(value) if abs(number) >= FEWEST_SECONDS else None
    return None if moment is None else (moment, moment)


def iso_span(value: Any) -> tuple[int, int] | None:
    """Like `span_of`, of ISO 8601 alone."""
    found = _ISO_8601.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        midnight = (date(int(found[1]), int(found[2]), int(found[3])).toordinal() - EPOCH_DAY) * DAY
    except ValueError:
        return None
    if found[4] is None:
        return midnight, midnight + DAY - 1
    moment = midnight + _time(found) - _offset(found[8])
    return None if abs(moment) > MOST_MILLISECONDS else (moment, moment)


def _time(found: re.Match[str]) -> int:
    seconds = int(found[4]) * 3600 + int(found[5]) * 60 + int(found[6] or 0)
    return seconds * 1000 + int((found[7] or "0").ljust(3, "0")[:3])


def _offset(text: str | None) -> int:
    if text in (None, "Z", "z"):
        return 0
    minutes = int(text[1:3]) * 60 + int(text[3:].removeprefix(":") or 0)
    return minutes * (-60_000 if text[0] == "-" else 60_000)


MOMENTS: dict[str | None, Moment] = {None: moment_of, "EPOCHMILLI": epoch_moment, "ISO_8601": iso_moment}
"""By TimestampFormat; without one either is read."""
