"""Clients of AWS's services, or of whatever speaks their APIs where AWS_ENDPOINT_URL_… says so. Credentials are found
as every AWS SDK finds them.
"""

from functools import lru_cache
from threading import Lock
from typing import Any

CONNECTIONS = 32
"""How many threads can use a client without opening a connection for each call."""


def client_of(service: str, region: str) -> Any:
    """The one client of a service in a region, which tries nothing twice. Many threads may use it, but only one may
    make it.
    """
    with _MAKING:
        return _new_client(service, region)


_MAKING = Lock()


@lru_cache(32)
def _new_client(service: str, region: str) -> Any:
    """boto3's default session is not used, for others may be making clients of it at the same time."""
    import boto3  # noqa: PLC0415 - a quarter of a second to load
    from botocore.config import Config  # noqa: PLC0415 - as above

    limits = Config(
        connect_timeout=3,
        read_timeout=10,
        retries={"total_max_attempts": 1},
        max_pool_connections=CONNECTIONS,
    )
    session: Any = boto3.session.Session()
    return session.client(service, region_name=region, config=limits)
