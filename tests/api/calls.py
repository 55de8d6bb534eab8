"""Short forms of the calls that nearly every test makes, and of the two refusals."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .mappings import Definition

NOBODY = "0" * 32
"""A well-formed profile id that no profile has."""


@dataclass(frozen=True)
class DomainApi:
    """The API of one domain."""

    client: CustomerProfilesClient
    domain: str

    def define(self, object_type: str, definition: Definition) -> dict[str, Any]:
        answer = self.client.put_profile_object_type(DomainName=self.domain, ObjectTypeName=object_type, **definition)
        return _body(answer)

    def definition(self, object_type: str) -> dict[str, Any]:
        answer = self.client.get_profile_object_type(DomainName=self.domain, ObjectTypeName=object_type)
        return _body(answer)

    def forget(self, object_type: str) -> None:
        self.client.delete_profile_object_type(DomainName=self.domain, ObjectTypeName=object_type)

    def put(self, object_type: str, value: object) -> str:
        """Put an object, given as a value or as its JSON text. Answers its unique key."""
        json_text = value if isinstance(value, str) else compact(value)
        answer = self.client.put_profile_object(DomainName=self.domain, ObjectTypeName=object_type, Object=json_text)
        return answer["ProfileObjectUniqueKey"]

    def put_batch(self, object_type: str, values: list[Any]) -> dict[str, Any]:
        """Put up to ten objects, with the ids i0, i1, …"""
        texts = [value if isinstance(value, str) else compact(value) for value in values]
        answer = self.client.batch_put_profile_object(
            DomainName=self.domain,
            ObjectTypeName=object_type,
            Items=[{"Id": f"i{number}", "Object": json_text} for number, json_text in enumerate(texts)],
        )
        return _body(answer)

    def create(self, **fields: Any) -> str:
        return self.client.create_profile(DomainName=self.domain, **fields)["ProfileId"]

    def update(self, profile_id: str, **fields: Any) -> None:
        self.client.update_profile(DomainName=self.domain, ProfileId=profile_id, **fields)

    def delete(self, profile_id: str) -> None:
        self.client.delete_profile(DomainName=self.domain, ProfileId=profile_id)

    def merge(self, main: str, *others: str, **sources: Any) -> None:
        """Merge the others into the main profile; `sources` are FieldSourceProfileIds."""
        chosen: dict[str, Any] = {"FieldSourceProfileIds": sources} if sources else {}
        self.client.merge_profiles(
            DomainName=self.domain, MainProfileId=main, ProfileIdsToBeMerged=list(others), **chosen
        )

    def add_key(self, profile_id: str, name: str, *values: str) -> None:
        self.client.add_profile_key(DomainName=self.domain, ProfileId=profile_id, KeyName=name, Values=list(values))

    def search(self, name: str, *values: str, **options: Any) -> list[dict[str, Any]]:
        """The profiles of the first page."""
        answer = self.client.search_profiles(DomainName=self.domain, KeyName=name, Values=list(values), **options)
        return [dict(item) for item in answer["Items"]]

    def ids(self, name: str, *values: str, **options: Any) -> list[str]:
        """The ids of the profiles that a search finds, sorted."""
        return sorted(item["ProfileId"] for item in self.search(name, *values, **options))

    def one(self, name: str, value: str) -> dict[str, Any]:
        """The fields of the one profile that has the key value."""
        [profile] = self.search(name, value)
        profile.pop("FoundByItems", None)
        return profile

    def profile(self, profile_id: str) -> dict[str, Any]:
        return self.one("_profileId", profile_id)

    def listed(self, profile_id: str, object_type: str, **options: Any) -> list[dict[str, Any]]:
        """The first page of a profile's objects of a type, as ListProfileObjects gives them."""
        answer = self.client.list_profile_objects(
            DomainName=self.domain, ObjectTypeName=object_type, ProfileId=profile_id, **options
        )
        return [dict(item) for item in answer["Items"]]

    def objects(self, profile_id: str, object_type: str, **options: Any) -> list[Any]:
        """The same, only the objects themselves."""
        return [json.loads(item["Object"]) for item in self.listed(profile_id, object_type, **options)]

    def stats(self) -> dict[str, Any]:
        stats: Any = self.client.get_domain(DomainName=self.domain)["Stats"]
        return dict(stats)


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def data(name: str) -> Any:
    """A table of facts on AWS from tests/data."""
    return json.loads((Path(__file__).parent.parent / "data" / name).read_text(encoding="utf-8"))


@contextmanager
def refused(*words: str) -> Iterator[None]:
    """The call is answered BadRequestException, and its message has each of the words."""
    with _answered("BadRequestException", 400, words):
        yield


@contextmanager
def missing(*words: str) -> Iterator[None]:
    """The call is answered ResourceNotFoundException, and its message has each of the words."""
    with _answered("ResourceNotFoundException", 404, words):
        yield


@contextmanager
def _answered(code: str, status: int, words: tuple[str, ...]) -> Iterator[None]:
    with pytest.raises(ClientError) as raised:
        yield
    answer: Any = raised.value.response
    message = answer["Error"]["Message"]
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status), message
    assert [word for word in words if word.lower() not in message.lower()] == [], message


def _body(answer: Any) -> dict[str, Any]:
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}
