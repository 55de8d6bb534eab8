"""The people: who they are and who belongs to whom, before any system writes of them."""

from datetime import date

import msgspec
import numpy as np

from benchmarks.customers.drawing import Flags, Ints, Rng, Texts, chance, empty, weighted
from benchmarks.customers.homes import Addresses, Households, draw_places, make_addresses, make_households, neighbours
from benchmarks.customers.pools import COUNTRIES, ORIGIN_WEIGHTS, Names, names
from benchmarks.customers.rates import Rates

EPOCH = date(1970, 1, 1).toordinal()
YEAR = 365
NEVER = 2.0
"""Records are written between 0 and 1."""


def days(year: int) -> int:
    return date(year, 1, 1).toordinal() - EPOCH


class People(msgspec.Struct):
    """One row for each person. Dates of birth are days since 1970; addresses are rows of `addresses`, -1 for none.

    What changed has a column `…_before` and the moment of the change, at which `NEVER` stands for no change.
    """

    household: Ints
    position: Ints
    adult: Flags
    female: Flags
    first: Texts
    middle: Texts
    last: Texts
    second_last: Texts
    last_before: Texts
    married_at: np.ndarray
    born: Ints
    junior: Flags
    home: Ints
    home_before: Ints
    moved_at: np.ndarray
    households: Households
    addresses: Addresses

    @property
    def count(self) -> int:
        return len(self.household)

    @property
    def place(self) -> Ints:
        return np.asarray(self.addresses.place[self.home], dtype=np.int64)


def make_people(rng: Rng, count: int, rates: Rates) -> People:
    homes = make_households(rng, count, rates)
    people = _members(rng, homes, count)
    _born(rng, people)
    _name(rng, people, rates)
    _namesakes(rng, people, rates)
    _houses(rng, people, rates)
    _leave_home(rng, people, rates)
    _marry(rng, people, rates)
    return people


def _members(rng: Rng, homes: Households, count: int) -> People:
    household = np.repeat(np.arange(len(homes.size)), homes.size)
    position = np.arange(count) - homes.start[household]
    couple = chance(rng, len(homes.size), 0.8)
    adult = (position == 0) | homes.shared[household] | ((position == 1) & couple[household])
    female = chance(rng, count, 0.5)
    partner = np.flatnonzero((position == 1) & adult & ~homes.shared[household] & chance(rng, count, 0.95))
    female[partner] = ~female[partner - 1]
    blank, none = (empty(count) for _ in range(5)), np.full(count, -1, dtype=np.int64)
    first, middle, last, second, before = blank
    never = np.full(count, NEVER)
    return People(
        household, position, adult, female, first, middle, last, second, before, never, none.copy(),
        np.zeros(count, dtype=bool), none.copy(), none.copy(), never.copy(), homes, _nowhere(),
    )  # fmt: skip


def _nowhere() -> Addresses:
    return Addresses(np.zeros(0, dtype=np.int64), empty(0), empty(0), empty(0))


def _heads(people: People) -> Ints:
    """The first person of each person's household."""
    return np.asarray(people.households.start[people.household], dtype=np.int64)


def _born(rng: Rng, people: People) -> None:
    """Partners are about as old as each other; children some decades younger."""
    count, heads = people.count, _heads(people)
    triangle = rng.triangular(days(1930), days(1978), days(2006), count).astype(np.int64)
    with_child = np.zeros(len(people.households.size), dtype=bool)
    with_child[people.household[~people.adult]] = True
    triangle = np.where(with_child[people.household], np.minimum(triangle, days(1990)), triangle)
    partner = people.adult & (people.position == 1) & ~people.households.shared[people.household]
    near = triangle[heads] + rng.normal(0, 4 * YEAR, count).astype(np.int64)
    younger = np.minimum(triangle[heads] + rng.integers(20 * YEAR, 38 * YEAR, count), days(2014))
    younger -= rng.integers(0, YEAR, count)
    people.born = np.where(people.adult, np.where(partner, near, triangle), younger)


def _name(rng: Rng, people: People, rates: Rates) -> None:
    homes, heads = people.households, _heads(people)
    origin = _origins(rng, homes.country)[people.household]
    own = chance(rng, people.count, 0.12) & people.adult & (people.position > 0)
    origin = np.where(own, _origins(rng, homes.country[people.household]), origin)
    for number, pool in enumerate(names()):
        _from_pool(rng, people, np.flatnonzero(origin == number), pool)
    family = ~homes.shared[people.household] & ~(people.adult & chance(rng, people.count, rates.own_surname))
    people.last = np.where(family, people.last[heads], people.last)
    people.second_last = np.where(family, people.second_last[heads], people.second_last)
    _twins(rng, people, rates)
    _named_after_a_parent(rng, people, rates)


def _origins(rng: Rng, country: Ints) -> Ints:
    drawn = np.zeros(len(country), dtype=np.int64)
    for number, code in enumerate(COUNTRIES):
        rows = np.flatnonzero(country == number)
        drawn[rows] = weighted(rng, ORIGIN_WEIGHTS[code], len(rows))
    return drawn


def _from_pool(rng: Rng, people: People, rows: Ints, pool: Names) -> None:
    people.last[rows] = pool.last[weighted(rng, pool.last_weights, len(rows))]
    double = rows[chance(rng, len(rows), pool.double)]
    people.second_last[double] = pool.last[weighted(rng, pool.last_weights, len(double))]
    for male, (known, weights) in enumerate(zip(pool.first, pool.first_weights, strict=True)):
        those = rows[people.female[rows] != bool(male)]
        people.first[those] = known[weighted(rng, weights, len(those))]
        middle = those[chance(rng, len(those), 0.45)]
        people.middle[middle] = known[weighted(rng, weights, len(middle))]


def _twins(rng: Rng, people: People, rates: Rates) -> None:
    """The first two children, born on one day: other first names, some with the same initial."""
    rows = second_children(people)
    rows = rows[chance(rng, len(rows), rates.twins)]
    people.born[rows] = people.born[rows - 1]
    alike = chance(rng, len(rows), rates.twins_alike)
    for row, same in zip(rows.tolist(), alike.tolist(), strict=True):
        pool = names()[0].first[0 if people.female[row] else 1][:300]
        initial = people.first[row - 1][0]
        choice = [name for name in pool if name[0] == initial and name != people.first[row - 1]] if same else []
        if choice or people.first[row] == people.first[row - 1]:
            people.first[row] = (choice or [f"{people.first[row]}a"])[int(rng.integers(len(choice) or 1))]


def second_children(people: People) -> Ints:
    """Those with one child before them in their household, at whose head there is always somebody grown up."""
    first = np.append(False, people.adult[:-1]) & ~people.adult
    return np.flatnonzero(np.append(False, first[:-1]) & ~people.adult)


def _named_after_a_parent(rng: Rng, people: People, rates: Rates) -> None:
    """A father and a son, or a mother and a daughter, with one name."""
    rows = np.flatnonzero(~people.adult & (people.position <= 2) & chance(rng, people.count, rates.same_name_in_family))
    heads = _heads(people)[rows]
    people.first[rows], people.female[rows] = people.first[heads], people.female[heads]
    people.junior[rows] = True


def _namesakes(rng: Rng, people: People, rates: Rates) -> None:
    """Somebody else's name; some live in the same city, a few were born in the same year."""
    rows = np.flatnonzero(chance(rng, people.count, rates.namesakes) & _alone(people))
    other = rng.integers(0, people.count, len(rows))
    for column in (people.first, people.last, people.second_last, people.female):
        column[rows] = column[other]
    near = chance(rng, len(rows), rates.namesake_in_town)
    homes = people.households
    for numbers in (homes.place, homes.country):
        numbers[people.household[rows[near]]] = numbers[people.household[other[near]]]
    year = chance(rng, len(rows), rates.namesake_birth_year)
    people.born[rows[year]] = people.born[other[year]] // YEAR * YEAR + rng.integers(0, YEAR, int(year.sum()))


def _alone(people: People) -> Flags:
    return np.asarray(people.households.size[people.household] == 1)


def _houses(rng: Rng, people: People, rates: Rates) -> None:
    """Each household has an address; those that moved have another one, two in three in the same city."""
    homes = people.households
    count = len(homes.size)
    moved = np.flatnonzero(chance(rng, count, rates.moved))
    far = chance(rng, len(moved), 0.35)
    before = np.where(far, draw_places(rng, homes.country[moved]), homes.place[moved])
    now = make_addresses(rng, homes.place)
    neighbours(rng, now, rates)
    people.addresses = _joined(now, make_addresses(rng, before))
    people.home = people.household.copy()
    old, at = np.full(count, -1, dtype=np.int64), np.full(count, NEVER)
    old[moved], at[moved] = count + np.arange(len(moved)), rng.random(len(moved))
    people.home_before, people.moved_at = old[people.household], at[people.household]


def _joined(one: Addresses, other: Addresses) -> Addresses:
    pairs = zip(msgspec.structs.astuple(one), msgspec.structs.astuple(other), strict=True)
    return Addresses(*(np.concatenate(pair) for pair in pairs))


def _leave_home(rng: Rng, people: People, rates: Rates) -> None:
    """People who live alone now and lived with a family of the data before: its surname, address and landline."""
    young = _alone(people) & (people.born > days(1980))
    rows = np.flatnonzero(young & chance(rng, people.count, rates.left_home))
    families = np.flatnonzero((people.households.size > 1) & ~people.households.shared)
    if not len(families):
        return
    parents = people.households.start[families[rng.integers(0, len(families), len(rows))]]
    people.last[rows], people.second_last[rows] = people.last[parents], people.second_last[parents]
    people.home_before[rows], people.moved_at[rows] = people.home[parents], rng.random(len(rows))


def _marry(rng: Rng, people: People, rates: Rates) -> None:
    """A surname before, that of somebody else in the data; those who live as a couple took the other's."""
    rows = np.flatnonzero(people.female & people.adult & chance(rng, people.count, rates.married))
    people.last_before[rows] = people.last[rng.integers(0, people.count, len(rows))]
    people.married_at[rows] = rng.random(len(rows))
