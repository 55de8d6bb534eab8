"""A check of a whole store, page by page, while it may be served."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol, TypeVar

from openprofiles.checking import domain as tables
from openprofiles.checking.domain import Page
from openprofiles.checking.findings import Finding
from openprofiles.checking.profile import findings
from openprofiles.checking.reading import whole_profiles
from openprofiles.opening import Reads
from openprofiles.storage import check, domains
from openprofiles.storage.database import Transaction
from openprofiles.storage.domains import Domain

A = TypeVar("A")

PROFILES_AT_ONCE = 20

Report = Callable[[str, int, int], None]
"""Told a domain's name, how many more of its profiles have been looked at (none at the start), and about how many there
are.
"""


def check_store(read: Reads, only: str | None, report: Report) -> Iterator[tuple[str, Finding]]:
    """What is wrong in the domains (or in those of the name `only`), each with the domain's name."""
    for stray in read(check.strays) if only is None else ():
        yield f"number {stray.domain}", Finding("domain", stray.table, "rows of a domain that does not exist")
    for account, region, name in read(check.live_domains):
        domain = read(partial(domains.find, account=account, region=region, name=name))
        if domain is not None and account != domains.NOBODY and only in (None, name):
            yield from ((name, finding) for finding in _check_domain(read, domain, report) if _lives(read, domain))


def _lives(read: Reads, domain: Domain) -> bool:
    """Whether nobody has deleted the domain since: then its rows go in small steps, and nothing fits together."""
    found = read(partial(domains.find, account=domain.account, region=domain.region, name=domain.name))
    return found is not None and found.number == domain.number


def _check_domain(read: Reads, domain: Domain, report: Report) -> Iterator[Finding]:
    """Each page is one snapshot, so that whoever writes meanwhile gives no false alarm."""
    yield from read(partial(tables.configuration, domain=domain))
    yield from _profiles(read, domain, report)
    yield from _pages(read, domain, tables.standard_objects, b"")
    yield from _pages(read, domain, tables.key_owners, b"")
    yield from _pages(read, domain, tables.owned_keys, (b"", b"", 0))
    yield from _pages(read, domain, tables.objects, (-1, b""))
    yield from _pages(read, domain, tables.gone_sources, (-1, b""))
    yield from _pages(read, domain, tables.histories_of_the_gone, b"")
    yield from _pages(read, domain, tables.changes, (b"", 0))
    yield from _pages(read, domain, tables.journals, (b"", b""))
    yield from _pages(read, domain, tables.letters, b"")
    yield from _pages(read, domain, tables.letter_keys, b"")
    yield from read(partial(tables.counters, domain=domain))


def _profiles(read: Reads, domain: Domain, report: Report) -> Iterator[Finding]:
    about = read(partial(domains.counts, domain=domain.number)).profiles
    report(domain.name, 0, about)
    after = b""
    while page := read(partial(whole_profiles, domain=domain.number, after=after, limit=PROFILES_AT_ONCE)):
        for profile in page:
            yield from findings(profile)
        after = page[-1].row.id
        report(domain.name, len(page), about)


class Table(Protocol[A]):
    """Looks at a page of rows, from behind a key on."""

    def __call__(self, tx: Transaction, domain: int, after: A) -> Page[A]: ...


def _pages(read: Reads, domain: Domain, table: Table[A], start: A) -> Iterator[Finding]:
    after: A | None = start
    while after is not None:
        after, found = read(partial(table, domain=domain.number, after=after))
        yield from found
