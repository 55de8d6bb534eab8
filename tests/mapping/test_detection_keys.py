"""Which keys are proposed for samples, and how they are named."""

from typing import Any

import pytest

from openprofiles.mapping.detection import renamed

from .detected import ORDER, PERSON, detected, keys, targets


def test_a_customer_is_named_by_its_ids_and_its_email_address() -> None:
    assert keys({**PERSON, "external_id": "crm-1", "phone": "206 555 0101"}) == {
        "customerId": (["_source.id"], ["PROFILE", "UNIQUE"]),
        "externalId": (["_source.external_id"], ["PROFILE"]),
        "_email": (["_source.email"], ["PROFILE"]),
    }


def test_an_email_address_that_two_customers_share_names_neither() -> None:
    assert "_email" not in keys(PERSON, {**PERSON, "id": 8, "first_name": "Bo"})


def test_a_phone_number_names_a_customer_only_where_nothing_else_does() -> None:
    phone = {"customer": {"phone": "206 555 0101"}}
    assert keys({**ORDER, **phone})["_phone"] == (["_source.customer.phone"], ["PROFILE"])
    assert "_phone" not in keys({**ORDER, **phone, "email": "a@b.example"})


def test_an_id_that_stands_for_nobody_is_no_key() -> None:
    assert "customerId" not in keys({**ORDER, "customer_id": 0, "email": "a@b.example"})


def test_the_account_that_many_belong_to_is_for_search_alone() -> None:
    assert keys({**PERSON, "accountId": "A-1"})["accountId"] == (["_source.accountId"], [])


def test_a_customer_without_an_id_is_unique_by_its_email_address() -> None:
    assert keys({"email": "a@b.example", "city": "Kiel"}) == {"_email": (["_source.email"], ["PROFILE", "UNIQUE"])}


def test_an_id_that_two_samples_share_is_not_the_unique_one() -> None:
    lines = [{**ORDER, "customer_id": 7, "line_id": number} for number in (1, 2)]
    assert keys(*lines)["lineId"] == (["_source.line_id"], ["ORDER", "UNIQUE"])


def test_the_number_of_a_document_is_no_key() -> None:
    assert list(keys({"nationalId": "58040312345", "email": "a@b.example"})) == ["_email"]


def test_a_code_names_the_record_where_nothing_is_called_an_id() -> None:
    samples = [{"ward": "A", "mrn": "00482211"}, {"ward": "A", "mrn": "00482218"}]
    assert keys(*samples)["customerId"] == (["_source.mrn"], ["PROFILE", "UNIQUE"])


@pytest.mark.parametrize(
    ("sample", "names"),
    [
        (
            {"Id": "0035g00000XyZabAAF", "AccountId": "0015g00000AbCdeAAB"},
            ["_salesforceContactId", "_salesforceAccountId"],
        ),
        ({"sys_id": "6816f79c", "first_name": "Beth"}, ["_serviceNowSystemId"]),
        (
            {"sys_id": "i1", "incident_state": "2", "caller_id": {"value": "68"}},
            ["_serviceNowIncidentId", "_serviceNowSystemId"],
        ),
        ({"id": 7, "admin_graphql_api_id": "gid://shopify/Customer/7"}, ["_shopifyCustomerId"]),
        ({"userId": "u-97", "traits": {"plan": "free"}}, ["_segmentUserId"]),
        ({"contactId": "c-1", "initiationMethod": "INBOUND", "queue": {"name": "Basic"}}, ["_ctrContactId"]),
        ({"object": "guest", "id": 7}, ["guestId"]),
        ({"party_id": "P-1"}, ["partyId"]),
    ],
)
def test_keys_are_named_for_the_system_or_for_what_the_samples_are(sample: dict[str, Any], names: list[str]) -> None:
    assert list(keys(sample)) == names


def test_a_contact_record_is_found_by_its_contact_then_by_its_phone_number() -> None:
    record = {"contactId": "c-1", "initiationMethod": "INBOUND", "customerEndpoint": {"address": "+12065550142"}}
    assert keys(record)["_phone"] == (["_source.customerEndpoint.address"], ["PROFILE", "SECONDARY"])
    assert targets(record) == {}


def test_a_unique_key_that_another_type_has_gets_another_name() -> None:
    taken = {"customerId": [["STRING"]], "customerId2": [["STRING"]], "_email": [["EMAIL_ADDRESS"]]}
    once = renamed(detected(PERSON), taken)
    assert list(renamed(once, taken).keys) == ["customerId3", "_email"]


def test_the_key_of_a_customer_that_another_type_has_keeps_its_name() -> None:
    proposal = detected({**ORDER, "customer_id": 7})
    assert renamed(proposal, {"customerId": [["STRING"]]}) == proposal
