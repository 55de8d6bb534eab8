"""Lines of a file → objects, in batches of one transaction each, without HTTP."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TextIO

import msgspec

from openprofiles.actions.incoming import Incoming
from openprofiles.actions.ingest import Outcome, ingest
from openprofiles.actions.lookup import find_domain
from openprofiles.actions.object_types import object_type_to_fill
from openprofiles.call import Call, Principal
from openprofiles.errors import ApiError, BadRequestException
from openprofiles.settings import Policy, Quotas
from openprofiles.storage.database import Database, Transaction

BATCH = 200
"""Lines of one transaction: enough to make the commit cheap, few enough not to hold up others."""


class Line(msgspec.Struct, frozen=True):
    """A line or CSV row of a file, by its number (from 1), and the object in it as JSON text. One that can not be read
    has a `fault`, and its own text.
    """

    number: int
    text: str
    fault: BadRequestException | None = None


class Target(msgspec.Struct, frozen=True):
    """Where a file's objects go, and who says so."""

    principal: Principal
    region: str
    domain_name: str
    object_type_name: str
    quotas: Quotas
    refuses_erased: bool = False


class Progress(msgspec.Struct):
    """What has become of the lines so far. `last_line` is committed, with all before it."""

    stored: int = 0
    rejected: int = 0
    last_line: int = 0


def ndjson_lines(file: TextIO) -> Iterator[Line]:
    """One object a line; blank lines are passed over."""
    for number, text in enumerate(file, start=1):
        if text.strip():
            yield Line(number, text.strip())


def load(
    database: Database,
    target: Target,
    lines: Iterable[Line],
    clock: Callable[[], int],
    reject: Callable[[Line, ApiError], None],
    report: Callable[[Progress], None],
) -> Progress:
    """Ingest all lines. `reject` is told of each refused one, `report` of each committed batch.

    An object that was loaded before is replaced by the value of its UNIQUE key, so a file can be loaded again after an
    interruption. Raises ResourceNotFoundException for an unknown domain or object type.
    """
    progress, source = Progress(), iter(lines)
    while batch := list(islice(source, BATCH)):
        outcomes = database.write(_work(target, batch, clock()), size=sum(len(line.text) for line in batch)).result()
        for line, outcome in zip(batch, outcomes, strict=True):
            refusal = refused(outcome)
            if refusal is None:
                progress.stored += 1
            else:
                reject(line, refusal)
                progress.rejected += 1
        progress.last_line = batch[-1].number
        report(progress)
    return progress


def refused(outcome: Outcome | ApiError) -> ApiError | None:
    """Why an object is in no profile: it was refused, or it is kept as a dead letter."""
    if isinstance(outcome, ApiError):
        return outcome
    return None if outcome.rejection is None else BadRequestException(f"Dead letter: {outcome.rejection[1]}")


def _work(target: Target, batch: list[Line], now: int) -> Callable[[Transaction], list[Outcome | ApiError]]:
    seed = secrets.token_bytes(16)

    def work(tx: Transaction) -> list[Outcome | ApiError]:
        policy = Policy(refuse_erased=target.refuses_erased)
        call = Call(tx, target.principal, target.region, now, "", seed, target.quotas, policy)
        domain = find_domain(call, target.domain_name)
        object_type = object_type_to_fill(call, domain, target.object_type_name)
        readable = [Incoming(call, object_type, line.text) for line in batch if line.fault is None]
        outcomes = iter(ingest(tx, domain, readable))
        return [line.fault or next(outcomes) for line in batch]

    return work
