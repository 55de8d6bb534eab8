"""`GET /-/domains/…/profiles/…/explain`: which source each field and each key value of a profile has."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.credentials import Credentials

from tests.server.process import RunningServer, run_command

from .calls import NOBODY, DomainApi
from .extensions import Answer, Extensions
from .mappings import products, system


class Explain:
    """The explanations of one domain's profiles."""

    def __init__(self, server: RunningServer, api: DomainApi) -> None:
        self.server = server
        self.api = api
        self.extensions = Extensions(server, api)

    def answer(self, profile_id: str) -> Answer:
        return self.extensions.ask("GET", f"/profiles/{profile_id}/explain")

    def fields(self, profile_id: str) -> dict[str, dict[str, Any]]:
        """Why each field is as it is."""
        status, body = self.answer(profile_id)
        assert status == 200, body
        fields: dict[str, dict[str, Any]] = body["Fields"]
        return fields

    def suppliers(self, profile_id: str) -> dict[tuple[str, str], list[str]]:
        """Who supplies each key value."""
        _, body = self.answer(profile_id)
        return {(key["KeyName"], key["Value"]): sorted(key["SuppliedBy"]) for key in body["Keys"]}


@pytest.fixture
def explain(server: RunningServer, api: DomainApi) -> Explain:
    """The endpoint of a fresh domain with two systems, `crm` and `web`."""
    api.define("crm", system("crm"))
    api.define("web", system("web", SourcePriority=3))
    return Explain(server, api)


def put_ann(explain: Explain, **members: str) -> str:
    """A contact of the CRM; the id of its profile."""
    explain.api.put("crm", {"id": "1", "customer": "ann", **members})
    return str(explain.api.one("customer", "ann")["ProfileId"])


# --- fields


def test_a_field_names_the_object_type_that_it_comes_from(explain: Explain) -> None:
    ann = put_ann(explain, first="Ann")
    explain.api.put("web", {"id": "1", "customer": "ann", "last": "Lee"})
    sources = {field: told["Source"] for field, told in explain.fields(ann).items()}
    assert sources == {"FirstName": "crm", "LastName": "web"}


def test_a_field_shows_its_value_and_the_time_of_its_source(explain: Explain) -> None:
    told = explain.fields(put_ann(explain, first="Ann"))["FirstName"]
    assert told["Value"] == "Ann"
    assert time.time() - 60 < told["SourceTime"] <= time.time()


def test_a_field_names_the_object_by_its_unique_key(explain: Explain) -> None:
    unique_key = explain.api.put("crm", {"id": "1", "customer": "ann", "first": "Ann"})
    told = explain.fields(explain.api.one("customer", "ann")["ProfileId"])["FirstName"]
    assert told["ObjectKey"] == unique_key


def test_a_field_shows_the_priority_of_its_source_where_there_is_one(explain: Explain) -> None:
    ann = put_ann(explain, first="Ann")
    explain.api.put("web", {"id": "1", "customer": "ann", "last": "Lee"})
    fields = explain.fields(ann)
    assert fields["LastName"]["SourcePriority"] == 3
    assert "SourcePriority" not in fields["FirstName"]


def test_a_field_in_a_structure_has_its_path(explain: Explain) -> None:
    fields = explain.fields(put_ann(explain, city="Rome", tier="gold"))
    assert {field: told["Value"] for field, told in fields.items()} == {
        "Address.City": "Rome",
        "Attributes.tier": "gold",
    }


def test_an_edited_field_comes_from_manual_work(explain: Explain) -> None:
    ann = put_ann(explain, first="Ann")
    explain.api.update(ann, FirstName="Anna")
    told = explain.fields(ann)["FirstName"]
    assert (told["Value"], told["Source"]) == ("Anna", "Manual")
    assert "ObjectKey" not in told


def test_a_cleared_field_is_explained_as_empty(explain: Explain) -> None:
    ann = put_ann(explain, first="Ann")
    explain.api.update(ann, FirstName="")
    assert (explain.fields(ann)["FirstName"]["Value"], explain.fields(ann)["FirstName"]["Source"]) == ("", "Manual")


def test_a_field_that_a_merge_decided_comes_from_the_merge_and_names_what_it_chose(explain: Explain) -> None:
    ann, other = put_ann(explain, first="Ann"), explain.api.create(FirstName="Anna", LastName="Lee")
    explain.api.merge(ann, other)
    told = explain.fields(ann)["FirstName"]
    assert (told["Value"], told["Source"], told["MergedFrom"]) == ("Ann", "Merge", "crm")


def test_a_field_that_only_one_of_the_merged_profiles_had_keeps_its_source(explain: Explain) -> None:
    ann, other = put_ann(explain, first="Ann"), explain.api.create(LastName="Lee")
    explain.api.merge(ann, other)
    sources = {field: told["Source"] for field, told in explain.fields(ann).items()}
    assert sources == {"FirstName": "crm", "LastName": "Manual"}


def test_a_field_whose_object_was_deleted_says_so(explain: Explain) -> None:
    ann = put_ann(explain, first="Ann")
    explain.api.client.delete_profile_object(
        DomainName=explain.api.domain,
        ObjectTypeName="crm",
        ProfileId=ann,
        ProfileObjectUniqueKey=explain.api.listed(ann, "crm")[0]["ProfileObjectUniqueKey"],
    )
    told = explain.fields(ann)["FirstName"]
    assert (told["Value"], told["Source"], told["SourceGone"]) == ("Ann", "crm", True)


def test_a_field_whose_object_is_there_says_nothing_of_that(explain: Explain) -> None:
    assert "SourceGone" not in explain.fields(put_ann(explain, first="Ann"))["FirstName"]


def test_a_profile_without_fields_has_none_to_explain(explain: Explain) -> None:
    assert explain.fields(put_ann(explain)) == {}


def test_a_field_tells_what_it_beats_newest_first(explain: Explain) -> None:
    ann = put_ann(explain, first="Ann")
    explain.api.put("web", {"id": "1", "customer": "ann", "first": "Anna"})
    explain.api.put("crm", {"id": "2", "customer": "ann", "first": "Annie"})
    told = explain.fields(ann)["FirstName"]
    assert (told["Value"], told["Source"]) == ("Anna", "web")
    assert [(loser["Value"], loser["Source"]) for loser in told["Losers"]] == [("Annie", "crm"), ("Ann", "crm")]


def test_a_field_that_was_edited_tells_what_the_edit_beats(explain: Explain) -> None:
    ann = put_ann(explain, first="Ann")
    explain.api.update(ann, FirstName="Anna")
    assert [loser["Value"] for loser in explain.fields(ann)["FirstName"]["Losers"]] == ["Ann"]


def test_a_field_that_beats_nothing_has_no_losers(explain: Explain) -> None:
    assert "Losers" not in explain.fields(put_ann(explain, first="Ann"))["FirstName"]


# --- objects


def test_the_objects_of_a_profile_are_told_newest_first(explain: Explain) -> None:
    ann = put_ann(explain)
    keys = [explain.api.put(name, {"id": "9", "customer": "ann"}) for name in ("crm", "web")]
    told = explain.answer(ann)[1]["Objects"]
    assert [one["ObjectTypeName"] for one in told] == ["web", "crm", "crm"]
    assert [one["ProfileObjectUniqueKey"] for one in told[:2]] == keys[::-1]
    assert all(one["ExpiresAt"] - one["IngestedAt"] == 366 * 86_400 for one in told)


# --- keys


def test_a_key_value_names_its_object_types(explain: Explain) -> None:
    ann = put_ann(explain)
    explain.api.put("web", {"id": "7", "customer": "ann"})
    assert explain.suppliers(ann) == {
        ("crmId", "1"): ["crm"],
        ("webId", "7"): ["web"],
        ("customer", "ann"): ["crm", "web"],
    }


def test_a_key_value_of_several_objects_of_one_type_names_the_type_once(explain: Explain) -> None:
    ann = put_ann(explain)
    explain.api.put("crm", {"id": "2", "customer": "ann"})
    assert explain.suppliers(ann)["customer", "ann"] == ["crm"]


def test_a_key_value_of_a_field_says_so(explain: Explain) -> None:
    ann = explain.api.create(EmailAddress="ann@example.com")
    assert explain.suppliers(ann) == {("_email", "ann@example.com"): ["Profile field"]}


def test_a_key_value_that_was_added_says_so(explain: Explain) -> None:
    ann = explain.api.create(EmailAddress="ann@example.com")
    explain.api.add_key(ann, "_email", "ann@example.com", "anna@example.com")
    assert explain.suppliers(ann) == {
        ("_email", "ann@example.com"): ["AddProfileKey", "Profile field"],
        ("_email", "anna@example.com"): ["AddProfileKey"],
    }


def test_a_key_value_that_was_added_in_another_form_is_the_same_value(explain: Explain) -> None:
    ann = explain.api.create(EmailAddress="ann@example.com")
    explain.api.add_key(ann, "_email", " Ann@Example.com")
    assert explain.suppliers(ann) == {("_email", "ann@example.com"): ["AddProfileKey", "Profile field"]}


def test_a_key_value_from_a_field_of_an_absorbed_profile_comes_from_the_merge(explain: Explain) -> None:
    ann = explain.api.create(EmailAddress="ann@example.com")
    explain.api.merge(ann, explain.api.create(EmailAddress="anna@example.com"))
    assert explain.suppliers(ann)["_email", "anna@example.com"] == ["Merge"]


def test_a_key_value_of_a_deleted_object_says_so(explain: Explain) -> None:
    ann = put_ann(explain)
    explain.api.client.delete_profile_object(
        DomainName=explain.api.domain,
        ObjectTypeName="crm",
        ProfileId=ann,
        ProfileObjectUniqueKey=explain.api.listed(ann, "crm")[0]["ProfileObjectUniqueKey"],
    )
    assert explain.suppliers(ann) == {
        ("crmId", "1"): ["Object that is gone"],
        ("customer", "ann"): ["Object that is gone"],
    }


def test_the_id_of_an_asset_that_is_there_is_not_said_to_come_from_an_object_that_is_gone(explain: Explain) -> None:
    explain.api.define("product", products())
    explain.api.put("product", {"email": "ann@example.com", "serial": "S1", "name": "Saw"})
    suppliers = explain.suppliers(explain.api.one("_email", "ann@example.com")["ProfileId"])
    [supplied_by] = [told for (name, _), told in suppliers.items() if name == "_assetId"]
    assert supplied_by != ["Object that is gone"]


# --- refusals


def test_the_answer_names_the_profile(explain: Explain) -> None:
    ann = put_ann(explain)
    assert explain.answer(ann)[1]["ProfileId"] == ann


def test_an_unknown_profile_is_not_found(explain: Explain) -> None:
    status, body = explain.answer(NOBODY)
    assert (status, body["Message"]) == (404, f"Profile {NOBODY} does not exist in domain {explain.api.domain}.")


def test_a_deleted_profile_is_not_found(explain: Explain) -> None:
    ann = put_ann(explain)
    explain.api.delete(ann)
    assert explain.answer(ann)[0] == 404


def test_a_domain_of_another_region_is_not_found(explain: Explain) -> None:
    ann = put_ann(explain)
    explain.extensions.region = "eu-central-1"
    status, body = explain.answer(ann)
    assert (status, body["Message"]) == (404, f"Domain {explain.api.domain} does not exist.")


def test_what_is_no_profile_id_is_a_bad_request(explain: Explain) -> None:
    status, body = explain.answer("nonsense")
    assert status == 400
    assert "profileId" in body["Message"]


def test_an_unsigned_request_is_refused(explain: Explain) -> None:
    target = explain.extensions.path(f"/profiles/{put_ann(explain)}/explain")
    status, body = explain.extensions.send("GET", target, {})
    assert status == 403
    assert "Fields" not in body


def test_a_request_with_a_wrong_secret_is_refused(explain: Explain) -> None:
    ann = put_ann(explain)
    explain.extensions.credentials = Credentials(explain.server.access_key_id, "another secret of an access key")
    assert explain.answer(ann)[0] == 403


@pytest.fixture(scope="module")
def shop_key(server: RunningServer) -> Iterator[Credentials]:
    """A key for the domains whose names begin with `shop-`."""
    printed = run_command("keys", "create", "--domains", "shop-*", **server.environment).stdout
    members = dict(line.split(maxsplit=1) for line in printed.splitlines())
    yield Credentials(members["AccessKeyId"], members["SecretAccessKey"])
    run_command("keys", "revoke", members["AccessKeyId"], **server.environment)


def test_a_key_for_other_domains_is_refused(explain: Explain, shop_key: Credentials) -> None:
    ann = put_ann(explain)
    explain.extensions.credentials = shop_key
    status, body = explain.answer(ann)
    assert status == 403
    assert "not authorized to perform: profile:ExplainProfile" in body["Message"]


def test_a_key_for_this_domain_is_answered(server: RunningServer, api: DomainApi, shop_key: Credentials) -> None:
    name = f"shop-{api.domain}"[:64]
    api.client.create_domain(DomainName=name, DefaultExpirationDays=366)
    explain = Explain(server, DomainApi(api.client, name))
    ann = explain.api.create(FirstName="Ann")
    explain.extensions.credentials = shop_key
    assert explain.fields(ann)["FirstName"]["Value"] == "Ann"
