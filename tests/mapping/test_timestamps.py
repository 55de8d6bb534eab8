"""The source's own time: EpochMilli and the letters of Java's SimpleDateFormat."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprofiles.errors import BadRequestException
from openprofiles.mapping.json_values import text_of
from openprofiles.mapping.timestamps import PATTERNS, timestamp_parser

DATA = Path(__file__).parent.parent / "data"
FORMATS = json.loads((DATA / "timestamp_formats.json").read_text(encoding="utf-8"))["rows"]


def milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def at(
    year: int,
    month: int,
    day: int,
    hour: int = 0,
    minute: int = 0,
    second: int = 0,
    millisecond: int = 0,
    zone: float = 0,
) -> int:
    """A moment as milliseconds; the zone in hours east of UTC."""
    east = timezone(timedelta(hours=zone))
    return milliseconds(datetime(year, month, day, hour, minute, second, millisecond * 1000, east))


@pytest.mark.parametrize(("pattern", "earlier", "later"), FORMATS)
def test_times_in_a_format_in_use_are_in_order(pattern: str, earlier: Any, later: Any) -> None:
    parse = timestamp_parser(pattern)
    assert parse(text_of(earlier)) < parse(text_of(later))


# Source: API reference PutProfileObjectType; letters of Java's SimpleDateFormat.
READ: dict[str, tuple[str, str, int]] = {
    "EpochMilli": ("EpochMilli", "1700000000123", 1_700_000_000_123),
    "EpochMilli in capitals": ("EPOCHMILLI", "1700000000123", 1_700_000_000_123),
    "EpochMilli before 1970": ("epochmilli", "-1", -1),
    "EpochMilli with spaces": ("EpochMilli", " 17 ", 17),
    "y": ("y", "2024", at(2024, 1, 1)),
    "yy of this century": ("yy", "69", at(2069, 1, 1)),
    "yy of the last century": ("yy", "70", at(1970, 1, 1)),
    "yy with a whole year": ("yy", "2024", at(2024, 1, 1)),
    "yyyy": ("yyyy", "1999", at(1999, 1, 1)),
    "M": ("yyyy-M", "2024-7", at(2024, 7, 1)),
    "MM": ("yyyy-MM", "2024-07", at(2024, 7, 1)),
    "MM without its zero": ("MM/dd/yyyy", "7/4/2024", at(2024, 7, 4)),
    "MMM": ("MMM yyyy", "Jul 2024", at(2024, 7, 1)),
    "MMM in capitals": ("MMM yyyy", "JUL 2024", at(2024, 7, 1)),
    "MMMM": ("MMMM yyyy", "September 2024", at(2024, 9, 1)),
    "d": ("yyyy-MM-d", "2024-02-9", at(2024, 2, 9)),
    "dd": ("yyyy-MM-dd", "2024-02-29", at(2024, 2, 29)),
    "H": ("yyyy H", "2024 9", at(2024, 1, 1, 9)),
    "HH": ("yyyy HH", "2024 23", at(2024, 1, 1, 23)),
    "h and a, midnight": ("yyyy h a", "2024 12 AM", at(2024, 1, 1, 0)),
    "h and a, noon": ("yyyy h a", "2024 12 PM", at(2024, 1, 1, 12)),
    "hh and a": ("yyyy hh:mma", "2024 09:30pm", at(2024, 1, 1, 21, 30)),
    "a with full stops": ("yyyy h a", "2024 9 p.m.", at(2024, 1, 1, 21)),
    "a before h": ("yyyy a h", "2024 PM 1", at(2024, 1, 1, 13)),
    "h without a": ("yyyy hh", "2024 12", at(2024, 1, 1, 0)),
    "H beside a": ("yyyy HH a", "2024 21 PM", at(2024, 1, 1, 21)),
    "m": ("yyyy H:m", "2024 9:5", at(2024, 1, 1, 9, 5)),
    "s": ("yyyy H:m:s", "2024 9:5:7", at(2024, 1, 1, 9, 5, 7)),
    "S counts milliseconds": ("yyyy S", "2024 7", at(2024, 1, 1, 0, 0, 0, 7)),
    "SSS": ("yyyy SSS", "2024 120", at(2024, 1, 1, 0, 0, 0, 120)),
    "more than three digits are a fraction": ("yyyy SSSSSS", "2024 120999", at(2024, 1, 1, 0, 0, 0, 120)),
    "Z": ("yyyy Z", "2024 -0830", at(2024, 1, 1, zone=-8.5)),
    "X": ("yyyyX", "2024+02", at(2024, 1, 1, zone=2)),
    "X for UTC": ("yyyyX", "2024Z", at(2024, 1, 1)),
    "XX": ("yyyyXX", "2024+0530", at(2024, 1, 1, zone=5.5)),
    "XXX": ("yyyyXXX", "2024+05:45", at(2024, 1, 1, zone=5.75)),
    "z by name": ("yyyy z", "2024 PST", at(2024, 1, 1, zone=-8)),
    "z by offset": ("yyyy z", "2024 GMT+2:00", at(2024, 1, 1, zone=2)),
    "z by offset from UTC": ("yyyy z", "2024 UTC-03:30", at(2024, 1, 1, zone=-3.5)),
    "E": ("E, d MMM yyyy", "Wed, 31 Jan 2024", at(2024, 1, 31)),
    "EEEE": ("EEEE d.M.yyyy", "Wednesday 31.1.2024", at(2024, 1, 31)),
    "letters beside each other": ("yyyyMMddHHmmssSSS", "20240131235959007", at(2024, 1, 31, 23, 59, 59, 7)),
    "short year beside letters": ("yyMMdd", "240131", at(2024, 1, 31)),
    "quoted text": ("yyyy-MM-dd'T'HH'h'", "2024-01-31T05h", at(2024, 1, 31, 5)),
    "quoted letters of the pattern": ("'yM'yyyy", "yM2024", at(2024, 1, 1)),
    "quote": ("yyyy''MM", "2024'07", at(2024, 7, 1)),
    "quote in a quoted text": ("yyyy'o''clock'H", "2024o'clock7", at(2024, 1, 1, 7)),
    "signs of regular expressions": ("yyyy.(MM)*[dd]?", "2024.(07)*[09]?", at(2024, 7, 9)),
    "other scripts between": ("yyyy年MM月dd日", "2024年7月9日", at(2024, 7, 9)),
    "spaces around": ("yyyy", " 2024\n", at(2024, 1, 1)),
    "space in the pattern": ("yyyy ", "2024 ", at(2024, 1, 1)),
    "no date": ("HH:mm", "07:30", at(1970, 1, 1, 7, 30)),
    "first moment": ("yyyy-MM-dd", "0001-01-01", at(1, 1, 1)),
    "last moment": ("yyyy-MM-dd HH:mm:ss.SSS", "9999-12-31 23:59:59.999", 253_402_300_799_999),
}


@pytest.mark.parametrize(("pattern", "text", "expected"), READ.values(), ids=READ)
def test_a_time_is_read(pattern: str, text: str, expected: int) -> None:
    assert timestamp_parser(pattern)(text) == expected


def test_these_letters_are_supported_and_no_others() -> None:
    assert set("yMdHhmsSaZXzE") == set(PATTERNS)


UNREADABLE: dict[str, tuple[str, str]] = {
    "EpochMilli: empty": ("EpochMilli", ""),
    "EpochMilli: fraction": ("EpochMilli", "1700000000000.5"),
    "EpochMilli: date": ("EpochMilli", "2024-01-31"),
    "EpochMilli: underscore": ("EpochMilli", "1_700_000"),
    "EpochMilli: after the year 9999": ("EpochMilli", "253402300800000"),
    "EpochMilli: thousands of digits": ("EpochMilli", "1" * 5000),
    "other separator": ("yyyy-MM-dd", "2024/01/31"),
    "text behind": ("yyyy-MM-dd", "2024-01-31T00:00"),
    "text before": ("yyyy", "in 2024"),
    "too few digits beside letters": ("yyyyMMdd", "2024111"),
    "three digits": ("MM/dd/yyyy", "007/04/2024"),
    "month 13": ("yyyy-MM", "2024-13"),
    "month 0": ("yyyy-MM", "2024-00"),
    "unknown month": ("d MMM yyyy", "1 Foo 2024"),
    "day that the month does not have": ("yyyy-MM-dd", "2023-02-29"),
    "hour 24": ("yyyy HH", "2024 24"),
    "hour 13 of half a day": ("yyyy hh a", "2024 13 PM"),
    "minute 60": ("yyyy HH:mm", "2024 00:60"),
    "neither AM nor PM": ("yyyy h a", "2024 1 XM"),
    "year 0": ("yyyy", "0000"),
    "year of 20 digits": ("y" * 20, "1" * 20),
    "day of 20 digits": ("d" * 20, "1" * 20),
    "unknown zone": ("yyyy z", "2024 QQT"),
    "offset of 24 hours": ("yyyyXXX", "2024+24:00"),
    "offset of 60 minutes": ("yyyyXXX", "2024+01:60"),
    "before the year 1": ("yyyy-MM-dd HH:mm:ss.SSSXXX", "9999-12-31 23:59:59.999-01:00"),
}


@pytest.mark.parametrize(("pattern", "text"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_time_of_the_format_is_a_value_error(pattern: str, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        timestamp_parser(pattern)(text)


WRONG_PATTERNS: dict[str, tuple[str, str]] = {
    "unknown letter": ("yyyy-bb", "position 5"),
    "letter that is not supported": ("YYYY-MM", "position 0"),
    "open quote": ("yyyy-MM-dd'T", "position 10"),
    "one letter twice": ("yyyy-MM-yyyy", "position 8"),
    "words": ("EpochSeconds", "position 1"),
    "quoted text only": ("'today'", "holds no part of a date"),
    "signs only": ("--", "holds no part of a date"),
    "empty": ("", "holds no part of a date"),
}


@pytest.mark.parametrize(("pattern", "reason"), WRONG_PATTERNS.values(), ids=WRONG_PATTERNS)
def test_a_wrong_pattern_is_refused_with_its_reason(pattern: str, reason: str) -> None:
    with pytest.raises(BadRequestException) as refused:
        timestamp_parser(pattern)
    assert (pattern in refused.value.message, reason in refused.value.message) == (True, True)


# Letters against the calendar of Python

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def offset(moment: datetime, separator: str) -> str:
    minutes = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{separator}{abs(minutes) % 60:02}"


def half_day(moment: datetime) -> str:
    return "PM" if moment.hour >= 12 else "AM"


# For each part of a time the ways to write it: pattern → text.
YEARS = {"yyyy": lambda t: f"{t.year:04}", "yy": lambda t: f"{t.year % 100:02}", "y": lambda t: f"{t.year}"}
MONTH = {
    "MM": lambda t: f"{t.month:02}",
    "M": lambda t: f"{t.month}",
    "MMM": lambda t: MONTHS[t.month - 1][:3],
    "MMMM": lambda t: MONTHS[t.month - 1],
}
DAY = {"dd": lambda t: f"{t.day:02}", "d": lambda t: f"{t.day}"}
WEEKDAYS = {"EEE": lambda t: DAYS[t.weekday()][:3], "EEEE": lambda t: DAYS[t.weekday()]}
HOURS = {
    "HH": lambda t: f"{t.hour:02}",
    "H": lambda t: f"{t.hour}",
    "hh a": lambda t: f"{(t.hour + 11) % 12 + 1:02} {half_day(t)}",
    "h a": lambda t: f"{(t.hour + 11) % 12 + 1} {half_day(t)}",
    "ahh": lambda t: f"{half_day(t)}{(t.hour + 11) % 12 + 1:02}",
}
MINUTES = {"mm": lambda t: f"{t.minute:02}", "m": lambda t: f"{t.minute}"}
SECONDS = {"ss": lambda t: f"{t.second:02}", "s": lambda t: f"{t.second}"}
FRACTIONS = {
    "SSS": lambda t: f"{t.microsecond // 1000:03}",
    "S": lambda t: f"{t.microsecond // 1000}",
    "SSSSSS": lambda t: f"{t.microsecond:06}",
}
ZONES = {
    "Z": lambda t: offset(t, ""),
    "XX": lambda t: offset(t, ""),
    "XXX": lambda t: offset(t, ":"),
    "z": lambda t: f"GMT{offset(t, ':')}",
}
PARTS: list[dict[str, Any]] = [YEARS, MONTH, DAY, WEEKDAYS, HOURS, MINUTES, SECONDS, FRACTIONS, ZONES]
FORMS = st.tuples(*(st.sampled_from(sorted(part.items())) for part in PARTS)).flatmap(st.permutations)
SEPARATORS = st.sampled_from([(" ", " "), ("/", "/"), ("'T'", "T"), (", ", ", "), ("''", "'"), (".:", ".:")])
MOMENTS = st.datetimes(
    datetime(1970, 1, 2),
    datetime(2069, 12, 30),
    timezones=st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(MOMENTS, FORMS, SEPARATORS)
def test_every_way_to_write_a_moment_is_read_as_that_moment(
    moment: datetime, forms: list[tuple[str, Any]], separator: tuple[str, str]
) -> None:
    pattern = separator[0].join(form for form, _ in forms)
    text = separator[1].join(write(moment) for _, write in forms)
    assert timestamp_parser(pattern)(text) == milliseconds(moment)


@given(MOMENTS)
def test_digits_without_separators_are_read_as_that_moment(moment: datetime) -> None:
    utc = moment.astimezone(UTC)
    text = f"{utc:%Y%m%d%H%M%S}{utc.microsecond // 1000:03}"
    assert timestamp_parser("yyyyMMddHHmmssSSS")(text) == milliseconds(moment)


@given(st.text("yMdHhmsSaZXzE' :-.bé", max_size=12), st.text("0129TZ+-: .AMJanGMT_", max_size=16))
def test_any_pattern_is_read_or_refused_and_any_text_is_a_time_or_a_value_error(pattern: str, text: str) -> None:
    try:
        parse = timestamp_parser(pattern)
    except BadRequestException:
        return
    try:
        assert isinstance(parse(text), int)
    except ValueError:
        return


LONG = st.sampled_from("yMdHhmsS").flatmap(lambda letter: st.tuples(st.just(letter), st.integers(1, 30)))


@given(LONG, st.integers(0, 10**30))
def test_a_run_of_letters_reads_any_number_or_says_that_it_can_not(run: tuple[str, int], number: int) -> None:
    letter, length = run
    try:
        assert timestamp_parser(letter * length)(str(number)) is not None
    except ValueError:
        return
