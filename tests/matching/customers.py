"""Made-up customers for the tests: a background population with duplicates, and rows written by hand put among it."""

import random
from collections.abc import Mapping, Sequence

import pyarrow as pa

Row = Mapping[str, str]

_FIRST = """
james mary robert patricia john jennifer michael linda david elizabeth william barbara richard susan joseph jessica
thomas sarah charles karen christopher lisa daniel nancy matthew betty anthony sandra mark margaret donald ashley
steven kimberly andrew emily paul donna joshua michelle kenneth carol kevin amanda brian melissa george deborah timothy
stephanie ronald rebecca edward laura jason sharon jeffrey cynthia ryan kathleen jacob amy gary angela nicholas shirley
"""
FIRST = tuple(_FIRST.split())
_SYLLABLES = "an ber cal dor el fen gar hol in jor kel lan mor nel os par quin ros sten tor ul van wes yor zan"
SYLLABLES = tuple(_SYLLABLES.split())
_ENDINGS = "bach burg ham ley ton son sen man ford well wood field stone land berg stein"
ENDINGS = tuple(_ENDINGS.split())
TOWNS = tuple((f"{a}{b}", f"{zip_code:05d}") for zip_code, (a, b) in enumerate(zip(SYLLABLES * 3, ENDINGS * 5), 20_101))  # noqa: B905


def table(rows: Sequence[Row], first_row: int = 0) -> pa.Table:
    """Rows as the engine takes them, numbered in order."""
    fields = sorted({field for row in rows for field in row})
    columns = {field: pa.array([row.get(field) for row in rows], pa.string()) for field in fields}
    return pa.table({"Row": pa.array(range(first_row, first_row + len(rows)), pa.int64()), **columns})


def population(people: int, seed: int) -> tuple[list[Row], list[int]]:
    """Rows of so many people, some twice or thrice with slips, a third of them in couples; and whose each is."""
    rng = random.Random(seed)
    rows: list[Row] = []
    owners: list[int] = []
    home: dict[str, str] = {}
    for number in range(people):
        if number % 3 != 1:
            home = _home(rng)
        person = _person(rng, home, number)
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            rows.append(_record(rng, person))
            owners.append(number)
    return rows, owners


def _home(rng: random.Random) -> dict[str, str]:
    town, postal_code = rng.choice(TOWNS)
    return {
        "LastName": rng.choice(SYLLABLES) + rng.choice(SYLLABLES) + rng.choice(ENDINGS),
        "HomePhoneNumber": f"212{rng.randrange(2_000_000, 9_999_999)}",
        "Address.Address1": f"{rng.randrange(1, 400)} {rng.choice(SYLLABLES)}{rng.choice(ENDINGS)} street",
        "Address.City": town,
        "Address.PostalCode": postal_code,
    }


def _person(rng: random.Random, home: Row, number: int) -> dict[str, str]:
    first = rng.choice(FIRST)
    return {
        **home,
        "FirstName": first,
        "BirthDate": f"{rng.randrange(1940, 2004)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
        "MobilePhoneNumber": f"646{rng.randrange(2_000_000, 9_999_999)}",
        "EmailAddress": f"{first[0]}{home['LastName']}{number}@example.com",
    }


def _record(rng: random.Random, person: Row) -> dict[str, str]:
    kept = {field: value for field, value in person.items() if rng.random() < 0.75}
    if rng.random() < 0.1:
        field = rng.choice(sorted(kept) or ["FirstName"])
        kept[field] = _mistyped(rng, person[field])
    return kept


def _mistyped(rng: random.Random, text: str) -> str:
    place = rng.randrange(1, len(text))
    return text[:place] + rng.choice("0123456789" if text[place].isdigit() else "abcdefghij") + text[place + 1 :]
