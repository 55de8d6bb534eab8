"""Any samples give a proposal that can be put, and that takes the samples in; or nothing at all."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.detection_answers import labelled
from openprofiles.errors import BadRequestException
from openprofiles.mapping.definitions import ObjectTypeDocument, check_definition
from openprofiles.mapping.detection import Proposal, detect_mapping
from openprofiles.mapping.detection.marks import MARKS
from openprofiles.mapping.detection.names import ADDRESS_PARTS, FIELD_NAMES, PERSON, TIMES
from openprofiles.mapping.detection.words import CUSTOMER, ENVELOPES, FOREIGN, NEUTRAL, SLOT_WORDS, SYSTEMS
from openprofiles.mapping.object_types import CompiledObjectType, compile_object_type, evaluate
from openprofiles.mapping.parsing import parse_object
from openprofiles.shapes import FieldName, Name, ObjectTypeField, ObjectTypeKey, String1To255

# Names that mean something, put together at random, and names that no source can have.

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=5)
TABLES: tuple[Mapping[Any, str], ...] = (ADDRESS_PARTS, PERSON, TIMES, *FIELD_NAMES.values(), *MARKS.values())
FIELDS = st.sampled_from(sorted({name for table in TABLES for names in table.values() for name in names.split()}))
AROUND = st.sampled_from(sorted(CUSTOMER | ENVELOPES | FOREIGN | NEUTRAL | SLOT_WORDS | SYSTEMS))
IDS = st.sampled_from(["id", "Id", "_id", "customer_id", "orderId", "ticket_id", "requester_id", "AccountId", "sys_id"])
ODD = st.sampled_from(
    ["", " ", "Tags", "tags", "a.b", "it's", "'\"", "{{x}}", "{a", "~", "é", "[0]", "_source", "x" * 300]
)
NAMES = st.one_of(IDS, FIELDS, st.tuples(AROUND, FIELDS).map("_".join), AROUND, ODD, TEXT)

TEXTS = st.sampled_from(
    [
        *(
            "a@b.example",
            "+1 206 555 0101",
            "2026-01-02",
            "2026-01-02T10:00:00Z",
            "12345",
            "US",
            "Ann",
            "Ann Lee",
            "",
            " ",
        ),
        *(
            "x" * 256,
            "https://a.example/b",
            "d41d8cd98f00b204e9800998ecf8427e",
            "DRAFT",
            "0",
            "A\nB",
            "true",
            "4242",
            "{{",
        ),
    ]
)
SCALARS = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(-1, 10**13), st.just(1.5), TEXT)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.dictionaries(NAMES, inner, max_size=5), st.lists(inner, max_size=2)),
    max_leaves=12,
)
EXPORTS = [answer.objects for answer in labelled()]
MEMBERS = st.dictionaries(NAMES, VALUES, max_size=12)


@st.composite
def exports(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Exports of real systems, two of them mixed, with other members and other values here and there."""
    one, other = draw(st.sampled_from(EXPORTS)), draw(st.sampled_from(EXPORTS))
    changes = draw(st.dictionaries(st.sampled_from(sorted({*one[0], *other[0]})), VALUES, max_size=4))
    return [parse_object(json.dumps({**other[0], **each, **changes}, default=float)) for each in one]


@st.composite
def inventions(draw: st.DrawFn) -> list[dict[str, Any]]:
    """One to five objects, mostly with the same members; what is called an id is one, so that most have a proposal."""
    first = draw(MEMBERS)
    objects = [{**first, **draw(st.dictionaries(NAMES, SCALARS, max_size=2))} for _ in range(draw(st.integers(0, 4)))]
    ids = draw(st.lists(st.integers(1, 10**6), min_size=5, max_size=5, unique=True))
    name = draw(IDS)
    return [parse_object(json.dumps({name: ids[place], **each})) for place, each in enumerate([first, *objects])]


def samples() -> st.SearchStrategy[list[dict[str, Any]]]:
    return inventions() | exports()


def document(proposal: Proposal) -> ObjectTypeDocument:
    pattern = proposal.source_last_updated_timestamp_format
    return ObjectTypeDocument(
        "proposed",
        allow_profile_creation=True,
        source_last_updated_timestamp_format=pattern,
        fields=proposal.fields,
        keys=proposal.keys,
    )


NO_KEY = ("Every field of the UNIQUE key", "Every PROFILE key is empty")


def refusal(compiled: CompiledObjectType, sample: dict[str, Any]) -> str:
    """Why an object is refused; empty if it is not."""
    try:
        evaluate(compiled, sample)
    except BadRequestException as error:
        return error.message
    return ""


@settings(deadline=None)
@given(samples())
@example([{}])
@example([{"": 1, "id": 1}])
def test_a_proposal_can_be_put(objects: list[dict[str, Any]]) -> None:
    proposal = detect_mapping(objects)
    if proposal is None:
        return
    check_definition(document(proposal), {})
    members = msgspec.to_builtins(proposal)
    msgspec.convert(members["source_last_updated_timestamp_format"], String1To255 | None)
    fields, keys = msgspec.json.encode(proposal.fields), msgspec.json.encode(proposal.keys)
    assert msgspec.json.decode(fields, type=dict[FieldName, ObjectTypeField]).keys() == proposal.fields.keys()
    assert msgspec.json.decode(keys, type=dict[Name, list[ObjectTypeKey]]).keys() == proposal.keys.keys()


@settings(deadline=None)
@given(samples())
def test_a_proposal_has_each_target_once(objects: list[dict[str, Any]]) -> None:
    proposal = detect_mapping(objects) or Proposal({}, {})
    targets = [field.target for field in proposal.fields.values() if field.target]
    assert len(set(targets)) == len(targets)


@settings(deadline=None)
@given(samples())
def test_a_proposal_takes_in_each_sample_that_its_keys_name(objects: list[dict[str, Any]]) -> None:
    proposal = detect_mapping(objects)
    if proposal is None:
        return
    compiled = compile_object_type(msgspec.json.encode(document(proposal)).decode())
    refusals = [refusal(compiled, each) for each in objects]
    assert [one for one in refusals if one and not one.startswith(NO_KEY)] == []


@settings(deadline=None)
@given(samples())
def test_the_same_samples_give_the_same_proposal(objects: list[dict[str, Any]]) -> None:
    assert detect_mapping(objects) == detect_mapping(json.loads(json.dumps(objects, default=float)))
