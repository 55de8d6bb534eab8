"""Companies that employ some of the people: their names, switchboards, mailboxes and addresses."""

import msgspec
import numpy as np

from benchmarks.customers.drawing import Ints, Rng, Texts, bits, texts, weighted
from benchmarks.customers.homes import Addresses, draw_places, landlines, make_addresses
from benchmarks.customers.pools import COUNTRIES, COUNTRY_WEIGHTS, names, words
from benchmarks.customers.rates import Rates

COMPANY_KINDS = {
    "US": ("Inc", "LLC", "Corp", "Co"), "CA": ("Inc", "Ltd"), "GB": ("Ltd", "Limited", "plc"),
    "DE": ("GmbH", "AG", "KG"), "FR": ("SARL", "SA", "SAS"), "ES": ("SL", "SA"),
}  # fmt: skip


class Companies(msgspec.Struct):
    """One row for each. `phone` is the switchboard, `mailbox` the one that all share."""

    size: Ints
    name: Texts
    country: Ints
    addresses: Addresses
    phone: Ints
    domain: Texts
    mailbox: Texts


def make_companies(rng: Rng, employees: int, rates: Rates) -> Companies:
    """Companies for so many employees; most have few, some very many."""
    count = max(1, round(employees / rates.people_a_company))
    size = np.clip(rng.pareto(1.1, count) * rates.people_a_company / 5 + 2, 2, max(3, employees // 8)).astype(np.int64)
    country = weighted(rng, COUNTRY_WEIGHTS, count)
    place = draw_places(rng, country)
    census = names()[0]
    known = words("trades")
    owners = census.last[weighted(rng, census.last_weights, count)].tolist()
    trades = [known[number % len(known)] for number in bits(rng, count)]
    kinds = [COMPANY_KINDS[COUNTRIES[number]] for number in country.tolist()]
    full = zip(owners, trades, kinds, bits(rng, count), strict=True)
    domain = [
        f"{owner}{trade}{number}.example".lower()
        for number, (owner, trade) in enumerate(zip(owners, trades, strict=True))
    ]
    phone = landlines(rng, place) // 1000 * 1000
    return Companies(
        size,
        texts([f"{owner} {trade} {kind[number % len(kind)]}" for owner, trade, kind, number in full]),
        country,
        make_addresses(rng, place),
        phone,
        texts(domain),
        texts([f"{('info', 'office', 'contact', 'sales')[n % 4]}@{d}" for n, d in enumerate(domain)]),
    )
