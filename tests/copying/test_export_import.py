"""The export of a domain makes it again, with all that it had, in another store."""

import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from openprofiles.actions.export import PAGE_ROWS
from openprofiles.app import open_store
from openprofiles.checking.command import check_whole_store
from openprofiles.errors import BadRequestException
from openprofiles.importing import Imported, Owner, run
from openprofiles.opening import snapshot_of
from openprofiles.settings import Settings
from openprofiles.storage import domains
from openprofiles.storage.copy import pages, tables_to_copy
from openprofiles.storage.database import Database
from openprofiles.storage.settings import next_number
from tests.actions.shop import CALLER, REGION, Shop
from tests.api.mappings import system

from .conftest import live_in, url_of

DOMAIN = "shop"

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
    while database.write(lambda tx: domains.purge_step(tx, 500, 10**15)).result(5):
        pass


def test_a_line_that_is_none_is_told_by_its_number(lived: Shop, target: Settings) -> None:
    lines = exported(lived).splitlines(keepends=True)
    lines[2] = '{"Line": "Nonsense"}\n'
    with pytest.raises(BadRequestException, match="Line 3"):
        imported(target, "".join(lines))


def test_what_is_no_export_is_refused(target: Settings) -> None:
    with pytest.raises(BadRequestException, match="no export"):
        imported(target, "")
