"""`openprofiles import`: the export of a domain into the store, with a progress bar."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO, TypeVar

import msgspec
from rich.progress import TextColumn

from openprofiles.actions import import_domain
from openprofiles.actions.export import DeadLetterLine, DomainLine, EndLine, GoneProfileLine, Line, ProfileLine
from openprofiles.app import now_milliseconds, open_store
from openprofiles.call import Call, Principal
from openprofiles.errors import ApiError, BadRequestException
from openprofiles.input_file import STANDARD_INPUT, opened, position, progress_bar
from openprofiles.settings import Policy, Settings, SettingsError
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.domains import Domain

T = TypeVar("T")

BATCH_LINES = 200
BATCH_BYTES = 4 * 1024 * 1024
"""A transaction ends with the line that fills it."""

Batch = list[tuple[Line, int]]
"""Lines, and the bytes of each."""

ORDER = (ProfileLine, GoneProfileLine, DeadLetterLine)


class Owner(msgspec.Struct, frozen=True):
    """Whose the domain is to be; None is whose it was. `refuses_erased`: not with customers whom they have erased."""

    account: str | None = None
    region: str | None = None
    refuses_erased: bool = False


class Imported(msgspec.Struct, frozen=True):
    """The domain's name, and how many profiles and dead letters of erased customers are not in it."""

    name: str
    left_out: int


def import_file(settings: Settings, file: str, owner: Owner) -> Imported:
    """Make the domain of an export. Raises SettingsError, also where Ctrl-C stopped it."""
    if file != STANDARD_INPUT and not Path(file).exists():
        raise SettingsError(f"There is no file {file}.")
    database = open_store(settings)
    try:
        with opened(file) as (text, size), progress_bar(size, TextColumn("{task.fields[lines]} lines"), lines=0) as bar:
            [task] = bar.task_ids

            def report(lines: int) -> None:
                bar.update(task, completed=position(text, size), lines=lines)

            return run(database, owner, text, report)
    except OSError as error:
        raise SettingsError(f"Can not read {file}: {error.strerror}.") from None
    except ApiError as error:
        raise SettingsError(error.message) from None
    except KeyboardInterrupt:
        raise SettingsError("Stopped. Nothing of the domain is there; import it again.") from None
    finally:
        database.close()


def run(database: Database, owner: Owner, file: TextIO, report: Callable[[int], None]) -> Imported:
    """Import an open file. The domain has the name that it had: the unique keys of its objects depend on it. Raises
    BadRequestException, and then nothing of the domain is there.
    """
    lines = read_lines(file)
    head = next(lines, (None, 0))[0]
    if not isinstance(head, DomainLine):
        raise BadRequestException("This is no export of a domain: its first line tells of none.")
    writer = Writer(database, owner, head.domain)
    domain = writer.write(lambda call: import_domain.begin(call, head))
    try:
        told, counted = add_lines(writer, domain, lines, report)
        writer.write(lambda call: import_domain.finish(call, domain, head, told, counted))
    except BaseException:
        writer.write(lambda call: import_domain.give_up(call, domain))
        raise
    return Imported(head.domain.name, writer.left_out)


class Writer:
    """Runs works as calls of the domain's owner. `left_out`: how many lines were, since their customers were
    erased; `absorbed`: profiles that those had absorbed.
    """

    def __init__(self, database: Database, owner: Owner, former: Domain) -> None:
        self._database = database
        self._principal = Principal("openprofiles-import", owner.account or former.account)
        self._region = owner.region or former.region
        self._refuses_erased = owner.refuses_erased
        self.left_out = 0
        self.absorbed: set[bytes] = set()

    def write(self, work: Callable[[Call], T], size: int = 0) -> T:
        now, seed = now_milliseconds(), secrets.token_bytes(16)
        return self._database.write(lambda tx: work(self._call(tx, now, seed)), size).result()

    def _call(self, tx: Transaction, now: int, seed: bytes) -> Call:
        return Call(tx, self._principal, self._region, now, "", seed, policy=Policy(refuse_erased=self._refuses_erased))


def add_lines(
    writer: Writer, domain: Domain, lines: Iterator[tuple[Line, int]], report: Callable[[int], None]
) -> tuple[EndLine, EndLine]:
    """Write all lines; what the last one tells of them, and what they were."""
    counts, told = dict.fromkeys(ORDER, 0), None
    for batch in batches(lines):
        added = add_batch(writer, domain, batch)
        for kind in ORDER:
            counts[kind] += sum(isinstance(line, kind) for line in added)
        told = next((line for line, _ in batch if isinstance(line, EndLine)), told)
        report(sum(counts.values()))
    if told is None:
        raise BadRequestException("The export is not whole: its last line is missing.")
    return told, EndLine(*(counts[kind] for kind in ORDER))


def add_batch(writer: Writer, domain: Domain, batch: Batch) -> list[Line]:
    added: list[Line] = [line for line, _ in batch if not isinstance(line, EndLine)]
    size = sum(size for _, size in batch)
    writer.left_out += writer.write(lambda call: import_domain.add(call, domain, added, writer.absorbed), size)
    return added


def read_lines(file: TextIO) -> Iterator[tuple[Line, int]]:
    """The lines and their sizes. Raises BadRequestException that tells which line is none."""
    for number, text in enumerate(file, start=1):
        try:
            yield import_domain.read_line(text), len(text)
        except (BadRequestException, UnicodeEncodeError) as error:
            raise BadRequestException(f"Line {number}: {error}") from None


def batches(lines: Iterator[tuple[Line, int]]) -> Iterator[Batch]:
    batch: Batch = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH_LINES or sum(size for _, size in batch) > BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch
