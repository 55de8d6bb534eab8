"""A domain of the server and its reference model: each call is told to both, and all answers can be compared."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .catalogue import PROBES, UNIQUE_KEYS, VARIANTS
from .claims import Record
from .keys import Definition, KeyValue, field_values
from .model import Model, ObjectId, Outcome, Stats, as_answer

KEYS_IN_A_SEARCH = 5
PROFILES_IN_A_BATCH = 20

Document = dict[str, Any]
Pairs = list[tuple[str, list[str]]]


class ServerAndModel:
    """`unique_keys` are the ProfileObjectUniqueKeys that the server gave; `removed` the ids of profiles that went."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.domain = f"machine-{uuid.uuid4().hex}"
        self.model = Model()
        self.unique_keys: dict[ObjectId, str] = {}
        self.removed: list[str] = []
        client.create_domain(DomainName=self.domain, DefaultExpirationDays=30)

    def close(self) -> None:
        self.client.delete_domain(DomainName=self.domain)

    # Object types

    def put_type(self, name: str, definition: Definition) -> None:
        self.client.put_profile_object_type(
            DomainName=self.domain, ObjectTypeName=name, Description="One source", **definition
        )
        self.model.put_type(name, definition)

    def delete_type(self, name: str) -> None:
        request = {"DomainName": self.domain, "ObjectTypeName": name}
        if name not in self.model.types:
            with fails_with("ResourceNotFoundException"):
                self.client.delete_profile_object_type(**request)
            return
        self.client.delete_profile_object_type(**request)
        self.model.delete_type(name)
        self.unique_keys = {of: key for of, key in self.unique_keys.items() if of[0] != name}
        if name == "Device":
            assert not any(self.asset_serials(profile) for profile in self.model.profiles)

    # Objects

    def put_object(self, name: str, document: Document) -> None:
        text = object_text(name, document)
        request = {"DomainName": self.domain, "ObjectTypeName": name, "Object": text}
        if name not in self.model.types:
            with fails_with("ResourceNotFoundException"):
                self.client.put_profile_object(**request)
            return
        outcome = self.model.put_object(name, text)
        if outcome.kind == "rejected":
            with fails_with("BadRequestException"):
                self.client.put_profile_object(**request)
            return
        answer = self.client.put_profile_object(**request)
        self.accept(name, [(text, outcome, answer["ProfileObjectUniqueKey"])])

    def put_batch(self, name: str, batch: list[Document]) -> None:
        texts = {f"item-{number}": object_text(name, document) for number, document in enumerate(batch)}
        outcomes = {item: self.model.put_object(name, text) for item, text in texts.items()}
        answer = self.client.batch_put_profile_object(
            DomainName=self.domain,
            ObjectTypeName=name,
            Items=[{"Id": item, "Object": text} for item, text in texts.items()],
        )
        keys = {item["Id"]: item["ProfileObjectUniqueKey"] for item in answer["Successful"]}
        failed = {item["Id"] for item in answer.get("Failed", [])}
        assert failed == {item for item, outcome in outcomes.items() if outcome.kind == "rejected"}
        assert keys.keys() == texts.keys() - failed
        self.accept(name, [(texts[item], outcomes[item], keys[item]) for item in keys])

    def accept(self, name: str, accepted: list[tuple[str, Outcome, str]]) -> None:
        """Remember the keys that the server gave, learn the ids of new profiles, compare the objects of all touched."""
        for text, outcome, unique_key in accepted:
            unique = self.model.unique_value(name, field_values(self.model.types[name], json.loads(text)))
            assert self.unique_keys.setdefault((name, unique), unique_key) == unique_key
            if outcome.kind == "created":
                self.learn(outcome.profile, UNIQUE_KEYS[name], unique)
        for profile in sorted({outcome.profile for _, outcome, _ in accepted} & self.model.profiles.keys()):
            self.compare_objects(profile, name)

    def learn(self, profile: int, key: str, value: str) -> None:
        """A new profile's id is the one that nobody had before."""
        items = self.pages(self.client.search_profiles, KeyName=key, Values=[value])
        new = {item["ProfileId"] for item in items} - set(self.model.ids.values())
        assert len(new) == 1, f"one new profile expected under {key}={value}, got {new}"
        self.model.ids[profile] = new.pop()

    def delete_object(self, profile: int, of: ObjectId) -> None:
        self.client.delete_profile_object(
            DomainName=self.domain,
            ProfileId=self.model.ids[profile],
            ObjectTypeName=of[0],
            ProfileObjectUniqueKey=self.unique_keys[of],
        )
        self.model.delete_object(profile, of)
        self.compare_objects(profile, of[0])

    # Profiles

    def create_profile(self, fields: Record) -> None:
        answer = self.client.create_profile(DomainName=self.domain, **as_answer(fields))
        self.model.ids[self.model.create_profile(fields)] = answer["ProfileId"]

    def update_profile(self, profile: int, fields: Record) -> None:
        answer = self.client.update_profile(**self.named(profile), **as_answer(fields))
        assert answer["ProfileId"] == self.model.ids[profile]
        self.model.update_profile(profile, fields)

    def delete_profile(self, profile: int) -> None:
        self.client.delete_profile(**self.named(profile))
        self.model.delete_profile(profile)
        self.removed.append(self.model.ids[profile])

    def add_key(self, profile: int, name: str, values: list[str]) -> None:
        self.client.add_profile_key(**self.named(profile), KeyName=name, Values=values)
        self.model.add_key(profile, name, values)

    def delete_key(self, profile: int, name: str, values: list[str]) -> None:
        self.client.delete_profile_key(**self.named(profile), KeyName=name, Values=values)
        self.model.delete_key(profile, name, values)

    def named(self, profile: int) -> dict[str, str]:
        return {"DomainName": self.domain, "ProfileId": self.model.ids[profile]}

    def merge(self, group: list[int], sources: dict[str, int]) -> None:
        """The first of the group absorbs the others."""
        main, *absorbed = [self.model.ids[number] for number in group]
        request: dict[str, Any] = {"MainProfileId": main, "ProfileIdsToBeMerged": absorbed}
        if sources:
            request["FieldSourceProfileIds"] = as_answer({name: self.model.ids[n] for name, n in sources.items()})
        self.client.merge_profiles(DomainName=self.domain, **request)
        self.model.merge(group[0], group[1:], sources)
        self.removed += absorbed
        for name in sorted(UNIQUE_KEYS.keys() & self.model.types.keys()):
            self.compare_objects(group[0], name)

    # Comparing

    def compare_records(self) -> None:
        """All live profiles are as the model says; the last ones that went are errors of their own."""
        expected = {self.model.ids[n]: as_answer(profile.record()) for n, profile in self.model.profiles.items()}
        wanted = [*expected, *self.removed[-2:]]
        answers: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for start in range(0, len(wanted), PROFILES_IN_A_BATCH):
            ids = wanted[start : start + PROFILES_IN_A_BATCH]
            page = self.client.batch_get_profile(DomainName=self.domain, ProfileIds=ids)
            answers += page.get("Profiles", [])
            errors += page.get("Errors", [])
        assert {profile.pop("ProfileId"): profile for profile in answers} == expected
        assert {error["ProfileId"] for error in errors} == set(self.removed[-2:])

    def compare_search_by_every_key(self) -> None:
        pairs = list(PROBES.items())
        for start in range(0, len(pairs), KEYS_IN_A_SEARCH):
            self.compare_search(pairs[start : start + KEYS_IN_A_SEARCH], "OR")

    def compare_stats(self) -> None:
        stats = self.client.get_domain(DomainName=self.domain)["Stats"]
        members = ("ProfileCount", "ObjectCount", "TotalSize", "MeteringProfileCount")
        assert Stats(*(stats[member] for member in members)) == self.model.stats()

    def compare_search(self, pairs: Pairs, operator: str) -> None:
        """A search of up to five keys finds whom the model finds, by the same values, by earlier keys first."""
        [(key, values), *more] = pairs
        request: dict[str, Any] = {"KeyName": key, "Values": values, "LogicalOperator": operator}
        if more:
            request["AdditionalSearchKeys"] = [{"KeyName": name, "Values": listed} for name, listed in more]
        items = self.pages(self.client.search_profiles, **request)
        expected = {self.model.ids[n]: set(hits) for n, hits in self.model.search(pairs, operator).items()}
        assert {item["ProfileId"]: found_by(item) for item in items} == expected
        keys = [name for name, _ in pairs]
        ranks = [(min(keys.index(name) for name, _ in found_by(item)), item["ProfileId"]) for item in items]
        assert ranks == sorted(set(ranks))

    def compare_objects(self, profile: int, type_name: str) -> None:
        items = self.objects(profile, type_name)
        assert sorted(item["Object"] for item in items) == self.model.objects_of(profile, type_name)
        owned = {self.unique_keys[of] for of in self.model.profiles[profile].objects if of[0] == type_name}
        assert {item["ProfileObjectUniqueKey"] for item in items} == owned
        if type_name == "Device":
            self.compare_assets(profile)

    def compare_assets(self, profile: int) -> None:
        """Every device that the profile has is one of its assets; other assets are only those of devices that went."""
        serials = self.asset_serials(profile)
        objects = self.model.objects_of(profile, "Device")
        assert {json.loads(text)["id"] for text in objects} <= set(serials)
        assert len(serials) == len(set(serials))

    def compare_filter(self, profile: int, of: ObjectId) -> None:
        """ObjectFilter by the UNIQUE key finds this one object, unless that key value was deleted."""
        name = UNIQUE_KEYS[of[0]]
        rows = self.model.profiles[profile].rows
        has_key = any(
            row.key == name and row.supplier == "object" and (row.type_name, row.unique) == of for row in rows
        )
        items = self.objects(profile, of[0], ObjectFilter={"KeyName": name, "Values": [of[1]]})
        assert [item["ProfileObjectUniqueKey"] for item in items] == [self.unique_keys[of]] * has_key

    def asset_serials(self, profile: int) -> list[str]:
        return [json.loads(item["Object"])["SerialNumber"] for item in self.objects(profile, "_asset")]

    def objects(self, profile: int, type_name: str, **request: Any) -> list[dict[str, Any]]:
        return self.pages(
            self.client.list_profile_objects,
            ObjectTypeName=type_name,
            ProfileId=self.model.ids[profile],
            **request,
        )

    def pages(self, operation: Any, **request: Any) -> list[dict[str, Any]]:
        """All items, a few at a time."""
        items: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            answer = operation(DomainName=self.domain, MaxResults=4, **request, **token)
            items += answer["Items"]
            if not answer.get("NextToken"):
                return items
            token = {"NextToken": answer["NextToken"]}


def object_text(name: str, document: Document) -> str:
    """Only what the type's mappings read, so that shrunken examples are easy to read."""
    fields = [field for mapping in VARIANTS[name] for field in mapping["Fields"].values()]
    read = {field["Source"].removeprefix("_source.") for field in fields}
    return json.dumps({member: value for member, value in document.items() if member in read})


def found_by(item: dict[str, Any]) -> set[KeyValue]:
    return {(found["KeyName"], value) for found in item["FoundByItems"] for value in found["Values"]}


@contextmanager
def fails_with(code: str) -> Iterator[None]:
    with pytest.raises(ClientError) as failure:
        yield
    assert failure.value.response["Error"]["Code"] == code
