"""A check of a whole store, page by page, while it may be served."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import msgspec

from openprofiles.actions.merge_journal import absorbed_profiles
from openprofiles.checking.findings import Finding
from openprofiles.checking.profile import WholeProfile, decode_document, differing_winners, findings
from openprofiles.mapping.definitions import content_types_of_keys
from openprofiles.mapping.object_types import compile_object_type
from openprofiles.mapping.standard_objects import SYSTEM_IDS, render
from openprofiles.merging.provenance import ObjectClaims
from openprofiles.merging.stored_claims import decode_claims, from_stored, unpack
from openprofiles.storage import check, definitions, domains, keys, profile_objects, profiles, standard_objects
from openprofiles.storage.database import Database, Transaction
from openprofiles.storage.definitions import OBJECT_TYPE, Definition
from openprofiles.storage.domains import Domain
from openprofiles.storage.standard_objects import StandardObjectRow

A = TypeVar("A")
R = TypeVar("R")

PROFILES_AT_ONCE = 20
ROWS_AT_ONCE = 500

Report = Callable[[str, int], None]
"""Told how many profiles of a domain have been looked at."""


def check_store(database: Database, only: str | None, report: Report) -> Iterator[tuple[str, Finding]]:
    """What is wrong in the domains (or in those of the name `only`), each with the domain's name."""
    for stray in database.read(check.strays).result() if only is None else ():
        yield f"number {stray.domain}", Finding("domain", stray.table, "rows of a domain that does not exist")
    for account, region, name in database.read(check.live_domains).result():
        domain = database.read(partial(domains.find, account=account, region=region, name=name)).result()
        if domain is not None and only in (None, name):
            for finding in check_domain(database, domain, report):
                yield name, finding


def check_domain(database: Database, domain: Domain, report: Report) -> Iterator[Finding]:
    """Each page is one snapshot, so that whoever writes meanwhile gives no false alarm."""
    yield from _profiles(database, domain, report)
    yield from _pages(database, domain.number, b"", _standard_objects)
    yield from _pages(database, domain.number, b"", _owners)
    yield from _pages(database, domain.number, (-1, b""), _objects)
    yield from _pages(database, domain.number, b"", _journals)
    yield from database.read(partial(_key_names, domain=domain.number)).result()
    yield from database.read(partial(_counters, domain=domain.number)).result()


Page = tuple[A | None, list[Finding]]
"""Behind which row the next page begins, None where this was the last one; and what is wrong with the rows."""


def _pages(
    database: Database, domain: int, start: A, read: Callable[[Transaction, int, A], Page[A]]
) -> Iterator[Finding]:
    after: A | None = start
    while after is not None:
        after, found = database.read(lambda tx, after=after: read(tx, domain, after)).result()  # type: ignore[misc]
        yield from found


def _next(rows: Sequence[R], key: Callable[[R], A]) -> A | None:
    return key(rows[-1]) if len(rows) == ROWS_AT_ONCE else None


def _profiles(database: Database, domain: Domain, report: Report) -> Iterator[Finding]:
    after, seen = b"", 0
    while True:
        page = database.read(partial(_whole_profiles, domain=domain.number, after=after)).result()
        for profile in page:
            yield from findings(profile)
        if not page:
            return
        after, seen = page[-1].row.id, seen + len(page)
        report(domain.name, seen)


def _types(tx: Transaction, domain: int) -> dict[int, Definition]:
    numbers = profile_objects.type_names(tx, domain)
    found = definitions.find_all(tx, domain, OBJECT_TYPE, numbers.values())
    return {definition.number: definition for definition in found.values()}


def _whole_profiles(tx: Transaction, domain: int, after: bytes) -> list[WholeProfile]:
    types = _types(tx, domain)
    ids = check.profile_ids(tx, domain, after, PROFILES_AT_ONCE)
    return [whole for profile in ids if (whole := _whole_profile(tx, domain, profile, types)) is not None]


def _whole_profile(tx: Transaction, domain: int, profile: bytes, types: dict[int, Definition]) -> WholeProfile | None:
    row = profiles.find(tx, domain, profile)
    if row is None:
        return None
    history = check.history(tx, domain, profile)
    told = [
        *history,
        *(row for one in absorbed_profiles(tx, domain, profile) for row in check.history(tx, domain, one)),
    ]
    return WholeProfile(
        row=row,
        objects=check.objects(tx, domain, profile),
        keys=keys.of_owner(tx, domain, profile),
        history=history,
        told=told,
        standard_objects=set(standard_objects.ids_of_profile(tx, domain, profile)),
        types=types,
    )


def _standard_objects(tx: Transaction, domain: int, after: bytes) -> Page[bytes]:
    rows = check.standard_objects(tx, domain, after, ROWS_AT_ONCE)
    living = check.existing(tx, domain, [row.profile for row in rows])
    found = [Finding("standard object", row.id.hex(), text) for row in rows for text in _wrong(row, living)]
    return _next(rows, lambda row: row.id), found


def _wrong(row: StandardObjectRow, living: set[bytes]) -> Iterator[str]:
    if row.profile not in living:
        yield "its profile does not exist"
    stored = decode_claims(row.claims)
    claims = from_stored(stored)
    objects: dict[str, ObjectClaims] = {}
    for field, claim in unpack(stored.objects):
        objects.setdefault(claim.source, {})[field] = claim
    expected = {SYSTEM_IDS[row.kind]: row.id.hex(), **render(claims.values(), row.kind)}
    if decode_document(row.document) != msgspec.json.decode(msgspec.json.encode(expected)):
        yield "its record is not what its winning claims say"
    for field in differing_winners(claims, list(objects.values())):
        yield f"the winner of {field} is not the one that all claims give"


def _owners(tx: Transaction, domain: int, after: bytes) -> Page[bytes]:
    owners = check.owners(tx, domain, after, ROWS_AT_ONCE)
    living = check.existing(tx, domain, owners)
    gone = [owner for owner in owners if owner not in living]
    return _next(owners, bytes), [Finding("keys", owner.hex(), "key values of what does not exist") for owner in gone]


def _objects(tx: Transaction, domain: int, after: tuple[int, bytes]) -> Page[tuple[int, bytes]]:
    rows = check.object_names(tx, domain, after, ROWS_AT_ONCE)
    living = check.existing(tx, domain, [row["profile"] for row in rows])
    types = profile_objects.type_names(tx, domain).keys() | check.types_to_purge(tx, domain)
    found = []
    for row in rows:
        if row["profile"] not in living:
            found.append(Finding("object", row["unique_key"].hex(), "its profile does not exist"))
        if row["object_type"] not in types:
            found.append(Finding("object", row["unique_key"].hex(), "its object type does not exist"))
    return _next(rows, lambda row: (row["object_type"], row["unique_key"])), found


def _journals(tx: Transaction, domain: int, after: bytes) -> Page[bytes]:
    merged = check.journal_profiles(tx, domain, after, ROWS_AT_ONCE)
    living = check.existing(tx, domain, merged)
    gone = [one for one in merged if one not in living]
    return _next(merged, bytes), [Finding("merge", one.hex(), "merges into what does not exist") for one in gone]


def _key_names(tx: Transaction, domain: int) -> list[Finding]:
    wanted = {
        (number, name): types
        for number, definition in _types(tx, domain).items()
        for name, types in content_types_of_keys(compile_object_type(definition.document).document).items()
    }
    rows = check.key_names(tx, domain)
    given = {(row["object_type"], row["name"]): keys.decode_content_types(row["content_types"]) for row in rows}
    wrong = sorted({one[1] for one in wanted.keys() | given.keys() if wanted.get(one) != given.get(one)})
    return [Finding("key name", name, "the object types define it otherwise") for name in wrong]


def _counters(tx: Transaction, domain: int) -> list[Finding]:
    said, counted = domains.counts(tx, domain), check.recounted(tx, domain)
    return [] if said == counted else [Finding("counters", "domain", f"they say {said}, and a recount gives {counted}")]
