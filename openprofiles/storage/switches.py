"""What a server for tests imitates, and how far its clock is from the wall's: one setting, the same for all nodes."""

import msgspec

from openprofiles.storage import settings
from openprofiles.storage.database import Transaction

SETTING = "test_switches"


class Switches(msgspec.Struct, frozen=True, omit_defaults=True):
    """`clock_offset`, `ingestion_delay` and `ingestion_jitter` in milliseconds; `concurrent_update_rate` is the share
    of writing calls that are refused.
    """

    clock_offset: int = 0
    ingestion_delay: int = 0
    ingestion_jitter: int = 0
    concurrent_update_rate: float = 0.0

    @property
    def delays(self) -> bool:
        return self.ingestion_delay > 0 or self.ingestion_jitter > 0


_decode = msgspec.json.Decoder(Switches).decode


def get(tx: Transaction) -> Switches:
    text = settings.find(tx, SETTING)
    return Switches() if text is None else _decode(text)


def put(tx: Transaction, switches: Switches) -> None:
    settings.put(tx, SETTING, msgspec.json.encode(switches).decode())
