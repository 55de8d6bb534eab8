"""Call: what an operation is given besides its request."""

from fnmatch import fnmatchcase

import msgspec

from openprofiles.settings import Policy, Quotas
from openprofiles.storage.database import Transaction
from openprofiles.storage.switches import Switches


class Principal(msgspec.Struct, frozen=True):
    """Who calls: an access key of an account, and the domain names that it may touch (`*` and `?` as in a shell)."""

    access_key_id: str
    account: str
    domain_pattern: str = "*"

    def may_touch(self, domain_name: str) -> bool:
        """Whether the key may touch the domain of this name."""
        return self.domain_pattern == "*" or fnmatchcase(domain_name, self.domain_pattern)

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{self.account}:access-key/{self.access_key_id}"


class Call(msgspec.Struct):
    """One run of one call. Time, ids and randomness are fixed by `now`, `request_id` and `seed`, so a call can run
    again. `quotas` and `policy` are the server's; `switches` are there on a server for tests.

    `now` is in milliseconds since the epoch, UTC.
    """

    tx: Transaction
    principal: Principal
    region: str
    now: int
    request_id: str
    seed: bytes
    quotas: Quotas = Quotas()
    policy: Policy = Policy()
    switches: Switches | None = None
    ids_given: int = 0

    @property
    def account(self) -> str:
        return self.principal.account

    def new_id(self) -> bytes:
        """The next of this call's ids: 16 bytes, a version 7 UUID. The same again when the call runs again."""
        self.ids_given += 1
        return time_ordered_id(self.now, self.seed, self.ids_given)


def time_ordered_id(now: int, seed: bytes, number: int) -> bytes:
    """A version 7 UUID (RFC 9562) from milliseconds, 16 random bytes and a number that orders ids of one call."""
    head = now.to_bytes(6) + (0x7000 | (number & 0x0FFF)).to_bytes(2)
    random = int.from_bytes(seed[8:]) ^ (number >> 12)
    return head + (0x8000_0000_0000_0000 | random & 0x3FFF_FFFF_FFFF_FFFF).to_bytes(8)
