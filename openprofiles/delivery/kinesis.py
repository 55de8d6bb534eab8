"""Records to an Amazon Kinesis data stream, or to whatever speaks its API where AWS_ENDPOINT_URL_KINESIS says so."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

import msgspec

from openprofiles.delivery.aws import client_of
from openprofiles.delivery.records import LONGEST_REASON, NotDelivered, Record
from openprofiles.events.uris import Stream

BATCH_RECORDS, BATCH_BYTES = 500, 5 * 1024 * 1024
"""What one PutRecords takes everywhere. AWS has taken 10 MiB since 2025; other endpoints have not followed."""

RECORD_BYTES = 1024 * 1024
"""What a stream takes unless it was set up for more. It holds for the data and the partition key together."""


def client_of_kinesis(region: str) -> Any:
    return client_of("kinesis", region)


class KinesisStream(msgspec.Struct, frozen=True):
    """A data stream as a destination. `client`: what gives the client of a region."""

    stream: Stream
    client: Callable[[str], Any] = client_of_kinesis

    most_at_once: ClassVar[int] = BATCH_RECORDS

    def deliver(self, records: Sequence[Record]) -> list[str | None]:
        """In as few calls as Kinesis allows. After one that fails no more are made, and its reason is that of all
        records that were left. Raises NotDelivered where no call was answered.
        """
        outcomes: dict[int, str | None] = {}
        why = ""
        for batch in _batches(records):
            try:
                outcomes |= zip(batch, self._put([records[index] for index in batch]), strict=True)
            except NotDelivered as failure:
                if not outcomes:
                    raise
                why = str(failure)
                break
        return [_too_large(record) or outcomes.get(index, why) for index, record in enumerate(records)]

    def _put(self, records: Sequence[Record]) -> list[str | None]:
        """By ARN, so that credentials of another account fail instead of reaching its stream of the same name."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - a quarter of a second to load

        entries = [{"Data": record.data, "PartitionKey": record.partition_key} for record in records]
        try:
            answer = self.client(self.stream.region).put_records(StreamARN=self.stream.arn, Records=entries)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "refused")
            raise NotDelivered(f"Stream {self.stream.name}: {code}") from error
        except (BotoCoreError, ValueError) as error:
            raise NotDelivered(f"Stream {self.stream.name}: {type(error).__name__}") from error
        answers = answer.get("Records", [])
        return [_reason(answers[index] if index < len(answers) else {}) for index in range(len(records))]


def _batches(records: Sequence[Record]) -> Iterator[list[int]]:
    """The records that Kinesis takes, by their index, in batches that it takes."""
    batch: list[int] = []
    size = 0
    for index, record in enumerate(records):
        if _too_large(record):
            continue
        if len(batch) == BATCH_RECORDS or size + _size(record) > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(index)
        size += _size(record)
    if batch:
        yield batch


def _size(record: Record) -> int:
    return len(record.data) + len(record.partition_key.encode())


def _too_large(record: Record) -> str | None:
    if _size(record) <= RECORD_BYTES:
        return None
    return f"The record has {_size(record)} bytes with its key; Kinesis takes {RECORD_BYTES}."


def _reason(answer: dict[str, Any]) -> str | None:
    """Only a record with a place in the stream has been taken."""
    if answer.get("SequenceNumber") and not answer.get("ErrorCode"):
        return None
    return str(answer.get("ErrorCode") or "Kinesis did not say what became of the record.")[:LONGEST_REASON]
