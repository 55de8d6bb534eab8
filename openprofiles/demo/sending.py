"""Sends the lines of the sample with boto3: calls one by one, as they come in; the rest in batches of ten."""

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from openprofiles.demo.object_types import CALLS, OBJECT_TYPES
from openprofiles.demo.sample import Line

BATCH = 10
"""The most that BatchPutProfileObject takes."""

THREADS = 2
"""More gain nothing: a boto3 call is mostly Python of this process."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one line. `reason` is empty where the server took it."""

    line: Line
    reason: str = ""


MADE_BY = {"made-by": "openprofiles-demo"}


class NotOurs(Exception):
    """There is a domain of the demo's name that the demo has not made."""


def set_up(client: Any, domain: str) -> None:
    """The domain, empty, with the object types. One that an earlier demo has left is deleted first. Raises NotOurs."""
    with contextlib.suppress(client.exceptions.ResourceNotFoundException):
        if client.get_domain(DomainName=domain).get("Tags") != MADE_BY:
            raise NotOurs(f"There is a domain {domain} that no demo has made: delete it, or give another --data.")
        client.delete_domain(DomainName=domain)
    client.create_domain(DomainName=domain, DefaultExpirationDays=366, Tags=MADE_BY)
    for definition in OBJECT_TYPES.values():
        client.put_profile_object_type(DomainName=domain, **definition)


def send(client: Any, domain: str, lines: list[Line], done: Callable[[int], None]) -> list[Outcome]:
    """Send lines of one object type, in order as far as the threads keep it; `done` hears how many were sent."""
    single = lines[0].object_type == CALLS if lines else True
    size = 1 if single else BATCH
    parts = [lines[start : start + size] for start in range(0, len(lines), size)]

    def send_part(part: list[Line]) -> list[Outcome]:
        outcomes = [_put(client, domain, part[0])] if single else _put_batch(client, domain, part)
        done(len(part))
        return outcomes

    return [outcome for outcomes in in_threads(send_part, parts) for outcome in outcomes]


def in_threads(function: Callable[[Any], Any], items: list[Any]) -> list[Any]:
    """The results in the order of the items. What the function raises is raised, and what had not begun is left out."""
    pool = ThreadPoolExecutor(THREADS)
    try:
        return list(pool.map(function, items))
    finally:
        pool.shutdown(cancel_futures=True)


def _put(client: Any, domain: str, line: Line) -> Outcome:
    try:
        client.put_profile_object(DomainName=domain, ObjectTypeName=line.object_type, Object=line.text)
    except ClientError as error:
        _raise_unless_about_the_object(error)
        return Outcome(line, str(error.response["Error"]["Message"]))
    return Outcome(line)


def _put_batch(client: Any, domain: str, lines: list[Line]) -> list[Outcome]:
    """An answer for each line; a batch refused as a whole is sent again line by line, to learn why."""
    items = [{"Id": str(number), "Object": line.text} for number, line in enumerate(lines)]
    try:
        answer = client.batch_put_profile_object(DomainName=domain, ObjectTypeName=lines[0].object_type, Items=items)
    except ClientError as error:
        _raise_unless_about_the_object(error)
        return [_put(client, domain, line) for line in lines]
    reasons = {failed["Id"]: failed.get("Message") or f"status {failed['Code']}" for failed in answer.get("Failed", ())}
    return [Outcome(line, reasons.get(str(number), "")) for number, line in enumerate(lines)]


def _raise_unless_about_the_object(error: ClientError) -> None:
    """A wrong key or a broken server is no property of one object: it ends the demo."""
    if error.response["Error"]["Code"] != "BadRequestException":
        raise error
