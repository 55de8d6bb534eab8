"""The documented examples, told to the reference model alone."""

import json
from typing import Any

import pytest

from .catalogue import CRM, CRM_BY_ID, DEVICE, FEED, SHOP, TICKET, key, mapped
from .claims import MANUAL, NO_PRIORITY, Claim, record, winners
from .model import Model, Outcome, Stats, as_answer


@pytest.fixture
def model() -> Model:
    model = Model()
    types = {"Crm": CRM, "Shop": SHOP, "Ticket": TICKET, "Feed": FEED, "Device": DEVICE}
    for name, definition in types.items():
        model.put_type(name, definition)
    return model


def put(model: Model, type_name: str, **document: Any) -> Outcome:
    return model.put_object(type_name, json.dumps(document))


def found(model: Model, key_name: str, value: str) -> set[int]:
    return set(model.search([(key_name, [value])]))


# "Examples of object type mappings" and "Profile matching and inferred profiles" of the AWS documentation.


def test_an_object_put_again_under_its_unique_value_replaces_the_former(model: Model) -> None:
    mapping = {
        "Fields": {"account": mapped("account", "_profile.AccountNumber", "NUMBER")},
        "Keys": {"_account": key("account", "PROFILE UNIQUE")},
        "AllowProfileCreation": True,
    }
    model.put_type("Account", mapping)
    first = put(model, "Account", account=1234, name="old")

    second = put(model, "Account", account="1234", name="new")

    assert second == Outcome("attached", first.profile)
    assert model.objects_of(first.profile, "Account") == ['{"account": "1234", "name": "new"}']


def test_a_ticket_goes_to_the_one_profile_with_its_email(model: Model) -> None:
    ann = model.create_profile({"EmailAddress": "ann@x.org"})

    assert put(model, "Ticket", id="1", branch="N", email="ANN@x.org") == Outcome("attached", ann)


def test_a_ticket_without_a_known_customer_makes_an_inferred_profile_with_its_email(model: Model) -> None:
    outcome = put(model, "Ticket", id="1", branch="N", email="ann@x.org")

    assert outcome.kind == "created"
    assert model.profiles[outcome.profile].record() == {"EmailAddress": "ann@x.org"}


def test_a_ticket_of_an_ambiguous_email_makes_a_profile_that_later_tickets_reach(model: Model) -> None:
    model.create_profile({"EmailAddress": "ann@x.org"})
    model.create_profile({"EmailAddress": "ann@x.org"})
    first = put(model, "Ticket", id="1", branch="N", email="ann@x.org")

    second = put(model, "Ticket", id="2", branch="N", email="ann@x.org")

    assert (first.kind, second) == ("created", Outcome("attached", first.profile))


def test_a_mapping_without_targets_leaves_the_profile_empty(model: Model) -> None:
    mapping = {
        "Fields": {"id": mapped("id")},
        "Keys": {"k": key("id", "PROFILE UNIQUE")},
        "AllowProfileCreation": True,
    }
    model.put_type("Small", mapping)

    outcome = put(model, "Small", id="1", rest=[1, 2])

    assert model.profiles[outcome.profile].record() == {}
    assert model.objects_of(outcome.profile, "Small") == ['{"id": "1", "rest": [1, 2]}']


def test_a_manual_name_stays_when_a_source_without_priority_says_otherwise(model: Model) -> None:
    john = model.create_profile({"FirstName": "John", "EmailAddress": "ann@x.org"})

    put(model, "Crm", id="1", email="ann@x.org", first="Ann", last="Lee")

    fields = model.profiles[john].record()
    assert (fields["FirstName"], fields["LastName"]) == ("John", "Lee")


def test_a_source_with_priority_wins_over_a_manual_value(model: Model) -> None:
    model.put_type("Crm", CRM | {"SourcePriority": 9})
    john = model.create_profile({"FirstName": "John", "EmailAddress": "ann@x.org"})

    put(model, "Crm", id="1", email="ann@x.org", first="Ann")

    assert model.profiles[john].record()["FirstName"] == "Ann"


# Resolution


def test_an_object_without_any_profile_key_is_rejected(model: Model) -> None:
    assert put(model, "Crm", id="1", email="", phone="n/a").kind == "rejected"


def test_an_object_that_may_not_create_a_profile_is_a_dead_letter(model: Model) -> None:
    assert put(model, "Feed", id="1", email="ann@x.org").kind == "dead letter"


def test_a_primary_key_goes_before_a_secondary_one_that_stands_first(model: Model) -> None:
    model.create_profile({"PhoneNumber": "206-555-0100"})
    ann = model.create_profile({"EmailAddress": "ann@x.org"})

    assert put(model, "Crm", id="1", phone="+1 206 555 0100", email="ann@x.org") == Outcome("attached", ann)


def test_a_lookup_only_key_is_never_stored(model: Model) -> None:
    outcome = put(model, "Shop", id="1", branch="N", email="ann@x.org")
    model.update_profile(outcome.profile, {"EmailAddress": ""})

    assert found(model, "_email", "ann@x.org") == set()


def test_a_new_only_key_is_stored_by_the_ingestion_that_creates_the_profile_and_kept_by_the_next(model: Model) -> None:
    model.put_type("Crm", CRM_BY_ID)
    model.create_profile({"AccountNumber": "A-1"})
    created = put(model, "Crm", id="1", phone="206-555-0100").profile
    model.update_profile(created, {"PhoneNumber": ""})

    put(model, "Crm", id="1", phone="+12065550100")
    put(model, "Crm", id="2", account="A-1", phone="+442071838750")

    assert found(model, "_phone", "2065550100") == {created}
    assert found(model, "_phone", "+442071838750") == set()


# Objects that move, go and lose their type


def test_an_object_that_moves_leaves_its_winning_values_but_not_its_keys(model: Model) -> None:
    old = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile
    new = model.create_profile({"EmailAddress": "bob@x.org"})

    assert put(model, "Crm", id="1", email="bob@x.org", word="red") == Outcome("attached", new)

    assert model.profiles[old].record() == {"EmailAddress": "ann@x.org", "FirstName": "Ann"}
    assert found(model, "crmId", "1") == {new}
    assert model.profiles[new].record() == {"EmailAddress": "bob@x.org", "Attributes.tier": "red"}


def test_a_deleted_object_leaves_its_values_and_keys_until_its_type_goes(model: Model) -> None:
    ann = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile

    model.delete_object(ann, ("Crm", "1"))
    assert found(model, "crmId", "1") == {ann}
    assert model.profiles[ann].record()["FirstName"] == "Ann"

    model.delete_type("Crm")
    assert found(model, "_email", "ann@x.org") == set()
    assert model.profiles[ann].record() == {}


def test_losing_a_source_falls_back_to_the_next_best_claim(model: Model) -> None:
    model.put_type("Crm", CRM | {"SourcePriority": 1})
    ann = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile
    put(model, "Shop", id="1", branch="N", email="ann@x.org", first="Bob")

    model.delete_type("Crm")

    assert model.profiles[ann].record() == {"FirstName": "Bob"}


def test_an_older_object_replaces_the_stored_one_but_not_its_newer_values(model: Model) -> None:
    ann = put(model, "Crm", id="1", email="ann@x.org", first="Ann", time=2000).profile

    put(model, "Crm", id="1", email="ann@x.org", first="Bob", time=1000)

    assert model.profiles[ann].record()["FirstName"] == "Ann"
    assert len(model.objects_of(ann, "Crm")) == 1


# Merging


def test_the_main_profile_wins_and_missing_fields_are_filled(model: Model) -> None:
    main = model.create_profile({"FirstName": "Ann", "EmailAddress": "ann@x.org"})
    absorbed = model.create_profile({"FirstName": "Bob", "LastName": "Lee"})

    model.merge(main, [absorbed], {})

    assert model.profiles[main].record() == {"FirstName": "Ann", "EmailAddress": "ann@x.org", "LastName": "Lee"}
    assert found(model, "_fullName", "bob lee") == {main}


def test_a_named_source_profile_gives_its_value_even_when_it_has_none(model: Model) -> None:
    main = model.create_profile({"FirstName": "Ann", "MiddleName": "Q"})
    absorbed = model.create_profile({"FirstName": "Bob"})

    model.merge(main, [absorbed], {"FirstName": absorbed, "MiddleName": absorbed})

    assert model.profiles[main].record() == {"FirstName": "Bob"}


def test_a_merged_value_is_ranked_like_the_value_that_won(model: Model) -> None:
    main = put(model, "Shop", id="1", branch="N", first="Ann", email="ann@x.org").profile
    absorbed = model.create_profile({"LastName": "Lee"})
    model.merge(main, [absorbed], {})

    put(model, "Crm", id="1", email="ann@x.org", first="Bob", last="Kim")

    fields = model.profiles[main].record()
    assert (fields["FirstName"], fields["LastName"]) == ("Bob", "Lee")


def test_a_field_that_only_one_profile_has_keeps_its_source(model: Model) -> None:
    main = model.create_profile({"LastName": "Lee"})
    absorbed = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile
    before = winners(model.profiles[absorbed].claims)["FirstName"]

    model.merge(main, [absorbed], {})

    assert winners(model.profiles[main].claims)["FirstName"] == before
    assert before.source == "object"


def test_a_field_that_only_one_profile_has_is_decided_where_a_profile_is_named_for_it(model: Model) -> None:
    main = model.create_profile({"LastName": "Lee"})
    absorbed = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile

    model.merge(main, [absorbed], {"FirstName": absorbed})

    winner = winners(model.profiles[main].claims)["FirstName"]
    assert (winner.value, winner.source, winner.type_name) == ("Ann", "merge", "Crm")


def test_a_field_that_was_cleared_is_a_field_that_the_profile_has(model: Model) -> None:
    main = model.create_profile({"FirstName": ""})
    absorbed = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile

    model.merge(main, [absorbed], {})

    winner = winners(model.profiles[main].claims)["FirstName"]
    assert (winner.value, winner.source, winner.type_name) == ("Ann", "merge", "Crm")


def test_a_field_without_conflict_goes_with_the_type_that_it_came_from(model: Model) -> None:
    main = model.create_profile({"LastName": "Lee"})
    absorbed = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile
    model.merge(main, [absorbed], {})

    model.delete_type("Crm")

    assert model.profiles[main].record() == {"LastName": "Lee"}


def test_a_merge_decision_goes_with_the_type_that_it_chose_and_what_is_beneath_shows_again(model: Model) -> None:
    main = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile
    absorbed = model.create_profile({"FirstName": "Bob"})
    model.merge(main, [absorbed], {})
    assert model.profiles[main].record()["FirstName"] == "Ann"

    model.delete_type("Crm")

    assert model.profiles[main].record() == {"FirstName": "Bob"}


def test_a_merge_decision_stays_when_another_type_goes(model: Model) -> None:
    main = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile
    absorbed = put(model, "Shop", id="1", branch="N", number=7, first="Bob").profile
    model.merge(main, [absorbed], {"FirstName": absorbed})

    model.delete_type("Crm")

    assert model.profiles[main].record() == {"FirstName": "Bob"}


def test_a_decision_on_a_decision_goes_with_the_type_that_the_first_one_chose(model: Model) -> None:
    first = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile
    second = model.create_profile({"FirstName": "Bob"})
    third = model.create_profile({"FirstName": "Kim"})
    model.merge(first, [second], {})
    model.merge(first, [third], {})

    model.delete_type("Crm")

    assert model.profiles[first].record() == {"FirstName": "Kim"}


def test_claims_of_merged_profiles_are_folded_in_the_order_in_which_they_were_made(model: Model) -> None:
    crm = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile
    older = put(model, "Shop", id="1", branch="N", number=7, first="Bob").profile
    newer = put(model, "Shop", id="2", branch="N", number=8, first="Kim").profile
    model.merge(newer, [older, crm], {"FirstName": crm})

    model.delete_type("Crm")

    assert model.profiles[newer].record() == {"FirstName": "Kim"}


def test_what_a_decision_had_beaten_wins_again_when_it_goes_beneath_a_newer_claim(model: Model) -> None:
    main = put(model, "Crm", id="1", email="ann@x.org", first="Ann", time=4_000_000_000_000).profile
    absorbed = put(model, "Shop", id="1", branch="N", number=7, first="Bob").profile
    model.merge(main, [absorbed], {"FirstName": absorbed})
    put(model, "Crm", id="2", email="ann@x.org", first="Kim")
    assert model.profiles[main].record()["FirstName"] == "Kim"

    model.delete_type("Shop")

    assert model.profiles[main].record()["FirstName"] == "Ann"


def test_an_emptying_decision_outlives_every_type(model: Model) -> None:
    main = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile
    absorbed = put(model, "Shop", id="1", branch="N", number=7, word="red").profile
    model.merge(main, [absorbed], {"FirstName": absorbed})

    model.delete_type("Shop")

    assert model.profiles[main].record() == {"EmailAddress": "ann@x.org"}


def test_an_object_beneath_a_merge_decision_leaves_nothing_when_it_goes(model: Model) -> None:
    main = put(model, "Crm", id="1", email="ann@x.org", first="Ann").profile
    absorbed = put(model, "Shop", id="1", branch="N", number=7, first="Bob").profile
    model.merge(main, [absorbed], {"FirstName": absorbed})
    model.delete_object(main, ("Crm", "1"))

    model.delete_type("Shop")

    assert model.profiles[main].record() == {"EmailAddress": "ann@x.org"}


# Keys, search and sums


def test_a_removed_key_value_comes_back_with_the_next_ingestion(model: Model) -> None:
    ann = put(model, "Crm", id="1", email="ann@x.org").profile
    model.delete_key(ann, "crmId", ["1"])
    assert found(model, "crmId", "1") == set()

    put(model, "Crm", id="1", email="ann@x.org")

    assert found(model, "crmId", "1") == {ann}


def test_search_says_by_which_values_a_profile_was_found(model: Model) -> None:
    ann = model.create_profile({"EmailAddress": "ann@x.org", "AccountNumber": "A-1"})
    bob = model.create_profile({"EmailAddress": "bob@x.org"})
    pairs = [("_email", ["ANN@x.org", "bob@x.org"]), ("_account", ["A-1"])]

    assert model.search(pairs) == {
        ann: [("_email", "ANN@x.org"), ("_account", "A-1")],
        bob: [("_email", "bob@x.org")],
    }
    assert set(model.search(pairs, "AND")) == {ann}


def test_stats_count_profiles_objects_and_bytes(model: Model) -> None:
    put(model, "Crm", id="1", email="ann@x.org")
    model.create_profile({})

    assert model.stats() == Stats(profiles=2, objects=1, size=len('{"id": "1", "email": "ann@x.org"}'), metered=2)


def test_an_answer_nests_addresses_and_attributes() -> None:
    assert as_answer({"FirstName": "Ann", "Address.City": "Bonn"}) == {"FirstName": "Ann", "Address": {"City": "Bonn"}}


# The fold


def test_a_manual_edit_beats_everything_before_it_and_only_a_priority_after_it() -> None:
    before = Claim("FirstName", "before", (0, 1), 3, 3, "object", "T", "1")
    manual = Claim("FirstName", "manual", MANUAL, 4, 4, "manual")
    weak = Claim("FirstName", "weak", NO_PRIORITY, 5, 5, "object", "U", "1")
    after = Claim("FirstName", "after", (0, 1), 6, 6, "object", "T", "2")

    assert record([before, manual, weak]) == {"FirstName": "manual"}
    assert record([before, manual, weak, after]) == {"FirstName": "after"}


def test_claims_are_folded_in_the_order_in_which_they_were_made_wherever_they_stand() -> None:
    first = Claim("FirstName", "first", NO_PRIORITY, 9, 1, "object", "T", "1")
    last = Claim("FirstName", "last", NO_PRIORITY, 9, 2, "object", "U", "1")

    assert record([last, first]) == {"FirstName": "last"}
