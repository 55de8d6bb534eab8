"""Nouns, verbs, words and members of operations, from their rows."""

import msgspec
import pytest

from openprofiles.descriptions import Description, descriptions
from openprofiles.extensions import EXTENSIONS

from .sample import TABLE, THINGS


def described(name: str, path: str) -> Description:
    [one] = descriptions({name: msgspec.structs.replace(TABLE["SetClock"], name=name, path=path)})
    return one


@pytest.mark.parametrize(
    ("name", "path", "noun", "verb"),
    [
        ("ListDeadLetters", "/-/domains/{DomainName}/dead-letters", "dead-letters", "list"),
        ("GetDeadLetter", "/-/domains/{DomainName}/dead-letters/{DeadLetterId}", "dead-letters", "get"),
        ("ExplainProfile", "/-/domains/{DomainName}/profiles/{ProfileId}/explain", "profiles", "explain"),
        ("DryRunProfileObject", "/-/domains/{DomainName}/profiles/objects/dry-run", "profile-objects", "dry-run"),
        ("ExplainMatch", "/-/domains/{DomainName}/matches/{MatchId}/explain", "matches", "explain"),
        ("LintCategory", "/-/lint", "categories", "lint"),
        ("HideSurvey", "/-/hide", "surveys", "hide"),
        ("SetClock", "/-/clock", "clock", "set"),
        ("ShowSQLPlan", "/-/plan", "sql-plans", "show"),
        ("Reset", "/-/reset", "", "reset"),
    ],
)
def test_noun_and_verb_are_those_of_the_name(name: str, path: str, noun: str, verb: str) -> None:
    one = described(name, path)
    assert (one.noun, one.verb) == (noun, verb)


def test_the_summary_is_the_name_in_words() -> None:
    assert [one.summary for one in THINGS.values()] == ["List things", "Dry run thing", "Export things", "Set clock"]


def test_the_text_is_the_docstring_of_the_request() -> None:
    assert THINGS["ExportThings"].text == "Every thing is a line."


def test_members_have_the_places_and_names_of_the_table() -> None:
    assert [(member.place, member.label) for member in THINGS["ListThings"].members] == [
        ("path", "DomainName"),
        ("query", "since"),
        ("query", "name"),
        ("query", "hidden"),
        ("query", "contains"),
        ("query", "next-token"),
    ]


def test_members_without_another_place_are_in_the_body() -> None:
    places = {member.name: member.place for member in THINGS["DryRunThing"].members}
    assert places.pop("DomainName") == "path"
    assert set(places.values()) == {"body"}
    assert "MaxParts" in places


def test_an_operation_with_a_token_both_ways_has_pages() -> None:
    assert [name for name, one in THINGS.items() if one.pages] == ["ListThings"]


def test_a_stream_follows_its_tokens_by_itself() -> None:
    assert [member.name for member in THINGS["ExportThings"].members] == ["DomainName"]


def test_every_extension_is_described() -> None:
    assert [one.operation for one in descriptions()] == list(EXTENSIONS.values())


@pytest.mark.parametrize("one", descriptions(), ids=lambda one: str(one.operation.name))
def test_every_extension_says_in_words_what_it_does(one: Description) -> None:
    """In the docstring of its request."""
    assert one.text
