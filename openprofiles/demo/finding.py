"""Asks the server through its API where each object is, what one customer's profile says, and how fast it is found."""

import json
import statistics
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from openprofiles.demo import dirt
from openprofiles.demo.measuring import ObjectId, grouped
from openprofiles.demo.object_types import OBJECT_TYPES, UNIQUE_KEYS
from openprofiles.demo.people import Person
from openprofiles.demo.sending import in_threads
from openprofiles.demo.server import Server

VALUES = 50
"""Ids in one search. Fewer than MaxResults, so that one page is enough."""

REPEATS = 20
"""A lookup's time is the median of this many."""

CANDIDATES = 20
"""The most profiles that BatchGetProfile takes."""

Profile = dict[str, Any]


class Lookup(msgspec.Struct, frozen=True):
    """One search: how many profiles it found, whether the customer's is the first, and its median time."""

    key: str
    value: str
    found: int
    right: bool
    milliseconds: float


class Field(msgspec.Struct, frozen=True):
    """One field of a profile. `source` is an object type, Manual or Merge; `at` its value's time in epoch seconds."""

    name: str
    value: str
    source: str = ""
    at: float | None = None


def places(client: Any, domain: str, objects: list[ObjectId]) -> dict[ObjectId, str]:
    """The profile of each object; one that is in none is left out."""
    tasks = [
        (object_type, ids[start : start + VALUES])
        for object_type in OBJECT_TYPES
        for ids in [[key for of_type, key in objects if of_type == object_type]]
        for start in range(0, len(ids), VALUES)
    ]
    found = in_threads(lambda task: _places_of(client, domain, *task), tasks)
    return {key: profile for part in found for key, profile in part.items()}


def _places_of(client: Any, domain: str, object_type: str, ids: list[str]) -> dict[ObjectId, str]:
    key = UNIQUE_KEYS[object_type]
    answer = client.search_profiles(DomainName=domain, KeyName=key, Values=ids, MaxResults=100)
    return {
        (object_type, value): profile["ProfileId"]
        for profile in answer["Items"]
        for item in profile["FoundByItems"]
        for value in item["Values"]
    }


def choose_customer(
    client: Any, domain: str, placed: Mapping[ObjectId, str], truth: Mapping[ObjectId, int], people: list[Person]
) -> tuple[Person, Profile] | None:
    """Somebody with one profile, of their own, that several systems fill, and who can be looked up in three ways."""
    persons = grouped({key: truth[key] for key in placed}, placed)
    profiles = grouped(placed, {key: truth[key] for key in placed})
    types = grouped({key: key[0] for key in placed}, placed)
    sizes = Counter(placed.values())
    alone = [profile for profile, of in persons.items() if len(of) == 1 and all(len(profiles[one]) == 1 for one in of)]
    alone.sort(key=lambda profile: (-len(types[profile]), sizes[str(profile)] > 12, -sizes[str(profile)], str(profile)))
    if not alone:
        return None
    answer = client.batch_get_profile(DomainName=domain, ProfileIds=alone[:CANDIDATES])
    found = {profile["ProfileId"]: profile for profile in answer["Profiles"]}
    ordered = [(people[min(persons[profile])], found[profile]) for profile in alone[:CANDIDATES] if profile in found]
    return max(ordered, key=lambda pair: _tellable(*pair), default=None)


def _tellable(person: Person, profile: Profile) -> int:
    return sum(
        (
            bool(profile.get("MobilePhoneNumber") and person.mobile),
            "EmailAddress" in profile,
            "AccountNumber" in profile,
        )
    )


def lookups(client: Any, domain: str, person: Person, profile: Profile) -> list[Lookup]:
    """By phone in another form than the profile shows, by e-mail in other letters, by account number."""
    stored = {profile.get(name) for name in ("MobilePhoneNumber", "PhoneNumber", "HomePhoneNumber")}
    phones = [form for form in dirt.phone_forms(person.mobile or person.home)[1:] if form not in stored]
    email = profile.get("EmailAddress", person.emails[0]).strip()
    other_case = email.lower() if email.upper() == email else email.upper()
    asked = [
        ("_phone", phones[0]),
        ("_email", other_case),
        ("_account", str(profile.get("AccountNumber", person.account))),
    ]
    return [_lookup(client, domain, key, value, profile["ProfileId"]) for key, value in asked]


def _lookup(client: Any, domain: str, key: str, value: str, profile_id: str) -> Lookup:
    times, items = [], []
    for _ in range(REPEATS):
        start = time.perf_counter()
        items = client.search_profiles(DomainName=domain, KeyName=key, Values=[value])["Items"]
        times.append(time.perf_counter() - start)
    right = bool(items) and items[0]["ProfileId"] == profile_id
    return Lookup(key, value, len(items), right, statistics.median(times) * 1000)


def fields(server: Server, domain: str, profile: Profile) -> list[Field]:
    """The profile's fields, and where each value is from as far as the server explains it."""
    explained = _explain(server, domain, profile["ProfileId"])
    return [_with_source(name, value, explained) for name, value in _flat(profile).items()]


def _with_source(name: str, value: str, explained: dict[str, Any]) -> Field:
    source = explained.get(name) or explained.get(name.partition(".")[0]) or {}
    return Field(name, value, source.get("Source", ""), source.get("SourceTime"))


def _flat(profile: Profile) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in profile.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{member}": str(text) for member, text in value.items()}
        elif isinstance(value, str):
            flat[name] = value
    return flat


def _explain(server: Server, domain: str, profile_id: str) -> dict[str, Any]:
    """The server's own explanation of each field. It is no operation of the API, so it is signed here.

    Empty where the server does not answer it.
    """
    request = AWSRequest("GET", f"{server.url.rstrip('/')}/-/domains/{domain}/profiles/{profile_id}/explain")
    SigV4Auth(server.session.get_credentials(), "profile", server.session.region_name).add_auth(request)
    answer = URLLib3Session().send(request.prepare())
    return dict(json.loads(answer.content)["Fields"]) if answer.status_code == 200 else {}
