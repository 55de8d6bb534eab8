"""A table of dirty customer records, and whose each of them is. Drawn from a seed and a size alone."""

import numpy as np
import pyarrow as pa

from benchmarks.customers.contacts import make_contacts
from benchmarks.customers.drawing import Ints, Rng, chance, generator, weighted
from benchmarks.customers.persons import write_people
from benchmarks.customers.population import make_people
from benchmarks.customers.rates import RATES, Rates
from benchmarks.customers.rows import Columns, rows_of
from benchmarks.customers.systems import FIELDS
from benchmarks.customers.values import write_companies

LABEL = "person"
"""The column with the truth: records with one number are of one person, or of one company."""
FEWEST = 10


def make_customers(records: int, seed: int, rates: Rates = RATES) -> pa.Table:
    """So many records, in no order: a column of text for each of FIELDS, null where there is no value, and LABEL.

    The same arguments give the same table. Raises ValueError for fewer than FEWEST records.
    """
    if records < FEWEST:
        raise ValueError(f"at least {FEWEST} records, not {records}")
    rng = generator(seed, records)
    of_companies = int(records * rates.company_records)
    owner = _owners(rng, records - of_companies, rates.records_a_person)
    people = make_people(rng, int(owner.max()) + 1, rates)
    contacts, companies = make_contacts(rng, people, rates)
    at_work = (contacts.company[owner] >= 0) & chance(rng, len(owner), rates.at_work)
    columns = write_people(rng, rows_of(rng, owner, at_work, rates), people, contacts, companies)
    company = _owners(rng, of_companies, rates.records_a_company) % len(companies.size)
    company_rows = rows_of(rng, company, chance(rng, of_companies, 0.5), rates)
    more = write_companies(rng, company_rows, companies)
    label = np.concatenate([owner, people.count + company])
    return _table(columns, more, label, rng.permutation(records))


def without_label(table: pa.Table) -> pa.Table:
    return table.drop_columns([LABEL])


def _owners(rng: Rng, records: int, shares: tuple[float, ...]) -> Ints:
    """Whose each record is: owners by number, each with as many records as the shares say."""
    count = weighted(rng, shares, records) + 1
    tail = count == len(shares)
    count[tail] = rng.integers(len(shares), 3 * len(shares) + 1, int(tail.sum()))
    return np.repeat(np.arange(len(count)), count)[:records]


def _table(columns: Columns, more: Columns, label: Ints, order: Ints) -> pa.Table:
    made = {}
    for field in FIELDS:
        column = np.concatenate([columns.pop(field), more.pop(field)])[order]
        column[column == ""] = None
        made[field] = pa.array(column, pa.string())
    return pa.table(made | {LABEL: pa.array(label[order], pa.int64())})
