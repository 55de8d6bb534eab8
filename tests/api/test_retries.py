"""A call that a client sends again, because it has not seen the answer, is done once and answered as the first time."""

import json
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session
from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.api.calls import DomainApi
from tests.api.mappings import system
from tests.server.process import RunningServer

Sender = Callable[..., Any]


def sent(times: int) -> Sender:
    """Sends a request several times; the client sees the last answer."""

    def send(request: AWSPreparedRequest, **_: Any) -> Any:
        session = URLLib3Session()
        answers = [session.send(request) for _ in range(times)]
        session.close()
        return answers[-1]

    return send


def cut_off(server: RunningServer) -> Sender:
    """Sends a request and hangs up before the answer; then the client sends it as usual."""

    def send(request: AWSPreparedRequest, **_: Any) -> None:
        path = "/" + request.url.split("/", 3)[3]
        body = request.body if isinstance(request.body, bytes) else b""
        headers = {**request.headers, "Host": request.url.split("/")[2], "Content-Length": len(body)}
        lines = [f"{request.method} {path} HTTP/1.1", *(f"{name}: {text(value)}" for name, value in headers.items())]
        with socket.create_connection(server.address) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    return send


def text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


@contextmanager
def sending(client: CustomerProfilesClient, sender: Sender) -> Iterator[None]:
    client.meta.events.register_first("before-send.customer-profiles", sender)
    try:
        yield
    finally:
        client.meta.events.unregister("before-send.customer-profiles", sender)


@pytest.fixture(params=["twice", "thrice", "with its answer cut off"])
def again(request: pytest.FixtureRequest, server: RunningServer, client: CustomerProfilesClient) -> Any:
    """`with again():` has each request sent more than once."""
    sender = {"twice": sent(2), "thrice": sent(3)}.get(request.param) or cut_off(server)
    return lambda: sending(client, sender)


def versions(client: CustomerProfilesClient, domain: str) -> int:
    return client.get_domain(DomainName=domain)["Stats"]["ProfileCount"]


def test_a_profile_is_created_once(api: DomainApi, client: CustomerProfilesClient, again: Any) -> None:
    with again():
        created = client.create_profile(DomainName=api.domain, FirstName="Ann")["ProfileId"]

    assert versions(client, api.domain) == 1
    assert client.batch_get_profile(DomainName=api.domain, ProfileIds=[created])["Profiles"][0]["FirstName"] == "Ann"


def test_a_domain_is_created_once_and_the_answer_is_that_of_its_creation(
    client: CustomerProfilesClient, again: Any
) -> None:
    name = f"domain-{uuid.uuid4().hex}"

    with again():
        created = client.create_domain(DomainName=name, DefaultExpirationDays=30)

    assert created["DomainName"] == name
    assert client.get_domain(DomainName=name)["CreatedAt"] == created["CreatedAt"]


def test_a_profile_is_deleted_once_and_the_answer_is_success(
    api: DomainApi, client: CustomerProfilesClient, again: Any
) -> None:
    created = client.create_profile(DomainName=api.domain, FirstName="Ann")["ProfileId"]

    with again():
        answer = client.delete_profile(DomainName=api.domain, ProfileId=created)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_profiles_are_merged_once(api: DomainApi, client: CustomerProfilesClient, again: Any) -> None:
    main, other = (client.create_profile(DomainName=api.domain, FirstName=name)["ProfileId"] for name in ("A", "B"))

    with again():
        merged = client.merge_profiles(DomainName=api.domain, MainProfileId=main, ProfileIdsToBeMerged=[other])

    assert merged["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert versions(client, api.domain) == 1


@pytest.mark.parametrize("operation", ["put", "update", "add key", "tag"])
def test_what_is_idempotent_by_nature_leaves_the_same_state(
    api: DomainApi, client: CustomerProfilesClient, again: Any, operation: str
) -> None:
    client.put_profile_object_type(DomainName=api.domain, ObjectTypeName="crm", **system("crm"))
    profile = client.create_profile(DomainName=api.domain, FirstName="Ann")["ProfileId"]
    arn = f"arn:aws:profile:us-east-1:000000000000:domains/{api.domain}"
    acts: dict[str, Callable[[], Any]] = {
        "put": lambda: client.put_profile_object(
            DomainName=api.domain, ObjectTypeName="crm", Object=json.dumps({"id": "1", "customer": "ann"})
        ),
        "update": lambda: client.update_profile(DomainName=api.domain, ProfileId=profile, LastName="Lee"),
        "add key": lambda: client.add_profile_key(
            DomainName=api.domain, ProfileId=profile, KeyName="_account", Values=["1"]
        ),
        "tag": lambda: client.tag_resource(resourceArn=arn, tags={"a": "b"}),
    }

    with again():
        acts[operation]()

    stats = client.get_domain(DomainName=api.domain)["Stats"]
    assert (stats["ProfileCount"], stats["ObjectCount"]) == ((2, 1) if operation == "put" else (1, 0))


def test_another_call_with_the_same_content_is_another_call(api: DomainApi, client: CustomerProfilesClient) -> None:
    for _ in range(2):
        client.create_profile(DomainName=api.domain, FirstName="Ann")

    assert versions(client, api.domain) == 2


def same_id(request: AWSPreparedRequest, **_: Any) -> None:
    request.headers["amz-sdk-invocation-id"] = "00000000-0000-4000-8000-000000000000"


def test_the_same_invocation_id_in_another_region_is_another_call(
    client: CustomerProfilesClient, elsewhere: CustomerProfilesClient
) -> None:
    name = f"domain-{uuid.uuid4().hex}"
    with sending(client, same_id), sending(elsewhere, same_id):
        client.create_domain(DomainName=name, DefaultExpirationDays=30)
        elsewhere.create_domain(DomainName=name, DefaultExpirationDays=30)

    assert client.get_domain(DomainName=name)["DomainName"] == elsewhere.get_domain(DomainName=name)["DomainName"]


def test_the_same_invocation_id_on_another_path_is_another_call(api: DomainApi, client: CustomerProfilesClient) -> None:
    other = f"domain-{uuid.uuid4().hex}"
    client.create_domain(DomainName=other, DefaultExpirationDays=30)
    with sending(client, same_id):
        ids = {client.create_profile(DomainName=name, FirstName="Ann")["ProfileId"] for name in (api.domain, other)}

    assert len(ids) == 2


def test_the_same_invocation_id_with_another_body_is_another_call(
    api: DomainApi, client: CustomerProfilesClient
) -> None:
    with sending(client, same_id):
        ids = {client.create_profile(DomainName=api.domain, FirstName=name)["ProfileId"] for name in ("Ann", "Bob")}

    assert len(ids) == 2


def test_an_error_is_not_kept_the_call_is_tried_again(api: DomainApi, client: CustomerProfilesClient) -> None:
    with sending(client, sent(2)), pytest.raises(ClientError) as refused:
        client.delete_profile(DomainName=api.domain, ProfileId="0" * 32)

    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
