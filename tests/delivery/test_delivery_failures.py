"""What can not be delivered stays: it is tried again, later and later, until the retention time is over."""

from collections.abc import Sequence

import pytest

from openprofiles.delivery.events import purge_step
from openprofiles.delivery.records import Record
from tests.actions.shop import DAY, START

from . import nodes
from .nodes import refuse, refusing
from .outlet import ANN, BOB, CAY, OTHER, Outbox, Outlet, change_of, profile_of

database, postgres_store, shop, outbox = nodes.database, nodes.postgres_store, nodes.shop, nodes.outbox


def test_what_was_not_taken_is_sent_again_alone(outbox: Outbox) -> None:
    outbox.add_changes(ANN, BOB, CAY)
    reason = outbox.deliver(refusing(BOB))
    left = outbox.left()
    again = Outlet()
    outbox.deliver(again)
    assert reason == "1 of 3 records were not taken: full"
    assert left == again.told == [(BOB, 1)]


def test_no_later_event_passes_one_that_was_not_taken(outbox: Outbox) -> None:
    outbox.add_changes(ANN, BOB, positions=[1, 2])
    outlet = refusing(BOB)
    for _ in range(3):
        outbox.deliver(outlet)
    assert outlet.told_of_each == {ANN: [1, 2], BOB: [1, 1, 1]}


def test_what_is_sent_again_is_the_same_to_the_byte(outbox: Outbox) -> None:
    outbox.add_changes(ANN)
    outlet = Outlet(refuse)
    for _ in range(2):
        outbox.deliver(outlet)
    [first], [second] = outlet.handed
    assert first == second


def test_nothing_is_lost_where_nothing_was_delivered(outbox: Outbox) -> None:
    outbox.add_changes(ANN, BOB)
    assert outbox.deliver(Outlet(refuse)) == "away"
    assert outbox.left() == [(ANN, 1), (BOB, 1)]


def pauses(outbox: Outbox, failures: int) -> list[int]:
    """Milliseconds from each failure to the next try."""
    found = []
    for _ in range(failures):
        outbox.deliver(Outlet(refuse))
        found.append(outbox.bucket()["next_try_at"] - outbox.clock())
        outbox.clock.now = outbox.bucket()["next_try_at"]
    return found


def test_pauses_double_up_to_a_minute(outbox: Outbox) -> None:
    outbox.add_changes(ANN)
    assert pauses(outbox, 9) == [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]


@pytest.mark.parametrize(("jitter", "expected"), [(0.0, [250, 500, 1_000]), (0.999, [749, 1_499, 2_998])])
def test_pauses_are_spread_by_a_half_both_ways(outbox: Outbox, jitter: float, expected: list[int]) -> None:
    outbox.jitter = jitter
    outbox.add_changes(ANN)
    assert pauses(outbox, 3) == expected


def test_an_unhealthy_stream_tells_since_when_and_what_failed_last(outbox: Outbox) -> None:
    outbox.add_changes(ANN)
    pauses(outbox, 3)
    outbox.deliver(refusing(ANN))
    assert outbox.state().unhealthy_since == START
    assert outbox.state().message == "1 of 1 records were not taken: full"


def test_a_stream_that_is_told_again_is_healthy(outbox: Outbox) -> None:
    outbox.add_changes(ANN)
    pauses(outbox, 3)
    outbox.deliver(Outlet())
    state = outbox.state()
    bucket = outbox.bucket()
    assert (state.unhealthy_since, bucket["tries"], bucket["next_try_at"]) == (None, 0, 0)
    assert state.message == "Delivers again since 2026-03-04T05:06:10.500Z."


def test_a_stream_is_kept_until_the_retention_time_is_over(outbox: Outbox) -> None:
    outbox.add_changes(ANN)
    outbox.deliver(Outlet(refuse))
    outbox.clock.now += DAY - 1
    outbox.deliver(Outlet(refuse))
    purge(outbox)
    assert outbox.state().stopped_at is None
    assert outbox.left() == [(ANN, 1)]


def purge(outbox: Outbox) -> None:
    now = outbox.clock()
    while outbox.database.write(lambda tx: purge_step(tx, now, now)).result(10):
        pass


def test_a_stream_is_stopped_once_the_retention_time_is_over(outbox: Outbox) -> None:
    outbox.add_changes(ANN, BOB, positions=[1, 2])
    outbox.deliver(Outlet(refuse))
    outbox.clock.now += DAY
    outbox.deliver(Outlet(refuse))
    purge(outbox)
    outbox.shop.create(FirstName="Dee")
    state = outbox.state()
    assert state.stopped_at == START + DAY
    assert state.message == "Stopped: undelivered since 2026-03-04T05:06:07.000Z. The last failure: away"
    assert outbox.left() == []


def test_the_first_pause_after_a_success_is_short_again(outbox: Outbox) -> None:
    answers: list[str | None] = ["full", None]
    outbox.add_changes(ANN, positions=[1, 2])
    pauses(outbox, 6)
    outbox.deliver(Outlet(lambda _: [answers.pop()]))
    assert outbox.left() == [(ANN, 2)]
    assert outbox.bucket()["next_try_at"] - outbox.clock() == 500


def test_what_is_never_taken_does_not_hold_up_what_comes_behind_it(outbox: Outbox) -> None:
    refused, others = [profile_of(n) for n in range(12)], [profile_of(n) for n in range(12, 40)]
    outbox.add_changes(*refused, *others)
    outlet = refusing(*refused)
    outlet.most_at_once = 10
    outbox.deliver(outlet)
    assert outbox.left() == [(profile, 1) for profile in refused]
    assert outbox.bucket()["next_try_at"] - outbox.clock() == 500


def test_a_destination_that_takes_nothing_is_not_asked_for_all(outbox: Outbox) -> None:
    profiles = [profile_of(n) for n in range(100)]
    outbox.add_changes(*profiles)
    outlet = refusing(*profiles)
    outlet.most_at_once = 10
    outbox.deliver(outlet)
    outbox.deliver(outlet)
    assert outlet.told == [(profile, 1) for profile in profiles[:60]]


def test_a_stream_that_always_leaves_something_for_the_next_time_is_not_stopped(outbox: Outbox) -> None:
    """As a shard does that is written to as fast as it takes."""
    outlet = Outlet(lambda records: [None, *["ProvisionedThroughputExceededException"] * (len(records) - 1)])
    for hour in range(60):
        outbox.clock.now = START + hour * 3_600_000
        outbox.add(*[change_of(profile, hour, at=outbox.clock()) for profile in (ANN, BOB)])
        outbox.deliver(outlet)
        outbox.deliver(outlet)
    assert outbox.state().stopped_at is None


def test_a_defect_of_a_destination_is_an_outage(outbox: Outbox) -> None:
    def fail(records: Sequence[Record]) -> list[str | None]:
        raise KeyError("secret")

    outbox.add_changes(ANN)
    outbox.deliver(Outlet(fail))
    state = outbox.state()
    assert (state.message, state.unhealthy_since) == ("KeyError", START)
    assert outbox.bucket()["next_try_at"] > outbox.clock()


def test_an_outage_of_which_nothing_is_left_is_over(outbox: Outbox) -> None:
    outbox.add_changes(ANN)
    outbox.deliver(Outlet(refuse))
    outbox.forget(ANN)
    purge(outbox)
    assert outbox.state().unhealthy_since is None


def test_a_success_ends_an_outage_that_has_begun_meanwhile(outbox: Outbox) -> None:
    """Another node has looked when the stream was healthy, and gets the bucket once the first has failed."""
    outbox.add_changes(ANN)
    before = outbox.due()
    outbox.deliver(Outlet(refuse))
    outbox.deliver(Outlet(), due=before, owner=OTHER)
    assert outbox.left() == []
    assert outbox.state().unhealthy_since is None


def test_an_outage_does_not_last_while_there_is_nothing_to_deliver(outbox: Outbox) -> None:
    """The one event goes with its profile; a day later another meets a failure of a moment."""
    outbox.add_changes(ANN)
    outbox.deliver(Outlet(refuse))
    outbox.forget(ANN)
    outbox.clock.now += 2 * DAY
    outbox.add(change_of(BOB, 1, at=outbox.clock()))
    outbox.deliver(Outlet(refuse))
    assert outbox.state().stopped_at is None


def test_a_stream_is_told_of_nothing_once_it_is_deleted(outbox: Outbox) -> None:
    def take_and_delete(records: Sequence[Record]) -> list[str | None]:
        outbox.bury()
        return [None] * len(records)

    outbox.add_changes(ANN, positions=[1, 2, 3])
    outlet = Outlet(take_and_delete)
    outbox.deliver(outlet)
    assert outlet.told == [(ANN, 1)]
