"""The destination of a stream is the one that its URI names, as long as it is allowed."""

from pathlib import Path

import pytest

from openprofiles.delivery.destinations import destination_of
from openprofiles.delivery.kinesis import KinesisStream
from openprofiles.delivery.ndjson import NdjsonFile
from openprofiles.delivery.records import Destination, NotDelivered
from openprofiles.delivery.webhook import Webhook
from openprofiles.events.uris import Address, Stream


def clock() -> int:
    return 0


def destination(uri: str, *webhook_hosts: str) -> Destination:
    return destination_of(
        uri,
        region="us-east-1",
        account="123456789012",
        webhook_hosts=webhook_hosts,
        directory=Path("streams"),
        secret=b"secret",
        clock=clock,
    )


def test_an_arn_is_that_of_a_data_stream() -> None:
    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/a"
    assert destination(arn) == KinesisStream(Stream(arn, "us-east-1", "123456789012", "a"))


def test_a_url_is_that_of_a_webhook() -> None:
    expected = Webhook(Address("https", "hooks.example.com", 443, "/in"), b"secret", clock)
    assert destination("https://hooks.example.com/in", "hooks.example.com") == expected


def test_a_file_is_in_the_directory() -> None:
    assert destination("file:a.ndjson") == NdjsonFile(Path("streams"), "a.ndjson")


def test_a_host_that_is_no_longer_allowed_is_not_reached() -> None:
    with pytest.raises(NotDelivered, match="OPENPROFILES_WEBHOOK_HOSTS does not allow https://hooks"):
        destination("https://hooks.example.com/in", "other.example.com")
