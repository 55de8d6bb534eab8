"""TagResource, UntagResource, ListTagsForResource, on domains and object types."""

from typing import Any

import pytest

from .calls import DomainApi, missing, refused
from .mappings import system


def arn(domain: str, rest: str = "", region: str = "us-east-1", account: str = "000000000000") -> str:
    return f"arn:aws:profile:{region}:{account}:domains/{domain}{rest}"


def tags(api: DomainApi, resource: str) -> dict[str, str]:
    return dict(api.client.list_tags_for_resource(resourceArn=resource).get("tags", {}))


@pytest.fixture(params=["domain", "object type"])
def resource(request: pytest.FixtureRequest, api: DomainApi) -> str:
    """The ARN of a resource without tags."""
    if request.param == "domain":
        api.client.delete_domain(DomainName=api.domain)
        api.client.create_domain(DomainName=api.domain, DefaultExpirationDays=9)
        return arn(api.domain)
    api.define("crm", system("crm"))
    return arn(api.domain, "/object-types/crm")


def test_a_resource_without_tags_lists_none(api: DomainApi, resource: str) -> None:
    assert tags(api, resource) == {}


def test_a_tag_is_listed(api: DomainApi, resource: str) -> None:
    api.client.tag_resource(resourceArn=resource, tags={"team": "care"})
    assert tags(api, resource) == {"team": "care"}


def test_tags_are_added_to_those_there(api: DomainApi, resource: str) -> None:
    api.client.tag_resource(resourceArn=resource, tags={"team": "care", "stage": "test"})
    api.client.tag_resource(resourceArn=resource, tags={"stage": "live", "cost": ""})
    assert tags(api, resource) == {"team": "care", "stage": "live", "cost": ""}


def test_untag_removes_the_named_tags_only(api: DomainApi, resource: str) -> None:
    api.client.tag_resource(resourceArn=resource, tags={"a": "1", "b": "2", "c": "3"})
    api.client.untag_resource(resourceArn=resource, tagKeys=["a", "c"])
    assert tags(api, resource) == {"b": "2"}


def test_untag_of_a_key_that_is_not_there_changes_nothing(api: DomainApi, resource: str) -> None:
    api.client.tag_resource(resourceArn=resource, tags={"a": "1"})
    api.client.untag_resource(resourceArn=resource, tagKeys=["b"])
    assert tags(api, resource) == {"a": "1"}


def test_odd_characters_in_a_tag_key_survive(api: DomainApi, resource: str) -> None:
    api.client.tag_resource(resourceArn=resource, tags={"a/b:c=d+e_f.g-h": "1 & 2 = ü", "kept": "1"})
    assert tags(api, resource)["a/b:c=d+e_f.g-h"] == "1 & 2 = ü"
    api.client.untag_resource(resourceArn=resource, tagKeys=["a/b:c=d+e_f.g-h"])
    assert tags(api, resource) == {"kept": "1"}


@pytest.mark.parametrize("name", ["aws:team", "with space!", "k" * 129])
def test_a_tag_key_outside_the_pattern_is_refused(api: DomainApi, resource: str, name: str) -> None:
    with refused("tags"):
        api.client.tag_resource(resourceArn=resource, tags={name: "1"})


def test_a_tag_value_over_256_characters_is_refused(api: DomainApi, resource: str) -> None:
    with refused("tags"):
        api.client.tag_resource(resourceArn=resource, tags={"team": "v" * 257})


def test_a_resource_holds_at_most_50_tags(api: DomainApi, resource: str) -> None:
    api.client.tag_resource(resourceArn=resource, tags={f"a{number}": "" for number in range(50)})
    with refused("50"):
        api.client.tag_resource(resourceArn=resource, tags={"one-more": ""})


def test_the_tags_of_a_domain_show_in_the_domain(api: DomainApi) -> None:
    api.client.tag_resource(resourceArn=arn(api.domain), tags={"team": "care"})
    assert api.client.get_domain(DomainName=api.domain)["Tags"]["team"] == "care"


def test_tags_given_at_creation_are_listed(api: DomainApi) -> None:
    api.define("crm", system("crm", Tags={"team": "care"}))
    assert tags(api, arn(api.domain, "/object-types/crm")) == {"team": "care"}


def test_the_tags_of_a_type_show_in_the_type(api: DomainApi) -> None:
    api.define("crm", system("crm", Tags={"team": "care"}))
    api.client.tag_resource(resourceArn=arn(api.domain, "/object-types/crm"), tags={"stage": "live"})
    assert api.definition("crm")["Tags"] == {"team": "care", "stage": "live"}


def test_tags_in_a_later_definition_change_nothing(api: DomainApi) -> None:
    api.define("crm", system("crm", Tags={"team": "care"}))
    answer = api.define("crm", system("crm", Tags={"team": "other", "stage": "live"}))
    assert answer["Tags"] == api.definition("crm")["Tags"] == {"team": "care"}


def test_a_recreated_type_has_no_old_tags(api: DomainApi) -> None:
    api.define("crm", system("crm", Tags={"team": "care"}))
    api.forget("crm")
    api.define("crm", system("crm"))
    assert tags(api, arn(api.domain, "/object-types/crm")) == {}


def test_tags_of_a_domain_and_of_its_type_are_apart(api: DomainApi) -> None:
    api.define("crm", system("crm"))
    api.client.tag_resource(resourceArn=arn(api.domain, "/object-types/crm"), tags={"only": "type"})
    assert "only" not in tags(api, arn(api.domain))


MISSING = {
    "unknown domain": arn("no-such-domain"),
    "unknown type": arn("{domain}", "/object-types/nothing"),
    "unknown integration": arn("{domain}", "/integrations/arn:aws:appflow:us-east-1:000000000000:flow/x"),
    "another region": arn("{domain}", region="eu-central-1"),
    "another account": arn("{domain}", account="111111111111"),
}


TAG_MEMBERS: dict[str, dict[str, Any]] = {
    "list_tags_for_resource": {},
    "tag_resource": {"tags": {"a": "1"}},
    "untag_resource": {"tagKeys": ["a"]},
}


@pytest.mark.parametrize("operation", TAG_MEMBERS)
@pytest.mark.parametrize("pattern", MISSING.values(), ids=MISSING.keys())
def test_a_resource_that_is_not_there_is_not_found(api: DomainApi, operation: str, pattern: str) -> None:
    with missing():
        getattr(api.client, operation)(resourceArn=pattern.format(domain=api.domain), **TAG_MEMBERS[operation])


@pytest.mark.parametrize("wrong", ["arn:aws:s3:::bucket", "not an arn", "arn:aws:profile", "arn:aws:profile:us-east-1"])
def test_what_is_no_arn_of_the_service_is_refused(api: DomainApi, wrong: str) -> None:
    with refused(wrong if wrong.startswith("arn:aws:profile") else "resourceArn"):
        api.client.list_tags_for_resource(resourceArn=wrong)
