"""The export of a domain makes it again, with all that it had, in another store."""

import io
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from openprofiles.actions import import_domain
from openprofiles.actions.export import PAGE_ROWS, DomainLine
from openprofiles.app import open_store
from openprofiles.checking.command import check_whole_store
from openprofiles.errors import BadRequestException
from openprofiles.importing import Imported, Owner, Writer, read_lines, run
from openprofiles.opening import snapshot_of
from openprofiles.settings import Settings
from openprofiles.storage import domains
from openprofiles.storage.copy import pages, tables_to_copy
from openprofiles.storage.database import Database
from openprofiles.storage.settings import next_number
from openprofiles.workers import purge_domains, purge_key_names, purge_object_types
from tests.actions.shop import CALLER, REGION, Shop
from tests.api.mappings import system

from .conftest import live_in, url_of

DOMAIN = "shop"
LATER = 10**14
"""Milliseconds: long after all that tests do."""

KEEP = Owner()
OF_THE_STORE = {"setting", "access_key", "answer", "erased_key", "domain_counter"}
"""Tables that hold nothing of one domain, or sums that may lie in other rows."""


def exported(shop: Shop) -> str:
    """The whole export of the shop's domain."""
    text, page = "", shop.run("ExportDomain")
    while page.next_token is not None:
        text += page.lines.decode()
        page = shop.run("ExportDomain", NextToken=page.next_token)
    return text + str(page.lines.decode())


def contents(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all domains, without the domains' numbers."""
    with snapshot_of(settings) as tx:
        return {
            table.name: sorted(row[1:] for page in pages(tx, table) for row in page)
            for table in tables_to_copy()
            if table.name not in OF_THE_STORE
        }


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """The store of the domain that is exported."""
    return Settings(store=url_of(tmp_path / "own.sqlite3"))


@pytest.fixture
def lived(own: Settings) -> Iterator[Shop]:
    """A shop that has lived: more profiles than a page of an export has, a deleted and a merged one, a dead letter."""
    with closing(open_store(own)) as database:
        shop = Shop(database)
        live_in(shop)
        shop.define("lead", system("lead", AllowProfileCreation=False))
        shop.put("lead", id="1", customer="nobody")
        for number in range(PAGE_ROWS + 5):
            shop.put("crm", id=f"more {number}", customer=f"more {number}", first="Ännchen")
        yield shop


@pytest.fixture(params=["target", "postgres_target"])
def empty(request: pytest.FixtureRequest) -> Settings:
    """Another store, of each engine."""
    settings: Settings = request.getfixturevalue(request.param)
    return settings


def imported(settings: Settings, text: str, owner: Owner = KEEP) -> Imported:
    with closing(open_store(settings)) as database:
        return run(database, owner, io.StringIO(text), lambda _: None)


def exported_beside(shop: Shop, change: Callable[[Shop], object]) -> str:
    """The export of one snapshot, as the gateway asks for it; the change is made when the first page is there."""
    snapshot, text, token = shop.database.snapshot(), "", None
    while True:
        page = snapshot.read(shop.work("ExportDomain", NextToken=token)).result(10)
        if token is None:
            change(shop)
        text, token = text + page.lines.decode(), page.next_token
        if token is None:
            snapshot.close()
            return str(text)


def test_a_domain_is_made_again_with_all_that_it_had(lived: Shop, own: Settings, empty: Settings) -> None:
    assert imported(empty, exported(lived)) == Imported(DOMAIN, 0)
    assert contents(empty) == contents(own)


def test_what_was_imported_is_sound(lived: Shop, empty: Settings) -> None:
    imported(empty, exported(lived))
    summary = check_whole_store(empty, None, lambda _: None)
    assert not summary.kinds


def test_an_object_that_is_put_again_is_known(lived: Shop, empty: Settings) -> None:
    imported(empty, exported(lived))
    with closing(open_store(empty)) as database:
        shop = Shop(database, is_new=False)
        before = shop.one("customer", "c3")
        shop.put("crm", id="3", customer="c3", first="Anna")
        assert shop.one("customer", "c3") == before


def test_later_object_types_get_numbers_that_nobody_had(lived: Shop, empty: Settings) -> None:
    imported(empty, exported(lived))
    with closing(open_store(empty)) as database:
        new = database.write(next_number).result(5)
        numbers = database.read(lambda tx: tx.all("SELECT number FROM definition")).result(5)
    assert new > max(int(row["number"]) for row in numbers)


def test_calculated_attributes_have_the_same_values(lived: Shop, empty: Settings) -> None:
    details = {"Expression": "{crm.id}", "Attributes": [{"Name": "id"}]}
    lived.run(
        "CreateCalculatedAttributeDefinition",
        CalculatedAttributeName="contacts",
        AttributeDetails=details,
        Statistic="COUNT",
    )
    lived.put("crm", id="new", customer="c3")
    before = value_of_contacts(lived)
    imported(empty, exported(lived))
    with closing(open_store(empty)) as database:
        shop = Shop(database, is_new=False)
        shop.now = lived.now
        after = value_of_contacts(shop)
    assert before == after == "1"


def value_of_contacts(shop: Shop) -> str | None:
    answer = shop.run(
        "GetCalculatedAttributeForProfile", CalculatedAttributeName="contacts", ProfileId=shop.one("customer", "c3")
    )
    found: str | None = answer.value
    return found


def test_a_domain_can_be_given_to_another_account_and_region(lived: Shop, target: Settings) -> None:
    imported(target, exported(lived), Owner("999999999999", "eu-west-1"))
    with closing(open_store(target)) as database:
        found = database.read(lambda tx: domains.find(tx, "999999999999", "eu-west-1", DOMAIN)).result(5)
    assert found is not None


def test_a_domain_that_is_there_is_not_touched(lived: Shop, own: Settings) -> None:
    text, before = exported(lived), contents(own)
    with pytest.raises(BadRequestException, match=f"Domain {DOMAIN} exists already"):
        imported(own, text)
    assert contents(own) == before


@pytest.mark.parametrize("lost", [0, 1, 60, -1])
def test_an_export_that_is_not_whole_makes_nothing(lived: Shop, target: Settings, lost: int) -> None:
    lines = exported(lived).splitlines(keepends=True)
    del lines[lost]
    with pytest.raises(BadRequestException, match="export"):
        imported(target, "".join(lines))
    with closing(open_store(target)) as database:
        assert database.read(lambda tx: domains.find(tx, CALLER.account, REGION, DOMAIN)).result(5) is None
        purge(database)
    assert not any(contents(target).values())


def purge(database: Database) -> None:
    """What the worker does that removes what deleted domains have left."""
    while database.write(lambda tx: domains.purge_step(tx, 500, LATER)).result(5):
        pass


def test_a_line_that_is_none_is_told_by_its_number(lived: Shop, target: Settings) -> None:
    lines = exported(lived).splitlines(keepends=True)
    lines[2] = '{"Line": "Nonsense"}\n'
    with pytest.raises(BadRequestException, match="Line 3"):
        imported(target, "".join(lines))


def test_what_is_no_export_is_refused(target: Settings) -> None:
    with pytest.raises(BadRequestException, match="no export"):
        imported(target, "")


# --- while others write


def first_and_last(shop: Shop) -> tuple[str, str]:
    """The profiles of the first and of the last page of an export."""
    ids = sorted(row["id"].hex() for row in shop.rows("profile"))
    return ids[0], ids[-1]


def new_type(shop: Shop) -> None:
    shop.define("new", system("new"))
    shop.put("new", id="1", customer="c3")


CHANGES: dict[str, Callable[[Shop], object]] = {
    "a deletion": lambda shop: shop.delete(first_and_last(shop)[0]),
    "a merge": lambda shop: shop.merge(*first_and_last(shop)),
    "a move": lambda shop: shop.put("crm", id="more 54", customer="c3", first="Anna"),
    "a new type": new_type,
    "a deleted type": lambda shop: shop.forget("crm"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("store", ["own", "postgres_target"])
def test_an_export_is_the_domain_as_it_was_when_it_began(
    request: pytest.FixtureRequest, store: str, target: Settings, change: str
) -> None:
    with closing(open_store(request.getfixturevalue(store))) as database:
        shop = Shop(database)
        live_in(shop)
        for number in range(PAGE_ROWS + 5):
            shop.put("crm", id=f"more {number}", customer=f"more {number}", first="Ännchen")
        before = exported(shop).splitlines()[1:]

        text = exported_beside(shop, CHANGES[change])

        assert exported(shop).splitlines()[1:] != before
    assert text.splitlines()[1:] == before
    imported(target, text)
    assert not check_whole_store(target, None, lambda _: None).kinds


def test_what_is_being_removed_goes_on_being_removed_after_the_import(lived: Shop, target: Settings) -> None:
    text = exported_with_deleted_type(lived)
    with closing(open_store(target)) as database:
        run(database, KEEP, io.StringIO(text), lambda _: work_on(database))
        work_on(database)
        shop = Shop(database, is_new=False)
        assert shop.rows("object_type_purge") == []
        assert shop.key_rows(name="crmId") == []
        types = {row["number"] for row in shop.rows("definition")}
        assert {row["object_type"] for row in shop.rows("profile_object")} <= types
    assert not check_whole_store(target, None, lambda _: None).kinds


def exported_with_deleted_type(shop: Shop) -> str:
    """The export of a domain of which a type has been deleted, and nearly nothing of it removed yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("openprofiles.actions.delete.SCRUBBED_AT_ONCE", 1)
        patch.setattr("openprofiles.actions.key_names.REMOVED_AT_ONCE", 1)
        shop.forget("crm")
    return exported(shop)


def work_on(database: Database) -> None:
    """The workers that remove what is not used any more."""
    for step in (purge_object_types, purge_key_names):
        while step(database, LATER):
            pass


# --- imports that do not come to their end


def interrupted(database: Database, text: str) -> None:
    """An import whose process is gone after its first lines."""
    lines = read_lines(io.StringIO(text))
    head = next(lines)[0]
    assert isinstance(head, DomainLine)
    writer = Writer(database, KEEP, head.domain)
    domain = writer.write(lambda call: import_domain.begin(call, head))
    some = [next(lines)[0] for _ in range(10)]
    writer.write(lambda call: import_domain.add(call, domain, some, set()))


def test_what_a_killed_import_has_left_is_removed_by_a_worker(lived: Shop, target: Settings) -> None:
    text = exported(lived)
    with closing(open_store(target)) as database:
        interrupted(database, text)
        assert not check_whole_store(target, None, lambda _: None).kinds
        database.write(lambda tx: import_domain.give_up_left_behind(tx, LATER)).result(5)
        while purge_domains(database, LATER):
            pass
    assert not any(contents(target).values())


def test_an_import_that_was_given_up_meanwhile_says_so(lived: Shop, target: Settings) -> None:
    text = exported(lived)
    with closing(open_store(target)) as database:

        def give_up(_: int) -> None:
            database.write(lambda tx: import_domain.give_up_left_behind(tx, LATER)).result(5)

        with pytest.raises(BadRequestException, match="given up"):
            run(database, KEEP, io.StringIO(text), give_up)
        purge(database)
    assert not any(contents(target).values())


def test_nothing_of_an_erased_customer_comes_in_not_even_of_what_they_had_merged(lived: Shop, target: Settings) -> None:
    text = exported(lived)
    with closing(open_store(target)) as database:
        shop = Shop(database)
        shop.define("crm", system("crm"))
        shop.put("crm", id="x", customer="c1", first="Ann", email="1@example.com")
        shop.run("EraseCustomer", KeyName="customer", Value="c1")
        shop.run("DeleteDomain")
        purge(database)
        assert run(database, Owner(refuses_erased=True), io.StringIO(text), lambda _: None).left_out == 2
    held = str(contents(target))
    assert "2@example.com" not in held
    assert "1@example.com" not in held
    assert "3@example.com" in held
