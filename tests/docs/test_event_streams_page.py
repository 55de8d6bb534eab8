"""The examples of docs/event-streams.md give what the page says."""

import json
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from tests.delivery.conftest import KinesisEndpoint
from tests.delivery.receiver import Receiver
from tests.server.process import PATIENCE, wait_until
from tests.server.tailing import read_line, terminal

from .listened import ORDERS, Listened
from .page import Code, Page, environment, page, run_python, run_shell

PAGE: Page = page("event-streams.md", __file__)
KINESIS_EXAMPLE, VERIFICATION = PAGE.examples("python")
_, SECRET, READ, TAIL = PAGE.examples("sh")
SAMPLES: list[dict[str, Any]] = [json.loads(block) for block in PAGE.blocks("json")]
[LINES] = PAGE.blocks("")
DESTINATIONS = PAGE.rows("Uri", "Destination")

ID = r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b"
KEY = r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}="
TIME = r"[0-9T:-]+\.\d{3}Z"
VARYING = re.compile(f"{ID}|{KEY}|{TIME}")

IsGenuine = Callable[[str, dict[str, str], bytes], bool]


def even(text: str) -> str:
    """The text with its ids numbered in the order in which they come, and without times."""
    numbers: dict[str, int] = {}
    return VARYING.sub(
        lambda found: "<time>" if found[0].endswith("Z") else f"<{numbers.setdefault(found[0], len(numbers))}>", text
    )


def story(shop: Listened) -> Iterator[None]:
    """What the samples and lines of the page are of, step by step: a deletion takes with it what nobody has read."""
    unique_key = shop.put()
    yield
    other = shop.api.create(PhoneNumber="+12065550100")
    yield
    ann = shop.ann
    shop.api.merge(ann, other)
    yield
    shop.remove(unique_key)
    yield
    shop.api.delete(ann)
    yield


# --- Kinesis


@pytest.fixture
def printed(listened: Listened, kinesis: KinesisEndpoint) -> str:
    """What the example prints on an empty server."""
    listened.api.client.delete_domain(DomainName="shop")
    with closing(kinesis.client()) as client:
        if "changes" in client.list_streams()["StreamNames"]:
            client.delete_stream(StreamName="changes")
    return run_python(listened.server, KINESIS_EXAMPLE, AWS_ENDPOINT_URL_KINESIS=kinesis.url)


def test_the_example_prints_what_its_comment_says(printed: str) -> None:
    assert printed == "[('CREATED', '_profile'), ('CREATED', 'order')]\n"
    assert f"# {printed}" in KINESIS_EXAMPLE


def test_the_object_type_of_the_example_is_that_of_the_other_tests(printed: str, listened: Listened) -> None:
    defined = listened.api.definition("order")
    assert (defined["Fields"], defined["Keys"]) == (ORDERS["Fields"], ORDERS["Keys"])


@pytest.mark.parametrize("row", DESTINATIONS, ids=lambda row: str(row[0][0]))
def test_a_destination_of_the_page_can_be_named(listened: Listened, row: list[Code]) -> None:
    uri = row[0][0].replace("https://HOST/PATH", "http://127.0.0.1:1/hook")
    listened.listen(uri, "named")
    told = listened.api.client.get_event_stream(DomainName="shop", EventStreamName="named")
    assert (told["State"], told["DestinationDetails"]) == ("RUNNING", {"Uri": uri, "Status": "HEALTHY"})


def test_the_samples_are_what_streams_are_told(listened: Listened) -> None:
    told = [even(json.dumps(record)) for _ in story(listened) for record in listened.told()]
    assert len(SAMPLES) == 5
    assert [sample for sample in SAMPLES if even(json.dumps(sample)) not in told] == []


# --- beyond AWS


@pytest.fixture
def is_genuine() -> IsGenuine:
    """The function of the page."""
    names: dict[str, Any] = {}
    exec(VERIFICATION, names)
    function: IsGenuine = names["is_genuine"]
    return function


def test_the_lines_of_the_page_verify_a_webhook(
    listened: Listened, receiver: Receiver, is_genuine: IsGenuine, monkeypatch: pytest.MonkeyPatch
) -> None:
    listened.listen(f"{receiver.url}/hook", "hook")
    listened.put()
    wait_until(lambda: len(receiver.requests) == 2)
    secret = json.loads(run_shell(listened.server, SECRET))["Secret"]
    one = receiver.requests[0]
    late = int(one.headers["webhook-timestamp"]) + 301
    assert one.headers["webhook-id"] == json.loads(one.body)["EventId"]
    assert is_genuine(secret, one.headers, one.body)
    assert not is_genuine(secret, one.headers, one.body + b" ")
    monkeypatch.setattr("time.time", lambda: late)
    assert not is_genuine(secret, one.headers, one.body)


def test_a_file_is_where_the_page_says(listened: Listened, kinesis: KinesisEndpoint) -> None:
    assert "`file:changes.ndjson`" in PAGE.text
    assert "`events/ACCOUNT/changes.ndjson`" in PAGE.text
    listened.listen("file:changes.ndjson", "file")
    listened.put()
    file = listened.server.data / "events" / kinesis.account / "changes.ndjson"
    wait_until(lambda: file.exists() and file.read_text().count("\n") == 2)
    assert [json.loads(line) for line in file.read_text().splitlines()] == listened.told()


def test_a_client_asks_with_the_commands_of_the_page(listened: Listened) -> None:
    listened.listen("pull:", "mine")
    listened.put()
    first = READ.splitlines()[0]
    receipt = json.loads(run_shell(listened.server, first))["Receipt"]
    answers = run_shell(listened.server, READ, RECEIPT=receipt).replace("}\n{", "},{")
    again, rest = json.loads(f"[{answers}]")
    assert ([one["EventType"] for one in again["Records"]], rest) == (["CREATED", "CREATED"], {"Records": []})


def test_a_person_sees_the_lines_of_the_page(listened: Listened) -> None:
    with terminal() as (ours, theirs):
        tail = subprocess.Popen(
            ["bash", "-c", f"exec {TAIL}"],
            env=environment(listened.server),
            stdout=theirs,
            stderr=subprocess.PIPE,
        )
        assert tail.stderr is not None
        assert b"Following" in tail.stderr.readline()
        shown: list[str] = []
        for _, count in zip(story(listened), (2, 1, 1, 1, 1), strict=True):
            shown += [read_line(ours) for _ in range(count)]
        tail.send_signal(signal.SIGINT)
        assert tail.wait(PATIENCE) == 0
        tail.stderr.close()
    assert even("\n".join(shown)) == even(LINES).rstrip()
