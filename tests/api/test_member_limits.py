"""How long the members of requests may be: the longest value is taken, one character more is not.

Source: service model 2020-08-15.
"""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .calls import DomainApi, refused
from .mappings import key, keyed, system

KEY_ARN = "arn:aws:kms:us-east-1:000000000000:key/"
OWN = {"crmId": key("id", "PROFILE", "UNIQUE")}


def filled(characters: int, head: str = "") -> str:
    return head + "x" * (characters - len(head))


def domain_arn(api: DomainApi) -> str:
    return f"arn:aws:profile:us-east-1:000000000000:domains/{api.domain}"


def create_domain(api: DomainApi, **members: Any) -> None:
    named: dict[str, Any] = {"DomainName": f"domain-{uuid.uuid4().hex}", "DefaultExpirationDays": 30, **members}
    api.client.create_domain(**named)
    api.client.delete_domain(DomainName=named["DomainName"])


def tag(api: DomainApi, name: str, value: str) -> None:
    api.client.tag_resource(resourceArn=domain_arn(api), tags={name: value})


def search(api: DomainApi, **members: Any) -> None:
    api.client.search_profiles(**{"DomainName": api.domain, "KeyName": "_email", "Values": ["a"], **members})


Call = Callable[[DomainApi, int], object]

# What is limited → how many characters it may have, and a call with so many of them.
LIMITS: dict[str, tuple[int, Call]] = {
    "domain name": (64, lambda api, length: create_domain(api, DomainName=filled(length, uuid.uuid4().hex))),
    "domain's key": (255, lambda api, length: create_domain(api, DefaultEncryptionKey=filled(length, KEY_ARN))),
    "object type name": (255, lambda api, length: api.define(filled(length), system("crm"))),
    "description": (1000, lambda api, length: api.define("crm", system("crm", Description=filled(length)))),
    "type's key": (255, lambda api, length: api.define("crm", system("crm", EncryptionKey=filled(length, KEY_ARN)))),
    "key name": (64, lambda api, length: api.define("crm", keyed({**OWN, filled(length): key("a")}))),
    "profile text": (255, lambda api, length: api.create(FirstName=filled(length))),
    "updated text": (255, lambda api, length: api.update(api.create(FirstName="Ann"), LastName=filled(length))),
    "additional information": (1000, lambda api, length: api.create(AdditionalInformation=filled(length))),
    "updated information": (
        1000,
        lambda api, length: api.update(api.create(FirstName="Ann"), AdditionalInformation=filled(length)),
    ),
    "address member": (255, lambda api, length: api.create(Address={"City": filled(length)})),
    "attribute name": (255, lambda api, length: api.create(Attributes={filled(length): "x"})),
    "attribute value": (255, lambda api, length: api.create(Attributes={"a": filled(length)})),
    "added key value": (255, lambda api, length: api.add_key(api.create(FirstName="Ann"), "_email", filled(length))),
    "searched value": (255, lambda api, length: search(api, Values=[filled(length)])),
    "searched key name": (64, lambda api, length: search(api, KeyName=filled(length))),
    "tag name": (128, lambda api, length: tag(api, filled(length), "v")),
    "tag value": (256, lambda api, length: tag(api, "team", filled(length))),
    "tags": (50, lambda api, count: create_domain(api, Tags={f"t{'x' * number}": "" for number in range(count)})),
    "expiration days": (1098, lambda api, days: create_domain(api, DefaultExpirationDays=days)),
}


@pytest.mark.parametrize("what", LIMITS)
def test_the_greatest_value_is_taken(api: DomainApi, what: str) -> None:
    most, call = LIMITS[what]
    call(api, most)


@pytest.mark.parametrize("what", LIMITS)
def test_one_more_is_refused(api: DomainApi, what: str) -> None:
    most, call = LIMITS[what]
    with refused("failed to satisfy constraint"):
        call(api, most + 1)


# Members that have a greatest length, where the server may ask for more than that.
OVER: dict[str, tuple[str, Call]] = {
    "queue of a domain": (
        "deadLetterQueueUrl",
        lambda api, _: create_domain(api, DeadLetterQueueUrl=filled(256, "https://sqs.us-east-1.amazonaws.com/1/")),
    ),
    "page token": ("nextToken", lambda api, _: search(api, NextToken=filled(1025))),
}


@pytest.mark.parametrize("what", OVER)
def test_a_longer_value_is_refused(api: DomainApi, what: str) -> None:
    member, call = OVER[what]
    with refused(member, "failed to satisfy constraint"):
        call(api, 0)


# Members that must not be empty.
EMPTY: dict[str, Callable[[DomainApi], object]] = {
    "description": lambda api: api.define("crm", system("crm", Description="")),
    "first name": lambda api: api.create(FirstName=""),
    "attribute value": lambda api: api.create(Attributes={"a": ""}),
    "added key value": lambda api: api.add_key("0" * 32, "_email", ""),
    "searched value": lambda api: search(api, Values=[""]),
    "page token": lambda api: search(api, NextToken=""),
    "tag name": lambda api: tag(api, "", "v"),
}


@pytest.mark.parametrize("what", EMPTY)
def test_an_empty_value_is_refused(unchecked: CustomerProfilesClient, domain: str, what: str) -> None:
    with refused("failed to satisfy constraint"):
        EMPTY[what](DomainApi(unchecked, domain))


# Characters that names are made of.
NAMES: dict[str, tuple[Callable[[DomainApi, str], object], str, list[str]]] = {
    "domain": (lambda api, name: create_domain(api, DomainName=name), "aZ09_-", ["a.b", "a b", "ä"]),
    "object type": (lambda api, name: api.define(name, system("crm")), "aZ09_-", ["1a", "-a", "a.b", "a b", "ä"]),
    "key": (lambda api, name: api.define("crm", keyed({**OWN, name: key("a")})), "aZ09_-", ["a.b", "a b", "ä"]),
    "tag": (lambda api, name: tag(api, name, ""), "aZ09+-=._:/", ["aws:a", "a b", "a#b"]),
}


@pytest.mark.parametrize("kind", NAMES)
def test_a_name_has_the_characters_of_its_pattern(api: DomainApi, kind: str) -> None:
    call, right, _ = NAMES[kind]
    call(api, right)


@pytest.mark.parametrize(("kind", "wrong"), [(kind, wrong) for kind in NAMES for wrong in NAMES[kind][2]])
def test_a_name_with_other_characters_is_refused(api: DomainApi, kind: str, wrong: str) -> None:
    with refused("failed to satisfy constraint"):
        NAMES[kind][0](api, wrong)
