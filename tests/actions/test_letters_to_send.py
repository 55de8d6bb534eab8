"""Which letter is sent next, where queues fail: real stores, and a queue that a test plays."""

import pytest

from openprofiles.delivery.dead_letters import LONGEST_PAUSE, send_one
from openprofiles.delivery.sqs import NotSent
from openprofiles.errors import InternalServerException
from openprofiles.storage.database import Database
from tests.actions.shop import Shop
from tests.api.mappings import system

GOOD, BAD = (f"https://sqs.eu-west-1.amazonaws.com/1/{name}" for name in ("good", "bad"))


class Queues:
    """Takes messages, but for those to the queue that is away."""

    def __init__(self, failure: NotSent | None = None) -> None:
        self.taken: list[str] = []
        self.tries = 0
        self.failure = failure or NotSent("away")

    def send(self, queue_url: str, region: str, body: str, attributes: dict[str, str]) -> None:
        del region, body
        self.tries += 1
        if queue_url == BAD:
            raise self.failure
        self.taken.append(attributes["DomainName"])


def shop_with(database: Database, name: str, queue: str, letters: int) -> Shop:
    shop = Shop(database, name)
    shop.run("UpdateDomain", DeadLetterQueueUrl=queue)
    shop.define("lead", system("lead", AllowProfileCreation=False))
    for number in range(letters):
        shop.put("lead", id=str(number), customer="nobody")
    return shop


@pytest.fixture
def good(database: Database) -> Shop:
    return shop_with(database, "good", GOOD, 2)


def all_sent(database: Database, queues: Queues, now: int = 1) -> int:
    """Send until nothing is due; how many tries failed."""
    failed, goes_on = 0, True
    while goes_on:
        try:
            goes_on = send_one(database, queues.send, lambda: now)
        except InternalServerException:
            failed += 1
    return failed


def test_a_queue_that_is_away_holds_no_other_up(database: Database) -> None:
    shop_with(database, "bad", BAD, 20)
    shop_with(database, "good", GOOD, 2)
    queues = Queues()
    assert all_sent(database, queues) == 1
    assert queues.taken == ["good", "good"]


def test_what_could_not_be_sent_is_tried_again_later(database: Database) -> None:
    shop_with(database, "bad", BAD, 3)
    queues = Queues()
    assert all_sent(database, queues, 1) == 1
    assert all_sent(database, queues, 2) == 0
    assert all_sent(database, queues, 2 + LONGEST_PAUSE) == 1


def test_a_message_that_no_queue_takes_is_not_tried_again(database: Database) -> None:
    shop = shop_with(database, "bad", BAD, 1)
    queues = Queues(NotSent("InvalidMessageContents", is_final=True))
    all_sent(database, queues, 1)
    all_sent(database, queues, 10**12)
    assert queues.tries == 1
    assert len(shop.rows("dead_letter")) == 1


def test_a_letter_that_was_erased_meanwhile_is_not_sent(database: Database, good: Shop) -> None:
    queues = Queues()
    send_one(database, queues.send, lambda: 1)
    good.run("EraseCustomer", KeyName="customer", Value="nobody")
    all_sent(database, queues)
    assert queues.taken == ["good"]


def test_a_domain_whose_queue_was_taken_away_sends_nothing(database: Database, good: Shop) -> None:
    good.run("UpdateDomain", DeadLetterQueueUrl="")
    queues = Queues()
    all_sent(database, queues)
    assert queues.taken == []
    assert good.rows("letter_to_send") == []


def test_a_deleted_domain_sends_nothing(database: Database, good: Shop) -> None:
    good.run("DeleteDomain")
    queues = Queues()
    all_sent(database, queues)
    assert queues.taken == []
