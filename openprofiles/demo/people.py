"""The people of the demo: who they are, who lives with whom, and which systems know them. Drawn from a seed alone."""

import itertools
import random
import unicodedata
from datetime import date, timedelta

import msgspec

from openprofiles.demo.names import CITIES, FIRST_NAMES, LAST_NAMES, STREETS

SYSTEMS = {"crm": 0.78, "shop": 0.68, "support": 0.46, "contact-centre": 0.56}
"""The systems, and the share of people that each knows. Somebody whom the draw gives to none is in the CRM."""

COUNTRY_WEIGHTS = {"US": 60, "CA": 12, "GB": 16, "FR": 12}
HOUSEHOLD_SIZES = (1, 1, 1, 1, 2, 2, 2, 3, 4)

AREAS_US = (206, 503, 512, 303, 617, 312, 404, 415, 212, 718, 213, 305, 713, 602, 702, 816, 615, 504, 919, 317)
AREAS_CANADA = (416, 604, 514, 403, 613)
HOME_PREFIXES = {
    "US": [(f"+1{area}555", 4) for area in AREAS_US],
    "CA": [(f"+1{area}555", 4) for area in AREAS_CANADA],
    "GB": [("+44207946", 4)],
    "FR": [("+3319900", 4)],
}
MOBILE_PREFIXES = HOME_PREFIXES | {"GB": [("+4477009", 5)], "FR": [("+336399", 5)]}
"""How numbers begin, and how many digits follow: ranges around those that the countries keep for fiction."""

MOST_PEOPLE = 100_000
"""Beyond this many, unused phone numbers become hard to draw."""

ASCII = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "đ": "d", "ı": "i", "ß": "ss"})
"""Letters that Unicode does not take apart into a base letter and an accent."""


class Address(msgspec.Struct, frozen=True):
    street: str
    city: str
    state: str
    postal_code: str
    country: str


class Person(msgspec.Struct, frozen=True):
    """One person. Phones are E.164 (`+12065550123`), empty where there is none; the first of `emails` is private."""

    number: int
    household: int
    first: str
    middle: str
    last: str
    birth_date: date
    emails: tuple[str, ...]
    mobile: str
    home: str
    address: Address
    account: int
    shop_customer: str
    systems: tuple[str, ...]


class Home(msgspec.Struct, frozen=True):
    """What the members of a household share. `mailbox` is the name of a mailbox that they use together, if any."""

    number: int
    last: str
    phone: str
    address: Address
    mailbox: str


class Unused:
    """Draws phones, mailboxes and numbers that nobody else in the sample has."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def phone(self, country: str, mobile: bool) -> str:
        while not self._take(phone := _draw_phone(self._rng, country, mobile)):
            pass
        return phone

    def email(self, name: str, domain: str) -> str:
        address = f"{name}@{domain}"
        while not self._take(address):
            address = f"{name}{self._rng.randrange(10, 100_000)}@{domain}"
        return address

    def number(self, low: int, high: int) -> int:
        while not self._take(str(number := self._rng.randrange(low, high))):
            pass
        return number

    def _take(self, value: str) -> bool:
        free = value not in self._taken
        self._taken.add(value)
        return free


def make_people(count: int, seed: int, today: date) -> list[Person]:
    """`count` people, in households that lie together; the same arguments give the same people.

    Raises ValueError for fewer than one or more than MOST_PEOPLE.
    """
    if not 0 < count <= MOST_PEOPLE:
        raise ValueError(f"between 1 and {MOST_PEOPLE} people, not {count}")
    rng = random.Random(seed)  # noqa: S311  a sample, not a secret
    unused = Unused(rng)
    people: list[Person] = []
    households = itertools.count()
    while len(people) < count:
        home, size = _home(rng, unused, next(households)), rng.choice(HOUSEHOLD_SIZES)
        for _ in range(min(size, count - len(people))):
            people.append(_person(rng, unused, len(people), home, alone=size == 1, today=today))
    return people


def ascii_name(text: str) -> str:
    """The name as it stands in a mailbox: plain lower-case letters."""
    plain = unicodedata.normalize("NFKD", text.translate(ASCII))
    return "".join(letter for letter in plain.lower() if "a" <= letter <= "z") or "x"


def _home(rng: random.Random, unused: Unused, number: int) -> Home:
    country = rng.choices(list(COUNTRY_WEIGHTS), list(COUNTRY_WEIGHTS.values()))[0]
    city, state, postal_code = rng.choice(CITIES[country])
    last = _often_the_first(rng, LAST_NAMES)
    return Home(
        number=number,
        last=last,
        phone=unused.phone(country, mobile=False) if rng.random() < 0.45 else "",
        address=Address(f"{rng.randrange(1, 400)} {rng.choice(STREETS)}", city, state, postal_code, country),
        mailbox=unused.email(f"family.{ascii_name(last)}", "example.com") if rng.random() < 0.02 else "",
    )


def _person(rng: random.Random, unused: Unused, number: int, home: Home, alone: bool, today: date) -> Person:
    first = _often_the_first(rng, FIRST_NAMES)
    last = home.last if alone or rng.random() < 0.8 else _often_the_first(rng, LAST_NAMES)
    mobile = unused.phone(home.address.country, mobile=True) if rng.random() < 0.93 else ""
    return Person(
        number=number,
        household=home.number,
        first=first,
        middle=rng.choice(FIRST_NAMES) if rng.random() < 0.2 else "",
        last=last,
        birth_date=today - timedelta(days=rng.randrange(18 * 365, 88 * 365)),
        emails=_emails(rng, unused, first, last, home),
        mobile=mobile,
        home=home.phone,
        address=home.address,
        account=unused.number(100_000, 1_000_000),
        shop_customer=f"S{unused.number(1_000_000, 10_000_000)}",
        systems=_systems(rng, calls=bool(mobile or home.phone)),
    )


def _systems(rng: random.Random, calls: bool) -> tuple[str, ...]:
    known = (system for system, share in SYSTEMS.items() if rng.random() < share)
    return tuple(system for system in known if calls or system != "contact-centre") or ("crm",)


def _emails(rng: random.Random, unused: Unused, first: str, last: str, home: Home) -> tuple[str, ...]:
    given, family = ascii_name(first), ascii_name(last)
    local = rng.choice((f"{given}.{family}", f"{given[0]}{family}", f"{family}.{given}", f"{given}_{family}"))
    private = home.mailbox or unused.email(local, rng.choice(("example.com", "example.net", "example.org")))
    if rng.random() < 0.7:
        return (private,)
    company = rng.choice(("north", "harbour", "acorn", "summit", "delta", "juniper", "orchard", "beacon"))
    return (private, unused.email(f"{given}.{family}", f"{company}.example"))


def _often_the_first(rng: random.Random, names: tuple[str, ...]) -> str:
    weights = [1 / (position + 12) for position in range(len(names))]
    return rng.choices(names, weights)[0]


def _draw_phone(rng: random.Random, country: str, mobile: bool) -> str:
    prefix, digits = rng.choice(MOBILE_PREFIXES[country] if mobile else HOME_PREFIXES[country])
    return f"{prefix}{rng.randrange(10**digits):0{digits}d}"
