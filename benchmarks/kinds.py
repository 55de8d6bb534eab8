"""The kinds of requests, and how many of each are prepared before the clock starts."""

import copy
import random
from collections.abc import Callable, Iterable
from itertools import count, cycle, islice

import msgspec

from benchmarks import load, names, requests
from benchmarks.processes import Server
from benchmarks.stores import Store

MOST_PUTS = 12_000
"""A second, at which no server has arrived."""

SEARCHES = 10_000
"""Different searches; they are sent again when all have been."""


class Subject:
    """A server on a store, where the first `known` customers are known. Each put has values that none before had."""

    def __init__(self, store: Store, server: Server, known: int, seed: int = 0) -> None:
        self.store = store
        self.server = server
        self.known = known
        self.random = random.Random(seed)
        self.new_numbers = count(known)
        self.revisions = count(1)
        self.profile_ids: list[str] = []
        self.calculated: dict[str, str] = {}

    def set_up(self) -> None:
        """The domain and the object type."""
        sent = load.run(self.server.port, requests.setup(self.server.port), connections=1)
        assert sent.failed == 0, "The server refused the domain or the object type."

    def find(self) -> None:
        """The ids of some profiles of known customers."""
        bodies: list[bytes] = []
        numbers = self.random.sample(range(self.known), min(SEARCHES, self.known))
        searches = [self.search("_email", requests.email(number)) for number in numbers]
        load.run(self.server.port, searches, seconds=60, bodies=bodies)
        self.profile_ids = [item["ProfileId"] for body in bodies for item in msgspec.json.decode(body)["Items"]]

    def served_by(self, server: Server) -> "Subject":
        """The same store and customers behind another server; what one of them has put the other puts no more."""
        other = copy.copy(self)
        other.server = server
        return other

    def known_number(self) -> int:
        return self.random.randrange(self.known)

    def put(self, number: int) -> bytes:
        return requests.put(self.server.port, number, next(self.revisions))

    def search(self, key: str, value: str) -> bytes:
        return requests.search(self.server.port, key, value)


class Kind(msgspec.Struct, frozen=True):
    """`group` is what the command line selects by; `make` prepares requests for so many seconds."""

    name: str
    group: str
    make: Callable[[Subject, float], Iterable[bytes]]


def mixed_numbers(subject: Subject, amount: int) -> list[int]:
    """New and known customers in turn."""
    pairs = ((next(subject.new_numbers), subject.known_number()) for _ in range(amount // 2))
    return [number for pair in pairs for number in pair]


def half_and_half(subject: Subject, seconds: float) -> Iterable[bytes]:
    return [subject.put(number) for number in mixed_numbers(subject, int(seconds * MOST_PUTS))]


def new_customers(subject: Subject, seconds: float) -> Iterable[bytes]:
    return [subject.put(number) for number in islice(subject.new_numbers, int(seconds * MOST_PUTS))]


def known_customers(subject: Subject, seconds: float) -> Iterable[bytes]:
    return [subject.put(subject.known_number()) for _ in range(int(seconds * MOST_PUTS))]


def by_email(subject: Subject, _: float) -> Iterable[bytes]:
    return cycle([subject.search("_email", requests.email(subject.known_number())) for _ in range(SEARCHES)])


def by_profile_id(subject: Subject, _: float) -> Iterable[bytes]:
    return cycle([subject.search("_profileId", profile_id) for profile_id in subject.profile_ids])


KINDS = (
    Kind(names.PUT_HALF, "put", half_and_half),
    Kind(names.PUT_NEW, "put", new_customers),
    Kind(names.PUT_KNOWN, "put", known_customers),
    Kind(names.SEARCH_EMAIL, "search", by_email),
    Kind(names.SEARCH_ID, "search", by_profile_id),
)
