"""Holds real answers against the OpenAPI document, strictly: a member that it does not name is one too many."""

import json
from typing import Any

from jsonschema import Draft202012Validator

from openprofiles.extensions import EXTENSIONS
from openprofiles.gateway.routing import Router
from openprofiles.openapi import document_json

DOCUMENT: dict[str, Any] = json.loads(document_json())
ROUTER = Router(EXTENSIONS.values())


def check_answer(method: str, path: str, status: int, answer: object) -> None:
    """Raises ValidationError where an extension's answer is not as the document says. `path` is without a query."""
    operation, _ = ROUTER.find(method, path.encode())
    check_response(DOCUMENT["paths"][operation.path][method.lower()], status, answer)


def check_response(described: dict[str, Any], status: int, answer: object) -> None:
    """The same for an operation of the document."""
    response = described["responses"].get(str(status)) or DOCUMENT["components"]["responses"]["Error"]
    schema = response["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": STRICT}).validate(answer)


def strict(schema: Any) -> Any:
    """The schema without room for members that it does not name."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if "properties" in schema else {}
    return closed | {name: strict(part) for name, part in schema.items()}


STRICT = strict(DOCUMENT["components"])
