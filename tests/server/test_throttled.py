"""`--throttle aws`: a server that refuses calls as often as AWS does."""

from contextlib import closing
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.conftest import client_of

from .process import launch


def test_a_call_past_aws_s_rate_is_refused_as_aws_refuses_it(tmp_path: Path) -> None:
    running = launch(tmp_path, ("--throttle", "aws"))
    with closing(client_of(running)) as client:
        client.create_domain(DomainName="first", DefaultExpirationDays=10)
        with pytest.raises(ClientError) as raised:
            client.create_domain(DomainName="second", DefaultExpirationDays=10)
        client.list_domains()
    assert raised.value.response["Error"] == {"Code": "ThrottlingException", "Message": "Rate exceeded"}
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert running.stop() == 0
