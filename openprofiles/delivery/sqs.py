"""Messages to Amazon SQS, or to whatever speaks its API where AWS_ENDPOINT_URL_SQS says so."""

import os
import re
from urllib.parse import urlsplit

from openprofiles.delivery.aws import client_of

ENDPOINT_VARIABLES = ("AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL")

AWS_HOST = re.compile(r"(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com(?:\.cn)?")


class NotSent(Exception):
    """A message did not reach its queue. The text says why, and holds nothing of the message. `is_final`: the queue
    takes no such message, however often it is sent.
    """

    def __init__(self, why: str, is_final: bool = False) -> None:
        super().__init__(why)
        self.is_final = is_final


REFUSED_FOR_GOOD = ("InvalidMessageContents", "InvalidParameterValue", "UnsupportedOperation")
"""Characters that SQS does not carry, or more bytes than a queue takes."""


def send(queue_url: str, default_region: str, body: str, attributes: dict[str, str]) -> None:
    """Send one message with text attributes. Credentials are found as every AWS SDK finds them. Raises NotSent."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - a quarter of a second to load

    told = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    try:
        client_of("sqs", region_of(queue_url, default_region)).send_message(
            QueueUrl=queue_url, MessageBody=body, MessageAttributes=told
        )
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "refused")
        raise NotSent(code, code.endswith(REFUSED_FOR_GOOD)) from error
    except (BotoCoreError, ValueError) as error:
        raise NotSent(type(error).__name__) from error


def region_of(queue_url: str, default_region: str) -> str:
    """The region of a queue. A queue that is not AWS's is reached only where an endpoint is set: whoever may name a
    queue must not choose which host the server's credentials go to. Raises NotSent.
    """
    host = AWS_HOST.fullmatch(urlsplit(queue_url).hostname or "")
    if host is not None:
        return host[1] or host[2]
    if any(os.environ.get(name) for name in ENDPOINT_VARIABLES):
        return default_region
    raise NotSent("the queue's host is not AWS's, and AWS_ENDPOINT_URL_SQS is not set")
