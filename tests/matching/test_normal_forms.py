import duckdb
import pytest

from openprofiles.matching.probabilistic.normal_forms import MACROS


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    for macro in MACROS:
        database.execute(macro)
    return database


def normal(database: duckdb.DuckDBPyConnection, form: str, value: str) -> object:
    return database.execute(f"SELECT {form} FROM (SELECT ? AS x)", [value]).fetchall()[0][0]


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("+1 (206) 555-0101", 65550101),
        ("206.555.0101 ext. 44", 65550101),
        ("1-206-555-0101", 65550101),
        ("+33 1 99 00 12 34", 199001234),
        ("01 99 00 12 34", 199001234),
        ("0044 20 7946 0123", 79460123),
        ("020 7946 0123", 79460123),
        ("555-0101", 5550101),
        ("000-000-0000", None),
        ("(999) 999-9999", None),
        ("1234567890", None),
        ("12345", None),
        ("n/a", None),
    ],
)
def test_phones(database: duckdb.DuckDBPyConnection, written: str, known: int | None) -> None:
    assert normal(database, "real_phone(phone_digits(x))", written) == known


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("1980-02-03", 19800203),
        ("1980-02-03T00:00:00Z", 19800203),
        ("19800203", 19800203),
        ("02/03/1980", 19800203),
        ("13/02/1980", 19800213),
        ("3.2.1980", 19800203),
        ("02/03/80", 19800203),
        ("02031980", 19800203),
        ("3 Feb 1980", 19800203),
        ("February 3, 1980", 19800203),
        ("1980", 19800101),
        ("19800017", 19800017),
        ("1900-01-01", None),
        ("unknown", None),
    ],
)
def test_dates_of_birth(database: duckdb.DuckDBPyConnection, written: str, known: int | None) -> None:
    assert normal(database, "real_date(date_number(x))", written) == known


@pytest.mark.parametrize(
    ("written", "known"),
    [
        (" John.Doe+shop@Example.com ", "johndoe@example.com"),
        ("john_doe@example.com", "johndoe@example.com"),
        ("noreply@example.com", None),
        ("john@", None),
        ("none", None),
    ],
)
def test_mailboxes(database: duckdb.DuckDBPyConnection, written: str, known: str | None) -> None:
    assert normal(database, "real_email(lower(trim(x)))", written) == known


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Dr. José", "jose"),
        ("O'Neil", "oneil"),
        ("Łukasik", "lukasik"),
        ("Van  Dyke", "van dyke"),
        ("Smith Jr.", "smith"),
        ("Иванов", "иванов"),
        ("N/A", None),
        ("Unknown", None),
        ("  ", None),
    ],
)
def test_names(database: duckdb.DuckDBPyConnection, written: str, known: str | None) -> None:
    assert normal(database, "somebody(untitled(words(x)))", written) == known


@pytest.mark.parametrize("written", ["12 Main Street Apt 4", "12 N. Main St., #7", "Unit 3 12 main st"])
def test_streets_are_known_without_unit_and_kind(database: duckdb.DuckDBPyConnection, written: str) -> None:
    assert normal(database, "street_words(street_line(x))", written) == "main"


@pytest.mark.parametrize(
    ("written", "known"), [("98101-1234", "98101"), ("EC1A 1BB", "ec1a1bb"), ("00000", None), ("75011", "75011")]
)
def test_postal_codes(database: duckdb.DuckDBPyConnection, written: str, known: str | None) -> None:
    assert normal(database, "real_postal_code(characters(x))", written) == known
