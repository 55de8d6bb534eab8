"""`kill -9` at any moment: what was acknowledged is there whole, what was not is there whole or not at all."""

import json
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from threading import Event
from typing import Any

from tests.faults.client import Client
from tests.faults.conftest import CrashingStore, Sizes
from tests.faults.test_concurrency import customer, types
from tests.server.process import RunningServer

CLIENTS = 8
Texts = dict[str, list[str | None]]
"""Object id → what may be stored of it: the last acknowledged text (None: it may not be there at all) and, behind it,
one that was sent and not answered.
"""


def test_every_acknowledged_object_survives_kills_with_its_keys_and_history(
    crashing: CrashingStore, sizes: Sizes
) -> None:
    sent: list[Texts] = [{} for _ in range(CLIENTS)]
    server = crashing.start()
    prepare(server)
    for kill in range(sizes.kills):
        changed = load_until(server, sent, kill, crashing.kill)
        server = crashing.start()
        verify(server, sent, changed)
        crashing.check()
    assert sum(map(len, sent)) > 50 * sizes.kills


def prepare(server: RunningServer) -> None:
    client = Client(server, "crash")
    assert client.create_domain().status == 200
    for name, one in types().items():
        assert client.define(name, one).status == 200
    client.close()


def load_until(
    server: RunningServer, sent: list[Texts], kill: int, act: Callable[[random.Random], None]
) -> list[set[str]]:
    """Load the server from all clients until `act` has killed something; the objects that each client has sent."""
    over = Event()
    chance = random.Random(f"moment of kill {kill}")
    with ThreadPoolExecutor(CLIENTS) as threads:
        loads = [threads.submit(put_until, server, over, sent[number], number, kill) for number in range(CLIENTS)]
        time.sleep(0.1 + 0.4 * chance.random())
        act(chance)
        over.set()
        return [load.result() for load in loads]


def put_until(server: RunningServer, over: Event, texts: Texts, number: int, kill: int) -> set[str]:
    """Put objects of this client's own, new and known ones, until the connection fails or it is over."""
    chance = random.Random(f"{number} {kill}")
    client = Client(server, "crash", tolerant=True)
    changed = set()
    try:
        while not over.is_set():
            name = f"{number}-{chance.randrange(40 * (kill + 1))}"
            text = json.dumps(value_of(name, chance.random()))
            texts.setdefault(name, [None]).append(text)
            changed.add(name)
            if client.put("crm", json.loads(text)).status == 200:
                texts[name] = [text]
    except (OSError, HTTPException):
        pass
    finally:
        client.close()
    return changed


def value_of(name: str, revision: float) -> dict[str, Any]:
    """The account follows from the name, so that an object always belongs to the same profile."""
    number = int(name.replace("-", "0000"))
    return {"id": name, "name": f"{revision}", **customer(number)}


def verify(server: RunningServer, sent: list[Texts], changed: list[set[str]]) -> None:
    """Look at what was sent since the last kill, through the API."""
    client = Client(server, "crash")
    for texts, names in zip(sent, changed, strict=True):
        for name in names:
            verify_object(client, name, texts)
    client.close()


def verify_object(client: Client, name: str, texts: Texts) -> None:
    found = client.search("crmId", name)
    assert len(found) == 1 or (not found and texts[name][0] is None), name
    if not found:
        del texts[name]
        return
    stored = object_of(client, found[0]["ProfileId"], name)
    assert stored in texts[name], (name, stored, texts[name])
    texts[name] = [stored]
    assert found[0]["FirstName"] == json.loads(stored)["name"]
    for key, member in (("_account", "account"), ("_email", "email")):
        assert [one["ProfileId"] for one in client.search(key, json.loads(stored)[member])] == [found[0]["ProfileId"]]


def object_of(client: Client, profile: str, name: str) -> str:
    answer = client.call("POST", "/profiles/objects", ObjectTypeName="crm", ProfileId=profile)
    [stored] = [item["Object"] for item in answer["Items"] if json.loads(item["Object"])["id"] == name]
    return str(stored)
