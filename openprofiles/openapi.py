"""The OpenAPI document of the extensions, made from their table."""

import re
from collections.abc import Container, Iterable
from functools import cache
from inspect import cleandoc
from typing import Any

import msgspec
from msgspec.json import schema_components

import openprofiles
from openprofiles.descriptions import Description, Member, descriptions
from openprofiles.errors import ApiError

Schema = dict[str, Any]

SCHEMAS = "#/components/schemas/"

INFO = {
    "title": "openprofiles, beyond the Customer Profiles API",
    "version": openprofiles.__version__,
    "description": "The operations below `/-/`. The Customer Profiles API itself is as AWS describes it.",
}

SIGNATURE = {
    "type": "apiKey",
    "in": "header",
    "name": "Authorization",
    "description": "AWS Signature Version 4 (`AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`) for the "
    "service `profile`, with the header `x-amz-date`. The region of the signature is that of the domain.",
}

HEADERS = {"x-amzn-RequestId": {"$ref": "#/components/headers/RequestId"}}


@cache
def document_json() -> bytes:
    """The document of this server's extensions. It is made when somebody first asks for it."""
    return msgspec.json.encode(document(descriptions()))


def document(described: Iterable[Description]) -> Schema:
    """An OpenAPI 3.1 document of operations."""
    described = tuple(described)
    requests, schemas = _schemas(described)
    paths: dict[str, Schema] = {}
    for one in described:
        request = requests[one.operation.name]
        paths.setdefault(one.operation.path, {})[one.operation.method.lower()] = _operation(one, request, schemas)
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "security": [{"SigV4": []}],
        "tags": [{"name": noun} for noun in dict.fromkeys([*map(_tag, described), "server"])],
        "paths": paths | {path: _unsigned_page(path, *page) for path, page in UNSIGNED_PAGES.items()},
        "components": {
            "schemas": schemas | {"Error": ERROR},
            "headers": {"RequestId": {"schema": {"type": "string"}, "description": "Names the request in the log."}},
            "responses": {"Error": _error_response()},
            "securitySchemes": {"SigV4": SIGNATURE},
        },
    }


JSON = {"application/json": {"schema": {"type": "object"}}}
TEXT = {"text/plain": {"schema": {"type": "string"}}}

UNSIGNED_PAGES = {
    "/-/health": ("Whether the process is alive.", JSON),
    "/-/ready": ("Whether the store answers: 200 if it does, else 503.", JSON),
    "/-/openapi.json": ("This document.", JSON),
    "/-/metrics": ("What the server has counted, in the text format of Prometheus; 404 where it is turned off.", TEXT),
}
"""What needs no signature, and what it is answered with."""


def _unsigned_page(path: str, text: str, content: Schema) -> Schema:
    name = path.removeprefix("/-/").partition(".")[0]
    answers = {"200": {"description": "Yes.", "content": content}}
    page: Schema = {"operationId": name, "tags": ["server"], "summary": text, "security": [], "responses": answers}
    return {"get": page}


def _tag(one: Description) -> str:
    return one.noun or "server"


def _operation(one: Description, request: Schema, schemas: dict[str, Schema]) -> Schema:
    parts: Schema = {
        "operationId": one.operation.name,
        "tags": [_tag(one)],
        "summary": one.summary,
        "parameters": [_parameter(member, request) for member in one.members if member.place != "body"],
        "responses": {str(one.operation.status): _success(one), "default": {"$ref": "#/components/responses/Error"}},
    }
    if one.text:
        parts["description"] = _with_wire_names(one.text, request["properties"])
    body = [member for member in one.members if member.place == "body"]
    if body:
        name = one.operation.request.__name__
        schemas[name] = _body(request, {member.name for member in body})
        parts["requestBody"] = {
            "required": any(member.field.required for member in body),
            "content": {"application/json": {"schema": {"$ref": SCHEMAS + name}}},
        }
    return parts


def _parameter(member: Member, request: Schema) -> Schema:
    schema = request["properties"][member.name]
    if member.kind == "timestamp":
        schema = {"type": "string", "format": "date-time"}
    return {"name": member.label, "in": member.place, "required": member.field.required, "schema": schema}


def _body(request: Schema, names: set[str]) -> Schema:
    """The shape of a request without what travels elsewhere. Its text is the operation's."""
    return {
        "title": request["title"],
        "type": "object",
        "properties": {name: schema for name, schema in request["properties"].items() if name in names},
        "required": [name for name in request["required"] if name in names],
    }


# --- answers


ERROR: Schema = {
    "type": "object",
    "properties": {
        "Message": {"type": "string", "description": "What is wrong."},
        "message": {"type": "string", "description": "The same, where it is the signature that is wrong."},
    },
    "oneOf": [{"required": ["Message"]}, {"required": ["message"]}],
}


def _success(one: Description) -> Schema:
    if one.operation.streams:
        return {"description": "Lines of JSON.", "headers": HEADERS, "content": {"application/x-ndjson": {}}}
    response = one.operation.response
    schema = {"type": "object"} if response is None else {"$ref": SCHEMAS + response.__name__}
    return {"description": "Success.", "headers": HEADERS, "content": {"application/json": {"schema": schema}}}


def _error_response() -> Schema:
    code = {"schema": {"type": "string", "enum": sorted(_codes(ApiError))}, "description": "The type of the error."}
    return {
        "description": "Nothing was done, and why.",
        "headers": HEADERS | {"x-amzn-ErrorType": code},
        "content": {"application/json": {"schema": {"$ref": SCHEMAS + "Error"}}},
    }


def _codes(error: type[ApiError]) -> set[str]:
    return {error.code}.union(*(_codes(kind) for kind in error.__subclasses__()))


# --- schemas


def _schemas(described: tuple[Description, ...]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """The schema of each operation's request, and the named schemas of all else."""
    operations = [one.operation for one in described]
    responses = [one.response for one in operations if one.response is not None and not one.streams]
    requests = [one.request for one in operations]
    _, named = schema_components([*requests, *responses], schema_hook=_anything, ref_template=SCHEMAS + "{name}")
    named = {name: _on_the_wire(schema) for name, schema in named.items()}
    return {one.name: named.pop(one.request.__name__) for one in operations}, named


def _anything(kind: type) -> Schema:
    """What a member of type `object` may be."""
    if kind is object:
        return {"description": "Any JSON value."}
    raise NotImplementedError


def _on_the_wire(schema: Any) -> Any:
    """The schema as others read it: a member that is None is absent, so there are no nulls; the end of a text is as
    JSON Schema's regular expressions (ECMA-262) write it; a text about members has their wire names.
    """
    if isinstance(schema, list):
        return [_on_the_wire(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _on_the_wire(part) for name, part in schema.items() if (name, part) != ("default", None)}
    if isinstance(kept.get("pattern"), str):
        kept["pattern"] = kept["pattern"].replace(r"\Z", "$")
    if isinstance(kept.get("description"), str):
        kept["description"] = _with_wire_names(cleandoc(kept["description"]), kept.get("properties", {}))
    choices = [choice for choice in kept.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) == 1:
        del kept["anyOf"]
        return kept | choices[0]
    return kept


def _with_wire_names(text: str, members: Container[str]) -> str:
    """`object_key` → `ObjectKey`, where there is such a member."""

    def wire_name(quoted: re.Match[str]) -> str:
        name = quoted[1].title().replace("_", "")
        return f"`{name}`" if name in members else quoted[0]

    return re.sub("`([a-z_]+)`", wire_name, text)
