"""The servers, clients and domains of the API tests."""

from tests.api.conftest import client, domain, server

__all__ = ["client", "domain", "server"]
