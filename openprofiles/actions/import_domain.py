"""A domain made anew from the lines of its export.

Until all lines are there the domain belongs to no account, so that nobody sees half of it. What an import that was
cut off has left is removed like a deleted domain.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from openprofiles.actions import merge_journal, recalculate, records
from openprofiles.actions.export import FORMAT, DeadLetterLine, DomainLine, EndLine, GoneProfileLine, Line, ProfileLine
from openprofiles.actions.object_types import decode_document
from openprofiles.call import Call
from openprofiles.errors import BadRequestException
from openprofiles.mapping.definitions import content_types_of_keys
from openprofiles.storage import (
    bundles,
    dead_letters,
    definitions,
    domains,
    erasures,
    history,
    key_name_purges,
    keys,
    profile_objects,
    settings,
)
from openprofiles.storage.database import Transaction
from openprofiles.storage.definitions import CALCULATED_ATTRIBUTE, OBJECT_TYPE
from openprofiles.storage.domains import Counts, Domain
from openprofiles.storage.settings import next_number

LEFT_BEHIND = 60 * 60 * 1000
"""Milliseconds without a line, after which an import does not go on any more."""

GIVEN_UP = "The import has rested for too long, and was given up. Import the file again."

_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


def read_line(text: str) -> Line:
    """Raises BadRequestException for what no export has written."""
    try:
        return _decoder.decode(text)
    except msgspec.DecodeError as error:
        raise BadRequestException(f"This is no line of an export: {error}.") from None


def begin(call: Call, line: Line) -> Domain:
    """From the first line: a domain with its object types and without profiles. Raises BadRequestException."""
    if not isinstance(line, DomainLine) or line.format != FORMAT:
        raise BadRequestException(f"This is no export of format {FORMAT}: its first line tells of no domain.")
    _refuse_existing(call, line.domain.name)
    number = settings.next_number(call.tx)
    domain = replace(line.domain, number=number, account=domains.NOBODY, region=str(number), updated_at=call.now)
    domains.add(call.tx, domain)
    _add_types(call, number, line)
    return domain


def _refuse_existing(call: Call, name: str) -> None:
    if domains.find(call.tx, call.account, call.region, name) is not None:
        raise BadRequestException(f"Domain {name} exists already.")


def _add_types(call: Call, domain: int, line: DomainLine) -> None:
    """Object types keep their numbers, which the claims of their objects name; later types get higher ones."""
    for definition in line.object_types:
        definitions.put(call.tx, domain, OBJECT_TYPE, definition)
        names = content_types_of_keys(decode_document(definition.document))
        keys.set_names(call.tx, domain, definition.number, names)
    numbers = [one.number for one in line.object_types] + [one.object_type for one in line.deleted_types]
    settings.raise_last_number(call.tx, max(numbers, default=0))
    for definition in line.calculated_attributes:
        definitions.put(call.tx, domain, CALCULATED_ATTRIBUTE, replace(definition, number=next_number(call.tx)))


def add(call: Call, domain: Domain, lines: Sequence[Line], absorbed: set[bytes]) -> int:
    """Lines between the first and the last. How many were left out, because they are of customers who were erased;
    `absorbed` holds what later lines have to know of them.
    """
    given, lines = lines, _without_erased(call, domain, lines, absorbed) if call.policy.refuse_erased else lines
    added = [line.bundle for line in lines if isinstance(line, ProfileLine)]
    bundles.add_all(call.tx, domain.number, added)
    gone = [change for line in lines if isinstance(line, GoneProfileLine) for change in line.history]
    history.add_all(call.tx, domain.number, gone)
    letters = [line.letter for line in lines if isinstance(line, DeadLetterLine)]
    dead_letters.add_all(call.tx, domain.number, letters)
    counts = Counts()
    for bundle in added:
        objects, size = len(bundle.objects), sum(row.size for row in bundle.objects)
        counts.add(Counts(1, objects, size, records.metered(objects)))
    domains.count(call.tx, domain.number, counts, call.seed)
    if not domains.touch(call.tx, domain.number, call.now):
        raise BadRequestException(GIVEN_UP)
    return len(given) - len(lines)


def _without_erased(call: Call, domain: Domain, lines: Sequence[Line], absorbed: set[bytes]) -> list[Line]:
    kept = []
    for line in lines:
        if not _is_of_erased(call, domain.name, line, absorbed):
            kept.append(line)
        elif isinstance(line, ProfileLine):
            absorbed.update(merge_journal.absorbed_by(line.bundle.merges))
    return kept


def _is_of_erased(call: Call, domain_name: str, line: Line, absorbed: set[bytes]) -> bool:
    """`absorbed`: what erased customers' profiles have absorbed, of which only the history is left."""
    hashes: set[bytes] = set()
    if isinstance(line, GoneProfileLine):
        return any(change.profile in absorbed for change in line.history)
    if isinstance(line, ProfileLine):
        hashes = {row.hash for supplied in line.bundle.keys for row in supplied.keys}
    elif isinstance(line, DeadLetterLine):
        hashes = set(line.letter.keys)
    return bool(erasures.erased(call.tx, call.account, call.region, domain_name, hashes))


def finish(call: Call, domain: Domain, head: DomainLine, told: EndLine, counted: EndLine) -> None:
    """From the last line: the domain is its account's, and what was being removed goes on being removed. Raises
    BadRequestException where lines are missing.
    """
    if told != counted:
        told_of, there = _in_words(told), _in_words(counted)
        raise BadRequestException(f"The export is not whole: it should have {told_of}, and has {there}.")
    _refuse_existing(call, head.domain.name)
    for deleted in head.deleted_types:
        profile_objects.add_purge(call.tx, domain.number, deleted.object_type, deleted.name, deleted.deleted_at)
    key_name_purges.add(call.tx, domain.number, head.unused_key_names, call.now)
    for definition in definitions.every(call.tx, domain.number, CALCULATED_ATTRIBUTE):
        recalculate.store(call, domain, definition)
    if not domains.give(call.tx, domain.number, call.account, call.region, head.domain.updated_at):
        raise BadRequestException(GIVEN_UP)


def _in_words(end: EndLine) -> str:
    return f"{end.profiles} profiles, {end.gone_profiles} gone ones and {end.dead_letters} dead letters"


def give_up(call: Call, domain: Domain) -> None:
    """What is there of it is removed by a worker."""
    domains.bury(call.tx, domain.number, call.now)


def give_up_left_behind(tx: Transaction, now: int) -> None:
    """Imports that do not go on any more, since their process is gone; in wall time, as imports are."""
    domains.bury_left_behind(tx, now - LEFT_BEHIND, now)
