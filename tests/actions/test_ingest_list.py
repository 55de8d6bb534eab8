"""Objects that are put in one list leave the store as if they had been put one after the other."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from openprofiles.actions.page_tokens import make_key
from openprofiles.api import FUNCTIONS, LIST_FORMS
from openprofiles.call import Call
from openprofiles.errors import ApiError
from openprofiles.operations import OPERATIONS
from openprofiles.shapes import PutProfileObjectRequest
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.postgres import open_postgres
from openprofiles.storage.sqlite import open_sqlite
from tests.api.mappings import Definition, definition, key, keyed, orders, products, system, text, tickets
from tests.postgres import PostgresServer

from .shop import CALLER, REGION, SECOND, START, Record, Shop, contents

TIME = {"SourceLastUpdatedTimestampFormat": "EPOCHMILLI"}

DEFINITIONS: dict[str, Definition] = {
    "crm": system("crm", **TIME),
    "strong": system("strong", SourcePriority=1),
    "lead": system("lead", AllowProfileCreation=False),
    "product": products(),
    "ticket": tickets(),
    "order": orders(),
    "keyed": keyed(
        {
            "keyedId": key("id", "UNIQUE"),
            "customer": key("a", "PROFILE"),
            "second": key("b", "PROFILE", "SECONDARY"),
            "fresh": key("c", "PROFILE", "NEW_ONLY"),
            "pair": key(("c", "d"), "PROFILE", "LOOKUP_ONLY"),
        }
    ),
}

LEFT_OUT = ("setting", "migration", "key_lock")
"""Tables of the store itself, and what is locked, which a list locks at once and single puts one after the other."""

DAY_OF_PUTS = 86_400_000

few = st.sampled_from(["1", "2", "3"])
person = st.sampled_from(["ann", "bob", "cem", ""])
mail = st.sampled_from(["ann@example.com", "bob@example.com", ""])
records_of_people = {"customer": person, "first": person, "tier": few, "email": mail, "time": few}

objects = st.one_of(
    *(
        st.tuples(st.just(name), st.fixed_dictionaries({"id": few}, optional=records_of_people))
        for name in ("crm",) * 3
    ),
    *(
        st.tuples(st.just(name), st.fixed_dictionaries({"id": few, "customer": person}, optional={"first": person}))
        for name in ("strong", "lead")
    ),
    st.tuples(st.just("product"), st.fixed_dictionaries({"email": mail, "serial": few, "name": person})),
    st.tuples(st.just("ticket"), st.fixed_dictionaries({"email": mail, "serial": few, "ticket": few, "title": person})),
    st.tuples(st.just("order"), st.fixed_dictionaries({"email": mail, "order": few, "total": few})),
    st.tuples(st.just("keyed"), st.fixed_dictionaries({"id": few, "a": person, "b": few, "c": few, "d": few})),
    st.tuples(st.just("unknown"), st.just({"id": "1"})),
)

Put = tuple[str, Record]
Work = tuple[int, bytes, PutProfileObjectRequest]
"""Time, seed and request of one call."""


class Store:
    """A store with a domain that knows all types."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.database.write(make_key).result(5)
        self.shop = Shop(self.database)
        for name, one in DEFINITIONS.items():
            self.shop.define(name, one)

    def rows(self) -> dict[str, list[Record]]:
        """All tables, with JSON read, since the order of its members may differ."""
        shown = {name: [plain(row) for row in rows] for name, rows in contents(self.database).items()}
        return {name: sorted(rows, key=repr) for name, rows in shown.items() if name not in LEFT_OUT}


def plain(row: Record) -> Record:
    return {name: read(name, value) for name, value in row.items()}


def read(column: str, value: Any) -> Any:
    if column not in ("document", "claims", "content") or value is None:
        return value
    decoded = json.loads(value)
    return sorted_groups(decoded) if column == "claims" else decoded


def sorted_groups(claims: Record) -> Record:
    """Claims field by field: how they are grouped depends on when they were last stored."""
    return {name: fields_of(groups) if isinstance(groups, list) else groups for name, groups in claims.items()}


def fields_of(groups: list[Any]) -> list[str]:
    return sorted(repr((field, value, group[:-1])) for group in groups for field, value in group[-1].items())


def work_of(puts: list[Put], first: int) -> list[Work]:
    """Time, seed and request of each put; the same for both stores."""
    return [
        (
            START + DAY_OF_PUTS + number * SECOND,
            number.to_bytes(16),
            PutProfileObjectRequest(domain_name="shop", object_type_name=name, object=json.dumps(value)),
        )
        for number, (name, value) in enumerate(puts, start=first)
    ]


def put_as_list(tx: Transaction, work: list[Work]) -> list[Any]:
    form = LIST_FORMS["PutProfileObject"]
    return [
        told(answer) for answer in form([(Call(tx, CALLER, REGION, now, "", seed), put) for now, seed, put in work])
    ]


def put_alone(tx: Transaction, one: Work) -> Any:
    now, seed, put = one
    try:
        return told(FUNCTIONS["PutProfileObject"](Call(tx, CALLER, REGION, now, "", seed), put))
    except ApiError as refusal:
        return told(refusal)


def told(answer: Any) -> Any:
    return (answer.code, answer.message) if isinstance(answer, ApiError) else msgspec.to_builtins(answer)


Opened = Callable[[], AbstractContextManager[Database]]


@pytest.fixture
def opened_sqlite(tmp_path: Path) -> Opened:
    numbers = iter(range(1_000_000))
    return lambda: closing(open_sqlite(tmp_path / f"{next(numbers)}.sqlite3"))


@pytest.fixture
def opened_postgres(postgres: PostgresServer) -> Opened:
    @contextmanager
    def fresh() -> Iterator[Database]:
        with postgres.fresh() as url, closing(open_postgres(url)) as database:
            yield database

    return fresh


def crm(**members: str) -> Put:
    return "crm", {"id": "1", "customer": "ann", **members}


BACK_IN_ONE_LIST: list[list[Put]] = [
    [crm(time="1", email="ann@example.com", first="ann")],
    [crm(time="1", email="bob@example.com"), crm(email="ann@example.com")],
]
"""A key value that goes and comes back before the list is written."""


@pytest.mark.parametrize(("engine", "examples"), [("sqlite", 150), ("postgres", 25)])
def test_a_list_of_objects_is_stored_as_if_they_had_come_one_by_one(
    request: pytest.FixtureRequest, engine: str, examples: int
) -> None:
    opened: Opened = request.getfixturevalue(f"opened_{engine}")

    @settings(max_examples=examples, deadline=None)
    @example(BACK_IN_ONE_LIST)
    @given(st.lists(st.lists(objects, min_size=1, max_size=12), min_size=1, max_size=3))
    def check(lists: list[list[Put]]) -> None:
        with opened() as one_database, opened() as another:
            together, alone = Store(one_database), Store(another)
            first = 100
            for puts in lists:
                work = work_of(puts, first)
                first += len(puts)
                answers = together.database.write(partial(put_as_list, work=work)).result(10)
                one_by_one = [alone.database.write(partial(put_alone, one=one)).result(10) for one in work]
                assert answers == one_by_one
            assert together.rows() == alone.rows()

    check()


def test_waiting_puts_of_one_domain_run_as_one_list(shop: Shop) -> None:
    shop.define("crm", system("crm"))
    lists: list[int] = []

    def many(tx: Transaction, items: Any) -> list[int]:
        lists.append(len(items))
        return list(items)

    def hold(tx: Transaction) -> None:
        futures.extend(shop.database.write_together("shop", many, number) for number in range(5))

    futures: list[Any] = []
    shop.database.write(hold).result(10)

    assert [future.result(10) for future in futures] == list(range(5))
    assert max(lists) > 1


def test_the_operations_with_a_list_form_are_operations() -> None:
    assert LIST_FORMS.keys() <= OPERATIONS.keys() & FUNCTIONS.keys()


@pytest.mark.parametrize("name", ["unknown", "_profile"])
def test_a_type_that_can_not_be_put_is_refused_alone(shop: Shop, name: str) -> None:
    shop.define("crm", system("crm"))
    puts: list[Put] = [
        ("crm", {"id": "1", "customer": "ann"}),
        (name, {"id": "1"}),
        ("crm", {"id": "2", "customer": "bob"}),
    ]

    answers = shop.database.write(lambda tx: put_as_list(tx, work_of(puts, 1))).result(10)

    assert [isinstance(answer, tuple) for answer in answers] == [False, True, False]
    assert len(shop.rows("profile")) == 2


# --- what nobody could foresee


def test_a_profile_that_is_merged_before_a_list_can_lock_it_gets_its_object_and_nobody_gets_a_second_profile(
    shop: Shop,
) -> None:
    if shop.runs_alone():
        pytest.skip("one writer at a time")
    fields = {"id": text("id"), "account": text("account"), "tag": text("tag")}
    keys = {
        "tagId": key("id", "UNIQUE"),
        "account": key("account", "PROFILE"),
        "tag": key("tag", "PROFILE", "SECONDARY"),
    }
    shop.define("tagged", definition(fields, keys))
    for number in ("1", "2"):
        shop.put("tagged", id=number, account=f"A{number}", tag="T")
    shop.put("tagged", id="3", account="A3")
    merge = shop.work(
        "MergeProfiles",
        MainProfileId=shop.one("account", "A3"),
        ProfileIdsToBeMerged=[shop.one("account", "A2")],
    )
    merged, may_commit = Event(), Event()

    def merge_slowly(tx: Transaction) -> None:
        merge(tx)
        merged.set()
        assert may_commit.wait(10)

    merging = shop.database.write(merge_slowly)
    assert merged.wait(10)
    # The first object withdraws the tag from the profile of A1; then the tag of the second one is that of A2 alone.
    objects = [{"id": "1", "account": "A1"}, {"id": "4", "tag": "T"}]
    items = [{"Id": f"i{number}", "Object": json.dumps(one)} for number, one in enumerate(objects)]
    batch = shop.start("BatchPutProfileObject", ObjectTypeName="tagged", Items=items)
    assert not wait([batch], timeout=0.5).done
    may_commit.set()
    merging.result(10)

    assert batch.result(10).failed == []
    assert shop.ids("tag", "T") == [shop.one("account", "A3")]
