"""Calls of operations with odd members: some go on from each other, so that they get past the first check."""

import json
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple
from urllib.parse import quote

from openprofiles.operations import OPERATIONS, Operation
from tests.api.mappings import system
from tests.fuzz.values import HOSTILE, shape_of, text, value

DOMAIN, TYPES = "fuzz", ("contact", "order")


class Call(NamedTuple):
    """One request, before it is signed."""

    operation: str
    method: str
    raw_path: bytes
    query: bytes
    body: bytes


@lru_cache
def shape(name: str) -> Any:
    return shape_of(OPERATIONS[name].request)


def beginnings() -> list[Call]:
    """A domain, and a type whose objects can be put."""
    domain, contact = f"/domains/{DOMAIN}".encode(), body_of(system("contact"))
    return [
        Call("CreateDomain", "POST", domain, b"", body_of({"DefaultExpirationDays": 1})),
        Call("PutProfileObjectType", "PUT", domain + b"/object-types/contact", b"", contact),
    ]


def any_call(chance: Random) -> Call:
    maker = chance.choices([operation_call, definition_call, object_call, search_call], [4, 2, 3, 1])[0]
    return maker(chance)


def operation_call(chance: Random) -> Call:
    """Any operation, with members drawn from its shape."""
    operation = OPERATIONS[chance.choice(sorted(OPERATIONS))]
    if operation.name in ("DeleteDomain", "DeleteProfileObjectType"):
        return operation_call(chance)
    return call(chance, operation, value(chance, shape(operation.name)))


def definition_call(chance: Random) -> Call:
    """An object type whose fields, targets and keys may or may not fit."""
    names = ["id", "email", text(chance, 1, 20)]
    fields = {name: {"Source": source(chance), **mapping(chance)} for name in names}
    keys = {
        chance.choice(["contactId", "_email", "_phone", text(chance, 1, 30)]): [
            {"FieldNames": chance.sample(names, chance.randint(1, 3)), "StandardIdentifiers": identifiers(chance)}
        ]
        for _ in range(chance.randint(1, 3))
    }
    members = {"Description": "fuzz", "AllowProfileCreation": True, "Fields": fields, "Keys": keys}
    if chance.random() < 0.2:
        members["SourceLastUpdatedTimestampFormat"] = chance.choice(["EPOCHMILLI", "yyyy-MM-dd", "QQQ", "'"])
    return call(chance, OPERATIONS["PutProfileObjectType"], {"ObjectTypeName": "order", **members})


def source(chance: Random) -> str:
    parts = ["_source", ".a", "[0]", "['x y']", "[]", ".b.c", "{{", "}}", "{{_source.a}}", "{{#removeExtraSpace}}", " "]
    return chance.choice(["_source.id", "_source.email", "".join(chance.choices(parts, k=chance.randint(1, 6)))])


def mapping(chance: Random) -> dict[str, Any]:
    targets = ["_profile.EmailAddress", "_profile.Attributes.x", "_order.Name", "_profile.Address", "_profile", "x.y"]
    types = ["STRING", "NUMBER", "EMAIL_ADDRESS", "PHONE_NUMBER", "NAME"]
    return {"Target": chance.choice(targets)} | ({"ContentType": chance.choice(types)} if chance.random() < 0.5 else {})


def identifiers(chance: Random) -> list[str]:
    return chance.sample(["UNIQUE", "PROFILE", "SECONDARY", "LOOKUP_ONLY", "NEW_ONLY", "ORDER"], chance.randint(0, 3))


def object_call(chance: Random) -> Call:
    """An object for one of the types, whole or broken."""
    members = {"id": chance.choice([1, "1", text(chance), *HOSTILE]), "email": chance.choice(["a@b.c", *HOSTILE])}
    members |= {"customer": chance.choice(["ann", "bob", *HOSTILE])}
    members |= {text(chance, 1, 10): chance.choice(HOSTILE) for _ in range(chance.randint(0, 4))}
    encoded = json.dumps(members)
    if chance.random() < 0.1:
        encoded = encoded[: chance.randint(0, len(encoded))]
    if chance.random() < 0.02:
        encoded = "[" * 600 + "]" * 600
    body = {"ObjectTypeName": chance.choice(["contact", *TYPES, text(chance)]), "Object": encoded}
    return call(chance, OPERATIONS["PutProfileObject"], body)


def search_call(chance: Random) -> Call:
    key = {"KeyName": chance.choice(["_email", "contactId", "_profileId", text(chance)]), "Values": [text(chance)]}
    members = {**key, "AdditionalSearchKeys": [key] * chance.randint(0, 5), "LogicalOperator": "AND"}
    return call(chance, OPERATIONS["SearchProfiles"], members)


def call(chance: Random, operation: Operation, members: Any) -> Call:
    path = operation.path
    for placeholder, name in operation.path_members:
        given = members.get(name) if isinstance(members, dict) else None
        path = path.replace("{" + placeholder + "}", quote(path_value(chance, placeholder, given), safe=""))
    query = "&".join(
        f"{name}={quote(str(chance.choice([1, 5, 0, 'x', *HOSTILE])).encode('utf-8', 'replace'))}"
        for name, _, _ in operation.query_members
        if chance.random() < 0.3
    )
    raw_path = path.encode("ascii", "replace")
    if chance.random() < 0.02:
        raw_path = bytes(chance.choice(b"/%.a~") if chance.random() < 0.2 else byte for byte in raw_path)
    return Call(operation.name, operation.method, raw_path, query.encode(), broken(chance, body_of(members)))


def path_value(chance: Random, placeholder: str, given: Any) -> bytes:
    if placeholder == "DomainName" and chance.random() < 0.9:
        return DOMAIN.encode()
    return str(given if given is not None else text(chance, 1, 64)).encode("utf-8", "replace") or b"x"


def body_of(members: Any) -> bytes:
    return json.dumps(members).encode()


def broken(chance: Random, body: bytes) -> bytes:
    """Now and then, bytes that are no JSON."""
    if chance.random() > 0.03 or not body:
        return body
    place = chance.randrange(len(body))
    return body[:place] + bytes([chance.randrange(256)]) + body[place + chance.randint(0, 2) :]
