"""Ids of a call are fixed before it runs, so that it may run again; those of later calls sort behind."""

import pytest

from openprofiles.call import Call
from openprofiles.storage.database import Database, Transaction
from tests.api.mappings import system

from .shop import CALLER, REGION, SECOND, START, Record, Shop

SEED = b"0123456789abcdef"


class Undone(Exception):
    """Makes the store forget what a work has done."""


def call_at(tx: Transaction, now: int, seed: bytes = SEED) -> Call:
    return Call(tx, CALLER, REGION, now, "", seed)


def ids_of(database: Database, now: int, count: int, seed: bytes = SEED) -> list[bytes]:
    def work(tx: Transaction) -> list[bytes]:
        call = call_at(tx, now, seed)
        return [call.new_id() for _ in range(count)]

    return database.read(work).result(5)


def test_a_call_that_runs_again_gives_the_same_ids(database: Database) -> None:
    assert ids_of(database, START, 10) == ids_of(database, START, 10)


def test_the_ids_of_one_call_differ_and_are_in_order(database: Database) -> None:
    ids = ids_of(database, START, 1000)
    assert ids == sorted(set(ids))


def test_the_ids_of_two_calls_at_one_time_differ(database: Database) -> None:
    assert not set(ids_of(database, START, 100)) & set(ids_of(database, START, 100, seed=SEED[::-1]))


@pytest.mark.parametrize("later", [1, SECOND, 366 * 86_400 * SECOND])
def test_ids_of_a_later_call_sort_behind(database: Database, later: int) -> None:
    assert max(ids_of(database, START, 100)) < min(ids_of(database, START + later, 100, seed=b"\0" * 16))


def test_an_id_is_a_version_7_uuid(database: Database) -> None:
    [made] = ids_of(database, START, 1)
    assert (len(made), made[6] >> 4, made[8] >> 6, int.from_bytes(made[:6])) == (16, 7, 0b10, START)


@pytest.mark.parametrize("operation", ["CreateProfile", "PutProfileObject", "MergeProfiles"])
def test_an_operation_that_was_undone_does_the_same_when_it_runs_again(shop: Shop, operation: str) -> None:
    shop.define("crm", system("crm"))
    main, other = shop.create(FirstName="Ann"), shop.create(FirstName="Anna")
    requests: dict[str, Record] = {
        "CreateProfile": {"FirstName": "Bob"},
        "PutProfileObject": {"ObjectTypeName": "crm", "Object": '{"id": "1", "customer": "ann"}'},
        "MergeProfiles": {"MainProfileId": main, "ProfileIdsToBeMerged": [other]},
    }
    work = shop.work(operation, **requests[operation])
    seen: list[set[bytes]] = []

    def undone(tx: Transaction) -> None:
        work(tx)
        seen.append(ids_in_the_store(tx))
        raise Undone

    with pytest.raises(Undone):
        shop.database.write(undone).result(5)
    shop.database.write(work).result(5)
    assert shop.database.read(ids_in_the_store).result(5) == seen[-1]


def ids_in_the_store(tx: Transaction) -> set[bytes]:
    """The ids of all profiles, changes and merges."""
    tables = ("profile", "history", "merge_journal")
    return {row["id"] for table in tables for row in tx.all(f"SELECT id FROM {table}")}
