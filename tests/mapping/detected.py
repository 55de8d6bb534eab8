"""What is proposed for samples, in a form that tests can read."""

import json
from typing import Any

from openprofiles.mapping.detection import Proposal, detect_mapping
from openprofiles.mapping.parsing import parse_object

PERSON = {"id": 7, "first_name": "Ann", "last_name": "Lee", "email": "ann@lee.example"}
ORDER = {
    "id": 9,
    "line_items": [{"title": "Pen", "price": "2.00", "quantity": 1}],
    "total_price": "2.00",
    "total_tax": "0",
}


def detected(*objects: dict[str, Any]) -> Proposal:
    proposal = detect_mapping([parse_object(json.dumps(each)) for each in objects])
    assert proposal is not None
    return proposal


def targets(*objects: dict[str, Any]) -> dict[str, str]:
    """Target → source."""
    return {field.target: field.source or "" for field in detected(*objects).fields.values() if field.target}


def keys(*objects: dict[str, Any]) -> dict[str, tuple[list[str], list[str]]]:
    """Key → its sources and its standard identifiers."""
    proposal = detected(*objects)
    return {
        name: ([proposal.fields[field].source or "" for field in key.field_names or ()], key.standard_identifiers or [])
        for name, [key] in proposal.keys.items()
    }
