"""The demo's mappings are what the service takes."""

from typing import Any

import botocore.session
import msgspec
import pytest
from botocore.validate import ParamValidator

from openprofiles.demo.object_types import OBJECT_TYPES, UNIQUE_KEYS
from openprofiles.mapping.definitions import ObjectTypeDocument, check_definition, content_types_of_keys

PUT = botocore.session.get_session().get_service_model("customer-profiles").operation_model("PutProfileObjectType")


@pytest.mark.parametrize("definition", OBJECT_TYPES.values(), ids=OBJECT_TYPES)
def test_botocore_finds_nothing_wrong_with_a_definition(definition: dict[str, Any]) -> None:
    assert PUT.input_shape is not None
    report = ParamValidator().validate({"DomainName": "demo", **definition}, PUT.input_shape)

    assert not report.has_errors(), report.generate_report()


def test_the_definitions_keep_all_rules_and_fit_into_one_domain() -> None:
    taken: dict[str, list[list[str]]] = {}

    for definition in OBJECT_TYPES.values():
        document = msgspec.convert(definition, ObjectTypeDocument)
        check_definition(document, taken)
        for key, content_types in content_types_of_keys(document).items():
            taken[key] = taken.get(key, []) + content_types

    assert set(UNIQUE_KEYS.values()) | {"_account", "_email", "_phone"} <= set(taken)


@pytest.mark.parametrize("object_type", OBJECT_TYPES)
def test_the_key_by_which_objects_are_found_is_the_unique_one(object_type: str) -> None:
    keys = OBJECT_TYPES[object_type]["Keys"]

    assert [name for name, entries in keys.items() if "UNIQUE" in entries[0]["StandardIdentifiers"]] == [
        UNIQUE_KEYS[object_type]
    ]


def test_phones_match_only_where_nothing_better_did() -> None:
    entries = [entry for definition in OBJECT_TYPES.values() for entry in definition["Keys"].get("_phone", ())]

    assert [entry["StandardIdentifiers"] for entry in entries] == [["PROFILE", "SECONDARY"]] * 3
