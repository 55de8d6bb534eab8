"""The generated files say what botocore's model of the service says, and requests of all operations fit them."""

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from urllib.parse import urlencode, urlsplit

import botocore.awsrequest
import botocore.serialize
import botocore.session
import msgspec
import pytest
from botocore import xform_name
from botocore.model import StructureShape

from openprofiles import shapes
from openprofiles.errors import BadRequestException
from openprofiles.gateway.codec import decode_request
from openprofiles.gateway.routing import Router
from openprofiles.operations import OPERATIONS, Operation

ROUTER = Router(OPERATIONS.values())
MODEL = botocore.session.get_session().get_service_model("customer-profiles")
SERIALIZER = botocore.serialize.create_serializer("rest-json", include_validation=False)
GENERATOR = Path(__file__).parents[2] / "scripts" / "generate_api.py"

# Source: the service model's operations with these verbs change nothing, whatever their HTTP method.
READS_BY_POST = [
    "BatchGetProfile",
    "DetectProfileObjectType",
    "GetIntegration",
    "GetSimilarProfiles",
    "ListProfileObjects",
    "SearchProfiles",
]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_api", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_both_files_are_what_the_generator_makes(generator: Any) -> None:
    files = generator.generated_files()

    assert len(files) == 2
    for path, text in files.items():
        assert (generator.ROOT / path).read_text() == text


def test_the_check_passes_for_the_files_as_they_are(generator: Any) -> None:
    assert generator.main(["--check"]) == 0


def test_the_check_fails_when_a_file_differs(generator: Any, capsys: pytest.CaptureFixture[str]) -> None:
    status = generator.check({generator.SHAPES: "something else"})

    assert status == 1
    assert "openprofiles/shapes.py" in capsys.readouterr().err


def test_the_generator_refuses_another_version_of_botocore(
    generator: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("botocore.__version__", "1.43.11")

    assert generator.main([]) == 2
    assert "1.44.5" in capsys.readouterr().err


def test_the_table_has_all_115_operations_in_alphabetic_order() -> None:
    assert list(OPERATIONS) == sorted(MODEL.operation_names)
    assert len(OPERATIONS) == 115


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_a_row_says_what_the_model_says(operation: Operation) -> None:
    modelled = MODEL.operation_model(operation.name)

    assert (operation.method, operation.path) == (modelled.http["method"], modelled.http["requestUri"])
    assert operation.status == modelled.http.get("responseCode", 200)
    assert operation.function == xform_name(operation.name)
    assert operation.request is getattr(shapes, operation.name + "Request")
    assert operation.response is getattr(shapes, operation.name + "Response")


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_shapes_have_the_models_members_and_requirements(operation: Operation) -> None:
    modelled = MODEL.operation_model(operation.name)

    assert operation.response is not None
    assert members(operation.request) == modelled_members(modelled.input_shape)
    assert members(operation.response) == modelled_members(modelled.output_shape)


def members(shape: type[msgspec.Struct]) -> dict[str, tuple[str, bool]]:
    """Wire name → attribute name, and whether it is required."""
    return {field.encode_name: (field.name, field.required) for field in msgspec.structs.fields(shape)}


def modelled_members(shape: StructureShape | None) -> dict[str, tuple[str, bool]]:
    assert shape is not None
    return {name: (xform_name(name), name in shape.required_members) for name in shape.members}


def test_reading_operations_are_told_by_their_verb() -> None:
    assert all(OPERATIONS[name].reads for name in READS_BY_POST)
    assert all(operation.reads for operation in OPERATIONS.values() if operation.method == "GET")
    assert not any(operation.reads for operation in OPERATIONS.values() if operation.method in ("PUT", "DELETE"))
    assert not OPERATIONS["MergeProfiles"].reads
    assert not OPERATIONS["CreateProfile"].reads


def test_the_one_oddly_named_shape_has_the_regular_name_too() -> None:
    assert shapes.ListProfileAttributeValuesRequest is shapes.ProfileAttributeValuesRequest


def test_query_members_have_their_names_and_kinds() -> None:
    assert OPERATIONS["UntagResource"].query_members == (("tagKeys", "tagKeys", "string-list"),)
    assert OPERATIONS["ListIntegrations"].query_members == (
        ("next-token", "NextToken", "string"),
        ("max-results", "MaxResults", "integer"),
        ("include-hidden", "IncludeHidden", "boolean"),
    )


def test_three_operations_answer_with_a_status_of_their_own() -> None:
    named = {operation.name for operation in OPERATIONS.values() if operation.status_member == "status_code"}

    assert named == {"CreateSegmentEstimate", "GetSegmentEstimate", "ListProfileAttributeValues"}


@pytest.mark.parametrize("wire_name", ["description", "tags", "MinProvisionedTPS", "resourceArn", "tagKeys", "name"])
def test_irregular_wire_names_are_kept(wire_name: str) -> None:
    structures = [
        value for value in vars(shapes).values() if isinstance(value, type) and issubclass(value, shapes.Shape)
    ]

    assert any(wire_name in structure.__struct_encode_fields__ for structure in structures)


# --- examples of requests, made from the shapes


TEXTS = [
    "a",
    "abc",
    "a" * 32,
    "12:30",
    "$abc",
    "arn:aws:profile:us-east-1:000000000000:domains/d",
    "arn:aws:iam::000000000000:role/r",
    "arn:aws:iam:us-east-1:000000000000:role/r",
    "arn:aws:kms:us-east-1:000000000000:key/k",
    "v/2024-01-01T00-00-00Z",
]


def plain_type(annotation: Any) -> tuple[Any, msgspec.Meta]:
    if get_origin(annotation) in (Union, UnionType):
        [annotation] = [inner for inner in get_args(annotation) if inner is not NoneType]
    if get_origin(annotation) is Annotated:
        return get_args(annotation)[0], get_args(annotation)[1]
    return annotation, msgspec.Meta()


def example(annotation: Any, whole: bool) -> Any:
    """A valid wire value of a type: with all members if `whole`, else with the required ones."""
    plain, limits = plain_type(annotation)
    match get_origin(plain) or plain:
        case origin if origin is list:
            return [example(get_args(plain)[0], whole)] * max(limits.min_length or 0, 1)
        case origin if origin is dict:
            return {example(get_args(plain)[0], whole): example(get_args(plain)[1], whole)}
        case origin if origin is Literal:
            return get_args(plain)[0]
        case origin if origin in (str, int, float, bool):
            return example_scalar(plain, annotation, limits)
    fields = [field for field in msgspec.structs.fields(plain) if whole or field.required]
    return {field.encode_name: example(field.type, whole) for field in fields}


def example_scalar(plain: Any, annotation: Any, limits: msgspec.Meta) -> Any:
    if plain is str:
        return next(text for text in TEXTS if fits(text, annotation))
    return plain(max(limits.ge, 1) if limits.ge is not None else 1)


def fits(text: str, annotation: Any) -> bool:
    try:
        msgspec.convert(text, annotation)
    except msgspec.ValidationError:
        return False
    return True


def without_required_members(annotation: Any, value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Copies of a wire value that each lack one required member, at any depth, with the path of what is missing."""
    plain, _ = plain_type(annotation)
    if isinstance(value, list):
        for path_inside, item in without_required_members(get_args(plain)[0], value[0], f"{path}.1.member"):
            yield path_inside, [item, *value[1:]]
    elif get_origin(plain) is dict:
        [(key, inner)] = value.items()
        for path_inside, item in without_required_members(get_args(plain)[1], inner, f"{path}.{key}.member"):
            yield path_inside, {key: item}
    elif isinstance(value, dict):
        for field in msgspec.structs.fields(plain):
            name = field.encode_name
            here = f"{path}.{name[0].lower()}{name[1:]}".lstrip(".")
            if field.required:
                yield here, {other: value[other] for other in value if other != name}
            for path_inside, item in without_required_members(field.type, value[name], here):
                yield path_inside, value | {name: item}


# --- the ways in


def decode_members(name: str, members: dict[str, Any]) -> Any:
    """Decode a request that has these members, each in the place where it belongs."""
    operation, members = OPERATIONS[name], dict(members)
    path = {placeholder: members.pop(member) for placeholder, member in operation.path_members}
    query = {key: members.pop(member) for key, member, _ in operation.query_members if member in members}
    texts = {key: str(value).lower() if isinstance(value, bool) else value for key, value in query.items()}
    return decode_request(operation, path, urlencode(texts, doseq=True).encode(), json.dumps(members).encode())


def decode_as_sent_by_botocore(name: str, members: dict[str, Any]) -> Any:
    request = SERIALIZER.serialize_to_request(members, MODEL.operation_model(name))
    botocore.awsrequest.prepare_request_dict(request, endpoint_url="http://localhost")
    prepared = botocore.awsrequest.create_request_object(request).prepare()
    url = urlsplit(prepared.url)
    body = prepared.body if isinstance(prepared.body, bytes) else (prepared.body or "").encode()
    operation, path_members = ROUTER.find(prepared.method, url.path.encode())
    assert operation.name == name
    return decode_request(operation, path_members, url.query.encode(), body)


# --- all operations


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("whole", [False, True], ids=["required members", "all members"])
def test_what_botocore_sends_is_what_the_operation_gets(name: str, whole: bool) -> None:
    members = example(OPERATIONS[name].request, whole)

    request = decode_as_sent_by_botocore(name, members)

    assert msgspec.to_builtins(request) == members


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_missing_required_member_is_named(name: str) -> None:
    operation = OPERATIONS[name]
    in_path = {member for _, member in operation.path_members}
    whole = example(operation.request, whole=True)

    for path, members in without_required_members(operation.request, whole):
        if in_path <= members.keys():
            with pytest.raises(BadRequestException) as caught:
                decode_members(name, members)
            assert caught.value.message == (
                f"1 validation error detected: Value at '{path}' failed to satisfy constraint: Member must not be null"
            )


def test_encoded_slashes_and_spaces_arrive_from_botocore_as_they_were() -> None:
    arn = "arn:aws:profile:us-east-1:1:domains/my domain/integrations/a%2Fb"

    request = decode_as_sent_by_botocore("UntagResource", {"resourceArn": arn, "tagKeys": ["a+b", "c=d", "e:/._-"]})

    assert request.resource_arn == arn
    assert request.tag_keys == ["a+b", "c=d", "e:/._-"]
