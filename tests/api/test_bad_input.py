"""Bad input gets a clear answer, and nothing is half-written."""

import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError
from mypy_boto3_customer_profiles import CustomerProfilesClient

from .calls import DomainApi, refused
from .mappings import definition, key, phone, system, text, typed


def nested(levels: int) -> str:
    """An object with this many levels, itself included."""
    return '{"id":"1","customer":"c","deep":' + '{"d":' * (levels - 2) + "{}" + "}" * (levels - 2) + "}"


def of_length(characters: int, filler: str = "x") -> str:
    head, tail = '{"id":"1","customer":"c","note":"', '"}'
    return head + filler * (characters - len(head) - len(tail)) + tail


BAD_OBJECTS = {
    "no JSON": "hello",
    "JSON cut short": '{"id":"1","customer":"c"',
    "JSON with a tail": '{"id":"1","customer":"c"} x',
    "single quotes": "{'id':'1'}",
    "NaN": '{"id":"1","customer":"c","n":NaN}',
    "list": '[{"id":"1"}]',
    "text": '"id"',
    "number": "1",
    "null": "null",
    "white space": "   ",
    "NUL": '{"id":"1","customer":"c","note":"a\\u0000b"}',
    "NUL in a member name": '{"id":"1","customer":"c","a\\u0000b":1}',
    "lone high surrogate": '{"id":"1","customer":"c","note":"\\ud83d"}',
    "lone low surrogate": '{"id":"1","customer":"c","note":"\\ude42"}',
    "unescaped NUL": '{"id":"1","customer":"c","note":"a\0b"}',
    "unescaped lone surrogate": '{"id":"1","customer":"c","note":"\ud83d"}',
    "too deep": nested(514),
    "much too deep": nested(20_000),
    "deep list": '{"id":"1","customer":"c","deep":' + "[" * 20_000 + "]" * 20_000 + "}",
    "over 256,000 characters": of_length(256_001),
    "no UNIQUE key": '{"customer":"c"}',
    "no PROFILE key": '{"id":"1"}',
}


@pytest.mark.parametrize("bad", BAD_OBJECTS.values(), ids=BAD_OBJECTS.keys())
def test_a_bad_object_is_refused_and_leaves_nothing(api: DomainApi, bad: str) -> None:
    api.define("crm", system("crm"))
    with refused():
        api.put("crm", bad)
    assert api.stats() == {"ProfileCount": 0, "MeteringProfileCount": 0, "ObjectCount": 0, "TotalSize": 0}
    assert api.ids("customer", "c") + api.ids("crmId", "1") == []


def test_an_empty_object_text_is_refused(unchecked: CustomerProfilesClient, domain: str) -> None:
    api = DomainApi(unchecked, domain)
    api.define("crm", system("crm"))
    with refused("object"):
        api.put("crm", "")


GOOD_OBJECTS = {
    "512 levels": nested(512),
    "256,000 characters": of_length(256_000),
    "255,000 characters outside the basic plane": of_length(255_000, "🙂"),
    "surrogate pair in escapes": '{"id":"1","customer":"c","note":"\\ud83d\\ude42"}',
    "white space around": ' \n{"id":"1","customer":"c"}\t ',
    "a huge number": '{"id":"1","customer":"c","n":1e400}',
    "a member twice": '{"id":"0","id":"1","customer":"c"}',
}


@pytest.mark.parametrize("good", GOOD_OBJECTS.values(), ids=GOOD_OBJECTS.keys())
def test_an_odd_but_legal_object_is_kept(api: DomainApi, good: str) -> None:
    api.define("crm", system("crm"))
    api.put("crm", good)
    assert len(api.objects(api.one("customer", "c")["ProfileId"], "crm")) == 1


def test_a_refused_put_again_leaves_the_former_object(api: DomainApi) -> None:
    api.define("crm", system("crm", SourceLastUpdatedTimestampFormat="EpochMilli"))
    api.put("crm", {"id": "1", "customer": "c", "first": "Ann"})
    with refused("SourceLastUpdatedTimestamp"):
        api.put("crm", {"id": "1", "customer": "c", "first": "Eve", "time": "never"})
    profile = api.one("customer", "c")
    assert profile["FirstName"] == "Ann"
    assert [value["first"] for value in api.objects(profile["ProfileId"], "crm")] == ["Ann"]


def one_key(content_type: str) -> dict[str, Any]:
    fields = {"id": text("id"), "value": typed(content_type, "value")}
    return definition(fields, {"crmId": key("id", "UNIQUE"), "value": key("value", "PROFILE")})


@pytest.mark.parametrize("value", ["n/a", "unknown", "-", "ext."])
def test_a_phone_without_digits_is_an_empty_value(api: DomainApi, value: str) -> None:
    api.define("crm", one_key("PHONE_NUMBER"))
    with refused("PROFILE"):
        api.put("crm", {"id": "1", "value": value})


def test_phones_without_digits_are_not_equal(api: DomainApi) -> None:
    fields = {"id": text("id"), "line": phone("line"), "who": text("who")}
    keys = {"crmId": key("id", "UNIQUE"), "line": key("line", "PROFILE"), "who": key("who", "PROFILE")}
    api.define("crm", definition(fields, keys))
    api.put("crm", {"id": "1", "line": "n/a", "who": "ann"})
    api.put("crm", {"id": "2", "line": "n/a", "who": "bob"})
    assert api.ids("who", "ann") != api.ids("who", "bob")


def test_a_number_that_is_none_is_compared_as_text(api: DomainApi) -> None:
    api.define("crm", one_key("NUMBER"))
    for number, value in [("1", "12a"), ("2", "12a"), ("3", "12b")]:
        api.put("crm", {"id": number, "value": value})
    assert api.one("crmId", "1") == api.one("crmId", "2") != api.one("crmId", "3")


NUL = "a\0b"
NUL_CALLS: dict[str, dict[str, Any]] = {
    "create_profile": {"FirstName": NUL},
    "search_profiles": {"KeyName": "_email", "Values": [NUL]},
    "put_profile_object_type": {"ObjectTypeName": "crm", **system("crm"), "Description": NUL},
    "update_domain": {"DeadLetterQueueUrl": NUL},
}


@pytest.mark.parametrize("operation", NUL_CALLS)
def test_nul_in_a_text_is_refused(api: DomainApi, operation: str) -> None:
    with refused():
        getattr(api.client, operation)(DomainName=api.domain, **NUL_CALLS[operation])


def test_nul_in_an_attribute_name_is_refused(api: DomainApi) -> None:
    with refused():
        api.create(Attributes={NUL: "1"})


# A name of the wrong form, by operation.
WRONG_NAMES: dict[str, dict[str, Any]] = {
    "get_domain": {"DomainName": "a\n"},
    "get_profile_object_type": {"DomainName": "a", "ObjectTypeName": "crm\n"},
    "search_profiles": {"DomainName": "a", "KeyName": "_email\n", "Values": ["x"]},
    "put_profile_object": {"DomainName": "a", "ObjectTypeName": "crm\n", "Object": "{}"},
    "delete_profile": {"DomainName": "a", "ProfileId": "not an id"},
    "list_tags_for_resource": {"resourceArn": "no arn"},
}


@pytest.mark.parametrize("operation", WRONG_NAMES)
def test_a_name_of_the_wrong_form_is_refused(client: CustomerProfilesClient, operation: str) -> None:
    with refused("1 validation error detected"):
        getattr(client, operation)(**WRONG_NAMES[operation])


# Members of the wrong type, which only a client without checks can send.
WRONG_TYPES: dict[str, tuple[str, dict[str, Any]]] = {
    "text for a number": ("create_domain", {"DomainName": "wrong-types", "DefaultExpirationDays": "seven"}),
    "fraction for a whole number": ("create_domain", {"DomainName": "wrong-types", "DefaultExpirationDays": 7.5}),
    "number for a text": ("create_profile", {"FirstName": 7}),
    "number in a list of texts": ("search_profiles", {"KeyName": "_email", "Values": [7]}),
    "number for a structure": ("create_profile", {"Attributes": {"a": 7}}),
    "text for a truth value": (
        "put_profile_object_type",
        {"ObjectTypeName": "crm", **system("crm"), "AllowProfileCreation": "maybe"},
    ),
    "number for an object": ("put_profile_object", {"ObjectTypeName": "crm", "Object": 7}),
    "number for an id": ("delete_profile", {"ProfileId": 7}),
    "negative page size": ("list_domains", {"MaxResults": -1}),
    "page size that is no number": ("list_domains", {"MaxResults": "many"}),
}


@pytest.mark.parametrize(("operation", "members"), WRONG_TYPES.values(), ids=WRONG_TYPES.keys())
def test_a_member_of_the_wrong_type_is_refused(
    unchecked: CustomerProfilesClient, domain: str, operation: str, members: dict[str, Any]
) -> None:
    in_domain = {} if operation in ("create_domain", "list_domains") else {"DomainName": domain}
    with refused():
        getattr(unchecked, operation)(**{**in_domain, **members})


REQUIRED: dict[str, tuple[dict[str, Any], str]] = {
    "search_profiles": ({"Values": ["x"]}, "keyName"),
    "put_profile_object": ({"ObjectTypeName": "crm"}, "object"),
    "add_profile_key": ({"KeyName": "_email", "Values": ["x"]}, "profileId"),
    "merge_profiles": ({"MainProfileId": "0" * 32}, "profileIdsToBeMerged"),
    "batch_get_profile": ({"ProfileIds": []}, "profileIds"),
    "batch_put_profile_object": ({"ObjectTypeName": "crm", "Items": []}, "items"),
}


@pytest.mark.parametrize("operation", REQUIRED)
def test_a_missing_member_is_named(unchecked: CustomerProfilesClient, domain: str, operation: str) -> None:
    members, word = REQUIRED[operation]
    with refused(word):
        getattr(unchecked, operation)(DomainName=domain, **members)


def test_a_domain_deleted_while_objects_arrive(api: DomainApi) -> None:
    """Every object is either stored (200) or refused with 404, and the next domain of that name has none of them."""
    api.define("crm", system("crm"))
    statuses: list[int] = []
    sending = threading.Thread(target=put_until_refused, args=(api, statuses))
    sending.start()
    while len(statuses) < 20 and sending.is_alive():
        sending.join(0.005)
    api.client.delete_domain(DomainName=api.domain)
    sending.join()
    api.client.create_domain(DomainName=api.domain, DefaultExpirationDays=9)
    assert (set(statuses[:-1]), statuses[-1]) == ({200}, 404)
    assert api.stats()["ObjectCount"] == 0


def put_until_refused(api: DomainApi, statuses: list[int]) -> None:
    for number in range(2000):
        try:
            api.put("crm", {"id": str(number), "customer": str(number % 7)})
            statuses.append(200)
        except ClientError as error:
            statuses.append(error.response["ResponseMetadata"]["HTTPStatusCode"])
            return
