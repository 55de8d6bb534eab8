"""The pages that need no signature: nobody needs to be known for asking whether the server lives."""

from collections.abc import Awaitable, Callable

from openprofiles.gateway.exchange import Services
from openprofiles.openapi import document_json
from openprofiles.storage import access_keys


async def health(_services: Services) -> tuple[int, bytes]:
    return 200, b'{"Status":"ok"}'


async def ready(services: Services) -> tuple[int, bytes]:
    """200 once the store answers a read."""
    try:
        await services.completions.wait(services.database.read(lambda tx: access_keys.find_usable(tx, "")))
    except Exception:
        return 503, b'{"Status":"not ready"}'
    return 200, b'{"Status":"ready"}'


async def openapi(_services: Services) -> tuple[int, bytes]:
    """What lies below `/-/`, as an OpenAPI document."""
    return 200, document_json()


OWN_PAGES: dict[bytes, tuple[str, Callable[[Services], Awaitable[tuple[int, bytes]]]]] = {
    b"/-/health": ("health", health),
    b"/-/ready": ("ready", ready),
    b"/-/openapi.json": ("openapi", openapi),
}
"""Raw path → what the log calls it, and its answer."""
