"""What the systems write of people: names, birth dates, gender, and how to reach them."""

import numpy as np

from benchmarks.customers import dirt, formats
from benchmarks.customers.companies import Companies
from benchmarks.customers.contacts import Contacts
from benchmarks.customers.drawing import Ints, Rng, Texts, bits, chance, change, put, texts
from benchmarks.customers.pools import nicknames, places
from benchmarks.customers.population import People
from benchmarks.customers.rows import Columns, Rows, filled, in_habit, leave_out, misspell, no_columns
from benchmarks.customers.values import address_columns, company_names, written_emails, written_phones


def write_people(rng: Rng, rows: Rows, people: People, contacts: Contacts, companies: Companies) -> Columns:
    """All fields of the records of people; "" where there is no value."""
    columns = no_columns(rows.count)
    columns |= _names(rng, rows, people)
    columns["BirthDate"] = _births(rng, rows, people)
    columns["Gender"] = _genders(rng, rows, people)
    columns |= _phones(rng, rows, people, contacts)
    columns |= _emails(rng, rows, contacts)
    company = contacts.company[rows.owner]
    columns["BusinessName"] = company_names(rng, rows, np.where(company >= 0, companies.name[company], ""))
    columns["AccountNumber"] = _accounts(rng, rows, contacts)
    columns |= _addresses(rng, rows, people, contacts, companies)
    leave_out(rng, rows, columns)
    return columns


def _names(rng: Rng, rows: Rows, people: People) -> Columns:
    rates, count = rows.rates, rows.count
    first, middle, last = people.first[rows.owner], people.middle[rows.owner], _surnames(rng, rows, people)
    change(rng, first, chance(rng, count, rates.nickname), dirt.nickname(nicknames()))
    joined = filled(middle) & chance(rng, count, rates.middle_in_first)
    first[joined] = first[joined] + " " + middle[joined]
    change(rng, middle, chance(rng, count, 0.6), dirt.initial)
    change(rng, first, chance(rng, count, rates.initial), dirt.initial)
    change(rng, first, chance(rng, count, rates.title), dirt.title)
    for column in (first, last):
        misspell(rng, rows, column, rates.name_typo)
        change(rng, column, rows.dirty(rng, rates.cut_names), dirt.cut)
        change(rng, column, rows.dirty(rng, rates.placeholder_name), dirt.one_of(dirt.NO_NAMES))
    swapped = rows.dirty(rng, rates.swapped_names)
    first[swapped], last[swapped] = last[swapped], first[swapped]
    whole = rows.dirty(rng, rates.full_name_in_one)
    last[whole] = first[whole] + " " + last[whole]
    first[whole] = ""
    named = (("FirstName", first), ("MiddleName", middle), ("LastName", last))
    return {field: in_habit(rows, column) for field, column in named}


def _surnames(rng: Rng, rows: Rows, people: People) -> Texts:
    """That of the time when the record was written; the second one and "Jr" where they are written at all."""
    last = people.last[rows.owner]
    put(last, rows.at < people.married_at[rows.owner], _or_else(people.last_before, people.last)[rows.owner])
    second = people.second_last[rows.owner]
    both = filled(second) & ~chance(rng, rows.count, rows.rates.double_surname_cut)
    joint = texts(["-" if drawn % 3 == 0 else " " for drawn in bits(rng, int(both.sum()))])
    last[both] = last[both] + joint + second[both]
    last[people.junior[rows.owner] & chance(rng, rows.count, rows.rates.junior_written)] += " Jr"
    return last


def _or_else(column: Texts, other: Texts) -> Texts:
    return np.where(filled(column), column, other)


def _births(rng: Rng, rows: Rows, people: People) -> Texts:
    year, month, day = _calendar(people.born[rows.owner])
    swap = rows.dirty(rng, rows.rates.day_month_swapped) & (day <= 12)
    month[swap], day[swap] = day[swap], month[swap]
    january = rows.dirty(rng, rows.rates.birth_first_january)
    month[january] = day[january] = 1
    slip = np.flatnonzero(rows.dirty(rng, rows.rates.birth_typo))
    part = rng.integers(0, 4, len(slip))
    year[slip] += np.where(part == 0, rng.choice([-1, 1, -10, 10], len(slip)), 0)
    month[slip] = np.where(part == 1, rng.integers(1, 13, len(slip)), month[slip])
    day[slip] = np.where(part >= 2, rng.integers(1, 29, len(slip)), day[slip])
    none = np.flatnonzero(rows.dirty(rng, rows.rates.placeholder_birth))
    year[none], month[none], day[none] = np.array(dirt.NO_BIRTHS)[rng.integers(0, len(dirt.NO_BIRTHS), len(none))].T
    parts = (year.tolist(), month.tolist(), day.tolist(), rows.habit("dates"), _country(rows, people).tolist())
    return texts([formats.birth_date(*each) for each in zip(*parts, bits(rng, rows.count), strict=True)])


def _calendar(days: Ints) -> tuple[Ints, Ints, Ints]:
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return year, months.astype(np.int64) % 12 + 1, (dates - months).astype(np.int64) + 1


def _genders(rng: Rng, rows: Rows, people: People) -> Texts:
    female = people.female[rows.owner] ^ rows.dirty(rng, rows.rates.gender_wrong)
    word = chance(rng, rows.count, rows.rates.gender_word)
    return texts(["M", "F", "MALE", "FEMALE"])[female.astype(np.int64) + 2 * word]


def _phones(rng: Rng, rows: Rows, people: People, contacts: Contacts) -> Columns:
    """The main number is the mobile, else the landline, else that at work; now and then one of the others first."""
    mobile = _of_its_time(rows, contacts.mobile, contacts.mobile_before, contacts.mobile_at)
    home, work = contacts.landline[_home(rows, people)], contacts.business_phone[rows.owner]
    draw = rng.random(rows.count)
    main = np.select([draw < 0.1, draw < 0.13], [home, work], mobile)
    for other in (mobile, home, work):
        main = np.where(main == 0, other, main)
    wrong = chance(rng, rows.count, rows.rates.phone_elsewhere)
    mobile, home = np.where(wrong, home, mobile), np.where(wrong, mobile, home)
    named = {"PhoneNumber": main, "MobilePhoneNumber": mobile, "HomePhoneNumber": home, "BusinessPhoneNumber": work}
    country = _country(rows, people)
    return {field: written_phones(rng, rows, numbers, country) for field, numbers in named.items()}


def _emails(rng: Rng, rows: Rows, contacts: Contacts) -> Columns:
    own = _of_its_time(rows, contacts.email, contacts.email_before, contacts.email_at)
    second, work = contacts.email_second[rows.owner], contacts.business_email[rows.owner]
    own = np.where(filled(second) & chance(rng, rows.count, 0.25), second, own)
    main = np.where(filled(work) & chance(rng, rows.count, 0.1), work, own)
    named = {"EmailAddress": _or_else(main, work), "PersonalEmailAddress": own, "BusinessEmailAddress": work}
    return {field: written_emails(rng, rows, column.copy()) for field, column in named.items()}


def _of_its_time(rows: Rows, now: np.ndarray, before: np.ndarray, changed: np.ndarray) -> np.ndarray:
    """The value that the owner had when the record was written; a change after all records is none."""
    at = changed[rows.owner]
    return np.where((rows.at < at) & (at < 1), before[rows.owner], now[rows.owner])


def _accounts(rng: Rng, rows: Rows, contacts: Contacts) -> Texts:
    """A person's first record in a system bears the person's number; most later ones bear one of their own."""
    kinds = sorted(set(rows.habit("accounts").tolist()))
    kind = np.searchsorted(np.array(kinds), rows.habit("accounts").astype(str))
    later = np.ones(rows.count, dtype=bool)
    later[np.unique(rows.owner * len(kinds) + kind, return_index=True)[1]] = False
    again = later & rows.has("gives_accounts") & chance(rng, rows.count, rows.rates.account_again)
    number = np.where(again, 9_000_000 + rng.permutation(rows.count), contacts.account[rows.owner] + kind * 3)
    column = texts([str(each) for each in number.tolist()])
    change(rng, column, rows.dirty(rng, rows.rates.account_typo), dirt.digit_typo)
    return np.asarray(rows.habit("accounts") + column, dtype=object)


def _addresses(rng: Rng, rows: Rows, people: People, contacts: Contacts, companies: Companies) -> Columns:
    """Those of homes; the systems that know the people of companies have the company's."""
    home, company = _home(rows, people), contacts.company[rows.owner]
    at_work = rows.has("company") & (company >= 0)
    columns = address_columns(rng, rows, people.addresses, home)
    works = address_columns(rng, rows, companies.addresses, np.maximum(company, 0))
    for field, column in columns.items():
        put(column, at_work, works[field])
    return columns


def _home(rows: Rows, people: People) -> Ints:
    """The row of the address at which the owner lived when the record was written."""
    before = rows.at < people.moved_at[rows.owner]
    before &= (people.home_before >= 0)[rows.owner]
    return np.where(before, people.home_before[rows.owner], people.home[rows.owner])


def _country(rows: Rows, people: People) -> Ints:
    return np.asarray(places().country[people.place[rows.owner]], dtype=np.int64)
