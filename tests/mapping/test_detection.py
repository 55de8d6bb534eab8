"""Which fields are proposed for samples, and where they go."""

import time
from typing import Any

import pytest

from benchmarks.detection import totals
from benchmarks.detection_answers import labelled, of_templates, target_pair
from openprofiles.mapping.definitions import MAX_FIELDS
from openprofiles.mapping.detection import detect_mapping

from .detected import ORDER, PERSON, detected, keys, targets


@pytest.mark.parametrize(
    ("members", "source", "target"),
    [
        ({"Surname": "Lee"}, "_source.Surname", "_profile.LastName"),
        ({"name": {"given": "Ann"}}, "_source.name.given", "_profile.FirstName"),
        ({"E-mail Address": "a@b.example"}, "_source['E-mail Address']", "_profile.EmailAddress"),
        ({"emails": [{"value": "a@b.example"}]}, "_source.emails[0].value", "_profile.EmailAddress"),
        ({"workEmail": "a@b.example"}, "_source.workEmail", "_profile.BusinessEmailAddress"),
        ({"phone_home": "206 555 0101"}, "_source.phone_home", "_profile.HomePhoneNumber"),
        ({"cellPhone": "206 555 0101"}, "_source.cellPhone", "_profile.MobilePhoneNumber"),
        ({"traits": {"birthday": "1990-02-03"}}, "_source.traits.birthday", "_profile.BirthDate"),
        ({"company": {"name": "Initech"}}, "_source.company.name", "_profile.BusinessName"),
        ({"customerNumber": "K-1"}, "_source.customerNumber", "_profile.AccountNumber"),
        ({"billingZip": "98101"}, "_source.billingZip", "_profile.BillingAddress.PostalCode"),
        (
            {"shipping": {"address": {"line1": "1 Pine"}}},
            "_source.shipping.address.line1",
            "_profile.ShippingAddress.Address1",
        ),
        ({"address": {"street": ["1 Pine", "Apt 2"]}}, "_source.address.street[1]", "_profile.Address.Address2"),
        (
            {"address": {"city": "Kiel", "region": {"name": "SH"}}},
            "_source.address.region.name",
            "_profile.Address.State",
        ),
        ({"lastModified": "2026-01-02"}, "_source.lastModified", "_profile.SourceLastUpdatedTimestamp"),
        ({"lead_source": "Web"}, "_source.lead_source", "_profile.Attributes.lead_source"),
        ({"loyalty": {"points": 3}}, "_source.loyalty.points", "_profile.Attributes.loyalty_points"),
    ],
)
def test_a_member_goes_where_its_name_and_its_value_say(members: dict[str, Any], source: str, target: str) -> None:
    assert targets({"id": 7, **members})[target] == source


@pytest.mark.parametrize(
    "members",
    [
        {"assistantPhone": "206 555 0101"},
        {"agent": {"email": "agent@shop.example", "city": "Kiel"}},
        {"emergencyContact": {"firstName": "Sana", "lastName": "Aziz"}},
        {"last_ip": "192.0.2.1"},
        {"passwordHash": "abc"},
        {"passport_number": "533380006"},
        {"photoUrl": "https://cdn.example/7.jpg"},
        {"session": "2c26b46b68ffc68ff99b453c1d304134"},
        {"group_id": 3},
        {"tags": ["a", "b"]},
        {"nickname": None},
    ],
)
def test_what_is_technical_secret_or_about_somebody_else_gets_no_field(members: dict[str, Any]) -> None:
    assert list(targets({"id": 7, **members})) == ["_profile.Attributes.CustomerId"]


def test_a_value_that_is_none_of_its_name_goes_elsewhere() -> None:
    found = targets({"id": 7, "email": True, "phone": "2026-01-02", "state": "enabled"})
    assert not {"_profile.EmailAddress", "_profile.PhoneNumber", "_profile.Address.State"} & found.keys()


def test_a_street_and_its_number_are_joined() -> None:
    found = targets({"id": 7, "address": {"street": "Elm Road", "houseNumber": "5", "city": "Kiel"}})
    source = "{{#removeExtraSpace}}{{_source.address.street}} {{_source.address.houseNumber}}{{/removeExtraSpace}}"
    assert found["_profile.Address.Address1"] == source


def test_an_address_comes_from_one_group_of_members() -> None:
    found = targets({"id": 7, "city": "Kiel", "home": {"street": "1 Elm", "city": "Ulm", "zip": "89073"}})
    assert found["_profile.Address.City"] == "_source.home.city"


def test_a_whole_name_becomes_an_attribute_that_a_search_finds() -> None:
    whole = {"id": 7, "name": "Ann Lee"}
    assert targets(whole)["_profile.Attributes.FullName"] == "_source.name"
    assert keys(whole)["_fullName"] == (["_source.name"], [])


def test_a_whole_name_is_left_out_beside_its_parts() -> None:
    assert "_profile.Attributes.FullName" not in targets({**PERSON, "name": "Ann Lee"})


def test_the_name_of_a_company_is_no_persons() -> None:
    assert targets({"id": 7, "name": "Berg GmbH"})["_profile.BusinessName"] == "_source.name"


def test_a_value_that_is_too_long_for_a_field_is_left_out() -> None:
    assert "_profile.FirstName" not in targets({**PERSON, "first_name": "A" * 256})


def test_a_member_that_is_an_object_in_another_sample_is_left_out() -> None:
    assert "_profile.Address.Address1" not in targets({"id": 1, "address": "1 Elm"}, {"id": 2, "address": {"x": "y"}})


def test_the_record_is_found_in_its_envelopes() -> None:
    event = {"id": "e-1", "source": "shop", "detail-type": "customer", "detail": {"payload": PERSON}}
    assert keys(event)["customerId"] == (["_source.detail.payload.id"], ["PROFILE", "UNIQUE"])


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        (1767225600123, "EpochMilli"),
        ("2026-01-02T10:00:00Z", "yyyy-MM-dd'T'HH:mm:ssXXX"),
        ("2026-01-02T10:00:00.000+0000", "yyyy-MM-dd'T'HH:mm:ss.SSSZ"),
        ("2026-01-02 10:00:00", "yyyy-MM-dd HH:mm:ss"),
        ("Fri, 13 Mar 2026 16:40:09 +0000", "EEE, d MMM yyyy HH:mm:ss Z"),
        ("31.12.2025", "dd.MM.yyyy"),
    ],
)
def test_the_format_of_the_sources_own_time_is_told(value: str | int, pattern: str) -> None:
    assert detected({"id": 7, "updated_at": value}).source_last_updated_timestamp_format == pattern


@pytest.mark.parametrize("value", [1767225600, "02/03/2026", "yesterday", "2026-13-45"])
def test_a_time_that_no_format_reads_is_no_target(value: str | int) -> None:
    assert "_profile.SourceLastUpdatedTimestamp" not in targets({"id": 7, "updated_at": value})


# Orders, cases, assets


def test_an_order_goes_to_the_order_and_its_customer_to_the_profile() -> None:
    found = targets({**ORDER, "email": "a@b.example", "customer": {"id": 7, "first_name": "Ann"}})
    assert found["_order.TotalPrice"] == "_source.total_price"
    assert found["_order.OrderItems[].Title"] == "_source.line_items[].title"
    assert found["_order.CustomerEmail"] == "_source.email"
    assert found["_profile.FirstName"] == "_source.customer.first_name"


def test_the_names_in_an_address_of_an_order_are_joined() -> None:
    billing = {"first_name": "Ann", "last_name": "Lee", "city": "Kiel"}
    source = "{{#removeExtraSpace}}{{_source.billing.first_name}} {{_source.billing.last_name}}{{/removeExtraSpace}}"
    assert targets({**ORDER, "billing": billing})["_order.BillingAddress.Name"] == source


def test_the_id_of_an_order_is_unique_and_that_of_its_customer_names_the_profile() -> None:
    assert keys({**ORDER, "customer_id": 7}) == {
        "orderId": (["_source.id"], ["ORDER", "UNIQUE"]),
        "customerId": (["_source.customer_id"], ["PROFILE"]),
    }


def test_a_case_names_who_has_opened_it() -> None:
    ticket = {"id": 1, "subject": "Help", "priority": "high", "requester_id": 35}
    assert targets(ticket)["_case.CreatedBy"] == "_source.requester_id"
    assert keys(ticket)["customerId"] == (["_source.requester_id"], ["PROFILE"])


def test_a_product_is_unique_by_its_serial_number_where_it_has_no_id() -> None:
    product = {"serialNumber": "SN-1", "modelNumber": "M2", "purchaseDate": "2025-11-02", "customerId": "K-1"}
    assert keys(product)["serialNumber"] == (["_source.serialNumber"], ["ASSET", "UNIQUE"])


def test_an_object_that_this_service_knows_finds_its_profile() -> None:
    booking = {"bookingId": "b1", "pnr": "K3ZQ7P", "passengerCount": 1, "ProfileId": "0" * 31 + "a"}
    assert keys(booking)["_profileId"] == (["_source.ProfileId"], ["PROFILE", "LOOKUP_ONLY"])


# All of it


@pytest.mark.parametrize("sample", [{}, {"note": "hello"}, {"a": {"b": []}}, {"flag": True, "count": 3}])
def test_nothing_is_proposed_where_nothing_tells_records_apart(sample: dict[str, Any]) -> None:
    assert detect_mapping([sample]) is None


def test_a_large_object_gives_no_more_fields_than_a_type_may_have_and_takes_little_time() -> None:
    sample = {"id": 1, **{f"favourite_thing_{number}": "x" * 80 for number in range(2_300)}}
    start = time.perf_counter()
    proposal = detected(*({**sample, "id": number} for number in range(5)))
    assert time.perf_counter() - start < 5
    assert len(proposal.fields) == MAX_FIELDS


def test_the_order_of_the_samples_does_not_change_what_goes_where() -> None:
    for answer in labelled():
        one, other = detect_mapping(answer.objects), detect_mapping(answer.objects[::-1])
        assert one is not None
        assert other is not None
        assert set(map(target_pair, one.fields.values())) == set(map(target_pair, other.fields.values()))
        assert one.keys.keys() == other.keys.keys()


def test_proposals_agree_with_the_templates_and_with_labelled_samples() -> None:
    scores = {name: one for name, one in totals([*of_templates(), *labelled()]).items() if "held out" not in name}
    figures = [figure for one in scores.values() for figure in (one.targets.precision, one.targets.recall)]
    key_figures = [figure for one in scores.values() for figure in (one.keys.precision, one.keys.recall)]
    assert min(figures) >= 0.95
    assert min(key_figures) >= 0.85


def test_proposals_for_customers_of_unseen_systems_are_worth_reading() -> None:
    one = totals(labelled())["held out, customers"]
    assert min(one.targets.precision, one.targets.recall, one.keys.precision) >= 0.85
