"""Rows that a system wrote over and over: their blocks would be over every cap, so surplus copies stand aside.

They join the group of the first copy afterwards, where the second did: rows that say too little stay alone.
"""

import duckdb
import numpy as np
import numpy.typing as npt

from openprofiles.matching.probabilistic.linkage import Linked

COPIES = 8
"""Copies of a record that are blocked and compared; below the cap of every key."""

SURPLUS = """
CREATE OR REPLACE TABLE surplus AS
WITH told AS (
    SELECT id, hash(first_whole, last, middle, birth, gender, phones, emails, business, account,
        house, street, street2, city, state, zip) AS content
    FROM record
),
copied AS (SELECT list(id ORDER BY id) AS ids FROM told GROUP BY content HAVING count(*) > $copies)
SELECT unnest(ids[$copies + 1:]) AS id, ids[1] AS first_copy, ids[2] AS second_copy FROM copied
"""
BLOCKED = """
CREATE OR REPLACE VIEW blocked AS SELECT * FROM record ANTI JOIN surplus USING (id)
"""


def set_copies_aside(database: duckdb.DuckDBPyConnection) -> None:
    """Makes the table `surplus` of surplus copies, and the view `blocked` of the records without them."""
    database.execute(SURPLUS.replace("$copies", str(COPIES)))
    database.execute(BLOCKED)


def with_copies(database: duckdb.DuckDBPyConnection, linked: Linked, apart: npt.NDArray[np.int64]) -> Linked:
    """The groups with the surplus copies in them, but for records that must stay apart from another."""
    found = database.execute("SELECT id, first_copy, second_copy FROM surplus ORDER BY id").fetchnumpy()
    surplus, first, second = (_numbers(found[name]) for name in ("id", "first_copy", "second_copy"))
    joined = (linked.group[first] == linked.group[second]) & ~np.isin(surplus, apart)
    group, confidence = linked.group.copy(), linked.confidence.copy()
    group[surplus[joined]] = group[first[joined]]
    confidence[surplus[joined]] = confidence[first[joined]]
    return Linked(group, confidence)


def _numbers(column: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    return np.asarray(column, np.int64)
