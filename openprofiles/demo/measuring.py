"""How well the profiles that the server made fit the people of the truth. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from openprofiles.demo.people import Person

ObjectId = tuple[str, str]
"""Object type and id."""

T = TypeVar("T")


class Fit(msgspec.Struct, frozen=True):
    """Profiles against people. A pair is two objects; it is right where both belong to one person.

    `one_profile` counts people whose objects are all in one profile, `mixed` profiles that hold several people's
    objects, `mixed_households` those of them whose people all live together. `precision` is the share of right pairs
    among those that share a profile, `recall` the share of those of one person that share a profile.
    """

    people: int
    profiles: int
    one_profile: int
    mixed: int
    mixed_households: int
    precision: float
    recall: float


def measure(places: Mapping[ObjectId, str], truth: Mapping[ObjectId, int], people: list[Person]) -> Fit:
    """`places` is the profile of each object, `truth` its person. Objects that are in no profile lower the recall."""
    members = grouped({key: truth[key] for key in places}, places)
    profiles = grouped({key: places.get(key, "") for key in truth}, truth)
    mixed = [persons for persons in members.values() if len(persons) > 1]
    together = pairs(Counter((profile, truth[key]) for key, profile in places.items()))
    return Fit(
        people=len(set(truth.values())),
        profiles=len(members),
        one_profile=sum(len(own) == 1 and "" not in own for own in profiles.values()),
        mixed=len(mixed),
        mixed_households=sum(len({people[person].household for person in persons}) == 1 for persons in mixed),
        precision=_share(together, pairs(Counter(places.values()))),
        recall=_share(together, pairs(Counter(truth.values()))),
    )


def grouped(values: Mapping[ObjectId, T], groups: Mapping[ObjectId, object]) -> dict[object, set[T]]:
    """The different values of each group."""
    result: dict[object, set[T]] = defaultdict(set)
    for key, value in values.items():
        result[groups[key]].add(value)
    return result


def pairs(sizes: Mapping[Any, int]) -> int:
    """How many pairs groups of these sizes hold."""
    return sum(size * (size - 1) // 2 for size in sizes.values())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
