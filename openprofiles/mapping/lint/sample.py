"""What hurts when a mapping meets a sample object: rules that need values."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

import msgspec

from openprofiles.errors import BadRequestException
from openprofiles.mapping.content_types import NORMALISERS
from openprofiles.mapping.definitions import ObjectTypeDocument
from openprofiles.mapping.json_values import text_of
from openprofiles.mapping.keys import key_content_type
from openprofiles.mapping.lint import values
from openprofiles.mapping.lint.findings import Finding, by_severity, finding
from openprofiles.mapping.lint.values import Sample
from openprofiles.mapping.lint.view import Field, view_of
from openprofiles.mapping.object_types import INFERRED, compile_object_type, evaluate
from openprofiles.mapping.paths import Each, Step
from openprofiles.mapping.sources import compile_source
from openprofiles.mapping.work import Work

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
"""A change outside of these years is a time that was read wrongly, as seconds are where milliseconds are asked for."""

UNKNOWN = "correct the source, unless other objects have it"
MOST_COMPARED, LONGEST_COMPARED = 60, 64
"""Members, and characters of a name: comparing takes long where both are many."""

SIMILAR = 0.75
"""How much alike the names of members are of which one may be meant for the other, of 1."""


def lint_sample(document: ObjectTypeDocument, parsed: dict[str, Any]) -> list[Finding]:
    """What hurts in a definition that validation takes when it reads this object, as `parse_object` gives it: in the
    order of `lint`.
    """
    view = view_of(document)
    try:
        work = Work()
        read = {field.name: compile_source(field.source.text)(parsed, work) for field in view.fields}
    except BadRequestException as refusal:
        return [_refused(refusal)]
    sample = Sample(view, parsed, read, {field.name: _text(field, read[field.name]) for field in view.fields})
    return by_severity(found for rule in RULES for found in rule(sample))


def _text(field: Field, value: Any) -> str:
    """As `evaluate` sees it: a phone without digits and a name of spaces are empty."""
    text = text_of(value)
    if field.content_type in INFERRED and not NORMALISERS[field.content_type](text):
        return ""
    return "" if text.isspace() and field.content_type != "STRING" else text


def object_refused(sample: Sample) -> Iterator[Finding]:
    """The same evaluation as that of an ingestion, and the time that it reads."""
    stored = msgspec.json.encode(sample.view.document).decode()
    try:
        time = evaluate(compile_object_type(stored), sample.parsed).source_time
    except BadRequestException as refusal:
        yield _refused(refusal)
    else:
        if time is not None and not EARLIEST <= time / 1000 < LATEST:
            yield _doubtful_time(sample)


def _refused(refusal: BadRequestException) -> Finding:
    message = f"The object is refused: {refusal.message.rstrip('.')}; change the mapping, or mend it at the source."
    return finding("ObjectRefused", None, message)


def _doubtful_time(sample: Sample) -> Finding:
    """Of several fields with that target the last one decides."""
    pattern = sample.view.document.source_last_updated_timestamp_format
    *_, field = [one for one in sample.view.fields if one.target is not None and one.target.is_timestamp]
    message = (
        f"Field {field.name} reads {sample.texts[field.name]} as a change outside of the years 1990 to 2099; make"
        f" SourceLastUpdatedTimestampFormat {pattern} fit the source, which may give seconds."
    )
    return finding("DoubtfulTime", field.name, message)


def missing_source(sample: Sample) -> Iterator[Finding]:
    """A source that finds nothing of what it looks at; null is something. A template's sources are not the user's."""
    if sample.view.document.template_id:
        return
    for field in sample.view.fields:
        paths = field.source.looked_at
        if paths and not any(is_there(sample.parsed, steps) for steps in paths):
            message = (
                f"Field {field.name} is empty, as the object has nothing at {field.source.text};"
                f" {_advice(sample.parsed, paths[0])}."
            )
            yield finding("MissingSource", field.name, message)


def is_there(value: Any, steps: list[Step]) -> bool:
    """Whether the path leads somewhere; of an empty list nobody knows what its elements would have."""
    for place, step in enumerate(steps):
        if isinstance(step, Each):
            return isinstance(value, list) and (not value or any(is_there(one, steps[place + 1 :]) for one in value))
        if not _has(value, step):
            return False
        value = value[step if isinstance(value, dict) else int(step)]
    return True


def _has(value: Any, step: str | int) -> bool:
    """Whether there is such a member, or such an element: by `[0]`, or by `.0` as handlebars allows."""
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and (isinstance(step, int) or step.isdecimal()) and int(step) < len(value)


def _advice(value: Any, steps: list[Step]) -> str:
    """Names the member that may be meant, where the path first leads nowhere."""
    for step in steps:
        if isinstance(step, Each):
            break
        if not _has(value, step):
            near = _near(str(step), value) if isinstance(value, dict) else None
            return f"perhaps {near} is meant" if near else UNKNOWN
        value = value[step if isinstance(value, dict) else int(step)]
    return UNKNOWN


def _near(name: str, members: dict[str, Any]) -> str | None:
    """Few and short ones are compared letter by letter; of many, those that differ in case and punctuation alone."""
    if len(members) > MOST_COMPARED:
        plain = _plain(name)
        return next((member for member in members if _plain(member) == plain), None)
    by_fold = {member.casefold(): member for member in members if len(member) <= LONGEST_COMPARED}
    found = get_close_matches(name.casefold()[:LONGEST_COMPARED], by_fold, 1, SIMILAR)
    return by_fold[found[0]] if found else None


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def skipped_key(sample: Sample) -> Iterator[Finding]:
    """A composite key with an empty part is left out whole, unless it is UNIQUE."""
    for key in sample.view.keys:
        kinds = {field.name: key_content_type(key.name, field.content_type) for field in key.fields}
        empty = [name for name, kind in kinds.items() if not NORMALISERS[kind](sample.texts[name])]
        if not key.is_unique and empty and len(empty) < len(kinds):
            message = (
                f"Key {key.name} is left out, as its part {', '.join(empty)} is empty in this object; leave the part"
                " out of the key if that is common."
            )
            yield finding("SkippedKey", key.name, message)


Rule = Callable[[Sample], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    object_refused,
    values.unreadable_value,
    values.value_of_other_type,
    values.placeholder_value,
    values.dropped_value,
    missing_source,
    skipped_key,
)
