"""A domain for one test."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from openprofiles.client import CallError
from openprofiles.testing.server import Server

EXPIRATION_DAYS = 366


@contextmanager
def fresh_domain(server: Server) -> Iterator[str]:
    """The name of a new domain, which is deleted at the end unless the test has done that. No other domain is touched,
    so that several test runs can share a server. Raises CallError.
    """
    name = f"test-{uuid.uuid4().hex}"
    server.call("CreateDomain", DomainName=name, DefaultExpirationDays=EXPIRATION_DAYS)
    yield name
    try:
        server.call("DeleteDomain", DomainName=name)
    except CallError as error:
        if not str(error).startswith("ResourceNotFoundException"):
            raise
