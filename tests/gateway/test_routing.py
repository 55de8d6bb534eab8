"""Method and raw path find the operation and its path members."""

import pytest

from openprofiles.errors import BadRequestException, UnknownOperationException
from openprofiles.gateway.routing import Router
from openprofiles.operations import OPERATIONS, Operation

ROUTER = Router(OPERATIONS.values())


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_every_operation_is_found_by_its_own_path(operation: Operation) -> None:
    path = operation.path
    for placeholder, _ in operation.path_members:
        path = path.replace("{" + placeholder + "}", f"a-{placeholder}")

    found, members = ROUTER.find(operation.method, path.encode())

    assert found is operation
    assert members == {placeholder: f"a-{placeholder}" for placeholder, _ in operation.path_members}


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", b"/domains", "ListDomains"),
        ("POST", b"/domains/d", "CreateDomain"),
        ("PUT", b"/domains/d", "UpdateDomain"),
        ("DELETE", b"/domains/d", "DeleteDomain"),
        ("PUT", b"/domains/d/profiles/objects", "PutProfileObject"),
        ("POST", b"/domains/d/profiles/objects", "ListProfileObjects"),
        ("POST", b"/domains/d/profiles/objects/delete", "DeleteProfileObject"),
        ("POST", b"/domains/d/profiles/objects/merge", "MergeProfiles"),
        ("POST", b"/domains/d/profiles", "CreateProfile"),
    ],
)
def test_one_path_leads_to_an_operation_for_each_method(method: str, path: bytes, name: str) -> None:
    assert ROUTER.find(method, path)[0].name == name


def test_a_literal_segment_wins_over_a_placeholder() -> None:
    router = Router([a_row("Named", "/things/{Name}"), a_row("Special", "/things/special")])

    assert router.find("GET", b"/things/special")[0].name == "Special"
    assert router.find("GET", b"/things/other")[0].name == "Named"


def test_a_placeholder_takes_a_literals_text_where_the_literal_leads_nowhere() -> None:
    router = Router([a_row("Special", "/things/special/parts"), a_row("Named", "/things/{Name}/owner")])

    operation, members = router.find("GET", b"/things/special/owner")

    assert operation.name == "Named"
    assert members == {"Name": "special"}


def test_the_path_is_split_before_it_is_decoded() -> None:
    operation, members = ROUTER.find("GET", b"/tags/arn%3Aaws%3Aprofile%3Aus-east-1%3A1%3Adomains%2Fd%2Flayouts%2Fl")

    assert operation.name == "ListTagsForResource"
    assert members == {"resourceArn": "arn:aws:profile:us-east-1:1:domains/d/layouts/l"}


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"a%20b", "a b"),
        (b"a+b", "a+b"),
        (b"%c3%BC", "ü"),
        ("ü".encode(), "ü"),
        (b"100%25", "100%"),
        (b"%2541", "%41"),
        (b"%2E%2E", ".."),
    ],
)
def test_a_member_is_decoded_once(raw: bytes, text: str) -> None:
    assert ROUTER.find("GET", b"/domains/" + raw)[1] == {"DomainName": text}


@pytest.mark.parametrize(
    "raw", [b"%", b"a%2", b"%zz", b"%-1", b"%ff", b"%ed%a0%80", b"%c0%80", b"\xff", b"%00", b"a\0"]
)
def test_a_member_that_can_not_be_decoded_is_a_bad_request(raw: bytes) -> None:
    with pytest.raises(BadRequestException):
        ROUTER.find("GET", b"/domains/" + raw)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", b"/"),
        ("GET", b""),
        ("GET", b"domains"),
        ("GET", b"/nothing"),
        ("GET", b"/domains/"),
        ("GET", b"/domains/d/"),
        ("GET", b"//domains"),
        ("GET", b"/domains//layouts"),
        ("GET", b"/d%6Fmains"),
        ("GET", b"/Domains"),
        ("GET", b"/tags/arn:aws:profile:us-east-1:1:domains/d"),
        ("PATCH", b"/domains/d"),
        ("get", b"/domains"),
        ("BREW", b"/domains"),
        ("GET", b"/domains/d" + b"/x" * 5000),
    ],
)
def test_no_such_method_and_path_is_an_unknown_operation(method: str, path: bytes) -> None:
    with pytest.raises(UnknownOperationException):
        ROUTER.find(method, path)


def test_two_operations_of_one_method_and_path_are_refused() -> None:
    with pytest.raises(ValueError, match=r"One and Other|Other and One"):
        Router([a_row("One", "/things/{Name}"), a_row("Other", "/things/{Id}")])


def a_row(name: str, path: str) -> Operation:
    shape = OPERATIONS["GetDomain"].request
    return Operation(
        name=name, method="GET", path=path, function=name, reads=True, status=200, request=shape, response=None
    )


@pytest.mark.parametrize("segment", [b"", b".", b".."])
def test_an_empty_or_a_dot_segment_is_no_value_of_a_member(segment: bytes) -> None:
    with pytest.raises(UnknownOperationException):
        Router(OPERATIONS.values()).find("GET", b"/domains/a/object-types/" + segment)
