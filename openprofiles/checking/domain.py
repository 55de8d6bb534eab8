"""Whether the tables of one domain fit together. Each function looks at a page in one snapshot."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

import msgspec

from openprofiles.actions.merge_journal import decode_ids
from openprofiles.checking import standard_object
from openprofiles.checking.findings import Finding, Unreadable, is_unreadable
from openprofiles.checking.reading import whole_standard_objects
from openprofiles.checking.records import supplied_keys
from openprofiles.errors import ApiError
from openprofiles.mapping.definitions import content_types_of_keys
from openprofiles.mapping.object_types import compile_object_type
from openprofiles.mapping.parsing import parse_object
from openprofiles.storage import check, dead_letters, domains, keys, profile_objects
from openprofiles.storage.database import Transaction
from openprofiles.storage.definitions import OBJECT_TYPE, decode_tags
from openprofiles.storage.domains import Domain, decode_settings
from openprofiles.storage.key_supplies import OwnedKey

A = TypeVar("A")
R = TypeVar("R")

ROWS_AT_ONCE = 500
JOURNALS_AT_ONCE = 20
"""One holds whole profiles."""

Page = tuple[A | None, list[Finding]]
"""Behind which row the next page begins, None where this was the last one; and what is wrong with the rows."""

decode_change = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def _next(rows: Sequence[R], key: Callable[[R], A], limit: int = ROWS_AT_ONCE) -> A | None:
    return key(rows[-1]) if len(rows) == limit else None


def standard_objects(tx: Transaction, domain: int, after: bytes) -> Page[bytes]:
    page = whole_standard_objects(tx, domain, after, ROWS_AT_ONCE)
    return _next(page, lambda whole: whole.row.id), [one for whole in page for one in standard_object.findings(whole)]


def key_owners(tx: Transaction, domain: int, after: bytes) -> Page[bytes]:
    """To whom keys are supplied: they exist, and are found by each of them."""
    owners = check.owners(tx, domain, after, ROWS_AT_ONCE)
    living = check.living_owners(tx, domain, owners)
    found = [Finding("keys", one.hex(), "key values of what does not exist") for one in owners if one not in living]
    supplied = [owned for counts in _supplier_counts(tx, domain, owners).values() for owned in counts]
    for _, owner, _ in check.missing(tx, domain, supplied):
        found.append(Finding("keys", owner.hex(), "it is not found by a value that is supplied to it"))
    return _next(owners, bytes), found


def owned_keys(tx: Transaction, domain: int, after: OwnedKey) -> Page[OwnedKey]:
    """By what owners are found: as many supply each value as it says."""
    rows = check.owned_keys(tx, domain, after, ROWS_AT_ONCE)
    counted = _supplier_counts(tx, domain, dict.fromkeys(owner for _, owner, _ in rows))
    found = []
    for owned, said in rows.items():
        counts = counted.get(owned[1])
        if counts is not None and said != counts[owned]:
            text = f"a value by which it is found says that {said} supply it, and {counts[owned]} do"
            found.append(Finding("keys", owned[1].hex(), text))
    return _next(list(rows), lambda owned: owned), found


def _supplier_counts(tx: Transaction, domain: int, owners: Iterable[bytes]) -> dict[bytes, Counter[OwnedKey]]:
    """How many supply each value of each owner. What can not be read is found where its owner is looked at."""
    counts, wanted = {}, list(owners)
    for owner, supplies in zip(wanted, check.keys_of(tx, domain, wanted), strict=True):
        with suppress(Unreadable):
            counts[owner] = Counter((row.hash, owner, row.role) for _, row in supplied_keys(supplies))
    return counts


def objects(tx: Transaction, domain: int, after: tuple[int, bytes]) -> Page[tuple[int, bytes]]:
    rows = check.object_names(tx, domain, after, ROWS_AT_ONCE)
    living = check.living_profiles(tx, domain, [row["profile"] for row in rows])
    types = _types_that_may_have_rows(tx, domain)
    found = []
    for row in rows:
        if row["profile"] not in living:
            found.append(Finding("object", row["unique_key"].hex(), "its profile does not exist"))
        if row["object_type"] not in types:
            found.append(Finding("object", row["unique_key"].hex(), "its object type does not exist"))
    return _next(rows, lambda row: (row["object_type"], row["unique_key"])), found


def _types_that_may_have_rows(tx: Transaction, domain: int) -> set[int]:
    return profile_objects.type_names(tx, domain).keys() | check.types_to_purge(tx, domain)


def gone_sources(tx: Transaction, domain: int, after: tuple[int, bytes]) -> Page[tuple[int, bytes]]:
    rows = check.gone_sources(tx, domain, after, ROWS_AT_ONCE)
    living = check.living_profiles(tx, domain, [row["profile"] for row in rows])
    types = _types_that_may_have_rows(tx, domain)
    found = []
    for row in rows:
        if row["profile"] not in living:
            found.append(Finding("gone source", row["profile"].hex(), "its profile does not exist"))
        if row["object_type"] not in types:
            found.append(Finding("gone source", row["profile"].hex(), "its object type does not exist"))
    return _next(rows, lambda row: (row["object_type"], row["profile"])), found


def histories_of_the_gone(tx: Transaction, domain: int, after: bytes) -> Page[bytes]:
    """What is left of a profile that is gone: all its changes, the last of which tells how it went."""
    changed = check.changed_profiles(tx, domain, after, ROWS_AT_ONCE)
    living = check.living_profiles(tx, domain, changed)
    gone = [profile for profile in changed if profile not in living]
    histories, actions = check.histories(tx, domain, gone), check.last_actions(tx, domain, gone)
    found = []
    for profile, history, action in zip(gone, histories, actions, strict=True):
        if history.has_gaps:
            text = f"its history has {history.changes} changes up to {history.last}"
            found.append(Finding("history", profile.hex(), text))
        if action != "EXPIRED" and not action.startswith("DELETED_BY_"):
            found.append(Finding("history", profile.hex(), f"it does not exist, and {action} is its last change"))
    return _next(changed, bytes), found


def changes(tx: Transaction, domain: int, after: tuple[bytes, int]) -> Page[tuple[bytes, int]]:
    rows = check.changes(tx, domain, after, ROWS_AT_ONCE)
    found = [
        Finding("json", row["profile"].hex(), f"its change {row['version']} can not be read")
        for row in rows
        if is_unreadable(decode_change, row["content"])
    ]
    return _next(rows, lambda row: (row["profile"], row["version"])), found


def journals(tx: Transaction, domain: int, after: tuple[bytes, bytes]) -> Page[tuple[bytes, bytes]]:
    rows = check.journals(tx, domain, after, JOURNALS_AT_ONCE)
    living = check.living_profiles(tx, domain, [row["profile"] for row in rows])
    found = []
    for row in rows:
        if row["profile"] not in living:
            found.append(Finding("merge", row["profile"].hex(), "merges into what does not exist"))
        if is_unreadable(decode_ids, row["document"]):
            found.append(Finding("json", row["profile"].hex(), f"its merge {row['id'].hex()} can not be read"))
    return _next(rows, lambda row: (row["profile"], row["id"]), JOURNALS_AT_ONCE), found


def letters(tx: Transaction, domain: int, after: bytes) -> Page[bytes]:
    page = dead_letters.page(tx, domain, after, ROWS_AT_ONCE)
    types = _types_that_may_have_rows(tx, domain)
    found = []
    for letter in page:
        if letter.object_type not in types:
            found.append(Finding("dead letter", letter.id.hex(), "its object type does not exist"))
        if not _can_be_parsed(letter.object):
            found.append(Finding("json", letter.id.hex(), "the object of this dead letter can not be read"))
    return _next(page, lambda letter: letter.id), found


def letter_keys(tx: Transaction, domain: int, after: bytes) -> Page[bytes]:
    rows = check.letters_with_keys(tx, domain, after, ROWS_AT_ONCE)
    found = [
        Finding("dead letter", row["letter"].hex(), "keys of what does not exist") for row in rows if not row["lives"]
    ]
    return _next(rows, lambda row: bytes(row["letter"])), found


def _can_be_parsed(text: str) -> bool:
    try:
        parse_object(text)
    except ApiError:
        return False
    return True


# --- what fits into one page


def configuration(tx: Transaction, domain: Domain) -> list[Finding]:
    """The domain's own row, its definitions, and the key names that they give."""
    found = []
    if is_unreadable(decode_settings, domain.document) or is_unreadable(decode_tags, domain.tags):
        found.append(Finding("json", domain.name, "the settings or tags of the domain can not be read"))
    wanted: dict[tuple[int, str], list[list[str]]] = {}
    for row in check.all_definitions(tx, domain.number):
        is_type = row["kind"] == OBJECT_TYPE
        if is_unreadable(compile_object_type if is_type else decode_change, row["document"]):
            found.append(Finding("json", row["name"], "this definition can not be read"))
        elif is_type:
            names = content_types_of_keys(compile_object_type(row["document"]).document)
            wanted |= {(row["number"], name): types for name, types in names.items()}
        if is_unreadable(decode_tags, row["tags"]):
            found.append(Finding("json", row["name"], "the tags of this definition can not be read"))
    return found or _key_names(tx, domain.number, wanted)


def _key_names(tx: Transaction, domain: int, wanted: dict[tuple[int, str], list[list[str]]]) -> list[Finding]:
    rows = check.key_names(tx, domain)
    bad = [row["name"] for row in rows if is_unreadable(keys.decode_content_types, row["content_types"])]
    if bad:
        return [Finding("json", name, "the content types of this key name can not be read") for name in bad]
    given = {(row["object_type"], row["name"]): keys.decode_content_types(row["content_types"]) for row in rows}
    wrong = sorted({one[1] for one in wanted.keys() | given.keys() if wanted.get(one) != given.get(one)})
    return [Finding("key name", name, "the object types define it otherwise") for name in wrong]


def counters(tx: Transaction, domain: Domain) -> list[Finding]:
    said, counted = domains.counts(tx, domain.number), check.recounted(tx, domain.number)
    text = f"they say {said}, and a recount gives {counted}"
    return [] if said == counted else [Finding("counters", domain.name, text)]
