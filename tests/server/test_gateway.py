"""What a running server does not show at will: faults inside it, and what happens between threads."""

import asyncio
import io
import json
import logging
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import patch

import pytest

from openprofiles.errors import BadRequestException
from openprofiles.gateway.asgi import Gateway
from openprofiles.gateway.calls import domain_of
from openprofiles.gateway.completions import Completions
from openprofiles.gateway.exchange import Exchange, Services, Step
from openprofiles.gateway.known_keys import KnownKeys
from openprofiles.gateway.limits import BytesInFlight, Places
from openprofiles.gateway.log import IntoLog, RequestLog, open_log
from openprofiles.gateway.routing import Router
from openprofiles.gateway.steps import answer_own_path
from openprofiles.operations import OPERATIONS
from openprofiles.settings import Limits, Quotas
from openprofiles.storage import access_keys
from openprofiles.storage.access_keys import AccessKey
from openprofiles.storage.database import Many, Snapshot, Work
from openprofiles.storage.sqlite import open_sqlite

ROOT = AccessKey("AKIAROOTROOTROOTROOT", "root-secret", "000000000000")


class BrokenDatabase:
    """A store that answers nothing."""

    def write(self, work: Work[Any], size: int = 0) -> Future[Any]:
        raise RuntimeError("the disk is gone")

    def write_together(
        self, group: Hashable, many: Many[Any, Any], item: Any, size: int = 0, future: Future[Any] | None = None
    ) -> Future[Any]:
        raise RuntimeError("the disk is gone")

    def read(self, work: Work[Any], is_long: bool = False) -> Future[Any]:
        raise RuntimeError("the disk is gone")

    def snapshot(self) -> Snapshot:
        raise RuntimeError("the disk is gone")

    def close(self) -> None:
        pass


def answer(step: Step, path: bytes = b"/") -> tuple[int, dict[bytes, bytes], Any, str]:
    """Status, headers, body and log of a gateway that takes one step."""
    log = io.BytesIO()
    services = Services(
        router=Router(OPERATIONS.values()),
        functions={},
        list_forms={},
        database=BrokenDatabase(),
        known_keys=KnownKeys(ROOT, BrokenDatabase()),
        clock=lambda: 0,
        limits=Limits(),
        quotas=Quotas(),
        in_flight=BytesInFlight(1),
        places=Places(1),
        completions=Completions(),
    )
    gateway = Gateway(
        services, [step], [step], open_log(log, json=True), RequestLog(log, json=True), lambda: None, lambda: None
    )
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "raw_path": path, "query_string": b"", "headers": []}
    asyncio.run(gateway(scope, receive, send))
    body = b"".join(message["body"] for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), json.loads(body), log.getvalue().decode()


def failing(error: Exception) -> Step:
    def step(_services: Services, _exchange: Exchange) -> None:
        raise error

    return step


def test_a_fault_of_ours_tells_the_caller_its_request_id_and_nothing_else() -> None:
    status, headers, body, _ = answer(failing(RuntimeError("password is swordfish")))
    request_id = headers[b"x-amzn-requestid"].decode()
    assert (status, headers[b"x-amzn-errortype"]) == (500, b"InternalServerException")
    assert body == {"Message": f"The server failed on request {request_id}; its log says why."}


def test_a_fault_of_ours_is_logged_with_its_lines_of_code_but_without_what_it_says() -> None:
    _, headers, _, log = answer(failing(RuntimeError("Ann Lee, 12 Main Street")))
    fault, request = (json.loads(line) for line in log.splitlines())
    assert fault["exception"].endswith("RuntimeError")
    assert "Ann Lee" not in log
    assert fault["request_id"] == request["request_id"] == headers[b"x-amzn-requestid"].decode()
    assert (fault["level"], request["status"]) == ("error", 500)


@pytest.mark.parametrize("level", ["warning", "error"])
def test_what_a_library_says_is_logged_at_its_level_without_the_arguments_of_calls(level: str) -> None:
    log = io.BytesIO()
    library = logging.Logger("library")
    library.addHandler(IntoLog(open_log(log, json=True)))

    getattr(library, level)("Exception in callback received(b'Ann Lee')\nhandle: <Handle received(b'Ann Lee')>")

    line = json.loads(log.getvalue())
    assert (line["level"], line["event"], line["source"]) == (level, "Exception in callback received", "library")
    assert b"Ann Lee" not in log.getvalue()


def test_a_refusal_is_no_fault() -> None:
    status, headers, body, log = answer(failing(BadRequestException("It is wrong.")))
    assert (status, headers[b"x-amzn-errortype"], body) == (400, b"BadRequestException", {"Message": "It is wrong."})
    assert len(log.splitlines()) == 1


def test_a_server_whose_store_does_not_answer_lives_but_is_not_ready() -> None:
    assert answer(answer_own_path, b"/-/health")[0] == 200
    assert answer(answer_own_path, b"/-/ready")[0] == 503


# --- the domain of a path


@pytest.mark.parametrize(
    ("path_members", "expected"),
    [
        ({}, None),
        ({"DomainName": "shop"}, "shop"),
        ({"resourceArn": "arn:aws:profile:us-east-1:000000000000:domains/shop"}, "shop"),
        ({"resourceArn": "arn:aws:profile:us-east-1:000000000000:domains/shop/object-types/a/b"}, "shop"),
        ({"resourceArn": "arn:aws:profile:us-east-1:000000000000:domains"}, ""),
        ({"resourceArn": "domains"}, ""),
        ({"resourceArn": ""}, ""),
    ],
)
def test_a_path_is_about_one_domain(path_members: dict[str, str], expected: str | None) -> None:
    assert domain_of(path_members) == expected


# --- access keys


@pytest.fixture
def known_keys(tmp_path: Path) -> Any:
    database = open_sqlite(tmp_path / "store.sqlite3")
    yield database
    database.close()


def looked_up(keys: KnownKeys, access_key_id: str) -> AccessKey | None:
    return keys.find(access_key_id) or keys.ask(access_key_id).result()


def test_a_revoked_key_is_forgotten_after_a_second(known_keys: Any) -> None:
    now = [100.0]
    keys = KnownKeys(ROOT, known_keys, clock=lambda: now[0])
    known_keys.write(lambda tx: access_keys.add(tx, AccessKey("AKIAONE", "secret", "000000000000"))).result()
    assert looked_up(keys, "AKIAONE") is not None
    known_keys.write(lambda tx: access_keys.revoke(tx, "AKIAONE", 1)).result()
    now[0] += 0.9
    assert looked_up(keys, "AKIAONE") is not None
    now[0] += 0.2
    assert looked_up(keys, "AKIAONE") is None


def test_an_unknown_key_is_found_as_soon_as_it_is_made(known_keys: Any) -> None:
    keys = KnownKeys(ROOT, known_keys, clock=lambda: 100.0)
    assert looked_up(keys, "AKIAONE") is None
    known_keys.write(lambda tx: access_keys.add(tx, AccessKey("AKIAONE", "secret", "000000000000"))).result()
    assert looked_up(keys, "AKIAONE") is not None


def test_the_root_key_does_not_need_the_store() -> None:
    assert KnownKeys(ROOT, BrokenDatabase()).find(ROOT.access_key_id) == ROOT


# --- futures of other threads


def in_a_loop(finish: Callable[[list[Future[int]]], None], count: int) -> list[int | BaseException]:
    async def main() -> list[int | BaseException]:
        completions = Completions()
        futures: list[Future[int]] = [Future() for _ in range(count)]
        waiting = [completions.wait(future) for future in futures]
        thread = Thread(target=finish, args=(futures,))
        thread.start()
        results = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 10)
        thread.join()
        return results

    return asyncio.run(main())


def test_results_of_other_threads_arrive_each_at_its_own_waiter() -> None:
    def finish(futures: list[Future[int]]) -> None:
        for number, future in enumerate(futures):
            future.set_result(number)

    assert in_a_loop(finish, 5_000) == list(range(5_000))


def test_errors_of_other_threads_arrive() -> None:
    error = BadRequestException("no")
    assert in_a_loop(lambda futures: futures[0].set_exception(error), 1) == [error]


def test_a_batch_of_results_wakes_the_loop_once() -> None:
    async def main() -> int:
        loop = asyncio.get_running_loop()
        completions = Completions()
        futures: list[Future[None]] = [Future() for _ in range(64)]
        waiting = [completions.wait(future) for future in futures]
        with patch.object(loop, "call_soon_threadsafe", wraps=loop.call_soon_threadsafe) as wake:
            for future in futures:
                future.set_result(None)
            await asyncio.gather(*waiting)
        return wake.call_count

    assert asyncio.run(main()) == 1
