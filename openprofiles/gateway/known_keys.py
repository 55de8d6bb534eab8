"""Access keys for authentication: the root key, and the store's."""

import time
from collections.abc import Callable

from openprofiles.storage import access_keys
from openprofiles.storage.access_keys import AccessKey
from openprofiles.storage.database import Database

FRESH_SECONDS = 1.0
MOST = 1_024


class KnownKeys:
    """Usable keys by id. A revoked key dies within a second; a new one lives at once, as unknown ids are not kept."""

    def __init__(self, root: AccessKey, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._root = root
        self._database = database
        self._clock = clock
        self._seen: dict[str, tuple[float, AccessKey]] = {}

    def find(self, access_key_id: str) -> AccessKey | None:
        """The root key never asks the store."""
        if access_key_id == self._root.access_key_id:
            return self._root
        seen_at, key = self._seen.get(access_key_id, (0.0, None))
        if key is not None and self._clock() - seen_at < FRESH_SECONDS:
            return key
        return self._look_up(access_key_id)

    def _look_up(self, access_key_id: str) -> AccessKey | None:
        seen_at = self._clock()
        self._seen.pop(access_key_id, None)
        key = self._database.read(lambda tx: access_keys.find_usable(tx, access_key_id)).result()
        if key is not None:
            if len(self._seen) >= MOST:
                self._seen.clear()
            self._seen[access_key_id] = (seen_at, key)
        return key
