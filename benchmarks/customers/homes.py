"""Households and where they live: sizes, places, addresses, landlines."""

import msgspec
import numpy as np

from benchmarks.customers.drawing import Flags, Ints, Rng, Texts, chance, empty, texts, weighted, zipf
from benchmarks.customers.pools import COUNTRIES, COUNTRY_WEIGHTS, places, streets
from benchmarks.customers.rates import Rates

POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


class Households(msgspec.Struct):
    """One row for each household. `start` is its first person; `shared` says that its members are no family."""

    size: Ints
    start: Ints
    country: Ints
    place: Ints
    shared: Flags


class Addresses(msgspec.Struct):
    """Street with the number, flat (often empty), postal code; city and state are those of the place."""

    place: Ints
    street: Texts
    unit: Texts
    postal: Texts


def make_households(rng: Rng, people: int, rates: Rates) -> Households:
    """Households of exactly so many people together."""
    size = weighted(rng, rates.household_sizes, people) + 1
    ends = np.cumsum(size)
    count = int(np.searchsorted(ends, people)) + 1
    size, ends = size[:count], ends[:count]
    size[-1] -= ends[-1] - people
    country = weighted(rng, COUNTRY_WEIGHTS, count)
    start = np.concatenate([[0], np.cumsum(size)[:-1]])
    shared = chance(rng, count, rates.flat_shares) & (size > 1)
    return Households(size, start, country, draw_places(rng, country), shared)


def draw_places(rng: Rng, country: Ints) -> Ints:
    """A city for each, of its country, the large ones more often."""
    known = places()
    drawn = np.zeros(len(country), dtype=np.int64)
    for number in range(len(COUNTRIES)):
        there, rows = np.flatnonzero(known.country == number), np.flatnonzero(country == number)
        drawn[rows] = there[weighted(rng, known.weights[there], len(rows))]
    return drawn


def make_addresses(rng: Rng, place: Ints) -> Addresses:
    """A house in each of the places; postal codes of large cities are many."""
    country = places().country[place]
    street, unit = empty(len(place)), empty(len(place))
    for number, code in enumerate(COUNTRIES):
        rows = np.flatnonzero(country == number)
        known = streets(code)
        names = known[weighted(rng, zipf(len(known), 0.7, 8), len(rows))].tolist()
        numbers = _house_numbers(rng, len(rows), 1 if code in ("US", "CA") else 12).tolist()
        street[rows] = texts([_street(code, name, house) for name, house in zip(names, numbers, strict=True)])
        unit[rows] = _units(rng, len(rows), code)
    return Addresses(place, street, unit, _postal_codes(rng, place))


def neighbours(rng: Rng, addresses: Addresses, rates: Rates) -> None:
    """Some live in the house of the one before, in another flat."""
    rows = np.flatnonzero(chance(rng, len(addresses.place), rates.neighbours))
    rows = rows[rows > 0]
    for column in (addresses.place, addresses.street, addresses.postal):
        column[rows] = column[rows - 1]
    flats = rng.integers(1, 40, (2, len(rows))).tolist()
    addresses.unit[rows - 1] = texts([f"Apt {flat}" for flat in flats[0]])
    addresses.unit[rows] = texts([f"Apt {flat + 40}" for flat in flats[1]])


def landlines(rng: Rng, place: Ints) -> Ints:
    """National numbers, without the 0 in front: in the place's area, of the length that the country has."""
    known = places()
    area, country = known.area[place], known.country[place]
    length = np.array([7, 7, 8, 7, 8, 7])[country]
    north_america = country <= 1
    local = rng.integers(0, 10**8, len(place)) % 10**length
    local = np.where(north_america, 2_000_000 + local % 8_000_000, local)
    return np.asarray(area * 10**length + local, dtype=np.int64)


def mobiles(rng: Rng, place: Ints) -> Ints:
    """National numbers of mobiles. In North America they look like landlines."""
    country = places().country[place]
    ahead = np.array([0, 0, 7, 15, 6, 6])[country]
    length = np.array([0, 0, 9, 9, 8, 8])[country]
    number = ahead * 10**length + rng.integers(0, 10**9, len(place)) % 10**length
    return np.where(country <= 1, landlines(rng, place), number)


def _house_numbers(rng: Rng, count: int, divisor: int) -> Ints:
    """Small ones more often; North America counts by blocks."""
    drawn = np.exp(rng.normal(6.2, 1.4, count)) / divisor
    return np.clip(drawn, 1, 19_999).astype(np.int64)


def _street(country: str, name: str, house: int) -> str:
    if country == "DE":
        return f"{name} {house}"
    return f"{name}, {house}" if country == "ES" else f"{house} {name}"


def _units(rng: Rng, count: int, country: str) -> Texts:
    has = chance(rng, count, {"US": 0.25, "CA": 0.25, "GB": 0.15, "ES": 0.5}.get(country, 0.0))
    drawn = rng.integers(1, 400, count).tolist()
    kind = {"GB": "Flat", "ES": "Piso"}.get(country, "Apt")
    return texts([f"{kind} {number}" if any_ else "" for number, any_ in zip(drawn, has.tolist(), strict=True)])


def _postal_codes(rng: Rng, place: Ints) -> Texts:
    known = places()
    starts, countries = known.postal[place].tolist(), known.country[place].tolist()
    spread = np.clip(known.weights[place] / 20, 1, 100).astype(np.int64)
    drawn = rng.integers(0, 1 << 40, len(place))
    within = (drawn % spread).tolist()
    rows = zip(countries, starts, within, (drawn >> 20).tolist(), strict=True)
    return texts([_postal_code(*row) for row in rows])


def _postal_code(country: int, start: str, within: int, drawn: int) -> str:
    code, letters = COUNTRIES[country], POSTCODE_LETTERS
    if code == "CA":
        return f"{start} {within % 9 + 1}{letters[within % 20]}{within // 9 % 10}"
    if code == "GB":
        return f"{start} {within % 9 + 1}{letters[within % 20]}{letters[drawn % 20]}"
    width = 5 - len(start)
    return f"{start}{within % 10**width:0{width}d}"
