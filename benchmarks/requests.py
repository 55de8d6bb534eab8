"""Signed requests, ready to be sent."""

import random
from collections.abc import Iterable

import msgspec

from benchmarks.signing import signed

DOMAIN, OBJECT_TYPE = "bench", "contact"

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


def put(port: int, number: int, revision: int = 0) -> bytes:
    body = {"ObjectTypeName": OBJECT_TYPE, "Object": contact_json(number, revision).decode()}
    return signed(port, "PUT", f"/domains/{DOMAIN}/profiles/objects", encode(body))


def search(port: int, key: str, value: str) -> bytes:
    body = encode({"KeyName": key, "Values": [value]})
    return signed(port, "POST", f"/domains/{DOMAIN}/profiles/search", body)


def email(number: int) -> str:
    return f"person.{number}@example.com"


def setup(port: int) -> list[bytes]:
    """Make the domain and the object type."""
    return [
        signed(port, "POST", f"/domains/{DOMAIN}", encode({"DefaultExpirationDays": 366})),
        signed(port, "PUT", f"/domains/{DOMAIN}/object-types/{OBJECT_TYPE}", encode(DEFINITION)),
    ]


def hellos(port: int, count: int) -> list[bytes]:
    """The yardstick's requests: the same body as a put, no signature to check."""
    return [put(port, 1)] * count


def shuffled(numbers: Iterable[int], seed: int) -> list[int]:
    numbers = list(numbers)
    random.Random(seed).shuffle(numbers)
    return numbers
