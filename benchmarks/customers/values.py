"""Phones, mailboxes, company names and addresses as the systems write them, and the records of companies."""

import numpy as np

from benchmarks.customers import dirt, formats
from benchmarks.customers.companies import Companies
from benchmarks.customers.drawing import Ints, Rng, Texts, bits, chance, change, texts
from benchmarks.customers.homes import Addresses
from benchmarks.customers.pools import COUNTRIES, places
from benchmarks.customers.rows import Columns, Rows, filled, in_habit, leave_out, misspell, no_columns

BRANCH_MAILBOXES = tuple(f"store{number}@retailer.example" for number in range(1, 61))
BRANCH_PHONE = 2_125_550_000
BRANCHES = 120


def write_companies(rng: Rng, rows: Rows, companies: Companies) -> Columns:
    """All fields of the records of companies: no person is named in them."""
    columns = no_columns(rows.count)
    columns["BusinessName"] = company_names(rng, rows, companies.name[rows.owner])
    phones = written_phones(rng, rows, companies.phone[rows.owner], companies.country[rows.owner])
    columns["PhoneNumber"], columns["BusinessPhoneNumber"] = phones, phones.copy()
    mailboxes = written_emails(rng, rows, companies.mailbox[rows.owner])
    columns["EmailAddress"], columns["BusinessEmailAddress"] = mailboxes, mailboxes.copy()
    columns |= address_columns(rng, rows, companies.addresses, rows.owner)
    name = columns["BusinessName"].copy()
    leave_out(rng, rows, columns)
    columns["BusinessName"] = name
    return columns


def company_names(rng: Rng, rows: Rows, name: Texts) -> Texts:
    """Some without "Ltd"."""
    change(rng, name, chance(rng, rows.count, 0.15), lambda text, _: text.rsplit(" ", 1)[0])
    misspell(rng, rows, name, rows.rates.name_typo)
    change(rng, name, rows.dirty(rng, rows.rates.placeholder_text), dirt.one_of(dirt.NO_TEXTS))
    return in_habit(rows, name)


def written_phones(rng: Rng, rows: Rows, numbers: Ints, country: Ints) -> Texts:
    """National numbers as the systems and countries write them; "" for 0."""
    column = texts([str(number) if number else "" for number in numbers.tolist()])
    change(rng, column, rows.dirty(rng, rows.rates.branch_phone), lambda _, n: str(BRANCH_PHONE + n % BRANCHES))
    change(rng, column, rows.dirty(rng, rows.rates.phone_typo), dirt.digit_typo)
    there = np.flatnonzero(filled(column))
    habits, drawn = rows.habit("phones")[there], bits(rng, len(there))
    written = zip(column[there], country[there].tolist(), habits, drawn, strict=True)
    column[there] = texts([formats.phone(*each) for each in written])
    change(rng, column, rows.dirty(rng, rows.rates.placeholder_phone), dirt.one_of(dirt.NO_PHONES))
    return column


def written_emails(rng: Rng, rows: Rows, column: Texts) -> Texts:
    """Some people have no address, and the seller enters one that is none, or that of the shop."""
    rates = rows.rates
    change(rng, column, rows.dirty(rng, rates.branch_mailbox), dirt.one_of(BRANCH_MAILBOXES))
    change(rng, column, rows.dirty(rng, rates.email_typo), dirt.typo)
    change(rng, column, chance(rng, rows.count, rates.email_upper), dirt.case)
    change(rng, column, rows.dirty(rng, rates.placeholder_email), dirt.one_of(dirt.NO_EMAILS))
    return column


def address_columns(rng: Rng, rows: Rows, addresses: Addresses, number: Ints) -> Columns:
    """The addresses with these numbers."""
    rates, known, place = rows.rates, places(), addresses.place[number]
    street, city = addresses.street[number], known.city[place]
    change(rng, street, chance(rng, rows.count, rates.street_short), dirt.short_street)
    misspell(rng, rows, street, rates.street_typo)
    misspell(rng, rows, city, rates.city_typo)
    for column in (street, city):
        change(rng, column, rows.dirty(rng, rates.placeholder_text / 2), dirt.one_of(dirt.NO_TEXTS))
    postal, unit = addresses.postal[number], addresses.unit[number]
    change(rng, postal, rows.dirty(rng, rates.postal_typo), dirt.digit_typo)
    behind = filled(unit) & chance(rng, rows.count, rates.unit_in_street)
    street[behind] = street[behind] + " " + unit[behind]
    unit[behind] = ""
    return {
        "Address.Address1": in_habit(rows, street),
        "Address.Address2": unit,
        "Address.City": in_habit(rows, city),
        "Address.State": known.state[place],
        "Address.PostalCode": postal,
        "Address.Country": texts(COUNTRIES)[known.country[place]],
    }
