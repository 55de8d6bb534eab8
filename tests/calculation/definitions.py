"""Definitions and objects for the tests of calculated attributes."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from openprofiles.calculation.definitions import CalculatedAttributeDocument, CompiledAttribute, compile_definition
from openprofiles.calculation.expressions import Read
from openprofiles.calculation.moments import DAY
from openprofiles.calculation.series import Entry, Value
from openprofiles.mapping.attributes import value_at

NOW = 20_000 * DAY + 12 * 3_600_000
KEY = b"twelve bytes"
LATER = NOW + 1_000 * DAY


def document(
    statistic: str = "LAST_OCCURRENCE", expression: str = "{Order.a}", names: Iterable[str] = ("a", "b"), **members: Any
) -> CalculatedAttributeDocument:
    """`members` by the API's names: Conditions, Filter, UseHistoricalData, Floor."""
    details = {"Expression": expression, "Attributes": [{"Name": name} for name in names]}
    return msgspec.convert(
        {"Statistic": statistic, "AttributeDetails": details, **members}, CalculatedAttributeDocument, strict=True
    )


def attribute(
    statistic: str = "LAST_OCCURRENCE", expression: str = "{Order.a}", created_at: int | None = 0, **members: Any
) -> CompiledAttribute:
    stored = msgspec.json.encode(document(statistic, expression, **members)).decode()
    return compile_definition(stored, created_at)


def reading(document: Any) -> Read:
    return lambda name: value_at(document, name)


def entry(number: int, time: int, value: Value = None, order: int | None = None, expires_at: int = LATER) -> Entry:
    """The key is made of the number; the order of arrival is the number where none is given."""
    return Entry(number.to_bytes(12, "big"), time, number if order is None else order, value, expires_at)


def entries(*values: str | None) -> list[Entry]:
    """One a second, the last one a second before NOW."""
    return [entry(number, NOW - (len(values) - number) * 1_000, value) for number, value in enumerate(values)]


def numbers(*values: str) -> list[Entry]:
    return [msgspec.structs.replace(each, value=Decimal(str(each.value))) for each in entries(*values)]
