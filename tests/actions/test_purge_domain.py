"""A deleted domain is gone at once; a worker removes its rows in small steps."""

from itertools import pairwise
from threading import Event

import pytest

from openprofiles.actions import delete, key_names
from openprofiles.actions.delete import purge_domain_step
from openprofiles.errors import ResourceNotFoundException
from openprofiles.storage import calculated_series
from openprofiles.storage.check import strays
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.domains import LONGEST_TRANSACTION
from openprofiles.storage.switches import Switches
from openprofiles.workers import purge_domains, recalculate
from tests.api.mappings import products, system

from .shop import Shop, contents, rows_of, tables_with_rows_of

STEP = 5


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> int:
    """Rows that a step may remove: few, so that a small domain takes many steps."""
    monkeypatch.setattr(delete, "PURGED_AT_ONCE", STEP)
    monkeypatch.setattr(delete, "SCRUBBED_AT_ONCE", 1)
    monkeypatch.setattr(key_names, "REMOVED_AT_ONCE", 1)
    return STEP


def fill(shop: Shop) -> None:
    """Rows in every table that a domain can have rows in."""
    shop.run("CreateEventStream", EventStreamName="s", Uri="pull:")
    calculate(shop)
    for name in ("crm", "old"):
        shop.define(name, system(name))
    shop.define("product", products())
    shop.define("lead", system("lead", AllowProfileCreation=False))
    for number in range(12):
        shop.put("crm", id=str(number), customer=f"c{number}", first="Ann", email=f"{number}@example.com")
        shop.put("product", email=f"{number}@example.com", serial=str(number), name="Saw")
    for number in range(3):
        shop.put("old", id=str(number), customer="c1", city="Rome")
    shop.run("UpdateDomain", DeadLetterQueueUrl="https://sqs.eu-west-1.amazonaws.com/111122223333/letters")
    shop.put("lead", id="1", customer="nobody")
    shop.merge(shop.one("customer", "c1"), shop.one("customer", "c2"))
    shop.remove("crm", shop.one("customer", "c3"), shop.put("crm", id="3", customer="c3", last="Lee"))
    shop.forget("old")
    shop.switches = Switches(ingestion_delay=1)
    shop.put("crm", id="late", customer="c1")
    shop.switches = None


def calculate(shop: Shop) -> None:
    """A calculated attribute, what is kept for it, and what a worker has still to do."""
    shop.define("many", system("many"))
    details = {"Expression": "{many.id}", "Attributes": [{"Name": "id"}]}
    shop.run(
        "CreateCalculatedAttributeDefinition",
        CalculatedAttributeName="a",
        AttributeDetails=details,
        Statistic="COUNT",
    )
    for start in range(0, 40, 10):
        shop.put_many("many", [{"id": f"m{number}", "customer": "m"} for number in range(start, start + 10)])
    profile = bytes.fromhex(shop.one("customer", "m"))
    while recalculate(shop.database, shop.now):
        pass
    shop.database.write(lambda tx: calculated_series.want_recalculation(tx, shop.number, [profile])).result(5)
    shop.run("UpdateCalculatedAttributeDefinition", CalculatedAttributeName="a", DisplayName="A")


def rows_in_all(database: Database) -> int:
    return sum(len(rows) for rows in contents(database).values())


def test_the_domain_to_purge_has_rows_in_every_table_of_a_domain(shop: Shop, small_steps: int) -> None:
    fill(shop)
    locks = {"key_lock"} if shop.database.write(lambda tx: tx.runs_alone).result(5) else set()
    every_table = {name for name, rows in contents(shop.database).items() if name not in OF_NO_DOMAIN | locks}
    assert tables_with_rows_of(shop.database, shop.number) == every_table


OF_NO_DOMAIN = {"setting", "access_key", "migration", "answer", "erased_key"}
"""Tables of the store itself. A store with one writer has no rows to lock either."""


def test_the_worker_leaves_no_row_of_a_deleted_domain_in_any_table(shop: Shop, small_steps: int) -> None:
    fill(shop)
    shop.run("DeleteDomain")
    shop.purge_domains()
    assert tables_with_rows_of(shop.database, shop.number) == set()


def test_a_deletion_itself_removes_no_rows(shop: Shop) -> None:
    fill(shop)
    before = rows_in_all(shop.database)
    shop.run("DeleteDomain")
    assert rows_in_all(shop.database) == before


def test_a_step_removes_few_rows(shop: Shop, small_steps: int) -> None:
    fill(shop)
    shop.run("DeleteDomain")
    counts = [rows_in_all(shop.database)]
    while purge_domains(shop.database, shop.now):
        counts.append(rows_in_all(shop.database))
    *removed, emptied = [before - after for before, after in pairwise(counts)]
    assert min(removed) > 0
    assert max(removed) == small_steps
    assert emptied in (0, 1)  # the domain's own row, which a database with other nodes keeps for a while


def test_a_deleted_domain_can_not_be_used(shop: Shop) -> None:
    fill(shop)
    shop.run("DeleteDomain")
    with pytest.raises(ResourceNotFoundException):
        shop.ids("customer", "c1")


def test_the_name_is_free_while_the_old_rows_are_still_there(shop: Shop) -> None:
    fill(shop)
    shop.run("DeleteDomain")
    again = Shop(shop.database)
    again.define("crm", system("crm"))
    assert again.number != shop.number
    assert again.ids("customer", "c1") == []


def test_the_purge_leaves_a_new_domain_of_the_same_name_whole(shop: Shop, small_steps: int) -> None:
    fill(shop)
    shop.run("DeleteDomain")
    again = Shop(shop.database)
    fill(again)
    before = again.contents()
    shop.purge_domains()
    after = again.contents()
    mine = {name: [row for row in rows if row.get("domain") == again.number] for name, rows in before.items()}
    assert {name: rows for name, rows in after.items() if name not in OF_NO_DOMAIN} == {
        name: rows for name, rows in mine.items() if name not in OF_NO_DOMAIN
    }


def test_several_deleted_domains_are_all_purged(shop: Shop, small_steps: int) -> None:
    others = [Shop(shop.database, f"shop-{number}") for number in range(3)]
    for other in others:
        fill(other)
        other.run("DeleteDomain")
    shop.purge_domains()
    assert [tables_with_rows_of(shop.database, other.number) for other in others] == [set(), set(), set()]
    assert tables_with_rows_of(shop.database, shop.number) == {"domain"}


def test_the_worker_has_nothing_to_do_where_no_domain_was_deleted(shop: Shop) -> None:
    fill(shop)
    assert shop.purge_domains() == 0


# --- nodes beside each other


def test_of_two_nodes_one_purges_and_none_forgets_a_domain_of_which_something_is_left(shop: Shop) -> None:
    if shop.runs_alone():
        pytest.skip("one node at a time")
    fill(shop)
    shop.run("DeleteDomain")
    shop.now += 2 * LONGEST_TRANSACTION
    purged, may_commit = Event(), Event()

    def purge_slowly(tx: Transaction) -> bool:
        more = purge_domain_step(tx, shop.now)
        purged.set()
        assert may_commit.wait(10)
        return more

    first = shop.database.write(purge_slowly)
    assert purged.wait(10)
    second = shop.database.write(lambda tx: purge_domain_step(tx, shop.now)).result(10)
    may_commit.set()

    assert (first.result(10), second) == (True, False)
    assert shop.database.read(strays).result(10) == []
    shop.purge_domains()
    assert tables_with_rows_of(shop.database, shop.number) == set()


def test_a_domain_that_was_found_empty_is_looked_at_again_when_it_may_be_forgotten(shop: Shop) -> None:
    if shop.runs_alone():
        pytest.skip("it is forgotten at once")
    shop.run("DeleteDomain")
    while purge_domains(shop.database, shop.now):
        pass
    [tombstone] = rows_of(shop.database, "domain", {})
    assert tombstone["emptied"] == 1
    shop.purge_domains()
    assert rows_of(shop.database, "domain", {}) == []
