"""Rows of a file, whatever its form, as the engine takes them."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from openprofiles.dedupe.command import names_of
from openprofiles.dedupe.rows import read_rows
from openprofiles.settings import SettingsError

EXPECTED = {
    "Row": [0, 1],
    "FirstName": ["Ann", "Bob"],
    "PhoneNumber": ["0100", None],
    "Address.City": ["Rome", "Oslo"],
}


def read(path: Path, *names: str) -> dict[str, list[object]]:
    return dict(read_rows(path, names_of(names)).to_pydict())


def test_a_csv_file_holds_texts(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        '\ufeffFirstName,PhoneNumber,Address.City,note\nAnn,0100,Rome,x\nBob,,Oslo,"a\nb"\n', encoding="utf-8"
    )
    assert read(path) == EXPECTED


def test_an_ndjson_file_may_nest(tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    path.write_text(
        '{"FirstName":"Ann","PhoneNumber":"0100","Address":{"City":"Rome"}}\n\n'
        '{"FirstName":"Bob","Address.City":"Oslo","tags":["x"]}\n'
    )
    assert read(path) == EXPECTED


def test_a_parquet_file_may_nest(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    address = pa.array([{"City": "Rome"}, {"City": "Oslo"}])
    table = pa.table({"FirstName": ["Ann", "Bob"], "PhoneNumber": ["0100", None], "Address": address})
    pa.parquet.write_table(table, path)
    assert read(path) == EXPECTED


def test_a_column_of_another_name_can_be_mapped(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("given,id\nAnn,1\n")
    assert read(path, "given=FirstName") == {"Row": [0], "FirstName": ["Ann"]}


REFUSED = {
    "rows.txt": ("x", (), "must end in"),
    "none.csv": (None, (), "No such file"),
    "odd.csv": ("a,b\n1\n", ("a=FirstName",), "Can not read"),
    "other.csv": ("a,b\n1,2\n", (), "none of the columns"),
    "unmapped.csv": ("a,b\n1,2\n", ("c=FirstName",), "has no column c"),
    "half.ndjson": ('{"FirstName":', (), "Can not read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_not_be_read_is_told(tmp_path: Path, name: str) -> None:
    text, names, told = REFUSED[name]
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(SettingsError, match=told):
        read(tmp_path / name, *names)


@pytest.mark.parametrize("given", ["FirstName", "a=Nothing", "=FirstName, x"])
def test_a_mapping_that_names_no_field_is_refused(given: str) -> None:
    with pytest.raises(SettingsError, match="write COLUMN=FIELD"):
        names_of([given])
