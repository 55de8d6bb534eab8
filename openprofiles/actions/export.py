"""A whole domain as lines of JSON, page by page: everything that `openprofiles import` needs to make it again.

A profile is one line, with all that hangs on it. Whoever asks for the pages does so in one snapshot of the store:
profiles and objects that move between two of them would be lost, or be there twice.
"""

import msgspec

from openprofiles.actions.page_tokens import open_token, seal
from openprofiles.call import Call
from openprofiles.storage import bundles, dead_letters, definitions, history, key_name_purges, profile_objects, profiles
from openprofiles.storage.bundles import Bundle
from openprofiles.storage.dead_letters import DeadLetter
from openprofiles.storage.definitions import CALCULATED_ATTRIBUTE, OBJECT_TYPE, Definition
from openprofiles.storage.domains import Domain
from openprofiles.storage.history import Change
from openprofiles.storage.profile_objects import DeletedType

FORMAT = 1
PAGE_ROWS, CHANGES_AT_ONCE = 50, 500
PAGE_BYTES = 1024 * 1024
"""A page ends with the row that makes it longer than this."""


class _Line(msgspec.Struct, frozen=True, omit_defaults=True, rename="pascal", tag_field="Line"):
    """Base of all lines."""


class DomainLine(_Line, frozen=True, tag="Domain"):
    """The first line. `exported_at` in milliseconds. Event streams stay behind: a copy tells nobody what it copies."""

    format: int
    exported_at: int
    domain: Domain
    object_types: list[Definition]
    deleted_types: list[DeletedType] = []
    unused_key_names: list[str] = []
    calculated_attributes: list[Definition] = []


class ProfileLine(_Line, frozen=True, tag="Profile"):
    bundle: Bundle


class GoneProfileLine(_Line, frozen=True, tag="GoneProfile"):
    """What is left of a profile that is gone: that it was, and how it went."""

    history: list[Change]


class DeadLetterLine(_Line, frozen=True, tag="DeadLetter"):
    letter: DeadLetter


class EndLine(_Line, frozen=True, tag="End"):
    """The last line: without it the export is not whole. How many lines of each kind came before."""

    profiles: int
    gone_profiles: int
    dead_letters: int


Line = DomainLine | ProfileLine | GoneProfileLine | DeadLetterLine | EndLine

encode = msgspec.json.Encoder().encode

STAGES = ("Profile", "GoneProfile", "DeadLetter")

Position = tuple[int, bytes, list[int]]
"""The stage, the last row that was looked at, and how many lines of each stage there were."""


def export_page(call: Call, domain: Domain, token: str | None) -> tuple[bytes, str | None]:
    """Some lines, and the token for the next ones; None behind the last."""
    scope = ("ExportDomain", domain.number)
    position = _position(call, scope, token)
    lines: list[bytes] = [] if position else [encode(_head(call, domain))]
    stage, after, counts = position or (0, b"", [0] * len(STAGES))
    last, written = _add_rows(call, domain, STAGES[stage], after, lines)
    counts[stage] += written
    if last is None:
        stage, last = stage + 1, b""
    if stage == len(STAGES):
        lines.append(encode(EndLine(*counts)))
    text = b"".join(line + b"\n" for line in lines)
    return text, None if stage == len(STAGES) else seal(call, scope, [stage, last.hex(), *counts])


def _position(call: Call, scope: tuple[object, ...], token: str | None) -> Position | None:
    found = open_token(call, scope, token)
    if found is None:
        return None
    stage, after, *counts = found
    return int(stage), bytes.fromhex(str(after)), [int(count) for count in counts]


def _head(call: Call, domain: Domain) -> DomainLine:
    tx, number = call.tx, domain.number
    return DomainLine(
        format=FORMAT,
        exported_at=call.now,
        domain=domain,
        object_types=definitions.every(tx, number, OBJECT_TYPE),
        deleted_types=profile_objects.deleted_types(tx, number),
        unused_key_names=key_name_purges.names(tx, number),
        calculated_attributes=definitions.every(tx, number, CALCULATED_ATTRIBUTE),
    )


def _add_rows(call: Call, domain: Domain, stage: str, after: bytes, lines: list[bytes]) -> tuple[bytes | None, int]:
    """The last row that was looked at, None where there are no more behind it; how many lines were added."""
    ids, is_last = _ids(call, domain, stage, after)
    before, size = len(lines), 0
    for row in ids:
        line = _line(call, domain, stage, row)
        if line is not None:
            lines.append(encode(line))
            size += len(lines[-1])
        if size > PAGE_BYTES:
            return row, len(lines) - before
    return None if is_last else ids[-1], len(lines) - before


def _ids(call: Call, domain: Domain, stage: str, after: bytes) -> tuple[list[bytes], bool]:
    """The next rows, and whether they are the last."""
    tx, number = call.tx, domain.number
    if stage == "GoneProfile":
        return history.profiles_behind(tx, number, after, CHANGES_AT_ONCE)
    if stage == "Profile":
        found = profiles.ids_behind(tx, number, after, PAGE_ROWS)
    else:
        found = [letter.id for letter in dead_letters.page(tx, number, after, PAGE_ROWS)]
    return found, len(found) < PAGE_ROWS


def _line(call: Call, domain: Domain, stage: str, row: bytes) -> Line | None:
    tx, number = call.tx, domain.number
    if stage == "Profile":
        bundle = bundles.read(tx, number, row)
        return None if bundle is None else ProfileLine(bundle)
    if stage == "GoneProfile":
        lives = profiles.existing(tx, number, [row])
        return None if lives else GoneProfileLine(history.of_profile(tx, number, row))
    letter = dead_letters.find(tx, number, row)
    keys = dead_letters.keys(tx, number, row)
    return None if letter is None else DeadLetterLine(msgspec.structs.replace(letter, keys=keys))
