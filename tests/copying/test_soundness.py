"""What is copied or backed up is as it has to be, for whoever looks at the whole of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from openprofiles.checking.command import check_whole_store
from openprofiles.copying import copy_store
from openprofiles.settings import Settings
from openprofiles.storage import sqlite_backup
from openprofiles.storage.sqlite import open_sqlite
from openprofiles.storage.sqlite_backup import back_up
from tests.actions.shop import Shop

from .conftest import live_in, url_of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


def findings(settings: Settings) -> list[str]:
    found: list[str] = []
    summary = check_whole_store(settings, None, found.append)
    assert summary.profiles > 0
    return found


def test_the_check_finds_nothing_in_a_copy(path: Path, postgres_target: Settings, target: Settings) -> None:
    with closing(open_sqlite(path)) as database:
        live_in(Shop(database))

    copy_store(Settings(store=url_of(path)), postgres_target)
    copy_store(postgres_target, target)

    assert findings(postgres_target) == []
    assert findings(target) == []


def test_a_backup_while_calls_run_is_sound_and_has_what_was_answered_before(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_backup, "PAGES_AT_ONCE", 5)
    backup = tmp_path / "backup.sqlite3"
    during: list[int] = []

    with closing(open_sqlite(path)) as database:
        shop = Shop(database)
        live_in(shop)
        with calls_without_end(shop) as answered:
            before = list(answered)
            back_up(path, backup, lambda done, total: during.append(len(answered)))

    kept = put_numbers(backup)
    assert during[-1] > len(before)
    assert set(before) <= kept
    assert kept == set(range(min(kept), max(kept) + 1))
    assert findings(Settings(store=url_of(backup))) == []


FIRST = 1_000


@contextmanager
def calls_without_end(shop: Shop) -> Iterator[list[int]]:
    """Objects are put one after the other by another thread; the numbers of those that were answered, some at once."""
    answered: list[int] = []
    some, enough = Event(), Event()

    def put() -> None:
        while not enough.is_set():
            number = FIRST + len(answered)
            shop.put("crm", id=str(number), customer=f"c{number}", first="Ann", email=f"{number}@example.com")
            answered.append(number)
            if len(answered) == 20:
                some.set()

    thread = Thread(target=put)
    thread.start()
    try:
        assert some.wait(10)
        yield answered
    finally:
        enough.set()
        thread.join()


def put_numbers(store: Path) -> set[int]:
    with closing(sqlite3.connect(store)) as connection:
        numbers = {int(key) for (key,) in connection.execute("SELECT object ->> 'id' FROM profile_object") if key}
    return {number for number in numbers if number >= FIRST}
