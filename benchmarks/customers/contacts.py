"""How to reach the people: phones, mailboxes, employers and account numbers."""

import msgspec
import numpy as np

from benchmarks.customers.companies import Companies, make_companies
from benchmarks.customers.drawing import Ints, Rng, Texts, chance, empty, texts, weighted
from benchmarks.customers.homes import landlines, mobiles
from benchmarks.customers.mailboxes import Mailboxes, local_part
from benchmarks.customers.population import NEVER, People, days
from benchmarks.customers.rates import Rates

GROWN = days(2006)
"""Those born before are grown up."""


class Contacts(msgspec.Struct):
    """One row for each person; 0 and "" for none, company -1. Landlines belong to homes: `landline` has a row for each
    address. Before `mobile_at`, the mobile was `mobile_before`; so with `email`."""

    landline: Ints
    mobile: Ints
    mobile_before: Ints
    mobile_at: np.ndarray
    email: Texts
    email_before: Texts
    email_at: np.ndarray
    email_second: Texts
    company: Ints
    business_phone: Ints
    business_email: Texts
    account: Ints


def make_contacts(rng: Rng, people: People, rates: Rates) -> tuple[Contacts, Companies]:
    count = people.count
    employed = people.adult & (people.born < GROWN) & chance(rng, count, rates.employed)
    companies = make_companies(rng, int(employed.sum()), rates)
    company = np.where(employed, weighted(rng, companies.size.astype(np.float64), count), -1)
    mailboxes = Mailboxes(rng, people)
    never = np.full(count, NEVER)
    contacts = Contacts(
        landline=landlines(rng, people.addresses.place),
        mobile=mobiles(rng, people.place),
        mobile_before=mobiles(rng, people.place),
        mobile_at=np.where(chance(rng, count, rates.new_mobile), rng.random(count), never),
        email=mailboxes.draw(rates),
        email_before=mailboxes.draw(rates),
        email_at=np.where(chance(rng, count, rates.new_email), rng.random(count), never),
        email_second=mailboxes.draw(rates, chance(rng, count, rates.second_email)),
        company=company,
        business_phone=np.zeros(count, dtype=np.int64),
        business_email=empty(count),
        account=rng.permutation(count) * 7 + 1_000_000,
    )
    _without(rng, people, contacts, rates)
    _share_at_home(rng, people, contacts, rates)
    _at_work(rng, people, contacts, companies, rates)
    recycled = np.flatnonzero(chance(rng, count, rates.recycled_mobile) & (contacts.mobile_at < NEVER))
    contacts.mobile_before[recycled] = contacts.mobile[rng.integers(0, count, len(recycled))]
    return contacts, companies


def _without(rng: Rng, people: People, contacts: Contacts, rates: Rates) -> None:
    """Not everybody has everything; of the children fewer, and of the homes."""
    grown = people.born < GROWN
    for column, share, nothing in ((contacts.mobile, rates.has_mobile, 0), (contacts.email, rates.has_email, "")):
        column[~chance(rng, people.count, np.where(grown, share, share / 2))] = nothing
    contacts.mobile_before[contacts.mobile == 0] = 0
    contacts.email_before[contacts.email == ""] = ""
    contacts.landline[~chance(rng, len(contacts.landline), rates.household_landline)] = 0


def _share_at_home(rng: Rng, people: People, contacts: Contacts, rates: Rates) -> None:
    heads = people.households.start[people.household]
    child = ~people.adult
    for column, share in ((contacts.mobile, rates.parents_mobile), (contacts.email, rates.parents_email)):
        rows = np.flatnonzero(child & chance(rng, people.count, share))
        column[rows] = column[heads[rows]]
    several = (people.households.size > 1) & ~people.households.shared
    shared = (several & chance(rng, len(several), rates.household_mailbox))[people.household]
    rows = np.flatnonzero(shared & chance(rng, people.count, 0.8))
    contacts.email[rows] = texts([f"family.{address}" if address else "" for address in contacts.email[heads[rows]]])
    joint = (several & chance(rng, len(several), rates.account_shared))[people.household]
    contacts.account[joint] = contacts.account[heads[joint]]
    unlike = np.flatnonzero(chance(rng, people.count, rates.unlike_email))
    contacts.email_second[unlike] = contacts.email[rng.integers(0, people.count, len(unlike))]


def _at_work(rng: Rng, people: People, contacts: Contacts, companies: Companies, rates: Rates) -> None:
    rows = np.flatnonzero(contacts.company >= 0)
    at = contacts.company[rows]
    direct = chance(rng, len(rows), rates.direct_number) * rng.integers(1, 1000, len(rows))
    contacts.business_phone[rows] = companies.phone[at] + direct
    own = chance(rng, len(rows), rates.business_email).tolist()
    named = zip(people.first[rows], people.last[rows], companies.domain[at], companies.mailbox[at], own, strict=True)
    contacts.business_email[rows] = texts(
        [
            f"{local_part(first)}.{local_part(last)}@{domain}" if any_ else box
            for first, last, domain, box, any_ in named
        ]
    )
