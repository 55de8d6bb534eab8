"""A request on its way to its answer (Exchange), and what the steps of that way use (Services)."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any

import msgspec

from openprofiles.call import Call
from openprofiles.errors import ApiError
from openprofiles.gateway.authentication import Caller
from openprofiles.gateway.codec import encode_error
from openprofiles.gateway.completions import Completions
from openprofiles.gateway.known_keys import KnownKeys
from openprofiles.gateway.limits import BytesInFlight, Headers, Places
from openprofiles.gateway.request_ids import request_id_of, take
from openprofiles.gateway.routing import Router
from openprofiles.gateway.throttle import Throttle
from openprofiles.operations import Operation
from openprofiles.settings import Limits, Policy, Quotas
from openprofiles.storage.answers import Answer
from openprofiles.storage.database import Database, Many, Transaction
from openprofiles.storage.switches import Switches

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]


class ClientGone(Exception):
    """The connection ended before the request did."""


MOST_STREAMS = 4
"""Each has a thread, a connection and a snapshot of the store to itself."""


class Given(msgspec.Struct, frozen=True):
    """What a call is made of once there is a transaction for it, and its request. The same each time it is run."""

    caller: Caller
    now: int
    request_id: str
    seed: bytes
    request: Any
    quotas: Quotas
    policy: Policy
    switches: Switches | None

    def call(self, tx: Transaction) -> Call:
        return Call(
            tx,
            self.caller.principal,
            self.caller.region,
            self.now,
            self.request_id,
            self.seed,
            self.quotas,
            self.policy,
            self.switches,
        )


class Services(msgspec.Struct, frozen=True):
    """What the steps use. `functions`: operation name → function; `list_forms`: the same for
    those whose waiting calls run together. `clock` gives milliseconds of business time."""

    router: Router
    functions: Mapping[str, Callable[[Call, Any], Any]]
    list_forms: Mapping[str, Many[Given, Any]]
    database: Database
    known_keys: KnownKeys
    clock: Callable[[], int]
    limits: Limits
    quotas: Quotas
    in_flight: BytesInFlight
    places: Places
    completions: Completions
    throttle: Throttle = Throttle({})
    cors_origins: tuple[str, ...] = ()
    streams: Places = msgspec.field(default_factory=lambda: Places(MOST_STREAMS))
    policy: Policy = Policy()
    long_reads: frozenset[str] = frozenset()


class Exchange:
    """One request and its answer. Each step reads what earlier ones have set, and sets what later ones read."""

    __slots__ = (
        "answer",
        "answer_bytes",
        "body",
        "body_bytes",
        "body_complete",
        "caller",
        "content_type",
        "error_code",
        "headers",
        "method",
        "name",
        "operation",
        "path_members",
        "query_string",
        "random",
        "raw_path",
        "receive",
        "request",
        "request_id",
        "response",
        "rest",
        "started",
        "status",
        "switches",
    )

    operation: Operation
    path_members: dict[str, str]
    caller: Caller
    request: msgspec.Struct
    response: msgspec.Struct | Answer | None

    def __init__(self, scope: Message, receive: Receive) -> None:
        self.started = time.perf_counter()
        self.random = take()
        self.request_id = request_id_of(self.random)
        self.receive = receive
        self.method: str = scope["method"]
        self.raw_path: bytes = scope["raw_path"]
        self.query_string: bytes = scope["query_string"]
        self.headers: Headers = scope["headers"]
        self.name = "-"
        self.body = b""
        self.body_bytes = 0
        self.answer_bytes = 0
        self.body_complete = False
        self.status = 500
        self.answer = b""
        self.content_type = b"application/json"
        self.switches: Switches | None = None
        self.rest: AsyncGenerator[bytes, None] | None = None
        self.error_code: str | None = None

    def fail(self, error: ApiError) -> None:
        self.status, self.answer, self.error_code = error.status, encode_error(error), error.code


Step = Callable[[Services, Exchange], Awaitable[None] | None]
