"""E-mail addresses that people give themselves, each only once."""

import unicodedata

import numpy as np

from benchmarks.customers.drawing import Flags, Rng, Texts, bits, chance, empty, texts, weighted, zipf
from benchmarks.customers.pools import words
from benchmarks.customers.population import YEAR, People
from benchmarks.customers.rates import Rates

ASCII = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"}
)


def ascii_letters(text: str) -> str:
    """Without accents."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text.translate(ASCII))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


class Mailboxes:
    """Draws addresses that nobody else has."""

    def __init__(self, rng: Rng, people: People) -> None:
        self._rng, self._taken = rng, set[str]()
        self._domains, self._handles = words("mail domains"), words("handles")
        self._first = [local_part(name) for name in people.first.tolist()]
        self._last = [local_part(name) for name in people.last.tolist()]
        self._year = (1970 + people.born // YEAR % 100).tolist()

    def draw(self, rates: Rates, where: Flags | None = None) -> Texts:
        """One for each person, or for each there."""
        count = len(self._first)
        rows = np.arange(count) if where is None else np.flatnonzero(where)
        domains = weighted(self._rng, zipf(len(self._domains), 1.3, 1), len(rows)).tolist()
        odd = chance(self._rng, len(rows), rates.odd_email).tolist()
        column = empty(count)
        drawn = zip(rows.tolist(), domains, odd, bits(self._rng, len(rows)), strict=True)
        column[rows] = texts([self._address(*each) for each in drawn])
        return column

    def _address(self, row: int, domain: int, odd: bool, drawn: int) -> str:
        if odd:
            one, other = (self._handles[each % len(self._handles)] for each in (drawn, drawn // 64))
            local = f"{one}{other}{drawn // 5000 % 1000}"
        else:
            local = _pattern(self._first[row], self._last[row], int(self._year[row]), drawn)
        address = f"{local}@{self._domains[domain]}.example"
        while address in self._taken:
            drawn = drawn // 11 + 1
            local += str(drawn % 10)
            address = f"{local}@{self._domains[domain]}.example"
        self._taken.add(address)
        return address


def local_part(name: str) -> str:
    return "".join(filter(str.isalpha, ascii_letters(name).lower())) or "x"


def _pattern(first: str, last: str, year: int, drawn: int) -> str:
    kind, number = drawn % 10, drawn // 10 % 100
    if kind < 3:
        return f"{first}.{last}"
    if kind < 5:
        return f"{first}{last}{year % 100:02d}"
    if kind == 5:
        return f"{first[0]}{last}{number}"
    if kind == 6:
        return f"{first}_{last}"
    if kind == 7:
        return f"{last}.{first}"
    return f"{first}{number}{last[0]}" if kind == 8 else f"{first[0]}.{last}"
