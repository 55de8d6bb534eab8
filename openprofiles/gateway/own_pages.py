"""The pages that need no signature: nobody needs to be known for asking whether the server lives."""

from collections.abc import Awaitable, Callable

import msgspec

from openprofiles.gateway.exchange import Services
from openprofiles.gateway.metrics import TEXT_FORMAT, MetricsPage
from openprofiles.openapi import document_json
from openprofiles.storage import access_keys


class Page(msgspec.Struct, frozen=True):
    """What the log calls a page, its answer (status and body), and what the body is."""

    name: str
    answer: Callable[[Services], Awaitable[tuple[int, bytes]]]
    content_type: bytes = b"application/json"


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


METRICS = b"/-/metrics"

OWN_PAGES = {
    b"/-/health": Page("health", health),
    b"/-/ready": Page("ready", ready),
    b"/-/openapi.json": Page("openapi", openapi),
    METRICS: Page("metrics", MetricsPage(), TEXT_FORMAT),
}
"""Raw path → page."""


def paths_of_pages(with_metrics: bool) -> frozenset[bytes]:
    """The raw paths of the pages that a server has; what is not among them is a path like any other."""
    return frozenset(path for path in OWN_PAGES if with_metrics or path != METRICS)
