"""Calls of operations, whole and odd. They name what former answers told, so that they get past the first look-up."""

import json
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from openprofiles.api import FUNCTIONS
from openprofiles.extensions import EXTENSIONS
from openprofiles.operations import OPERATIONS, Operation
from tests.api.mappings import system
from tests.fuzz.chance import Chance, Told
from tests.fuzz.mappings import TYPES, definition, object_text
from tests.fuzz.texts import written
from tests.fuzz.values import shape_of, text, value

DOMAIN, SHORT_LIVED = "fuzz", "brief"
LEAD = "lead"
"""A type that may make no profile: of its objects there are dead letters."""
KEY_MEMBER = "ProfileObjectUniqueKey"

ALL: dict[str, Operation] = {**OPERATIONS, **EXTENSIONS}

NAMED = {
    "DomainName": lambda chance, _: chance.choice([DOMAIN] * 20 + [SHORT_LIVED, text(chance, 1, 64)]),
    "ObjectTypeName": lambda chance, _: chance.choice([*TYPES, LEAD, "_profile", "_order", "_asset"]),
    "Object": object_text,
    "KeyName": lambda chance, _: chance.choice(
        ["customer", "_email", "_phone", "_profileId", "contactId", text(chance, 1, 64)]
    ),
    "Values": lambda chance, told: chance.choice(
        ["ann", "bob", "a@b.c", "1", told.one(chance, "ProfileId") or "", text(chance, 1)]
    ),
    "resourceArn": lambda chance, _: arn(chance),
    "ProfileId": lambda chance, _: f"{chance.getrandbits(128):032x}",
    "TemplateId": lambda chance, _: chance.choice(["CTR", "Zendesk-users", "_asset", text(chance, 1, 64)]),
}

HEADERS = [
    (b"amz-sdk-invocation-id", b"one"),
    (b"amz-sdk-invocation-id", b"two"),
    (b"amz-sdk-invocation-id", b""),
    (b"amz-sdk-invocation-id", b"\xff" * 9_000),
    (b"content-type", b"text/html; charset=\xff"),
    (b"content-encoding", b"gzip"),
    (b"accept-encoding", b"*;q=0, \x80"),
    (b"x-amz-content-sha256", b"UNSIGNED-PAYLOAD"),
    (b"x-amz-content-sha256", b"STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
    (b"x-amz-security-token", b"\xc3\x28"),
    (b"x-amz-date", b"20260230T250000Z"),
    (b"x-amz-date", b"99999999T999999Z"),
    (b"date", b"Mon, 99 Foo 0000 00:00:00 GMT"),
    (b"authorization", b"AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=, Signature=0"),
    (b"authorization", b"Basic \xff"),
    (b"authorization", b""),
    (b"host", b"other"),
    (b"x-amz-target", b"Operation.Other"),
    (b"x-http-method-override", b"DELETE"),
    (b"cookie", b"a=b" * 3_000),
    (b"x" * 200, b"y" * 40_000),
    (b"", b""),
]

QUERIES = [
    b"X-Amz-Signature=0",
    b"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a/b/c/d/e&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60"
    b"&X-Amz-SignedHeaders=host&X-Amz-Signature=0",
    b"x-amz-date=1&X-Amz-Date=2",
    b"max-results=%FF",
    b"max-results=1&max-results=2",
    b"next-token=%",
    b"next-token=%00",
    b"&&&=&=x&%zz",
    b"\xff\xfe",
    b"a=b" * 9_000,
    b"a[]=1;b=2",
]


class Call(NamedTuple):
    """One request before it is signed. `headers` are added to the signed ones, `flips` are bits of the signature's
    header that turn on the way.
    """

    operation: str
    method: str
    raw_path: bytes
    query: bytes
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    flips: tuple[int, ...] = ()


@lru_cache
def shape(name: str) -> Any:
    return shape_of(ALL[name].request)


def beginning() -> list[Call]:
    """A domain, and types whose objects can be put."""
    sober = Chance("")
    sober.wrong = 0
    types = [{"DomainName": DOMAIN, "ObjectTypeName": name, **system(name)} for name in TYPES]
    types.append({"DomainName": DOMAIN, "ObjectTypeName": LEAD, **system(LEAD, AllowProfileCreation=False)})
    lead = {"DomainName": DOMAIN, "ObjectTypeName": LEAD, "Object": '{"id": "1", "customer": "nobody"}'}
    return [
        call(sober, ALL["CreateDomain"], {"DomainName": DOMAIN, "DefaultExpirationDays": 1}),
        *(call(sober, ALL["PutProfileObjectType"], members) for members in types),
        call(sober, ALL["PutProfileObject"], lead),
    ]


def any_call(chance: Chance, told: Told) -> Call:
    name = chance.choice(sorted(OPERATIONS) if chance.random() < 0.1 else LIKELY)
    members = value(chance, told, shape(name), NAMED)
    if isinstance(members, dict):
        members = narrowed(chance, told, name, members)
    return call(chance, ALL[name], members)


LIKELY = sorted(FUNCTIONS) * 2 + ["PutProfileObject"] * 24 + ["PutProfileObjectType", "SearchProfiles"] * 6
LIKELY.remove("DeleteProfileObjectType")
"""Operations with code: more of those whose members have most to them, fewer of what undoes much."""


def narrowed(chance: Chance, told: Told, name: str, members: dict[str, Any]) -> dict[str, Any]:
    """What the shape alone does not say: what fits together, and which domain has to stay."""
    if name == "PutProfileObjectType" and not chance.is_seldom():
        members = {name: members.get(name) for name in ("DomainName", "ObjectTypeName")} | definition(chance)
    if name == "DeleteDomain":
        members["DomainName"] = SHORT_LIVED
    if name == "ListProfileObjects" and told.found and not chance.errs():
        members |= {"ProfileId": chance.choice(told.found), "ObjectTypeName": chance.choice(TYPES)}
    if name == "ListProfileHistoryRecords" and told.found and not chance.errs():
        members = {"DomainName": DOMAIN, "ProfileId": chance.choice(told.found)}
    if name == "DeleteProfileObject" and told.objects and not chance.errs():
        members |= chance.choice(told.objects)
    if "DeadLetterId" in members and not chance.errs():
        members |= {"DomainName": DOMAIN, "DeadLetterId": told.one(chance, "DeadLetterId") or "0" * 32}
    if name == "GetProfileHistoryRecord" and told.records and not chance.errs():
        members |= chance.choice(told.records)
    return members


def take_in(told: Told, call: Call, answer: Any) -> None:
    """An answer to a call, for later ones."""
    told.take_in(answer)
    if call.operation == "SearchProfiles":
        told.found.extend(item["ProfileId"] for item in answer["Items"])
    if call.operation == "ListProfileHistoryRecords":
        profile = json.loads(call.body)["ProfileId"]
        listed = answer["ProfileHistoryRecords"]
        told.records.extend({"DomainName": DOMAIN, "ProfileId": profile, "Id": record["Id"]} for record in listed)
    if call.operation == "ListProfileObjects":
        asked = json.loads(call.body)
        of = {"DomainName": DOMAIN, "ProfileId": asked["ProfileId"], "ObjectTypeName": asked["ObjectTypeName"]}
        told.objects.extend({**of, KEY_MEMBER: item[KEY_MEMBER]} for item in answer["Items"])


def arn(chance: Chance) -> str:
    domain = chance.choice([DOMAIN, DOMAIN, SHORT_LIVED, "..", ""])
    rest = chance.choice(["", f"/object-types/{chance.choice(TYPES)}", "/x", "//", "/%2F"])
    start = chance.choice(
        ["arn:aws:profile:us-east-1:000000000000:", "arn:aws:profile:::"]
        if chance.errs()
        else ["arn:aws:profile:us-east-1:000000000000:"]
    )
    return f"{start}domains/{domain}{rest}"


def call(chance: Chance, operation: Operation, members: Any) -> Call:
    given = members if isinstance(members, dict) else {}
    inside = {name for _, name in operation.path_members} | {name for _, name, _ in operation.query_members}
    sent = {name: member for name, member in given.items() if name not in inside} if given else members
    return Call(
        operation=operation.name,
        method=chance.choice(["GET", "PUT", "HEAD", "PATCH", "x"]) if chance.errs() else operation.method,
        raw_path=path(chance, operation, given),
        query=query(chance, operation, given),
        body=written(chance, sent).encode("utf-8", "surrogatepass") if sent or chance.is_seldom() else b"",
        headers=tuple(chance.choices(HEADERS, k=chance.randint(1, 3))) if chance.errs() else (),
        flips=tuple(chance.randrange(2_000) for _ in range(chance.randint(1, 3))) if chance.errs() else (),
    )


def path(chance: Chance, operation: Operation, given: dict[str, Any]) -> bytes:
    made = operation.path
    for placeholder, name in operation.path_members:
        made = made.replace("{" + placeholder + "}", quoted(given.get(name, "x")))
    raw = made.encode()
    if not chance.errs():
        return raw
    place = chance.randrange(len(raw))
    return (
        raw[:place]
        + chance.choice([b"", b"/", b"//", b"%", b"%2", b"%2F", b"%00", b"%ff", b"..", b"\xff", b"~", b";"])
        + raw[place:]
    )


def query(chance: Chance, operation: Operation, given: dict[str, Any]) -> bytes:
    parts = [
        f"{name}={quoted(item)}"
        for name, member, _ in operation.query_members
        if member in given
        for item in items(given[member])
    ]
    odd = [chance.choice(QUERIES)] if chance.errs() else []
    return b"&".join([part.encode() for part in parts] + odd)


def items(member: Any) -> list[Any]:
    return member if isinstance(member, list) else [member]


def quoted(member: Any) -> str:
    shown = str(member).lower() if isinstance(member, bool) else str(member)
    return quote(shown.encode("utf-8", "surrogatepass"), safe="")
