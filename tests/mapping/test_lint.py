"""What lint finds in mappings, and what it does not."""

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from openprofiles.demo.object_types import OBJECT_TYPES
from openprofiles.mapping.definitions import ObjectTypeDocument, content_types_of_keys
from openprofiles.mapping.lint import lint
from openprofiles.mapping.lint.findings import NOTE, OF_A_MAPPING, SEVERITIES, WARNING
from openprofiles.mapping.object_type_templates import all_templates, filled
from tests.api.mappings import Definition, key, text
from tests.mapping import lint_fields, lint_keys, lint_matching, lint_settings, lint_sources
from tests.mapping.linted import OFF, Fires, Misses, allowed, also, found, with_fields
from tests.mapping.test_any_definition import accepted, definitions

PAGE = (Path(__file__).parents[2] / "docs" / "lint.md").read_text(encoding="utf-8")

MODULES = (lint_fields, lint_sources, lint_keys, lint_matching, lint_settings)
FIRES: Fires = {about: case for module in MODULES for about, case in module.FIRES.items()}
MISSES: Misses = {about: case for module in MODULES for about, case in module.MISSES.items()}


@pytest.mark.parametrize(("code", "where", "words", "wire"), FIRES.values(), ids=FIRES)
def test_lint_finds(code: str, where: str | None, words: str, wire: Definition) -> None:
    [one] = found(code, wire)

    assert one.where == where
    assert words in one.message
    assert one.severity == SEVERITIES[code]


@pytest.mark.parametrize(("code", "wire"), MISSES.values(), ids=MISSES)
def test_lint_does_not_find(code: str, wire: Definition) -> None:
    assert found(code, wire) == []


# --- what other object types of the domain have


def test_a_key_that_no_other_type_has_finds_no_profile() -> None:
    [one] = found("NothingToMatch", also() | OFF, ["_email", "loyaltyNumber"])

    assert one.where == "customer"
    assert "No other object type has PROFILE key customer, and AllowProfileCreation is false" in one.message


MAY_MATCH: dict[str, tuple[Definition, list[str] | None]] = {
    "another type has the key": (also() | OFF, ["customer"]),
    "nobody knows the other types": (also() | OFF, None),
    "profiles are created": (also(), ["_email"]),
    "the key is predefined": (also(_email=key("mail", "PROFILE")) | OFF, []),
}


@pytest.mark.parametrize(("wire", "elsewhere"), MAY_MATCH.values(), ids=MAY_MATCH)
def test_a_key_may_find_a_profile(wire: Definition, elsewhere: list[str] | None) -> None:
    assert found("NothingToMatch", wire, elsewhere) == []


def test_of_a_type_that_matches_nothing_one_thing_is_said() -> None:
    wire = also() | {"AllowProfileCreation": None}

    assert found("NothingToMatch", wire, [])
    assert found("NoProfileCreation", wire, []) == []


# --- the whole


def test_every_rule_has_a_case_that_fires_and_one_that_comes_near() -> None:
    told_below = {"NothingToMatch"}

    assert {code for code, *_ in FIRES.values()} | told_below == set(OF_A_MAPPING)
    assert {code for code, _ in MISSES.values()} | told_below == set(OF_A_MAPPING)


def test_warnings_come_before_notes() -> None:
    found_all = lint(
        allowed(with_fields(a=text("a"), b=text("source.b", "_profile.FirstName"), c={"Target": "_profile.LastName"}))
    )

    assert [(one.severity, one.code, one.where) for one in found_all] == [
        (WARNING, "NoSource", "c"),
        (NOTE, "NameAsText", "b"),
        (NOTE, "NameAsText", "c"),
        (NOTE, "UnusedField", "a"),
    ]


@given(definitions())
def test_lint_says_the_same_of_any_definition_that_validation_takes(wire: Definition) -> None:
    document = accepted(wire)
    findings = lint(document)

    assert lint(document) == findings
    assert {one.where for one in findings} <= {None, *wire["Fields"], *wire["Keys"]}


# --- mappings of our own

UNTIMED = {
    "Connect-case",
    "Servicenow-task",
    "Shopify-DraftOrder",
    "Shopify-Order",
    "Zendesk-tickets",
    "_airBooking",
    "_airPreference",
    "_airSegment",
    "_case",
    "_hotelPreference",
    "_hotelReservation",
    "_hotelStayRevenue",
    "_loyalty",
    "_order",
}
"""Templates with a time of the last change that, as AWS documents them, is not that of the source."""


@pytest.mark.parametrize("template_id", all_templates())
def test_lint_finds_nothing_in_a_type_of_a_template(template_id: str) -> None:
    document = filled(ObjectTypeDocument("-"), all_templates()[template_id], 0)
    assert lint(document, []) == []


def test_what_is_said_beside_a_template_is_looked_at() -> None:
    document = filled(ObjectTypeDocument("-", expiration_days=1), all_templates()["Zendesk-tickets"], 0)
    assert [one.code for one in lint(document)] == ["ShortExpiration"]


@pytest.mark.parametrize("template_id", all_templates())
def test_lint_finds_no_more_in_a_copy_of_a_template_than_that_its_times_are_not_asked(template_id: str) -> None:
    document = filled(ObjectTypeDocument("-"), all_templates()[template_id], 0)
    own = msgspec.structs.replace(document, template_id=None)

    assert [one.code for one in lint(own)] == (["NoSourceTime"] if template_id in UNTIMED else [])


@pytest.mark.parametrize("name", OBJECT_TYPES)
def test_lint_finds_nothing_in_the_mappings_of_the_demo(name: str) -> None:
    documents = {other: msgspec.convert(wire, ObjectTypeDocument) for other, wire in OBJECT_TYPES.items()}
    elsewhere = {used for other in documents if other != name for used in content_types_of_keys(documents[other])}

    assert lint(documents[name], elsewhere) == []


# --- the page


def test_the_page_describes_every_finding_and_no_other() -> None:
    described = re.findall(r"^- `(\w+)` \((\w+)\): ", PAGE, re.MULTILINE)

    assert len(described) == len(SEVERITIES)
    assert dict(described) == SEVERITIES


def test_each_finding_of_the_page_tells_what_it_hurts_and_what_to_do() -> None:
    entries = re.split(r"^- `", PAGE, flags=re.MULTILINE)[1:]
    assert [entry for entry in entries if not (entry.count("**Hurts:**") == entry.count("**Do:**") == 1)] == []
