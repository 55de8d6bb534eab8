"""The run of `openprofiles dedupe`: read, resolve, write, tell."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pyarrow as pa
import pyarrow.parquet
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from openprofiles.dedupe import explanation
from openprofiles.dedupe.rows import read_rows
from openprofiles.dedupe.summary import lines_of, summarise
from openprofiles.matching.probabilistic.database import Bounds
from openprofiles.matching.probabilistic.engine import Resolution, resolve
from openprofiles.matching.probabilistic.fields import FIELDS
from openprofiles.settings import SettingsError

Tell = Callable[[str], None]


class DedupeJob(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. `explain`: two rows whose comparison is to be shown; `names`: column → field."""

    file: Path
    out: Path | None = None
    explain: tuple[int, int] | None = None
    names: dict[str, str] = {}
    memory: str = "2GB"
    threads: int = 2


def dedupe(job: DedupeJob, tell: Tell) -> None:
    """Raises SettingsError for what can not be read, written or explained."""
    rows = read_rows(job.file, job.names)
    writer = None if job.out is None else _writer(job.out)
    with TemporaryDirectory(prefix="openprofiles-") as folder, _resolved(rows, job, folder) as resolution:
        if writer is not None:
            _write(job.out or Path(), resolution, writer)
        if job.explain is None:
            for line in lines_of(summarise(rows, resolution.groups)):
                tell(line)
        else:
            _explain(rows, resolution, *job.explain, tell)


def names_of(given: Sequence[str]) -> dict[str, str]:
    """`COLUMN=FIELD` of each. Raises SettingsError."""
    names = {}
    for one in given:
        column, equals, field = one.partition("=")
        if not equals or field not in FIELDS:
            raise SettingsError(f"--map {one}: write COLUMN=FIELD, where FIELD is one of {', '.join(FIELDS)}.")
        names[column] = field
    return names


def _resolved(rows: pa.Table, job: DedupeJob, folder: str) -> Resolution:
    """What does not fit into memory goes to the folder."""
    shown = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*shown, console=Console(stderr=True)) as bar:
        task = bar.add_task("normalise", total=1.0)
        return resolve(
            rows,
            Bounds(job.memory, job.threads, folder),
            lambda step, done: bar.update(task, description=step, completed=done),
        )


Write = Callable[[pa.Table, Path], None]


def _writer(path: Path) -> Write:
    writers: dict[str, Write] = {".csv": _as_csv, ".parquet": _as_parquet, ".ndjson": _as_ndjson}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise SettingsError(f"--out {path}: the name must end in {', '.join(writers)}.")
    return writer


def _write(path: Path, resolution: Resolution, writer: Write) -> None:
    try:
        writer(resolution.groups.table(), path)
    except OSError as error:
        raise SettingsError(f"Can not write {path}: {error.strerror or error}.") from None


def _as_csv(table: pa.Table, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.column_names)
        writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _as_parquet(table: pa.Table, path: Path) -> None:
    pa.parquet.write_table(table, path)


def _as_ndjson(table: pa.Table, path: Path) -> None:
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in table.to_pylist()))


def _explain(rows: pa.Table, resolution: Resolution, low: int, high: int, tell: Tell) -> None:
    missing = [row for row in (low, high) if not 0 <= row < rows.num_rows]
    if missing or low == high:
        raise SettingsError(f"--explain {low} {high}: give two rows from 0 to {rows.num_rows - 1}.")
    for line in explanation.lines_of(rows, resolution.explain(low, high)):
        tell(line)
