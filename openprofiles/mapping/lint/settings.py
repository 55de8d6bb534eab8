"""Rules on what an object type says besides fields and keys: times, time to live, how many objects."""

import re
from collections.abc import Iterator

from openprofiles.mapping.lint.findings import Finding, finding
from openprofiles.mapping.lint.meanings import UPDATE_TIME
from openprofiles.mapping.lint.view import View

SHORT_DAYS = 7
FEW_OBJECTS = 10

_QUOTED = re.compile(r"'[^']*'")


def no_source_time(view: View) -> Iterator[Finding]:
    """Objects that tell when they changed, and a mapping that does not listen: with that target it has a format."""
    fields = [field for field in view.fields if field.meaning == UPDATE_TIME]
    writes = any(field.target is not None for field in view.fields if field not in fields)
    if fields and writes and view.document.source_last_updated_timestamp_format is None:
        message = (
            f"Field {fields[0].name} ({fields[0].source.text}) is the time of the last change, and nothing has the"
            " target _profile.SourceLastUpdatedTimestamp: an older object that comes late wins; map it there, and give"
            " a SourceLastUpdatedTimestampFormat."
        )
        yield finding("NoSourceTime", fields[0].name, message)


def _has_source_time(view: View) -> bool:
    return any(field.target is not None and field.target.is_timestamp for field in view.fields)


def unused_timestamp_format(view: View) -> Iterator[Finding]:
    pattern = view.document.source_last_updated_timestamp_format
    if pattern is not None and not _has_source_time(view):
        message = (
            f"SourceLastUpdatedTimestampFormat {pattern} is given, and no field has the target"
            " _profile.SourceLastUpdatedTimestamp: the time of ingestion counts instead; map a field there."
        )
        yield finding("UnusedTimestampFormat", None, message)


def doubtful_timestamp_format(view: View) -> Iterator[Finding]:
    pattern = view.document.source_last_updated_timestamp_format or "EpochMilli"
    reason = None if pattern.lower() == "epochmilli" else _doubt(set(_QUOTED.sub("", pattern)))
    if reason is not None:
        message = f"SourceLastUpdatedTimestampFormat {pattern} {reason}."
        yield finding("DoubtfulTimestampFormat", None, message)


def _doubt(letters: set[str]) -> str | None:
    if "m" in letters and not letters & {"H", "h"}:
        return "has minutes (m) without hours; months are M"
    if "h" in letters and "a" not in letters:
        return (
            "has hours up to 12 (h) without a, so that afternoons are refused or taken for mornings; use H for 0 to 23"
        )
    return None


def short_expiration(view: View) -> Iterator[Finding]:
    days = view.document.expiration_days
    if days is not None and days < SHORT_DAYS:
        message = (
            f"ExpirationDays is {days}: objects are gone within a week; give at least {SHORT_DAYS}, or leave it out to"
            " have the domain's."
        )
        yield finding("ShortExpiration", None, message)


def few_objects(view: View) -> Iterator[Finding]:
    """Where the UNIQUE key is the only PROFILE key, a profile has one object of the type anyway."""
    count = view.document.max_profile_object_count
    has_many = any(not key.is_unique for key in view.profile_keys)
    if count is not None and count < FEW_OBJECTS and has_many:
        message = (
            f"MaxProfileObjectCount is {count}: a profile's older objects go without a word when more come; raise it,"
            " unless only the newest count."
        )
        yield finding("FewObjects", None, message)
