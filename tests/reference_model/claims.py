"""What a profile shows: the fold of all its claims, from scratch each time."""

from dataclasses import dataclass, replace

Rank = tuple[int, int]
Record = dict[str, str]

MANUAL: Rank = (1, 0)
NO_PRIORITY: Rank = (2, 0)

# Times of claims are milliseconds. Ingestion "now" is this year plus a counter, so that a source time
# of the past is always older and one of the far future always newer than an ingestion without one.
NOW = 2_000_000_000_000


def rank_of(priority: int | None) -> Rank:
    """Smaller is stronger: SourcePriority by its number, then manual, then no priority."""
    return NO_PRIORITY if priority is None else (0, priority)


@dataclass(frozen=True)
class Claim:
    """A source says that a field has this value. `value` is empty where a person or a merge emptied the field.

    `order` says when it was made among all claims of the domain. `source` is "object", "manual" or "merge". A claim
    whose object has gone keeps its type, but has no `unique`. A merge decision has the type of the claim that it chose.
    """

    field: str
    value: str
    rank: Rank
    time: int
    order: int
    source: str
    type_name: str = ""
    unique: str | None = None

    def gone(self) -> "Claim":
        return replace(self, unique=None)


def beats(new: Claim, current: Claim) -> bool:
    if new.source in ("manual", "merge"):
        return True
    if new.rank != current.rank:
        return new.rank < current.rank
    return new.time >= current.time


def winners(claims: list[Claim]) -> dict[str, Claim]:
    """The winner of each field, going through the claims in the order in which they were made."""
    best: dict[str, Claim] = {}
    for claim in sorted(claims, key=lambda claim: claim.order):
        current = best.get(claim.field)
        if current is None or beats(claim, current):
            best[claim.field] = claim
    return best


def record(claims: list[Claim]) -> Record:
    """The profile's fields by dotted name, without the empty ones."""
    return {field: claim.value for field, claim in winners(claims).items() if claim.value}


def leave(claims: list[Claim], type_name: str, unique: str) -> list[Claim]:
    """What stays of the claims when an object goes: of its own only the winning ones, marked as gone."""
    winning = winners(claims)
    kept = []
    for claim in claims:
        if (claim.type_name, claim.unique) != (type_name, unique):
            kept.append(claim)
        elif winning[claim.field] is claim:
            kept.append(claim.gone())
    return kept


def ingest(claims: list[Claim], incoming: list[Claim]) -> list[Claim]:
    """The claims after an object came: each of its claims replaces the object's former one unless it is older."""
    result = list(claims)
    for new in incoming:
        former = next((c for c in result if is_same_source(c, new)), None)
        if former is not None and new.time < former.time:
            continue
        if former is not None:
            result.remove(former)
        result.append(new)
    return result


def is_same_source(former: Claim, new: Claim) -> bool:
    return (former.field, former.type_name, former.unique) == (new.field, new.type_name, new.unique)
