"""The definition of a calculated attribute: what is stored, whether it makes sense, and what it takes of an object."""

from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

from openprofiles.calculation.conditions import CompiledConditions, check_conditions, compile_conditions
from openprofiles.calculation.expressions import Expression, Read, check_names, compile_expression
from openprofiles.calculation.filters import Accepts, check_filter, compile_filter
from openprofiles.calculation.series import Entry
from openprofiles.calculation.statistics import COUNT, NUMERIC
from openprofiles.shapes import AttributeDetails, Conditions, Filter, RangeOverride, Statistic

Verdict = Literal["BEFORE_DEFINITION", "FILTERED", "NO_TIMESTAMP", "NO_VALUE", "NOT_A_NUMBER"]
"""Why an object contributes nothing."""


class CalculatedAttributeDocument(msgspec.Struct, kw_only=True, frozen=True, rename="pascal", omit_defaults=True):
    """What is stored of a calculated attribute. `floor`: objects from before never count, whatever the range."""

    display_name: str | None = None
    description: str | None = None
    statistic: Statistic
    attribute_details: AttributeDetails
    conditions: Conditions | None = None
    filter: Filter | None = None
    use_historical_data: bool | None = None
    floor: int | None = None


class CompiledAttribute(msgspec.Struct, frozen=True):
    """A definition that objects can be held against. `created_at`: 0 for one that was always there."""

    object_type: str
    statistic: str
    expression: Expression
    accepts: Accepts | None
    conditions: CompiledConditions
    use_historical_data: bool
    created_at: int
    floor: int | None

    def entry(self, key: bytes, order: int, ingested_at: int, expires_at: int, read: Read) -> Entry | Verdict:
        """What an object contributes, or why nothing. `read` gives the value of an attribute's name, and of a
        TimestampSource's path as it is written there.
        """
        if ingested_at < self.created_at and not self.use_historical_data:
            return "BEFORE_DEFINITION"
        if self.accepts is not None and not self.accepts(read):
            return "FILTERED"
        time = self.conditions.time_of(read, ingested_at)
        if time is None:
            return "NO_TIMESTAMP"
        value = self._value(read)
        if value is None:
            return "NOT_A_NUMBER" if self.expression.is_filled(read) else "NO_VALUE"
        return Entry(key, time, order, None if self.statistic == COUNT else value, expires_at)

    def window(self, now: int, override: RangeOverride | None = None) -> tuple[int, int]:
        """The first and the last millisecond that an object's time may have. Before an update the first one is the
        floor of the definition to be: a wider range does not bring back what this one leaves out.
        """
        earliest, latest = self.conditions.window(now, override)
        return (earliest if self.floor is None else max(earliest, self.floor)), latest

    def _value(self, read: Read) -> Decimal | str | None:
        return self.expression.number(read) if self.statistic in NUMERIC else self.expression.text(read)


def check_definition(document: CalculatedAttributeDocument) -> None:
    """Raises BadRequestException naming the concrete problem."""
    details = document.attribute_details
    check_names(details.expression, [attribute.name for attribute in details.attributes])
    check_conditions(document.conditions, compile_expression(details.expression).object_type)
    if document.filter is not None:
        check_filter(document.filter)


@lru_cache(1_024)
def compile_definition(document_json: str, created_at: int | None) -> CompiledAttribute:
    """Of a stored document, which has been checked."""
    document = _decode(document_json)
    expression = compile_expression(document.attribute_details.expression)
    return CompiledAttribute(
        expression.object_type,
        document.statistic,
        expression,
        None if document.filter is None else compile_filter(document.filter),
        compile_conditions(document.conditions, expression.object_type),
        document.use_historical_data is True,
        created_at or 0,
        document.floor,
    )


_decode = msgspec.json.Decoder(CalculatedAttributeDocument).decode
