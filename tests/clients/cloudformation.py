"""What the handlers of AWS::CustomerProfiles::Domain and AWS::CustomerProfiles::ObjectType ask of the service.

Source: aws-cloudformation/aws-cloudformation-resource-providers-customer-profiles. A resource's properties are members
of the API's requests here; its tags stand beside them, as in the handlers.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError
from mypy_boto3_customer_profiles import CustomerProfilesClient

Properties = dict[str, Any]
Tags = Mapping[str, str]

ARN = "arn:aws:profile:us-east-1:000000000000:domains/"
DETERMINED_BY_SERVER = ("CreatedAt", "LastUpdatedAt")


class AlreadyExists(Exception):
    """The stack fails: the resource is somebody else's."""


class InvalidRequest(Exception):
    """The stack fails: the template is wrong."""


class NotFound(Exception):
    """The resource is gone, or free to be created."""


ERRORS: dict[str, type[Exception]] = {"BadRequestException": InvalidRequest, "ResourceNotFoundException": NotFound}


@contextmanager
def handled() -> Iterator[None]:
    """Raises CloudFormation's error for the service's."""
    try:
        yield
    except ClientError as error:
        raise ERRORS[error.response["Error"]["Code"]](error.response["Error"]["Message"]) from error


def create_domain(client: CustomerProfilesClient, name: str, properties: Properties, tags: Tags) -> Properties:
    """No look before: that the name is taken is read from the text of the refusal."""
    given = properties | ({"Tags": tags} if tags else {})
    try:
        with handled():
            return _resource(client.create_domain(DomainName=name, **given))
    except InvalidRequest as error:
        if f"Domain {name} already exists" in str(error):
            raise AlreadyExists(str(error)) from error
        raise


def read_domain(client: CustomerProfilesClient, name: str) -> Properties:
    with handled():
        return _resource(client.get_domain(DomainName=name))


def update_domain(
    client: CustomerProfilesClient, name: str, properties: Properties, former: Tags, tags: Tags
) -> Properties:
    """Get, untag all, tag, update; the answer of the last is the resource, with its tags."""
    read_domain(client, name)
    with handled():
        _change_tags(client, f"{ARN}{name}", former, tags)
        return _resource(client.update_domain(DomainName=name, **properties))


def delete_domain(client: CustomerProfilesClient, name: str) -> str:
    with handled():
        return client.delete_domain(DomainName=name)["Message"]


def list_domains(client: CustomerProfilesClient) -> list[Properties]:
    """All pages, as CloudFormation asks for them: a token, no size."""
    answer: Any = client.list_domains()
    items = answer["Items"]
    while "NextToken" in answer:
        answer = client.list_domains(NextToken=answer["NextToken"])
        items += answer["Items"]
    return [_resource(item) for item in items]


def create_object_type(
    client: CustomerProfilesClient, domain: str, name: str, properties: Properties, tags: Tags
) -> Properties:
    """Get first: any failure means that the name is free; success is that it is taken."""
    try:
        found = client.get_profile_object_type(DomainName=domain, ObjectTypeName=name)
    except ClientError:
        with handled():
            return _put(client, domain, name, properties | ({"Tags": tags} if tags else {}))
    raise AlreadyExists(f"ObjectType {found['ObjectTypeName']} already exists with domainName = {domain}")


def read_object_type(client: CustomerProfilesClient, domain: str, name: str) -> Properties:
    with handled():
        return _resource(client.get_profile_object_type(DomainName=domain, ObjectTypeName=name))


def update_object_type(
    client: CustomerProfilesClient, domain: str, name: str, properties: Properties, former: Tags, tags: Tags
) -> Properties:
    """Get, untag all, tag, put."""
    read_object_type(client, domain, name)
    with handled():
        _change_tags(client, f"{ARN}{domain}/object-types/{name}", former, tags)
        return _put(client, domain, name, properties)


def delete_object_type(client: CustomerProfilesClient, domain: str, name: str) -> str:
    with handled():
        return client.delete_profile_object_type(DomainName=domain, ObjectTypeName=name)["Message"]


def list_object_types(client: CustomerProfilesClient, domain: str) -> list[Properties]:
    with handled():
        return [_resource(item) for item in client.list_profile_object_types(DomainName=domain)["Items"]]


def _change_tags(client: CustomerProfilesClient, arn: str, former: Tags, tags: Tags) -> None:
    if former:
        client.untag_resource(resourceArn=arn, tagKeys=list(former))
    if tags:
        client.tag_resource(resourceArn=arn, tags=tags)


def _put(client: CustomerProfilesClient, domain: str, name: str, properties: Properties) -> Properties:
    return _resource(client.put_profile_object_type(DomainName=domain, ObjectTypeName=name, **properties))


def _resource(answer: Any) -> Properties:
    """The members of an answer. Those of time are always there: handlers ask them for their text."""
    assert [member for member in DETERMINED_BY_SERVER if member not in answer] == []
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}
