"""Which objects a calculated attribute takes: groups of dimensions, combined by ALL, ANY or NONE."""

from collections.abc import Callable, Iterable

from openprofiles.calculation.dimensions import compile_dimension
from openprofiles.calculation.expressions import Read
from openprofiles.errors import BadRequestException
from openprofiles.shapes import Filter, FilterDimension, FilterGroup

Accepts = Callable[[Read], bool]
"""The attributes of one object → whether it passes."""

COMBINATIONS: dict[str, Callable[[Iterable[bool]], bool]] = {
    "ALL": all,
    "ANY": any,
    "NONE": lambda parts: not any(parts),
}


def check_filter(definition: Filter) -> None:
    """Raises BadRequestException for what can never be meant."""
    compile_filter(definition)


def compile_filter(definition: Filter) -> Accepts:
    """Include combines the groups, a group's Type its dimensions; the attributes of one dimension must all hold.

    Raises BadRequestException for what can never be meant.
    """
    return _combined(definition.include, [_group(group) for group in definition.groups])


def _group(group: FilterGroup) -> Accepts:
    return _combined(group.type, [_dimension(dimension) for dimension in group.dimensions])


def _dimension(dimension: FilterDimension) -> Accepts:
    if not dimension.attributes:
        raise BadRequestException("A dimension of the Filter has no Attributes.")
    parts = [
        (name, compile_dimension(attribute.dimension_type, tuple(attribute.values)))
        for name, attribute in dimension.attributes.items()
    ]
    return lambda read: all(holds(read(name)) for name, holds in parts)


def _combined(word: str, parts: list[Accepts]) -> Accepts:
    combine = COMBINATIONS[word]
    return lambda read: combine(part(read) for part in parts)
