"""Files: lines of NDJSON, and objects into the store in batches."""

import io
import json
from collections.abc import Iterable

import pytest

from openprofiles.connectors import files
from openprofiles.connectors.files import Line, Progress, Target, load, ndjson_lines
from openprofiles.errors import ApiError, BadRequestException, ResourceNotFoundException
from openprofiles.settings import Quotas
from tests.actions.shop import CALLER, REGION, SECOND, START, Record, Shop
from tests.api.mappings import system

BATCH = 4

# What a line of NDJSON is: https://github.com/ndjson/ndjson-spec (blank lines are passed over).
NDJSON: dict[str, tuple[str, list[Line]]] = {
    "one object a line": ('{"a":1}\n{"b":2}\n', [Line(1, '{"a":1}'), Line(2, '{"b":2}')]),
    "no line end at the end": ('{"a":1}\n{"b":2}', [Line(1, '{"a":1}'), Line(2, '{"b":2}')]),
    "blank lines": ('\n{"a":1}\n \t\n\n{"b":2}\n\n', [Line(2, '{"a":1}'), Line(5, '{"b":2}')]),
    "line ends of Windows": ('{"a":1}\r\n{"b":2}\r\n', [Line(1, '{"a":1}'), Line(2, '{"b":2}')]),
    "spaces around": (' {"a":1} \n', [Line(1, '{"a":1}')]),
    "what is no JSON": ("nonsense\n", [Line(1, "nonsense")]),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("text", "lines"), NDJSON.values(), ids=NDJSON)
def test_ndjson_gives_numbered_lines(text: str, lines: list[Line]) -> None:
    assert list(ndjson_lines(io.StringIO(text, newline=""))) == lines


class Loading:
    """One run of `load`, and what it told."""

    def __init__(self, shop: Shop, lines: Iterable[Line], domain: str = "shop", object_type: str = "crm") -> None:
        self.rejects: list[tuple[Line, ApiError]] = []
        self.reports: list[tuple[int, int, int]] = []
        self.progress = load(
            shop.database,
            Target(CALLER, REGION, domain, object_type, Quotas()),
            lines,
            lambda: shop.now,
            lambda line, refusal: self.rejects.append((line, refusal)),
            lambda progress: self.reports.append((progress.last_line, progress.stored, progress.rejected)),
        )


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BATCH", BATCH)


def contacts(count: int) -> list[Line]:
    return [
        Line(number, json.dumps({"id": str(number), "customer": f"c{number}", "first": f"Ann {number}"}))
        for number in range(1, count + 1)
    ]


def test_all_lines_are_stored(shop: Shop) -> None:
    assert Loading(shop, contacts(10)).progress == Progress(stored=10, rejected=0, last_line=10)
    assert len(shop.rows("profile_object")) == 10


def test_a_batch_is_reported_when_it_is_stored(shop: Shop) -> None:
    assert Loading(shop, contacts(10)).reports == [(4, 4, 0), (8, 8, 0), (10, 10, 0)]


def test_nothing_is_no_batch(shop: Shop) -> None:
    assert Loading(shop, []).reports == []


def test_a_line_that_is_refused_does_not_disturb_the_others(shop: Shop) -> None:
    lines = contacts(6)
    lines[2] = Line(3, "nonsense")
    loading = Loading(shop, lines)
    assert loading.progress == Progress(stored=5, rejected=1, last_line=6)
    assert [line for line, _ in loading.rejects] == [Line(3, "nonsense")]


def test_a_line_that_could_not_be_read_is_refused_with_its_fault(shop: Shop) -> None:
    fault = BadRequestException("no cells")
    lines = [Line(0, "x,y", fault), *contacts(6)]
    loading = Loading(shop, lines)
    assert loading.progress == Progress(stored=6, rejected=1, last_line=6)
    assert loading.rejects == [(lines[0], fault)]


def test_a_line_that_makes_a_profile_too_large_does_not_disturb_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openprofiles.actions.records.MAX_PROFILE_BYTES", 200)
    lines = contacts(6)
    lines[2] = Line(3, json.dumps({"id": "3", "customer": "c3", "first": "x" * 250}))
    loading = Loading(shop, lines)
    assert loading.progress == Progress(stored=5, rejected=1, last_line=6)
    assert "larger than" in loading.rejects[0][1].message


def test_later_lines_see_the_effects_of_earlier_ones(shop: Shop) -> None:
    first, second = {"id": "1", "customer": "ann", "first": "Ann"}, {"id": "2", "customer": "ann", "last": "Lee"}
    Loading(shop, [Line(1, json.dumps(first)), Line(2, json.dumps(second))])
    assert shop.profile(shop.one("customer", "ann")) == {"FirstName": "Ann", "LastName": "Lee"}


def test_a_batch_has_the_time_at_which_it_is_stored(shop: Shop) -> None:
    shop.now = START + 90 * SECOND
    Loading(shop, contacts(1))
    assert shop.rows("profile_object")[0]["ingested_at"] == START + 90 * SECOND


def test_the_same_lines_again_give_the_same_store_but_for_one_history_row_each(shop: Shop) -> None:
    Loading(shop, contacts(6))
    before = what_is_known(shop)
    Loading(shop, contacts(6))
    assert what_is_known(shop) == before
    assert len(shop.rows("history")) == 12


def what_is_known(shop: Shop) -> list[Record]:
    """The rows of profiles, objects and keys, without times and versions."""
    changing = {"version", "updated_at", "expires_at", "ingested_at", "sequence", "claims"}
    tables = ("profile", "profile_object", "key_owner", "key_supply", "domain_counter", "dead_letter")
    return [
        {name: value for name, value in row.items() if name not in changing}
        for table in tables
        for row in shop.rows(table)
    ]


def test_what_was_stored_before_an_interruption_stays(shop: Shop) -> None:
    def interrupted() -> Iterable[Line]:
        yield from contacts(6)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Loading(shop, interrupted())
    assert len(shop.rows("profile_object")) == BATCH


@pytest.mark.parametrize(("domain", "object_type"), [("nowhere", "crm"), ("shop", "nothing")])
def test_an_unknown_domain_or_type_is_an_error(shop: Shop, domain: str, object_type: str) -> None:
    with pytest.raises(ResourceNotFoundException, match="does not exist"):
        Loading(shop, contacts(1), domain, object_type)


def test_a_domain_that_is_deleted_meanwhile_is_an_error(shop: Shop) -> None:
    def lines() -> Iterable[Line]:
        yield from contacts(BATCH)
        shop.run("DeleteDomain")
        yield from contacts(1)

    with pytest.raises(ResourceNotFoundException, match="shop"):
        Loading(shop, lines())


def test_an_object_that_fits_no_profile_is_told_with_the_reason_and_kept_as_a_dead_letter(shop: Shop) -> None:
    shop.define("lead", system("lead", AllowProfileCreation=False))
    loading = Loading(shop, contacts(2), object_type="lead")
    assert loading.progress == Progress(stored=0, rejected=2, last_line=2)
    assert "does not allow profile creation" in loading.rejects[0][1].message
    assert len(shop.rows("dead_letter")) == 2
