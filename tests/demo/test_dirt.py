"""Dirt changes how a value is written, and a mistyped address is another address."""

import random
import re

import pytest

from openprofiles.demo import dirt


def national(phone: str) -> str:
    """What the service compares: the digits, without 00 before and without North America's 1."""
    digits = re.sub(r"\D", "", phone)
    digits = digits.removeprefix("00")
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits


@pytest.mark.parametrize("number", ["+12065550123", "+447700912345", "+33639912345"])
def test_all_forms_of_a_phone_are_the_same_number_and_differ(number: str) -> None:
    forms = dirt.phone_forms(number)

    assert {national(form) for form in forms} == {national(number)}
    assert len(set(forms)) == len(forms) > 1


def test_an_address_stays_the_same_apart_from_case_and_spaces() -> None:
    rng = random.Random(1)
    written = {dirt.email(rng, "anna.lee@example.com") for _ in range(200)}

    assert {text.strip().lower() for text in written} == {"anna.lee@example.com"}
    assert {"ANNA.LEE@EXAMPLE.COM", " anna.lee@example.com "} <= written


def test_a_mistyped_address_has_the_same_letters_in_another_order() -> None:
    wrong = dirt.mistyped(random.Random(1), "anna.lee@example.com")

    assert sorted(wrong) == sorted("anna.lee@example.com")
    assert wrong.endswith("@example.com")


def test_what_is_empty_is_left_out_at_every_level() -> None:
    assert dirt.without_empty({"id": "1", "name": {"first": "", "last": "Lee"}, "phones": {"home": ""}}) == {
        "id": "1",
        "name": {"last": "Lee"},
    }
