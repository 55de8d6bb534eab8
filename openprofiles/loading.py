"""`openprofiles load`: a file into the store, with a progress bar and a file of what was refused."""

from itertools import dropwhile
from pathlib import Path
from typing import Literal, TextIO

import msgspec
from rich.progress import TextColumn

from openprofiles.app import now_milliseconds, open_existing_store
from openprofiles.connectors import files
from openprofiles.connectors.csv_rows import csv_lines
from openprofiles.connectors.files import Line, Target
from openprofiles.errors import ApiError, ResourceNotFoundException
from openprofiles.input_file import STANDARD_INPUT, opened, position, progress_bar
from openprofiles.opening import name_of
from openprofiles.settings import Settings, SettingsError

LOADED, REJECTED = TextColumn("{task.fields[stored]} loaded"), TextColumn("{task.fields[rejected]} rejected")


class LoadJob(msgspec.Struct, frozen=True):
    """Which file, how to read it, from which line on, and where refused lines go."""

    file: str
    is_csv: bool
    from_line: int
    rejects: str | None

    @property
    def rejects_path(self) -> Path:
        name = "standard-input" if self.file == STANDARD_INPUT else self.file
        return Path(self.rejects or f"{name}.rejects.ndjson")


class Reject(msgspec.Struct, rename="pascal"):
    """A refused line as it is written to the rejects file."""

    line: int
    code: str
    reason: str
    object: str


def load_file(settings: Settings, target: Target, job: LoadJob) -> files.Progress:
    """Load the file; a progress bar goes to standard error.

    Raises SettingsError (also where Ctrl-C stopped it), OSError, BadRequestException.
    """
    database = open_existing_store(settings)
    progress = files.Progress()
    try:
        with (
            opened(job.file) as (file, size),
            progress_bar(size, LOADED, REJECTED, stored=0, rejected=0) as bar,
            _Rejects(job.rejects_path, job.from_line > 1) as rejects,
        ):
            [task] = bar.task_ids
            lines = csv_lines(file) if job.is_csv else files.ndjson_lines(file)
            wanted = dropwhile(lambda line: line.number < job.from_line, lines)

            def report(now: files.Progress) -> None:
                nonlocal progress
                progress = now
                bar.update(task, completed=position(file, size), stored=now.stored, rejected=now.rejected)

            return files.load(database, target, wanted, now_milliseconds, rejects.add, report)
    except ResourceNotFoundException as unknown:
        looked = f"account {target.principal.account}, region {target.region}, store {name_of(settings)}"
        raise SettingsError(f"{unknown.message} ({looked})") from None
    except KeyboardInterrupt:
        raise SettingsError(f"Stopped. Go on with --from-line {max(progress.last_line + 1, job.from_line)}.") from None
    finally:
        database.close()


class _Rejects:
    """The rejects file, made with the first refused line; a load that goes on from a line adds to it."""

    def __init__(self, path: Path, goes_on: bool) -> None:
        self._path = path
        self._mode: Literal["a", "w"] = "a" if goes_on else "w"
        self._file: TextIO | None = None

    def __enter__(self) -> "_Rejects":
        if self._mode == "w":
            self._path.unlink(missing_ok=True)  # what an earlier load refused is no news of this one
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, line: Line, refusal: ApiError) -> None:
        if self._file is None:
            self._file = self._path.open(self._mode, encoding="utf-8", errors="backslashreplace")
        told = line.text.encode("utf-8", "backslashreplace").decode()
        self._file.write(msgspec.json.encode(Reject(line.number, refusal.code, refusal.message, told)).decode() + "\n")
