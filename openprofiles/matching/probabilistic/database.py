"""The DuckDB database that a run works in: in memory, bounded, spilling to a directory."""

import duckdb
import msgspec

SETTINGS = (
    "SET preserve_insertion_order = false",
    # Threads share the work by 2,048 rows, not by 122,880: else one of two would idle at 100,000 rows.
    "PRAGMA verify_parallelism",
    # Pairs are looked up among records, as written; the other way round the work of comparing is not shared evenly.
    "SET disabled_optimizers = 'join_order'",
)


class Bounds(msgspec.Struct, frozen=True):
    """What a run may use: DuckDB's memory (some 0.5 GB for a million records come on top), threads, and where it puts
    down what has no room in memory (by default `.tmp` in the working directory).
    """

    memory: str = "3GB"
    threads: int = 2
    temporary_directory: str | None = None


def open_database(bounds: Bounds) -> duckdb.DuckDBPyConnection:
    """An empty database of one's own."""
    options: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": bounds.memory,
        "threads": bounds.threads,
    }
    if bounds.temporary_directory is not None:
        options["temp_directory"] = bounds.temporary_directory
    database = duckdb.connect(":memory:", config=options)
    for setting in SETTINGS:
        database.execute(setting)
    return database
