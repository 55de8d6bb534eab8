"""A value that very many profiles share costs a look-up no more than one that some hundreds share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from openprofiles.storage import key_supplies, keys
from openprofiles.storage.key_supplies import HAND_SUPPLIER, Keys, Supply
from openprofiles.storage.keys import MATCH_AND_SEARCH, KeyRow
from openprofiles.storage.sqlite import open_sqlite
from openprofiles.storage.sqlite_reader import open_read_only
from openprofiles.storage.sqlite_transaction import SqliteTransaction

DOMAIN = 1
SHARED, TENTH, RARE = b"shared".ljust(16), b"tenth".ljust(16), b"rare".ljust(16)
MANY, FAR_MORE = 2_000, 40_000
PAGE = 20


def owner(number: int) -> bytes:
    return number.to_bytes(16)


def row(key_hash: bytes) -> KeyRow:
    return KeyRow(key_hash, MATCH_AND_SEARCH, "key", "value")


def store_with(folder: Path, holders: int) -> Path:
    """A store in which so many own one value, every tenth of them another, and the last of them a rare one besides."""
    path = folder / f"{holders}.sqlite3"
    database = open_sqlite(path)
    supplies = {(owner(number), HAND_SUPPLIER): {SHARED: row(SHARED)} for number in range(holders)}
    for number in range(0, holders, 10):
        supplies[owner(number), HAND_SUPPLIER][TENTH] = row(TENTH)
    supplies[owner(holders - 1), HAND_SUPPLIER][RARE] = row(RARE)
    nothing: dict[Supply, Keys] = {supply: {} for supply in supplies}
    database.write(lambda tx: key_supplies.change(tx, DOMAIN, nothing, supplies)).result(30)
    database.close()
    return path


def steps_of(path: Path, look_up: Callable[[SqliteTransaction], object]) -> int:
    """How many steps SQLite's machine takes, in tens."""
    connection, steps = open_read_only(path), 0

    def count() -> None:
        nonlocal steps
        steps += 1

    connection.set_progress_handler(count, 10)
    look_up(SqliteTransaction(connection))
    connection.close()
    return steps


LOOK_UPS: dict[str, Callable[[SqliteTransaction], object]] = {
    "by all of five keys, one of them rare": lambda tx: keys.found_owners_of_all(
        tx, DOMAIN, [[SHARED], [SHARED], [RARE], [SHARED], [SHARED]], b"", PAGE
    ),
    "by any of two keys": lambda tx: keys.found_owners(tx, DOMAIN, [RARE], b"", PAGE, [[SHARED]]),
    "by any of two values": lambda tx: keys.found_owners(tx, DOMAIN, [SHARED, RARE], b"", PAGE),
    "at ingestion": lambda tx: keys.matching_owners(tx, DOMAIN, [SHARED, RARE]),
}


@pytest.mark.parametrize("name", LOOK_UPS)
def test_a_look_up_costs_the_same_however_many_share_the_value(tmp_path: Path, name: str) -> None:
    few, many = (steps_of(store_with(tmp_path, holders), LOOK_UPS[name]) for holders in (MANY, FAR_MORE))

    assert many <= few * 1.2 + 10


@pytest.mark.parametrize("order", [(SHARED, TENTH), (TENTH, SHARED)], ids=["the larger first", "the smaller first"])
def test_a_search_by_all_of_two_shared_keys_goes_through_the_smaller_crowd(
    tmp_path: Path, order: tuple[bytes, bytes]
) -> None:
    path = store_with(tmp_path, FAR_MORE)
    steps = steps_of(path, lambda tx: keys.found_owners_of_all(tx, DOMAIN, [[key] for key in order], b"", PAGE))
    fewest = steps_of(path, lambda tx: keys.found_owners_of_all(tx, DOMAIN, [[TENTH], [SHARED]], b"", PAGE))
    assert steps <= fewest * 1.1 + 10


def test_a_search_by_all_keys_finds_the_one_that_has_them_all(tmp_path: Path) -> None:
    connection = open_read_only(store_with(tmp_path, MANY))

    found = keys.found_owners_of_all(SqliteTransaction(connection), DOMAIN, [[SHARED], [RARE]], b"", PAGE)

    connection.close()
    assert found == [owner(MANY - 1)]
