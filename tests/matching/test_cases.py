"""Cases written by hand: what is one customer, and what only looks like one."""

from tests.matching.conftest import Grouped
from tests.matching.customers import FIRST, SYLLABLES

HOME = {
    "LastName": "Ferrante",
    "HomePhoneNumber": "212 555 7788",
    "Address.Address1": "17 Orchard Street",
    "Address.City": "anbach",
    "Address.PostalCode": "20101",
}
MARCO = {**HOME, "FirstName": "Marco", "BirthDate": "1970-03-04"}
ELENA = {**HOME, "FirstName": "Elena", "BirthDate": "1972-08-14"}
MOBILE = {"MobilePhoneNumber": "646 333 2222"}


def test_a_couple_at_one_address_and_phone_stays_two(grouped: Grouped) -> None:
    assert grouped([MARCO, ELENA, MARCO, ELENA]) == [[0, 2], [1, 3]]


def test_a_couple_without_dates_of_birth_stays_two(grouped: Grouped) -> None:
    marco, elena = {**HOME, "FirstName": "Marco"}, {**HOME, "FirstName": "Elena"}

    assert grouped([marco, elena, marco, elena]) == [[0, 2], [1, 3]]


def test_father_and_son_of_one_name_stay_two(grouped: Grouped) -> None:
    father, son = {**MARCO, "BirthDate": "1950-03-04"}, {**MARCO, "BirthDate": "1980-08-14"}

    assert grouped([father, son, father, son]) == [[0, 2], [1, 3]]


def test_twins_stay_two(grouped: Grouped) -> None:
    assert grouped([MARCO, {**ELENA, "BirthDate": MARCO["BirthDate"]}]) == []


def test_namesakes_in_two_towns_stay_two(grouped: Grouped) -> None:
    here = {"FirstName": "James", "LastName": "Smith", "Address.City": "anbach", "Address.PostalCode": "20101"}
    there = {"FirstName": "James", "LastName": "Smith", "Address.City": "calton", "Address.PostalCode": "20110"}

    assert grouped([{**here, "BirthDate": "1950-03-04"}, {**there, "BirthDate": "1961-05-17"}]) == []


def test_first_and_last_name_swapped_is_one(grouped: Grouped) -> None:
    rows = [{"FirstName": "Marco", "LastName": "Ferrante"}, {"FirstName": "Ferrante", "LastName": "Marco"}]

    assert grouped([{**row, "EmailAddress": "mf@example.org"} for row in rows]) == [[0, 1]]


def test_a_new_last_name_with_the_same_birth_date_and_mailbox_is_one(grouped: Grouped) -> None:
    before = {
        "FirstName": "Elena",
        "LastName": "Ferrante",
        "BirthDate": "1980-08-14",
        "EmailAddress": "e80@example.org",
    }

    assert grouped([before, {**before, "LastName": "Rossi"}]) == [[0, 1]]


def test_a_nickname_with_the_same_mobile_is_one(grouped: Grouped) -> None:
    robert = {"FirstName": "Robert", "LastName": "Ferrante", **MOBILE}

    assert grouped([robert, {**robert, "FirstName": "Bob", "MobilePhoneNumber": "+1 (646) 333-2222"}]) == [[0, 1]]


def test_a_contact_without_a_name_goes_to_whose_mobile_and_mailbox_it_has(grouped: Grouped) -> None:
    contacts = {**MOBILE, "EmailAddress": "q@example.org"}

    assert grouped([contacts, {**contacts, "FirstName": "Bob", "LastName": "Ferrante"}]) == [[0, 1]]


def test_a_switchboard_joins_nobody_but_who_has_one_name(grouped: Grouped) -> None:
    names = list(zip(FIRST[:20], SYLLABLES[:20], strict=True))
    rows = [{"FirstName": first, "LastName": f"{last}mann"} for first, last in [*names, names[3]]]

    assert grouped([{**row, "BusinessPhoneNumber": "212 700 1000"} for row in rows]) == [[3, 20]]


def test_a_mailbox_shared_at_work_joins_nobody_but_who_has_one_name(grouped: Grouped) -> None:
    rows = [{"FirstName": first, "LastName": f"{first}mann"} for first in (*FIRST[:6], FIRST[2])]

    assert grouped([{**row, "EmailAddress": "info@example.org"} for row in rows]) == [[2, 6]]


def test_placeholders_join_nobody(grouped: Grouped) -> None:
    filled_in = {"PhoneNumber": "555-123-4567", "EmailAddress": "customer@example.org", "BirthDate": "1980-01-01"}
    rows = [{"FirstName": first, "LastName": f"{last}mann"} for first, last in zip(FIRST, SYLLABLES, strict=False)]

    assert grouped([{**row, **filled_in} for row in rows]) == []


def test_rows_that_say_nothing_stay_alone(grouped: Grouped) -> None:
    assert grouped([{}, {}, {"FirstName": "Zelda"}, {"FirstName": "Zelda"}]) == []


def test_one_record_that_fits_two_groups_does_not_join_them(grouped: Grouped) -> None:
    marco = {**MARCO, "EmailAddress": "marco@example.org"}
    paula = {"FirstName": "Paula", "LastName": "Quint", "BirthDate": "1991-02-02", **MOBILE}
    bridge = {"FirstName": "Paula", "EmailAddress": "marco@example.org", **MOBILE}

    assert grouped([marco, marco, marco, paula, paula, paula, bridge])[0] == [0, 1, 2]


def test_many_rows_alike_are_one(grouped: Grouped) -> None:
    assert grouped([MARCO] * 30) == [list(range(30))]


def test_rows_beyond_the_cap_of_every_key_are_one_all_the_same(grouped: Grouped) -> None:
    """A customer whom a faulty import wrote a hundred times fills every block over its cap."""
    assert grouped([MARCO] * 100) == [list(range(100))]
