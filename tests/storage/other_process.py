"""What the durability tests run in a process of its own: `python other_process.py WHAT PATH NUMBER`."""

import json
import os
import resource
import sqlite3
import sys
from concurrent.futures import Future
from pathlib import Path

from openprofiles.storage.database import Database, Work
from openprofiles.storage.sqlite import open_sqlite

MAKE = "CREATE TABLE IF NOT EXISTS thing (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)"
ADD = "INSERT INTO thing (id, name) VALUES (:id, :name)"


def adding(number: int, length: int = 1) -> Work[int]:
    return lambda tx: tx.run(ADD, id=number, name="x" * length)


def ids(database: Database) -> list[int]:
    return database.read(lambda tx: [row["id"] for row in tx.all("SELECT id FROM thing ORDER BY id")]).result(5)


def is_whole(database: Database) -> bool:
    row = database.read(lambda tx: tx.one("PRAGMA integrity_check")).result(10)
    return row is not None and row["integrity_check"] == "ok"


def write_until_killed(path: Path, start: int) -> None:
    """Write pairs of rows for ever; print the first one's id when the pair is acknowledged."""
    database = open_sqlite(path)
    database.write(lambda tx: tx.run(MAKE)).result(5)

    def pair(number: int) -> Work[None]:
        return lambda tx: tx.run_many(ADD, [(number + half, "x" * 500) for half in (0, 1)])

    waiting: list[Future[None]] = []
    for number in range(start, start + 1_000_000, 2):
        future = database.write(pair(number))
        future.add_done_callback(lambda _, number=number: os.write(1, b"%d\n" % number))  # type: ignore[misc]
        waiting.append(future)
        if len(waiting) == 16:
            waiting.pop(0).result(5)


def open_and_add(path: Path, number: int) -> None:
    os.write(1, b"ready\n")
    sys.stdin.readline()
    database = open_sqlite(path)
    database.write(lambda tx: tx.run(MAKE)).result(10)
    database.write(adding(number)).result(10)
    database.close()


def write_into_a_limit(path: Path, _: int) -> None:
    """Make the system refuse to let files grow, so that the log can not take a commit, then lift that."""
    database = open_sqlite(path)
    database.write(lambda tx: tx.run(MAKE)).result(5)
    database.write(adding(1)).result(5)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = path.with_name(path.name + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (log + 20_000, hard))
    report = {
        "error": str(database.write(adding(2, length=200_000)).exception(5)),
        "ids while full": ids(database),
        "whole": is_whole(database),
        "others may write": can_lock(path),
    }
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    database.write(adding(3, length=200_000)).result(5)
    sys.stdout.write(json.dumps(report | {"ids after": ids(database)}))
    database.close()


def can_lock(path: Path) -> bool:
    other = sqlite3.connect(path, timeout=1, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    finally:
        other.close()
    return True


if __name__ == "__main__":
    CHILDREN = {"write": write_until_killed, "open": open_and_add, "limited": write_into_a_limit}
    CHILDREN[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
