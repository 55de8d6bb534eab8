"""What SQLite's planner is told of a store.

Every table and index begins with the domain. Without statistics the planner thinks that one column narrows a search as
much as three, and walks through all keys of a domain. These figures are those of a domain of a million profiles; they
are fixed, so that plans are the same in every store.
"""

import sqlite3

STATISTICS = {
    ("key_owner", "key_owner"): "6000000 6000000 2 1 1",
    ("key_supply", "key_supply"): "5000000 5000000 5 1",
    ("profile", "sqlite_autoindex_profile_1"): "1000000 1000000 1",
    ("profile_object", "sqlite_autoindex_profile_object_1"): "4000000 4000000 1000000 1",
    ("profile_object", "profile_object_of_profile"): "4000000 4000000 4 2 1 1 1",
    ("standard_object", "sqlite_autoindex_standard_object_1"): "1000000 1000000 1",
    ("standard_object", "standard_object_of_profile"): "1000000 1000000 3 2 1 1",
    ("history", "sqlite_autoindex_history_1"): "8000000 8000000 8 1",
    ("gone_source", "gone_source"): "100000 100000 10000 1",
    ("gone_source", "gone_source_of_profile"): "100000 100000 2",
    ("dead_letter", "sqlite_autoindex_dead_letter_1"): "100000 100000 1",
    ("dead_letter", "dead_letter_of_type"): "100000 100000 1000 1",
    ("merge_journal", "sqlite_autoindex_merge_journal_1"): "100000 100000 2 1",
    ("key_lock", "key_lock"): "1000000 1000000 1",
    ("key_name", "sqlite_autoindex_key_name_1"): "1000 100 2 1",
    ("definition", "sqlite_autoindex_definition_1"): "1000 100 100 1",
    ("object_type_purge", "sqlite_autoindex_object_type_purge_1"): "10 2 1",
    ("answer", "answer"): "10000 10000 1",
    ("answer", "answer_at"): "10000 2",
    ("domain_counter", "sqlite_autoindex_domain_counter_1"): "100 1 1",
}
"""(table, index) → rows, then how many of them share the first column, the first two, and so on (sqlite.org:
ANALYZE).
"""


def tell_statistics(connection: sqlite3.Connection) -> None:
    """Write the figures once, and have this connection use them; later connections read them when they open."""
    connection.execute("ANALYZE migration")  # makes the table of statistics
    told = connection.execute("SELECT tbl, idx, stat FROM sqlite_stat1").fetchall()
    if {(row[0], row[1]): row[2] for row in told if row[0] != "migration"} == STATISTICS:
        return
    rows = [(table, index, stat) for (table, index), stat in STATISTICS.items()]
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM sqlite_stat1")
    connection.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", rows)
    connection.execute("COMMIT")
    connection.execute("ANALYZE sqlite_schema")
