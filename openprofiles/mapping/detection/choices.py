"""What was chosen for a target, and how it is chosen from several candidates."""

from collections.abc import Iterable, Sequence

import msgspec

from openprofiles.mapping.content_types import STRING
from openprofiles.mapping.detection.meanings import Meaning
from openprofiles.mapping.detection.samples import Leaf, source_of
from openprofiles.mapping.json_values import text_of
from openprofiles.mapping.standard_objects import max_length

JOINED = "{{#removeExtraSpace}}%s{{/removeExtraSpace}}"
INDIVIDUAL = "{{#if %s}}INDIVIDUAL{{else}}BUSINESS{{/if}}"
BUSINESS = "{{#if %s}}BUSINESS{{else}}INDIVIDUAL{{/if}}"

EMPTY_COST, LIST_COST = 3.0, 0.5
RANK_COST, QUALIFIER_COST, CONTAINER_COST = 0.1, 0.2, 0.1
MOST_RANKS = 9
"""From there on the place among the names only tells equals apart."""


class Choice(msgspec.Struct, frozen=True):
    """A field of the proposal: where its value comes from and goes. Several leaves are joined by a space."""

    target: str
    leaves: tuple[Leaf, ...]
    content_type: str = STRING
    template: str = ""
    cost: float = 0.0

    @property
    def source(self) -> str:
        sources = [source_of(leaf.path) or "" for leaf in self.leaves]
        if self.template:
            return self.template % sources[0]
        return sources[0] if len(sources) == 1 else JOINED % " ".join(f"{{{{{source}}}}}" for source in sources)

    @property
    def is_plain(self) -> bool:
        """Whether its value is that of a leaf as it is."""
        return len(self.leaves) == 1 and not self.template


def cost_of(leaf: Leaf, meaning: Meaning) -> float:
    """The less the better: the plainest name wins, and a leaf that has a value in some sample."""
    rank = RANK_COST * min(meaning.rank, MOST_RANKS) + meaning.rank / 10_000
    around = QUALIFIER_COST * len(meaning.qualifiers) + CONTAINER_COST * len(meaning.containers)
    return rank + around + (LIST_COST if leaf.is_listed else 0.0) + (0.0 if leaf.filled else EMPTY_COST)


def fits(leaf: Leaf, target: str) -> bool:
    """Whether no sample would be refused for a value that is too long."""
    prefix, _, path = target.partition(".")
    return all(len(text_of(value)) <= max_length(prefix, path) for value in leaf.filled)


def can_be_templated(*leaves: Leaf) -> bool:
    """Handlebars have no way to quote some names."""
    names = [step for leaf in leaves for step in leaf.path if isinstance(step, str)]
    return set("{}~'\"[] \t\n").isdisjoint("".join(names))


def best(candidates: Iterable[Choice], chosen: Sequence[Choice] = ()) -> list[Choice]:
    """Each target once, each leaf once; the first of equals."""
    targets = {choice.target for choice in chosen}
    taken = {leaf.path for choice in chosen for leaf in choice.leaves}
    found: list[Choice] = []
    for one in sorted(candidates, key=lambda candidate: candidate.cost):
        paths = {leaf.path for leaf in one.leaves}
        if one.target not in targets and paths.isdisjoint(taken):
            found.append(one)
            targets.add(one.target)
            taken |= paths
    return found
