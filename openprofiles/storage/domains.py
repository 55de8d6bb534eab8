"""Domains and their counters."""

import msgspec

from openprofiles.shapes import DataStoreResponse, MatchingResponse, RuleBasedMatchingResponse
from openprofiles.storage.database import Row, Transaction

COLUMNS = "domain, account, region, name, created_at, updated_at, document, tags, listeners"
NAMES = tuple(COLUMNS.split(", "))


class DomainSettings(msgspec.Struct, rename="pascal", omit_defaults=True):
    """What a domain was created or updated with."""

    default_expiration_days: int
    default_encryption_key: str | None = None
    dead_letter_queue_url: str | None = None
    matching: MatchingResponse | None = None
    rule_based_matching: RuleBasedMatchingResponse | None = None
    data_store: DataStoreResponse | None = None


class _ExpirationOnly(msgspec.Struct, rename="pascal"):
    default_expiration_days: int


decode_settings = msgspec.json.Decoder(DomainSettings).decode
_decode_expiration = msgspec.json.Decoder(_ExpirationOnly).decode


class Domain(msgspec.Struct, frozen=True):
    """A domain's row. `number` is new at each creation; times in milliseconds; `document` is the settings' JSON;
    `listeners`: how many event streams are told of what happens in it.
    """

    number: int
    account: str
    region: str
    name: str
    created_at: int
    updated_at: int
    document: str
    tags: str
    listeners: int = 0

    @property
    def settings(self) -> DomainSettings:
        return decode_settings(self.document)

    @property
    def default_expiration_days(self) -> int:
        return _decode_expiration(self.document).default_expiration_days

    @property
    def has_dead_letter_queue(self) -> bool:
        return bool(self.settings.dead_letter_queue_url)

    @property
    def arn(self) -> str:
        return f"arn:aws:profile:{self.region}:{self.account}:domains/{self.name}"


FIND = f"""
    SELECT {COLUMNS} FROM domain
    WHERE account = :account AND region = :region AND name = :name AND deleted_at IS NULL
"""


def find(tx: Transaction, account: str, region: str, name: str) -> Domain | None:
    row = tx.one(FIND, account=account, region=region, name=name)
    return None if row is None else _domain(row)


OF_NUMBER = f"SELECT {COLUMNS} FROM domain WHERE domain = :domain AND deleted_at IS NULL"


def of_number(tx: Transaction, number: int) -> Domain | None:
    row = tx.one(OF_NUMBER, domain=number)
    return None if row is None else _domain(row)


LOCKED = f"{FIND} /*postgres: FOR UPDATE */"


def locked(tx: Transaction, account: str, region: str, name: str) -> Domain | None:
    """As `find`, for a change of the domain's configuration: one at a time."""
    row = tx.one(LOCKED, account=account, region=region, name=name)
    return None if row is None else _domain(row)


PAGE = f"""
    SELECT {COLUMNS} FROM domain
    WHERE account = :account AND region = :region AND name > :after AND deleted_at IS NULL
    ORDER BY name LIMIT :limit
"""


def page(tx: Transaction, account: str, region: str, after: str, limit: int) -> list[Domain]:
    """Live domains in the order of their names, from behind `after`."""
    return [_domain(row) for row in tx.all(PAGE, account=account, region=region, after=after, limit=limit)]


ADD = f"""
    INSERT INTO domain ({COLUMNS})
    VALUES (:domain, :account, :region, :name, :created_at, :updated_at, :document, :tags, 0)
"""


def add(tx: Transaction, domain: Domain) -> None:
    tx.run(
        ADD,
        domain=domain.number,
        account=domain.account,
        region=domain.region,
        name=domain.name,
        created_at=domain.created_at,
        updated_at=domain.updated_at,
        document=domain.document,
        tags=domain.tags,
    )


SET_DOCUMENT = "UPDATE domain SET document = :document, updated_at = :now WHERE domain = :domain"


def set_document(tx: Transaction, domain: int, document: str, now: int) -> None:
    tx.run(SET_DOCUMENT, domain=domain, document=document, now=now)


SET_TAGS = "UPDATE domain SET tags = :tags WHERE domain = :domain"


def set_tags(tx: Transaction, domain: int, tags: str) -> None:
    tx.run(SET_TAGS, domain=domain, tags=tags)


BURY = "UPDATE domain SET deleted_at = :now WHERE domain = :domain AND deleted_at IS NULL"


def bury(tx: Transaction, domain: int, now: int) -> None:
    """Leave a tombstone: the name is free at once, the rows are removed by `purge_step`."""
    tx.run(BURY, domain=domain, now=now)


NOBODY = ""
"""The account of a domain that is being imported."""

OF_ACCOUNT = f"SELECT {COLUMNS} FROM domain WHERE account = :account AND deleted_at IS NULL ORDER BY domain"


def of_account(tx: Transaction, account: str) -> list[Domain]:
    """All living domains of an account, in all regions."""
    return [_domain(row) for row in tx.all(OF_ACCOUNT, account=account)]


BURY_LEFT_BEHIND = """
    UPDATE domain SET deleted_at = :now WHERE account = :account AND updated_at < :before AND deleted_at IS NULL
"""


def bury_left_behind(tx: Transaction, before: int, now: int) -> None:
    """Leave tombstones of domains whose import has not gone on since."""
    tx.run(BURY_LEFT_BEHIND, account=NOBODY, before=before, now=now)


TOUCH = "UPDATE domain SET updated_at = :now WHERE domain = :domain AND deleted_at IS NULL"


def touch(tx: Transaction, domain: int, now: int) -> bool:
    """Whether the domain lives."""
    return tx.run(TOUCH, domain=domain, now=now) > 0


GIVE = """
    UPDATE domain SET account = :account, region = :region, updated_at = :updated_at
    WHERE domain = :domain AND deleted_at IS NULL
"""


def give(tx: Transaction, domain: int, account: str, region: str, updated_at: int) -> bool:
    """The domain belongs to another account from now on, if it lives."""
    return tx.run(GIVE, domain=domain, account=account, region=region, updated_at=updated_at) > 0


class Counts(msgspec.Struct):
    """Changes to, or sums of, what GetDomain shows. `metered` counts a profile once per started hundred objects."""

    profiles: int = 0
    objects: int = 0
    bytes: int = 0
    metered: int = 0

    def add(self, change: "Counts") -> None:
        self.profiles += change.profiles
        self.objects += change.objects
        self.bytes += change.bytes
        self.metered += change.metered


SHARDS = 16

COUNT = """
    INSERT INTO domain_counter (domain, shard, profiles, objects, bytes, metered)
    VALUES (:domain, :shard, :profiles, :objects, :bytes, :metered)
    ON CONFLICT (domain, shard) DO UPDATE SET
        profiles = domain_counter.profiles + excluded.profiles, objects = domain_counter.objects + excluded.objects,
        bytes = domain_counter.bytes + excluded.bytes, metered = domain_counter.metered + excluded.metered
"""


def count(tx: Transaction, domain: int, change: Counts, seed: bytes) -> None:
    """Add to the domain's sums. The seed chooses the shard, so that writers beside each other seldom wait here; a
    transaction that counts more than once gives the same seed.
    """
    if change != Counts():
        tx.run_many(COUNT, [(domain, seed[0] % SHARDS, *msgspec.structs.astuple(change))])


SUMS = """
    SELECT sum(profiles) AS profiles, sum(objects) AS objects, sum(bytes) AS bytes, sum(metered) AS metered
    FROM domain_counter WHERE domain = :domain
"""


def counts(tx: Transaction, domain: int) -> Counts:
    row = tx.one(SUMS, domain=domain)
    return Counts() if row is None else Counts(*(int(row[name] or 0) for name in Counts.__struct_fields__))


NEXT = "SELECT domain FROM domain WHERE domain > :after AND deleted_at IS NULL ORDER BY domain LIMIT 1"


def next_number_behind(tx: Transaction, after: int) -> int | None:
    """The next domain that lives, in the order of their numbers."""
    row = tx.one(NEXT, after=after)
    return None if row is None else int(row["domain"])


LIVING = """
    SELECT count(*) AS domains FROM domain WHERE account = :account AND region = :region AND deleted_at IS NULL
"""


def count_living(tx: Transaction, account: str, region: str) -> int:
    row = tx.one(LIVING, account=account, region=region)
    return 0 if row is None else int(row["domains"])


BURIED = """
    SELECT domain, deleted_at FROM domain WHERE deleted_at IS NOT NULL AND (emptied = 0 OR deleted_at < :forgettable)
    ORDER BY deleted_at, domain LIMIT 1 /*postgres: FOR UPDATE SKIP LOCKED */
"""

LONGEST_TRANSACTION = 10 * 60 * 1000
"""Milliseconds for which a transaction that began before a deletion may still write beside it. What is deleted is not
forgotten before that.
"""


def can_be_forgotten(tx: Transaction, deleted_at: int, now: int) -> bool:
    """Whether nobody can write any more to what was deleted then."""
    return tx.runs_alone or deleted_at + LONGEST_TRANSACTION < now


# Key columns of each table of a domain: a step removes the first rows in this order.
PURGED = {
    "key_owner": "hash, owner, role",
    "key_supply": "owner, supplier",
    "key_lock": "lock",
    "profile_object": "object_type, unique_key",
    "standard_object": "id",
    "history": "profile, version",
    "merge_journal": "profile, id",
    "dead_letter": "id",
    "dead_letter_key": "letter, hash",
    "letter_to_send": "letter",
    "delayed_object": "due_at, id",
    "gone_source": "object_type, profile",
    "event": "stream, bucket, profile, position",
    "calculated_series": "definition, profile",
    "recalculation": "profile",
    "calculation_sweep": "definition",
    "event_bucket": "stream, bucket",
    "event_stream": "stream",
    "profile": "id",
    "key_name": "name, object_type",
    "key_name_purge": "name",
    "definition": "kind, name",
    "object_type_purge": "object_type",
    "domain_counter": "shard",
}

PURGE = """
    DELETE FROM {table} WHERE domain = :domain AND ({columns}) IN (
        SELECT {columns} FROM {table} WHERE domain = :domain ORDER BY {columns} LIMIT :limit)
"""

EMPTIED = "UPDATE domain SET emptied = 1 WHERE domain = :domain"

FORGET = "DELETE FROM domain WHERE domain = :domain AND deleted_at IS NOT NULL"


def purge_step(tx: Transaction, limit: int, now: int) -> bool:
    """Remove up to `limit` rows of a deleted domain. Whether there was a domain to look at, so that there may be more.
    One node at a time works on a domain; of two, the later one would take what the other has removed for nothing left.
    """
    row = tx.one(BURIED, forgettable=now - LONGEST_TRANSACTION)
    if row is None:
        return False
    domain = int(row["domain"])
    if not _purge_some(tx, domain, limit):
        tx.run(FORGET if can_be_forgotten(tx, row["deleted_at"], now) else EMPTIED, domain=domain)
    return True


def _purge_some(tx: Transaction, domain: int, limit: int) -> bool:
    return any(
        tx.run(PURGE.format(table=table, columns=columns), domain=domain, limit=limit)
        for table, columns in PURGED.items()
    )


def _domain(row: Row) -> Domain:
    return Domain(*[row[column] for column in NAMES])
