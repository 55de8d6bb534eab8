"""The made-up people are like real ones: namesakes, households, nobody with another's mobile."""

from collections import Counter
from datetime import date

import pytest

from openprofiles.demo.people import MOST_PEOPLE, Person, ascii_name, make_people
from openprofiles.demo.sample import TODAY, Sample


def households(people: list[Person]) -> dict[int, list[Person]]:
    return {number: [one for one in people if one.household == number] for number in {one.household for one in people}}


def test_as_many_people_as_asked_for_numbered_from_zero() -> None:
    people = make_people(37, seed=1, today=TODAY)

    assert [person.number for person in people] == list(range(37))


def test_another_seed_gives_other_people() -> None:
    assert make_people(20, seed=1, today=TODAY) != make_people(20, seed=2, today=TODAY)


def test_birth_dates_are_relative_to_the_given_day() -> None:
    early, late = (make_people(20, seed=1, today=date(year, 1, 1)) for year in (2000, 2001))

    assert {b.birth_date - a.birth_date for a, b in zip(early, late, strict=True)} == {
        date(2001, 1, 1) - date(2000, 1, 1)
    }


def test_some_people_have_the_same_name(sample: Sample) -> None:
    names = Counter((person.first, person.last) for person in sample.people)

    assert sum(count > 1 for count in names.values()) > 20


def test_no_two_people_have_the_same_mobile_or_account(sample: Sample) -> None:
    mobiles = [person.mobile for person in sample.people if person.mobile]

    assert len(set(mobiles)) == len(mobiles)
    assert len({person.account for person in sample.people}) == len(sample.people)


def test_people_who_share_a_home_phone_live_together(sample: Sample) -> None:
    lines = {(person.home, person.household) for person in sample.people if person.home}

    assert len(lines) == len({home for home, _ in lines})
    assert sum(bool(members[0].home) and len(members) > 1 for members in households(sample.people).values()) > 50


def test_a_mailbox_is_shared_inside_one_household_only(sample: Sample) -> None:
    owners = {(email, person.household) for person in sample.people for email in person.emails}
    persons = Counter(email for person in sample.people for email in person.emails)

    assert len(owners) == len({email for email, _ in owners})
    assert 0 < sum(count > 1 for count in persons.values()) < 15


def test_everybody_is_known_to_a_system_and_no_caller_is_without_a_phone(sample: Sample) -> None:
    assert all(person.systems for person in sample.people)
    assert all(person.mobile or person.home for person in sample.people if "contact-centre" in person.systems)


@pytest.mark.parametrize("count", [0, MOST_PEOPLE + 1])
def test_a_count_that_can_not_be_drawn_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="between 1 and"):
        make_people(count, seed=1, today=TODAY)


@pytest.mark.parametrize(
    ("name", "mailbox"),
    [("Łukasz", "lukasz"), ("O'Neil", "oneil"), ("Nguyễn", "nguyen"), ("Zoë", "zoe"), ("Yılmaz", "yilmaz")],
)
def test_names_in_mailboxes_are_plain_letters(name: str, mailbox: str) -> None:
    assert ascii_name(name) == mailbox
