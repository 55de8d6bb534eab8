"""Bytes become requests, answers become bytes, and bad form is refused in AWS's words."""

import json
import tracemalloc
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from openprofiles import shapes
from openprofiles.errors import BadRequestException, InvalidSignatureException, ResourceNotFoundException
from openprofiles.gateway.codec import check_structure, decode_request, encode_error, encode_response
from openprofiles.operations import OPERATIONS, Operation

MIB = 1024 * 1024
PUT_OBJECT = {"ObjectTypeName": "Contact", "Object": "{}"}


def decode(name: str, body: Any = None, query: bytes = b"", **path_members: str) -> Any:
    """Decode a request; path members that are not given are `d`."""
    operation = OPERATIONS[name]
    path = {placeholder: "d" for placeholder, _ in operation.path_members} | path_members
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return decode_request(operation, path, query, raw)


def refusal(name: str, body: Any = None, query: bytes = b"", **path_members: str) -> str:
    with pytest.raises(BadRequestException) as caught:
        decode(name, body, query, **path_members)
    return caught.value.message


def one_error(path: str, constraint: str) -> str:
    return f"1 validation error detected: Value at '{path}' failed to satisfy constraint: {constraint}"


# --- constraints


TYPE_FIELD = {"Fields": {"f": {"Source": 1}}}
MATCHING = {"DefaultExpirationDays": 1, "Matching": {"Enabled": True}}


@pytest.mark.parametrize(
    ("name", "body", "path", "constraint"),
    [
        (
            "PutProfileObjectType",
            {"Description": "x" * 1001},
            "description",
            "Member must have length less than or equal to 1000",
        ),
        (
            "PutProfileObjectType",
            {"Description": ""},
            "description",
            "Member must have length greater than or equal to 1",
        ),
        (
            "CreateDomain",
            {"DefaultExpirationDays": 1099},
            "defaultExpirationDays",
            "Member must have value less than or equal to 1098",
        ),
        (
            "CreateDomain",
            {"DefaultExpirationDays": 0},
            "defaultExpirationDays",
            "Member must have value greater than or equal to 1",
        ),
        (
            "CreateDomain",
            MATCHING | {"Matching": {"Enabled": True, "JobSchedule": {"DayOfTheWeek": "MONDAY", "Time": "25:00"}}},
            "matching.jobSchedule.time",
            "Member must satisfy regular expression pattern: ^([0-9]|0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]$",
        ),
        (
            "CreateProfile",
            {"Gender": "male"},
            "gender",
            "Member must satisfy enum value set: [MALE, FEMALE, UNSPECIFIED]",
        ),
        (
            "BatchGetProfile",
            {"ProfileIds": []},
            "profileIds",
            "Member must have length greater than or equal to 1",
        ),
        (
            "BatchGetProfile",
            {"ProfileIds": ["a" * 32] * 21},
            "profileIds",
            "Member must have length less than or equal to 20",
        ),
        (
            "CreateDomain",
            {"DefaultExpirationDays": 1, "Tags": {f"k{'x' * n}": "v" for n in range(51)}},
            "tags",
            "Member must have length less than or equal to 50",
        ),
        (
            "CreateProfile",
            {"Attributes": {"note": "x" * 256}},
            "attributes.note.member",
            "Member must have length less than or equal to 255",
        ),
        (
            "BatchPutProfileObject",
            {"ObjectTypeName": "t", "Items": [{"Id": "1", "Object": ""}]},
            "items.1.member.object",
            "Member must have length greater than or equal to 1",
        ),
        (
            "CreateDomain",
            {"DefaultExpirationDays": 1, "Tags": {"aws:x": "v"}},
            "tags",
            "Map key 'aws:x' must satisfy constraint: "
            "[Member must satisfy regular expression pattern: ^(?!aws:)[a-zA-Z+-=._:/]+$]",
        ),
    ],
)
def test_a_broken_constraint_is_told_in_awss_words(name: str, body: Any, path: str, constraint: str) -> None:
    assert refusal(name, body) == one_error(path, constraint)


@pytest.mark.parametrize(
    ("name", "body", "path", "constraint"),
    [
        ("PutProfileObject", PUT_OBJECT | {"Object": 1}, "object", "a string"),
        ("CreateProfile", {"Gender": 1}, "gender", "a string"),
        ("CreateDomain", {"DefaultExpirationDays": "1"}, "defaultExpirationDays", "an integer"),
        ("CreateDomain", {"DefaultExpirationDays": 2.5}, "defaultExpirationDays", "an integer"),
        ("CreateDomain", {"DefaultExpirationDays": 2.0}, "defaultExpirationDays", "an integer"),
        ("CreateDomain", {"DefaultExpirationDays": True}, "defaultExpirationDays", "an integer"),
        ("ListWorkflows", {"QueryStartDate": "2024-01-01"}, "queryStartDate", "a number"),
        ("ListWorkflows", {"QueryStartDate": False}, "queryStartDate", "a number"),
        ("CreateDomain", MATCHING | {"Matching": {"Enabled": "true"}}, "matching.enabled", "a boolean"),
        ("CreateDomain", MATCHING | {"Matching": {"Enabled": 1}}, "matching.enabled", "a boolean"),
        ("CreateDomain", MATCHING | {"Matching": []}, "matching", "a structure"),
        ("SearchProfiles", {"KeyName": "k", "Values": "v"}, "values", "a list"),
        ("CreateProfile", {"Attributes": ["a"]}, "attributes", "a map"),
        ("PutProfileObjectType", TYPE_FIELD | {"Description": "x"}, "fields.f.member.source", "a string"),
    ],
)
def test_a_wrong_type_is_told_plainly(name: str, body: Any, path: str, constraint: str) -> None:
    assert refusal(name, body) == one_error(path, f"Member must be {constraint}")


def test_path_members_are_checked_too() -> None:
    message = refusal("GetDomain", DomainName="x" * 65)

    assert message == one_error("domainName", "Member must have length less than or equal to 64")


def test_all_violations_are_listed() -> None:
    message = refusal("PutProfileObject", {"Object": 7}, DomainName="!" * 65)

    assert message == (
        "4 validation errors detected: "
        "Value at 'objectTypeName' failed to satisfy constraint: Member must not be null; "
        "Value at 'object' failed to satisfy constraint: Member must be a string; "
        "Value at 'domainName' failed to satisfy constraint: Member must have length less than or equal to 64; "
        "Value at 'domainName' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: ^[a-zA-Z0-9_-]+$"
    )


def test_more_than_a_hundred_violations_are_counted_but_not_listed() -> None:
    message = refusal("PutProfileObjectType", {"Description": "x", "Fields": {f"f{n}": 1 for n in range(150)}})

    assert message.startswith("150 validation errors detected: Value at 'fields.f0.member'")
    assert message.endswith("; and 50 more")
    assert message.count("Value at") == 100


def test_members_beyond_a_lists_limit_are_told_as_too_many_only() -> None:
    message = refusal("BatchGetProfile", {"ProfileIds": ["a" * 32] * 20 + [7] * 5})

    assert message == one_error("profileIds", "Member must have length less than or equal to 20")


def test_a_list_of_a_million_mistakes_is_answered_shortly() -> None:
    message = refusal("SearchProfiles", {"KeyName": "k", "Values": [1] * 1_000_000})

    assert len(message) < 20_000


def test_values_are_never_echoed_and_long_keys_are_cut() -> None:
    message = refusal("CreateProfile", {"Gender": "secret", "Attributes": {"k" * 10_000: 1, "e": ["secret"]}})

    assert "secret" not in message
    assert "'attributes." + "k" * 128 + "….member'" in message
    assert len(message) < 1000


@pytest.mark.parametrize("domain", ["d\n", "d\r", "\nd", "d\u2028"])
def test_a_pattern_lets_no_line_end_through(domain: str) -> None:
    assert "regular expression pattern: ^[a-zA-Z0-9_-]+$" in refusal("GetDomain", DomainName=domain)


def test_a_pattern_without_anchors_is_searched_for() -> None:
    assert decode("DeleteProfile", {"ProfileId": "profile " + "a" * 32}).profile_id == "profile " + "a" * 32


def test_length_is_counted_in_characters() -> None:
    assert decode("CreateProfile", {"FirstName": "😀" * 255}).first_name == "😀" * 255
    assert "length less than or equal to 255" in refusal("CreateProfile", {"FirstName": "😀" * 256})


# --- what is ignored


def test_unknown_members_are_ignored() -> None:
    request = decode("PutProfileObject", PUT_OBJECT | {"Unknown": {"deep": [1, None]}, "object": 1})

    assert msgspec.to_builtins(request) == PUT_OBJECT | {"DomainName": "d"}


def test_a_null_member_is_an_absent_one_at_any_depth() -> None:
    address = {"City": None, "Country": "NL"}
    body = {"FirstName": None, "Address": address, "Attributes": {"a": None, "b": "c"}}

    request = decode("CreateProfile", body)

    assert msgspec.to_builtins(request) == {
        "DomainName": "d",
        "Address": {"Country": "NL"},
        "Attributes": {"b": "c"},
    }


def test_a_null_in_a_structure_of_a_list_or_map_is_absent() -> None:
    body = {"Description": "x", "Keys": {"k": [{"FieldNames": ["f"], "StandardIdentifiers": None}]}, "Fields": None}

    assert decode("PutProfileObjectType", body).keys == {"k": [shapes.ObjectTypeKey(field_names=["f"])]}


def test_a_required_member_that_is_null_is_missing() -> None:
    message = refusal("PutProfileObject", PUT_OBJECT | {"Object": None})

    assert message == one_error("object", "Member must not be null")


def test_a_null_in_a_list_is_refused() -> None:
    message = refusal("SearchProfiles", {"KeyName": "k", "Values": ["a", None]})

    assert message == one_error("values.2.member", "Member must not be null")


def test_a_path_member_wins_over_the_bodys() -> None:
    assert decode("PutProfileObject", PUT_OBJECT | {"DomainName": "other"}, DomainName="mine").domain_name == "mine"


def test_a_query_member_is_not_read_from_the_body() -> None:
    request = decode("SearchProfiles", {"KeyName": "k", "Values": ["v"], "MaxResults": 5, "NextToken": 7})

    assert request.max_results is None
    assert request.next_token is None


def test_an_empty_body_is_an_empty_object() -> None:
    assert decode("CreateProfile", b"").domain_name == "d"
    assert decode("CreateProfile", b" {\n} ").domain_name == "d"


# --- the query string


def test_query_members_are_decoded_by_their_kind() -> None:
    request = decode("ListIntegrations", query=b"max-results=12&next-token=a%2Bb%3D+&include-hidden=true&x=%zz&&=")

    assert (request.max_results, request.next_token, request.include_hidden) == (12, "a+b=+", True)


def test_a_repeated_query_name_is_a_list() -> None:
    request = decode("UntagResource", query=b"tagKeys=b&tagKeys=a", resourceArn="arn:aws:profile:x")

    assert request.tag_keys == ["b", "a"]


@pytest.mark.parametrize("text", ["x", "", "1.5", "1e2", " 1", "٣", "1_0", "true", "9" * 5000])
def test_a_query_integer_must_be_one(text: str) -> None:
    message = refusal("ListDomains", query=f"max-results={quote(text)}".encode())

    assert message == one_error("maxResults", "Member must be an integer")


def test_a_query_integer_is_checked_for_its_size() -> None:
    message = refusal("ListDomains", query=b"max-results=99999999999999999999999999")

    assert message == one_error("maxResults", "Member must have value less than or equal to 100")


@pytest.mark.parametrize("text", ["True", "1", "", "yes"])
def test_a_query_boolean_must_be_true_or_false(text: str) -> None:
    message = refusal("ListIntegrations", query=f"include-hidden={text}".encode())

    assert message == one_error("includeHidden", "Member must be a boolean")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2024-01-01T00:00:00Z", 1704067200.0),
        ("2024-01-01T01:00:00%2B01:00", 1704067200.0),
        ("2024-01-01T00:00:00.5", 1704067200.5),
    ],
)
def test_a_query_timestamp_is_iso_8601(text: str, seconds: float) -> None:
    operation = with_a_query_timestamp()

    request: Any = decode_request(operation, {"DomainName": "d"}, f"start={text}".encode(), b"")

    assert request.query_start_date == seconds


@pytest.mark.parametrize("text", ["1704067200", "yesterday", "", "2024-13-01T00:00:00Z"])
def test_a_query_timestamp_that_is_not_iso_8601_is_refused(text: str) -> None:
    with pytest.raises(
        BadRequestException, match="'queryStartDate' failed to satisfy constraint: Member must be a num"
    ):
        decode_request(with_a_query_timestamp(), {"DomainName": "d"}, f"start={text}".encode(), b"")


def with_a_query_timestamp() -> Operation:
    """The model has no operation with a timestamp in its query, so one is made."""
    return msgspec.structs.replace(
        OPERATIONS["ListWorkflows"], query_members=(("start", "QueryStartDate", "timestamp"),)
    )


@pytest.mark.parametrize("raw", [b"%00", b"%ff", b"%4"])
def test_a_query_member_that_can_not_be_decoded_is_refused(raw: bytes) -> None:
    assert refusal("ListDomains", query=b"next-token=" + raw).startswith("The URL ")


# --- bodies that are not requests


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"{} {}",
        b"nonsense",
        b" ",
        b"\0",
        b"{\0}",
        b'{"a": NaN}',
        b'{"a": "\n"}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        "{}".encode("utf-16"),
        b'{"a": "\\ud800"}',
        b'{"a": "\\udc00 and more"}',
        b'{"a": "\\ud800\\u0041"}',
        b'{"\\ud800 as a key": 1}',
        b'{"a": 1e999}',
        b'{"a": -1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_body_that_is_not_json_is_a_bad_request(body: bytes) -> None:
    assert refusal("CreateProfile", body).startswith("The request body is not valid JSON: ")


def test_the_place_of_a_json_error_is_named() -> None:
    assert "byte 8" in refusal("CreateProfile", b'{"a": 1,}')


@pytest.mark.parametrize("body", [b"[]", b"null", b'"{}"', b"1", b"true"])
def test_a_body_that_is_not_an_object_is_a_bad_request(body: bytes) -> None:
    assert refusal("CreateProfile", body) == "The request body is not a JSON object."


@pytest.mark.parametrize(
    "body",
    [
        b'{"FirstName": "a\\u0000b"}',
        b'{"Attributes": {"a\\u0000": "b"}}',
        b'{"Address": {"City": "\\u0000"}}',
        b'{"Unknown": ["\\u0000"]}',
        b'{"FirstName": "\\\\\\u0000"}',
    ],
)
def test_a_nul_character_in_any_string_is_refused(body: bytes) -> None:
    assert "NUL character" in refusal("CreateProfile", body)


def test_text_that_only_looks_like_a_nul_character_is_accepted() -> None:
    assert decode("CreateProfile", b'{"FirstName": "\\\\u0000"}').first_name == "\\u0000"


def nested(levels: int, opening: str = '{"a":', closing: str = "}") -> bytes:
    """An object with an unknown member, `levels` deep in all."""
    inner = levels - 1
    return ('{"Unknown":' + opening * inner + "1" + closing * inner + "}").encode()


@pytest.mark.parametrize(("opening", "closing"), [('{"a":', "}"), ("[", "]"), ('[{"a\\"[":', "}]")])
def test_512_levels_are_accepted_and_513_are_not(opening: str, closing: str) -> None:
    levels = len(opening.replace('\\"[', "").replace('"a":', ""))
    deepest = nested(511 // levels + 1, opening, closing)

    assert decode("CreateProfile", deepest).domain_name == "d"
    assert "deeper than 512 levels" in refusal("CreateProfile", nested(512 // levels + 2, opening, closing))


@pytest.mark.parametrize("body", [b"[" * 1_000_000, b'{"a":' * 100_000, nested(10_000), b'{"a":"' + b"[" * 2000])
def test_any_depth_is_a_bad_request_and_no_crash(body: bytes) -> None:
    assert refusal("CreateProfile", body).startswith("The request body ")


def test_more_objects_and_lists_than_any_request_needs_are_refused() -> None:
    body = b'{"a":[' + b"[]," * 20_001 + b"[]]}"
    assert refusal("CreateProfile", body) == "The request body has more than 20000 objects and lists."


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        (b"{" * 513 + b'"' * (16 * MIB), "strings"),
        (b'{"a":[1' + b",1" * (8 * MIB) + b"]}", "values"),
        (b'{"a":[""' + b',""' * 100_001 + b"]}", "strings"),
    ],
    ids=["quotation marks", "numbers", "texts"],
)
def test_more_parts_than_any_request_needs_are_refused_before_they_take_memory(body: bytes, parts: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(BadRequestException, match=f"more than 100000 {parts}"):
            check_structure(body)
        assert tracemalloc.get_traced_memory()[1] < 4 * len(body)
    finally:
        tracemalloc.stop()


def test_commas_in_a_string_are_no_values() -> None:
    check_structure(b'{"Object":"' + b"1," * 100_001 + b'"}')


@pytest.mark.parametrize("half", ["\\ud83d", "\\uDE00", "\\ude00\\ud83d", "\\ud83dx"])
def test_half_of_a_surrogate_pair_is_told_as_such(half: str) -> None:
    body = b'{"FirstName": "%b"}' % half.encode()
    assert refusal("CreateProfile", body) == "The request body is not valid JSON: it has half of a surrogate pair."


def test_a_whole_surrogate_pair_is_a_character() -> None:
    assert decode("CreateProfile", b'{"FirstName": "\\ud83d\\ude00"}').first_name == "😀"


def test_brackets_in_a_string_are_no_objects_and_lists() -> None:
    body = b'{"FirstName":"' + b"[" * 20_001 + b'"}'
    assert "length" in refusal("CreateProfile", body)


def test_depth_after_a_string_that_ends_in_a_backslash_is_seen() -> None:
    body = b'{"FirstName": "\\\\", "Unknown": ' + nested(512) + b"}"

    assert "deeper than 512 levels" in refusal("CreateProfile", body)


def test_a_decoder_that_runs_out_of_stack_is_a_bad_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(body: bytes) -> Any:
        raise RecursionError

    monkeypatch.setattr("openprofiles.gateway.codec._decode", exhausted)

    assert "deeper than 512 levels" in refusal("CreateProfile", {"FirstName": "a"})


def test_brackets_side_by_side_or_in_strings_are_not_depth() -> None:
    wide = {"Unknown": [[{}]] * 5000, "FirstName": '[{"\\' * 60}

    assert decode("CreateProfile", wide).first_name == '[{"\\' * 60
    check_structure(json.dumps({"a": '["{' * 1000}).encode())


@pytest.mark.parametrize("number", ["1e308", "-1e308", "9" * 100, "-" + "9" * 100, "9" * 400, "253402300800"])
def test_huge_numbers_are_bad_requests(number: str) -> None:
    message = refusal("ListWorkflows", f'{{"QueryStartDate": {number}}}'.encode())

    assert message.startswith("1 validation error detected: Value at 'queryStartDate' failed")
    assert number not in message


@pytest.mark.parametrize("number", ["9" * 100, "2147483648", "1e300"])
def test_an_integer_has_32_bits_where_the_model_has_no_narrower_limit(number: str) -> None:
    definition = b"""{"AttributeDetails": {"Attributes": [{"Name": "n"}], "Expression": "e"}, "Statistic": "SUM",
        "Conditions": {"Range": {"Unit": "DAYS", "ValueRange": {"Start": 0, "End": 1}}}}"""

    message = refusal("CreateCalculatedAttributeDefinition", definition.replace(b"0", number.encode()))

    assert message.startswith("1 validation error detected: Value at 'conditions.range.valueRange.start' failed")


def test_what_only_the_decoder_finds_is_a_bad_request_in_its_words() -> None:
    parameters = b'{"EventParametersList": [{"EventType": "e", "EventValueThreshold": ' + b"9" * 400 + b"}]}"
    body = (
        b'{"RecommenderRecipeName": "recommended-for-you", "RecommenderConfig": {"EventsConfig": ' + parameters + b"}}"
    )

    message = refusal("CreateRecommender", body)

    assert "out of range" in message
    assert "EventValueThreshold" in message


# --- answers


def test_none_is_left_out_and_an_empty_list_is_not() -> None:
    response = shapes.SearchProfilesResponse(items=[], next_token=None)

    assert encode_response(OPERATIONS["SearchProfiles"], response) == (200, b'{"Items":[]}')


def test_a_timestamp_is_written_as_a_number() -> None:
    response = shapes.GetDomainResponse(
        domain_name="d", created_at=1700000000.125, last_updated_at=1700000000.0, tags={}
    )

    _, body = encode_response(OPERATIONS["GetDomain"], response)

    assert json.loads(body) == {
        "DomainName": "d",
        "CreatedAt": 1700000000.125,
        "LastUpdatedAt": 1700000000,
        "Tags": {},
    }


def test_a_timestamp_is_read_as_a_number() -> None:
    assert decode("ListWorkflows", {"QueryStartDate": 1700000000}).query_start_date == 1700000000.0
    assert decode("ListWorkflows", {"QueryStartDate": 1.5}).query_start_date == 1.5


def test_no_response_and_an_empty_one_are_an_empty_object() -> None:
    assert encode_response(OPERATIONS["TagResource"], None) == (200, b"{}")
    assert encode_response(OPERATIONS["TagResource"], shapes.TagResourceResponse()) == (200, b"{}")


def test_a_status_member_is_the_status_and_not_in_the_body() -> None:
    operation = OPERATIONS["CreateSegmentEstimate"]

    assert encode_response(operation, shapes.CreateSegmentEstimateResponse(estimate_id="e", status_code=202)) == (
        202,
        b'{"EstimateId":"e"}',
    )
    assert encode_response(operation, shapes.CreateSegmentEstimateResponse(estimate_id="e")) == (
        200,
        b'{"EstimateId":"e"}',
    )


def test_an_error_has_its_text_under_the_member_of_its_kind() -> None:
    assert (
        encode_error(ResourceNotFoundException("Domain d does not exist.")) == b'{"Message":"Domain d does not exist."}'
    )
    assert encode_error(InvalidSignatureException("No.")) == b'{"message":"No."}'


def test_an_error_can_always_be_written() -> None:
    assert encode_error(BadRequestException("a\ud800b")) == b'{"Message":"a?b"}'
