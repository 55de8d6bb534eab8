"""Histories that random runs hardly reach: what wins again when a merge decision goes with its object type."""

from collections.abc import Iterator

import pytest
from mypy_boto3_customer_profiles import CustomerProfilesClient

from tests.reference_model.catalogue import ANCHOR, CRM, FEED, SHOP
from tests.reference_model.server_and_model import ServerAndModel

LATE = 4_000_000_000_000
"""A source's own time that no later ingestion can beat."""


@pytest.fixture
def both(client: CustomerProfilesClient) -> Iterator[ServerAndModel]:
    held = ServerAndModel(client)
    for name, definition in {"Anchor": ANCHOR, "Crm": CRM, "Shop": SHOP, "Feed": FEED}.items():
        held.put_type(name, definition)
    yield held
    held.close()


def compare(both: ServerAndModel) -> None:
    both.compare_records()
    both.compare_search_by_every_key()
    both.compare_stats()


def put_ann_and_bob(both: ServerAndModel) -> tuple[int, int]:
    """Two profiles: the first says Ann for ever, the second Bob."""
    both.put_object("Crm", {"id": "1", "email": "ann@x.org", "first": "Ann", "time": LATE})
    both.put_object("Shop", {"id": "1", "branch": "N", "number": 7, "first": "Bob"})
    one, two = sorted(both.model.profiles)
    return one, two


@pytest.mark.parametrize("gone_before", [False, True])
@pytest.mark.parametrize("gone_after", [(), ("1",), ("2",), ("1", "2")])
def test_what_a_decision_had_beaten_wins_again_when_it_goes_beneath_a_newer_winner(
    both: ServerAndModel, gone_before: bool, gone_after: tuple[str, ...]
) -> None:
    one, two = put_ann_and_bob(both)
    if gone_before:
        both.delete_object(one, ("Crm", "1"))
    both.merge([one, two], {"FirstName": two})
    both.put_object("Crm", {"id": "2", "email": "ann@x.org", "first": "Kim"})
    for record in gone_after:
        if ("Crm", record) in both.model.profiles[one].objects:
            both.delete_object(one, ("Crm", record))

    both.delete_type("Shop")

    compare(both)


def test_a_gone_claim_beneath_a_decision_is_not_forgotten_for_a_newer_one_above_it(both: ServerAndModel) -> None:
    one, two = put_ann_and_bob(both)
    both.delete_object(one, ("Crm", "1"))
    both.merge([one, two], {"FirstName": two})
    both.put_object("Crm", {"id": "2", "email": "ann@x.org", "first": "Kim"})
    both.delete_object(one, ("Crm", "2"))
    both.put_object("Shop", {"id": "2", "branch": "N", "number": 7, "first": "Lou"})

    both.delete_type("Shop")

    compare(both)


def test_claims_of_many_merged_profiles_are_folded_as_they_were_made(both: ServerAndModel) -> None:
    both.put_object("Crm", {"id": "1", "email": "ann@x.org", "first": "Ann"})
    for number in range(20):
        both.create_profile({"FirstName": f"F{number}"})
    one, *rest = sorted(both.model.profiles)
    for profile in reversed(rest):
        both.update_profile(profile, {"LastName": f"L{profile}"})
    both.merge([one, *rest[:10]], {})

    both.delete_type("Crm")

    compare(both)
