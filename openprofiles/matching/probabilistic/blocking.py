"""Which pairs of records are worth comparing: those that share a key few enough records have.

A block over its cap is dropped, since a narrower key covers the same evidence: that keeps the cost linear.
"""

from collections.abc import Callable

import duckdb
import msgspec


class Key(msgspec.Struct, frozen=True):
    """Records with the same value of `sql` are compared with each other, where at most `cap` records have it."""

    sql: str
    cap: int
    source: str = "blocked"


PHONES = "(SELECT id, first, last, initials, unnest(phones) % 1000000000 AS value FROM blocked)"
EMAILS = "(SELECT id, first, last, unnest(emails) AS value FROM blocked)"
MAILBOXES = "(SELECT id, unnest([split_part(address1, '@', 1), split_part(address2, '@', 1)]) AS value FROM blocked)"

CONTACTS = (
    Key("value", 12, PHONES),
    Key("value || left(first, 1)", 40, PHONES),
    Key("value || left(last, 3)", 40, PHONES),
    Key("value % 10000000 || initials", 12, PHONES),
    Key("value // 100 || initials", 12, PHONES),
    Key("value", 12, EMAILS),
    Key("value || left(first, 1)", 40, EMAILS),
    Key("nullif(value, '')", 12, MAILBOXES),
    Key("account", 12),
)
NAMES = (
    Key("given || '|' || last", 20),
    Key("last || '|' || left(first, 1)", 14),
    Key("last_tail", 12),
    Key("sound", 14),
    Key("least(first, last) || '|' || greatest(first, last)", 14),
    Key("sound || '|' || left(zip, 3)", 40),
    Key("sound || '|' || birth_year", 40),
    Key("given || '|' || last || '|' || birth_month || '|' || birth_day", 40),
    Key("sound || '|' || business", 40),
    Key("given || '|' || last || '|' || city", 40),
    Key("given || '|' || last || '|' || left(middle, 1)", 14),
)
BIRTHS = (
    Key("last || '|' || birth", 14),
    Key("given || '|' || birth", 14),
    Key("birth || '|' || left(first, 1)", 14),
    Key("birth || '|' || left(last, 1)", 14),
    Key("initials || birth_year || '|' || least(birth_month, birth_day) || '|' ||"
        " greatest(birth_month, birth_day)", 14),
    Key("birth || '|' || zip", 14),
)  # fmt: skip
PLACES = (
    Key("zip || '|' || house", 14),
    Key("house || '|' || street || '|' || left(first, 1)", 14),
    Key("house || '|' || street || '|' || coalesce(zip, city)", 25),
    Key("zip || '|' || last", 20),
    Key("zip || '|' || given", 20),
    Key("last || '|' || left(first, 1) || '|' || city", 14),
    Key("last || '|' || street", 14),
    Key("given || '|' || street", 14),
)
KEYS = (*CONTACTS, *NAMES, *BIRTHS, *PLACES)

# Rows without the key hash alike too: a block far over the cap.
CANDIDATES = "CREATE OR REPLACE TABLE candidate (pair BIGINT)"
BLOCK = """
INSERT INTO candidate
WITH block AS (
    SELECT list(id) AS ids FROM (SELECT id, hash({sql}) AS key FROM {source})
    GROUP BY key HAVING count(*) BETWEEN 2 AND {cap}
),
side AS (SELECT unnest(ids) AS a, ids FROM block)
SELECT (a::BIGINT << 32) | b FROM (SELECT a, unnest(ids) AS b FROM side) WHERE a < b
"""
PAIRS = """
CREATE OR REPLACE TABLE pair AS
SELECT DISTINCT (pair >> 32)::INTEGER AS low, (pair & 4294967295)::INTEGER AS high FROM candidate
"""


def block(database: duckdb.DuckDBPyConnection, progress: Callable[[float], None]) -> int:
    """Makes the table `pair` (low < high) of `blocked`; the number of pairs."""
    database.execute(CANDIDATES)
    for done, key in enumerate(KEYS):
        database.execute(BLOCK.format(sql=key.sql, source=key.source, cap=key.cap))
        progress(done / len(KEYS))
    database.execute(PAIRS)
    database.execute("DROP TABLE candidate")
    return int(database.execute("SELECT count(*) FROM pair").fetchall()[0][0])
