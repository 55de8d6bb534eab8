"""A table of operations that no server has, with every kind of member that a table may have."""

from typing import Annotated, Literal

import msgspec

from openprofiles.descriptions import Description, descriptions
from openprofiles.operations import Operation
from openprofiles.shapes import Name, Shape, StringifiedJson, Timestamp, Token


class Rule(Shape, kw_only=True):
    name: Name


class ListThingsRequest(Shape, kw_only=True):
    domain_name: Name
    since: Timestamp | None = None
    names: list[Name] | None = None
    hidden: bool | None = None
    contains: str | None = None
    next_token: Token | None = None


class ListThingsResponse(Shape, kw_only=True):
    items: list[str]
    total: int
    next_token: str | None = None


class TryThingRequest(Shape, kw_only=True):
    """What to try. `max_parts` is a member, and `parts` is none."""

    domain_name: Name
    any_value: object = None
    object: StringifiedJson
    rule: Rule | None = None
    rules: list[Rule] | None = None
    kind: Literal["NEW", "OLD"] | None = None
    strict: bool | None = None
    max_parts: Annotated[int, msgspec.Meta(ge=1)] | None = None
    share: float | None = None
    note: Annotated[str, msgspec.Meta(max_length=100)] | None = None


class SetClockRequest(Shape, kw_only=True):
    now: Timestamp


class ExportThingsRequest(Shape, kw_only=True):
    """Every thing is a line."""

    domain_name: Name
    next_token: Token | None = None


class ExportThingsResponse(Shape, kw_only=True):
    lines: bytes
    next_token: str | None = None


DOMAIN = ("DomainName", "DomainName")

TABLE = {
    operation.name: operation
    for operation in (
        Operation(
            name="ListThings",
            method="GET",
            path="/-/domains/{DomainName}/things",
            function="list_things",
            reads=True,
            status=200,
            request=ListThingsRequest,
            response=ListThingsResponse,
            path_members=(DOMAIN,),
            query_members=(
                ("since", "Since", "timestamp"),
                ("name", "Names", "string-list"),
                ("hidden", "Hidden", "boolean"),
                ("contains", "Contains", "string"),
                ("next-token", "NextToken", "string"),
            ),
        ),
        Operation(
            name="DryRunThing",
            method="POST",
            path="/-/domains/{DomainName}/things/dry-run",
            function="dry_run_thing",
            reads=True,
            status=200,
            request=TryThingRequest,
            response=None,
            path_members=(DOMAIN,),
        ),
        Operation(
            name="ExportThings",
            method="GET",
            path="/-/domains/{DomainName}/things/export",
            function="export_things",
            reads=True,
            status=200,
            request=ExportThingsRequest,
            response=ExportThingsResponse,
            path_members=(DOMAIN,),
            streams=True,
        ),
        Operation(
            name="SetClock",
            method="PUT",
            path="/-/clock",
            function="set_clock",
            reads=False,
            status=200,
            request=SetClockRequest,
            response=None,
        ),
    )
}

THINGS: dict[str, Description] = {one.operation.name: one for one in descriptions(TABLE)}
