"""Signed requests, ready to be sent."""

import random
from collections.abc import Iterable, Mapping

import msgspec

from benchmarks.signing import signed

DOMAIN, OBJECT_TYPE = "bench", "contact"
OTHERS, CROWD = "others", "crowd"
"""Further domains, with the same object type."""

encode = msgspec.json.Encoder().encode

DEFINITION = {
    "Description": "A contact of the benchmark",
    "AllowProfileCreation": True,
    "Fields": {
        "id": {"Source": "_source.id"},
        "account": {"Source": "_source.account", "Target": "_profile.AccountNumber"},
        "email": {"Source": "_source.email", "Target": "_profile.EmailAddress", "ContentType": "EMAIL_ADDRESS"},
        "phone": {"Source": "_source.phone", "Target": "_profile.PhoneNumber", "ContentType": "PHONE_NUMBER"},
        "first": {"Source": "_source.first", "Target": "_profile.FirstName", "ContentType": "NAME"},
        "last": {"Source": "_source.last", "Target": "_profile.LastName", "ContentType": "NAME"},
        "city": {"Source": "_source.address.city", "Target": "_profile.Address.City"},
        "street": {"Source": "_source.address.street", "Target": "_profile.Address.Address1"},
        "code": {"Source": "_source.address.code", "Target": "_profile.Address.PostalCode"},
        "tier": {"Source": "_source.tier", "Target": "_profile.Attributes.tier"},
    },
    "Keys": {
        "contactId": [{"FieldNames": ["id"], "StandardIdentifiers": ["UNIQUE", "PROFILE"]}],
        "_account": [{"FieldNames": ["account"], "StandardIdentifiers": ["PROFILE"]}],
        "_email": [{"FieldNames": ["email"], "StandardIdentifiers": ["PROFILE"]}],
    },
}


def contact(number: int, revision: int = 0) -> dict[str, object]:
    """About a kilobyte of a contact; another revision has other values and the same keys."""
    return {
        "id": f"c-{number}",
        "account": f"A{number:08}",
        "email": f"Person.{number}@example.com",
        "phone": f"+1 (206) 555-{number % 10000:04}",
        "first": f"First{number % 977}",
        "last": f"Last{number % 1499}",
        "address": {"city": f"City{revision}", "street": f"{number} Main Street", "code": f"{number % 99999:05}"},
        "tier": f"tier{revision % 3}",
        "notes": "x" * 500,
        "tags": [f"tag{tag}" for tag in range(10)],
    }


def contact_json(number: int, revision: int = 0) -> bytes:
    return encode(contact(number, revision))


def put(port: int, number: int, revision: int = 0, domain: str = DOMAIN) -> bytes:
    body = {"ObjectTypeName": OBJECT_TYPE, "Object": contact_json(number, revision).decode()}
    return signed(port, "PUT", f"/domains/{domain}/profiles/objects", encode(body))


def search(port: int, key: str, value: str) -> bytes:
    body = encode({"KeyName": key, "Values": [value]})
    return signed(port, "POST", f"/domains/{DOMAIN}/profiles/search", body)


def email(number: int) -> str:
    return f"person.{number}@example.com"


def setup(port: int, domain: str = DOMAIN, definition: Mapping[str, object] = DEFINITION) -> list[bytes]:
    """Make the domain and the object type."""
    return [
        signed(port, "POST", f"/domains/{domain}", encode({"DefaultExpirationDays": 366})),
        signed(port, "PUT", f"/domains/{domain}/object-types/{OBJECT_TYPE}", encode(definition)),
    ]


def delete(port: int) -> bytes:
    return signed(port, "DELETE", f"/domains/{DOMAIN}", b"")


SHARED_KEYS = ("club", "country", "plan", "shift", "side")
"""Keys of the crowd. The values of the first three all have; of each of the last two, every other one."""

CROWD_DEFINITION = {
    "Description": "A member of a crowd that shares values",
    "AllowProfileCreation": True,
    "Fields": {name: {"Source": f"_source.{name}"} for name in ("id", *SHARED_KEYS)},
    "Keys": {
        "memberId": [{"FieldNames": ["id"], "StandardIdentifiers": ["UNIQUE", "PROFILE"]}],
        **{name: [{"FieldNames": [name], "StandardIdentifiers": []}] for name in SHARED_KEYS},
    },
}


def member_json(number: int) -> bytes:
    """One of the crowd: every other one works by day and on the left, the rest by night and on the right."""
    halves = {"shift": "day", "side": "left"} if number % 2 else {"shift": "night", "side": "right"}
    return encode({"id": f"m-{number}", "club": "all", "country": "all", "plan": "all", **halves})


def search_members(port: int) -> bytes:
    """Who works by day on the right: nobody."""
    values = {"shift": "day", "side": "right", "club": "all", "country": "all", "plan": "all"}
    first, *others = [{"KeyName": key, "Values": [value]} for key, value in values.items()]
    body = {**first, "AdditionalSearchKeys": others, "LogicalOperator": "AND"}
    return signed(port, "POST", f"/domains/{CROWD}/profiles/search", encode(body))


def page_of_members(port: int, token: str) -> bytes:
    """A hundred of the whole crowd, from behind the (encoded) token."""
    query = f"max-results=100&next-token={token}" if token else "max-results=100"
    body = encode({"KeyName": "club", "Values": ["all"]})
    return signed(port, "POST", f"/domains/{CROWD}/profiles/search", body, query=query)


def hellos(port: int, count: int) -> list[bytes]:
    """The yardstick's requests: the same body as a put, no signature to check."""
    return [put(port, 1)] * count


def shuffled(numbers: Iterable[int], seed: int) -> list[int]:
    numbers = list(numbers)
    random.Random(seed).shuffle(numbers)
    return numbers
