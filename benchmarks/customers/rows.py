"""The records by number: whose each is, in which system it stands and when it was written."""

import msgspec
import numpy as np

from benchmarks.customers import dirt
from benchmarks.customers.drawing import Flags, Floats, Ints, Rng, Texts, chance, change, empty, texts, weighted
from benchmarks.customers.mailboxes import ascii_letters
from benchmarks.customers.rates import Rates
from benchmarks.customers.systems import ADDRESS_PARTS, FIELDS, SYSTEMS, System

Columns = dict[str, Texts]


class Rows(msgspec.Struct, frozen=True):
    """One row for each record. `owner` is a row of the people, or of the companies; `at` lies between 0 and 1."""

    owner: Ints
    system: Ints
    at: Floats
    rates: Rates

    @property
    def count(self) -> int:
        return len(self.owner)

    def habit(self, name: str) -> Texts:
        """A member of each record's system."""
        return texts([getattr(system, name) for system in SYSTEMS])[self.system]

    def has(self, name: str) -> Flags:
        """A member that is true or false."""
        return self.habit(name).astype(np.bool_)

    def dirty(self, rng: Rng, share: float) -> Flags:
        """Where a mistake happens that a system of average care makes in this share of its values."""
        care = self.habit("dirt").astype(np.float64)
        return chance(rng, self.count, care * share * self.rates.dirt)


def rows_of(rng: Rng, owner: Ints, at_work: Flags, rates: Rates) -> Rows:
    """A system for each record; those at work stand in the systems that know the people of companies."""
    shares = np.array([system.share for system in SYSTEMS])
    of_companies = np.array([system.company for system in SYSTEMS])
    system = weighted(rng, shares * ~of_companies, len(owner))
    system[at_work] = weighted(rng, shares * of_companies, int(at_work.sum()))
    return Rows(owner, system, rng.random(len(owner)), rates)


def no_columns(count: int) -> Columns:
    return {field: empty(count) for field in FIELDS}


def filled(column: Texts) -> Flags:
    return np.asarray(column != "", dtype=np.bool_)


def misspell(rng: Rng, rows: Rows, column: Texts, share: float) -> None:
    where, scanned = rows.dirty(rng, share), rows.has("scanned") & chance(rng, rows.count, 0.7)
    change(rng, column, where & scanned, dirt.scanned)
    change(rng, column, where & ~scanned, dirt.typo)


def in_habit(rows: Rows, column: Texts) -> Texts:
    """As the system writes: its letters, its case, its length."""
    written = column.copy()
    for number, system in enumerate(SYSTEMS):
        there = np.flatnonzero(rows.system == number)
        written[there] = texts([_in_habit(text, system) for text in column[there].tolist()])
    return written


def _in_habit(text: str, system: System) -> str:
    text = ascii_letters(text) if system.ascii else text
    text = text[: system.limit] if system.limit else text
    return text if system.case == "as-is" else text.upper() if system.case == "upper" else text.lower()


def leave_out(rng: Rng, rows: Rows, columns: Columns) -> None:
    """Each system's missing values; an address goes as a whole or in parts."""
    addressed = _held(rng, rows, np.array([system.address for system in SYSTEMS]))
    for field, column in columns.items():
        if field in ADDRESS_PARTS:
            kept = addressed & _held(rng, rows, np.full(len(SYSTEMS), ADDRESS_PARTS[field]))
        else:
            kept = _held(rng, rows, np.array([system.held.get(field, 0.0) for system in SYSTEMS]))
        column[~kept] = ""


def _held(rng: Rng, rows: Rows, shares: Floats) -> Flags:
    """Systems that do not hold a field at all hold it no more in a world where less is missing."""
    kept = np.where(shares > 0, 1 - np.minimum(1, (1 - shares) * rows.rates.missing), 0.0)
    return chance(rng, rows.count, kept[rows.system])
