"""The rows of a CSV, NDJSON or Parquet file, as the matching engine takes them."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from openprofiles.mapping.json_values import text_of
from openprofiles.matching.probabilistic.fields import FIELDS, ROW
from openprofiles.settings import SettingsError

ENCODING = "utf-8-sig"

Columns = dict[str, list[str | None]]


def read_rows(path: Path, names: Mapping[str, str]) -> pa.Table:
    """The columns that the engine knows, as text, with the number of each row from 0. `names`: which field a column of
    another name is. Raises SettingsError for what can not be read, and where no column is one of the engine's.
    """
    readers = {".csv": _of_csv, ".parquet": _of_parquet, ".ndjson": _of_ndjson, ".jsonl": _of_ndjson}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise SettingsError(f"{path}: the name of the file must end in {', '.join(readers)}.")
    try:
        table = reader(path)
    except OSError as error:
        raise SettingsError(f"Can not read {path}: {error.strerror or error}.") from None
    except (pa.ArrowInvalid, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"Can not read {path}: {error}.") from None
    return _known(path, table, names)


def _known(path: Path, table: pa.Table, names: Mapping[str, str]) -> pa.Table:
    missing = [column for column in names if column not in table.column_names]
    if missing:
        raise SettingsError(f"{path} has no column {', '.join(missing)}.")
    wanted = {names.get(column, column): column for column in table.column_names}
    found = [field for field in FIELDS if field in wanted]
    if not found:
        raise SettingsError(
            f"{path} has none of the columns that customers are told by, such as FirstName, EmailAddress or"
            f" Address.City; it has {', '.join(table.column_names[:20])}. Say which is which with --map COLUMN=FIELD."
        )
    texts = {field: table.column(wanted[field]).cast(pa.string()) for field in found}
    return pa.table({ROW: pa.array(range(table.num_rows), pa.int64()), **texts})


def _of_csv(path: Path) -> pa.Table:
    """All values are texts: a phone number is no number."""
    with path.open(encoding=ENCODING, newline="") as file:
        header = next(csv.reader(file), [])
    texts = pa.csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=True)
    return pa.csv.read_csv(
        path,
        read_options=pa.csv.ReadOptions(column_names=header, skip_rows=1),
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=texts,
    )


def _of_parquet(path: Path) -> pa.Table:
    """A member of a structure is a column of its own: `Address.City`."""
    table = pa.parquet.read_table(path)
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def _of_ndjson(path: Path) -> pa.Table:
    columns: Columns = {}
    count = 0
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    with path.open(encoding=ENCODING) as file:
        for count, line in enumerate(filter(str.strip, file), start=1):
            for name, text in _texts(decode(line)):
                column = columns.setdefault(name, [])
                column.extend([None] * (count - 1 - len(column)))
                column.append(text)
    for column in columns.values():
        column.extend([None] * (count - len(column)))
    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})


def _texts(value: dict[str, Any], above: str = "") -> Iterator[tuple[str, str | None]]:
    """The members that hold one value, by their dotted names."""
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _texts(inner, f"{above}{name}.")
        elif not isinstance(inner, list):
            yield f"{above}{name}", text_of(inner) or None
