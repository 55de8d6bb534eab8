"""How the server is reached: what a postgresql:// URL says, and what holds unless it says otherwise."""

import os
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from openprofiles.storage.postgres_session import Session

OLDEST_SERVER = 140_000

PARAMETERS = {
    "fallback_application_name": "openprofiles",
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
"""A server whose machine has gone is noticed within half a minute."""

OPTIONS = {
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "30s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "enable_seqscan": "off",  # statements are look-ups; a plan made for empty tables must not walk through full ones
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}

UNLIMITED = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
"""A migration takes as long as it takes, and so does waiting for another node's."""


NO_URL = "its URL can not be read: write postgresql://USER@HOST:PORT/DATABASE, and other signs as %XX"


class Unreachable(OSError):
    """No store can be had there; the text says why and shows no secret."""


def parameters(url: str, **options: str) -> dict[str, Any]:
    """libpq's parameters. What the URL or PGOPTIONS sets goes before our own. Raises Unreachable."""
    try:
        given: dict[str, Any] = dict(conninfo_to_dict(url))
    except psycopg.Error:  # its text repeats the URL
        raise Unreachable(NO_URL) from None
    host, port = str(given.get("host", "")), str(given.get("port", "0"))
    if "@" in host[1:] or not port.replace(",", "0").isdecimal():  # a piece of a password, which would be shown
        raise Unreachable(NO_URL)
    own = " ".join(f"-c {name}={value}" for name, value in (OPTIONS | options).items())
    wanted = given.get("options") or os.environ.get("PGOPTIONS", "")
    return PARAMETERS | given | {"options": f"{own} {wanted}".strip(), "client_encoding": "UTF8"}


def connect(given: dict[str, Any]) -> Session:
    """A session that begins no transaction by itself. Raises psycopg.OperationalError."""
    return Session(psycopg.connect(**given, autocommit=True))


def first_session(given: dict[str, Any]) -> Session:
    """A session to a server that is fit to hold a store, for works that may take long. Raises Unreachable."""
    try:
        connection = psycopg.connect(**given, autocommit=True)
    except psycopg.Error as error:
        raise Unreachable(without_secrets(str(error), given)) from None
    encoding = connection.info.parameter_status("server_encoding")
    if connection.info.server_version >= OLDEST_SERVER and encoding == "UTF8":
        return Session(connection, limited=False)
    connection.close()
    if encoding != "UTF8":
        raise Unreachable(f"the database's encoding is {encoding}, and must be UTF8")
    raise Unreachable("the server is older than PostgreSQL 14")


def without_secrets(text: str, given: dict[str, Any]) -> str:
    """What libpq says, in one line, as it may be shown."""
    line = " ".join(text.split())
    for name in ("password", "sslpassword"):
        if given.get(name):
            line = line.replace(str(given[name]), "***")
    return line
