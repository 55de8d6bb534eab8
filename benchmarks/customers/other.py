"""Records of another world, by another design: a check that what works on the first was not made for it alone.

As FEBRL's and GeCo's generators do it: originals first, then copies of them, each with a number of errors, one field at
a time; names, suburbs and streets are those of FEBRL's Australian originals. One register of members instead of many
systems; a date of birth from most, an e-mail address or a phone from about half; families; brokers who give their own
mailbox and number for all their clients; people who moved, married, changed their number. No companies.
"""

from datetime import date

import numpy as np
import pyarrow as pa

from benchmarks.customers.drawing import Flags, Ints, Rng, Texts, chance, change, generator, texts, weighted
from benchmarks.customers.generate import LABEL
from benchmarks.customers.other_errors import ERRORS
from benchmarks.febrl import originals

Columns = dict[str, Texts]

COPIES = (0.7, 0.14, 0.08, 0.05, 0.02, 0.01)
"""Share of people with no copy, 1, 2, …"""
ERRORS_A_COPY = (0.08, 0.3, 0.27, 0.19, 0.1, 0.06)
"""Share of copies with no error, 1, 2, …"""
FAMILY_SIZES = (0.72, 0.14, 0.06, 0.06, 0.02)
FAMILY_MAILBOX, FAMILY_PHONE = 0.08, 0.9
"""Share of families with one mailbox; of members with a phone at home who give it."""
COMPOUND = 0.2
"""Share of families whose surname is made of a known one."""
MISSING = {
    "FirstName": 0.01,
    "MiddleName": 0.7,
    "LastName": 0.005,
    "BirthDate": 0.2,
    "Gender": 0.25,
    "MobilePhoneNumber": 0.42,
    "HomePhoneNumber": 0.5,
    "EmailAddress": 0.4,
    "AccountNumber": 0.65,
    "Address.Address1": 0.06,
    "Address.Address2": 0.3,
    "Address.City": 0.04,
    "Address.State": 0.1,
    "Address.PostalCode": 0.05,
    "Address.Country": 0.6,
}
MOVED, MARRIED, NEW_MOBILE, NEW_EMAIL = 0.09, 0.02, 0.06, 0.08
"""Of the copies: written after such a change. Of the women alone: married."""
BROKERS, OF_BROKERS = 40, 0.02
"""Brokers, and the share of records with a broker's mailbox or number."""
NONE_GIVEN = 0.008
"""Share of mailboxes and of numbers that stand for none."""
CAPITALS, SMALL = 0.25, 0.15
"""Share of records in capitals and in small letters."""


def make_other(records: int, seed: int) -> pa.Table:
    """So many records, in no order: a column of text for each field, null where there is no value, and LABEL."""
    rng = generator(seed, records)
    copies = weighted(rng, COPIES, records)
    owner = np.repeat(np.arange(records), copies + 1)[:records]
    copy = np.concatenate([[False], owner[1:] == owner[:-1]])
    people = _people(rng, int(owner.max()) + 1)
    columns = {field: column[owner] for field, column in people.items()}
    _changed_lives(rng, columns, copy)
    _missing(rng, columns, copy)
    _errors(rng, columns, copy)
    _brokers(rng, columns)
    _cases(rng, columns)
    order = rng.permutation(records)
    made = {field: _arrow(column[order]) for field, column in columns.items()}
    return pa.table(made | {LABEL: pa.array(owner[order], pa.int64())})


def _people(rng: Rng, count: int) -> Columns:
    family, position = _families(rng, count)
    homes = int(family.max()) + 1
    child = position >= 2
    last = np.where((position > 0) & chance(rng, count, 0.15), _surnames(rng, count), _surnames(rng, homes)[family])
    first = _pool(rng, "given_name", count)
    female = np.array([name[-1] in "aeiy" for name in first]) ^ chance(rng, count, 0.05)
    born = rng.integers(date(1935, 1, 1).toordinal(), date(1995, 1, 1).toordinal(), homes)[family]
    born += np.where(child, rng.integers(7_500, 13_000, count), rng.integers(-2_000, 2_000, count))
    mailbox = _mailboxes(rng, first, last)
    shared = chance(rng, homes, FAMILY_MAILBOX)[family] & (position > 0)
    mailbox[shared] = mailbox[np.flatnonzero(shared) - position[shared]]
    at_home = _homes(rng, homes)
    return {
        "FirstName": first,
        "MiddleName": texts([name[0] for name in _pool(rng, "given_name", count)]),
        "LastName": last,
        "BirthDate": texts([date.fromordinal(day).strftime("%d/%m/%Y") for day in born.tolist()]),
        "Gender": np.where(female, "F", "M").astype(object),
        "MobilePhoneNumber": _mobiles(rng, count),
        "HomePhoneNumber": np.where(chance(rng, count, FAMILY_PHONE), _landlines(rng, homes)[family], ""),
        "EmailAddress": mailbox,
        "AccountNumber": texts([f"{number:08d}" for number in rng.permutation(10**7)[:count].tolist()]),
        **{field: column[family] for field, column in at_home.items()},
    }


def _families(rng: Rng, count: int) -> tuple[Ints, Ints]:
    """The number of each person's family, and the person's place in it."""
    size = weighted(rng, FAMILY_SIZES, count) + 1
    family = np.repeat(np.arange(count), size)[:count]
    return family, np.arange(count) - (np.cumsum(size) - size)[family]


def _pool(rng: Rng, column: str, count: int) -> Texts:
    """Values as often as FEBRL's originals have them."""
    known = texts([value for value in originals()[column].to_pylist() if value])
    return known[rng.integers(0, len(known), count)]


def _surnames(rng: Rng, count: int) -> Texts:
    last = _pool(rng, "surname", count)
    rows = np.flatnonzero(chance(rng, count, COMPOUND))
    other, kind = _pool(rng, "surname", len(rows)), weighted(rng, (4, 2, 2, 2, 1), len(rows)).tolist()
    made = zip(last[rows], other, kind, strict=True)
    forms = ("{}-{}", "mac{}", "{}son", "van {}", "o'{}")
    last[rows] = texts([forms[which].format(name, second) for name, second, which in made])
    return last


def _homes(rng: Rng, count: int) -> Columns:
    """A suburb has one postal code and one state; half of the people live in a tenth of the suburbs."""
    known = originals()
    names, place = known["suburb"].to_pylist(), (rng.random(count) ** 2.5 * known.num_rows).astype(np.int64)
    street, number = _pool(rng, "address_1", count), np.exp(rng.normal(3.2, 1.1, count)).astype(np.int64) + 1
    return {
        "Address.Address1": texts([f"{house} {name}" for house, name in zip(number.tolist(), street, strict=True)]),
        "Address.Address2": _pool(rng, "address_2", count),
        "Address.City": texts([name or "" for name in names])[place],
        "Address.State": texts([name or "" for name in known["state"].to_pylist()])[place],
        "Address.PostalCode": texts([code or "" for code in known["postcode"].to_pylist()])[place],
        "Address.Country": texts(["AU"] * count),
    }


def _mobiles(rng: Rng, count: int) -> Texts:
    drawn = (f"04{number:08d}" for number in rng.integers(0, 10**8, count).tolist())
    return texts([f"{number[:4]} {number[4:7]} {number[7:]}" for number in drawn])


def _landlines(rng: Rng, count: int) -> Texts:
    drawn = rng.integers(2 * 10**8, 9 * 10**8, count).tolist()
    return texts([f"(0{number // 10**8}) {number // 10**4 % 10**4:04d} {number % 10**4:04d}" for number in drawn])


def _mailboxes(rng: Rng, first: Texts, last: Texts) -> Texts:
    """Two in five tell the name; a number keeps them apart."""
    kind, number = rng.random(len(first)).tolist(), rng.integers(0, 10**6, len(first)).tolist()
    domain = weighted(rng, (5, 3, 2, 1), len(first)).tolist()
    hosts = ("bigpond", "optus", "iinet", "post")
    named = zip(first, last, kind, number, domain, strict=True)
    return texts([f"{_mailbox(one, two, what, n)}@{hosts[at]}.example" for one, two, what, n, at in named])


def _mailbox(first: str, last: str, kind: float, number: int) -> str:
    last = last.replace("'", "").replace(" ", "")
    if kind < 0.4:
        return f"{first}.{last}{number % 100}"
    return f"{first}{number % 10_000}" if kind < 0.6 else f"{last[:4]}{first[:2]}{number}"


def _changed_lives(rng: Rng, columns: Columns, copy: Flags) -> None:
    count = len(copy)
    moved = np.flatnonzero(copy & chance(rng, count, MOVED))
    for field, column in (_homes(rng, len(moved)) | {"HomePhoneNumber": _landlines(rng, len(moved))}).items():
        columns[field][moved] = column
    married = np.flatnonzero(copy & (columns["Gender"] == "F") & chance(rng, count, MARRIED))
    columns["LastName"][married] = _surnames(rng, len(married))
    called = np.flatnonzero(copy & chance(rng, count, NEW_MOBILE))
    columns["MobilePhoneNumber"][called] = _mobiles(rng, len(called))
    mailed = np.flatnonzero(copy & chance(rng, count, NEW_EMAIL))
    columns["EmailAddress"][mailed] = _mailboxes(rng, columns["FirstName"][mailed], columns["LastName"][mailed])


def _missing(rng: Rng, columns: Columns, copy: Flags) -> None:
    """A copy lacks what its original lacks, mostly, as both were filled in from one person's habits."""
    lacks = {}
    for field, share in MISSING.items():
        own = chance(rng, len(copy), share)
        start = np.maximum.accumulate(np.where(copy, 0, np.arange(len(copy))))
        lacks[field] = np.where(copy & chance(rng, len(copy), 0.5), own[start], own)
        columns[field][lacks[field]] = ""


def _errors(rng: Rng, columns: Columns, copy: Flags) -> None:
    """Rounds of one error each; a copy takes part in as many as it has errors."""
    left, fields = weighted(rng, ERRORS_A_COPY, len(copy)) * copy, list(ERRORS)
    for _ in range(len(ERRORS_A_COPY) - 1):
        which = weighted(rng, [weight for weight, _ in ERRORS.values()], len(copy))
        for number, field in enumerate(fields):
            _err(rng, columns, field, (left > 0) & (which == number))
        left -= 1
    swapped = copy & chance(rng, len(copy), 0.01)
    columns["FirstName"][swapped], columns["LastName"][swapped] = (
        columns["LastName"][swapped],
        columns["FirstName"][swapped],
    )


def _err(rng: Rng, columns: Columns, field: str, where: Flags) -> None:
    kinds = ERRORS[field][1]
    kind = weighted(rng, [weight for _, weight in kinds], len(where))
    for number, (error, _) in enumerate(kinds):
        change(rng, columns[field], where & (kind == number), error)


def _brokers(rng: Rng, columns: Columns) -> None:
    count = len(columns["LastName"])
    broker = (rng.random(count) ** 2 * BROKERS).astype(np.int64)
    for field, form in (("EmailAddress", "clients@broker{}.example"), ("MobilePhoneNumber", "0400 1{0:02d} 9{0:02d}")):
        those = texts([form.format(number) for number in range(BROKERS)])
        rows = chance(rng, count, OF_BROKERS)
        columns[field][rows] = those[broker[rows]]
    none = {"EmailAddress": "noemail@noemail.com", "MobilePhoneNumber": "0400 000 000", "HomePhoneNumber": "n/a"}
    for field, value in none.items():
        columns[field][chance(rng, count, NONE_GIVEN)] = value


def _cases(rng: Rng, columns: Columns) -> None:
    drawn = rng.random(len(columns["LastName"]))
    upper, title = drawn < CAPITALS, drawn >= CAPITALS + SMALL
    for field in ("FirstName", "LastName", "Address.Address1", "Address.City"):
        change(rng, columns[field], upper, lambda text, _: text.upper())
        change(rng, columns[field], title, lambda text, _: text.title())


def _arrow(column: Texts) -> pa.Array:
    column = column.copy()
    column[column == ""] = None
    return pa.array(column, pa.string())
