"""A PostgreSQL database for one server of a test run, beside the one that the run is given."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from openprofiles.settings import SettingsError, check_store
from openprofiles.storage.postgres_connection import Unreachable, parameters, without_secrets

CREATE = SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
DROP = SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")


class DatabaseError(Exception):
    """No database can be made or dropped. The message is one line and shows no password."""


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """The URL of a database with nothing in it, which goes at the end. That of `url` is connected to and stays as it
    is: whoever names the wrong one loses nothing. Raises DatabaseError.
    """
    name = f"openprofiles_test_{secrets.token_hex(8)}"
    _run(url, CREATE.format(Identifier(name)))
    try:
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
    finally:
        _run(url, DROP.format(Identifier(name)))


def _run(url: str, statement: Composed) -> None:
    if not url.startswith("postgres"):
        raise DatabaseError("--openprofiles-store: write postgresql://USER@HOST/DATABASE.")
    try:
        check_store(url)
        given = parameters(url)
    except (SettingsError, Unreachable) as error:
        raise DatabaseError(f"--openprofiles-store: {error}") from None
    try:
        with psycopg.connect(**given, autocommit=True) as connection:
            connection.execute(statement)
    except psycopg.Error as error:
        raise DatabaseError(f"--openprofiles-store: {without_secrets(str(error), given)}") from None
