"""What many objects of a profile mean to a calculated attribute, kept so that not all of them are read again."""

from collections.abc import Iterable

import msgspec

from openprofiles.storage.database import Transaction

FIND = """
    SELECT version, document FROM calculated_series
    WHERE domain = :domain AND definition = :definition AND profile = :profile
"""


class StoredSeries(msgspec.Struct, frozen=True):
    """The JSON of a calculation.Series, right as of a version of its profile."""

    version: int
    document: str


def find(tx: Transaction, domain: int, definition: int, profile: bytes) -> StoredSeries | None:
    row = tx.one(FIND, domain=domain, definition=definition, profile=profile)
    return None if row is None else StoredSeries(row["version"], row["document"])


PUT = """
    INSERT INTO calculated_series (domain, definition, profile, version, document)
    VALUES (:domain, :definition, :profile, :version, :document)
    ON CONFLICT (domain, definition, profile) DO UPDATE SET version = excluded.version, document = excluded.document
    WHERE calculated_series.version <= excluded.version
"""


def put(tx: Transaction, domain: int, definition: int, profile: bytes, series: StoredSeries) -> None:
    """Keep it, unless a newer one is there. The caller holds the profile."""
    tx.run_many(PUT, [(domain, definition, profile, series.version, series.document)])


DELETE_OF_PROFILE = "DELETE FROM calculated_series WHERE domain = :domain AND profile = :profile"


def delete_of_profile(tx: Transaction, domain: int, profile: bytes) -> None:
    tx.run(DELETE_OF_PROFILE, domain=domain, profile=profile)


ADD_RECALCULATION = """
    INSERT INTO recalculation (domain, profile)
    SELECT :domain, :profile
    WHERE EXISTS (SELECT 1 FROM definition WHERE domain = :domain AND kind = 'calculated-attributes')
    ON CONFLICT (domain, profile) DO NOTHING
"""


def want_recalculation(tx: Transaction, domain: int, profiles: Iterable[bytes]) -> None:
    """The series of these profiles are to be brought up to date, if the domain has calculated attributes."""
    tx.run_many(ADD_RECALCULATION, [(domain, profile) for profile in profiles])


WANTED = "SELECT domain, profile FROM recalculation ORDER BY domain, profile LIMIT :limit"


def wanted(tx: Transaction, limit: int) -> list[tuple[int, bytes]]:
    """Some profiles whose series are behind, or missing: (domain, profile)."""
    return [(row["domain"], row["profile"]) for row in tx.all(WANTED, limit=limit)]


FORGET_WANTED = "DELETE FROM recalculation WHERE domain = :domain AND profile = :profile"


def forget_wanted(tx: Transaction, domain: int, profile: bytes) -> None:
    tx.run(FORGET_WANTED, domain=domain, profile=profile)


class Sweep(msgspec.Struct, frozen=True):
    """How far a worker has looked for profiles that have many objects, for all definitions of a domain together (NEW);
    or a definition that is gone since then (milliseconds).
    """

    domain: int
    definition: int
    profile: bytes
    gone_at: int | None


PUT_SWEEP = """
    INSERT INTO calculation_sweep (domain, definition, profile, gone_at)
    VALUES (:domain, :definition, :profile, :gone_at)
    ON CONFLICT (domain, definition) DO UPDATE SET profile = excluded.profile, gone_at = excluded.gone_at
"""


def put_sweep(tx: Transaction, sweep: Sweep) -> None:
    tx.run(PUT_SWEEP, **msgspec.structs.asdict(sweep))


FIRST = b""

NEW = 0
"""In place of a definition's number."""


def look_for_many_objects(tx: Transaction, domain: int) -> None:
    """A definition is new: profiles that have many objects already are looked for, from the first."""
    put_sweep(tx, Sweep(domain, NEW, FIRST, None))


def remove_all_of(tx: Transaction, domain: int, definition: int, now: int) -> None:
    """A definition is gone, or means something else from now on: its series are removed."""
    put_sweep(tx, Sweep(domain, definition, FIRST, now))


SWEEPS = """
    SELECT calculation_sweep.domain AS domain, definition, profile, gone_at
    FROM calculation_sweep JOIN domain ON domain.domain = calculation_sweep.domain WHERE domain.deleted_at IS NULL
    ORDER BY calculation_sweep.domain, definition /*postgres: FOR UPDATE OF calculation_sweep SKIP LOCKED */
"""


def sweeps(tx: Transaction) -> list[Sweep]:
    """All that is not done yet, and that no other node is working on."""
    return [Sweep(row["domain"], row["definition"], row["profile"], row["gone_at"]) for row in tx.all(SWEEPS)]


FORGET_SWEEP = "DELETE FROM calculation_sweep WHERE domain = :domain AND definition = :definition"


def forget_sweep(tx: Transaction, domain: int, definition: int) -> None:
    tx.run(FORGET_SWEEP, domain=domain, definition=definition)


DELETE_SOME = """
    DELETE FROM calculated_series WHERE domain = :domain AND (definition, profile) IN (
        SELECT definition, profile FROM calculated_series WHERE domain = :domain AND definition = :definition
        ORDER BY definition, profile LIMIT :limit)
"""


def delete_some(tx: Transaction, domain: int, definition: int, limit: int) -> int:
    """Remove up to `limit` series of a definition; how many went."""
    return tx.run(DELETE_SOME, domain=domain, definition=definition, limit=limit)
