"""Filters: groups of dimensions."""

from typing import Any

import msgspec
import pytest

from openprofiles.calculation.filters import check_filter, compile_filter
from openprofiles.errors import BadRequestException
from openprofiles.shapes import Filter
from tests.calculation.definitions import reading


def dimension(**attributes: str) -> dict[str, Any]:
    """Each attribute equals a text."""
    return {"Attributes": {name: {"DimensionType": "INCLUSIVE", "Values": [text]} for name, text in attributes.items()}}


def group(word: str, *dimensions: dict[str, Any]) -> dict[str, Any]:
    return {"Type": word, "Dimensions": list(dimensions)}


def shape(include: str, *groups: dict[str, Any]) -> Filter:
    return msgspec.convert({"Include": include, "Groups": list(groups)}, Filter)


def passing(definition: Filter, objects: dict[str, dict[str, str]]) -> str:
    accepts = compile_filter(definition)
    return " ".join(name for name, document in objects.items() if accepts(reading(document)))


OBJECTS = {"none": {}, "a": {"a": "1"}, "b": {"b": "1"}, "both": {"a": "1", "b": "1"}}


@pytest.mark.parametrize(("word", "names"), [("ALL", "both"), ("ANY", "a b both"), ("NONE", "none")])
def test_the_type_of_a_group_combines_its_dimensions(word: str, names: str) -> None:
    assert passing(shape("ALL", group(word, dimension(a="1"), dimension(b="1"))), OBJECTS) == names


@pytest.mark.parametrize(("word", "names"), [("ALL", "both"), ("ANY", "a b both"), ("NONE", "none")])
def test_include_combines_the_groups(word: str, names: str) -> None:
    assert passing(shape(word, group("ALL", dimension(a="1")), group("ALL", dimension(b="1"))), OBJECTS) == names


def test_the_attributes_of_one_dimension_must_all_hold() -> None:
    assert passing(shape("ALL", group("ANY", dimension(a="1", b="1"))), OBJECTS) == "both"


def test_none_of_none_is_what_has_any() -> None:
    assert passing(shape("NONE", group("NONE", dimension(a="1"), dimension(b="1"))), OBJECTS) == "a b both"


def test_a_dotted_attribute_leads_into_the_object() -> None:
    accepts = compile_filter(shape("ALL", group("ALL", dimension(**{"agent.id": "x"}))))

    assert accepts(reading({"agent": {"id": "x"}}))


def test_a_filter_with_impossible_values_is_refused() -> None:
    impossible = {"Attributes": {"a": {"DimensionType": "EQUAL", "Values": ["many"]}}}

    with pytest.raises(BadRequestException, match="EQUAL takes numbers"):
        check_filter(shape("ALL", group("ALL", dimension(a="1"), impossible)))


def test_a_dimension_without_attributes_is_refused() -> None:
    with pytest.raises(BadRequestException, match="no Attributes"):
        check_filter(shape("ALL", group("ALL", {"Attributes": {}})))
