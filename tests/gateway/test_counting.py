"""What is counted for `/-/metrics`, and how the page is made of it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest

from openprofiles.errors import InternalServerException, ThrottlingException
from openprofiles.gateway import metrics as page
from openprofiles.gateway.completions import Completions
from openprofiles.gateway.counting import CountedBytes, CountedPlaces
from openprofiles.gateway.metrics import MetricsPage
from openprofiles.metrics import BYTES_IN_FLIGHT, NO_OPERATION, WAITING, Counts
from openprofiles.storage import gauges

# --- numbers


def test_what_all_processes_have_counted_is_summed() -> None:
    counts = Counts()
    counts.share(3)
    for number in (0, 2):
        counts.take(number)
        counts.request("GetDomain", 200, 0.003)
        counts.own[WAITING] += 1

    counted = counts.read()

    assert counted.requests == {("GetDomain", "200"): 2}
    assert counted.latencies["GetDomain"].up_to[-1] == counted.waiting == 2
    assert counted.latencies["GetDomain"].seconds == pytest.approx(0.006)


def test_a_successor_keeps_what_was_counted_and_nothing_of_what_was_under_way() -> None:
    counts = Counts()
    counts.request("GetDomain", 200, 0.003)
    counts.delivery_error("sqs")
    counts.own[WAITING], counts.own[BYTES_IN_FLIGHT] = 3, 1_000

    counts.take(0)

    counted = counts.read()
    assert (counted.requests["GetDomain", "200"], counted.delivery_errors["sqs"]) == (1, 1)
    assert (counted.waiting, counted.bytes_in_flight) == (0, 0)


@pytest.mark.parametrize(("seconds", "below"), [(0.0, 15), (0.0005, 15), (0.00051, 14), (10.0, 2), (10.1, 1)])
def test_a_bucket_holds_what_took_up_to_its_bound(seconds: float, below: int) -> None:
    counts = Counts()
    counts.request("GetDomain", 200, seconds)
    assert sum(counts.read().latencies["GetDomain"].up_to) == below


def test_a_name_and_a_status_that_nobody_knows_make_no_new_label() -> None:
    counts = Counts()
    counts.request("evil", 299, 0.003)
    assert counts.read().requests == {(NO_OPERATION, "other"): 1}


def test_delivery_errors_are_counted_by_the_kind_of_destination() -> None:
    counts = Counts()
    counts.delivery_error("webhook")
    counts.delivery_error("webhook")
    counts.delivery_error("file")
    assert counts.read().delivery_errors == {"sqs": 0, "kinesis": 0, "webhook": 2, "file": 1}


# --- limits


def test_calls_count_while_they_hold_a_place_and_refused_ones_do_not() -> None:
    counts = Counts()
    places = CountedPlaces(1, counts)
    with places:
        with pytest.raises(ThrottlingException), places:
            pass
        assert counts.read().waiting == 1
    assert counts.read().waiting == 0


def test_bytes_count_while_they_are_in_flight_and_refused_ones_do_not() -> None:
    counts = Counts()
    in_flight = CountedBytes(100, counts)
    in_flight.add(60)
    with pytest.raises(ThrottlingException):
        in_flight.add(60)
    assert counts.read().bytes_in_flight == 60
    in_flight.remove(60)
    assert counts.read().bytes_in_flight == 0


# --- the page


class Store:
    """A store whose reads end as they are told."""

    def __init__(self, begin: Callable[[Future[list[int]]], None]) -> None:
        self.reads = 0
        self._begin = begin

    def read(self, _work: object, is_long: bool = False) -> Future[list[int]]:
        self.reads += 1
        future: Future[list[int]] = Future()
        self._begin(future)
        return future


def services_of(store: Store) -> Any:
    return SimpleNamespace(database=store, clock=lambda: 0, completions=Completions())


def answering(future: Future[list[int]]) -> None:
    future.set_result([7] * len(gauges.GAUGES))


def failing(future: Future[list[int]]) -> None:
    future.set_exception(InternalServerException("The store is away."))


def silent(_future: Future[list[int]]) -> None:
    pass


def text_of(store: Store) -> str:
    counts = Counts()
    counts.request("GetDomain", 200, 0.003)
    return asyncio.run(MetricsPage(counts)(services_of(store)))[1].decode()


def test_what_is_read_from_the_store_is_on_the_page() -> None:
    text = text_of(Store(answering))
    assert "openprofiles_store_up 1.0" in text
    assert [gauge.name for gauge in gauges.GAUGES if f"\n{gauge.name} 7.0\n" not in text] == []


@pytest.mark.parametrize("begin", [failing, silent])
def test_a_store_that_does_not_answer_leaves_the_counts_on_the_page(
    begin: Callable[[Future[list[int]]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "STORE_SECONDS", 0.01)
    text = text_of(Store(begin))
    assert "openprofiles_store_up 0.0" in text
    assert 'openprofiles_requests_total{operation="GetDomain",status="200"} 1.0' in text
    assert "openprofiles_dead_letters" not in text


def test_all_who_ask_at_once_get_one_page() -> None:
    store = Store(answering)

    async def ask_often() -> set[bytes]:
        metrics, services = MetricsPage(Counts()), services_of(store)
        return {answer for _, answer in await asyncio.gather(*(metrics(services) for _ in range(50)))}

    assert len(asyncio.run(ask_often())) == 1
    assert store.reads == 1


@pytest.mark.parametrize(("rests", "reads"), [(0.0, 2), (1e9, 1)])
def test_a_page_is_kept_the_longer_the_longer_it_took(
    rests: float, reads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(page, "RESTS", rests)
    store = Store(answering)

    async def ask_twice() -> None:
        metrics, services = MetricsPage(Counts()), services_of(store)
        await metrics(services)
        await metrics(services)

    asyncio.run(ask_twice())
    assert store.reads == reads


def test_a_read_that_lasts_is_not_begun_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "STORE_SECONDS", 0.01)
    monkeypatch.setattr(page, "LONGEST_FRESH_SECONDS", 0.0)
    store = Store(silent)

    async def ask_again() -> None:
        metrics, services = MetricsPage(Counts()), services_of(store)
        for _ in range(3):
            await metrics(services)

    asyncio.run(ask_again())
    assert store.reads == 1
