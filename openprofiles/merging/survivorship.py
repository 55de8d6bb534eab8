"""Which of the claims on one field wins."""

from collections.abc import Iterable
from typing import Any

import msgspec

MANUAL = "manual"
MERGE = "merge:"

MANUAL_RANK = 1 << 40
"""Between every SourcePriority (its number is its rank, lower is stronger) and sources without one."""

UNRANKED = 1 << 41

ClaimValue = Any
"""Text; for Gender and PartyType also [enum word, text]; for EngagementPreferences a JSON object."""


class Stamp(msgspec.Struct, frozen=True):
    """What all claims share that one source makes at one time.

    `source` is `manual`, `merge:<id>` or `<object type number>:<supplier id>`. `time` is the source's own time, else
    that of the ingestion, in milliseconds. `sequence` orders claims as they were made, in all profiles of a store.
    `gone`: the object no longer exists. `origin`: the number of the object type whose value a merge decision chose, so
    that the decision goes when the type goes.
    """

    source: str
    rank: int
    time: int
    sequence: int
    gone: bool = False
    origin: int = 0

    @property
    def object_type(self) -> int:
        """The number of the object type that the value comes from, 0 where it comes from none."""
        if self.origin or self.is_decision:
            return self.origin
        return int(self.source[: self.source.index(":")])

    @property
    def is_decision(self) -> bool:
        return self.source == MANUAL or self.source.startswith(MERGE)


class Claim(msgspec.Struct, frozen=True):
    """This source says that this field has this value, as of this time. An empty value is a decision that the field is
    empty.
    """

    value: ClaimValue
    stamp: Stamp

    @property
    def source(self) -> str:
        return self.stamp.source

    @property
    def rank(self) -> int:
        return self.stamp.rank

    @property
    def time(self) -> int:
        return self.stamp.time

    @property
    def sequence(self) -> int:
        return self.stamp.sequence

    @property
    def gone(self) -> bool:
        return self.stamp.gone

    @property
    def origin(self) -> int:
        return self.stamp.origin

    @property
    def object_type(self) -> int:
        return self.stamp.object_type

    @property
    def is_decision(self) -> bool:
        return self.stamp.is_decision


def rank_of(source_priority: int | None) -> int:
    """The rank of an object type's claims; lower is stronger."""
    return UNRANKED if source_priority is None else source_priority


def beats(new: Claim, current: Claim) -> bool:
    """Whether a claim that was made later wins over the current winner.

    A manual edit or a merge decision beats all before it; else the stronger rank wins, then the later time, then the
    new one.
    """
    if new.is_decision:
        return True
    if new.rank != current.rank:
        return new.rank < current.rank
    return new.time >= current.time


def fold(claims: Iterable[Claim]) -> Claim | None:
    """The winner of all claims on one field, taken in the order in which they were made."""
    winner: Claim | None = None
    for claim in sorted(claims, key=lambda claim: claim.sequence):
        if winner is None or beats(claim, winner):
            winner = claim
    return winner
