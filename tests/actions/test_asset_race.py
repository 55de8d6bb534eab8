"""An asset changes hands while the profile that had it is deleted."""

import concurrent.futures
import json
import threading
from collections.abc import Iterator

import pytest

from openprofiles.actions.writes import Writes
from openprofiles.storage.database import Transaction
from tests.api.mappings import products

from .shop import Shop
from .test_check import found


class Halt:
    """Holds the next ingestion at its last step, all rows of its standard objects being locked."""

    def __init__(self) -> None:
        self.armed, self.reached, self.go = False, threading.Event(), threading.Event()


@pytest.fixture
def halt(monkeypatch: pytest.MonkeyPatch) -> Iterator[Halt]:
    halt, flush = Halt(), Writes.flush

    def halting(self: Writes, tx: Transaction) -> None:
        if halt.armed:
            halt.armed = False
            halt.reached.set()
            halt.go.wait(10)
        flush(self, tx)

    monkeypatch.setattr(Writes, "flush", halting)
    yield halt
    halt.go.set()


def test_an_asset_that_goes_to_another_profile_stays_when_its_former_profile_is_deleted(shop: Shop, halt: Halt) -> None:
    if shop.runs_alone():
        pytest.skip("one writer at a time")
    shop.define("product", products())
    pump = shop.put("product", email="a@example.com", serial="1", name="Pump")
    shop.put("product", email="b@example.com", serial="2", name="Lamp")
    former, later = shop.one("_email", "a@example.com"), shop.one("_email", "b@example.com")
    shop.remove("product", former, pump)
    again = json.dumps({"email": "b@example.com", "serial": "1", "name": "Pump"})

    halt.armed = True
    put = shop.start("PutProfileObject", ObjectTypeName="product", Object=again)
    assert halt.reached.wait(5)
    deletion = shop.start("DeleteProfile", ProfileId=former)
    assert not concurrent.futures.wait([deletion], timeout=0.5).done
    halt.go.set()
    put.result(10)
    deletion.result(10)

    assert len(shop.standard("_asset", later)) == 2
    assert found(shop) == []
