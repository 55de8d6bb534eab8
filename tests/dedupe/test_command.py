"""`openprofiles dedupe`, as a person runs it."""

import csv
import json
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.server.process import run_command

PEOPLE = """\
FirstName,LastName,EmailAddress,PhoneNumber,Address.City,Address.PostalCode,BirthDate
Ann,Lee,ann.lee@example.com,+1 206 555 0100,Seattle,98101,1980-02-01
Anne,Lee,ANN.LEE@example.com,(206) 555-0100,Seattle,98101,1980-02-01
Bob,Smith,bob@example.org,206-555-0177,Tacoma,98402,1975-07-07
Robert,Smith,bob@example.org,,Tacoma,98402,1975-07-07
Carla,Jones,,206-555-0188,Spokane,99201,1990-01-09
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


def test_the_summary_tells_how_many_customers_there_are(people: Path) -> None:
    done = run_command("dedupe", str(people))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("5 rows are 3 customers; 2 of these have several rows.\n")
    assert "  0, 1  2 rows, 0.99 sure\n" in done.stdout
    assert "  2 rows: EmailAddress bob@example.org\n" in done.stdout


def test_each_row_is_written_with_its_group(people: Path, tmp_path: Path) -> None:
    out = tmp_path / "groups.csv"
    run_command("dedupe", str(people), "--out", str(out))
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert list(rows[0]) == ["Row", "GroupId", "ConfidenceScore"]
    assert [(row["Row"], row["GroupId"]) for row in rows] == [
        ("0", "0"),
        ("1", "0"),
        ("2", "2"),
        ("3", "2"),
        ("4", "4"),
    ]
    assert all(0 < float(row["ConfidenceScore"]) <= 1 for row in rows)


def test_groups_can_be_written_as_parquet_and_as_lines_of_json(people: Path, tmp_path: Path) -> None:
    for name in ("groups.parquet", "groups.ndjson"):
        assert run_command("dedupe", str(people), "--out", str(tmp_path / name)).returncode == 0
    table = pyarrow.parquet.read_table(tmp_path / "groups.parquet").to_pylist()
    lines = [json.loads(line) for line in (tmp_path / "groups.ndjson").read_text().splitlines()]
    assert table == lines
    assert [row["GroupId"] for row in lines] == [0, 0, 2, 2, 4]


def test_two_rows_can_be_explained(people: Path) -> None:
    told = run_command("dedupe", str(people), "--explain", "0", "1").stdout
    assert told.startswith("Rows 0 and 1 are one customer; ")
    assert "FirstName" in told
    assert "e-mail" in told


def test_rows_that_are_not_one_customer_can_be_explained_too(people: Path) -> None:
    assert "Rows 0 and 2 are two customers" in run_command("dedupe", str(people), "--explain", "0", "2").stdout


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--explain", "0", "9"), "two rows from 0 to 4"),
        (("--explain", "1", "1"), "two rows from 0 to 4"),
        (("--out", "groups.xls"), "must end in"),
        (("--map", "x=FirstName"), "has no column x"),
    ],
)
def test_what_can_not_be_done_is_one_line(people: Path, options: tuple[str, ...], told: str) -> None:
    done = run_command("dedupe", str(people), *options)
    assert done.returncode == 1
    assert told in done.stderr.splitlines()[-1]
