"""The match keys of rules. Source: "Set up matching rules for rule-based Identity Resolution"; MatchingRule page."""

from itertools import product
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprofiles.matching.rules import Rules, compile_rules, normal_phone, normal_text
from openprofiles.shapes import RuleBasedMatchingResponse


def rules(*levels: list[str], **settings: Any) -> Rules:
    document = {"Enabled": True, "MatchingRules": [{"Rule": level} for level in levels], **settings}
    return compile_rules(msgspec.convert(document, RuleBasedMatchingResponse))


def selecting(model: str, **types: list[str]) -> dict[str, Any]:
    return {"AttributeTypesSelector": {"AttributeMatchingModel": model, **types}}


def level_of(compiled: Rules, one: dict[str, Any], other: dict[str, Any]) -> int | None:
    found = compiled.match(one, other)
    return found and found.level


def test_all_attributes_of_a_rule_must_agree() -> None:
    compiled = rules(["FirstName", "LastName"])
    assert (
        level_of(compiled, {"FirstName": "Ada", "LastName": "Byron"}, {"FirstName": "Ada", "LastName": "King"}) is None
    )


def test_a_match_is_at_the_strongest_level_that_agrees() -> None:
    compiled = rules(["AccountNumber"], ["FirstName", "LastName"], ["LastName"])
    one, other = {"FirstName": "Ada", "LastName": "Byron"}, {"FirstName": "Ada", "LastName": "Byron"}
    assert level_of(compiled, one, other) == 2


@pytest.mark.parametrize("missing", [{}, {"AccountNumber": ""}, {"AccountNumber": "  "}])
def test_a_missing_value_agrees_with_nothing(missing: dict[str, str]) -> None:
    assert level_of(rules(["AccountNumber"]), missing, missing) is None


def test_levels_above_the_highest_for_matching_are_not_evaluated() -> None:
    compiled = rules(["AccountNumber"], ["LastName"], MaxAllowedRuleLevelForMatching=1)
    assert level_of(compiled, {"LastName": "Byron"}, {"LastName": "Byron"}) is None


@pytest.mark.parametrize(
    ("settings", "merges"),
    [
        ({}, False),
        ({"MaxAllowedRuleLevelForMerging": 1}, False),
        ({"MaxAllowedRuleLevelForMerging": 2}, True),
    ],
)
def test_a_level_merges_up_to_the_highest_for_merging(settings: dict[str, int], merges: bool) -> None:
    compiled = rules(["AccountNumber"], ["LastName"], **settings)
    found = compiled.match({"LastName": "Byron"}, {"LastName": "Byron"})
    assert found is not None
    assert found.merges is merges


EMAILS = ["EmailAddress", "BusinessEmailAddress"]


@pytest.mark.parametrize(("model", "level"), [("ONE_TO_ONE", None), ("MANY_TO_MANY", 1)])
def test_values_of_different_fields_of_a_type_agree_under_many_to_many_alone(model: str, level: int | None) -> None:
    compiled = rules(["EmailAddress"], **selecting(model, EmailAddress=EMAILS))
    assert level_of(compiled, {"EmailAddress": "a@b.c"}, {"BusinessEmailAddress": "a@b.c"}) == level


def test_any_field_that_the_selector_lists_is_enough_under_one_to_one() -> None:
    compiled = rules(["EmailAddress"], **selecting("ONE_TO_ONE", EmailAddress=EMAILS))
    one = {"EmailAddress": "a@b.c", "BusinessEmailAddress": "ab@work.example"}
    assert level_of(compiled, one, {"BusinessEmailAddress": "ab@work.example"}) == 1


def test_without_a_selector_a_type_is_its_primary_field() -> None:
    same = {"HomePhoneNumber": "555"}
    assert level_of(rules(["PhoneNumber"]), same, same) is None


@pytest.mark.parametrize(
    ("short", "field"),
    [
        ("BusinessEmail", "BusinessEmailAddress"),
        ("PersonalEmail", "PersonalEmailAddress"),
    ],
)
def test_a_selector_may_use_the_short_names(short: str, field: str) -> None:
    compiled = rules(["EmailAddress"], **selecting("ONE_TO_ONE", EmailAddress=[short]))
    assert level_of(compiled, {field: "a@b.c"}, {field: "a@b.c"}) == 1


@pytest.mark.parametrize("spelling", ["MaillingAddress", "MailingAddress"])
def test_both_spellings_of_the_mailing_address_are_its_field(spelling: str) -> None:
    compiled = rules(["Address.City"], **selecting("ONE_TO_ONE", Address=[spelling]))
    assert compiled.fields == {"MailingAddress.City"}


TWO_ADDRESSES = selecting("MANY_TO_MANY", Address=["Address", "ShippingAddress"])


def test_address_fields_of_a_rule_hold_within_one_address() -> None:
    compiled = rules(["Address.City", "Address.PostalCode"], **TWO_ADDRESSES)
    one = {"Address.City": "Bonn", "Address.PostalCode": "53111"}
    mixed = {"Address.City": "Bonn", "ShippingAddress.PostalCode": "53111"}
    moved = {"ShippingAddress.City": "Bonn", "ShippingAddress.PostalCode": "53111"}
    assert (level_of(compiled, one, mixed), level_of(compiled, one, moved)) == (None, 1)


def test_the_lines_of_an_address_are_joined_and_empty_ones_skipped() -> None:
    compiled = rules(["Address.Address"])
    one = {"Address.Address1": "1 High Street", "Address.Address2": "", "Address.Address3": "Flat 2"}
    assert level_of(compiled, one, {"Address.Address1": "1 High Street", "Address.Address2": "Flat 2"}) == 1


def test_a_custom_attribute_is_read_by_its_name() -> None:
    compiled = rules(["Attributes.tier"])
    assert level_of(compiled, {"Attributes.tier": "Gold"}, {"Attributes.tier": "gold"}) == 1


def test_of_a_gender_the_enum_word_counts() -> None:
    assert level_of(rules(["Gender"]), {"Gender": ["FEMALE", "f"]}, {"Gender": "FEMALE"}) == 1


def test_the_order_of_a_rules_attributes_says_nothing() -> None:
    profile = {"FirstName": "Ada", "LastName": "Byron"}
    assert rules(["FirstName", "LastName"]).keys(profile) == rules(["LastName", "FirstName"]).keys(profile)


def test_a_match_tells_what_is_shared_in_its_normal_form() -> None:
    found = rules(["EmailAddress", "LastName"]).match(
        {"EmailAddress": "ADA@b.c", "LastName": "Byron"}, {"EmailAddress": "ada@b.c", "LastName": " BYRON"}
    )
    assert found is not None
    assert [key.values for key in found.shared] == [(("EmailAddress", "ada@b.c"), ("LastName", "byron"))]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (" Ada  LOVELACE ", "ada lovelace"),
        ("Straße", "strasse"),
        ("Zoe\u0308", "zo\u00eb"),
        ("\uff21da", "ada"),
    ],
)
def test_text_is_compared_without_case_white_space_and_composition(written: str, normal: str) -> None:
    assert normal_text(written) == normal


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("+49 (228) 555-0100", "492285550100"),
        ("0049 228 5550100", "492285550100"),
        ("555.010.0000", "5550100000"),
        ("unknown", ""),
        ("\u0665\u0665\u0665", "555"),
    ],
)
def test_of_a_telephone_number_the_digits_count(written: str, normal: str) -> None:
    assert normal_phone(written) == normal


@given(st.text())
def test_a_normal_form_is_its_own_normal_form(text: str) -> None:
    assert normal_text(normal_text(text)) == normal_text(text)


WORDS = st.sampled_from(["", "a", "b", "A ", "1"])
FIELDS = [
    "LastName",
    "EmailAddress",
    "BusinessEmailAddress",
    "PhoneNumber",
    "HomePhoneNumber",
    "Address.City",
    "Address.State",
    "ShippingAddress.City",
    "ShippingAddress.State",
]
TYPES = {
    "EmailAddress": EMAILS,
    "PhoneNumber": ["PhoneNumber", "HomePhoneNumber"],
    "Address": ["Address", "ShippingAddress"],
}
ATTRIBUTES = ["LastName", "EmailAddress", "PhoneNumber", "Address.City", "Address.State"]
PROFILES = st.dictionaries(st.sampled_from(FIELDS), WORDS)


def agrees(rule: list[str], model: str, one: dict[str, str], other: dict[str, str]) -> bool:
    """The rule as it reads: for each attribute some pair of fields with equal values, addresses as a whole."""
    address = [name.removeprefix("Address.") for name in rule if name.startswith("Address.")]
    kinds = [name for name in rule if not name.startswith("Address.")] + (["Address"] if address else [])
    for kind in kinds:
        members = [f".{member}" for member in address] if kind == "Address" else [""]
        normal = normal_phone if kind == "PhoneNumber" else normal_text
        pairs = product(TYPES.get(kind, [kind]), repeat=2)
        if not any(
            all(
                normal(one.get(mine + member, "")) == normal(other.get(theirs + member, "")) != "" for member in members
            )
            for mine, theirs in pairs
            if model == "MANY_TO_MANY" or mine == theirs
        ):
            return False
    return True


@given(
    st.lists(st.sampled_from(ATTRIBUTES), min_size=1, unique=True),
    st.sampled_from(["ONE_TO_ONE", "MANY_TO_MANY"]),
    PROFILES,
    PROFILES,
)
def test_profiles_share_a_key_exactly_where_the_rule_holds_of_them(
    rule: list[str], model: str, one: dict[str, str], other: dict[str, str]
) -> None:
    compiled = rules(rule, **selecting(model, **TYPES))
    assert (level_of(compiled, one, other) == 1) is agrees(rule, model, one, other)


@given(st.lists(st.sampled_from(ATTRIBUTES), min_size=1, unique=True), PROFILES)
def test_a_profile_has_no_key_twice(rule: list[str], profile: dict[str, str]) -> None:
    digests = [key.digest for key in rules(rule, **selecting("MANY_TO_MANY", **TYPES)).keys(profile)[0]]
    assert len(digests) == len(set(digests))
