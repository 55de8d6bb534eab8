"""A domain made anew from the lines of its export.

Until all lines are there the domain belongs to no account, so that nobody sees half of it. What an import that was
cut off has left is removed like a deleted domain.
"""

from collections.abc import Sequence

import msgspec

from openprofiles.actions import records
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
from openprofiles.storage.definitions import OBJECT_TYPE
from openprofiles.storage.domains import Counts, Domain

NOBODY = ""
"""The account of a domain that is being imported."""

LEFT_BEHIND = 60 * 60 * 1000
"""Milliseconds without a line, after which an import does not go on any more."""

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
    for left in domains.of_account_before(call.tx, NOBODY, call.now - LEFT_BEHIND):
        domains.bury(call.tx, left, call.now)
    number = settings.next_number(call.tx)
    domain = msgspec.structs.replace(
        line.domain, number=number, account=NOBODY, region=str(number), updated_at=call.now
    )
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
    for deleted in line.deleted_types:
        profile_objects.add_purge(call.tx, domain, deleted.object_type, deleted.name, deleted.deleted_at)
    key_name_purges.add(call.tx, domain, line.unused_key_names, call.now)
    numbers = [one.number for one in line.object_types] + [one.object_type for one in line.deleted_types]
    settings.raise_last_number(call.tx, max(numbers, default=0))


def add(call: Call, domain: Domain, lines: Sequence[Line]) -> int:
    """Lines between the first and the last. How many were left out, because they are of customers who were erased."""
    given, lines = lines, _without_erased(call, domain, lines) if call.refuses_erased else lines
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
    domains.touch(call.tx, domain.number, call.now)
    return len(given) - len(lines)


def _without_erased(call: Call, domain: Domain, lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if not _is_of_erased(call, domain.name, line)]


def _is_of_erased(call: Call, domain_name: str, line: Line) -> bool:
    hashes: set[bytes] = set()
    if isinstance(line, ProfileLine):
        hashes = {row.hash for supplied in line.bundle.keys for row in supplied.keys}
    elif isinstance(line, DeadLetterLine):
        hashes = set(line.letter.keys)
    return bool(erasures.erased(call.tx, call.account, call.region, domain_name, hashes))


def finish(call: Call, domain: Domain, name: str, updated_at: int, told: EndLine, counted: EndLine) -> None:
    """From the last line: the domain is its account's. Raises BadRequestException where lines are missing."""
    if told != counted:
        raise BadRequestException(f"The export is not whole: its last line tells of {told}, and there were {counted}.")
    _refuse_existing(call, name)
    domains.give(call.tx, domain.number, call.account, call.region, updated_at)


def give_up(call: Call, domain: Domain) -> None:
    """What is there of it is removed by a worker."""
    domains.bury(call.tx, domain.number, call.now)
