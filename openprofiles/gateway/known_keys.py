"""Access keys for authentication: the root key, and the store's."""

import time
from collections.abc import Callable
from concurrent.futures import Future

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
        """The key, if the store need not be asked for it. It never is for the root key."""
        if access_key_id == self._root.access_key_id:
            return self._root
        seen_at, key = self._seen.get(access_key_id, (0.0, None))
        return key if self._clock() - seen_at < FRESH_SECONDS else None

    def ask(self, access_key_id: str) -> Future[AccessKey | None]:
        """The key as the store has it. Nobody may wait for it on the event loop: a database may be slow, or away."""
        asked_at = self._clock()
        asked = self._database.read(lambda tx: access_keys.find_usable(tx, access_key_id))
        asked.add_done_callback(lambda answered: self._remember(asked_at, answered))
        return asked

    def _remember(self, asked_at: float, answered: Future[AccessKey | None]) -> None:
        key = None if answered.exception() is not None else answered.result()
        if key is not None:
            if len(self._seen) >= MOST:
                self._seen.clear()
            self._seen[key.access_key_id] = (asked_at, key)
