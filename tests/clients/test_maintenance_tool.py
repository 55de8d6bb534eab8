"""A tool that switches profile creation off and on again relies on Get: its answer is valid for Put, byte for byte.

Source: a public AWS solution's maintenance script. It passes over types that a template manages.
"""

from typing import Any

import msgspec
import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.api.calls import DomainApi
from tests.api.mappings import computed, definition, key, phone, system, text

KEPT = (
    "Description",
    "Fields",
    "Keys",
    "EncryptionKey",
    "ExpirationDays",
    "MaxProfileObjectCount",
    "SourceLastUpdatedTimestampFormat",
)
"""What the tool hands from Get to Put."""

ODD = definition(
    {
        "z": computed(
            '{{#if _source.a}}{{_source.a}} "ü" \\ {{/if}}{{_source.b}}', "_profile.Attributes.Ünïcode / name"
        ),
        "a": phone("b.c[0]"),
        "M-_9": text("id"),
    },
    {"zulu": [key(("M-_9", "a"), "UNIQUE"), key(("z", "a"))], "alpha": key("a", "PROFILE"), "_phone": key("a")},
)


@pytest.fixture
def api(client: CustomerProfilesClient, domain: str) -> DomainApi:
    """The API of a fresh domain."""
    return DomainApi(client, domain)


def switch_profile_creation(client: CustomerProfilesClient, domain: str, allowed: bool) -> list[str]:
    """Put each type as Get answers it, with profile creation as given; the names of those put."""
    listed = client.list_profile_object_types(DomainName=domain)["Items"]
    got: list[Any] = [
        client.get_profile_object_type(DomainName=domain, ObjectTypeName=item["ObjectTypeName"]) for item in listed
    ]
    own = [one for one in got if "TemplateId" not in one]
    for one in own:
        kept = {member: one[member] for member in KEPT if member in one}
        client.put_profile_object_type(
            DomainName=domain, ObjectTypeName=one["ObjectTypeName"], AllowProfileCreation=allowed, **kept
        )
    return [one["ObjectTypeName"] for one in own]


def answered(client: CustomerProfilesClient, domain: str, name: str) -> dict[str, bytes]:
    """The members of Get's answer as they stand in its body, but for the time of the last change."""
    bodies: list[bytes] = []

    def keep(http_response: Any, **_: Any) -> None:
        bodies.append(http_response.content)

    event = "after-call.customer-profiles.GetProfileObjectType"
    client.meta.events.register(event, keep)
    client.get_profile_object_type(DomainName=domain, ObjectTypeName=name)
    client.meta.events.unregister(event, keep)
    members = msgspec.json.decode(bodies[0], type=dict[str, msgspec.Raw])
    return {member: bytes(value) for member, value in members.items() if member != "LastUpdatedAt"}


def templates(client: CustomerProfilesClient) -> dict[str, Any]:
    """A definition of our own like that of each template."""
    listed = client.list_profile_object_type_templates()["Items"]
    made: list[Any] = [client.get_profile_object_type_template(TemplateId=item["TemplateId"]) for item in listed]
    return {
        f"like-{one['TemplateId']}": {"Description": "copy", "Fields": one["Fields"], "Keys": one["Keys"]}
        for one in made
        if not one["TemplateId"].startswith("_")
    }


@pytest.mark.parametrize(
    "definition",
    [
        system("crm"),
        system("crm", SourceLastUpdatedTimestampFormat="EpochMilli", ExpirationDays=30, MaxProfileObjectCount=10),
        system("crm", EncryptionKey="arn:aws:kms:us-east-1:000000000000:key/1", Tags={"team": "care"}),
        ODD,
    ],
    ids=["plain", "full", "tagged", "odd"],
)
def test_a_type_is_the_same_bytes_after_off_and_on(api: DomainApi, definition: dict[str, Any]) -> None:
    api.define("crm", definition)
    before = answered(api.client, api.domain, "crm")
    for allowed in (False, True):
        assert switch_profile_creation(api.client, api.domain, allowed) == ["crm"]
    assert answered(api.client, api.domain, "crm") == before


def test_definitions_like_those_of_the_templates_are_the_same_bytes_after_off_and_on(api: DomainApi) -> None:
    copies = templates(api.client)
    assert len(copies) > 20
    for name, like in copies.items():
        api.define(name, {**like, "AllowProfileCreation": True})
    before = {name: answered(api.client, api.domain, name) for name in copies}
    for allowed in (False, True):
        assert switch_profile_creation(api.client, api.domain, allowed) == sorted(copies)
    assert {name: answered(api.client, api.domain, name) for name in copies} == before


def test_only_profile_creation_differs_while_it_is_off(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    before = answered(api.client, api.domain, "crm")
    switch_profile_creation(api.client, api.domain, False)
    after = answered(api.client, api.domain, "crm")
    assert (before.pop("AllowProfileCreation"), after.pop("AllowProfileCreation")) == (b"true", b"false")
    assert after == before


def test_a_type_of_a_template_is_known_by_its_template_id_and_left_alone(api: DomainApi) -> None:
    api.define("helpdesk", {"Description": "Users", "TemplateId": "Zendesk-users"})
    api.define("crm", system("crm"))
    assert switch_profile_creation(api.client, api.domain, False) == ["crm"]
    assert api.definition("helpdesk")["AllowProfileCreation"] is True


def test_objects_of_strangers_make_profiles_again_once_it_is_on(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    for allowed in (False, True):
        switch_profile_creation(api.client, api.domain, allowed)
        api.put("crm", {"id": str(allowed), "customer": str(allowed)})
    assert [len(api.ids("customer", str(allowed))) for allowed in (False, True)] == [0, 1]
