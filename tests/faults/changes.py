"""Many clients that change profiles until each change is acknowledged, by whichever server lives."""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import NamedTuple

from tests.faults.client import Answer, Client
from tests.server.process import RunningServer

WRITERS = 8
BATCH = 10
REST = 0.02
"""Seconds between two calls of a writer, so that a fault meets writers at work."""

LONGEST_OUTAGE = 60.0

BATCH_PUT = "/profiles/objects/batch-put-profile-object"


class Change(NamedTuple):
    """The `counter`th change of a profile. A call that was not answered may have been done, so it is told from its
    repetition by its `attempt`.
    """

    profile: int
    counter: int
    attempt: int = 0

    @property
    def text(self) -> str:
        return f"{self.profile}.{self.counter}.{self.attempt}"

    @property
    def value(self) -> dict[str, str]:
        """An object, new or known, that changes the profile whatever it was before."""
        return {"id": f"{self.profile}-{self.counter % 4}", "customer": f"c{self.profile}", "first": self.text}


def change_from(text: str) -> Change:
    return Change(*map(int, text.split(".")))


class Ledger:
    """What was sent, and what was acknowledged."""

    def __init__(self) -> None:
        self.sent: set[Change] = set()
        self.acknowledged: set[Change] = set()

    @property
    def unanswered(self) -> int:
        return len(self.sent - self.acknowledged)


class Writers:
    """They write to a domain by the servers that stand in the list at the moment."""

    def __init__(self, servers: Sequence[RunningServer], domain: str, profiles: int) -> None:
        self.ledger = Ledger()
        self._servers = servers
        self._domain = domain
        self._profiles = profiles

    def write(self, counters: range, act: Callable[[], None]) -> None:
        """Change each profile once for each counter; act once half of that has been acknowledged."""
        half = len(self.ledger.acknowledged) + self._profiles * len(counters) // 2
        with ThreadPoolExecutor(WRITERS) as threads:
            writing = [threads.submit(self._write, number, counters) for number in range(WRITERS)]
            while len(self.ledger.acknowledged) < half and not any(one.done() for one in writing):
                time.sleep(0.005)
            act()
            for one in writing:
                one.result()

    def _write(self, number: int, counters: Iterable[int]) -> None:
        """One writer's profiles are its alone: it sends a change once the one before is acknowledged."""
        writer = Writer(self._servers, self._domain, number, self.ledger)
        size, own = 1 if number % 4 == 3 else BATCH, range(number, self._profiles, WRITERS)
        try:
            for counter in counters:
                for start in range(0, len(own), size):
                    writer.send([Change(profile, counter) for profile in own[start : start + size]])
                    time.sleep(REST)
        finally:
            writer.close()


class Writer:
    """One client, which goes to the next server when its own has gone."""

    def __init__(self, servers: Sequence[RunningServer], domain: str, number: int, ledger: Ledger) -> None:
        self._servers = servers
        self._domain = domain
        self._number = number
        self._ledger = ledger
        self._client = self._connected()

    def _connected(self) -> Client:
        return Client(self._servers[self._number % len(self._servers)], self._domain, tolerant=True)

    def send(self, changes: list[Change]) -> None:
        """Until they are acknowledged."""
        until = time.monotonic() + LONGEST_OUTAGE
        while not self._is_done(changes):
            assert time.monotonic() < until, "no server has taken it"
            changes = [change._replace(attempt=change.attempt + 1) for change in changes]
            self._number += 1
            self.close()
            time.sleep(0.05)
            self._client = self._connected()
        self._ledger.acknowledged.update(changes)

    def _is_done(self, changes: list[Change]) -> bool:
        self._ledger.sent.update(changes)
        try:
            answer = self._put(changes)
        except (OSError, HTTPException):
            return False
        assert answer.status in (200, 429, 500, 503), answer
        assert not answer.get("Failed"), answer
        return answer.status == 200

    def _put(self, changes: list[Change]) -> Answer:
        if len(changes) == 1:
            return self._client.put("crm", changes[0].value)
        items = [{"Id": str(change.profile), "Object": json.dumps(change.value)} for change in changes]
        return self._client.call("PUT", BATCH_PUT, ObjectTypeName="crm", Items=items)

    def close(self) -> None:
        self._client.close()
